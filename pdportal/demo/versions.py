"""Modules that were revised after many had begun them, and notes beside their pages."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import copytree
from tempfile import TemporaryDirectory

from pdportal.demo.district import Riverbend
from pdportal.demo.telling import Entry, read
from pdportal.modules.notes.services import write_note
from pdportal.modules.pages.queries import opened

REVISED_ON = 67
"""The day of the term on which the newest versions were published."""


@contextmanager
def first_versions(folders: Iterable[Path]) -> Iterator[list[Path]]:
    """The folders of modules, those that were revised later as they were before."""
    changes = read("versions")
    with TemporaryDirectory() as before:
        given = []
        for folder in folders:
            if folder.name in changes:
                folder = copytree(folder, Path(before) / folder.name)
                _undo(folder, changes[folder.name])
            given.append(folder)
        yield given


def _undo(folder: Path, files: dict[str, list[Entry]]) -> None:
    for name, edits in files.items():
        text = (folder / name).read_text("utf-8")
        for edit in edits:
            text = text.replace(edit["now"], edit["before"])
        (folder / name).write_text(text, "utf-8")


def plan(riverbend: Riverbend) -> None:
    """The notes, each on its day."""
    for number, entry in enumerate(read("notes")):
        moment = riverbend.term.at(entry["day"], 16, 30)
        riverbend.term.add(moment, _note, riverbend, entry, f"demo-{number}")


def _note(riverbend: Riverbend, entry: Entry, form_key: str) -> None:
    person = riverbend.people[entry["who"]]
    page = opened(person, entry["module"], entry["page"])
    if page is None:
        raise LookupError(entry["module"])
    write_note(person, page, form_key, text=entry["text"], quote=entry["quote"])
