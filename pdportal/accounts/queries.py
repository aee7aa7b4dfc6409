"""Finding people, and the one statement that a signed-in request begins with."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache, lru_cache
from types import SimpleNamespace
from typing import Any

from sqlalchemy import (
    Integer,
    Row,
    ScalarSelect,
    Select,
    String,
    Subquery,
    bindparam,
    false,
    func,
    inspect,
    intersect,
    or_,
    select,
    union_all,
)
from sqlalchemy import cast as as_type
from sqlalchemy.orm import selectinload

from pdportal.accounts import policy
from pdportal.accounts.addresses import stored_address
from pdportal.accounts.models import (
    District,
    Invitation,
    Passkey,
    Person,
    PersonWord,
    Role,
    RoleHeld,
    RoleName,
    School,
    Undelivered,
)
from pdportal.accounts.naming import ADDRESS_MARK
from pdportal.db import asks_for_rows, comma_joined, db, entity_of, fetch_one
from pdportal.folding import words_of

ANYBODY: Any = SimpleNamespace(id=bindparam("person_id", type_=Integer))
"""Stands for whoever asks in a statement that is built once, for `db.fetch_all`: policies that only
compare ids take it for a person."""
PAGE_LENGTH = 25
MOST_COUNTED = 10_000
"""A list says how long it is up to here: counting more takes longer than finding."""

_AFTER_ALL = "\U0010ffff"
"""Comes after every other letter."""

PERSON_COLUMNS = tuple(
    column
    for column in Person.__table__.c
    if column.name not in ("password", "tf_totp_secret", "mf_recovery_codes", "sort_key")
)
"""What pages know of who asks, and of others; secrets are only read where they are needed."""

_extra_columns: dict[str, Callable[[], ScalarSelect[Any]]] = {}


def add_current_user_column(name: str, column: Callable[[], ScalarSelect[Any]]) -> None:
    """Select one more number with the current user, as an attribute of this name.

    `column` makes a scalar subquery correlated to `Person`.
    """
    _extra_columns[name] = column
    _whoever.cache_clear()


def signed_in(uniquifier: str) -> Person | None:
    """Whoever a session belongs to, with roles and unread count, in one statement."""
    if not asks_for_rows():
        db.session()  # before the statement: the person is that session's
    row = fetch_one(_whoever(), {"uniquifier": uniquifier})
    if row is None:
        return None
    columns = len(PERSON_COLUMNS)
    known = {column.name: value for column, value in zip(PERSON_COLUMNS, row, strict=False)}
    person: Person = entity_of(inspect(Person), known, (row.id,))
    vars(person)["roles_known"] = _named(row.roles)
    vars(person).update(
        zip(_extra_columns, [figure or 0 for figure in row[columns + 1 :]], strict=True)
    )
    return person


def is_active(person: Person) -> bool:
    """Whether the session of this person still holds, asked anew."""
    holds = select(Person.id).where(Person.fs_uniquifier == person.fs_uniquifier, Person.active)
    return db.session.scalar(holds) is not None


@cache
def _whoever() -> Select[*tuple[Any, ...]]:
    """Built once: every request says it, and building it costs more than asking it."""
    extras = [column().label(name) for name, column in _extra_columns.items()]
    return select(*PERSON_COLUMNS, _roles_held().label("roles"), *extras).where(
        Person.fs_uniquifier == bindparam("uniquifier"), Person.active
    )


@lru_cache(maxsize=1000)
def _named(roles: str | None) -> frozenset[RoleHeld]:
    return frozenset(_role_held(role) for role in (roles or "").split(",") if role)


def person_by_email(email: str) -> Select[Person]:
    """The person with this address, however it is capitalised."""
    return select(Person).where(Person.email == stored_address(email))


def everybody(district: str | None) -> Select[*tuple[Any, ...]]:
    """Who has an account, in all districts or in the one of this name, for the command line."""
    rows = (
        select(
            Person.name,
            Person.email,
            _roles().label("roles"),
            School.name.label("school"),
            District.name.label("district"),
            Person.active,
        )
        .select_from(Person)
        .join(District, District.id == Person.district_id)
        .outerjoin(School, School.id == Person.school_id)
        .order_by(District.name, Person.sort_key, Person.id)
    )
    return rows.where(District.name == district) if district else rows


def person_page(actor: Person, person_id: int) -> Select[Person]:
    """Somebody of where the actor leads, with roles."""
    return (
        policy.people_seen_by(actor)
        .where(Person.id == person_id)
        .options(selectinload(Person.held).joinedload(Role.school), selectinload(Person.school))
    )


def people_page(
    actor: Person,
    *,
    words: str = "",
    role: RoleName | None = None,
    school_id: int | None = None,
    page: int = 1,
) -> tuple[Sequence[Row[Any]], int]:
    """One page of the people whom the actor leads by name, and how many there are in all."""
    found = _people_found(actor, words, role, school_id)
    count = db.session.scalar(
        select(func.count()).select_from(
            found.with_only_columns(Person.id).limit(MOST_COUNTED).subquery()
        )
    )
    school = (
        select(School.name).where(School.id == Person.school_id).correlate(Person).scalar_subquery()
    )
    listed = (Person.sort_key, Person.id)
    ids = (
        found.with_only_columns(Person.id)
        .order_by(*listed)
        .limit(PAGE_LENGTH)
        .offset((max(1, page) - 1) * PAGE_LENGTH)
        .subquery()
    )
    rows = db.session.execute(
        select(
            Person.id,
            Person.name,
            Person.email,
            Person.active,
            Person.teaches,
            school.label("school"),
            _roles().label("roles"),
        )
        .join(ids, ids.c.id == Person.id)
        .order_by(*listed)
    ).all()
    return rows, count or 0


def named(words: str, district_id: int, *marks: str) -> Subquery:
    """The ids (`person_id`) of the people of a district whose name has these words, or words so
    begun, each once.

    With the `marks` of `naming`, words of the address or the subject count too. Words without a
    letter find nobody. A list is quickest joined to it: a database then begins with the few found.
    """
    sought = [_with_word(word, district_id, marks) for word in words_of(words)]
    nobody = select(PersonWord.person_id).where(false())
    return intersect(*sought).subquery() if sought else nobody.subquery()


def _with_word(word: str, district_id: int, marks: tuple[str, ...]) -> Select[int]:
    """Who has a word that begins so; each mark is a range of the index of its own."""
    ranges = union_all(
        *(
            select(PersonWord.person_id).where(
                PersonWord.district_id == district_id,
                PersonWord.word >= mark + word,
                PersonWord.word < mark + word + _AFTER_ALL,
            )
            for mark in ("", *marks)
        )
    ).subquery()
    return select(ranges.c.person_id).distinct()


def _people_found(
    actor: Person, words: str, role: RoleName | None, school_id: int | None
) -> Select[Person]:
    found = policy.people_seen_by(actor)
    if words.strip():
        ids = named(words, actor.district_id, ADDRESS_MARK)
        found = found.join(ids, ids.c.person_id == Person.id)
    if role is not None:
        holders = select(Role.person_id).where(Role.name == role)
        found = found.where(Person.id.in_(holders))
    if school_id is not None:
        in_school = select(Role.person_id).where(Role.school_id == school_id)
        found = found.where(or_(Person.school_id == school_id, Person.id.in_(in_school)))
    return found


def schools_led_by(actor: Person) -> Sequence[Row[int, str]]:
    """The schools that somebody leads, by name: their own, or all of the district."""
    schools = select(School.id, School.name).where(
        policy.is_led_by(actor, School.district_id, School.id)
    )
    return db.session.execute(schools.order_by(School.sort_key)).all()


def usual_zone(district_id: int) -> str | None:
    """The time zone that most people of a district chose, if anybody did."""
    chosen = select(Person.time_zone).where(
        Person.district_id == district_id, Person.active, Person.time_zone.is_not(None)
    )
    most = chosen.group_by(Person.time_zone).order_by(func.count().desc(), Person.time_zone)
    return db.session.scalar(most.limit(1))


def open_invitations(actor: Person) -> Sequence[Row[*tuple[Any, ...]]]:
    """The invitations to where the actor leads that nobody has taken up yet, newest first."""
    school = (
        select(School.name)
        .where(School.id == Invitation.school_id)
        .correlate(Invitation)
        .scalar_subquery()
    )
    return db.session.execute(
        policy.invitations_seen_by(actor)
        .outerjoin(Undelivered, Undelivered.address == Invitation.email)
        .where(Invitation.accepted_at.is_(None), Invitation.withdrawn_at.is_(None))
        .with_only_columns(
            Invitation.id,
            Invitation.name,
            Invitation.email,
            Invitation.role,
            Invitation.school_id,
            Invitation.sent_at,
            Invitation.expires_at,
            Undelivered.said.label("mail_trouble"),
            school.label("school"),
        )
        .order_by(Invitation.sent_at.desc(), Invitation.id.desc())
        .limit(200)
    ).all()


def invitation_count(actor: Person) -> int:
    """How many of these invitations wait."""
    waiting = policy.invitations_seen_by(actor).where(
        Invitation.accepted_at.is_(None), Invitation.withdrawn_at.is_(None)
    )
    return db.session.scalar(waiting.with_only_columns(func.count(Invitation.id))) or 0


def passkey_count(person: Person) -> int:
    """How many passkeys somebody has."""
    mine = select(func.count(Passkey.id)).where(Passkey.person_id == person.id)
    return db.session.scalar(mine) or 0


def demo_cast() -> list[tuple[int, str, str]]:
    """The people one may look around as in the demo: id, name, and what they are."""
    cast = (
        select(Person.id, Person.name, Person.demo_role)
        .where(Person.demo_role.is_not(None), Person.active)
        .order_by(Person.id)
    )
    return [(row.id, row.name, row.demo_role or "") for row in db.session.execute(cast)]


def _roles_held() -> ScalarSelect[Any]:
    place = func.coalesce(as_type(Role.school_id, String), "")
    return (
        select(comma_joined(as_type(Role.name, String) + ":" + place))
        .where(Role.person_id == Person.id)
        .correlate(Person)
        .scalar_subquery()
    )


def _role_held(stored: str) -> RoleHeld:
    name, _colon, school_id = stored.partition(":")
    return RoleName(name), int(school_id) if school_id else None


def _roles() -> ScalarSelect[Any]:
    return (
        select(comma_joined(Role.name))
        .where(Role.person_id == Person.id)
        .correlate(Person)
        .scalar_subquery()
    )
