"""What people are told about coaching; no sentence says what somebody wrote."""

from __future__ import annotations

from datetime import date

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from pdportal.inbox.kinds import add_kind
from pdportal.inbox.topics import Topic
from pdportal.web.locale import say_day

_CYCLE = _l("Open the cycle"), Topic.COACHING
_OPEN = _l("Open Coaching"), Topic.COACHING


def register() -> None:
    """Teach the inbox our kinds."""
    add_kind(
        "coach_note", _l("%(by)s shared a note with you."), _l("Read the note"), Topic.COACHING
    )
    for name, text, link, topic in (
        ("hello", _l("%(by)s would like to talk with you."), _l("Read it"), Topic.REQUESTS),
        ("hello_yes", _l("%(by)s would like to talk, too."), _l("Read it"), Topic.COACHING),
        ("cycle_began", _l("%(by)s begins a coaching cycle with you."), *_CYCLE),
        ("cycle_moved", _l("%(by)s moved your coaching cycle to another phase."), *_CYCLE),
        ("cycle_step", _l("%(by)s chose a step in your coaching cycle."), *_CYCLE),
        ("cycle_ended", _l("%(by)s ended your coaching cycle. You can still read it."), *_CYCLE),
        ("covers", _covers, *_OPEN),
        ("cover_began", _cover_began, *_OPEN),
        ("cover_ended", _l("%(coach)s is back."), *_OPEN),
        ("cover_stopped", _l("%(to)s no longer covers for %(coach)s."), *_OPEN),
        ("coach_handed_over", _l("%(to)s coaches you from now on, in place of %(coach)s."), *_OPEN),
        ("teacher_handed_over", _l("%(coach)s handed %(teacher)s over to you."), *_OPEN),
        (
            "clip_handed_over",
            _l("%(coach)s suggests that %(to)s looks at your clip. You decide."),
            *_OPEN,
        ),
        ("hello_not_now", _l("%(by)s says: not now."), _l("Read it"), Topic.COACHING),
    ):
        add_kind(name, text, link, topic)


def _covers(coach: str, day: str) -> str:
    until = say_day(date.fromisoformat(day))
    return _("%(coach)s asks you to cover until %(day)s.", coach=coach, day=until)


def _cover_began(coach: str, to: str, day: str) -> str:
    return _(
        "%(to)s covers for %(coach)s until %(day)s. What you shared with %(coach)s stays with"
        " them, unless you say otherwise.",
        to=to,
        coach=coach,
        day=say_day(date.fromisoformat(day)),
    )
