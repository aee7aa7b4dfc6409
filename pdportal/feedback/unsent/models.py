"""Words that could not be stored where they were typed."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from pdportal import clock
from pdportal.db import Base, Numbered


class UnsentText(Numbered, Base):
    """What somebody typed on one page after it was closed or no longer theirs; theirs alone."""

    __tablename__ = "unsent_text"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    place: Mapped[str] = mapped_column(String(300))
    """The address of the page they were typed on."""
    form: Mapped[str] = mapped_column(String(300))
    """The address that they were sent to: one page has several forms."""
    why: Mapped[str] = mapped_column(Text)
    """Why they were not stored there, as it was said."""
    texts: Mapped[list[Any]]
    """Pairs of a label, which may be empty, and a text."""
    kept_at: Mapped[datetime] = mapped_column(default=clock.now)
