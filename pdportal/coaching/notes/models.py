"""A coach's note, which is a line of the contact log as well."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from pdportal import clock
from pdportal.accounts.models import Person
from pdportal.db import Base, Numbered, Timestamped, all_null


class Readers(StrEnum):
    """Who may read a note."""

    ME = "me"
    PAIR = "pair"


class Contact(StrEnum):
    """How coach and teacher were in touch."""

    VISIT = "visit"
    CONFERENCE = "conference"
    CLIP = "clip"
    MESSAGE = "message"
    CALL = "call"
    HALLWAY = "hallway"
    OTHER = "other"


class CoachNote(Numbered, Timestamped, Base):
    """What a coach noted about one contact with a teacher: words, minutes, topic, kind.

    Until it is kept it is a draft of its author's, whatever stands in `readers`.
    """

    __tablename__ = "coach_note"
    __table_args__ = (
        UniqueConstraint("author_id", "form_key"),
        CheckConstraint("kept_at IS NULL OR readers IS NOT NULL", name="chosen"),
        CheckConstraint("shared_at IS NULL OR readers = 'pair'", name="shared"),
        Index("ix_coach_note_day", "author_id", "on_day"),
    )

    author_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    teacher_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    form_key: Mapped[str] = mapped_column(String(40))
    """Of the form that made it: saved as one types, or sent twice, it is one note."""
    readers: Mapped[Readers | None]
    """None while nobody has chosen; there is no default."""
    text: Mapped[str] = mapped_column(Text, default="")
    topic: Mapped[str] = mapped_column(String(120), default="")
    contact: Mapped[Contact | None]
    minutes: Mapped[int | None]
    on_day: Mapped[date]
    follow_on: Mapped[date | None]
    """When its author wants to look again; None once that is done."""
    kept_at: Mapped[datetime | None]
    """When it was first saved by its button; the contact counts from then on."""
    shared_at: Mapped[datetime | None]
    """Since when its teacher reads it; its words stay as they are from then on."""
    deleted_at: Mapped[datetime | None]
    """Its words are gone; that there was a contact stays."""
    saved_at: Mapped[datetime] = mapped_column(default=clock.now)
    version: Mapped[int] = mapped_column(default=1)

    author: Mapped[Person] = relationship(foreign_keys=author_id)
    teacher: Mapped[Person] = relationship(foreign_keys=teacher_id)

    is_draft = all_null("kept_at")
    is_there = all_null("deleted_at")
