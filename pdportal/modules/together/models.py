"""What somebody answers alone, and the group that corrects it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from pdportal import clock
from pdportal.cohorts.models import Cohort
from pdportal.db import Base, Numbered
from pdportal.modules.models import Block, Enrollment, InBlock


class Group(Numbered, Base):
    """Two to five colleagues of a cohort with the same questions; or one who finishes alone."""

    __tablename__ = "together_group"
    __table_args__ = (Index("ix_together_group_place", "cohort_id", "module_id", "key"),)

    module_id: Mapped[int] = mapped_column(ForeignKey("module.id"), index=True)
    block_id: Mapped[int] = mapped_column(ForeignKey("block.id"), index=True)
    """Whose questions it corrects, for good: editions never change."""
    key: Mapped[str] = mapped_column(String(80))
    digest: Mapped[str] = mapped_column(String(64))
    """Of the questions: people on two editions that ask the same are in one group."""
    cohort_id: Mapped[int | None] = mapped_column(ForeignKey("cohort.id"))
    """None for one person alone."""
    size: Mapped[int]
    begun_at: Mapped[datetime] = mapped_column(default=clock.now)
    lease_until: Mapped[datetime]
    """Until then it waits for more people; from then on two start by themselves."""
    told_at: Mapped[datetime | None]
    """When the one who is in it was told that nobody came."""
    started_at: Mapped[datetime | None]
    done_at: Mapped[datetime | None]
    texts: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """What the group agrees on: the boxes of each question by its key, see `sheet.Pairs`."""
    version: Mapped[int] = mapped_column(default=0)
    """Counts the changes of `texts`."""
    changed_at: Mapped[datetime | None]

    block: Mapped[Block] = relationship()
    cohort: Mapped[Cohort | None] = relationship()


class Sheet(InBlock, Base):
    """What one reader answered, and whether they agree to the correction."""

    __tablename__ = "together_sheet"

    typed: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """What stands in the boxes, saved as typed: see `sheet.Pairs`."""
    version: Mapped[int] = mapped_column(default=0)
    saved_at: Mapped[datetime | None]
    handed_in_at: Mapped[datetime | None]
    answers: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """By key of the question: `answer`, and whether it is `right`."""
    group_id: Mapped[int | None] = mapped_column(ForeignKey("together_group.id"), index=True)
    agreed: Mapped[int | None]
    """The version of the correction that they agreed to."""
    passed_over_at: Mapped[datetime | None]
    """When the others finished without waiting for them."""
    done_at: Mapped[datetime | None]
    """When the block was done for this reader; it stays so."""

    enrollment: Mapped[Enrollment] = relationship()
    block: Mapped[Block] = relationship()
    group: Mapped[Group | None] = relationship()
