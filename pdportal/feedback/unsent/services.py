"""Words that could not be stored: kept, shown, dropped."""

from __future__ import annotations

from collections.abc import Sequence

from flask import url_for
from flask_login import current_user
from sqlalchemy import select

from pdportal import clock
from pdportal.accounts import me
from pdportal.accounts.models import Person
from pdportal.db import committing, db
from pdportal.feedback.unsent import policy
from pdportal.feedback.unsent.models import UnsentText
from pdportal.web.autosave import Texts

MOST = 100
"""Pages somebody can have such words of; beyond them the oldest go."""
LONGEST = 20_000


def keep(place: str, why: str, texts: Texts) -> str:
    """Keep what was typed on a page in place of what was kept of it before; gives where it is.

    Of a stranger nothing is kept: "". Stored at once and alone: the request that brought it is
    refused, and stores nothing else.
    """
    if not current_user.is_authenticated:
        return ""
    person_id = me().id
    with committing():
        mine = list(
            db.session.scalars(
                select(UnsentText)
                .where(UnsentText.person_id == person_id)
                .order_by(UnsentText.kept_at.desc(), UnsentText.id.desc())
                .with_for_update()
            )
        )
        row = next((row for row in mine if row.place == place[:300]), None)
        if row is None:
            row = UnsentText(person_id=person_id, place=place[:300])
            db.session.add(row)
            for old in mine[MOST - 1 :]:
                db.session.delete(old)
        row.why, row.kept_at = why, clock.now()
        row.texts = [[str(label), text[:LONGEST]] for label, text in texts]
    return url_for("feedback.unsent")


def unsent(person: Person, thing: str = "") -> Sequence[UnsentText]:
    """What somebody has, the newest first; of one thing: what was typed on any of its pages.

    `thing` is the address of its page.
    """
    rows = db.session.scalars(
        policy.unsent_seen_by(person).order_by(UnsentText.kept_at.desc(), UnsentText.id.desc())
    ).all()
    return [row for row in rows if not thing or _is_of(row.place, thing)]


def _is_of(place: str, thing: str) -> bool:
    return place.startswith(thing) and place[len(thing) : len(thing) + 1] in {"", "/", "?", "#"}


def drop(person: Person, row: UnsentText) -> None:
    """Whoever wrote it needs it no more."""
    if row.person_id == person.id:
        db.session.delete(row)
