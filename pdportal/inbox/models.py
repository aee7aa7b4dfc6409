"""What a person is told, on the page and by mail."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from pdportal import clock
from pdportal.accounts.models import Person
from pdportal.db import Base, Numbered, all_null
from pdportal.inbox.topics import Topic


class Door(StrEnum):
    """The way on which notices reach a person; all of them stand in the inbox as well."""

    AT_ONCE = "at_once"
    DIGEST = "digest"
    PORTAL = "portal"


class DigestDays(StrEnum):
    """On which days the digest goes out."""

    EVERY = "every"
    SCHOOL = "school"
    MONDAY = "monday"


class Wishes(Base):
    """What somebody wants by mail, and when; who has not chosen has no row, but `Wishes()`."""

    __tablename__ = "notice_wishes"
    __table_args__ = (
        CheckConstraint(
            "(quiet_from IS NULL) = (quiet_to IS NULL) AND quiet_from <> quiet_to", name="quiet"
        ),
        CheckConstraint("digest_hour BETWEEN 0 AND 23", name="hour"),
    )

    person_id: Mapped[int] = mapped_column(
        ForeignKey("person.id", ondelete="CASCADE"), primary_key=True
    )
    door: Mapped[Door]
    doors: Mapped[dict[str, str]]
    """The topics that come by another way than `door`."""
    digest_days: Mapped[DigestDays]
    digest_hour: Mapped[int]
    """When the digest goes out where the person lives."""
    quiet_from: Mapped[int | None]
    quiet_to: Mapped[int | None]
    """No mail from this hour to that one, where the person lives."""
    quiet_weekends: Mapped[bool]
    off: Mapped[list[str]]
    """Reminders that are not sent at all, by their kinds."""

    def __init__(self, **chosen: Any) -> None:
        usual = {
            "door": Door.AT_ONCE,
            "doors": {},
            "digest_days": DigestDays.SCHOOL,
            "digest_hour": 7,
            "quiet_weekends": False,
            "off": [],
        }
        super().__init__(**usual | chosen)

    def door_of(self, topic: Topic) -> Door:
        """How notices about a topic come; what is about one's account always comes by mail."""
        if topic is Topic.ACCOUNT:
            return Door.AT_ONCE
        return Door(self.doors.get(topic, self.door))


class Notice(Numbered, Base):
    """One thing a person is told. The words are made when it is read, in the reader's language."""

    __tablename__ = "notice"
    __table_args__ = (
        Index(
            "ix_notice_unread",
            "person_id",
            sqlite_where=text("read_at IS NULL"),
            postgresql_where=text("read_at IS NULL"),
        ),
        Index("ix_notice_person_at", "person_id", "at"),
        Index(
            "ix_notice_letter_id",
            "letter_id",
            sqlite_where=text("letter_id IS NOT NULL"),
            postgresql_where=text("letter_id IS NOT NULL"),
        ),
        Index(
            "ix_notice_to_mail",
            "mail_at",
            sqlite_where=text("mailed_at IS NULL"),
            postgresql_where=text("mailed_at IS NULL"),
        ),
    )

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(default=clock.now)
    kind: Mapped[str] = mapped_column(String(40))
    words: Mapped[dict[str, Any]] = mapped_column(default=dict)
    url: Mapped[str] = mapped_column(String(300))
    from_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    read_at: Mapped[datetime | None]
    mail_at: Mapped[datetime | None]
    """When it is to go by mail; None while that is not planned, or planned anew."""
    mailed_at: Mapped[datetime | None]
    """When it went into a letter, or it was settled that it never will."""
    letter_id: Mapped[int | None] = mapped_column(ForeignKey("letter.id", ondelete="SET NULL"))

    person: Mapped[Person] = relationship(foreign_keys=person_id)
    sender: Mapped[Person | None] = relationship(foreign_keys=from_id)


class FanOut(Numbered, Base):
    """One notice for many people, until a job has written it for each of `person_ids`."""

    __tablename__ = "notice_fan_out"

    person_ids: Mapped[list[Any]]
    at: Mapped[datetime]
    kind: Mapped[str] = mapped_column(String(40))
    words: Mapped[dict[str, Any]]
    url: Mapped[str] = mapped_column(String(300))
    from_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))


DIGEST = "digest"
"""What a letter is about that gathers several topics."""


class Letter(Numbered, Base):
    """One mail to be sent: a row first, so that a crash repeats it and never forgets it."""

    __tablename__ = "letter"
    __table_args__ = (
        Index(
            "ix_letter_to_send",
            "next_try_at",
            sqlite_where=text("sent_at IS NULL AND given_up_at IS NULL"),
            postgresql_where=text("sent_at IS NULL AND given_up_at IS NULL"),
        ),
    )

    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    to: Mapped[str] = mapped_column(String(254))
    about: Mapped[str | None] = mapped_column(String(24))
    """What can be unsubscribed from: a topic, or `DIGEST`; None for what always comes."""
    subject: Mapped[str] = mapped_column(String(300))
    text: Mapped[str] = mapped_column(Text)
    calendar: Mapped[str] = mapped_column(Text, default="", server_default="")
    """An iCalendar object with its METHOD, for the reader's calendar program; empty if none."""
    written_at: Mapped[datetime] = mapped_column(default=clock.now)
    next_try_at: Mapped[datetime] = mapped_column(default=clock.now)
    tries: Mapped[int] = mapped_column(default=0)
    trouble: Mapped[str | None] = mapped_column(String(300))
    sent_at: Mapped[datetime | None]
    given_up_at: Mapped[datetime | None]

    is_waiting = all_null("sent_at", "given_up_at")
    """Whether it is still to be sent."""
