"""The clock of a stage: it runs to a moment, or stands with seconds left."""

from __future__ import annotations

from datetime import datetime, timedelta

from pdportal import clock
from pdportal.feedback.meetings.models import Meeting

MOST_SECONDS = 6 * 3600


def start(meeting: Meeting, minutes: int) -> None:
    """Set the clock for a stage and let it run; 0 minutes: no clock."""
    meeting.seconds_left = None
    meeting.ends_at = clock.now() + timedelta(minutes=minutes) if minutes else None


def pause(meeting: Meeting) -> None:
    """Let the clock stand."""
    if meeting.ends_at is not None:
        meeting.seconds_left = seconds_left(meeting)
        meeting.ends_at = None


def go_on(meeting: Meeting) -> None:
    """Let the clock run again."""
    if meeting.seconds_left is not None:
        meeting.ends_at = clock.now() + timedelta(seconds=meeting.seconds_left)
        meeting.seconds_left = None


def add(meeting: Meeting, minutes: int) -> None:
    """Add minutes, or cut them; a clock that is over begins anew."""
    left = max(0, min(MOST_SECONDS, seconds_left(meeting) + 60 * minutes))
    if meeting.seconds_left is not None:
        meeting.seconds_left = left
    else:
        meeting.ends_at = clock.now() + timedelta(seconds=left)


def seconds_left(meeting: Meeting, now: datetime | None = None) -> int:
    """Whole seconds; 0 where it is over, or there is none."""
    if meeting.seconds_left is not None:
        return meeting.seconds_left
    if meeting.ends_at is None:
        return 0
    return max(0, round((meeting.ends_at - (now or clock.now())).total_seconds()))
