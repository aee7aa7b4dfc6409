"""A folder of sources, out of which nothing can reach, and a record of what was read in it."""

import hashlib
import os
import posixpath
from collections.abc import Collection
from pathlib import Path

from pdportal.content.problems import Problems
from pdportal.content.settings import Settings
from pdportal.content.source import Source, read_source

MAX_ASSET_BYTES = 200_000_000
COMPILER = 3
"""Counted up when the same sources compile to something else: then they make a new edition."""

_PIECE = 1 << 20


class OutsideError(Exception):
    """A path leads out of the folder."""


class Folder:
    """Finds files by their path within the folder; every read counts for the content hash."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._real = root.resolve()
        self._read: dict[str, str] = {}

    def show(self, relative: str) -> str:
        """The path of a file as the one who called us would write it."""
        return (self.root / relative).as_posix()

    def find(self, relative: str) -> Path | None:
        """A file in the folder, or None; raises OutsideError for a path that leads out."""
        clean = posixpath.normpath(relative.replace("\\", "/"))
        if any(part.startswith(".") and part != ".." for part in clean.split("/")):
            return None  # a hidden file is nobody's figure
        if clean.startswith(("../", "/")) or clean == ".." or "\0" in clean or ":" in clean[:3]:
            raise OutsideError(relative)
        path = self.root / clean
        try:
            real = path.resolve()
            if not real.is_relative_to(self._real):
                raise OutsideError(relative)
            return path if real.is_file() else None
        except (OSError, RuntimeError, ValueError):
            return None

    def names(self, directory: str, *endings: str) -> list[str]:
        """The names of the files in a directory of the folder, in order."""
        try:
            names = os.listdir(self.root / directory)
        except OSError:
            return []
        return sorted(
            name
            for name in names
            if name.lower().endswith(endings) and not name.startswith((".", "_"))
        )

    def read(
        self, relative: str, known: Collection[str] = (), *, front_matter: bool = True
    ) -> Settings:
        """Read a Markdown file; one outside the folder is an error, and an unknown setting told."""
        shown = self.show(relative)
        settings = Settings(Source(shown), Problems(shown))
        try:
            path = self.find(relative)
        except OutsideError:
            settings.problems.error(1, "This file lies outside the folder.", "Copy it here.")
            return settings
        if path is None:
            settings.problems.error(1, "This file is not there.")
            return settings
        settings.source, faults = read_source(path, shown, front_matter=front_matter)
        settings.problems.found += faults
        self.digest(relative, path)
        if known:
            settings.check_keys(known)
        return settings

    def digest(self, relative: str, path: Path) -> tuple[str, int]:
        """The sha256 and the size of a file, which is noted as read."""
        sha = hashlib.sha256()
        size = 0
        try:
            with path.open("rb") as file:
                while piece := file.read(_PIECE):
                    sha.update(piece)
                    size += len(piece)
                    if size > MAX_ASSET_BYTES:
                        return "", size
        except OSError:
            return "", 0
        self._read[posixpath.normpath(relative)] = sha.hexdigest()
        return sha.hexdigest(), size

    def content_hash(self) -> str:
        """One hash over all that was read, in the order of the paths, and over how it is read."""
        sha = hashlib.sha256(f"compiler {COMPILER}\n".encode())
        for path, digest in sorted(self._read.items()):
            sha.update(f"{path}\0{digest}\n".encode())
        return sha.hexdigest()
