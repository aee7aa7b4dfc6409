"""Goals, their steps and try-outs, and the evidence for them."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ColumnElement,
    ForeignKey,
    Index,
    ScalarSelect,
    String,
    Text,
    UniqueConstraint,
    case,
    false,
    func,
    select,
    text,
)
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, foreign, mapped_column, relationship, remote

from pdportal import clock
from pdportal.accounts.models import Person
from pdportal.db import Base, Numbered, Timestamped, all_null
from pdportal.feedback.files.models import FilePicture
from pdportal.feedback.works.models import Work
from pdportal.inbox.reminders import Reminded
from pdportal.skills.frameworks.models import Skill


class Goal(Numbered, Timestamped, Base):
    """What a teacher wants to change for students. Its text is a work; this is the rest of it."""

    __tablename__ = "goal"
    __table_args__ = (
        UniqueConstraint("owner_id", "form_key"),
        CheckConstraint("met_at IS NULL OR abandoned_at IS NULL", name="one_end"),
        CheckConstraint("kept_at IS NOT NULL OR met_at IS NULL", name="met"),
    )

    work_id: Mapped[int] = mapped_column(ForeignKey("work.id"), unique=True)
    owner_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    form_key: Mapped[str | None] = mapped_column(String(40))
    """The form it was first typed into: sent twice, or saved as one types, it is one goal."""
    kept_at: Mapped[datetime | None]
    """When its words were first kept; until then it is a draft."""
    met_at: Mapped[datetime | None]
    abandoned_at: Mapped[datetime | None]
    closing: Mapped[str] = mapped_column(Text, default="")
    until: Mapped[date | None]
    """By when its owner would like to see it."""
    peers: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    """What its owner says to the questions of `goals.peers`, by their keys: `[answer, words]`."""
    shows_all: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Whether partners read try-outs and evidence as well, and not only its words and steps."""
    version: Mapped[int] = mapped_column(default=1, server_default="1")
    """Counts the saves of what is said beside its words, as `Step.version` does."""
    start_id: Mapped[int | None] = mapped_column(ForeignKey("goal_start.id"), index=True)
    """The goal suggested to a cohort that it began with."""
    files_id: Mapped[int | None] = mapped_column(ForeignKey("work.id"), unique=True)
    """The work that has the files of its evidence."""

    poster: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    """What its owner agreed to show on a poster: see `goals.story.services`."""

    work: Mapped[Work] = relationship(foreign_keys=work_id)
    files: Mapped[Work | None] = relationship(foreign_keys=files_id)
    steps: Mapped[list[Step]] = relationship(back_populates="goal", order_by="Step.place, Step.id")

    is_open = all_null("met_at", "abandoned_at")
    """Neither met nor abandoned; a closed goal can be opened again."""

    is_draft = all_null("kept_at")
    """Begun, and never saved as a version."""


class GoalStart(Numbered, Base):
    """A goal that whoever runs a cohort suggests to it; each person makes their own of it."""

    __tablename__ = "goal_start"

    cohort_id: Mapped[int] = mapped_column(ForeignKey("cohort.id"), index=True)
    made_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    words: Mapped[dict[str, str]]
    """What stands in the boxes of a goal, by their keys."""
    steps: Mapped[list[Any]] = mapped_column(default=list)
    note: Mapped[str] = mapped_column(Text, default="")
    """Why it is suggested."""
    made_at: Mapped[datetime] = mapped_column(default=clock.now)
    withdrawn_at: Mapped[datetime | None]

    is_offered = all_null("withdrawn_at")
    """Not withdrawn; what people made of it stays theirs either way."""


class StartDeclined(Base):
    """That somebody wants to see a suggested goal no more; whoever suggested it is not told."""

    __tablename__ = "goal_start_declined"

    start_id: Mapped[int] = mapped_column(ForeignKey("goal_start.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True, index=True)
    at: Mapped[datetime] = mapped_column(default=clock.now)


class GoalPartner(Base):
    """Somebody whom the owner of a goal chose to hold them to it, and who reads it."""

    __tablename__ = "goal_partner"

    goal_id: Mapped[int] = mapped_column(ForeignKey("goal.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True, index=True)
    since: Mapped[datetime] = mapped_column(default=clock.now)


class StepKind(StrEnum):
    """A step is something to do; a try-out is a step carried out in class and looked back on."""

    STEP = "step"
    TRYOUT = "tryout"


class Outcome(StrEnum):
    """What a teacher does after a try-out."""

    ADOPT = "adopt"
    ADAPT = "adapt"
    ABANDON = "abandon"


class Step(Numbered, Reminded, Timestamped, Base):
    """One thing to do toward a goal, or on its own, with a date."""

    __tablename__ = "step"
    __table_args__ = (
        CheckConstraint("kind = 'tryout' OR outcome IS NULL", name="only_tryouts"),
        CheckConstraint("outcome IS NULL OR done_at IS NOT NULL", name="looked_back"),
        Index(
            "ix_step_open",
            "owner_id",
            "due_on",
            sqlite_where=text("done_at IS NULL AND removed_at IS NULL"),
            postgresql_where=text("done_at IS NULL AND removed_at IS NULL"),
        ),
        Index(
            "ix_step_to_do",
            "goal_id",
            "place",
            sqlite_where=text("done_at IS NULL AND removed_at IS NULL"),
            postgresql_where=text("done_at IS NULL AND removed_at IS NULL"),
        ),
    )

    owner_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    goal_id: Mapped[int | None] = mapped_column(ForeignKey("goal.id"), index=True)
    kind: Mapped[StepKind] = mapped_column(default=StepKind.STEP)
    place: Mapped[int] = mapped_column(default=0)
    title: Mapped[str] = mapped_column(String(200), default="")
    """What a try-out is called; a step is its text."""
    text: Mapped[str] = mapped_column(Text)
    due_on: Mapped[date | None]
    done_at: Mapped[datetime | None]
    removed_at: Mapped[datetime | None]
    from_title: Mapped[str] = mapped_column(String(200), default="")
    """Where the step came from: a module's page, a round's reflection."""
    from_url: Mapped[str] = mapped_column(String(300), default="")
    plan: Mapped[str] = mapped_column(Text, default="")
    prediction: Mapped[str] = mapped_column(Text, default="")
    measure: Mapped[str] = mapped_column(Text, default="", server_default="")
    """What its owner will look at or count: in which lesson, of whom, how."""
    happened: Mapped[str] = mapped_column(Text, default="")
    learned: Mapped[str] = mapped_column(Text, default="", server_default="")
    outcome: Mapped[Outcome | None]
    follows_id: Mapped[int | None] = mapped_column(ForeignKey("step.id"), index=True)
    """The try-out that this one adapts."""
    remind_before: Mapped[int | None]
    """How many days before its date its owner is reminded of it; None: not at all."""
    version: Mapped[int] = mapped_column(default=1)
    """Counts the saves, so that two tabs cannot overwrite one another unseen."""

    owner: Mapped[Person] = relationship()
    goal: Mapped[Goal | None] = relationship(back_populates="steps")
    follows: Mapped[Step | None] = relationship(remote_side="Step.id")

    is_to_do = all_null("done_at", "removed_at")
    """On its list and not done."""

    @property
    def remind_from(self) -> date:
        """So many days before its date as its owner wants."""
        assert self.due_on is not None  # noqa: S101 -- nobody is reminded of no day
        return self.due_on - timedelta(days=self.remind_before or 0)

    def waits_for_look_back(self, today: date) -> bool:
        """A try-out whose day has come, or of which something is said already."""
        has_come = self.due_on is None or self.due_on <= today
        return self.kind is StepKind.TRYOUT and (has_come or bool(self.happened))

    @hybrid_property
    def name(self) -> str:
        """What a list calls it: a try-out has a title, a step is its text."""
        return self.title or self.text

    @name.inplace.expression
    @classmethod
    def _name(cls) -> ColumnElement[str]:
        return case((cls.title != "", cls.title), else_=cls.text)


class Focus(Base):
    """The one step that somebody works on now; while it is done or gone, none is chosen."""

    __tablename__ = "focus"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    step_id: Mapped[int] = mapped_column(ForeignKey("step.id"), index=True)

    @classmethod
    def is_on_step_of(cls, person: Person) -> ColumnElement[bool]:
        """Whether a `Step` of somebody's is the one: its focus is looked up once a statement."""
        return func.coalesce(Step.id == cls.step_of(person), false())

    @classmethod
    def step_of(cls, person: Person) -> ScalarSelect[int]:
        """The id of the step that somebody works on now."""
        return select(cls.step_id).where(cls.person_id == person.id).scalar_subquery()


class Evidence(Numbered, Base):
    """A link or a few words that show how it went; for a goal, or for one of its steps."""

    __tablename__ = "evidence"
    __table_args__ = (CheckConstraint("url <> '' OR text <> ''", name="something"),)

    goal_id: Mapped[int] = mapped_column(ForeignKey("goal.id"), index=True)
    step_id: Mapped[int | None] = mapped_column(ForeignKey("step.id"))
    url: Mapped[str] = mapped_column(String(500), default="")
    text: Mapped[str] = mapped_column(Text, default="")
    label: Mapped[str] = mapped_column(String(200), default="", server_default="")
    """What a link within the portal leads to: a file, a clip, a module that was finished."""
    file_id: Mapped[int | None] = mapped_column(ForeignKey("work_file.id", ondelete="SET NULL"))
    added_at: Mapped[datetime] = mapped_column(default=clock.now)
    removed_at: Mapped[datetime | None]

    step: Mapped[Step | None] = relationship()
    skills: Mapped[list[Skill]] = relationship(
        secondary="evidence_skill", order_by=Skill.id, viewonly=True
    )
    picture: Mapped[FilePicture | None] = relationship(
        primaryjoin=(foreign(file_id) == remote(FilePicture.file_id)) & (FilePicture.number == 1),
        viewonly=True,
    )
    """The first page of its file, or the file that is a picture."""

    @property
    def host(self) -> str:
        """Where its link leads, in the word that people know it by; empty within the portal."""
        return urlsplit(self.url).hostname or ""

    @property
    def name(self) -> str:
        """What a list calls it."""
        return self.text or self.label or self.host


class GoalCause(Base):
    """What prompted a version of a goal: a comment, a piece of evidence, or a try-out."""

    __tablename__ = "goal_cause"
    __table_args__ = (
        CheckConstraint(
            "(CASE WHEN comment_id IS NULL THEN 0 ELSE 1 END)"
            " + (CASE WHEN evidence_id IS NULL THEN 0 ELSE 1 END)"
            " + (CASE WHEN step_id IS NULL THEN 0 ELSE 1 END) = 1",
            name="one",
        ),
    )

    revision_id: Mapped[int] = mapped_column(ForeignKey("revision.id"), primary_key=True)
    comment_id: Mapped[int | None] = mapped_column(
        ForeignKey("comment.id", ondelete="CASCADE"), index=True
    )
    evidence_id: Mapped[int | None] = mapped_column(ForeignKey("evidence.id", ondelete="CASCADE"))
    step_id: Mapped[int | None] = mapped_column(ForeignKey("step.id"))


class EvidenceSkill(Base):
    """A piece of evidence shows a skill, as its owner says."""

    __tablename__ = "evidence_skill"

    evidence_id: Mapped[int] = mapped_column(
        ForeignKey("evidence.id", ondelete="CASCADE"), primary_key=True
    )
    skill_id: Mapped[int] = mapped_column(
        ForeignKey("skill.id", ondelete="CASCADE"), primary_key=True, index=True
    )
