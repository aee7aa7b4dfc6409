"""An author's own look at a work by the criteria of a round."""

from __future__ import annotations

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from pdportal.db import Base


class SelfAssessment(Base):
    """What an author says of their own work, by the cells of the rubric; only they read it."""

    __tablename__ = "self_assessment"

    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"), primary_key=True)
    said: Mapped[dict[str, str]]
    """Words by the key of their cell."""
    version: Mapped[int] = mapped_column(default=0)
    """Counts the saves, so that two tabs do not overwrite one another."""
