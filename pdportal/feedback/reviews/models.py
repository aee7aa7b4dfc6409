"""One colleague's part in a round."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from sqlalchemy import (
    CheckConstraint,
    ColumnElement,
    ForeignKey,
    Index,
    String,
    Text,
    UniqueConstraint,
    and_,
)
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column, relationship

from pdportal import clock
from pdportal.accounts.models import Person
from pdportal.db import Base, Numbered, all_null
from pdportal.feedback.rounds.models import Round

if TYPE_CHECKING:
    from pdportal.feedback.comments.models import Comment


class ReleaseWhy(StrEnum):
    """Why a review is no longer asked of somebody."""

    LEASE_OVER = "lease_over"
    DECLINED = "declined"
    LEFT = "left"
    INACTIVE = "inactive"
    AWAY = "away"
    ARRANGED = "arranged"
    """Its author and its reviewer are not to meet."""
    SWAPPED = "swapped"
    """Changed for a review of somebody else, who agreed."""
    TAKEN_BACK = "taken_back"
    CLOSED = "closed"


class DeclineWhy(StrEnum):
    """Why somebody leaves a review to others; the last two say nothing to those who read it."""

    BUSY = "busy"
    SUBJECT = "subject"
    CLOSE = "close"
    UNSAID = "unsaid"
    PERSON = "person"
    """Rather not with this author: nobody reads it; to leads it is as if nothing were said."""


class CoachSays(StrEnum):
    """What a coach says of a work as a whole, apart from any comment; nothing depends on it."""

    ACCEPT = "accept"
    REVISE = "revise"


class Review(Numbered, Base):
    """One colleague's part in a round, from being asked to having given."""

    __tablename__ = "review"
    __table_args__ = (
        UniqueConstraint("round_id", "reviewer_id"),
        CheckConstraint("given_at IS NULL OR begun_at IS NOT NULL", name="begun"),
        CheckConstraint("given_at IS NULL OR released_at IS NULL", name="given_or_released"),
        CheckConstraint("(released_at IS NULL) = (release_why IS NULL)", name="released"),
        CheckConstraint("thanked_at IS NULL OR given_at IS NOT NULL", name="thanked"),
        Index("uq_review_letter", "round_id", "letter", unique=True),
        Index("ix_review_owed", "reviewer_id", "given_at", "released_at", "round_id"),
    )

    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"))
    reviewer_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    as_coach: Mapped[bool] = mapped_column(default=False)
    asked_at: Mapped[datetime] = mapped_column(default=clock.now)
    lease_until: Mapped[datetime]
    reminded_at: Mapped[datetime | None]
    nudged_at: Mapped[datetime | None]
    """When somebody who runs the cohort last reminded its reviewer."""
    nudges: Mapped[int] = mapped_column(default=0, server_default="0")
    """How often they did."""
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
    """What somebody who declined wrote: for those who run the cohort; formerly the author."""
    decline_why: Mapped[DeclineWhy | None]
    """None where what was written was for the author."""
    letter: Mapped[int | None]
    """What stands for its reviewer's name in a round that hides it: drawn when it is given."""
    shown_at: Mapped[datetime | None]
    """When its reviewer chose to be known."""
    thanked_at: Mapped[datetime | None]
    thanks: Mapped[str] = mapped_column(Text, default="")
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    """Who of those who write the work thanked; None: its author."""

    coach_says: Mapped[CoachSays | None]
    """What its reviewer last said as the author's coach."""
    coach_words: Mapped[str] = mapped_column(Text, default="", server_default="")
    coach_said_at: Mapped[datetime | None]
    coach_said_on: Mapped[int | None]
    """The number of the version it was said of."""

    round: Mapped[Round] = relationship(back_populates="reviews")
    reviewer: Mapped[Person] = relationship(foreign_keys=[reviewer_id])
    by: Mapped[Person | None] = relationship(foreign_keys=[by_id])
    comments: Mapped[list[Comment]] = relationship(back_populates="review", order_by="Comment.id")

    is_given = all_null(but=("given_at",))
    """Whether the author of the work can read it."""

    @hybrid_property
    def is_hidden(self) -> bool:
        """Whether nobody but its reviewer may know whose it is (`rounds.veil`).

        As a condition it needs a join with `Round`.
        """
        return self.round.hides_reviewers and self.shown_at is None

    @is_hidden.inplace.expression
    @classmethod
    def _is_hidden(cls) -> ColumnElement[bool]:
        return and_(Round.hides_reviewers, cls.shown_at.is_(None))

    is_owed = all_null("given_at", "released_at")
    """Whether it is still asked of its reviewer: neither given nor released."""

    @hybrid_property
    def is_wanted(self) -> bool:
        """Whether somebody waits for it: owed, in a round that is open.

        As a condition it needs a join with `Round`.
        """
        return self.is_owed and self.round.is_open

    @is_wanted.inplace.expression
    @classmethod
    def _is_wanted(cls) -> ColumnElement[bool]:
        return and_(cls.is_owed, Round.is_open)
