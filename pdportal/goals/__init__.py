"""Goals: what a teacher wants to change for students, step by step, with try-outs in class."""

from __future__ import annotations

from flask import Flask
from flask_babel import lazy_gettext as _l

from pdportal.feedback.rounds.follow_ups import FollowUp, add_follow_up
from pdportal.search.sources import Source, add_source
from pdportal.web.pages import Place, add_place


def register(app: Flask) -> None:
    """Plug the pages of goals into the app, and its place into the navigation."""
    from pdportal.accounts.events import person_deactivated
    from pdportal.feedback.ledger import setbacks
    from pdportal.goals import kind  # noqa: F401 -- adds the kind of work that a goal is
    from pdportal.goals.evidence.services import sweep_evidence
    from pdportal.goals.finds import find_steps, tryouts_abandoned
    from pdportal.goals.partners.services import leave_goals
    from pdportal.goals.steps.reminders import remind_of_steps
    from pdportal.goals.views import bp, steps_made
    from pdportal.operations.jobs import jobs

    person_deactivated.connect(leave_goals)
    setbacks.add_source(tryouts_abandoned)
    jobs(app).add(sweep_evidence, name="sweep_evidence", every="hour")
    jobs(app).add(remind_of_steps, name="remind_of_steps", every="hour")
    app.register_blueprint(bp)
    label, done = _l("Make it a step"), _l("In your next steps")
    add_follow_up(FollowUp("goals.from_reflection", label, done, steps_made))
    add_source(app, Source(_l("Steps and try-outs"), find_steps, 30))
    add_place(app, Place(_l("Goals"), "goals.goal_list", "/goals", 20))
