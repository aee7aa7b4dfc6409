"""Notifying people, and what they do with their notices."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, cast
from zoneinfo import ZoneInfo

from flask import current_app
from sqlalchemy import ColumnElement, Table, delete, insert, or_, select, update
from sqlalchemy.orm import aliased

from pdportal import clock
from pdportal.accounts.models import Person
from pdportal.db import db
from pdportal.inbox import kinds, policy
from pdportal.inbox.letters import take_back_letters
from pdportal.inbox.models import Notice
from pdportal.web.errors import forbidden

PAGES_AT_ONCE = 100
"""So that no statement is deeper than SQLite takes."""

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
    """The same for several people, in one statement."""
    if not kinds.known(kind):
        raise LookupError(f"No notice kind {kind!r}.")
    if not is_own_path(url):
        raise ValueError("A notice leads to a page of the portal.")
    from_id = sender.id if sender else None
    at = clock.now()
    if kinds.by_day(words):
        at = clock.end_of_day(at, ZoneInfo(current_app.config["BABEL_DEFAULT_TIMEZONE"]))
    rows = [
        {
            "person_id": person_id,
            "at": at,
            "kind": kind,
            "url": url,
            "words": {name: _stored(word, sender) for name, word in words.items()},
            "from_id": from_id,
        }
        for person_id in person_ids
        if person_id != from_id
    ]
    if rows:
        db.session.connection().execute(_ADD, rows)


def _stored(word: Word, sender: Person | None) -> str | int | Mapping[str, str | int]:
    if isinstance(word, Person):
        return kinds.reference(word.id)
    return kinds.reference(sender.id) if sender is not None and word == sender.name else word


def withdraw(person_id: int, url: str) -> None:
    """Take back all that somebody was told of a page, since they may see it no more."""
    db.session.execute(
        delete(Notice)
        .where(
            Notice.person_id == person_id,
            or_(Notice.url == url, Notice.url.startswith(f"{url}#", autoescape=True)),
        )
        .execution_options(synchronize_session=False)
    )


def withdraw_pages(urls: Iterable[str]) -> None:
    """Take back from everybody what they were told of these pages, by notice and by mail."""
    left = sorted(set(urls))
    while left:
        some, left = left[:PAGES_AT_ONCE], left[PAGES_AT_ONCE:]
        parts_of = (Notice.url.startswith(f"{url}#", autoescape=True) for url in some)
        withdraw_notices(or_(Notice.url.in_(some), *parts_of))


def withdraw_notices(which: ColumnElement[bool]) -> None:
    """Delete notices, and the letters that were made of them."""
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


def open_notice(person: Person, notice: Notice) -> str:
    """Mark a notice read, once, and say where it leads."""
    if not policy.may_see(person, notice):
        raise forbidden()
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
