"""Districts, schools, people, their roles and passkeys, and the invitations that bring them in."""

from __future__ import annotations

import secrets
from datetime import date, datetime
from enum import StrEnum
from typing import Any, ClassVar

from flask_security import AsaList, UserMixin, WebAuthnMixin
from sqlalchemy import (
    BindParameter,
    CheckConstraint,
    ColumnElement,
    Connection,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    UniqueConstraint,
    and_,
    delete,
    event,
    insert,
    inspect,
)
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.ext.mutable import MutableList
from sqlalchemy.orm import Mapped, Mapper, mapped_column, relationship

from pdportal import clock
from pdportal.accounts.naming import LONGEST_WORD, Named, name_words
from pdportal.db import Base, Numbered, Timestamped, unique_where


class RoleName(StrEnum):
    """What somebody does in a district or a school; one person may hold several roles."""

    TEACHER = "teacher"
    COACH = "coach"
    LEAD = "lead"
    ADMIN = "admin"


LEADING = (RoleName.LEAD, RoleName.ADMIN)
"""The roles that lead the people of where they are held."""

LEFT_DOMAIN = "@left.invalid"
"""Ends the addresses of those who left: no mail goes to `.invalid` (RFC 6761)."""

RoleHeld = tuple[RoleName, int | None]
"""A role and the school it is held in, or None for the whole district."""


class District(Numbered, Timestamped, Base):
    """A district: the schools that share their leads and coaches."""

    __tablename__ = "district"

    name: Mapped[str] = mapped_column(String(160), unique=True)


class School(Numbered, Named, Timestamped, Base):
    """A school of a district."""

    __tablename__ = "school"
    __table_args__ = (UniqueConstraint("district_id", "name"),)

    district_id: Mapped[int] = mapped_column(ForeignKey("district.id"))
    name: Mapped[str] = mapped_column(String(160))

    district: Mapped[District] = relationship()


class Person(Numbered, UserMixin, Named, Timestamped, Base):
    """An adult member of staff. There are no accounts for students."""

    __tablename__ = "person"
    __table_args__ = (Index("ix_person_listed", "district_id", "sort_key", "id"),)

    district_id: Mapped[int] = mapped_column(ForeignKey("district.id"))
    school_id: Mapped[int | None] = mapped_column(ForeignKey("school.id"), index=True)
    name: Mapped[str] = mapped_column(String(120))
    called: Mapped[str] = mapped_column(String(60), default="", server_default="")
    """What people may call them, if they said so."""
    email: Mapped[str] = mapped_column(String(254), unique=True)
    teaches: Mapped[str] = mapped_column(String(120), default="")
    time_zone: Mapped[str | None] = mapped_column(String(64))
    locale: Mapped[str | None] = mapped_column(String(16))
    demo_role: Mapped[str | None] = mapped_column(String(40))
    """How the demo's door calls this person ("a teacher"); nobody else has one."""
    answers_within: Mapped[int | None]
    """As a coach: within how many school days they promise to answer; None: no promise."""

    # What flask-security asks of a person who signs in; the names are its own.
    active: Mapped[bool] = mapped_column(default=True)
    password: Mapped[str | None] = mapped_column(String(255))
    fs_uniquifier: Mapped[str] = mapped_column(
        String(64), unique=True, default=lambda: secrets.token_hex(32)
    )
    ended_sessions: Mapped[list[Any] | None]
    """When the sessions began that were signed out of: a copy of their cookie opens nothing."""
    # flask-security's mixin declares the next and `webauthn` without `Mapped`.
    fs_webauthn_user_handle: Mapped[str | None] = mapped_column(  # type: ignore[assignment]  # above
        String(64), unique=True
    )
    tf_primary_method: Mapped[str | None] = mapped_column(String(64))
    tf_totp_secret: Mapped[str | None] = mapped_column(String(255))
    tf_last_counter: Mapped[int | None]
    """The half minute whose code was used last: no code is taken twice."""
    mf_recovery_codes: Mapped[list[str] | None] = mapped_column(MutableList.as_mutable(AsaList()))

    district: Mapped[District] = relationship()
    school: Mapped[School | None] = relationship()
    held: Mapped[list[Role]] = relationship(
        back_populates="person", cascade="all, delete-orphan", lazy="select"
    )
    webauthn: Mapped[list[Passkey]] = relationship(  # type: ignore[assignment]  # see above
        back_populates="person", cascade="all, delete-orphan"
    )

    roles_known: ClassVar[frozenset[RoleHeld] | None] = None
    """The roles as they came with the person when the request began (see `queries.signed_in`)."""
    unread: ClassVar[int] = 0
    """How many notices wait unread, likewise."""

    @property
    def roles_held(self) -> frozenset[RoleHeld]:
        """Each role, with the school it is held in, or None for the whole district."""
        if self.roles_known is not None:
            return self.roles_known
        return frozenset((role.name, role.school_id) for role in self.held)

    @property
    def given_name(self) -> str:
        """What a page calls somebody it greets: as they asked to be called, else the whole name.

        Which part of a name is the given one cannot be told from the name.
        """
        return self.called or self.name

    def holds(self, *names: RoleName) -> bool:
        """Whether the person holds any of these roles, in any school or district."""
        return any(name in names for name, _place in self.roles_held)

    def holds_at(self, school_id: int | None, *names: RoleName) -> bool:
        """Whether the person holds any of these roles in this school, or in the whole district."""
        return any(
            name in names and (place is None or place == school_id)
            for name, place in self.roles_held
        )

    @hybrid_property
    def has_left(self) -> bool:
        """Whether they left for good: a row without a name, which others' records point at."""
        return self.email.endswith(LEFT_DOMAIN)

    @has_left.inplace.expression
    @classmethod
    def _has_left(cls) -> ColumnElement[bool]:
        return cls.email.endswith(LEFT_DOMAIN, autoescape=True)

    @property
    def leads(self) -> bool:
        """Whether the person leads somewhere: a PD lead or an admin."""
        return self.holds(*LEADING)


class Away(Base):
    """From when to when somebody is away, both days included: nobody asks them then."""

    __tablename__ = "away"
    __table_args__ = (CheckConstraint("starts_on <= ends_on", name="order"),)

    person_id: Mapped[int] = mapped_column(
        ForeignKey("person.id", ondelete="CASCADE"), primary_key=True
    )
    starts_on: Mapped[date]
    ends_on: Mapped[date]

    @classmethod
    def on(cls, day: date | BindParameter[date]) -> ColumnElement[bool]:
        """Whether the days of a row include this one."""
        return and_(cls.starts_on <= day, cls.ends_on >= day)


class Undelivered(Base):
    """An address that mail does not reach; mail that arrives there ends it."""

    __tablename__ = "undelivered"

    STOPS_AFTER: ClassVar[int] = 3
    """Letters that did not arrive, until notices are mailed there no more."""

    address: Mapped[str] = mapped_column(String(254), primary_key=True)
    times: Mapped[int]
    """How many letters the address or its mail server refused."""
    said: Mapped[str] = mapped_column(String(300))
    """Why the last did not arrive, as the mail server said it."""
    at: Mapped[datetime]

    @hybrid_property
    def is_stopped(self) -> bool:
        """Whether notices are mailed there no more; letters about the account are always tried."""
        return self.times >= self.STOPS_AFTER


class PersonWord(Base):
    """A word that somebody of a district is found by; see `naming.name_words`."""

    __tablename__ = "person_word"

    district_id: Mapped[int] = mapped_column(ForeignKey("district.id"), primary_key=True)
    word: Mapped[str] = mapped_column(
        # Compared letter by letter, so that the beginnings of words are a range of the index.
        String(LONGEST_WORD).with_variant(String(LONGEST_WORD, collation="C"), "postgresql"),
        primary_key=True,
    )
    person_id: Mapped[int] = mapped_column(
        ForeignKey("person.id", ondelete="CASCADE"), primary_key=True, index=True
    )


@event.listens_for(Person, "after_insert")
@event.listens_for(Person, "after_update")
def _store_words(_mapper: Mapper[Any], connection: Connection, person: Person) -> None:
    attributes = inspect(person).attrs
    stored = ("name", "email", "teaches", "district_id")
    if not any(attributes[name].history.has_changes() for name in stored):
        return
    connection.execute(delete(PersonWord).where(PersonWord.person_id == person.id))
    rows = [
        {"district_id": person.district_id, "word": word, "person_id": person.id}
        for word in name_words(person.name, person.email, person.teaches)
    ]
    if rows:
        connection.execute(insert(PersonWord), rows)


class Role(Numbered, Timestamped, Base):
    """One role held by one person, in one school or in the whole district."""

    __tablename__ = "role"
    __table_args__ = (
        UniqueConstraint("person_id", "name", "school_id"),
        # NULLs differ from one another, so the role in the whole district needs its own index.
        unique_where("uq_role_in_district", "person_id", "name", where="school_id IS NULL"),
    )

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    name: Mapped[RoleName]
    school_id: Mapped[int | None] = mapped_column(ForeignKey("school.id"))

    person: Mapped[Person] = relationship(back_populates="held")
    school: Mapped[School | None] = relationship()


class Passkey(Numbered, WebAuthnMixin, Base):
    """A passkey; the columns are flask-security's."""

    __tablename__ = "passkey"

    credential_id: Mapped[bytes] = mapped_column(LargeBinary(1024), unique=True)
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    sign_count: Mapped[int] = mapped_column(default=0)
    transports: Mapped[list[str] | None] = mapped_column(MutableList.as_mutable(AsaList()))
    backup_state: Mapped[bool]
    device_type: Mapped[str] = mapped_column(String(64))
    extensions: Mapped[str | None] = mapped_column(String(255))
    create_datetime: Mapped[datetime] = mapped_column(default=clock.now)
    lastuse_datetime: Mapped[datetime] = mapped_column(default=clock.now)
    name: Mapped[str] = mapped_column(String(64))
    usage: Mapped[str] = mapped_column(String(64))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)

    person: Mapped[Person] = relationship(back_populates="webauthn")

    def get_user_mapping(self) -> dict[str, Any]:
        """How flask-security finds whose passkey this is."""
        return {"id": self.person_id}


class Invitation(Numbered, Timestamped, Base):
    """One address asked to join a district; its link works once, for a while.

    Of the link only a hash is kept, so that reading the database lets nobody in.
    """

    __tablename__ = "invitation"
    __table_args__ = (
        CheckConstraint("accepted_at IS NULL OR withdrawn_at IS NULL", name="one_end"),
        unique_where(
            "uq_invitation_open",
            "district_id",
            "email",
            where="accepted_at IS NULL AND withdrawn_at IS NULL",
        ),
    )

    district_id: Mapped[int] = mapped_column(ForeignKey("district.id"))
    school_id: Mapped[int | None] = mapped_column(ForeignKey("school.id"))
    email: Mapped[str] = mapped_column(String(254))
    name: Mapped[str] = mapped_column(String(120), default="")
    role: Mapped[RoleName]
    invited_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    sent_at: Mapped[datetime] = mapped_column(default=clock.now)
    expires_at: Mapped[datetime]
    accepted_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]

    district: Mapped[District] = relationship()
    school: Mapped[School | None] = relationship()

    @property
    def is_open(self) -> bool:
        """Whether it was neither taken up nor withdrawn; its link may still have run out."""
        return self.accepted_at is None and self.withdrawn_at is None

    @property
    def has_run_out(self) -> bool:
        """Whether its link is too old."""
        return self.expires_at <= clock.now()
