"""Comments, and the author's answers to them."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ColumnElement, ForeignKey, Index, String, Text, and_, or_
from sqlalchemy import text as sql
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column, relationship

from pdportal import clock
from pdportal.accounts.models import Person
from pdportal.db import Base, Numbered, all_null
from pdportal.feedback.comments.answers import (
    ANSWERS,
    AT_ONCE,
    CONFIRMABLE,
    KINDS,
    SETTLING,
    UNANSWERED,
    About,
    Answer,
    CommentKind,
    How,
    Verdict,
)
from pdportal.feedback.reviews.models import Review
from pdportal.feedback.rounds.models import Round
from pdportal.feedback.works.models import Revision


class AnchorKind(StrEnum):
    """Where on the work a comment stands."""

    WHOLE = "whole"
    FIELD = "field"
    PASSAGE = "passage"
    MOMENT = "moment"
    REGION = "region"


_IN_TALKS = sql("review_id IS NULL")


class Comment(Numbered, Base):
    """One thing a colleague or coach says about one revision.

    In a review it stays the reviewer's own until the review is given; in the talk about a work,
    where there is no review, it can be read at once.
    """

    __tablename__ = "comment"
    __table_args__ = (
        Index("ix_comment_revision_review", "revision_id", "review_id"),
        Index(
            "ix_comment_said",
            "author_id",
            "revision_id",
            "written_at",
            sqlite_where=_IN_TALKS,
            postgresql_where=_IN_TALKS,
        ),
        CheckConstraint("(anchor = 'passage') = (quote IS NOT NULL)", name="quote"),
        CheckConstraint("(anchor = 'moment') = (starts IS NOT NULL)", name="moment"),
        CheckConstraint("(anchor = 'region') = (page IS NOT NULL)", name="region"),
        CheckConstraint("ends IS NULL OR ends >= starts", name="span"),
        CheckConstraint("anchor IN ('whole', 'moment') OR field IS NOT NULL", name="place"),
    )

    revision_id: Mapped[int] = mapped_column(ForeignKey("revision.id"))
    review_id: Mapped[int | None] = mapped_column(ForeignKey("review.id"), index=True)
    author_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    answers_id: Mapped[int | None] = mapped_column(ForeignKey("comment.id"), index=True)
    """The first comment of the thread, which this one replies to."""
    stage: Mapped[str] = mapped_column(String(60), default="")
    kind: Mapped[CommentKind]
    text: Mapped[str] = mapped_column(Text)
    next_move: Mapped[str] = mapped_column(Text, default="")
    anchor: Mapped[AnchorKind] = mapped_column(default=AnchorKind.WHOLE)
    field: Mapped[str | None] = mapped_column(String(60))
    quote: Mapped[str | None] = mapped_column(Text)
    letter: Mapped[int | None]
    """The place of the quote's first letter in its field (`works.reading`); None: not known."""
    before: Mapped[str] = mapped_column(String(80), default="")
    after: Mapped[str] = mapped_column(String(80), default="")
    """Words around the quote, of comments that were made before places were stored."""
    cell: Mapped[str | None] = mapped_column(String(40))
    """Where it stands in the rubric of its round (`rubrics.cells.Cell.key`); what it quotes then is
    the evidence."""
    page: Mapped[int | None]
    """Which picture of the file that its field is (`files.models.FilePicture.number`)."""
    region: Mapped[str | None] = mapped_column(String(24))
    """The part of that picture, as `regions.Region.stored` writes it."""
    starts: Mapped[float | None]
    ends: Mapped[float | None]
    look_for: Mapped[str | None] = mapped_column(String(120))
    """Which look-for of a clip it is about (`Clip.look_fors`), in the words of that time."""
    written_at: Mapped[datetime] = mapped_column(default=clock.now)

    revision: Mapped[Revision] = relationship()
    review: Mapped[Review | None] = relationship(back_populates="comments")
    author: Mapped[Person] = relationship()
    decision: Mapped[Decision | None] = relationship(back_populates="comment", uselist=False)
    helped: Mapped[Helped | None] = relationship(uselist=False)
    answers: Mapped[Comment | None] = relationship(
        remote_side="Comment.id", back_populates="replies"
    )
    replies: Mapped[list[Comment]] = relationship(back_populates="answers", order_by="Comment.id")

    @property
    def about(self) -> About:
        """What its kind is called, and the answers to it."""
        return KINDS[self.kind]

    @hybrid_property
    def is_written(self) -> bool:
        """Whether it says anything; a box that nobody has typed into is stored as well."""
        return self.text != ""

    @hybrid_property
    def is_unanswered(self) -> bool:
        """Whether the author has not decided on it, as one can, or is asked again.

        As a condition it needs an outer join with `Decision`.
        """
        if self.decision is None:
            return bool(self.about.answers)
        return self.decision.asked_again_at is not None

    @is_unanswered.inplace.expression
    @classmethod
    def _is_unanswered(cls) -> ColumnElement[bool]:
        asks = (cls.kind != kind for kind in UNANSWERED)
        undecided = and_(Decision.comment_id.is_(None), *asks)
        return or_(undecided, Decision.asked_again_at.is_not(None))

    @property
    def is_blank(self) -> bool:
        """Whether nobody has written anything or chosen a place for it."""
        return not self.is_written and self.anchor is AnchorKind.WHOLE

    @property
    def is_open(self) -> bool:
        """Whether answers to it may still change: its round goes on, or it stands in none."""
        return self.review is None or self.review.round.is_open

    @property
    def is_settled(self) -> bool:
        """Whether the author is done with it (`Decision.is_settled`)."""
        return self.decision is not None and self.decision.is_settled


class Helped(Base):
    """What the author of a work told the giver of a comment about it: whether it helped, and how.

    Only the two of them read it.
    """

    __tablename__ = "helped"

    comment_id: Mapped[int] = mapped_column(ForeignKey("comment.id"), primary_key=True)
    how: Mapped[How]
    words: Mapped[str] = mapped_column(Text, default="")
    told_at: Mapped[datetime] = mapped_column(default=clock.now)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    """Who of those who write the work; None: its author."""

    by: Mapped[Person | None] = relationship()


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
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    """Who of those who write the work decided; None: its author."""

    comment: Mapped[Comment] = relationship(back_populates="decision")
    by: Mapped[Person | None] = relationship()
    addressed_in: Mapped[Revision | None] = relationship()

    is_addressed = all_null("asked_again_at", but=("addressed_at",))
    """Whether a revision answers it, and the giver has not asked again since."""

    @hybrid_property
    def is_settled(self) -> bool:
        """Whether the author is done with it: a revision answers it, or what was said does."""
        return self.is_addressed or (self.answer.settles and self.asked_again_at is None)

    @is_settled.inplace.expression
    @classmethod
    def _is_settled(cls) -> ColumnElement[bool]:
        is_decided = and_(cls.verdict.in_(SETTLING), cls.asked_again_at.is_(None))
        return or_(cls.is_addressed, is_decided)

    @hybrid_property
    def is_out(self) -> bool:
        """Whether its giver reads it: at once, or in a round when the author has gone on.

        As a condition it needs a join with `Round`.
        """
        review = self.comment.review
        return review is None or self.answer.at_once or review.round.answers_are_out

    @is_out.inplace.expression
    @classmethod
    def _is_out(cls) -> ColumnElement[bool]:
        return or_(cls.verdict.in_(AT_ONCE), Round.answers_are_out)

    @hybrid_property
    def is_to_confirm(self) -> bool:
        """Whether its giver may say that it answers the comment, or ask again.

        In a round that is what settles the comment; where there is none, each answer.
        """
        given_out = self.comment.review is None or (self.is_out and self.addressed_or_said)
        return given_out and self.answer.confirmable

    @is_to_confirm.inplace.expression
    @classmethod
    def _is_to_confirm(cls) -> ColumnElement[bool]:
        is_answered = or_(cls.addressed_at.is_not(None), cls.verdict.in_(SETTLING))
        return and_(cls.is_out, is_answered, cls.verdict.in_(CONFIRMABLE))

    @property
    def is_final(self) -> bool:
        """Whether it stays as it is: a revision answers the comment, or its giver is content."""
        return self.is_settled and bool(self.addressed_at or self.confirmed_at)

    @property
    def addressed_or_said(self) -> bool:
        """Whether a revision answered it once, or what was said is an answer by itself."""
        return self.addressed_at is not None or self.answer.settles

    @property
    def is_by_later_work(self) -> bool:
        """Whether it is another work that answers the comment, as a clip answers an earlier one."""
        answering = self.addressed_in
        return answering is not None and answering.work_id != self.comment.revision.work_id

    @property
    def answer(self) -> Answer:
        """What the author says with it."""
        return ANSWERS[self.verdict]

    @property
    def state(self) -> str:
        """How far the comment has come: open, a verdict, addressed, shown by a later work, or
        confirmed."""
        if self.asked_again_at is not None:
            return "open"
        if self.confirmed_at is not None:
            return "confirmed"
        if self.addressed_at is None:
            return self.verdict.value
        return "shown" if self.is_by_later_work else "addressed"

    def change(self, by: Person, verdict: Verdict, why: str) -> bool:
        """Decide anew; False if only the words changed.

        The giver confirms anew, and what was asked again is answered by this. Words written for
        another answer do not stand under this one.
        """
        changed = self.verdict is not verdict or self.asked_again_at is not None
        if self.asked_again_at is not None:
            self.asked_again_at = self.addressed_at = self.addressed_in_id = None
        if self.verdict is not verdict and why == self.why:
            why = ""
        self.verdict, self.why, self.by_id = verdict, why, by.id
        self.decided_at = clock.now()
        self.confirmed_at = None
        self.version += 1
        return changed

    def address(self, by: Person, revision: Revision) -> None:
        """A revision answers the comment; what was declined is used, for no old reason."""
        now = clock.now()
        if self.verdict is Verdict.DECLINE:
            self.verdict, self.why, self.decided_at = Verdict.USE, "", now
            self.by_id = by.id
        self.addressed_in_id, self.addressed_at = revision.id, now
        self.asked_again_at = self.confirmed_at = None
        self.version += 1

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
