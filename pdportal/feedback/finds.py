"""What a search finds of works and protocols."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy import Row, ScalarSelect, case, func, or_, select
from sqlalchemy.orm import aliased

from pdportal.accounts.models import Person
from pdportal.db import db
from pdportal.feedback.kinds import all_kinds, kind_named
from pdportal.feedback.protocols.queries import protocols
from pdportal.feedback.reviews.models import Review
from pdportal.feedback.rounds.models import Round
from pdportal.feedback.rounds.veil import author_name
from pdportal.feedback.works import policy
from pdportal.feedback.works.models import Draft, Revision, Work
from pdportal.search.sources import Hit, fit

MOST_WORKS = 1_000
MOST_LETTERS = 600_000
"""So much of the newest is looked through; of what is older, the titles."""


def find_works(person: Person, asked: str) -> Iterable[Hit]:
    """Works by title and text; others' only by title where they are not talked about."""
    mine = policy.is_written_by(person.id)
    is_read = or_(mine, Work.kind.in_([kind.name for kind in all_kinds() if kind.talk]))
    saved = aliased(Revision)
    newest = select(func.max(Revision.number)).where(Revision.work_id == Work.id)
    is_newest = saved.number == newest.correlate(Work).scalar_subquery()
    hidden = _hidden_review(person)
    rows = db.session.execute(
        policy.works_seen_by(person)
        .join(Person, Person.id == Work.author_id)
        .outerjoin(Draft, (Draft.work_id == Work.id) & mine)
        .outerjoin(saved, (saved.work_id == Work.id) & is_newest & is_read)
        .with_only_columns(
            Work.id,
            Work.kind,
            Work.clip_id,
            Work.title,
            case((mine, None), (hidden.is_not(None), ""), else_=Person.name).label("author"),
            hidden.label("hidden"),
            Draft.content.label("typed"),
            saved.content.label("saved"),
        )
        .order_by(Work.id.desc())
        .limit(MOST_WORKS)
    )
    letters = 0
    for row in rows:
        text = " ".join((row.typed or row.saved or {}).values())
        letters += len(text)
        if fits := fit(asked, row.title, text if letters <= MOST_LETTERS else ""):
            author = author_name() if row.author == "" else row.author
            yield Hit(row.title, _address(row), _what(row.kind, author), text, fits)


def find_protocols(person: Person, asked: str) -> Iterable[Hit]:
    """Protocols by their name and by what they are for."""
    return [
        Hit(each.name, url_for("feedback.protocol_page", slug=each.slug), each.summary, fit=fits)
        for each in protocols(person)
        if (fits := fit(asked, each.name, f"{each.summary} {each.data['purpose']}"))
    ]


def _address(row: Row[Any]) -> str:
    """The page of one's own work by its kind; others' works open where one's part in them is.

    That of a hidden author by the review alone: who wrote the works before and after it is known.
    """
    if row.author is None:
        return kind_named(row.kind).address(row)
    if row.hidden is not None:
        return url_for("feedback.review_page", review_id=row.hidden)
    return url_for("feedback.work_page", work_id=row.id)


def _what(kind: str, author: str | None) -> str:
    word = str(kind_named(kind).word).capitalize()
    return word if author is None else _("%(what)s by %(name)s", what=word, name=author)


def _hidden_review(person: Person) -> ScalarSelect[int]:
    """Somebody's newest review of a `Work` in a round that hides its author, if there is one."""
    asked = select(func.max(Review.id)).join(Round, Review.round_id == Round.id)
    mine = Round.work_id == Work.id, Review.reviewer_id == person.id
    return asked.where(*mine, Round.author_is_hidden).correlate(Work).scalar_subquery()
