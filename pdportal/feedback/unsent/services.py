"""Words that could not be stored: kept, shown, dropped."""

from __future__ import annotations

from collections.abc import Sequence

from flask import request, url_for
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
"""So many texts somebody can have; beyond them the oldest go."""
LONGEST = 20_000
SAME = 12
"""Who types on in a box leaves so many letters at its beginning as they are."""


def keep(place: str, why: str, texts: Texts) -> str:
    """Keep what was typed into a form on a page; gives where it is.

    It takes the place of what was kept of the same form if it is that text, typed on. Of a stranger
    nothing is kept: "". Stored at once and alone: the request that brought it is refused, and
    stores nothing else.
    """
    if not current_user.is_authenticated:
        return ""
    person_id, where = me().id, {"place": place[:300], "form": request.path[:300]}
    typed = [[str(label), text[:LONGEST]] for label, text in texts]
    with committing():
        db.session.execute(select(Person.id).where(Person.id == person_id).with_for_update())
        mine = db.session.scalars(
            select(UnsentText)
            .where(UnsentText.person_id == person_id)
            .order_by(UnsentText.kept_at.desc(), UnsentText.id.desc())
        ).all()
        same_form = (row for row in mine if (row.place, row.form) == (*where.values(),))
        row = next((row for row in same_form if _goes_on(row.texts, typed)), None)
        if row is None:
            row = UnsentText(person_id=person_id, **where)
            db.session.add(row)
            for old in mine[MOST - 1 :]:
                db.session.delete(old)
        row.why, row.kept_at, row.texts = why, clock.now(), typed
    return url_for("feedback.unsent")


def _goes_on(before: Sequence[Sequence[str]], now: Sequence[Sequence[str]]) -> bool:
    """Whether this is the same text, typed on or shortened: some box begins as it did."""
    return any(
        old[0] == new[0] and (new[1].startswith(old[1][:SAME]) or old[1].startswith(new[1][:SAME]))
        for old, new in zip(before, now, strict=False)
    )


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
