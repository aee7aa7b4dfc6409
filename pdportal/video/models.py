"""Clips of lessons, and whom their teachers let see them."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    ColumnElement,
    ForeignKey,
    Index,
    String,
    Text,
    UniqueConstraint,
    and_,
    false,
    text,
)
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column, query_expression, relationship

from pdportal import clock
from pdportal.accounts.models import Person
from pdportal.accounts.promises import promised_day
from pdportal.db import Base, Numbered, Timestamped, unique_where

if TYPE_CHECKING:
    from pdportal.video.exemplars.models import Exemplar

OLD = timedelta(days=7)


class Clip(Numbered, Timestamped, Base):
    """A classroom video. On the delete-by date its file goes, its name, and who was on it.

    Its title stays, and what was said about it.
    """

    __tablename__ = "clip"
    __table_args__ = (
        UniqueConstraint("owner_id", "form_key"),
        CheckConstraint("size > 0", name="size"),
        Index(
            "ix_clip_delete_by",
            "delete_by",
            sqlite_where=text("deleted_at IS NULL"),
            postgresql_where=text("deleted_at IS NULL"),
        ),
        Index(
            "ix_clip_unprocessed",
            "process_after",
            sqlite_where=text("processed_at IS NULL AND deleted_at IS NULL"),
            postgresql_where=text("processed_at IS NULL AND deleted_at IS NULL"),
        ),
    )

    owner_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    title: Mapped[str] = mapped_column(String(160))
    about: Mapped[str] = mapped_column(Text, default="")
    consent: Mapped[str] = mapped_column(Text, default="")
    """Who is to be seen on it, and what was agreed with them."""
    look_fors: Mapped[list[Any] | None] = mapped_column(JSON(none_as_null=True))
    """What its owner or a coach lists to look for, each a few words."""
    agreed: Mapped[str] = mapped_column(Text, default="", server_default="")
    """What was agreed: for what, who may see it, until when."""
    agreed_by: Mapped[str] = mapped_column(Text, default="", server_default="")
    """Who agreed, and where that is written down."""
    agreed_on: Mapped[date | None]
    delete_by: Mapped[date]
    warned_at: Mapped[datetime | None]
    """When its owner was told that it goes soon."""
    file_name: Mapped[str] = mapped_column(String(200))
    content_type: Mapped[str] = mapped_column(String(60))
    size: Mapped[int] = mapped_column(BigInteger)
    sha256: Mapped[str] = mapped_column(String(64))
    storage_key: Mapped[str] = mapped_column(String(120), unique=True)
    """The file that is played: as it was uploaded, until one is there that plays everywhere."""
    form_key: Mapped[str | None] = mapped_column(String(40))
    """The form it was sent with: sent twice, it is one clip."""
    seconds: Mapped[float | None]
    trouble: Mapped[str | None] = mapped_column(String(24))
    """Why it does not play in every usual browser: a `film.Trouble`, or None if it does."""
    processed_at: Mapped[datetime | None]
    """When its file was made to play everywhere, or given up (`trouble` says why)."""
    process_after: Mapped[datetime | None]
    """Until then a worker is at it; afterwards another may."""
    turn: Mapped[int] = mapped_column(default=0, server_default="0")
    """Counts the workers that took it up: only the last of them may store what it made."""
    tries: Mapped[int] = mapped_column(default=0, server_default="0")
    """How many of them began with what is to be done now."""
    progress: Mapped[int] = mapped_column(default=0, server_default="0")
    """How far the worker is, in percent."""
    edits: Mapped[list[dict[str, Any]] | None] = mapped_column(JSON)
    """What is cut out, blurred and muted (`edits.Edit`) in the file that is played."""
    edits_typed: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    """What its owner typed of that since, by box, and its version; None once it is made."""
    is_silent: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Whether its owner left the sound out."""
    cleaned_at: Mapped[datetime | None]
    """When place and device, and what its owner wanted gone, were taken out of its file; until then
    nobody else is given it."""
    version: Mapped[int] = mapped_column(default=1)
    """Counts the changes to its words, so that two tabs cannot overwrite one another unseen."""
    looks_first: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Whether its owner reads what others say only once they have looked themselves."""
    opened_at: Mapped[datetime | None]
    """Since when the owner reads it all the same."""
    closed_to_rounds_at: Mapped[datetime | None]
    """Whoever was asked for feedback on it before then watches it no more."""
    deleted_at: Mapped[datetime | None]

    owner: Mapped[Person] = relationship()
    shares: Mapped[list[ClipShare]] = relationship(back_populates="clip")
    files: Mapped[list[ClipFile]] = relationship(back_populates="clip")

    exemplar: Mapped[Exemplar | None] = relationship(
        viewonly=True,
        primaryjoin="and_(Clip.id == Exemplar.clip_id, Exemplar.ended_at.is_(None))",
    )
    """How it is offered now to learn from, if it is."""

    @hybrid_property
    def waits_for_owner(self) -> bool:
        """Whether what others say is closed to its owner, until they have looked themselves."""
        return self.looks_first and self.opened_at is None

    @waits_for_owner.inplace.expression
    @classmethod
    def _waits_for_owner(cls) -> ColumnElement[bool]:
        return and_(cls.looks_first, cls.opened_at.is_(None))

    @property
    def is_awaited(self) -> bool:
        """Whether its owner is told what becomes of its file: not of one that could be watched for
        long, where ffmpeg came later."""
        is_old = self.created_at < clock.now() - OLD
        return self.cleaned_at is None or self.trouble is not None or not is_old

    @property
    def is_sound(self) -> bool:
        """Whether there is nothing to see."""
        return self.content_type.startswith("audio/")


OF_FILE = ("storage_key", "content_type", "size", "sha256")
"""What both a clip and its further files say of a stored file."""


class Purpose(StrEnum):
    """What a further file of a clip is for."""

    ORIGINAL = "original"
    """As it was uploaded, for its owner alone, for a while after another took its place."""
    SMALL = "small"
    """For slow lines."""
    POSTER = "poster"


class ClipFile(Numbered, Base):
    """A file of a clip beside the one that is played."""

    __tablename__ = "clip_file"
    __table_args__ = (UniqueConstraint("clip_id", "purpose"),)

    clip_id: Mapped[int] = mapped_column(ForeignKey("clip.id"))
    purpose: Mapped[str] = mapped_column(String(16))
    storage_key: Mapped[str] = mapped_column(String(120), unique=True)
    content_type: Mapped[str] = mapped_column(String(60))
    size: Mapped[int] = mapped_column(BigInteger)
    sha256: Mapped[str] = mapped_column(String(64))
    made_at: Mapped[datetime] = mapped_column(default=clock.now)

    clip: Mapped[Clip] = relationship(back_populates="files")


class ClipShare(Numbered, Base):
    """One person whom the owner lets see a clip, until taken back."""

    __tablename__ = "clip_share"
    __table_args__ = (
        unique_where("uq_clip_share_now", "clip_id", "person_id", where="taken_back_at IS NULL"),
        CheckConstraint("finished_at IS NULL OR answered_at IS NOT NULL", name="finished"),
    )

    clip_id: Mapped[int] = mapped_column(ForeignKey("clip.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    question: Mapped[str] = mapped_column(Text, default="")
    """What the owner would like this person to look for."""
    shared_at: Mapped[datetime] = mapped_column(default=clock.now)
    taken_back_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]
    """When the first comment came, or the word that there is none to make."""
    exemplar_asked_at: Mapped[datetime | None]
    """When this person asked its owner to offer it to learn from."""
    finished_at: Mapped[datetime | None]
    """When this person said that they are done."""

    clip: Mapped[Clip] = relationship(back_populates="shares")
    person: Mapped[Person] = relationship()

    is_away: Mapped[bool | None] = query_expression()
    """Whether this person is away now; None where it was not asked."""

    @property
    def promised_for(self) -> date | None:
        """By when this person answers, who promised it, is not away and has not begun."""
        within = None if self.answered_at or self.is_away else self.person.answers_within
        return promised_day(self.shared_at, within)


import pdportal.video.exemplars.models  # noqa: E402, F401 -- `Clip.exemplar` names one of them
