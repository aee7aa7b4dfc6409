"""From notices to letters: at once, once a day or never, as each person chose."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import datetime, time, timedelta
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from babel import UnknownLocaleError
from flask import current_app
from flask_babel import force_locale, ngettext
from flask_babel import gettext as _
from sqlalchemy import ColumnElement, Row, and_, delete, or_, select, true, update
from sqlalchemy.orm import aliased

from pdportal import clock
from pdportal.accounts.models import MailChoice, Person
from pdportal.db import db
from pdportal.inbox import kinds
from pdportal.inbox.models import Letter, Notice
from pdportal.operations.jobs import jobs

DIGEST_AT = time(7)
"""When the daily mail goes out, where its reader lives."""

AT_A_TIME = 2000
"""Notices that one run of the job takes; the next minute takes the next."""

LONGEST_SUBJECT = 150


def store_letter(
    _app: Any, *, to: str, subject: str, text: str, person_id: int | None = None
) -> None:
    """Keep a letter that another feature wrote, and send it as soon as it is safely stored."""
    letter = Letter(person_id=person_id, to=to, subject=one_line(subject), text=text)
    db.session.add(letter)
    jobs(current_app).do("send_letters")


def write_letters() -> None:
    """Make letters of all notices whose hour has come: one letter a person, however many they are.

    What was read on the page meanwhile, and what is for people who want no mail, goes into none.
    """
    now = clock.now()
    _settle(now)
    rows = db.session.execute(
        select(
            Notice.id,
            Notice.person_id,
            Notice.kind,
            Notice.words,
            Notice.url,
            Person.name,
            Person.called,
            Person.email,
            Person.locale,
            Person.mail_choice,
        )
        .join(Person, Notice.person_id == Person.id)
        .where(Notice.mailed_at.is_(None), _is_due(now))
        .order_by(Notice.person_id, Notice.at, Notice.id)
        .limit(AT_A_TIME)
        .with_for_update(of=Notice, skip_locked=True)  # another worker writes the others
    ).all()
    names = kinds.names_in(row.words for row in rows)
    for _person_id, notices in groupby(rows, key=lambda row: row.person_id):
        _write_one(list(notices), names, now)
    if rows:
        db.session.execute(
            update(Notice).where(Notice.id.in_([row.id for row in rows])).values(mailed_at=now),
            execution_options={"synchronize_session": False},
        )
        jobs(current_app).do("send_letters")


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
    named = or_(
        Letter.subject.contains(name, autoescape=True), Letter.text.contains(name, autoescape=True)
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
    of_a_letter = (
        select(Letter.id)
        .where(gone, Letter.is_waiting)
        .where(Letter.person_id == Notice.person_id, Letter.written_at == Notice.mailed_at)
        .correlate(Notice)
        .exists()
    )
    for statement in (
        update(Notice).where(of_a_letter).values(mailed_at=None),
        delete(Letter).where(gone),
    ):
        db.session.execute(statement, execution_options={"synchronize_session": False})


def _made_of(notices: ColumnElement[bool]) -> ColumnElement[bool]:
    return (
        select(Notice.id)
        .where(Notice.person_id == Letter.person_id, Notice.mailed_at == Letter.written_at)
        .where(notices)
        .correlate(Letter)
        .exists()
    )


def one_line(subject: str) -> str:
    """A subject as a mail can bear it: one line, not too long."""
    line = " ".join(subject.split())
    return line if len(line) <= LONGEST_SUBJECT else line[: LONGEST_SUBJECT - 1].rstrip() + "…"


def _settle(now: datetime) -> None:
    unwanted = select(Person.id).where(
        or_(Person.mail_choice == MailChoice.NEVER, Person.active.is_(False))
    )
    db.session.execute(
        update(Notice)
        .where(
            Notice.mailed_at.is_(None),
            or_(Notice.read_at.is_not(None), Notice.person_id.in_(unwanted)),
        )
        .values(mailed_at=now),
        execution_options={"synchronize_session": False},
    )


def _is_due(now: datetime) -> ColumnElement[bool]:
    zones = db.session.scalars(
        select(Person.time_zone).where(Person.mail_choice == MailChoice.DAILY).distinct()
    )
    waiting = aliased(Notice)
    whose = []
    for name in zones:
        is_there = Person.time_zone.is_(None) if name is None else Person.time_zone == name
        overdue = select(waiting.person_id).where(
            waiting.mailed_at.is_(None), waiting.at <= last_digest(now, _zone(name))
        )
        whose.append(and_(is_there, Person.id.in_(overdue)))
    daily = and_(Person.mail_choice == MailChoice.DAILY, or_(*whose)) if whose else None
    at_once = and_(Person.mail_choice == MailChoice.AT_ONCE, Notice.at <= now)
    return at_once if daily is None else or_(at_once, daily)


def last_digest(now: datetime, zone: ZoneInfo) -> datetime:
    """The last moment that the daily mail was to go out in a time zone."""
    local = now.astimezone(zone)
    today = datetime.combine(local.date(), DIGEST_AT, zone)
    return (
        today
        if today <= local
        else datetime.combine(local.date() - timedelta(days=1), DIGEST_AT, zone)
    )


def _zone(name: str | None) -> ZoneInfo:
    try:
        return ZoneInfo(name or current_app.config["BABEL_DEFAULT_TIMEZONE"])
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")


def _write_one(notices: Sequence[Row[Any]], names: dict[int, str], now: datetime) -> None:
    reader = notices[0]
    try:
        with force_locale(reader.locale or current_app.config["BABEL_DEFAULT_LOCALE"]):
            subject, text = _words(reader, notices, names)
    except (UnknownLocaleError, ValueError):
        subject, text = _words(reader, notices, names)
    db.session.add(
        Letter(
            person_id=reader.person_id,
            to=reader.email,
            subject=one_line(subject),
            text=text,
            written_at=now,
        )
    )


def _words(reader: Row[Any], notices: Iterable[Row[Any]], names: dict[int, str]) -> tuple[str, str]:
    settings = current_app.config["PDPORTAL"]
    base: str = settings["BASE_URL"]
    news = [
        (
            kinds.sentence(notice.kind, notice.words, names),
            kinds.link_name(notice.kind),
            base + notice.url,
        )
        for notice in notices
    ]
    subject = (
        news[0][0]
        if len(news) == 1
        else ngettext("%(num)s thing is new for you", "%(num)s things are new for you", len(news))
    )
    why = (
        _("You get this mail once a day, as you chose.")
        if reader.mail_choice == MailChoice.DAILY
        else _("You get this mail right away, as you chose.")
    )
    lines = [_("Hello %(name)s,", name=reader.called or reader.name), ""]
    for sentence, link, url in news:
        lines += [sentence, f"{link}: {url}", ""]
    change = _("Change to once a day, right away or never: %(url)s", url=f"{base}/account")
    lines += ["-- ", settings["NAME"], f"{why} {change}", ""]
    return subject, "\n".join(lines)
