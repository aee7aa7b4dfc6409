"""The captions of a clip in one language."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from pdportal.content.languages import name_of
from pdportal.db import Base, Numbered, Timestamped
from pdportal.video.captions.reading import Cue, paragraphs
from pdportal.video.models import Clip
from pdportal.web.locale import get_locale_code

Line = dict[str, Any]
"""`{"key", "start", "end", "text"}`: a key stays when its line is changed; `"out"`: taken out,
and with its `"source"` if an edit of the clip did that (`recut`)."""


class ClipCaptions(Numbered, Timestamped, Base):
    """What is said on a clip, line by line, in one language; it goes with the clip's file."""

    __tablename__ = "clip_captions"
    __table_args__ = (UniqueConstraint("clip_id", "language"),)

    clip_id: Mapped[int] = mapped_column(ForeignKey("clip.id"))
    language: Mapped[str] = mapped_column(String(20))
    """Its tag (BCP 47)."""
    lines: Mapped[list[Any]]
    version: Mapped[int] = mapped_column(default=1)
    """Counts the saves, so that two tabs cannot overwrite one another unseen."""

    clip: Mapped[Clip] = relationship()

    @property
    def cues(self) -> list[Cue]:
        """What is shown: lines with words, in the order of their times."""
        return [
            Cue(line["start"], line["end"], line["text"]) for line in self.standing if line["text"]
        ]

    def paragraphs(self) -> Iterator[list[Cue]]:
        """What is shown, put together for reading."""
        return paragraphs(self.cues)

    @property
    def standing(self) -> list[Line]:
        """The lines that are not taken out, in the order of their times."""
        return sorted(
            (line for line in self.lines if not line.get("out")),
            key=lambda line: (line["start"], line["end"]),
        )

    @property
    def name(self) -> str:
        """Its language, in the language of the page."""
        return name_of(self.language, get_locale_code())
