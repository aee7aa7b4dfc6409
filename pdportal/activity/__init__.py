"""The event log: one line for every act, never changed, read by inbox, audit and dashboards."""

from __future__ import annotations

from typing import Any

from flask import Flask

from pdportal.accounts.events import happened
from pdportal.accounts.models import Person
from pdportal.activity.services import record
from pdportal.db import Base


def register(_app: Flask) -> None:
    """Keep the record for accounts too, which stands below the log and only says what happened."""
    happened.connect(_record)


def _record(
    _app: Any, *, actor: Person | None, verb: str, thing: Base, detail: dict[str, Any]
) -> None:
    record(actor, verb, thing, **detail)
