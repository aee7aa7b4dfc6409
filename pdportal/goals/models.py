"""Goals, their steps and try-outs, and the evidence for them."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from pdportal import clock
from pdportal.accounts.models import Person
from pdportal.db import Base, Timestamped
from pdportal.feedback.models import Work


class Goal(Timestamped, Base):
    """What a teacher wants to change for students. Its text is a work; this is the rest of it."""

    __tablename__ = "goal"

    id: Mapped[int] = mapped_column(primary_key=True)
    work_id: Mapped[int] = mapped_column(ForeignKey("work.id"), unique=True)
    owner_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    met_at: Mapped[datetime | None]
    let_go_at: Mapped[datetime | None]
    closing: Mapped[str] = mapped_column(Text, default="")

    work: Mapped[Work] = relationship()
    steps: Mapped[list[Step]] = relationship(back_populates="goal", order_by="Step.place, Step.id")
    evidence: Mapped[list[Evidence]] = relationship(order_by="Evidence.id")


class StepKind(StrEnum):
    """A step is something to do; a try-out is a step carried out in class and looked back on."""

    STEP = "step"
    TRYOUT = "tryout"


class Outcome(StrEnum):
    """What a teacher does after a try-out."""

    ADOPT = "adopt"
    ADAPT = "adapt"
    ABANDON = "abandon"


class Step(Timestamped, Base):
    """One thing to do toward a goal, or on its own, with a date."""

    __tablename__ = "step"
    __table_args__ = (
        CheckConstraint("kind = 'tryout' OR outcome IS NULL", name="only_tryouts"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    owner_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    goal_id: Mapped[int | None] = mapped_column(ForeignKey("goal.id"), index=True)
    kind: Mapped[StepKind] = mapped_column(default=StepKind.STEP)
    place: Mapped[int] = mapped_column(default=0)
    text: Mapped[str] = mapped_column(Text)
    due_on: Mapped[date | None]
    done_at: Mapped[datetime | None]
    removed_at: Mapped[datetime | None]
    from_title: Mapped[str] = mapped_column(String(200), default="")
    """Where the step came from: a module's page, a round's reflection."""
    from_url: Mapped[str] = mapped_column(String(300), default="")
    plan: Mapped[str] = mapped_column(Text, default="")
    prediction: Mapped[str] = mapped_column(Text, default="")
    happened: Mapped[str] = mapped_column(Text, default="")
    outcome: Mapped[Outcome | None]

    owner: Mapped[Person] = relationship()
    goal: Mapped[Goal | None] = relationship(back_populates="steps")


class Evidence(Base):
    """A link or a few words that show how it went; for a goal, or for one of its steps."""

    __tablename__ = "evidence"
    __table_args__ = (CheckConstraint("url <> '' OR text <> ''", name="something"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    goal_id: Mapped[int] = mapped_column(ForeignKey("goal.id"), index=True)
    step_id: Mapped[int | None] = mapped_column(ForeignKey("step.id"))
    url: Mapped[str] = mapped_column(String(500), default="")
    text: Mapped[str] = mapped_column(Text, default="")
    added_at: Mapped[datetime] = mapped_column(default=clock.now)
