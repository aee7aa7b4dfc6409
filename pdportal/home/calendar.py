"""A calendar feed: made, renewed, stopped, and what calendar programs read at its address."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from flask import current_app
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from pdportal import clock
from pdportal.accounts.models import Person
from pdportal.accounts.turns import wait_for_turn
from pdportal.activity.services import record
from pdportal.db import db
from pdportal.home import policy
from pdportal.home.models import CalendarFeed
from pdportal.home.year import Moment, moments_of
from pdportal.web.words import speaking

if TYPE_CHECKING:
    from icalendar import Event

LATELY = timedelta(days=30)
"""How long what was due and not done stays in the feed."""


def renew_feed(person: Person) -> str:
    """A new secret for the address of somebody's feed; the one before is gone from now on."""
    stop_feed(person)
    token = secrets.token_urlsafe(32)
    db.session.add(CalendarFeed(person_id=person.id, token_hash=_hash(token)))
    db.session.flush()
    record(person, "renewed_calendar", person)
    return token


def stop_feed(person: Person) -> None:
    """End the address; without one nobody reads anything."""
    wait_for_turn(person)
    for feed in db.session.scalars(policy.feeds_of(person).where(CalendarFeed.is_current)):
        feed.ended_at = clock.now()
    db.session.flush()


def feed_since(person: Person) -> CalendarFeed | None:
    """The feed that holds now, if there is one."""
    return db.session.scalars(policy.feeds_of(person).where(CalendarFeed.is_current)).one_or_none()


def feed_at(token: str) -> CalendarFeed | None:
    """The feed at a secret address, also one that has ended."""
    return db.session.scalars(
        select(CalendarFeed)
        .where(CalendarFeed.token_hash == _hash(token))
        .options(joinedload(CalendarFeed.person))
    ).one_or_none()


def as_icalendar(person: Person) -> bytes:
    """What is due for somebody, as RFC 5545 has it, in their language and time zone."""
    from icalendar import Calendar

    settings = current_app.config["PDPORTAL"]
    zone = ZoneInfo(person.time_zone or current_app.config["BABEL_DEFAULT_TIMEZONE"])
    since = clock.today(zone) - LATELY
    calendar = Calendar()
    calendar.add("prodid", "-//pdportal//dates//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    with speaking(person.locale):
        calendar.add("x-wr-calname", settings["NAME"])
        for moment in moments_of(person, zone):
            if moment.is_due and moment.day >= since:
                calendar.add_component(_event(moment, settings["BASE_URL"]))
    return bytes(calendar.to_ical())


def _event(moment: Moment, base: str) -> Event:
    from icalendar import Event

    event = Event()
    event.add("uid", f"{moment.key}@{urlsplit(base).hostname}")
    event.add("dtstamp", clock.now())
    event.add("summary", _("%(what)s: %(title)s", what=moment.said, title=moment.title))
    event.add("url", base + moment.url)
    event.add("description", base + moment.url)
    if moment.at:
        event.add("dtstart", moment.at)
        event.add("duration", timedelta(minutes=moment.minutes or 60))
        if moment.where:
            event.add("location", moment.where)
    else:
        event.add("dtstart", moment.day)
        event.add("transp", "TRANSPARENT")
    return event


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
