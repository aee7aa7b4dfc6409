"""What an error of the database or of a disk means, for pages, the doctor and the command line."""

from __future__ import annotations

import errno
import sqlite3
from enum import StrEnum

from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnection


class Fault(StrEnum):
    """Why something could not be stored or read, with the cure."""

    BUSY = "others are writing; it passes by itself"
    LOCKED = "another program holds it (fuser names it, or lsof); let it finish, or end it"
    FULL = "there is no room left on the disk; make room"
    CLOSED = "it may not be written; give its folder and files to the portal's user"
    DAMAGED = "it is damaged; restore the last backup: pdportal restore"
    AWAY = "it does not answer; see that it runs and that its address is right"
    OLD = "its tables are missing or old; run: pdportal db upgrade"
    OTHER = "it failed"


_SQLITE = {
    sqlite3.SQLITE_BUSY: Fault.BUSY,  # of its kinds; itself: below
    sqlite3.SQLITE_LOCKED: Fault.BUSY,
    sqlite3.SQLITE_FULL: Fault.FULL,
    sqlite3.SQLITE_IOERR_SHMSIZE: Fault.FULL,  # the file beside the database that all share
    sqlite3.SQLITE_PERM: Fault.CLOSED,
    sqlite3.SQLITE_AUTH: Fault.CLOSED,
    sqlite3.SQLITE_READONLY: Fault.CLOSED,
    sqlite3.SQLITE_CANTOPEN: Fault.CLOSED,
    sqlite3.SQLITE_CORRUPT: Fault.DAMAGED,
    sqlite3.SQLITE_NOTADB: Fault.DAMAGED,
}
"""By the result codes of https://www.sqlite.org/rescode.html."""

_POSTGRES = {
    "53100": Fault.FULL,
    "53": Fault.BUSY,
    "55": Fault.BUSY,
    "40": Fault.BUSY,
    "57014": Fault.BUSY,
    "42501": Fault.CLOSED,
    "25006": Fault.CLOSED,
    "42P01": Fault.OLD,
    "42703": Fault.OLD,
    "XX001": Fault.DAMAGED,
    "XX002": Fault.DAMAGED,
    "08": Fault.AWAY,
    "57": Fault.AWAY,
    "28": Fault.AWAY,
    "3D": Fault.AWAY,
}
"""By SQLSTATE or its class: https://www.postgresql.org/docs/current/errcodes-appendix.html."""

_SYSTEM = {
    errno.ENOSPC: Fault.FULL,
    errno.EDQUOT: Fault.FULL,
    errno.EFBIG: Fault.FULL,
    errno.EACCES: Fault.CLOSED,
    errno.EPERM: Fault.CLOSED,
    errno.EROFS: Fault.CLOSED,
    errno.EIO: Fault.DAMAGED,
}


def fault_of(error: BaseException) -> Fault:
    """What an error of SQLAlchemy, of a driver or of the system means."""
    if isinstance(error, (NoConnection, TimeoutError)):
        return Fault.BUSY
    if isinstance(error, DBAPIError):
        return fault_of(error.orig) if error.orig else Fault.OTHER
    if isinstance(error, sqlite3.Error):
        code = getattr(error, "sqlite_errorcode", 0)
        if code == sqlite3.SQLITE_BUSY:  # the portal's own writers wait in turn before they ask
            return Fault.LOCKED
        is_old = str(error).startswith(("no such table", "no such column"))
        known = _SQLITE.get(code) or _SQLITE.get(code & 0xFF, Fault.OTHER)
        return Fault.OLD if is_old else known
    if isinstance(error, OSError):
        return _SYSTEM.get(error.errno or 0, Fault.OTHER)
    return _postgres_fault(error)


def _postgres_fault(error: BaseException) -> Fault:
    state: str | None = getattr(error, "sqlstate", "")
    if state is None:  # psycopg got no answer to have one from
        return Fault.AWAY if type(error).__name__ == OperationalError.__name__ else Fault.OTHER
    return _POSTGRES.get(state, _POSTGRES.get(state[:2], Fault.OTHER))
