"""An offer to change one owed review for another."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from pdportal import clock
from pdportal.db import Base, Numbered, all_null
from pdportal.feedback.reviews.models import Review


class Swap(Numbered, Base):
    """Whoever owes `mine` offers it for `theirs`; whoever owes that says yes or no."""

    __tablename__ = "swap"
    __table_args__ = (UniqueConstraint("mine_id", "theirs_id"),)

    mine_id: Mapped[int] = mapped_column(ForeignKey("review.id"))
    theirs_id: Mapped[int] = mapped_column(ForeignKey("review.id"), index=True)
    offered_at: Mapped[datetime] = mapped_column(default=clock.now)
    answered_at: Mapped[datetime | None]

    mine: Mapped[Review] = relationship(foreign_keys=mine_id)
    theirs: Mapped[Review] = relationship(foreign_keys=theirs_id)

    is_open = all_null("answered_at")
