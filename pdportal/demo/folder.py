"""The demo's own folder: made once, known by its mark, and never mistaken for a real portal."""

from __future__ import annotations

import json
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import IO

from pdportal import clock
from pdportal.operations import CannotRun

try:
    import fcntl
except ImportError:  # not on Windows, where one has to know oneself what runs
    fcntl = None  # type: ignore[assignment]  # a module is not None

MARK = "pdportal-demo.json"
LOCK = "pdportal-demo.lock"
FRESH = timedelta(days=3)
"""After so long the dates of the term begin to look old."""

_WORDS = (
    *("amber", "apple", "birch", "bread", "brook", "candle", "cedar", "cloud", "copper", "coral"),
    *("daisy", "ember", "fern", "field", "finch", "garden", "ginger", "hazel", "honey", "ivory"),
    *("juniper", "kettle", "lantern", "lemon", "linen", "maple", "meadow", "mint", "olive"),
    *("orchard", "otter", "paper", "pebble", "pepper", "plum", "quill", "rain", "river", "robin"),
    *("rose", "saffron", "sail", "silver", "sparrow", "stone", "sugar", "thyme", "tulip"),
    *("velvet", "walnut", "willow", "window", "winter"),
)


class NotOurs(CannotRun):
    """This folder is not a demo's, or cannot be used as one now; the message says why."""


@dataclass(frozen=True)
class Mark:
    """What the demo keeps about itself."""

    ready: bool
    password: str
    made_at: datetime

    @property
    def is_old(self) -> bool:
        """Whether "yesterday" in it was some time ago."""
        return clock.now() - self.made_at > FRESH


class DemoFolder:
    """A folder that holds a demo and nothing else."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock: IO[bytes] | None = None

    def check(self) -> None:
        """Refuse a folder that somebody else uses: it may hold a real portal."""
        if self.path.exists() and not self.path.is_dir():
            raise NotOurs(f"{self.path} is a file; the demo needs a folder of its own.")
        if self._is_ours() or not self.path.exists() or not any(self.path.iterdir()):
            return
        raise NotOurs(
            f"the folder {self.path} holds something that is not a demo; it was left as it is. "
            "Choose another with --data."
        )

    @contextmanager
    def held(self) -> Iterator[None]:
        """Nobody clears this folder while a demo runs in it, and no two make it at once."""
        self.check()
        self.path.mkdir(parents=True, exist_ok=True, mode=0o700)
        if not self._is_ours():
            self._write(Mark(ready=False, password="", made_at=clock.now()))
        with (self.path / LOCK).open("ab") as self._lock:
            yield

    def clear_to_make(self) -> Mark:
        """Alone in an empty folder from now on, with a new password; what was there is gone."""
        self._take(alone=True)
        for entry in self.path.iterdir():
            if entry.name in (MARK, LOCK):
                continue
            if entry.is_dir() and not entry.is_symlink():
                shutil.rmtree(entry)
            else:
                entry.unlink()
        password = " ".join(secrets.choice(_WORDS) for _ in range(4))
        return self._write(Mark(ready=False, password=password, made_at=clock.now()))

    def made(self, mark: Mark) -> Mark:
        """The district is whole."""
        done = self._write(replace(mark, ready=True))
        self.share()
        return done

    def share(self) -> None:
        """Run in it; others may, too."""
        self._take(alone=False)

    def mark(self) -> Mark | None:
        """What it says of itself; None if it is not whole: it was never made, or half made."""
        try:
            stored = json.loads((self.path / MARK).read_text(encoding="utf-8"))
            mark = Mark(
                bool(stored["ready"]),
                str(stored["password"]),
                datetime.fromisoformat(stored["made_at"]),
            )
        except (OSError, ValueError, KeyError, TypeError):
            return None
        return mark if mark.ready else None

    def _is_ours(self) -> bool:
        return (self.path / MARK).is_file()

    def _write(self, mark: Mark) -> Mark:
        unfinished = self.path / f".{MARK}.{os.getpid()}"
        handle = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        stored = {
            "about": "The data folder of `pdportal demo`; --reset removes all that is in it.",
            "ready": mark.ready,
            "password": mark.password,
            "made_at": mark.made_at.isoformat(),
        }
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump(stored, file, indent=2)
        unfinished.replace(self.path / MARK)
        return mark

    def _take(self, *, alone: bool) -> None:
        if fcntl is None or self._lock is None:
            return
        try:
            fcntl.flock(self._lock, (fcntl.LOCK_EX if alone else fcntl.LOCK_SH) | fcntl.LOCK_NB)
        except OSError:
            message = f"a demo is running in {self.path}, or is being made there; stop it first."
            raise NotOurs(message) from None
