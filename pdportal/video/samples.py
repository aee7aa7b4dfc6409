"""Where the samples of a track lie in an MP4 or MOV file, by its tables."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from pdportal.video.parts import Heads, Part, inside

LARGEST_TABLE = 16 * 1024 * 1024
"""Bytes of a table: of four million samples, hours of any film."""


class OddTable(Exception):
    """The tables of a track do not fit together, or are larger than any film needs."""


def samples(heads: Heads, track: Part) -> Iterator[tuple[int, int]]:
    """Place and size in bytes of each sample of a `trak`. Raises `OddTable`."""
    for stbl in inside(heads, track, b"mdia", b"minf", b"stbl"):
        tables = {part.name: part for part in _parts(heads, stbl)}
        yield from _in_chunks(_sizes(heads, tables), _chunks(heads, tables), _runs(heads, tables))


def _parts(heads: Heads, stbl: Part) -> Iterator[Part]:
    for name in (b"stsz", b"stsc", b"stco", b"co64"):
        yield from inside(heads, stbl, name)


def _in_chunks(
    sizes: Iterator[int], chunks: list[int], runs: list[tuple[int, int]]
) -> Iterator[tuple[int, int]]:
    """`runs` say from which chunk (the first is 1) on there are how many samples in each."""
    for number, place in enumerate(chunks, 1):
        while len(runs) > 1 and runs[1][0] <= number:
            runs.pop(0)
        for _ in range(runs[0][1] if runs else 0):
            size = next(sizes, None)
            if size is None:
                return
            yield place, size
            place += size


def _sizes(heads: Heads, tables: dict[bytes | int, Part]) -> Iterator[int]:
    if b"stsz" not in tables:
        return iter(())
    same, count = struct.unpack(">II", _content(heads, tables[b"stsz"], 4, 8))
    if same:
        return iter([same] * min(count, LARGEST_TABLE // 4))
    return iter(_numbers(heads, tables[b"stsz"], 12, count, "I"))


def _chunks(heads: Heads, tables: dict[bytes | int, Part]) -> list[int]:
    for name, shape in ((b"stco", "I"), (b"co64", "Q")):
        if name in tables:
            (count,) = struct.unpack(">I", _content(heads, tables[name], 4, 4))
            return list(_numbers(heads, tables[name], 8, count, shape))
    return []


def _runs(heads: Heads, tables: dict[bytes | int, Part]) -> list[tuple[int, int]]:
    if b"stsc" not in tables:
        return []
    (count,) = struct.unpack(">I", _content(heads, tables[b"stsc"], 4, 4))
    flat = _numbers(heads, tables[b"stsc"], 8, count * 3, "I")
    return list(zip(flat[0::3], flat[1::3], strict=True))


def _numbers(heads: Heads, table: Part, skip: int, count: int, shape: str) -> tuple[int, ...]:
    length = count * struct.calcsize(shape)
    return struct.unpack(f">{count}{shape}", _content(heads, table, skip, length))


def _content(heads: Heads, table: Part, skip: int, length: int) -> bytes:
    if length > LARGEST_TABLE or table.start + skip + length > table.stop:
        raise OddTable
    content = heads.at(table.start + skip, length)
    if len(content) != length:
        raise OddTable
    return content
