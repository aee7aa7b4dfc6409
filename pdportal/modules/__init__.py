"""Modules: folders of Markdown that are published as editions, read, answered and finished.

A room for each noun: `compiler` and `publishing` make editions of folders, `library`,
`enrollments`, `pages` and `blocks` are how people learn with them, `questions` has a file for each
kind of question, `together` is where colleagues correct some of them, `assignments` gives modules
to cohorts, `suggestions` says what may come next. All share the models and the policy here.
"""

from __future__ import annotations

from flask import Flask
from flask_babel import lazy_gettext as _l


def register(app: Flask) -> None:
    """Plug the library, the pages of modules and their notices into the app."""
    from pdportal.content.languages import direction
    from pdportal.goals.evidence.offers import add_offers
    from pdportal.modules.blueprint import bp
    from pdportal.modules.checks.queries import REQUIRED_LEFT
    from pdportal.modules.checks.shown import say_required
    from pdportal.modules.enrollments.results import results_of
    from pdportal.modules.enrollments.rule import Condition, add_condition
    from pdportal.modules.enrollments.state import say_state
    from pdportal.modules.library.finds import find_modules
    from pdportal.modules.library.teaching import modules_that_teach
    from pdportal.modules.notes.finds import find_notes
    from pdportal.modules.pages.queries import cache_compiled_pages
    from pdportal.search.sources import Source, add_source
    from pdportal.skills.teaching import add_teaching
    from pdportal.web.pages import Place, add_place, add_to_account

    add_condition("checks", Condition(REQUIRED_LEFT, say_required))
    add_offers(results_of)
    app.jinja_env.filters["direction"] = direction
    app.add_template_filter(say_state)
    app.register_blueprint(bp)
    cache_compiled_pages(app)
    add_teaching(app, modules_that_teach)
    add_source(app, Source(_l("Modules"), find_modules, 10))
    add_source(app, Source(_l("My notes"), find_notes, 15))
    add_to_account(app, _l("My notes"), "modules.my_notes")
    add_place(app, Place(_l("Learn"), "modules.library", ("/learn", "/skills", "/profile"), 10))
    _listen(app)


def _listen(app: Flask) -> None:
    """Hear what others tell, and do what is done by the hour."""
    from pdportal.accounts.events import person_deactivated
    from pdportal.cohorts.events import member_left
    from pdportal.feedback.events import revision_saved
    from pdportal.modules.assignments.proposals import note_finished
    from pdportal.modules.blocks.services import note_hand_in
    from pdportal.modules.enrollments import reminders
    from pdportal.modules.events import module_finished
    from pdportal.modules.together import services
    from pdportal.operations.jobs import jobs

    jobs(app).add(services.renew_groups, name="renew_groups", every="hour")
    member_left.connect(services.note_left)
    person_deactivated.connect(services.note_deactivated)
    revision_saved.connect(note_hand_in)
    module_finished.connect(note_finished)
    module_finished.connect(reminders.note_finished)
    jobs(app).add(reminders.remind_of_modules, name="remind_of_modules", every="hour")
