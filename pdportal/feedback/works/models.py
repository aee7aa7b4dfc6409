"""Works, their drafts and revisions."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from pdportal import clock
from pdportal.accounts.models import Person
from pdportal.db import Base, Numbered, Timestamped, all_null
from pdportal.video.models import Clip

if TYPE_CHECKING:
    from pdportal.feedback.files.models import WorkFile

Ticks = Mapping[int, int | None]
"""Comments that are ticked as answered, by id: the version of the decision seen; None: unknown."""


class Work(Numbered, Timestamped, Base):
    """Anything brought for feedback. Only those who write it see it until it is shared.

    Its author answers for it; others may write it as well (`WorkWriter`).
    """

    __tablename__ = "work"
    __table_args__ = (CheckConstraint("(kind = 'clip') = (clip_id IS NOT NULL)", name="clip"),)

    author_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    kind: Mapped[str] = mapped_column(String(24))
    """The name of its kind (`feedback.kinds`)."""
    title: Mapped[str] = mapped_column(Text)
    fields: Mapped[list[Any]]
    """What the work is made of, in order: `{"key", "label", "hint", "rows"}` each."""
    rubric: Mapped[list[Any] | None] = mapped_column(JSON(none_as_null=True))
    """Criteria that came with it, from the task of a module."""
    clip_id: Mapped[int | None] = mapped_column(ForeignKey("clip.id"), unique=True)
    follows_id: Mapped[int | None] = mapped_column(ForeignKey("work.id"), index=True)
    """The work that this one answers: an earlier clip, after which something was changed."""
    put_away_at: Mapped[datetime | None]

    author: Mapped[Person] = relationship()
    writers: Mapped[list[WorkWriter]] = relationship(order_by="WorkWriter.invited_at")
    """Whoever writes it beside its author, did or is asked to; ask `works.policy` who does now."""
    clip: Mapped[Clip | None] = relationship()
    revisions: Mapped[list[Revision]] = relationship(
        back_populates="work", order_by="Revision.number"
    )
    draft: Mapped[Draft | None] = relationship(back_populates="work", uselist=False)
    files: Mapped[list[WorkFile]] = relationship(back_populates="work", order_by="WorkFile.id")


class WorkWriter(Base):
    """Somebody who is asked to write a work with its author, writes it, or did."""

    __tablename__ = "work_writer"

    work_id: Mapped[int] = mapped_column(ForeignKey("work.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True, index=True)
    invited_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    invited_at: Mapped[datetime] = mapped_column(default=clock.now)
    accepted_at: Mapped[datetime | None]
    wrote_at: Mapped[datetime | None]
    """When they first said yes: it stays when they leave, and when they are asked again."""
    left_at: Mapped[datetime | None]
    """When they said no, left, or were taken off."""

    person: Mapped[Person] = relationship(foreign_keys=[person_id], lazy="joined")

    is_asked = all_null("accepted_at", "left_at")
    """Whether their answer is waited for; until then they read nothing of the work."""

    writes = all_null("left_at", but=("accepted_at",))
    """Whether they write it now."""


class Draft(Base):
    """What its writers are typing, kept at every pause; it becomes the next revision."""

    __tablename__ = "draft"

    work_id: Mapped[int] = mapped_column(ForeignKey("work.id"), primary_key=True)
    content: Mapped[dict[str, str]]
    why: Mapped[str] = mapped_column(Text, default="")
    addressed: Mapped[list[Any]] = mapped_column(default=list)
    """The comments ticked so far as answered by what is being written: for each its id and the
    version of the decision that stood beside the tick (None: not known)."""
    version: Mapped[int] = mapped_column(default=1)
    """Counts the saves, so that two tabs, or two people, cannot overwrite one another unseen."""
    saved_at: Mapped[datetime] = mapped_column(default=clock.now)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    """Who saved it; None: the author, as in all columns of this name."""

    work: Mapped[Work] = relationship(back_populates="draft")
    by: Mapped[Person | None] = relationship()

    @property
    def writer(self) -> Person:
        """Who saved it."""
        return self.by or self.work.author

    @property
    def ticks(self) -> Ticks:
        """What is ticked, as `addressed` stores it."""
        return dict(self.addressed)

    def store(
        self, by: Person, content: dict[str, str], why: str = "", ticks: Ticks | None = None
    ) -> None:
        """Replace what stands in it."""
        self.by_id, self.content, self.why = by.id, content, why
        self.addressed = sorted([ident, seen] for ident, seen in (ticks or {}).items())
        self.version += 1
        self.saved_at = clock.now()

    @property
    def text(self) -> dict[str, str]:
        """Its fields as a revision would hold them; nothing if none is written."""
        content = {key: text.strip() for key, text in self.content.items()}
        return content if any(content.values()) else {}


class Revision(Numbered, Base):
    """One numbered state of a work, immutable, with why it was changed."""

    __tablename__ = "revision"
    __table_args__ = (UniqueConstraint("work_id", "number"),)

    work_id: Mapped[int] = mapped_column(ForeignKey("work.id"))
    number: Mapped[int]
    content: Mapped[dict[str, str]]
    why: Mapped[str] = mapped_column(Text, default="")
    made_at: Mapped[datetime] = mapped_column(default=clock.now)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    """Who saved it; None: the author."""

    work: Mapped[Work] = relationship(back_populates="revisions")
    by: Mapped[Person | None] = relationship()

    @property
    def writer(self) -> Person:
        """Who saved it."""
        return self.by or self.work.author


import pdportal.feedback.files.models  # noqa: E402, F401 -- `Work.files` names one of them
