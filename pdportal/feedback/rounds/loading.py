"""A round as the pages of its author read it: with its work, its protocol and its reviews."""

from __future__ import annotations

from functools import cache
from typing import Any

from sqlalchemy import Select, bindparam, func, select

from pdportal.accounts.models import Person
from pdportal.accounts.queries import PERSON_COLUMNS
from pdportal.db import db, fetch_entities, relate
from pdportal.feedback.kinds import kind_of
from pdportal.feedback.meetings.models import Meeting
from pdportal.feedback.protocols.models import PROTOCOL_COLUMNS, Protocol
from pdportal.feedback.reviews.models import Review
from pdportal.feedback.rounds import policy
from pdportal.feedback.rounds.models import Round
from pdportal.feedback.rounds.queries import run_by
from pdportal.feedback.works.models import Draft, Revision, Work
from pdportal.feedback.works.policy import is_heard_by_author
from pdportal.feedback.works.queries import writers_known


def read_round(person: Person, round_id: int) -> tuple[Round, Revision] | None:
    """One round of one's own whose feedback one may read now, and the newest version of its work,
    with its draft."""
    for each in fetch_entities(_read_round(), run_by(person, round_id)):
        round_, work, author, draft, revision, latest, protocol, meeting = each
        relate(work, author=author, draft=draft, writers=writers_known(work))
        relate(round_, work=work, revision=revision, protocol=protocol, meeting=meeting)
        for related in (draft, revision, latest):
            if related is not None:
                relate(related, work=work)
        if kind_of(work).has_files:
            db.session()  # it takes all of these, and loads the files when they are read
        return round_, latest
    return None


def round_with_reviews(person: Person, round_id: int) -> tuple[Round, Revision] | None:
    """The same with all reviews that were asked for in it."""
    read = read_round(person, round_id)
    if read is None:
        return None
    round_, _latest = read
    found = fetch_entities(_reviews_of(), {"round_id": round_id})
    for review, reviewer in found:
        relate(review, round=round_, reviewer=reviewer)
    relate(round_, reviews=[review for review, _reviewer in found])
    return read


@cache
def _read_round() -> Select[*tuple[Any, ...]]:
    latest = Revision.__table__.alias("latest")
    newest = select(func.max(latest.c.number)).where(latest.c.work_id == Work.id)
    columns = (*Round.__table__.c, *Work.__table__.c, *PERSON_COLUMNS, *Draft.__table__.c)
    more = (*Revision.__table__.c, *latest.c, *PROTOCOL_COLUMNS, *Meeting.__table__.c)
    return (
        policy.rounds_run_by(bindparam("person_id"))
        .with_only_columns(*columns, *more)
        .where(Round.id == bindparam("round_id"), is_heard_by_author())
        .join(Person, Person.id == Work.author_id)
        .join(Revision, Revision.id == Round.revision_id)
        .join(latest, latest.c.work_id == Work.id)
        .join(Protocol, Protocol.id == Round.protocol_id)
        .where(latest.c.number == newest.correlate(Work).scalar_subquery())
        .outerjoin(Draft, Draft.work_id == Work.id)
        .outerjoin(Meeting, Meeting.round_id == Round.id)
    )


@cache
def _reviews_of() -> Select[*tuple[Any, ...]]:
    return (
        select(*Review.__table__.c, *PERSON_COLUMNS)
        .join(Person, Person.id == Review.reviewer_id)
        .where(Review.round_id == bindparam("round_id"))
        .order_by(Review.id)
    )
