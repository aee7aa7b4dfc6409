"""One visit elsewhere, with all that its owner writes about it."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from pdportal.db import Base, Numbered, Timestamped


class PlaceKind(StrEnum):
    """Where somebody goes to look."""

    SCHOOL = "school"
    COMPANY = "company"
    CONFERENCE = "conference"
    OTHER = "other"


class VisitElsewhere(Numbered, Timestamped, Base):
    """A visit outside of one's school. It is its owner's alone."""

    __tablename__ = "visit_elsewhere"
    __table_args__ = (UniqueConstraint("owner_id", "form_key"),)

    owner_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    form_key: Mapped[str] = mapped_column(String(40))
    """Of the form that planned it: sent twice, it is one."""
    place: Mapped[str] = mapped_column(String(200))
    kind: Mapped[PlaceKind]
    on_day: Mapped[date]
    why: Mapped[str] = mapped_column(Text, default="")
    look_for: Mapped[str] = mapped_column(Text, default="")
    notes: Mapped[str] = mapped_column(Text, default="")
    follow_up: Mapped[str] = mapped_column(Text, default="")
    """What to do about it, one thing a line."""
    version: Mapped[int] = mapped_column(default=0)

    @property
    def follow_ups(self) -> list[str]:
        """Its lines, each once, without the marks of a list."""
        lines = (line.lstrip("-*• ").strip() for line in self.follow_up.split("\n"))
        return list(dict.fromkeys(filter(None, lines)))
