"""Protocols as they are stored: editions, and what people write of their own."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from pdportal import clock
from pdportal.accounts.models import Person
from pdportal.db import Base, Numbered, Timestamped, all_null, unique_where


class Readers(StrEnum):
    """Who may read and use a protocol that somebody wrote."""

    ME = "me"
    COHORT = "cohort"
    SCHOOL = "school"
    DISTRICT = "district"


class OwnProtocol(Numbered, Timestamped, Base):
    """A protocol that somebody writes: the draft, and who may use what was published of it."""

    __tablename__ = "own_protocol"

    author_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    name: Mapped[str] = mapped_column(String(120))
    """What the draft is called."""
    boxes: Mapped[dict[str, str]]
    """The draft as the form has it (`own/boxes.py`); empty where the form cannot show it."""
    markdown: Mapped[str | None] = mapped_column(Text)
    """The draft as Markdown, where it was typed so last."""
    version: Mapped[int] = mapped_column(default=1)
    """Counts the saves, so that two tabs cannot overwrite one another unseen."""
    saved_at: Mapped[datetime] = mapped_column(default=clock.now)
    based_on: Mapped[list[Any]] = mapped_column(default=list)
    """The protocols it is a changed copy of, the first one first: `{"slug", "name", "origin",
    "licence"}` each. Nobody changes it."""
    readers: Mapped[Readers] = mapped_column(default=Readers.ME)
    district_id: Mapped[int] = mapped_column(ForeignKey("district.id"))
    """The author's district and school when it was published."""
    school_id: Mapped[int | None] = mapped_column(ForeignKey("school.id"))
    cohort_id: Mapped[int | None] = mapped_column(ForeignKey("cohort.id"))
    withdrawn_at: Mapped[datetime | None]

    author: Mapped[Person] = relationship()

    is_shown = all_null("withdrawn_at")
    """Not withdrawn."""

    @property
    def slug(self) -> str:
        """What its editions are called."""
        return f"{OWN}{self.id}"


OWN = "own-"
"""How the slugs of such protocols begin, and no others."""


class Protocol(Numbered, Base):
    """One edition of a protocol's Markdown file, immutable; rounds keep the one they began with."""

    __tablename__ = "protocol"
    __table_args__ = (
        UniqueConstraint("slug", "content_hash"),
        unique_where("uq_protocol_current", "slug", where="is_current"),
    )

    slug: Mapped[str] = mapped_column(String(80))
    content_hash: Mapped[str] = mapped_column(String(64))
    name: Mapped[str] = mapped_column(String(120))
    summary: Mapped[str] = mapped_column(String(400))
    minutes: Mapped[int]
    kind: Mapped[str] = mapped_column(String(20), default="protocol", server_default="protocol")
    """"protocol", or "cycle": a template of coaching cycles, for no round and no meeting."""
    data: Mapped[dict[str, Any]]
    """Stages, practice and student version, compiled: see `feedback.protocols`."""
    is_current: Mapped[bool] = mapped_column(default=True)
    published_at: Mapped[datetime] = mapped_column(default=clock.now)
    source: Mapped[str | None] = mapped_column(Text, deferred=True)
    """Its Markdown, to copy and change; editions published before it was stored have none."""
    own_id: Mapped[int | None] = mapped_column(ForeignKey("own_protocol.id"), index=True)
    """What it is an edition of, if somebody wrote it in the browser."""
    recommended_at: Mapped[datetime | None]
    """When the district's lead recommended this edition."""

    own: Mapped[OwnProtocol | None] = relationship()

    @property
    def is_recommended(self) -> bool:
        """Whether the district recommends it, to all of the district."""
        shown = self.own is not None and self.own.readers is Readers.DISTRICT
        return shown and self.recommended_at is not None


PROTOCOL_COLUMNS = tuple(column for column in Protocol.__table__.c if column.name != "source")
"""What pages know of one; its source is only read where it is copied."""
