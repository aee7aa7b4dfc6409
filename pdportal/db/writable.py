"""Whether the database takes a write: tried, not guessed from its permissions."""

from __future__ import annotations

from sqlalchemy import URL, NullPool, bindparam, create_engine, text

from pdportal import clock
from pdportal.db.base import Moment
from pdportal.db.faults import Fault, fault_of

_PATIENCE = {"sqlite": "PRAGMA busy_timeout=500", "postgresql": "SET LOCAL lock_timeout='500ms'"}
_WRITE = text(
    "INSERT INTO job_run (name, slot) VALUES ('writable', :now) "
    "ON CONFLICT (name) DO UPDATE SET slot = excluded.slot"
).bindparams(bindparam("now", type_=Moment))


def try_to_write(url: URL) -> None:
    """Store a row, by a connection of its own; raises what the database raises.

    Where somebody else is writing at the moment, it takes writes: that is no error here.
    """
    engine = create_engine(url, poolclass=NullPool)
    try:
        with engine.begin() as connection:
            connection.exec_driver_sql(_PATIENCE[url.get_backend_name()])
            connection.execute(_WRITE, {"now": clock.now()})
    except Exception as error:
        if fault_of(error) is not Fault.BUSY:
            raise
