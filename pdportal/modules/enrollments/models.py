"""What somebody says they have done outside of the portal."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from pdportal import clock
from pdportal.db import Base


class DoneElsewhere(Base):
    """Somebody's own word that they know what a module is about: it opens those that need it."""

    __tablename__ = "done_elsewhere"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    module_id: Mapped[int] = mapped_column(ForeignKey("module.id"), primary_key=True)
    at: Mapped[datetime] = mapped_column(default=clock.now)
