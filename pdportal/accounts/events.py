"""News for the features above: a letter to send, an act to record, a person who may no longer."""

from __future__ import annotations

from typing import Any

from blinker import Namespace
from flask import current_app

from pdportal.accounts.models import Person
from pdportal.db import Base

_signals = Namespace()

letter_written = _signals.signal("letter-written")
"""`send(app, to=…, subject=…, text=…, person_id=…)`: store this letter in the same transaction.

`person_id` is None where the address belongs to nobody yet.
"""

happened = _signals.signal("accounts-happened")
"""`send(app, actor=…, verb=…, thing=…, detail=…)`: record this act in the same transaction.

`actor` is the person or None, `thing` a row, `detail` a dict of ids and figures.
"""

person_deactivated = _signals.signal("person-deactivated")
"""`send(app, person=…)`: what others count on from this person must go to somebody else."""

person_away = _signals.signal("person-away")
"""`send(app, person=…)`: this person said from when to when they are away."""


def emit(actor: Person | None, verb: str, thing: Base, **detail: int | str | bool | None) -> None:
    """Send `happened`: this act is recorded in the same transaction."""
    happened.send(the_app(), actor=actor, verb=verb, thing=thing, detail=detail)


def the_app() -> Any:
    """The app itself, as signals name their sender."""
    return current_app._get_current_object()  # type: ignore[attr-defined]  # typed as a Flask
