"""Files while they are received: written once from the start, hashed on their way, then read."""

from __future__ import annotations

import hashlib
import io
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from functools import partial
from typing import IO, Any

from sqlalchemy import Select

from pdportal import clock, storage
from pdportal.db import after_commit, db

_STRIDE = 4_000_000
"""After so many bytes the space that they had is given back."""


class Upload(io.RawIOBase):
    """A file while it is received: written once from the start, hashed on its way, then read."""

    def __init__(self, source: IO[bytes] | None = None) -> None:
        """`source` is a temporary file that is read into this one, and gives its space back."""
        self.file = storage.receive()
        self.size = 0
        self._source = source
        self._hash = hashlib.sha256()

    @classmethod
    def of(cls, source: IO[bytes]) -> Upload:
        """Receive all that another file holds."""
        upload = cls()
        shutil.copyfileobj(source, upload, 1024 * 1024)
        return upload

    @property
    def sha256(self) -> str:
        """The hash of all that was received, as hex digits."""
        return self._hash.hexdigest()

    def write(self, data: bytes) -> int:  # type: ignore[override]  # werkzeug writes bytes alone
        self._hash.update(data)
        try:
            self.file.write(data)
        except OSError:
            self.close()
            raise
        if self._source and self.size // _STRIDE != (self.size + len(data)) // _STRIDE:
            storage.give_back(self._source)
        self.size += len(data)
        return len(data)

    def read(self, size: int = -1) -> bytes:
        return self.file.read(size)

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        return self.file.seek(offset, whence)

    def close(self) -> None:
        with suppress(OSError):  # what found no room finds none now
            self.file.close()
        super().close()


@contextmanager
def unless_kept(*keys: str) -> Iterator[None]:
    """Remove files that are stored already if what follows, their row above all, fails."""
    try:
        yield
    except BaseException:
        for key in keys:
            storage.delete(key)
        raise


def sweep(prefix: str, *in_use: Select[Any], older_than: timedelta = timedelta(days=1)) -> None:
    """Remove the stored files under a prefix that no row names, once they are so old.

    Rows are read after the files: what is stored meanwhile is not looked at.
    """
    before = clock.now() - older_than
    old = {key for key, stored_at in storage.keys(prefix) if stored_at < before}
    for keys in in_use if old else ():
        old.difference_update(db.session.scalars(keys))
    for key in old:
        storage.delete(key)


def delete_stored(keys: Iterable[str | None]) -> None:
    """Remove files once it is stored that no row names them."""
    for key in filter(None, keys):
        after_commit(partial(storage.delete, key))
