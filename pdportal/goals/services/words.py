"""What is typed into steps and evidence, and turns that are taken one after the other."""

from __future__ import annotations

from flask_babel import gettext as _
from sqlalchemy import select

from pdportal.accounts.models import Person
from pdportal.db import db
from pdportal.feedback.works.services import clean, too_long
from pdportal.goals import policy
from pdportal.goals.models import Goal, Step
from pdportal.web.doors import own_path
from pdportal.web.errors import Refused, forbidden

LONGEST_STEP = 1_000
LONGEST_TITLE = 200
LONGEST_TEXT = 8_000
LONGEST_SOURCE = 300


def tidy(text: str, field: str, longest: int, missing: str = "") -> str:
    """What was typed, trimmed; refused at its box if it is too long, or must not be missing."""
    text = clean(text).strip()
    if len(text) > longest:
        raise too_long(field, longest)
    if missing and not text:
        raise Refused(missing, status=422, field=field)
    return text


def source(title: str, url: str) -> tuple[str, str]:
    """Where a step came from: only a page of this portal can be linked to."""
    url = own_path(url)
    if len(url) > LONGEST_SOURCE:
        url = ""
    return " ".join(clean(title).split())[:LONGEST_TITLE], url


def own(owner: Person, thing: Goal | Step) -> None:
    """Nobody else writes here."""
    if not policy.may_change(owner, thing):
        raise forbidden()


def to_work_on(owner: Person, goal: Goal | None) -> None:
    """A goal that takes new steps and evidence: one's own, and not closed."""
    if goal is None:
        return
    own(owner, goal)
    if not goal.is_open:
        raise Refused(_("This goal is closed. Open it again to go on with it."))


def take_turn(owner: Person) -> None:
    """What one person sends twice at once is done one after the other.

    On PostgreSQL the second waits here for the first; on SQLite all writers have queued already.
    """
    one = select(Person.id).where(Person.id == owner.id).with_for_update(key_share=True)
    db.session.execute(one).all()
