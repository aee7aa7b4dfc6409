"""Sentences that somebody writes often."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from pdportal.db import Base


class Phrases(Base):
    """What one person has saved, all of it; nobody else reads it."""

    __tablename__ = "phrases"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    lines: Mapped[list[Any]]
    """In order; `{moment}` and `{name}` stand for what the page puts there."""
    version: Mapped[int] = mapped_column(default=1)
    """Counts the saves, so that two tabs cannot overwrite one another unseen."""
