"""Works and their revisions, protocols, rounds, reviews, comments and what became of them."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from pdportal import clock
from pdportal.accounts.models import Person
from pdportal.cohorts.models import Cohort
from pdportal.db import Base, Timestamped
from pdportal.video.models import Clip


class WorkKind(StrEnum):
    """What a work is; its kind gives it its fields."""

    LESSON_PLAN = "lesson_plan"
    TEXT = "text"
    GOAL = "goal"
    TASK = "task"
    CLIP = "clip"


class Work(Timestamped, Base):
    """Anything brought for feedback. Only its author sees it until it is shared."""

    __tablename__ = "work"
    __table_args__ = (CheckConstraint("(kind = 'clip') = (clip_id IS NOT NULL)", name="clip"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    author_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    kind: Mapped[WorkKind]
    title: Mapped[str] = mapped_column(String(160))
    fields: Mapped[list[Any]]
    """What the work is made of, in order: `{"key", "label", "hint", "rows"}` each."""
    clip_id: Mapped[int | None] = mapped_column(ForeignKey("clip.id"), unique=True)
    put_away_at: Mapped[datetime | None]

    author: Mapped[Person] = relationship()
    clip: Mapped[Clip | None] = relationship()
    revisions: Mapped[list[Revision]] = relationship(
        back_populates="work", order_by="Revision.number"
    )
    draft: Mapped[Draft | None] = relationship(back_populates="work", uselist=False)


class Draft(Base):
    """What the author is typing, kept at every pause; it becomes the next revision."""

    __tablename__ = "draft"

    work_id: Mapped[int] = mapped_column(ForeignKey("work.id"), primary_key=True)
    content: Mapped[dict[str, str]]
    why: Mapped[str] = mapped_column(Text, default="")
    addressed: Mapped[list[Any]] = mapped_column(default=list)
    """The comments ticked so far as answered by what is being written: their ids."""
    version: Mapped[int] = mapped_column(default=1)
    """Counts the saves, so that two tabs cannot overwrite one another unseen."""
    saved_at: Mapped[datetime] = mapped_column(default=clock.now)

    work: Mapped[Work] = relationship(back_populates="draft")


class Revision(Base):
    """One numbered state of a work, immutable, with why it was changed."""

    __tablename__ = "revision"
    __table_args__ = (UniqueConstraint("work_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    work_id: Mapped[int] = mapped_column(ForeignKey("work.id"))
    number: Mapped[int]
    content: Mapped[dict[str, str]]
    why: Mapped[str] = mapped_column(Text, default="")
    made_at: Mapped[datetime] = mapped_column(default=clock.now)

    work: Mapped[Work] = relationship(back_populates="revisions")


class Protocol(Base):
    """One edition of a protocol's Markdown file, immutable; rounds keep the one they began with."""

    __tablename__ = "protocol"
    __table_args__ = (
        UniqueConstraint("slug", "content_hash"),
        Index(
            "uq_protocol_current",
            "slug",
            unique=True,
            sqlite_where=text("is_current"),
            postgresql_where=text("is_current"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(80))
    content_hash: Mapped[str] = mapped_column(String(64))
    name: Mapped[str] = mapped_column(String(120))
    summary: Mapped[str] = mapped_column(String(400))
    minutes: Mapped[int]
    data: Mapped[dict[str, Any]]
    """Stages, practice and student version, compiled: see `feedback.protocols`."""
    is_current: Mapped[bool] = mapped_column(default=True)
    published_at: Mapped[datetime] = mapped_column(default=clock.now)


class Round(Base):
    """One request for feedback on one revision."""

    __tablename__ = "round"
    __table_args__ = (
        CheckConstraint("needed >= 1 AND needed <= asked", name="counts"),
        Index(
            "uq_round_open",
            "work_id",
            unique=True,
            sqlite_where=text("taken_back_at IS NULL AND closed_at IS NULL"),
            postgresql_where=text("taken_back_at IS NULL AND closed_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    work_id: Mapped[int] = mapped_column(ForeignKey("work.id"), index=True)
    revision_id: Mapped[int] = mapped_column(ForeignKey("revision.id"), index=True)
    protocol_id: Mapped[int] = mapped_column(ForeignKey("protocol.id"))
    cohort_id: Mapped[int | None] = mapped_column(ForeignKey("cohort.id"), index=True)
    """The cohort that supplies the colleagues; None when they were named."""
    question: Mapped[str] = mapped_column(Text)
    asked: Mapped[int]
    needed: Mapped[int]
    coach_may: Mapped[bool] = mapped_column(default=True)
    """Whether the author's coach is asked when no colleague is left to ask."""
    due_on: Mapped[date | None]
    shared_at: Mapped[datetime] = mapped_column(default=clock.now)
    grace_until: Mapped[datetime]
    taken_back_at: Mapped[datetime | None]
    nobody_left_at: Mapped[datetime | None]
    """When the author was told that nobody is left to ask and that they may go on."""
    answered_at: Mapped[datetime | None]
    """When the author went on: wrote the next revision, with as much as had come."""
    closed_at: Mapped[datetime | None]
    reflection_version: Mapped[int] = mapped_column(default=0)
    """Counts the saves of the closing reflection, so that two tabs do not overwrite one another."""
    learned: Mapped[str] = mapped_column(Text, default="")
    did_not_work: Mapped[str] = mapped_column(Text, default="")
    try_next: Mapped[str] = mapped_column(Text, default="")

    work: Mapped[Work] = relationship()
    revision: Mapped[Revision] = relationship()
    protocol: Mapped[Protocol] = relationship()
    cohort: Mapped[Cohort | None] = relationship()
    reviews: Mapped[list[Review]] = relationship(back_populates="round", order_by="Review.id")

    @property
    def is_open(self) -> bool:
        """Whether the round goes on: neither taken back nor closed."""
        return self.taken_back_at is None and self.closed_at is None


class ReleaseWhy(StrEnum):
    """Why a review is no longer asked of somebody."""

    LEASE_OVER = "lease_over"
    DECLINED = "declined"
    LEFT = "left"
    INACTIVE = "inactive"
    TAKEN_BACK = "taken_back"
    CLOSED = "closed"


class Review(Base):
    """One colleague's part in a round, from being asked to having given."""

    __tablename__ = "review"
    __table_args__ = (
        UniqueConstraint("round_id", "reviewer_id"),
        CheckConstraint("given_at IS NULL OR begun_at IS NOT NULL", name="begun"),
        CheckConstraint("given_at IS NULL OR released_at IS NULL", name="given_or_released"),
        CheckConstraint("(released_at IS NULL) = (release_why IS NULL)", name="released"),
        CheckConstraint("thanked_at IS NULL OR given_at IS NOT NULL", name="thanked"),
        Index("ix_review_owed", "reviewer_id", "given_at", "released_at", "round_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"))
    reviewer_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    as_coach: Mapped[bool] = mapped_column(default=False)
    asked_at: Mapped[datetime] = mapped_column(default=clock.now)
    lease_until: Mapped[datetime]
    reminded_at: Mapped[datetime | None]
    begun_at: Mapped[datetime | None]
    stage: Mapped[int] = mapped_column(default=0)
    """How many stages of the protocol are done; the server keeps the order."""
    version: Mapped[int] = mapped_column(default=0)
    """Counts the saves of its comments, so that two tabs do not overwrite one another."""
    given_at: Mapped[datetime | None]
    released_at: Mapped[datetime | None]
    """When it went to somebody else: lease over, declined, removed, or round closed without it."""
    release_why: Mapped[ReleaseWhy | None]
    declined_with: Mapped[str] = mapped_column(String(500), default="")
    """The kind word somebody who had no time left for the author."""
    thanked_at: Mapped[datetime | None]
    thanks: Mapped[str] = mapped_column(Text, default="")

    round: Mapped[Round] = relationship(back_populates="reviews")
    reviewer: Mapped[Person] = relationship()
    comments: Mapped[list[Comment]] = relationship(back_populates="review", order_by="Comment.id")

    @property
    def is_owed(self) -> bool:
        """Whether somebody still waits for it."""
        return self.given_at is None and self.released_at is None


class CommentKind(StrEnum):
    """What a comment is; no comment is a score."""

    STRENGTH = "strength"
    QUESTION = "question"
    SUGGESTION = "suggestion"
    NOTE = "note"


class AnchorKind(StrEnum):
    """Where on the work a comment stands."""

    WHOLE = "whole"
    FIELD = "field"
    PASSAGE = "passage"
    MOMENT = "moment"


class Comment(Base):
    """One thing a colleague or coach says about one revision.

    In a review it stays the reviewer's own until the review is given; on a clip, where there is
    no review, it can be read at once.
    """

    __tablename__ = "comment"
    __table_args__ = (
        Index("ix_comment_revision_review", "revision_id", "review_id"),
        CheckConstraint("(anchor = 'passage') = (quote IS NOT NULL)", name="quote"),
        CheckConstraint("(anchor = 'moment') = (starts IS NOT NULL)", name="moment"),
        CheckConstraint("ends IS NULL OR ends >= starts", name="span"),
        CheckConstraint("anchor IN ('whole', 'moment') OR field IS NOT NULL", name="place"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    revision_id: Mapped[int] = mapped_column(ForeignKey("revision.id"))
    review_id: Mapped[int | None] = mapped_column(ForeignKey("review.id"), index=True)
    author_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    answers_id: Mapped[int | None] = mapped_column(ForeignKey("comment.id"), index=True)
    """The comment this one replies to (on a clip)."""
    stage: Mapped[str] = mapped_column(String(60), default="")
    kind: Mapped[CommentKind]
    text: Mapped[str] = mapped_column(Text)
    next_move: Mapped[str] = mapped_column(Text, default="")
    anchor: Mapped[AnchorKind] = mapped_column(default=AnchorKind.WHOLE)
    field: Mapped[str | None] = mapped_column(String(60))
    quote: Mapped[str | None] = mapped_column(Text)
    before: Mapped[str] = mapped_column(String(80), default="")
    after: Mapped[str] = mapped_column(String(80), default="")
    starts: Mapped[float | None]
    ends: Mapped[float | None]
    written_at: Mapped[datetime] = mapped_column(default=clock.now)

    revision: Mapped[Revision] = relationship()
    review: Mapped[Review | None] = relationship(back_populates="comments")
    author: Mapped[Person] = relationship()
    decision: Mapped[Decision | None] = relationship(back_populates="comment", uselist=False)


class Verdict(StrEnum):
    """What the author does with a comment; declining is as good an answer as any."""

    USE = "use"
    ADAPT = "adapt"
    DECLINE = "decline"


class Decision(Base):
    """The author's answer to one comment, and how it went on from there."""

    __tablename__ = "decision"
    __table_args__ = (
        CheckConstraint("(addressed_in_id IS NULL) = (addressed_at IS NULL)", name="addressed"),
        CheckConstraint(
            "confirmed_at IS NULL OR asked_again_at IS NULL", name="confirmed_or_asked"
        ),
    )

    comment_id: Mapped[int] = mapped_column(ForeignKey("comment.id"), primary_key=True)
    verdict: Mapped[Verdict]
    why: Mapped[str] = mapped_column(Text, default="")
    decided_at: Mapped[datetime] = mapped_column(default=clock.now)
    version: Mapped[int] = mapped_column(default=1)
    """Counts the saves while it is being written."""
    addressed_in_id: Mapped[int | None] = mapped_column(ForeignKey("revision.id"), index=True)
    addressed_at: Mapped[datetime | None]
    confirmed_at: Mapped[datetime | None]
    asked_again_at: Mapped[datetime | None]
    """Set while the giver waits for another answer; the words stay."""
    asked_again: Mapped[str] = mapped_column(Text, default="")

    comment: Mapped[Comment] = relationship(back_populates="decision")
    addressed_in: Mapped[Revision | None] = relationship()

    @property
    def settled(self) -> bool:
        """Whether the author is done with it: a revision answers it, or it was declined."""
        if self.asked_again_at is not None:
            return False
        return self.verdict is Verdict.DECLINE or self.addressed_at is not None

    @property
    def state(self) -> str:
        """How far the comment has come: open, use, adapt, decline, addressed or confirmed."""
        if self.asked_again_at is not None:
            return "open"
        if self.confirmed_at is not None:
            return "confirmed"
        return "addressed" if self.addressed_at is not None else self.verdict.value

    def confirm(self) -> bool:
        """The giver is content; False if that was said before."""
        if self.confirmed_at is not None:
            return False
        self.confirmed_at = clock.now()
        self.asked_again_at = None
        return True

    def ask_again(self, words: str) -> bool:
        """The giver would like another look: the comment is open again; False if it was so."""
        if self.asked_again_at is not None and self.asked_again == words:
            return False
        first = self.asked_again_at is None
        self.asked_again_at = clock.now()
        self.asked_again = words
        self.confirmed_at = None
        self.version += 1
        return first


class WorkLook(Base):
    """That somebody opened a work: its author can see who looked, and when last."""

    __tablename__ = "work_look"

    work_id: Mapped[int] = mapped_column(ForeignKey("work.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    first_at: Mapped[datetime] = mapped_column(default=clock.now)
    last_at: Mapped[datetime] = mapped_column(default=clock.now)

    person: Mapped[Person] = relationship()
