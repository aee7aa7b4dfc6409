"""How a stretch of time is divided, and on which days it is repeated."""

from __future__ import annotations

from datetime import date, time

import pytest

from pdportal.coaching.appointments.dividing import days, divide, read_days

TUESDAY = date(2026, 12, 1)


@pytest.mark.parametrize(
    ("minutes", "pause", "rest", "starts"),
    [
        (20, 0, None, ["15:30", "15:50", "16:10"]),
        (0, 0, None, ["15:30"]),
        (20, 5, None, ["15:30", "15:55"]),  # and what is left is too short
        (25, 0, None, ["15:30", "15:55"]),
        (61, 0, None, []),
        (15, 0, (time(15, 45), time(16, 5)), ["15:30", "16:05"]),
        (20, 0, (time(15, 0), time(15, 35)), ["15:35", "15:55"]),
    ],
)
def test_a_stretch_is_divided(
    minutes: int, pause: int, rest: tuple[time, time] | None, starts: list[str]
):
    slots = list(divide(time(15, 30), time(16, 30), minutes, pause, rest))
    assert [f"{start:%H:%M}" for start, _end in slots] == starts
    assert all(start < end <= time(16, 30) for start, end in slots)


def test_times_that_end_before_they_begin_are_none():
    assert list(divide(time(16, 30), time(15, 30))) == []
    assert list(divide(time(16, 30), time(16, 30), 20)) == []


def test_weeks_are_repeated_without_the_days_off():
    off = read_days("12/8; 12/22", TUESDAY)
    assert off == {date(2026, 12, 8), date(2026, 12, 22)}
    found = days(TUESDAY, date(2026, 12, 29), off)
    assert found == [TUESDAY, date(2026, 12, 15), date(2026, 12, 29)]
    assert days(TUESDAY, None, set()) == [TUESDAY]
    assert len(days(TUESDAY, date(2200, 1, 1), set())) < 300


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("", set()),
        ("1/5, 2026-12-22", {date(2027, 1, 5), date(2026, 12, 22)}),
        ("13/13", None),
        ("Christmas", None),
        ("12/22/26", None),
        (f"12/{10**20}", None),
    ],
)
def test_days_are_read_as_typed(typed: str, read: set[date] | None):
    assert read_days(typed, TUESDAY) == read
