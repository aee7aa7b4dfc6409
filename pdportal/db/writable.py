"""Whether the database takes a write: tried, not guessed from its permissions."""

from __future__ import annotations

from sqlalchemy import URL, NullPool, bindparam, create_engine, text

from pdportal import clock
from pdportal.db.base import Moment
from pdportal.db.faults import Fault, fault_of
from pdportal.db.sqlite import open_queue, queue_path

_PATIENCE = {"sqlite": "PRAGMA busy_timeout=%d", "postgresql": "SET LOCAL lock_timeout=%d"}
SHORT, LONG = 500, 5000
"""Milliseconds that one waits for other writers: each of ours has written by the long one."""
_WRITE = text(
    "INSERT INTO job_run (name, slot) VALUES ('writable', :now) "
    "ON CONFLICT (name) DO UPDATE SET slot = excluded.slot"
).bindparams(bindparam("now", type_=Moment))


def try_to_write(url: URL, patience: int = SHORT) -> None:
    """Store a row, by a connection of its own; raises what the database raises.

    Where somebody else is writing at the moment, it takes writes: only after a long patience that
    is an error.
    """
    if url.get_backend_name() == "sqlite" and (queue := queue_path(url.database)):
        open_queue(queue).close()
    engine = create_engine(url, poolclass=NullPool)
    try:
        with engine.begin() as connection:
            connection.exec_driver_sql(_PATIENCE[url.get_backend_name()] % patience)
            connection.execute(_WRITE, {"now": clock.now()})
    except Exception as error:
        if patience == LONG or fault_of(error) not in {Fault.BUSY, Fault.LOCKED}:
            raise
