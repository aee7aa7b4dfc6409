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
    asked = _l("%(by)s asks you to be a partner for a goal: to read it, and to ask now and then.")
    left = _l("%(by)s is no longer a partner for your goal.")
    suggested = _l("%(by)s suggests a goal to “%(cohort)s”. Make it yours, or leave it.")
    add_kind("goal_partner", asked, _l("Read it"), Topic.REQUESTS)
    add_kind("goal_partner_left", left, _l("See the goal"), Topic.FEEDBACK)
    add_kind("goal_suggested", suggested, _l("Have a look"), Topic.LEARNING)
    switch = _l("when a step or try-out is due")
    add_kind("goal_step_due", _due, _l("Open the step"), Topic.REMINDERS, switch)


def _due(day: str) -> str:
    due = date.fromisoformat(day)
    if due < clock.today(zone_here()):
        return _("A step of yours was due %(day)s. Move its date if you like.", day=say_day(due))
    return _("A step of yours is due %(day)s.", day=say_day(due))
