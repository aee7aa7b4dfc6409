"""What a coach's pages read: who waits, oldest first."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from flask import url_for
from sqlalchemy import Float, Integer, String, cast, literal, null, select, union_all

from pdportal.accounts.models import Person
from pdportal.db import db
from pdportal.feedback.models import Protocol, Review, Round, Work
from pdportal.video.models import Clip, ClipShare


class WaitingForCoach(NamedTuple):
    """One thing that a teacher waits for: a clip to answer, or a review."""

    kind: str
    """ "clip" or "review"."""
    id: int
    teacher_id: int
    teacher_name: str
    title: str
    question: str
    seconds: float | None
    """Of a clip, where its length is known."""
    minutes: int | None
    """Of a review."""
    since: datetime

    @property
    def url(self) -> str:
        """Where it is answered."""
        if self.kind == "clip":
            return url_for("clips.clip_page", clip_id=self.id)
        return url_for("feedback.review_page", review_id=self.id)


def waiting_for_coach(coach: Person) -> list[WaitingForCoach]:
    """Clips shared with a coach and not answered, and reviews asked of them; the oldest first."""
    clips = (
        select(
            literal("clip").label("kind"),
            Clip.id.label("id"),
            Person.id.label("teacher_id"),
            Person.name.label("teacher_name"),
            Clip.title.label("title"),
            cast(ClipShare.question, String).label("question"),
            Clip.seconds.label("seconds"),
            cast(null(), Integer).label("minutes"),
            ClipShare.shared_at.label("since"),
        )
        .select_from(ClipShare)
        .join(Clip, Clip.id == ClipShare.clip_id)
        .join(Person, Person.id == Clip.owner_id)
        .where(
            ClipShare.person_id == coach.id,
            ClipShare.taken_back_at.is_(None),
            ClipShare.answered_at.is_(None),
            Clip.deleted_at.is_(None),
        )
    )
    reviews = (
        select(
            literal("review"),
            Review.id,
            Person.id,
            Person.name,
            Work.title,
            cast(Round.question, String),
            cast(null(), Float),
            Protocol.minutes,
            Review.asked_at,
        )
        .select_from(Review)
        .join(Round, Round.id == Review.round_id)
        .join(Work, Work.id == Round.work_id)
        .join(Person, Person.id == Work.author_id)
        .join(Protocol, Protocol.id == Round.protocol_id)
        .where(
            Review.reviewer_id == coach.id,
            Review.as_coach,
            Review.given_at.is_(None),
            Review.released_at.is_(None),
            Round.taken_back_at.is_(None),
            Round.closed_at.is_(None),
        )
    )
    both = union_all(clips, reviews).subquery()
    rows = db.session.execute(select(both).order_by(both.c.since, both.c.id).limit(100))
    return [WaitingForCoach(*row) for row in rows]
