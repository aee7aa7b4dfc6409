"""When a notice goes by mail: a table of moments, and what holds for any hours and any zone."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pdportal.inbox.models import DigestDays, Door, Wishes
from pdportal.inbox.planning import Absence, mail_time
from pdportal.inbox.topics import Topic

CHICAGO = ZoneInfo("America/Chicago")
EVERY = {"door": Door.DIGEST, "digest_days": DigestDays.EVERY}
NIGHT = {"quiet_from": 20, "quiet_to": 7}


@pytest.mark.parametrize(
    ("at", "chosen", "mailed"),
    [
        ("2026-11-03 16:30", {}, "2026-11-03 16:30"),
        ("2026-11-03 16:30", {"door": Door.PORTAL}, None),
        ("2026-11-03 16:30", EVERY, "2026-11-04 07:00"),
        ("2026-11-03 07:00", EVERY, "2026-11-03 07:00"),
        ("2026-11-06 16:30", {"door": Door.DIGEST}, "2026-11-09 07:00"),
        ("2026-11-03 16:30", EVERY | {"digest_days": DigestDays.MONDAY}, "2026-11-09 07:00"),
        ("2026-11-03 23:10", NIGHT, "2026-11-04 07:00"),
        ("2026-11-03 06:59", NIGHT, "2026-11-03 07:00"),
        ("2026-11-03 19:59", NIGHT, "2026-11-03 19:59"),
        ("2026-11-03 12:30", {"quiet_from": 8, "quiet_to": 15}, "2026-11-03 15:00"),
        ("2026-11-03 16:30", EVERY | NIGHT | {"digest_hour": 5}, "2026-11-04 07:00"),
        ("2026-11-07 10:00", NIGHT | {"quiet_weekends": True}, "2026-11-09 07:00"),
        ("2026-11-06 21:00", NIGHT | {"quiet_weekends": True}, "2026-11-09 07:00"),
        # The clock goes forward at 2:00 on March 8, and back at 2:00 on November 1.
        ("2026-03-08 01:30", {"quiet_from": 1, "quiet_to": 2}, "2026-03-08 03:00"),
        ("2026-03-07 12:00", EVERY | {"digest_hour": 2}, "2026-03-08 03:00"),
        ("2026-03-07 12:00", EVERY, "2026-03-08 07:00"),
        ("2026-10-31 12:00", EVERY | {"digest_hour": 1}, "2026-11-01 01:00"),
        ("2026-10-31 12:00", EVERY, "2026-11-01 07:00"),
    ],
)
def test_hours_are_those_on_the_readers_wall(at: str, chosen: dict, mailed: str | None):
    moment = datetime.fromisoformat(at).replace(tzinfo=CHICAGO)
    wishes = Wishes(**chosen)
    found = mail_time(moment, wishes.door, wishes, CHICAGO)
    assert (found and f"{found.astimezone(CHICAGO):%Y-%m-%d %H:%M}") == mailed


def test_who_is_away_gets_mail_when_they_are_back():
    away = Absence(date(2026, 11, 3), date(2026, 11, 9), CHICAGO)
    moment = datetime(2026, 11, 3, 16, 30, tzinfo=CHICAGO)
    assert mail_time(moment, Door.AT_ONCE, Wishes(), CHICAGO, away) == datetime(
        2026, 11, 10, tzinfo=CHICAGO
    )
    later = mail_time(moment, Door.AT_ONCE, Wishes(**NIGHT), CHICAGO, away)
    assert later == datetime(2026, 11, 10, 7, tzinfo=CHICAGO)
    before = moment - timedelta(days=1)
    assert mail_time(before, Door.AT_ONCE, Wishes(), CHICAGO, away) == before


def test_what_is_about_the_account_always_comes_and_other_topics_as_chosen():
    wishes = Wishes(door=Door.PORTAL, doors={"feedback": "digest"})
    doors = {topic: wishes.door_of(topic) for topic in Topic}
    assert doors.pop(Topic.ACCOUNT) is Door.AT_ONCE
    assert doors.pop(Topic.FEEDBACK) is Door.DIGEST
    assert set(doors.values()) == {Door.PORTAL}


ZONES = ["America/Chicago", "Europe/Berlin", "Asia/Tehran", "Australia/Lord_Howe", "UTC"]
hours = st.integers(0, 23)


@settings(max_examples=200, deadline=None)
@given(
    minutes=st.integers(0, 366 * 24 * 60),
    zone=st.sampled_from(ZONES).map(ZoneInfo),
    door=st.sampled_from([Door.AT_ONCE, Door.DIGEST]),
    days=st.sampled_from(DigestDays),
    digest_hour=hours,
    quiet=st.none() | st.lists(hours, min_size=2, max_size=2, unique=True),
    weekends=st.booleans(),
    away=st.integers(-3, 9),
)
def test_no_mail_comes_early_or_while_it_is_quiet_and_one_digest_a_day(
    minutes, zone, door, days, digest_hour, quiet, weekends, away
):
    at = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    first, last = quiet or (None, None)
    wishes = Wishes(
        digest_days=days,
        digest_hour=digest_hour,
        quiet_from=first,
        quiet_to=last,
        quiet_weekends=weekends,
    )
    day = at.astimezone(zone).date()
    absence = Absence(day, day + timedelta(days=away), zone) if away >= 0 else None
    mailed = mail_time(at, door, wishes, zone, absence)
    assert at <= mailed <= at + timedelta(days=16 + max(away, 0))
    local = mailed.astimezone(zone)
    assert not (weekends and local.weekday() >= 5)
    assert not (absence and absence.first <= local.date() <= absence.last)
    same = mail_time(mailed, Door.AT_ONCE, wishes, zone, absence)
    assert same == mailed, "the hour found is not quiet"
    if door is Door.DIGEST:
        # What happens between a moment and its digest is in the same one.
        between = at + (mailed - at) / 2
        assert quiet or mail_time(between, door, wishes, zone, absence) == mailed
