"""Where people stand on skills: placements, requests to a coach, and offers to show a skill."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from pdportal import clock
from pdportal.accounts.models import Person
from pdportal.db import Base, Numbered, Timestamped, all_null, unique_where
from pdportal.skills.frameworks.models import Skill
from pdportal.skills.profiles.models import ProfilePart, ProfileShare
from pdportal.skills.results.models import Provider

__all__ = ["Offer", "Placement", "ProfilePart", "ProfileShare", "Provider", "SkillRequest"]


class Source(StrEnum):
    """Who says where somebody stands."""

    SELF = "self"
    CHECK = "check"
    COACH = "coach"
    PROVIDER = "provider"


class Placement(Numbered, Timestamped, Base):
    """One statement of where a person stands on a skill. A line is never changed.

    A correction is a new line that names the one it `corrects`; without a `position` it takes that
    one back. The steps of the continuum are counted in halves: 0 is the first level, 1 between the
    first and the second, 2 the second. `said` keeps the words of the level as they were.
    """

    __tablename__ = "placement"
    __table_args__ = (
        UniqueConstraint("person_id", "key"),
        UniqueConstraint("corrects_id"),
        CheckConstraint("position IS NOT NULL OR corrects_id IS NOT NULL", name="says_something"),
        CheckConstraint("position >= 0 AND position <= last", name="on_continuum"),
        Index("ix_placement_person_skill", "person_id", "skill_id", "at"),
    )

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    skill_id: Mapped[int] = mapped_column(ForeignKey("skill.id"), index=True)
    position: Mapped[int | None]
    last: Mapped[int]
    """The position of the highest level at that time."""
    said: Mapped[str] = mapped_column(String(400), default="")
    source: Mapped[Source]
    said_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    provider: Mapped[str] = mapped_column(String(160), default="")
    at: Mapped[datetime] = mapped_column(default=clock.now)
    """When it was so; a provider may tell it later."""
    words: Mapped[str] = mapped_column(Text, default="")
    """A note with it, in Markdown."""
    from_title: Mapped[str] = mapped_column(String(200), default="")
    """What it comes from: a check, a module, an outside course."""
    from_url: Mapped[str] = mapped_column(String(300), default="")
    key: Mapped[str | None] = mapped_column(String(120))
    """Where it comes from, once: sent twice, it is one line."""
    corrects_id: Mapped[int | None] = mapped_column(ForeignKey("placement.id"))
    hidden_at: Mapped[datetime | None]
    """When the person took a line of others out of their own pages."""
    objection: Mapped[str] = mapped_column(Text, default="")
    """Why the person says that it is wrong."""
    objected_at: Mapped[datetime | None]

    person: Mapped[Person] = relationship(foreign_keys=person_id)
    said_by: Mapped[Person | None] = relationship(foreign_keys=said_by_id)
    skill: Mapped[Skill] = relationship()


class SkillRequest(Numbered, Base):
    """A teacher asks their coach where they see them on one skill; answered by one placement."""

    __tablename__ = "skill_request"
    __table_args__ = (
        unique_where(
            "uq_skill_request_open", "person_id", "coach_id", "skill_id", where="ended_at IS NULL"
        ),
    )

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    coach_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    skill_id: Mapped[int] = mapped_column(ForeignKey("skill.id"))
    words: Mapped[str] = mapped_column(Text, default="")
    asked_at: Mapped[datetime] = mapped_column(default=clock.now)
    ended_at: Mapped[datetime | None]
    """When the coach answered, or the teacher took it back."""
    placement_id: Mapped[int | None] = mapped_column(ForeignKey("placement.id"))

    person: Mapped[Person] = relationship(foreign_keys=person_id)
    coach: Mapped[Person] = relationship(foreign_keys=coach_id)
    skill: Mapped[Skill] = relationship()

    is_open = all_null("ended_at")
    """Neither answered nor taken back."""


class Offer(Numbered, Base):
    """Somebody offers to show colleagues a skill; taken back at any time."""

    __tablename__ = "skill_offer"
    __table_args__ = (
        unique_where("uq_skill_offer_open", "skill_id", "person_id", where="taken_back_at IS NULL"),
    )

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    skill_id: Mapped[int] = mapped_column(ForeignKey("skill.id"))
    words: Mapped[str] = mapped_column(String(300), default="")
    to_district: Mapped[bool] = mapped_column(default=False)
    """Shown in the whole district; otherwise in one's own school."""
    offered_at: Mapped[datetime] = mapped_column(default=clock.now)
    taken_back_at: Mapped[datetime | None]

    person: Mapped[Person] = relationship()
    skill: Mapped[Skill] = relationship()

    is_open = all_null("taken_back_at")
    """Not taken back."""
