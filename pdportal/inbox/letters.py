"""From notices to letters: at once, in a digest or never, as each person chose."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from babel import UnknownLocaleError
from flask import current_app
from sqlalchemy import (
    ColumnElement,
    Row,
    Select,
    and_,
    delete,
    exists,
    func,
    or_,
    select,
    true,
    update,
)
from sqlalchemy.orm import aliased

from pdportal import clock
from pdportal.accounts.models import Away, Person, Undelivered
from pdportal.db import db
from pdportal.inbox import kinds
from pdportal.inbox.models import DIGEST, Door, Letter, Notice, Wishes
from pdportal.inbox.planning import Absence, mail_time
from pdportal.inbox.unsubscribing import unsubscribe_url
from pdportal.inbox.writing import at_once, digest
from pdportal.operations.jobs import jobs
from pdportal.web.locale import portal_zone
from pdportal.web.words import speaking

AT_A_TIME = 2000
"""Notices that one run of the job plans, and those it writes; if there are more, it runs again."""

LONGEST_SUBJECT = 150


def store_letter(
    _app: Any, *, to: str, subject: str, text: str, person_id: int | None = None
) -> None:
    """Keep a letter that another feature wrote, and send it as soon as it is safely stored."""
    letter = Letter(person_id=person_id, to=to, subject=one_line(subject), text=text)
    db.session.add(letter)
    jobs(current_app).do("send_letters")


def write_letters() -> None:
    """Plan when new notices go by mail, and make letters of those whose hour has come.

    What was read on the page meanwhile, and what is for people who want no mail, goes into none.
    A letter and the mark on its notices are one transaction: a crash repeats both or neither.
    """
    now = clock.now()
    _settle(now)
    _settle_dates(now)
    if AT_A_TIME in (_plan_some(now), _write_some(now)):
        jobs(current_app).do("write_letters")


def forget_letters() -> None:
    """Letters are kept two weeks after they were sent or given up, then removed."""
    old = clock.now() - timedelta(days=14)
    over = or_(Letter.sent_at < old, Letter.given_up_at < old)
    some = select(Letter.id).where(over).limit(AT_A_TIME).with_for_update(skip_locked=True)
    db.session.execute(
        delete(Letter).where(Letter.id.in_(some)),
        execution_options={"synchronize_session": False},
    )


def take_back_letters(of: ColumnElement[bool]) -> None:
    """Delete the letters made of these notices; what else is in one not sent is written anew.

    Called before the notices themselves are deleted.
    """
    delete_letters(_made_of(of))


def forget_name(name: str, stands_now: str) -> None:
    """Let no letter name somebody; an invitation that is not sent says what stands there now."""
    unfolded = func.replace(Letter.calendar, "\r\n ", "")
    named = or_(
        *(
            words.contains(name, autoescape=True)
            for words in (Letter.subject, Letter.text, unfolded)
        )
    )
    delete_letters(named & or_(Letter.is_waiting.is_(False), _made_of(true())))
    words = re.compile(rf"(?<!\w){re.escape(name)}(?!\w)")
    for letter in db.session.scalars(select(Letter).where(named, Letter.is_waiting)):
        letter.subject = words.sub(stands_now, letter.subject)
        lines = letter.text.split("\n")
        letter.text = "\n".join(
            line if "://" in line else words.sub(stands_now, line) for line in lines
        )


def delete_letters(which: ColumnElement[bool]) -> None:
    """Delete letters; what those not sent were made of waits again to be written."""
    gone = Letter.id.in_(db.session.scalars(select(Letter.id).where(which)).all())
    waiting = select(Letter.id).where(gone, Letter.is_waiting)
    for statement in (
        update(Notice).where(Notice.letter_id.in_(waiting)).values(mailed_at=None, letter_id=None),
        delete(Letter).where(gone),
    ):
        db.session.execute(statement, execution_options={"synchronize_session": False})


def _made_of(notices: ColumnElement[bool]) -> ColumnElement[bool]:
    return (
        select(Notice.id).where(Notice.letter_id == Letter.id, notices).correlate(Letter).exists()
    )


def one_line(subject: str) -> str:
    """A subject as a mail can bear it: one line, not too long."""
    line = " ".join(subject.split())
    return line if len(line) <= LONGEST_SUBJECT else line[: LONGEST_SUBJECT - 1].rstrip() + "…"


def _settle(now: datetime) -> None:
    """What was read goes by no mail, nor what is for somebody whom none can or may reach.

    What is for a calendar does, read or not (`_settle_dates`).
    """
    stopped = select(Undelivered.address).where(Undelivered.is_stopped)
    unreached = or_(Person.active.is_(False), Person.email.in_(stopped))
    of_them = Notice.person_id.in_(select(Person.id).where(unreached))
    was_read = and_(Notice.read_at.is_not(None), Notice.kind.not_in(kinds.with_calendar()))
    db.session.execute(
        update(Notice)
        .where(Notice.mailed_at.is_(None), or_(was_read, of_them))
        .values(mailed_at=now),
        execution_options={"synchronize_session": False},
    )


def _settle_dates(now: datetime) -> None:
    """Of several notices of one date the last one goes by mail, as the calendar it brings says what
    is so now; and none that calls off what is in nobody's calendar: it came and went meanwhile."""
    other, of_dates, off = aliased(Notice), kinds.of_dates(True, False), kinds.of_dates(True)
    of_date = and_(
        other.person_id == Notice.person_id, other.url == Notice.url, other.kind.in_(of_dates)
    )
    before = and_(of_date, other.id < Notice.id)
    waits = exists().where(before, other.mailed_at.is_(None))
    went = select(other.kind).where(before, other.mailed_at.is_not(None))
    told = went.order_by(other.id.desc()).limit(1).scalar_subquery()
    for which in (
        and_(Notice.kind.in_(off), waits, or_(told.is_(None), told.in_(off))),
        and_(Notice.kind.in_(of_dates), exists().where(of_date, other.id > Notice.id)),
    ):
        db.session.execute(
            update(Notice).where(Notice.mailed_at.is_(None), which).values(mailed_at=now),
            execution_options={"synchronize_session": False},
        )


def _plan_some(now: datetime) -> int:
    """Say of notices that are new, or planned anew, when they go by mail; returns of how many."""
    rows = db.session.execute(
        _notices(Notice.at, Person.time_zone, Away.starts_on, Away.ends_on)
        .outerjoin(Away, Away.person_id == Notice.person_id)
        .where(Notice.mailed_at.is_(None), Notice.mail_at.is_(None))
        .limit(AT_A_TIME)
    ).all()
    if rows:
        db.session.execute(update(Notice), [_planned(row, now) for row in rows])
    return len(rows)


def _planned(row: Row[Any], now: datetime) -> dict[str, Any]:
    away = Absence(row.starts_on, row.ends_on, portal_zone()) if row.ends_on else None
    wishes, door = _wish(row)
    at: datetime | None = row.at
    if door is not Door.AT_ONCE or row.kind not in kinds.with_calendar():
        at = mail_time(row.at, door, wishes, _zone(row.time_zone), away)
    return {"id": row.id, "mail_at": at, "mailed_at": now if at is None else None}


def _write_some(now: datetime) -> int:
    """Make letters of notices that are due; returns of how many notices."""
    rows = db.session.execute(
        _notices(
            Notice.words,
            Notice.url,
            Notice.from_id,
            Person.name,
            Person.called,
            Person.email,
            Person.locale,
        )
        .where(Notice.mailed_at.is_(None), Notice.mail_at <= now)
        .order_by(Notice.person_id, Notice.at, Notice.id)
        .limit(AT_A_TIME)
    ).all()
    names = kinds.names_in(row.words for row in rows)
    in_letters: dict[tuple[int, str, int], list[Row[Any]]] = defaultdict(list)
    alone = kinds.with_calendar()
    for row in rows:
        door = _wish(row)[1]
        about = DIGEST if door is Door.DIGEST else kinds.topic_of(row.kind)
        in_letters[row.person_id, about, row.id if row.kind in alone else 0].append(row)
    for (_person_id, about, _alone), notices in in_letters.items():
        letter = _written(about, notices, names, now)
        db.session.add(letter)
        db.session.flush()
        marks = [{"id": row.id, "mailed_at": now, "letter_id": letter.id} for row in notices]
        db.session.execute(update(Notice), marks)
    if rows:
        jobs(current_app).do("send_letters")
    return len(rows)


def _notices(*columns: Any) -> Select[*tuple[Any, ...]]:
    """Notices with what their readers want; those that another worker has in hand are left out."""
    return (
        select(Notice.id, Notice.person_id, Notice.kind, Wishes, *columns)
        .join(Person, Notice.person_id == Person.id)
        .outerjoin(Wishes, Wishes.person_id == Notice.person_id)
        .with_for_update(of=Notice, skip_locked=True)
    )


def _wish(row: Row[Any]) -> tuple[Wishes, Door]:
    wishes = row.Wishes or Wishes()
    door = wishes.door_of(kinds.topic_of(row.kind))
    if door is Door.DIGEST and row.kind in kinds.with_calendar():
        door = Door.AT_ONCE
    return wishes, door


def _zone(name: str | None) -> ZoneInfo:
    try:
        return ZoneInfo(name) if name else portal_zone()
    except (ZoneInfoNotFoundError, ValueError):
        return portal_zone()


def _written(
    about: str, notices: Sequence[Row[Any]], names: dict[int, str], now: datetime
) -> Letter:
    reader = notices[0]
    greeted = reader.called or reader.name
    stop = unsubscribe_url(reader.person_id, about)
    write = digest if about == DIGEST else at_once

    def compose() -> tuple[str, str, str]:
        calendar = kinds.calendar_of(reader.kind, reader.words, reader.person_id)
        return *write(greeted, notices, names, stop), calendar

    try:
        with speaking(reader.locale):
            subject, text, calendar = compose()
    except (UnknownLocaleError, ValueError):
        subject, text, calendar = compose()
    return Letter(
        person_id=reader.person_id,
        to=reader.email,
        about=about if stop else None,
        subject=one_line(subject),
        text=text,
        calendar=calendar,
        written_at=now,
    )
