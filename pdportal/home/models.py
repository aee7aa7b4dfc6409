"""The secret addresses of calendar feeds."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from pdportal import clock
from pdportal.accounts.models import Person
from pdportal.db import Base, Numbered, all_null, unique_where


class CalendarFeed(Numbered, Base):
    """An address at which a calendar program reads somebody's dates; only its hash is stored."""

    __tablename__ = "calendar_feed"
    __table_args__ = (unique_where("uq_calendar_feed_now", "person_id", where="ended_at IS NULL"),)

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    made_at: Mapped[datetime] = mapped_column(default=clock.now)
    ended_at: Mapped[datetime | None]
    """When it was renewed or stopped: whoever still asks for it is told that it is gone."""

    person: Mapped[Person] = relationship()

    is_current = all_null("ended_at")
    """Neither renewed nor stopped."""
