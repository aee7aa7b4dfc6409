"""The parts of a learner profile, and who may read which of them."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from pdportal import clock
from pdportal.accounts.models import Person
from pdportal.cohorts.models import Cohort
from pdportal.db import Base, Numbered, all_null, unique_where


class Part(StrEnum):
    """What a profile is about."""

    STRENGTHS = "strengths"
    NEEDS = "needs"
    INTERESTS = "interests"
    WAYS = "ways"
    NEXT_ROLE = "next_role"


class ProfilePart(Base):
    """One part of somebody's profile: several scales and words, never one score."""

    __tablename__ = "profile_part"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    part: Mapped[Part] = mapped_column(primary_key=True)
    words: Mapped[str] = mapped_column(Text, default="")
    scales: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """By the name of a scale of this part: where on it, from 0."""
    suggests: Mapped[bool] = mapped_column(default=False)
    """Whether the owner lets suggestions be made from it."""
    version: Mapped[int] = mapped_column(default=0)
    changed_at: Mapped[datetime] = mapped_column(default=clock.now, onupdate=clock.now)


class ProfileShare(Numbered, Base):
    """Some parts of a profile, open to one person or to the people of one cohort."""

    __tablename__ = "profile_share"
    __table_args__ = (
        CheckConstraint("(person_id IS NULL) <> (cohort_id IS NULL)", name="one_reader"),
        unique_where(
            "uq_profile_share_person",
            "owner_id",
            "person_id",
            where="taken_back_at IS NULL AND person_id IS NOT NULL",
        ),
        unique_where(
            "uq_profile_share_cohort",
            "owner_id",
            "cohort_id",
            where="taken_back_at IS NULL AND cohort_id IS NOT NULL",
        ),
    )

    owner_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    cohort_id: Mapped[int | None] = mapped_column(ForeignKey("cohort.id"), index=True)
    parts: Mapped[list[str]]
    shared_at: Mapped[datetime] = mapped_column(default=clock.now)
    taken_back_at: Mapped[datetime | None]

    owner: Mapped[Person] = relationship(foreign_keys=owner_id)
    person: Mapped[Person | None] = relationship(foreign_keys=person_id)
    cohort: Mapped[Cohort | None] = relationship()

    is_open = all_null("taken_back_at")
    """Not taken back."""
