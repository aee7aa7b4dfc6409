"""Compiles a folder that has not changed only once: the result is kept on disk.

It is known by everything it was made of: each file of the folder, the folder's name and path (which
stand in addresses and problems), and the compiler itself with its libraries. There is one file for
each folder, which the next state replaces. Without a safe place for it, a folder is compiled anew.
"""

import hashlib
import json
import os
import platform
import stat
import tempfile
from contextlib import suppress
from dataclasses import asdict
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

from pdportal.content.glossary import GLOSSARY
from pdportal.content.problems import Problem
from pdportal.modules.compiler.compile import Compilation, compile_folder
from pdportal.modules.compiler.folder import MAX_ASSET_BYTES
from pdportal.modules.compiler.model import (
    Asset,
    CompiledBlock,
    CompiledCheck,
    CompiledModule,
    CompiledPage,
)

MOST_FILES = 20_000
"""A folder with more of them is compiled each time."""
_CODE = ("content", "modules/compiler", "modules/questions", "video")
_LIBRARIES = (
    "babel", "latex2mathml", "markdown-it-py", "mdit-py-plugins", "nh3", "pillow", "pygments",
    "pyyaml", "regex",
)  # fmt: skip


def compile_cached(folder: Path) -> Compilation:
    """What `compile_folder` gives, from the disk if all it is made of is as it was."""
    key, place = _key(folder), _place(folder)
    if key is None or place is None:
        return compile_folder(folder)
    found = _read(place, key)
    if found is None:
        found = compile_folder(folder)
        if _key(folder) == key:  # nobody wrote to it meanwhile
            _write(place, key, found)
    return found


def _key(folder: Path) -> str | None:
    """A hash of all that the result depends on; None if there is too much of it."""
    sha = hashlib.sha256(f"{_compiler()}\0{folder}\0{folder.resolve().name}\0".encode())
    count = 0
    for directory, directories, files in os.walk(folder):
        directories[:] = sorted(name for name in directories if not name.startswith("."))
        for name in sorted([*directories, *files]):
            if name.startswith("."):
                continue
            count += 1
            path = os.path.join(directory, name)
            sha.update(f"{os.path.relpath(path, folder)}\0{_state(path)}\0".encode())
        if count > MOST_FILES:
            return None
    return sha.hexdigest()


def _state(path: str) -> str:
    """What a file holds, and where a link leads; a directory is known by what is in it."""
    try:
        link = os.readlink(path) if os.path.islink(path) else ""
        about = os.stat(path)
        if stat.S_ISDIR(about.st_mode):
            return f"directory {link}"
        if not stat.S_ISREG(about.st_mode) or about.st_size > MAX_ASSET_BYTES:
            return f"not read {about.st_mode} {about.st_size}"
        with open(path, "rb") as file:
            return f"{link} {hashlib.file_digest(file, 'sha256').hexdigest()}"
    except OSError as fault:
        return f"unreadable {fault.errno}"


@lru_cache(maxsize=1)
def _compiler() -> str:
    """A hash of the code that compiles, and the versions of the libraries it stands on."""
    sha = hashlib.sha256(platform.python_version().encode())
    package = Path(__file__).parents[2]
    for path in sorted(path for part in _CODE for path in (package / part).glob("*.py")):
        sha.update(path.read_bytes())
    sha.update(GLOSSARY.read_bytes())  # its words are linked
    for library in _LIBRARIES:
        sha.update(f"{library} {version(library)}\n".encode())
    return sha.hexdigest()


def _place(folder: Path) -> Path | None:
    """The file for a folder, where nobody else can write; None if there is no such place."""
    try:
        base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
        place = base / "pdportal" / "compiled"
        place.mkdir(mode=0o700, parents=True, exist_ok=True)
        about = place.stat()
    except (OSError, RuntimeError):
        return None
    if about.st_uid != os.geteuid() or about.st_mode & 0o022:
        return None
    return place / hashlib.sha256(f"{folder.resolve()}\0{folder}".encode()).hexdigest()


def _read(place: Path, key: str) -> Compilation | None:
    try:
        stored = json.loads(place.read_bytes())
        if stored["key"] != key:
            return None
        return Compilation(
            stored["module"] and _module(stored["module"]),
            [Problem(**problem) for problem in stored["problems"]],
            {slug: (path, line) for slug, (path, line) in stored["prerequisites"].items()},
            [(name, path, line) for name, path, line in stored["protocols"]],
            {key: (path, line) for key, (path, line) in stored["ids"].items()},
        )
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return None


def _module(stored: dict[str, Any]) -> CompiledModule:
    pages = []
    for page in stored.pop("pages"):
        blocks = [CompiledBlock(**block) for block in page.pop("blocks")]
        headings = [(level, name, words) for level, name, words in page.pop("headings")]
        pages.append(CompiledPage(**page, blocks=blocks, headings=headings))
    assets = [Asset(**asset) for asset in stored.pop("assets")]
    checks = [CompiledCheck(**check) for check in stored.pop("checks")]
    return CompiledModule(**stored, pages=pages, assets=assets, checks=checks)


def _write(place: Path, key: str, compilation: Compilation) -> None:
    """Keep a result, whole or not at all; a full disk is no reason to fail."""
    stored = {
        "key": key,
        "module": compilation.module and asdict(compilation.module),
        "problems": [asdict(problem) for problem in compilation.problems],
        "prerequisites": compilation.prerequisite_lines,
        "protocols": compilation.protocols,
        "ids": compilation.ids,
    }
    with suppress(OSError):
        with tempfile.NamedTemporaryFile("w", dir=place.parent, delete=False) as file:
            json.dump(stored, file)
        os.replace(file.name, place)
