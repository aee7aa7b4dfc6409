"""Where the answer of somebody is waited for."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from operator import attrgetter
from typing import Any, NamedTuple

from flask import url_for
from sqlalchemy import (
    Boolean,
    Integer,
    Select,
    String,
    bindparam,
    cast,
    false,
    func,
    literal_column,
    null,
    or_,
    select,
    union_all,
)

from pdportal import clock
from pdportal.accounts.models import Person
from pdportal.db import fetch_all
from pdportal.feedback.comments.models import Comment, Decision
from pdportal.feedback.kinds import all_kinds, kind_named
from pdportal.feedback.reviews.models import Review
from pdportal.feedback.rounds.models import Round
from pdportal.feedback.works.models import Revision, Work, WorkWriter
from pdportal.feedback.works.policy import is_heard_by_author, is_written_by
from pdportal.web.locale import zone_here


class WaitingFeedback(NamedTuple):
    """A round, or the talk about a work one writes, in which feedback waits for an answer; or a
    work that somebody asks one to write with them."""

    round_id: int | None
    title: str
    new: int
    """Comments nobody has decided on."""
    since: datetime
    by_day: bool = False
    """Whether only the day of `since` is told: who gave the feedback is hidden."""
    id: int = 0
    """The work's."""
    kind: str = ""
    clip_id: int | None = None
    asked_by: str | None = None
    """Who asks one to write the work."""
    in_all: int = 1
    """How much feedback there is, asks apart."""

    @property
    def url(self) -> str:
        """Where it is answered."""
        if self.asked_by is not None:
            return url_for("feedback.writers", work_id=self.id)
        if self.round_id is None:
            return kind_named(self.kind).address(self)
        return url_for("feedback.round_page", round_id=self.round_id)


def feedback_waiting(person: Person, most: int = 1000) -> list[WaitingFeedback]:
    """Where somebody's answer is waited for, the longest waiting first: all asks, and at least
    `most` of what is feedback."""
    talked_about = tuple(kind.name for kind in all_kinds() if kind.talk)
    rows = fetch_all(_feedback_waiting(talked_about), {"person_id": person.id, "most": most})
    waiting = [WaitingFeedback._make(row) for row in rows]
    days = [
        each._replace(since=clock.end_of_day(each.since, zone_here()))
        for each in waiting
        if each.by_day
    ]
    exact = [each for each in waiting if not each.by_day]
    return sorted([*days, *exact], key=attrgetter("since"))


@cache
def _feedback_waiting(talked_about: Sequence[str]) -> Select[*tuple[Any, ...]]:
    in_rounds = (
        _unanswered(
            Round.id.label("round_id"),
            func.min(Review.given_at).label("since"),
            Round.hides_reviewers.label("by_day"),
        )
        .join(Review, Review.id == Comment.review_id)
        .join(Round, Round.id == Review.round_id)
        .where(Round.is_open, Review.is_given, Comment.is_written)
        .group_by(Round.id)
    )
    in_talks = _unanswered(
        cast(null(), Integer), func.min(Comment.written_at), cast(false(), Boolean)
    ).where(
        or_(*(Work.kind == kind for kind in talked_about)),
        # Two `IS NULL` would have SQLite begin with what everybody says in every talk.
        func.coalesce(Comment.review_id, Comment.answers_id, 0) == 0,
        Comment.author_id != Work.author_id,
    )
    asks: Select[*tuple[Any, ...]] = (
        select(
            cast(null(), Integer),
            WorkWriter.invited_at,
            cast(false(), Boolean),
            Work.id,
            literal_column("0"),
            Person.name,
        )
        .join(Work, Work.id == WorkWriter.work_id)
        .join(Person, Person.id == WorkWriter.invited_by_id)
        .where(WorkWriter.person_id == bindparam("person_id"), WorkWriter.is_asked)
        .where(Work.put_away_at.is_(None))
    )
    found = union_all(in_rounds, in_talks, asks).cte("found")
    is_ask = found.c.asked_by.is_not(None)
    in_all = select(func.count()).select_from(found).where(~is_ask).scalar_subquery()
    order = found.c.since, found.c.round_id, found.c.work_id
    # Where only the day is told, the moment puts nothing before what comes from others.
    nth = func.row_number().over(partition_by=found.c.by_day, order_by=order).label("nth")
    few = select(*found.c, nth, is_ask.label("is_ask")).subquery()
    of_work: dict[str, Any] = {each.key: each for each in (Work.id, Work.title, Work.kind)}
    of_work |= {"clip_id": Work.clip_id, "in_all": in_all, **few.c}
    return (
        select(*(of_work[name] for name in WaitingFeedback._fields))
        .join(Work, Work.id == few.c.work_id)
        .where(or_(few.c.is_ask, few.c.nth <= bindparam("most")))
        .order_by(few.c.since, few.c.round_id, Work.id)
    )


def _unanswered(*columns: Any) -> Select[*tuple[Any, ...]]:
    """Works that somebody writes whose comments wait for a decision, and how many."""
    asked_by = cast(null(), String).label("asked_by")
    return (
        select(*columns, Work.id.label("work_id"), func.count(Comment.id).label("new"), asked_by)
        .select_from(Work)
        .join(Revision, Revision.work_id == Work.id)
        .join(Comment, Comment.revision_id == Revision.id)
        .outerjoin(Decision, Decision.comment_id == Comment.id)
        .where(is_written_by(bindparam("person_id")), is_heard_by_author())
        .where(Comment.is_unanswered)
        .group_by(Work.id)
    )
