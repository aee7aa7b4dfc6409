"""A message that begins a conversation."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from pdportal import clock
from pdportal.accounts.models import Person
from pdportal.db import Base, Numbered, all_null, unique_where


class HelloAnswer(StrEnum):
    """What somebody says to it."""

    YES = "yes"
    NOT_NOW = "not_now"


class Hello(Numbered, Base):
    """A few words to one person; there is one open at a time from one to another."""

    __tablename__ = "hello"
    __table_args__ = (
        CheckConstraint("(answer IS NULL) = (answered_at IS NULL)", name="answered"),
        unique_where("uq_hello_open", "from_id", "to_id", where="answered_at IS NULL"),
    )

    from_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    to_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    about: Mapped[str] = mapped_column(String(160), default="")
    """The skill that is offered, or what else it is about."""
    text: Mapped[str] = mapped_column(Text)
    sent_at: Mapped[datetime] = mapped_column(default=clock.now)
    answer: Mapped[HelloAnswer | None]
    reply: Mapped[str] = mapped_column(Text, default="")
    answered_at: Mapped[datetime | None]

    sender: Mapped[Person] = relationship(foreign_keys=from_id)
    receiver: Mapped[Person] = relationship(foreign_keys=to_id)

    is_open = all_null("answered_at")
