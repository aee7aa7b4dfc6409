"""A note beside a passage."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from pdportal import clock
from pdportal.db import Base, Numbered
from pdportal.modules.models import Module, Page


class OwnNote(Numbered, Base):
    """What somebody wrote for themselves beside words of a page, or about a page."""

    __tablename__ = "own_note"
    __table_args__ = (
        UniqueConstraint("person_id", "form_key"),
        Index("ix_own_note_place", "person_id", "module_id", "page_slug"),
    )

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    module_id: Mapped[int] = mapped_column(ForeignKey("module.id"))
    page_id: Mapped[int] = mapped_column(ForeignKey("page.id"))
    """The page it is anchored on: where it was written, or where its owner moved on to since."""
    page_slug: Mapped[str] = mapped_column(String(120))
    """The page it stands on now, in the edition that its owner reads."""
    quote: Mapped[str] = mapped_column(Text, default="")
    """The words it is about, as they were then; empty for the whole page."""
    letter: Mapped[int | None]
    """Where these words begin on the page it is anchored on (`feedback.works.reading`)."""
    until: Mapped[int | None]
    """Before which letter they end."""
    text: Mapped[str] = mapped_column(Text)
    version: Mapped[int] = mapped_column(default=1)
    form_key: Mapped[str] = mapped_column(String(40))
    """Of the form that made it: sent twice, it is one note."""
    written_at: Mapped[datetime] = mapped_column(default=clock.now)
    saved_at: Mapped[datetime] = mapped_column(default=clock.now)
    removed_at: Mapped[datetime | None]

    module: Mapped[Module] = relationship()
    page: Mapped[Page] = relationship()
