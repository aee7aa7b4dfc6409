"""What owners offer for others to learn from."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from pdportal import clock
from pdportal.accounts.models import School
from pdportal.db import Base, Numbered, unique_where
from pdportal.video.models import Clip


class Exemplar(Numbered, Base):
    """A clip offered to learn from, until its review date or until it is withdrawn."""

    __tablename__ = "clip_exemplar"
    __table_args__ = (unique_where("uq_clip_exemplar_now", "clip_id", where="ended_at IS NULL"),)

    clip_id: Mapped[int] = mapped_column(ForeignKey("clip.id"), index=True)
    school_id: Mapped[int | None] = mapped_column(ForeignKey("school.id"))
    """The school whose staff it is for; None: the owner's district."""
    consent: Mapped[str] = mapped_column(Text, default="")
    """What was agreed for this use, apart from the consent note of the clip."""
    look_fors: Mapped[str] = mapped_column(Text, default="")
    review_on: Mapped[date]
    offered_at: Mapped[datetime] = mapped_column(default=clock.now)
    warned_at: Mapped[datetime | None]
    """When its owner was told that it ends soon."""
    ended_at: Mapped[datetime | None]

    clip: Mapped[Clip] = relationship()
    school: Mapped[School | None] = relationship()

    def end(self) -> None:
        """It is over, and what was agreed for it goes."""
        self.ended_at = clock.now()
        self.consent = self.look_fors = ""
