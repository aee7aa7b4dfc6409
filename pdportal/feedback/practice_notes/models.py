"""With whom practice notes are shared."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from pdportal import clock
from pdportal.db import Base, Numbered


class NoteShare(Numbered, Base):
    """A cohort or a school reads a practice note; the row goes when its writer takes it back."""

    __tablename__ = "note_share"
    __table_args__ = (
        CheckConstraint("(cohort_id IS NULL) <> (school_id IS NULL)", name="one_group"),
        UniqueConstraint("work_id", "cohort_id"),
        UniqueConstraint("work_id", "school_id"),
    )

    work_id: Mapped[int] = mapped_column(ForeignKey("work.id"))
    cohort_id: Mapped[int | None] = mapped_column(ForeignKey("cohort.id"), index=True)
    school_id: Mapped[int | None] = mapped_column(ForeignKey("school.id"), index=True)
    shared_at: Mapped[datetime] = mapped_column(default=clock.now)

    @property
    def group(self) -> str:
        """The group as a form names it: "cohort-3" or "school-1"."""
        return f"cohort-{self.cohort_id}" if self.cohort_id else f"school-{self.school_id}"
