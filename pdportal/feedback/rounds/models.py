"""One request for feedback."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ColumnElement,
    ForeignKey,
    Index,
    Text,
    and_,
    false,
    or_,
    text,
)
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column, relationship

from pdportal import clock
from pdportal.cohorts.models import Cohort
from pdportal.db import Base, Numbered, all_null, unique_where
from pdportal.feedback.protocols.models import Protocol
from pdportal.feedback.works.models import Revision, Work

if TYPE_CHECKING:
    from pdportal.feedback.meetings.models import Meeting
    from pdportal.feedback.reviews.models import Review


_WAITING = "taken_back_at IS NULL AND closed_at IS NULL AND answered_at IS NULL"


class Round(Numbered, Base):
    """One request for feedback on one revision."""

    __tablename__ = "round"
    __table_args__ = (
        CheckConstraint("needed >= 1 AND needed <= asked", name="counts"),
        unique_where(
            "uq_round_open", "work_id", where="taken_back_at IS NULL AND closed_at IS NULL"
        ),
        Index(
            "ix_round_waiting",
            "cohort_id",
            "shared_at",
            sqlite_where=text(_WAITING),
            postgresql_where=text(_WAITING),
        ),
    )

    work_id: Mapped[int] = mapped_column(ForeignKey("work.id"), index=True)
    revision_id: Mapped[int] = mapped_column(ForeignKey("revision.id"), index=True)
    protocol_id: Mapped[int] = mapped_column(ForeignKey("protocol.id"))
    cohort_id: Mapped[int | None] = mapped_column(ForeignKey("cohort.id"), index=True)
    """The cohort that supplies the colleagues; None when they were named."""
    question: Mapped[str] = mapped_column(Text)
    rubric: Mapped[list[Any] | None] = mapped_column(JSON(none_as_null=True))
    """The criteria by which the work is looked at (`rubrics.cells`), as they were when it was
    shared."""
    asked: Mapped[int]
    needed: Mapped[int]
    coach_may: Mapped[bool] = mapped_column(default=True)
    """Whether the author's coach is asked when no colleague is left to ask."""
    hides_author: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Whether those who are asked do not learn whose work it is (`rounds.veil`)."""
    hides_reviewers: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Whether the author and the other reviewers do not learn who said what."""
    author_shown_at: Mapped[datetime | None]
    """When the author of a round that hides them chose to be known."""
    since: Mapped[int | None]
    """The version since which its reviewers are asked about what changed; None: about the whole."""
    due_on: Mapped[date | None]
    opens: Mapped[list[Any] | None] = mapped_column(JSON(none_as_null=True))
    """When each stage of a reviewer opens and the last one ends (`rounds.windows`); None: each goes
    at their own pace."""
    opened: Mapped[int] = mapped_column(default=0, server_default="0")
    """The stage of which those who waited for it were told, from 0."""
    shared_at: Mapped[datetime] = mapped_column(default=clock.now)
    grace_until: Mapped[datetime]
    taken_back_at: Mapped[datetime | None]
    nobody_left_at: Mapped[datetime | None]
    """When the author was told that nobody is left to ask and that they may go on."""
    asking_ended_at: Mapped[datetime | None]
    """When somebody who runs the cohort ended it: by itself nobody more is asked."""
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
    meeting: Mapped[Meeting | None] = relationship(back_populates="round")
    """The meeting in which all of it was said, if it was."""
    reviews: Mapped[list[Review]] = relationship(back_populates="round", order_by="Review.id")

    is_open = all_null("taken_back_at", "closed_at")
    """Whether the round goes on: neither taken back nor closed."""

    is_waiting = all_null("taken_back_at", "closed_at", "answered_at")
    """Whether its author still waits for feedback: open, and not gone on yet."""

    @hybrid_property
    def answers_are_out(self) -> bool:
        """Whether givers read the author's answers: once the author has gone on or closed."""
        return self.answered_at is not None or self.closed_at is not None

    @answers_are_out.inplace.expression
    @classmethod
    def _answers_are_out(cls) -> ColumnElement[bool]:
        return or_(cls.answered_at.is_not(None), cls.closed_at.is_not(None))

    @hybrid_property
    def author_is_hidden(self) -> bool:
        """Whether nobody but the author may know whose work it is."""
        return self.hides_author and self.author_shown_at is None

    @author_is_hidden.inplace.expression
    @classmethod
    def _author_is_hidden(cls) -> ColumnElement[bool]:
        return and_(cls.hides_author, cls.author_shown_at.is_(None))


import pdportal.feedback.meetings.models  # noqa: E402, F401 -- `Round.meeting` names one of them
