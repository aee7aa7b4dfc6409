"""What people are told about modules; no sentence says what anybody wrote."""

from __future__ import annotations

from datetime import date

from flask_babel import lazy_gettext as _l

from pdportal.inbox.kinds import add_kind
from pdportal.inbox.topics import Topic
from pdportal.web.locale import say_day

_PROPOSAL = _l("Open the proposal")
_KINDS = {
    "proposed": (_l("%(by)s proposes something else for “%(module)s”."), _PROPOSAL),
    "proposal_line": (_l("%(by)s wrote about the proposal for “%(module)s”."), _PROPOSAL),
    "proposal_accepted": (_l("%(by)s accepted your proposal for “%(module)s”."), _PROPOSAL),
    "module_assigned": (
        _l("%(by)s assigned “%(module)s” to %(cohort)s."),
        _l("See what it is about"),
    ),
    "module_recommended": (_l("%(by)s recommends “%(module)s” to you."), _l("See why")),
    "recommendation_thanked": (
        _l("%(by)s thanks you for recommending “%(module)s”."),
        _l("Open the module"),
    ),
    "together_came": (
        _l("%(by)s has answered, too, and is in your group for “%(module)s”."),
        _l("See who is here"),
    ),
    "together_started": (
        _l("Your group for “%(module)s” has started: see all answers and correct them together."),
        _l("See the answers"),
    ),
    "together_changed": (
        _l("%(by)s changed the correction in “%(module)s” after you agreed to it."),
        _l("See what is there now"),
    ),
    "together_done": (
        _l("Your group agreed on its correction in “%(module)s”."),
        _l("See the correction"),
    ),
    "together_alone": (
        _l("Nobody has joined your group for “%(module)s” yet. You can finish alone now."),
        _l("Finish alone, or wait"),
    ),
}


def register() -> None:
    """Teach the inbox our kinds."""
    for name, (text, link) in _KINDS.items():
        add_kind(name, text, link, Topic.LEARNING)
    add_kind("date_given", _date_given, _l("Open the module"), Topic.LEARNING)
    switch = _l("when the day comes by which you want to be done with a module")
    add_kind("module_day", _day_near, _l("See your plan"), Topic.REMINDERS, switch)


def _date_given(*, by: str, module: str, day: str, **_more: object) -> str:
    text = _l("%(by)s gave you another date for “%(module)s”: %(day)s.")
    return str(text) % {"by": by, "module": module, "day": say_day(date.fromisoformat(day))}


def _day_near(*, module: str, day: str) -> str:
    text = _l("You wanted to be done with “%(module)s” by %(day)s. Move the date if you like.")
    return str(text) % {"module": module, "day": say_day(date.fromisoformat(day))}
