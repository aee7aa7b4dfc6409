"""Modules, their immutable editions, and each person's way through one."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import JSON, ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from pdportal import clock
from pdportal.accounts.models import Person
from pdportal.accounts.naming import LONGEST_KEY, key_of
from pdportal.cohorts.models import Cohort
from pdportal.db import Base, Numbered, Timestamped, all_null
from pdportal.feedback.works.models import Work
from pdportal.goals.models import Step
from pdportal.inbox.reminders import Reminded


class Module(Numbered, Timestamped, Base):
    """A module by its slug; what people read is one of its editions."""

    __tablename__ = "module"

    slug: Mapped[str] = mapped_column(String(80), unique=True)
    current_id: Mapped[int | None] = mapped_column(
        ForeignKey("edition.id", use_alter=True), unique=True
    )

    current: Mapped[Edition | None] = relationship(foreign_keys=current_id, post_update=True)


class Edition(Numbered, Base):
    """A published state of a module, immutable, known by its content hash."""

    __tablename__ = "edition"
    __table_args__ = (
        UniqueConstraint("module_id", "number"),
        UniqueConstraint("module_id", "content_hash"),
    )

    module_id: Mapped[int] = mapped_column(ForeignKey("module.id"))
    number: Mapped[int]
    content_hash: Mapped[str] = mapped_column(String(64))
    compiler: Mapped[int] = mapped_column(default=0)
    """Which compiler made it (`compiler.folder.COMPILER`); 0 where that is not known."""
    title: Mapped[str] = mapped_column(String(200))
    summary: Mapped[str] = mapped_column(Text)
    about: Mapped[str] = mapped_column(Text)
    """Safe HTML."""
    language: Mapped[str] = mapped_column(String(16))
    minutes: Mapped[int]
    hours: Mapped[float | None]
    audience: Mapped[str] = mapped_column(Text, default="")
    skills: Mapped[list[str]]
    outcomes: Mapped[list[str]]
    prerequisites: Mapped[list[str]]
    """Slugs of modules that come before this one."""
    needs: Mapped[list[str]] = mapped_column(default=list, server_default="[]")
    """Those of them without which one does not begin."""
    tracks: Mapped[list[Any]] = mapped_column(default=list, server_default="[]")
    """Parallel ways through the pages, in order: `{"key": …, "title": …, "who": …}`."""
    first_track: Mapped[str] = mapped_column(String(60), default="", server_default="")
    """The key of the track for whoever has not chosen; empty where there are none."""
    asks: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")
    """What it asks for beside its pages and their blocks, by the name of the `Condition`."""
    facets: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")
    """What it is found by besides its words: `{facet: [names]}`, each of `Facet`."""
    levers: Mapped[dict[str, str]] = mapped_column(default=dict, server_default="{}")
    """What its author says of approach, pace and say; what is not said follows from its parts."""
    cover: Mapped[dict[str, str]] = mapped_column(default=dict, server_default="{}")
    """`url` and `alt` of its picture; empty where one is drawn from its slug."""
    authors: Mapped[list[str]]
    licence: Mapped[str] = mapped_column(String(200), default="")
    published_at: Mapped[datetime] = mapped_column(default=clock.now)
    published_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    sort_key: Mapped[bytes | None] = mapped_column(
        LargeBinary(LONGEST_KEY), default=key_of("title"), deferred=True
    )

    module: Mapped[Module] = relationship(foreign_keys=module_id)


class Facet(StrEnum):
    """What modules are found by besides their words."""

    SKILL = "skill"
    GRADE = "grade"
    SUBJECT = "subject"
    LANGUAGE = "language"
    FORMAT = "format"
    LENS = "lens"
    AFTER = "after"
    """The slug of a module that comes before."""


GRADES: Final = ("PK", "K-2", "3-5", "6-8", "9-12")
LENSES: Final = ("design", "investment", "theory", "practice")
FORMATS: Final = ("read", "watch", "try", "talk")
ANY: Final = ""
"""The name under grades and subjects of a module that names none: it is for all of them."""


class ModuleTag(Base):
    """One name under one facet of the current edition of a module, for filters and suggestions."""

    __tablename__ = "module_tag"
    __table_args__ = (
        Index("ix_module_tag_facet", "facet", "name", "module_id"),
        Index("ix_module_tag_folded", "facet", "folded", "module_id"),
    )

    module_id: Mapped[int] = mapped_column(
        ForeignKey("module.id", ondelete="CASCADE"), primary_key=True
    )
    facet: Mapped[Facet] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(80), primary_key=True)
    folded: Mapped[str] = mapped_column(String(80), server_default="")
    """What the name has in common with it however it is written."""


class Section(StrEnum):
    """Where a page stands: on the way, beside it, or for facilitators only."""

    PAGE = "page"
    EXTRA = "extra"
    FACILITATORS = "facilitators"


class Page(Numbered, Base):
    """One page of an edition, compiled: a request never parses Markdown."""

    __tablename__ = "page"
    __table_args__ = (UniqueConstraint("edition_id", "slug"),)

    edition_id: Mapped[int] = mapped_column(ForeignKey("edition.id"))
    number: Mapped[int]
    slug: Mapped[str] = mapped_column(String(120))
    title: Mapped[str] = mapped_column(String(200))
    section: Mapped[Section] = mapped_column(default=Section.PAGE)
    minutes: Mapped[int]
    break_minutes: Mapped[int] = mapped_column(default=0)
    track: Mapped[str] = mapped_column(String(60), default="")
    """The key of the track it belongs to; empty for pages of all."""
    optional: Mapped[bool] = mapped_column(default=False)
    body: Mapped[list[Any]]
    """Segments in order: `{"html": safe HTML}` or `{"block": key}`."""
    headings: Mapped[list[Any]]
    text: Mapped[str] = mapped_column(Text)
    """Plain words for search, without what is for facilitators."""
    digest: Mapped[str] = mapped_column(String(64))
    """A hash of what learners see: equal in two editions if the page looks the same."""

    edition: Mapped[Edition] = relationship()
    blocks: Mapped[list[Block]] = relationship(back_populates="page", order_by="Block.id")


class BlockKind(StrEnum):
    """The parts of a page that a person works with, or takes to class."""

    QUESTION = "question"
    REFLECTION = "reflection"
    TASK = "task"
    TRYOUT = "tryout"
    MIRROR = "mirror"
    NOTE = "note"
    CHOICE = "choice"
    TOGETHER = "together"


class Block(Numbered, Base):
    """One question, reflection, task, try-out, hand-out, choice or facilitators' note of a page.

    The compiler sees to it that the keys of all but notes differ within a module.
    """

    __tablename__ = "block"
    __table_args__ = (UniqueConstraint("page_id", "key"),)

    edition_id: Mapped[int] = mapped_column(ForeignKey("edition.id"), index=True)
    page_id: Mapped[int] = mapped_column(ForeignKey("page.id"))
    key: Mapped[str] = mapped_column(String(80))
    kind: Mapped[BlockKind]
    data: Mapped[dict[str, Any]]
    optional: Mapped[bool] = mapped_column(default=False)
    choice_id: Mapped[int | None] = mapped_column(ForeignKey("block.id"))
    """The choice in one of whose alternatives it stands."""
    option: Mapped[str] = mapped_column(String(80), default="")
    """The key of that alternative."""

    page: Mapped[Page] = relationship(back_populates="blocks")


class Asset(Numbered, Base):
    """A figure or file of an edition; its bytes lie in storage under their hash."""

    __tablename__ = "asset"
    __table_args__ = (UniqueConstraint("edition_id", "path"),)

    edition_id: Mapped[int] = mapped_column(ForeignKey("edition.id"))
    path: Mapped[str] = mapped_column(String(300))
    name: Mapped[str] = mapped_column(String(200))
    """Its name in addresses."""
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    content_type: Mapped[str] = mapped_column(String(80))
    size: Mapped[int]


class Enrollment(Numbered, Reminded, Base):
    """One person's way through one edition of a module; it stays there until they move on."""

    __tablename__ = "enrollment"
    __table_args__ = (
        UniqueConstraint("person_id", "module_id"),
        Index("ix_enrollment_last", "person_id", "last_at"),
    )

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    module_id: Mapped[int] = mapped_column(ForeignKey("module.id"), index=True)
    edition_id: Mapped[int] = mapped_column(ForeignKey("edition.id"), index=True)
    begun_at: Mapped[datetime] = mapped_column(default=clock.now)
    last_at: Mapped[datetime] = mapped_column(default=clock.now)
    last_page_id: Mapped[int | None] = mapped_column(ForeignKey("page.id"))
    last_place: Mapped[str | None] = mapped_column(String(200))
    """The id of the heading or block of that page where the reader stopped."""
    track: Mapped[str] = mapped_column(String(60), default="")
    """One of the tracks of its edition; empty where there are none."""
    due_on: Mapped[date | None]
    """By when they want to be done; their own date, which nobody else sees."""
    weekly_minutes: Mapped[int | None]
    days: Mapped[str] = mapped_column(String(7), default="", server_default="")
    """On which days of the week they learn, Monday as 0; empty for the days of school."""
    paused_at: Mapped[datetime | None]
    paused_until: Mapped[date | None]
    """The first day after a pause; None for an open one."""
    left_at: Mapped[datetime | None]
    """When they left it, until they come back."""
    finished_at: Mapped[datetime | None]
    finished_in_id: Mapped[int | None] = mapped_column(ForeignKey("edition.id"))
    """The edition it was finished in, and stays finished in."""
    tested_out_at: Mapped[datetime | None]
    """Finished by a check that was met before any page was read."""

    person: Mapped[Person] = relationship()
    edition: Mapped[Edition] = relationship(foreign_keys=edition_id)

    @property
    def remind_from(self) -> date:
        """The day before the day they chose."""
        assert self.due_on is not None  # noqa: S101 -- nobody is reminded of no day
        return self.due_on - timedelta(days=1)


class PageRead(Base):
    """That a page was read to its end."""

    __tablename__ = "page_read"

    enrollment_id: Mapped[int] = mapped_column(ForeignKey("enrollment.id"), primary_key=True)
    page_id: Mapped[int] = mapped_column(ForeignKey("page.id"), primary_key=True)
    at: Mapped[datetime] = mapped_column(default=clock.now)


class Answer(Numbered, Base):
    """One try at a question; every try is kept."""

    __tablename__ = "answer"
    __table_args__ = (Index("ix_answer_enrollment_block", "enrollment_id", "block_id"),)

    enrollment_id: Mapped[int] = mapped_column(ForeignKey("enrollment.id"))
    block_id: Mapped[int] = mapped_column(ForeignKey("block.id"))
    answer: Mapped[Any] = mapped_column(JSON)
    """In the shape that the question's kind gives it; `questions/` has the kinds."""
    verdict: Mapped[bool | None]
    """Right or not; None where nobody can say, as of an open answer."""
    at: Mapped[datetime] = mapped_column(default=clock.now)


class InBlock:
    """What one enrollment has in one block, once."""

    enrollment_id: Mapped[int] = mapped_column(ForeignKey("enrollment.id"), primary_key=True)
    block_id: Mapped[int] = mapped_column(ForeignKey("block.id"), primary_key=True)


class Reflection(InBlock, Base):
    """What somebody wrote for themselves on a page; nobody else can read it."""

    __tablename__ = "reflection"

    text: Mapped[str] = mapped_column(Text)
    version: Mapped[int] = mapped_column(default=1)
    saved_at: Mapped[datetime] = mapped_column(default=clock.now)


class HandIn(InBlock, Base):
    """The work that somebody made of a task."""

    __tablename__ = "hand_in"

    work_id: Mapped[int] = mapped_column(ForeignKey("work.id"), unique=True)
    handed_in_at: Mapped[datetime | None]

    work: Mapped[Work] = relationship()


class Chosen(InBlock, Base):
    """The alternative that somebody chose, and for themselves why."""

    __tablename__ = "chosen"

    option: Mapped[str] = mapped_column(String(80))
    why: Mapped[str] = mapped_column(Text, default="")
    version: Mapped[int] = mapped_column(default=1)
    """Counts the saves of `why`."""
    minutes: Mapped[int] = mapped_column(default=0, server_default="0")
    """How much longer it takes than the first alternative, which the page's minutes have."""
    at: Mapped[datetime] = mapped_column(default=clock.now)


class TakenUp(InBlock, Base):
    """The step that somebody made of a try-out."""

    __tablename__ = "taken_up"

    step_id: Mapped[int] = mapped_column(ForeignKey("step.id"), unique=True)

    step: Mapped[Step] = relationship()


class Assignment(Numbered, Timestamped, Base):
    """A module given to a cohort, with its own date and a why."""

    __tablename__ = "assignment"
    __table_args__ = (UniqueConstraint("cohort_id", "module_id"),)

    cohort_id: Mapped[int] = mapped_column(ForeignKey("cohort.id"))
    module_id: Mapped[int] = mapped_column(ForeignKey("module.id"), index=True)
    assigned_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    due_on: Mapped[date | None]
    why: Mapped[str] = mapped_column(Text)
    ended_at: Mapped[datetime | None]

    cohort: Mapped[Cohort] = relationship()
    module: Mapped[Module] = relationship()

    is_current = all_null("ended_at")
    """Given to the cohort now: not taken back."""
