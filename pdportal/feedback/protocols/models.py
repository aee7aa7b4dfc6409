"""A protocol as it is stored."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from pdportal import clock
from pdportal.db import Base


class Protocol(Base):
    """One edition of a protocol's Markdown file, immutable; rounds keep the one they began with."""

    __tablename__ = "protocol"
    __table_args__ = (
        UniqueConstraint("slug", "content_hash"),
        Index(
            "uq_protocol_current",
            "slug",
            unique=True,
            sqlite_where=text("is_current"),
            postgresql_where=text("is_current"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(80))
    content_hash: Mapped[str] = mapped_column(String(64))
    name: Mapped[str] = mapped_column(String(120))
    summary: Mapped[str] = mapped_column(String(400))
    minutes: Mapped[int]
    data: Mapped[dict[str, Any]]
    """Stages, practice and student version, compiled: see `feedback.protocols`."""
    is_current: Mapped[bool] = mapped_column(default=True)
    published_at: Mapped[datetime] = mapped_column(default=clock.now)
