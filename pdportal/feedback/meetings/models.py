"""A meeting about a work, who takes part, and what they note."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, false, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from pdportal import clock
from pdportal.accounts.models import Person
from pdportal.db import Base, Numbered, Timestamped, all_null, unique_where
from pdportal.feedback.comments.answers import CommentKind
from pdportal.feedback.protocols.models import Protocol
from pdportal.feedback.rounds.models import Round
from pdportal.feedback.works.models import Revision, Work

_OPEN = "ended_at IS NULL"


class Duty(StrEnum):
    """What somebody does for a meeting beside speaking in it; each is one person's."""

    FACILITATOR = "facilitator"
    TIMEKEEPER = "timekeeper"
    SCRIBE = "scribe"


class Meeting(Numbered, Timestamped, Base):
    """One work looked at live, with a protocol; what was said of it becomes a round at its end."""

    __tablename__ = "meeting"
    __table_args__ = (
        CheckConstraint("ends_at IS NULL OR seconds_left IS NULL", name="clock"),
        CheckConstraint("called_off_at IS NULL OR ended_at IS NOT NULL", name="called_off"),
        Index(
            "uq_meeting_open",
            "work_id",
            unique=True,
            sqlite_where=text(_OPEN),
            postgresql_where=text(_OPEN),
        ),
    )

    work_id: Mapped[int] = mapped_column(ForeignKey("work.id"), index=True)
    revision_id: Mapped[int] = mapped_column(ForeignKey("revision.id"))
    protocol_id: Mapped[int] = mapped_column(ForeignKey("protocol.id"))
    question: Mapped[str] = mapped_column(Text)
    planned_at: Mapped[datetime | None]
    began_at: Mapped[datetime | None]
    stage: Mapped[int] = mapped_column(default=0)
    """The number of the stage that goes on, from 0."""
    ends_at: Mapped[datetime | None]
    """When the running clock of the stage is over."""
    seconds_left: Mapped[int | None]
    """What is left on it while it stands."""
    version: Mapped[int] = mapped_column(default=1)
    """Counts all that somebody else's page has to show."""
    ended_at: Mapped[datetime | None]
    called_off_at: Mapped[datetime | None]
    round_id: Mapped[int | None] = mapped_column(ForeignKey("round.id"), unique=True)
    """The round with what was said, which the author goes on with."""

    work: Mapped[Work] = relationship()
    revision: Mapped[Revision] = relationship()
    protocol: Mapped[Protocol] = relationship()
    round: Mapped[Round | None] = relationship(back_populates="meeting")
    seats: Mapped[list[Seat]] = relationship(back_populates="meeting", order_by="Seat.person_id")
    notes: Mapped[list[MeetingNote]] = relationship(
        back_populates="meeting", order_by="MeetingNote.id"
    )

    is_open = all_null("ended_at")
    """Neither ended nor called off."""

    @property
    def is_running(self) -> bool:
        """Whether its stages go on."""
        return self.began_at is not None and self.ended_at is None


class Seat(Base):
    """That somebody takes part in a meeting."""

    __tablename__ = "seat"
    __table_args__ = (unique_where("uq_seat_duty", "meeting_id", "duty", where="duty IS NOT NULL"),)

    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True, index=True)
    duty: Mapped[Duty | None]
    seen_at: Mapped[datetime | None]
    """When their page last said that it is there; None: they have not come yet."""
    hand_at: Mapped[datetime | None]
    """Since when their hand is up."""
    own_notes: Mapped[str] = mapped_column(Text, default="")
    """What they write for themselves; nobody else reads it."""
    own_version: Mapped[int] = mapped_column(default=0)
    draft: Mapped[str] = mapped_column(Text, default="")
    """A note they are typing and have not posted."""
    draft_version: Mapped[int] = mapped_column(default=0)
    draft_stage: Mapped[str] = mapped_column(String(60), default="", server_default="")
    """The key of the stage they began it in, which it belongs to; empty while there is none."""
    one_screen: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Whether several people look at their device, who run the meeting from it."""

    meeting: Mapped[Meeting] = relationship(back_populates="seats")
    person: Mapped[Person] = relationship()


class MeetingNote(Numbered, Base):
    """One thing noted in a stage; of a kind, it becomes a comment when the meeting ends."""

    __tablename__ = "meeting_note"

    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id"), index=True)
    author_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    """Who said it."""
    typed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    """Who typed it, if somebody else did, on the screen that all look at."""
    stage: Mapped[str] = mapped_column(String(60))
    kind: Mapped[CommentKind | None]
    """None for what is no comment on the work: what its author takes from it, or the look back."""
    text: Mapped[str] = mapped_column(Text)
    field: Mapped[str] = mapped_column(String(60), default="")
    quote: Mapped[str] = mapped_column(Text, default="")
    letter: Mapped[int | None]
    page: Mapped[int | None]
    """The number of the picture it is about, of the file that `field` names."""
    region: Mapped[str | None] = mapped_column(String(24))
    """The part of that picture, as `regions.Region.stored` writes it."""
    written_at: Mapped[datetime] = mapped_column(default=clock.now)

    meeting: Mapped[Meeting] = relationship(back_populates="notes")
    author: Mapped[Person] = relationship(foreign_keys=[author_id])
    typed_by: Mapped[Person | None] = relationship(foreign_keys=[typed_by_id])
