"""Where the samples of a track lie in an MP4 or MOV file, by its tables."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from itertools import repeat

from pdportal.video.parts import Heads, Part, inside

LARGEST_TABLE = 16 * 1024 * 1024
"""Bytes of a table: of four million samples, hours of any film."""


class OddTable(Exception):
    """The tables of a track do not fit together, or are larger than any film needs."""


def samples(heads: Heads, track: Part) -> Iterator[tuple[int, int]]:
    """Place and size in bytes of each sample of a `trak`. Raises `OddTable`."""
    for stbl in inside(heads, track, b"mdia", b"minf", b"stbl"):
        chunks = [*_numbers(heads, stbl, b"stco"), *_numbers(heads, stbl, b"co64", "Q")]
        flat = _numbers(heads, stbl, b"stsc")
        runs = list(zip(flat[0::3], flat[1::3], strict=True))
        sizes = _sizes(heads, stbl)
        for number, place in enumerate(chunks, 1):
            while len(runs) > 1 and runs[1][0] <= number:  # from which chunk on so many in each
                runs.pop(0)
            for _ in range(runs[0][1] if runs else 0):
                size = next(sizes, None)
                if size is None:
                    return
                yield place, size
                place += size


def _sizes(heads: Heads, stbl: Part) -> Iterator[int]:
    for table in inside(heads, stbl, b"stsz"):
        same, count = struct.unpack(">II", _content(heads, table, 4, 8))
        if same:
            return repeat(same, min(count, LARGEST_TABLE // 4))
    return iter(_numbers(heads, stbl, b"stsz", counted_at=8))


def _numbers(
    heads: Heads, stbl: Part, name: bytes, shape: str = "I", *, counted_at: int = 4
) -> tuple[int, ...]:
    """What stands in a table after the number of its rows; those of `stsc` have three columns."""
    for table in inside(heads, stbl, name):
        (count,) = struct.unpack(">I", _content(heads, table, counted_at, 4))
        count *= 3 if name == b"stsc" else 1
        content = _content(heads, table, counted_at + 4, count * struct.calcsize(shape))
        return struct.unpack(f">{count}{shape}", content)
    return ()


def _content(heads: Heads, table: Part, skip: int, length: int) -> bytes:
    if length > LARGEST_TABLE or table.start + skip + length > table.stop:
        raise OddTable
    content = heads.at(table.start + skip, length)
    if len(content) != length:
        raise OddTable
    return content
