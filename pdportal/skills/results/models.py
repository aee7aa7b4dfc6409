"""How the lists of one provider are read: mapped once, and used again for the next list."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from pdportal import clock
from pdportal.db import Base, Numbered


class Provider(Numbered, Base):
    """Somebody elsewhere who gives courses to a district's people."""

    __tablename__ = "provider"
    __table_args__ = (UniqueConstraint("district_id", "name"),)

    district_id: Mapped[int] = mapped_column(ForeignKey("district.id"))
    name: Mapped[str] = mapped_column(String(160))
    columns: Mapped[dict[str, str]] = mapped_column(default=dict)
    """By what it is (`email`, `course`, `date`, `result`): the column's heading."""
    courses: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """By what the list calls it: the id of the skill it is about, None where it is left out."""
    results: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """By what the list says: the number of the level, None where such lines are left out."""
    changed_at: Mapped[datetime] = mapped_column(default=clock.now)
