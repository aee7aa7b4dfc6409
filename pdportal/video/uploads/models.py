"""A video that is being uploaded: the words about it, and the pieces that are here."""

from __future__ import annotations

import secrets
from datetime import date, datetime

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from pdportal import clock
from pdportal.db import Base, Numbered, Timestamped

_OPEN = text("clip_id IS NULL AND fingerprint <> ''")


def new_file_number() -> int:
    """One that no file chosen before had."""
    return secrets.randbelow(2**31)


class ClipUpload(Numbered, Timestamped, Base):
    """A clip to be: once all bytes are here and its words are confirmed, a job makes the clip.

    A file that turns out to be of no use goes, with the reason; the words stay for another file.
    Of an upload that became a clip, only its number is left.
    """

    __tablename__ = "clip_upload"
    __table_args__ = (
        CheckConstraint("received BETWEEN 0 AND size", name="received"),
        Index(
            "uq_clip_upload_open",
            "owner_id",
            "fingerprint",
            "size",
            unique=True,
            sqlite_where=_OPEN,
            postgresql_where=_OPEN,
        ),
    )

    owner_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    title: Mapped[str] = mapped_column(String(160), default="")
    about: Mapped[str] = mapped_column(Text, default="")
    consent: Mapped[str] = mapped_column(Text, default="")
    delete_by: Mapped[date | None]
    earlier_id: Mapped[int | None] = mapped_column(ForeignKey("clip.id"))
    """A clip of the same owner: this one shows what was changed after feedback on it."""
    version: Mapped[int] = mapped_column(default=1)
    """Counts the changes to its words."""
    file_name: Mapped[str] = mapped_column(String(200))
    fingerprint: Mapped[str] = mapped_column(String(80))
    """What the browser knows the file again by, together with its size; "" without a file."""
    file_number: Mapped[int] = mapped_column(default=new_file_number)
    """Stands for the file chosen, so that no piece of another gets in, of an upload before this
    that had the same id least of all."""
    size: Mapped[int] = mapped_column(BigInteger)
    received: Mapped[int] = mapped_column(BigInteger, default=0)
    touched_at: Mapped[datetime] = mapped_column(default=clock.now, index=True)
    """When the last piece or word came; a week later it is given up."""
    asked_at: Mapped[datetime | None]
    """When its owner said that the words are complete."""
    join_after: Mapped[datetime | None]
    """Until then a worker is making the clip; afterwards another may."""
    tries: Mapped[int] = mapped_column(default=0)
    """How often workers have begun to."""
    problem: Mapped[str] = mapped_column(Text, default="")
    """Why it did not become a clip, in the owner's language."""
    clip_id: Mapped[int | None] = mapped_column(ForeignKey("clip.id"))

    @property
    def is_whole(self) -> bool:
        """Whether all bytes of the file are here."""
        return bool(self.fingerprint) and self.received == self.size

    @property
    def is_joining(self) -> bool:
        """Whether nothing is missing, so that it becomes a clip by itself."""
        return self.is_whole and self.asked_at is not None and self.clip_id is None


class UploadPiece(Numbered, Base):
    """Some bytes of a file, stored as they came; the next piece begins where this one ends."""

    __tablename__ = "upload_piece"
    __table_args__ = (UniqueConstraint("upload_id", "start"),)

    upload_id: Mapped[int] = mapped_column(ForeignKey("clip_upload.id"))
    start: Mapped[int] = mapped_column(BigInteger)
    size: Mapped[int]
    storage_key: Mapped[str] = mapped_column(String(120), unique=True)
