"""Files of a work, in which of its versions each is, and the pictures that are shown of them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from pdportal import clock
from pdportal.db import Base, Numbered
from pdportal.documents.kinds import KINDS, ZIP, Kind
from pdportal.feedback.works.models import Work


class WorkFile(Numbered, Base):
    """A file of a work, from the version it was added in to before the one it is gone from.

    Before `added_in` is known it is in the draft alone.
    """

    __tablename__ = "work_file"
    __table_args__ = (
        CheckConstraint("gone_in IS NULL OR gone_in > added_in", name="versions"),
        CheckConstraint("size > 0", name="size"),
    )

    work_id: Mapped[int] = mapped_column(ForeignKey("work.id"), index=True)
    key: Mapped[str] = mapped_column(String(24))
    """The field of the work that its words are: the file that replaces it has the same."""
    name: Mapped[str] = mapped_column(String(200))
    kind: Mapped[str] = mapped_column(String(8))
    size: Mapped[int] = mapped_column(BigInteger)
    sha256: Mapped[str] = mapped_column(String(64))
    storage_key: Mapped[str] = mapped_column(String(120), unique=True)
    """The file as it was given."""
    added_at: Mapped[datetime] = mapped_column(default=clock.now)
    added_in: Mapped[int | None]
    gone_in: Mapped[int | None]
    is_leaving: Mapped[bool] = mapped_column(default=False)
    """Whether the next version is without it."""
    text: Mapped[str] = mapped_column(Text, default="")
    """Its words, as Markdown."""
    is_cut: Mapped[bool] = mapped_column(default=False)
    """Whether it has more words than that."""
    pages: Mapped[int] = mapped_column(default=0)
    """How many pages or slides it has; more may be there than are drawn."""
    trouble: Mapped[str | None] = mapped_column(String(24))
    """Why it cannot be shown: a `documents.kinds.Unfit`."""
    read_at: Mapped[datetime | None]
    """When it was read; None: it waits."""
    read_after: Mapped[datetime | None]
    """Until then a worker is reading it; afterwards another may."""
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    """Who added it; None: the author of the work."""

    work: Mapped[Work] = relationship(back_populates="files")
    pictures: Mapped[list[FilePicture]] = relationship(
        back_populates="file", order_by="FilePicture.number", lazy="selectin"
    )

    @property
    def about(self) -> Kind:
        """What its kind is called, and how it is served."""
        return KINDS.get(self.kind, ZIP)

    @property
    def is_blurred(self) -> bool:
        """Whether a part of it is hidden from others."""
        return any(picture.boxes for picture in self.pictures)

    @property
    def is_ready(self) -> bool:
        """Whether it was read, and can be shown."""
        return self.read_at is not None and self.trouble is None

    def is_in(self, number: int) -> bool:
        """Whether it is in this version."""
        return (
            self.added_in is not None
            and self.added_in <= number
            and (self.gone_in is None or self.gone_in > number)
        )


class FilePicture(Numbered, Base):
    """A page of a file, or a picture in it, as it is shown. Its id stays, whatever is blurred."""

    __tablename__ = "file_picture"
    __table_args__ = (UniqueConstraint("file_id", "number"),)

    file_id: Mapped[int] = mapped_column(ForeignKey("work_file.id"))
    number: Mapped[int]
    width: Mapped[int]
    height: Mapped[int]
    storage_key: Mapped[str | None] = mapped_column(String(120), unique=True)
    """None while it is drawn anew."""
    size: Mapped[int] = mapped_column(default=0)
    boxes: Mapped[list[Any]] = mapped_column(default=list)
    """What is blurred: left, top, width and height of each part, in thousandths."""

    file: Mapped[WorkFile] = relationship(back_populates="pictures")
