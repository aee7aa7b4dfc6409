"""Cohorts, who is in them, and who coaches whom."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import (
    CheckConstraint,
    ColumnElement,
    ForeignKey,
    String,
    Text,
    UniqueConstraint,
    and_,
)
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column, relationship

from pdportal import clock
from pdportal.accounts.models import Person
from pdportal.accounts.naming import Named
from pdportal.db import Base, Numbered, Timestamped, all_null, unique_where


class CohortKind(StrEnum):
    """A cohort is made by a lead for a while; a PLC is a standing group of colleagues."""

    COHORT = "cohort"
    PLC = "plc"


class Cohort(Numbered, Named, Timestamped, Base):
    """People who learn together, with dates and facilitators."""

    __tablename__ = "cohort"
    __table_args__ = (
        CheckConstraint("ends_on IS NULL OR ends_on >= starts_on", name="dates"),
        UniqueConstraint("district_id", "name"),
    )

    district_id: Mapped[int] = mapped_column(ForeignKey("district.id"), index=True)
    school_id: Mapped[int | None] = mapped_column(ForeignKey("school.id"))
    """The school it belongs to; None if to the whole district."""
    name: Mapped[str] = mapped_column(String(120))
    kind: Mapped[CohortKind] = mapped_column(default=CohortKind.COHORT)
    about: Mapped[str] = mapped_column(Text, default="")
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]
    created_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    closed_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)
    """Incremented with each change, to detect that two leads edit at once."""

    members: Mapped[list[Member]] = relationship(back_populates="cohort")

    is_open = all_null("closed_at")
    """Not closed; a closed cohort can be opened again."""


class Member(Numbered, Base):
    """The membership of one person in one cohort; leaving sets `left_at`, nothing is deleted."""

    __tablename__ = "member"
    __table_args__ = (
        unique_where("uq_member_now", "cohort_id", "person_id", where="left_at IS NULL"),
    )

    cohort_id: Mapped[int] = mapped_column(ForeignKey("cohort.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    facilitates: Mapped[bool] = mapped_column(default=False)
    group_name: Mapped[str] = mapped_column(String(40), default="", server_default="")
    """A smaller group within the cohort, as its leads call it; empty if none."""
    added_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    """Who added or asked this person; None where nobody remembers."""
    joined_at: Mapped[datetime] = mapped_column(default=clock.now)
    left_at: Mapped[datetime | None]

    cohort: Mapped[Cohort] = relationship(back_populates="members")
    person: Mapped[Person] = relationship(foreign_keys=person_id)
    added_by: Mapped[Person | None] = relationship(foreign_keys=added_by_id)

    is_current = all_null("left_at")
    """In the cohort now: has not left it."""

    @hybrid_property
    def learns(self) -> bool:
        """In the cohort now and not facilitating it: modules are assigned to this person."""
        return self.is_current and not self.facilitates

    @learns.inplace.expression
    @classmethod
    def _learns(cls) -> ColumnElement[bool]:
        return and_(cls.left_at.is_(None), ~cls.facilitates)


class JoinRequest(Numbered, Base):
    """Somebody is asked to join a cohort: they are in it once they say yes."""

    __tablename__ = "join_request"
    __table_args__ = (
        unique_where("uq_join_request_open", "cohort_id", "person_id", where="answered_at IS NULL"),
    )

    cohort_id: Mapped[int] = mapped_column(ForeignKey("cohort.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    asked_at: Mapped[datetime] = mapped_column(default=clock.now)
    answered_at: Mapped[datetime | None]
    """When they said yes or no, or it was withdrawn."""

    cohort: Mapped[Cohort] = relationship()
    asked_by: Mapped[Person] = relationship(foreign_keys=asked_by_id)


class Coaching(Numbered, Base):
    """A coach and a teacher who work together, for as long as both are linked."""

    __tablename__ = "coaching"
    __table_args__ = (
        CheckConstraint("coach_id <> teacher_id", name="two_people"),
        unique_where("uq_coaching_now", "coach_id", "teacher_id", where="ended_at IS NULL"),
    )

    coach_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    teacher_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    since: Mapped[datetime] = mapped_column(default=clock.now)
    ended_at: Mapped[datetime | None]
    covers_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    """The coach who is away and for whom this one works with the teacher; None for most."""
    until: Mapped[date | None]
    """The last day of that."""

    coach: Mapped[Person] = relationship(foreign_keys=coach_id)
    teacher: Mapped[Person] = relationship(foreign_keys=teacher_id)

    is_current = all_null("ended_at")
    """Coach and teacher work together now."""
