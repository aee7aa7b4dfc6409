"""Clips of lessons, and whom their teachers let see them."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import BigInteger, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from pdportal import clock
from pdportal.accounts.models import Person
from pdportal.db import Base, Timestamped


class Clip(Timestamped, Base):
    """A classroom video. Its file goes on the delete-by date; what was said about it stays."""

    __tablename__ = "clip"

    id: Mapped[int] = mapped_column(primary_key=True)
    owner_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    title: Mapped[str] = mapped_column(String(160))
    about: Mapped[str] = mapped_column(Text, default="")
    consent: Mapped[str] = mapped_column(Text, default="")
    """Who is to be seen on it, and what was agreed with them."""
    delete_by: Mapped[date | None]
    file_name: Mapped[str] = mapped_column(String(200))
    content_type: Mapped[str] = mapped_column(String(60))
    size: Mapped[int] = mapped_column(BigInteger)
    sha256: Mapped[str] = mapped_column(String(64))
    storage_key: Mapped[str] = mapped_column(String(120), unique=True)
    seconds: Mapped[float | None]
    deleted_at: Mapped[datetime | None]

    owner: Mapped[Person] = relationship()
    shares: Mapped[list[ClipShare]] = relationship(back_populates="clip")


class ClipShare(Base):
    """One person whom the owner lets see a clip, until taken back."""

    __tablename__ = "clip_share"
    __table_args__ = (
        Index(
            "uq_clip_share_now",
            "clip_id",
            "person_id",
            unique=True,
            sqlite_where=text("taken_back_at IS NULL"),
            postgresql_where=text("taken_back_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    clip_id: Mapped[int] = mapped_column(ForeignKey("clip.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    question: Mapped[str] = mapped_column(Text, default="")
    """What the owner would like this person to look for."""
    shared_at: Mapped[datetime] = mapped_column(default=clock.now)
    taken_back_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]

    clip: Mapped[Clip] = relationship(back_populates="shares")
    person: Mapped[Person] = relationship()


class ClipLook(Base):
    """That somebody opened a clip: the owner can see who looked, and when last."""

    __tablename__ = "clip_look"

    clip_id: Mapped[int] = mapped_column(ForeignKey("clip.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    first_at: Mapped[datetime] = mapped_column(default=clock.now)
    last_at: Mapped[datetime] = mapped_column(default=clock.now)

    person: Mapped[Person] = relationship()
