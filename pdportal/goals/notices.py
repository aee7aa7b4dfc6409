"""What people are told about goals; no sentence says what a goal is about."""

from __future__ import annotations

from datetime import date

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from pdportal import clock
from pdportal.inbox.kinds import add_kind
from pdportal.inbox.topics import Topic
from pdportal.web.locale import say_day, zone_here


def register() -> None:
    """Teach the inbox our kinds."""
    add_kind("goal_partner", _chosen, lambda: _("Read it"), Topic.REQUESTS)
    add_kind(
        "goal_step_due",
        _due,
        lambda: _("Open the step"),
        Topic.REMINDERS,
        _l("when a step or try-out is due"),
    )
    add_kind("goal_partner_left", _left, lambda: _("See the goal"), Topic.FEEDBACK)
    add_kind("goal_suggested", _suggested, lambda: _("Have a look"), Topic.LEARNING)


def _chosen(by: str) -> str:
    return _(
        "%(by)s asks you to be a partner for a goal: to read it, and to ask now and then.", by=by
    )


def _left(by: str) -> str:
    return _("%(by)s is no longer a partner for your goal.", by=by)


def _due(day: str) -> str:
    due = date.fromisoformat(day)
    if due < clock.today(zone_here()):
        return _("A step of yours was due %(day)s. Move its date if you like.", day=say_day(due))
    return _("A step of yours is due %(day)s.", day=say_day(due))


def _suggested(by: str, cohort: str) -> str:
    return _(
        "%(by)s suggests a goal to “%(cohort)s”. Make it yours, or leave it.", by=by, cohort=cohort
    )
