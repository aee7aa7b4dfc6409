"""Comments that are not sent yet, and what the owner of a clip saw first."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from pdportal import clock
from pdportal.db import Base, Numbered
from pdportal.feedback.works.models import Work


class CommentDraft(Numbered, Base):
    """A comment in the talk about a work that is not sent; its writer alone reads it.

    It is no `Comment` yet, so that no list, count or notice of comments can show it.
    """

    __tablename__ = "comment_draft"
    __table_args__ = (Index("ix_comment_draft_work_author", "work_id", "author_id"),)

    work_id: Mapped[int] = mapped_column(ForeignKey("work.id"))
    author_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    boxes: Mapped[dict[str, str]]
    """What stands in the boxes of its form, as it was typed: read when it is sent."""
    version: Mapped[int] = mapped_column(default=1)
    """Counts the saves, so that two tabs cannot overwrite one another unseen."""
    saved_at: Mapped[datetime] = mapped_column(default=clock.now)

    work: Mapped[Work] = relationship()


class FirstLook(Base):
    """What the owner of a clip saw in it, before they read what others say."""

    __tablename__ = "clip_first_look"

    clip_id: Mapped[int] = mapped_column(ForeignKey("clip.id"), primary_key=True)
    pleased: Mapped[str] = mapped_column(Text, default="")
    surprised: Mapped[str] = mapped_column(Text, default="")
    change: Mapped[str] = mapped_column(Text, default="")
    to_coach: Mapped[bool] = mapped_column(default=False)
    """Whether the owner's coaches read it, too."""
    version: Mapped[int] = mapped_column(default=0)
    """Counts the saves, so that two tabs cannot overwrite one another unseen."""
