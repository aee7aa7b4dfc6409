"""A folder that has not changed is compiled once; one that has never gives what it gave before."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from pdportal.modules.compiler import cache
from pdportal.modules.compiler.compile import compile_folder
from tests.modules.compiler.folders import MODULE, PAGE, PNG, QUESTION, write

Folder = Path


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Folder:
    """A module with everything on its page, and a place for results."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    files: dict[str, str | bytes] = {
        "module.md": MODULE.replace("---\nWhat", "prerequisites: [other]\n---\nWhat"),
        "01-a.md": f"{PAGE}# One\n\n{QUESTION}\n![A](a.png)\n\n[gone](gone.md)\n",
        "a.png": PNG,
    }
    return write(tmp_path / "waiting", files)


@pytest.fixture
def compiled(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """The folders that were compiled and not found."""
    folders: list[Path] = []

    def compile_and_note(folder: Path):
        folders.append(folder)
        return compile_folder(folder)

    monkeypatch.setattr(cache, "compile_folder", compile_and_note)
    return folders


def test_what_has_not_changed_is_compiled_once(folder: Folder, compiled: list[Path]) -> None:
    first, again = cache.compile_cached(folder), cache.compile_cached(folder)
    assert compiled == [folder]
    assert first == again == compile_folder(folder)
    assert first.problems
    assert first.prerequisite_lines


def _replace(path: Path, old: str, new: str) -> None:
    path.write_text(path.read_text().replace(old, new))


CHANGES = {
    "a page": lambda folder: _replace(folder / "01-a.md", "helps", "aids "),
    "the same moment": lambda folder: (
        (at := (folder / "01-a.md").stat()),
        _replace(folder / "01-a.md", "longer", "langer"),
        os.utime(folder / "01-a.md", ns=(at.st_atime_ns, at.st_mtime_ns)),
    ),
    "settings": lambda folder: _replace(folder / "module.md", "Leave", "Grant"),
    "a new page": lambda folder: (folder / "02-b.md").write_text(PAGE + "b"),
    "a page that was missing": lambda folder: (folder / "gone.md").write_text(PAGE + "b"),
    "a figure": lambda folder: (folder / "a.png").write_bytes(b"no picture"),
    "a figure that is gone": lambda folder: (folder / "a.png").unlink(),
    "a link out": lambda folder: ((folder / "a.png").unlink(), (folder / "a.png").symlink_to("/")),
    "a name": lambda folder: (folder / "01-a.md").rename(folder / "01-b.md"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_any_change_is_seen(folder: Folder, compiled: list[Path], change: str) -> None:
    cache.compile_cached(folder)
    CHANGES[change](folder)
    assert cache.compile_cached(folder) == compile_folder(folder)
    assert compiled == [folder, folder]


def test_another_compiler_and_another_path_compile_anew(
    folder: Folder, compiled: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    cache.compile_cached(folder)
    monkeypatch.chdir(folder.parent)
    assert cache.compile_cached(Path("waiting")) == compile_folder(Path("waiting"))
    monkeypatch.setattr(cache, "_compiler", lambda: "newer")
    cache.compile_cached(folder)
    assert len(compiled) == 3


def test_a_damaged_or_foreign_result_is_not_used(
    folder: Folder, compiled: list[Path], tmp_path: Path
) -> None:
    cache.compile_cached(folder)
    place = tmp_path / "cache" / "pdportal" / "compiled"
    (stored,) = place.iterdir()
    assert stored.stat().st_mode & 0o077 == 0
    stored.write_text(stored.read_text()[:-9])
    cache.compile_cached(folder)
    assert len(compiled) == 2
    place.chmod(0o777)
    cache.compile_cached(folder)
    assert len(compiled) == 3


def test_a_folder_that_changes_while_it_is_compiled_is_not_kept(
    folder: Folder, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def slowly(folder: Path):
        made = compile_folder(folder)
        _replace(folder / "01-a.md", "helps", "aids")
        return made

    monkeypatch.setattr(cache, "compile_folder", slowly)
    cache.compile_cached(folder)
    assert not list((tmp_path / "cache" / "pdportal" / "compiled").iterdir())
