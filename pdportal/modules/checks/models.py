"""A check of an edition, each try at it, and what somebody used of the plan it gave."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from pdportal import clock
from pdportal.cohorts.models import Cohort
from pdportal.db import Base, Numbered
from pdportal.goals.models import Step
from pdportal.modules.models import Edition, Enrollment


class Check(Numbered, Base):
    """A check as it was published with its edition; it never changes."""

    __tablename__ = "module_check"
    __table_args__ = (UniqueConstraint("edition_id", "key"),)

    edition_id: Mapped[int] = mapped_column(ForeignKey("edition.id"))
    key: Mapped[str] = mapped_column(String(40))
    """The same in every edition of the module."""
    line: Mapped[str] = mapped_column(String(60), server_default="")
    """The same in those editions that ask for the same: see `changes.line_of`."""
    title: Mapped[str] = mapped_column(String(200))
    minutes: Mapped[int]
    needed: Mapped[int]
    """How many right answers meet it: of a form, or of each skill."""
    each_skill: Mapped[bool]
    exempts: Mapped[bool]
    """Whether it tests out whoever meets it before they read."""
    required: Mapped[bool]
    """Whether the module is done only when it is met."""
    again_days: Mapped[int]
    intro: Mapped[str] = mapped_column(Text)
    """Safe HTML."""
    skills: Mapped[list[str]]
    levels: Mapped[dict[str, Any]]
    forms: Mapped[list[Any]]
    help: Mapped[dict[str, Any]]
    """For these see `CompiledCheck`."""

    edition: Mapped[Edition] = relationship()


class CheckTry(Numbered, Base):
    """One try at a form. The tries of an enrollment at one line of checks are one record."""

    __tablename__ = "check_try"
    __table_args__ = (UniqueConstraint("enrollment_id", "key", "number"),)

    enrollment_id: Mapped[int] = mapped_column(ForeignKey("enrollment.id"))
    check_id: Mapped[int] = mapped_column(ForeignKey("module_check.id"), index=True)
    key: Mapped[str] = mapped_column(String(40))
    line: Mapped[str] = mapped_column(String(60), server_default="")
    """That of its check: it counts for every check of the same line."""
    number: Mapped[int]
    """Counted over all tries at checks of its key."""
    form: Mapped[int]
    """Which of the forms of its check, counted from 0."""
    cohort_id: Mapped[int | None] = mapped_column(ForeignKey("cohort.id"))
    """In whose figures it counts, whoever joins or leaves later; the same for all of a record."""
    begun_at: Mapped[datetime] = mapped_column(default=clock.now)
    typed: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """What stands in the boxes, saved as typed: [name, value] pairs by the key of the question."""
    version: Mapped[int] = mapped_column(default=0)
    saved_at: Mapped[datetime | None]
    handed_in_at: Mapped[datetime | None]
    is_before: Mapped[bool | None]
    """Whether it was the first one, and handed in before any page was read."""
    is_met: Mapped[bool | None]
    answers: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """By key of the question: `answer` (None where there was none) and whether it is `right`."""
    plan: Mapped[list[Any]] = mapped_column(default=list)
    """What helps with the rest, as it was when it was handed in: see `plan.lines_for`."""

    enrollment: Mapped[Enrollment] = relationship()
    check: Mapped[Check] = relationship()
    cohort: Mapped[Cohort | None] = relationship()


class PlanUse(Base):
    """That somebody did what a line of their plan says, or made it a step."""

    __tablename__ = "plan_use"

    try_id: Mapped[int] = mapped_column(ForeignKey("check_try.id"), primary_key=True)
    line: Mapped[str] = mapped_column(String(80), primary_key=True)
    at: Mapped[datetime] = mapped_column(default=clock.now)
    done_at: Mapped[datetime | None]
    step_id: Mapped[int | None] = mapped_column(ForeignKey("step.id"))

    step: Mapped[Step | None] = relationship()
