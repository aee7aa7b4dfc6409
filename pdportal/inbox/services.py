"""Notifying people, and what they do with their notices."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta
from secrets import randbelow
from typing import Any, cast

from flask import current_app
from sqlalchemy import ColumnElement, Table, and_, delete, insert, or_, select, update
from sqlalchemy.orm import aliased

from pdportal import clock
from pdportal.accounts.models import Person
from pdportal.accounts.turns import wait_for_turn
from pdportal.activity.services import record
from pdportal.db import db, write_rows
from pdportal.inbox import kinds, policy
from pdportal.inbox.letters import take_back_letters
from pdportal.inbox.models import DIGEST, Door, FanOut, Notice, Wishes
from pdportal.inbox.topics import CHOSEN, Topic
from pdportal.operations.jobs import jobs
from pdportal.web.errors import require
from pdportal.web.locale import portal_zone

PAGES_AT_ONCE = 100
"""So that no statement is deeper than SQLite takes."""
MOST_AT_ONCE = 500
"""Of one notice for many: so many are written in the request, or by one run of the job."""

Word = str | int | Person | kinds.Phrase

_ADD = insert(cast(Table, Notice.__table__)).inline()


def notify(
    person_id: int,
    kind: str,
    url: str,
    *,
    sender: Person | None = None,
    **words: Word,
) -> None:
    """Leave somebody a notice; it goes by mail too, when and if they chose so.

    `words` fill the sentence of the kind. They may name a person or a title that the reader may
    see, never what is behind the wall. A person, or the sender's name, is stored by id, so that a
    name that was given up is not read in old notices. Nobody is told what they did themselves.
    Somebody whom the reader may not know is named by a phrase (`kinds.phrase`), without a sender:
    such a notice is dated by the end of the day, and goes by mail then.
    `url` is a path of the portal (`address(…)` makes one outside a request).
    """
    notify_all([person_id], kind, url, sender=sender, **words)


def notify_all(
    person_ids: Iterable[int],
    kind: str,
    url: str,
    *,
    sender: Person | None = None,
    **words: Word,
) -> None:
    """The same for several people, in one statement; for very many, a job writes their notices."""
    notice = _notice(kind, url, sender, words)
    told = [person_id for person_id in person_ids if person_id != notice["from_id"]]
    if len(told) > MOST_AT_ONCE:
        db.session.add(FanOut(person_ids=told, **notice))
        jobs(current_app).do("fan_out")
    else:
        _write(told, notice)


def confirm(person: Person, kind: str, url: str, **words: Word) -> None:
    """Leave somebody a notice of what they did themselves, read already: for the mail with it."""
    notice = _notice(kind, url, None, words)
    _write([person.id], {**notice, "read_at": notice["at"]})


def _notice(
    kind: str, url: str, sender: Person | None, words: Mapping[str, Word]
) -> dict[str, Any]:
    if not kinds.known(kind):
        raise LookupError(f"No notice kind {kind!r}.")
    if not is_own_path(url):
        raise ValueError("A notice leads to a page of the portal.")
    at = clock.now()
    if kinds.by_day(words):
        # Lists are sorted by `at`: drawn within its second, their order tells nothing, either.
        at = clock.end_of_day(at, portal_zone()) + timedelta(microseconds=randbelow(10**6))
    stored = {name: _stored(word, sender) for name, word in words.items()}
    from_id = sender.id if sender else None
    return {"at": at, "kind": kind, "url": url, "words": stored, "from_id": from_id}


def fan_out() -> None:
    """Write the next notices of what many are told; the job does it again until none are left."""
    if _write_next(skip_locked=True):
        jobs(current_app).do("fan_out")


def _write_next(*, skip_locked: bool) -> bool:
    """Write some notices, and note whose are left in the same transaction; False: none are."""
    first = select(FanOut).order_by(FanOut.id).limit(1).with_for_update(skip_locked=skip_locked)
    waiting = db.session.scalars(first).one_or_none()
    if waiting is None:
        return False
    names = ("at", "kind", "url", "words", "from_id")
    some, left = waiting.person_ids[:MOST_AT_ONCE], waiting.person_ids[MOST_AT_ONCE:]
    _write(some, {name: getattr(waiting, name) for name in names})
    if left:
        waiting.person_ids = left
    else:
        db.session.delete(waiting)
    db.session.flush()
    return True


def _write(person_ids: Iterable[int], notice: Mapping[str, Any]) -> None:
    told = list(person_ids)
    if kinds.has_switch(notice["kind"]):
        wishes = select(Wishes).where(Wishes.person_id.in_(told))
        off = {wish.person_id for wish in db.session.scalars(wishes) if notice["kind"] in wish.off}
        told = [person_id for person_id in told if person_id not in off]
    if rows := [{**notice, "person_id": person_id} for person_id in told]:
        write_rows(_ADD, rows)


def _write_all() -> None:
    """What many are told is written for all of them, before some of it is taken back."""
    while _write_next(skip_locked=False):
        pass


def _stored(word: Word, sender: Person | None) -> str | int | Mapping[str, str | int]:
    if isinstance(word, Person):
        return kinds.reference(word.id)
    return kinds.reference(sender.id) if sender is not None and word == sender.name else word


def withdraw(person_id: int, url: str) -> None:
    """Take back all that somebody was told of a page, since they may see it no more."""
    of_page = or_(Notice.url == url, Notice.url.startswith(f"{url}#", autoescape=True))
    withdraw_notices(and_(Notice.person_id == person_id, of_page))


def withdraw_pages(urls: Iterable[str]) -> None:
    """Take back from everybody what they were told of these pages, by notice and by mail."""
    left = sorted(set(urls))
    while left:
        some, left = left[:PAGES_AT_ONCE], left[PAGES_AT_ONCE:]
        parts_of = (Notice.url.startswith(f"{url}#", autoescape=True) for url in some)
        withdraw_notices(or_(Notice.url.in_(some), *parts_of))


def withdraw_notices(which: ColumnElement[bool]) -> None:
    """Delete notices, and the letters that were made of them."""
    _write_all()
    take_back_letters(which)
    db.session.execute(
        delete(Notice).where(which), execution_options={"synchronize_session": False}
    )


def address(endpoint: str, **values: Any) -> str:
    """The path of a page, in a request, a job or a command alike."""
    path: str = current_app.url_map.bind("").build(endpoint, values)
    return path


def is_own_path(url: str) -> bool:
    """Whether an address stays within the portal."""
    return url.startswith("/") and not url.startswith(("//", "/\\"))


def wishes_of(person: Person) -> Wishes:
    """What somebody wants by mail; the usual where they have not chosen."""
    return db.session.get(Wishes, person.id) or Wishes(person_id=person.id)


def choose(person: Person, wishes: Wishes) -> None:
    """Choose what comes by mail and when; what waits goes by the new choice."""
    require(wishes.person_id == person.id)
    wait_for_turn(person)
    db.session.merge(wishes)
    plan_anew(person.id)
    record(person, "changed", person, what="mail")


def unsubscribe(person: Person, about: str) -> None:
    """Get no more mail about a topic, or no digest; all of it stays in the inbox."""
    wait_for_turn(person)
    wishes = wishes_of(person)
    doors: dict[Topic, Door] = {topic: wishes.door_of(topic) for topic in CHOSEN}
    if about == DIGEST:
        stopped: list[Topic] = [topic for topic, door in doors.items() if door is Door.DIGEST]
        if wishes.door is Door.DIGEST:
            wishes.door = Door.PORTAL
    else:
        stopped = [Topic(about)]
    doors |= dict.fromkeys(stopped, Door.PORTAL)
    wishes.doors = {
        topic.value: door.value for topic, door in doors.items() if door is not wishes.door
    }
    choose(person, wishes)


def plan_anew(person_id: int) -> None:
    """Let what waits to be mailed to somebody be planned again: their hours or days changed."""
    db.session.execute(
        update(Notice)
        .where(Notice.person_id == person_id, Notice.mailed_at.is_(None))
        .values(mail_at=None)
        .execution_options(synchronize_session=False)
    )


def open_notice(person: Person, notice: Notice) -> str:
    """Mark a notice read, once, and say where it leads."""
    require(policy.may_see(person, notice))
    if notice.read_at is None:
        notice.read_at = clock.now()
    return notice.url if is_own_path(notice.url) else "/"


def read_all(person: Person, up_to_id: int) -> None:
    """Mark everything read that was there when a page was shown; what came since stays new."""
    shown = aliased(Notice)
    newest = select(shown.id).where(shown.id == up_to_id, shown.person_id == person.id)
    db.session.execute(
        update(Notice)
        .where(
            Notice.person_id == person.id,
            Notice.read_at.is_(None),
            Notice.id <= newest.scalar_subquery(),
        )
        .values(read_at=clock.now())
        .execution_options(synchronize_session=False)
    )
