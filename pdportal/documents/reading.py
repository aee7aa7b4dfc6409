"""Starts the process that reads a document, and takes what it found."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pdportal.documents.kinds import Unfit

LONGEST_WAIT = 120
"""Seconds; the child also has a limit of its own on the processor's time (`child.CPU_SECONDS`)."""

Box = Sequence[int]
"""A part of a picture to be blurred: left, top, width and height, in thousandths of the picture."""


@dataclass(frozen=True)
class Drawn:
    """A page or picture, drawn into a JPEG file without anything but its pixels."""

    number: int
    path: Path
    width: int
    height: int


@dataclass(frozen=True)
class Document:
    """What a file holds. With `unfit` nothing else is known."""

    unfit: Unfit | None = None
    kind: str = ""
    pages: int = 0
    """How many it has in all, drawn or not."""
    text: str = ""
    """Its words as Markdown (`content.text` reads it)."""
    is_cut: bool = False
    """Whether there is more text than that."""
    pictures: tuple[Drawn, ...] = ()


def read_document(
    path: Path,
    kind: str,
    folder: Path,
    *,
    most_pages: int,
    boxes: Mapping[int, Sequence[Box]] | None = None,
    only: Sequence[int] | None = None,
) -> Document:
    """Read a file of this kind; pictures are drawn into `folder`, which should be empty.

    Parts of page `n` in `boxes[n]` are blurred, and their words left out. `only` draws these pages.
    """
    asked = {
        "path": str(path),
        "kind": kind,
        "most_pages": most_pages,
        "boxes": {str(number): list(map(list, each)) for number, each in (boxes or {}).items()},
        "only": list(only) if only is not None else None,
    }
    try:
        ended = _in_child(asked, folder)
    except subprocess.TimeoutExpired:
        return Document(Unfit.TOO_SLOW)
    if ended.returncode:
        slow = ended.returncode in _OUT_OF_TIME
        return Document(Unfit.TOO_SLOW if slow else Unfit.DAMAGED)
    found = json.loads(ended.stdout)
    if found.get("unfit"):
        return Document(Unfit(found["unfit"]))
    drawn = (
        Drawn(number, folder / f"{number}.jpeg", width, height)
        for number, width, height in found["pictures"]
    )
    return Document(
        None, found["kind"], found["pages"], found["text"], found["is_cut"], tuple(drawn)
    )


def _in_child(asked: dict[str, object], folder: Path) -> subprocess.CompletedProcess[bytes]:
    known = {name: os.environ[name] for name in ("PATH", "SYSTEMROOT") if name in os.environ}
    return subprocess.run(
        [sys.executable, "-I", "-m", "pdportal.documents.child"],
        input=json.dumps(asked).encode(),
        capture_output=True,
        cwd=folder,
        env=known,
        timeout=LONGEST_WAIT,
        check=False,
    )


_OUT_OF_TIME = (-24, -9)
"""SIGXCPU, and what follows it."""
