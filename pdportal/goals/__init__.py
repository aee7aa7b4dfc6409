"""Goals: what a teacher wants to change for students, step by step, with try-outs in class."""

from __future__ import annotations

from flask import Flask, url_for
from flask_babel import lazy_gettext as _l

from pdportal.feedback.works.links import add_work_page
from pdportal.feedback.works.models import WorkKind
from pdportal.web.pages import Place, add_place


def register(app: Flask) -> None:
    """Plug the pages of goals into the app, and its place into the navigation."""
    from pdportal.goals.views import load_views

    app.register_blueprint(load_views())
    add_work_page(WorkKind.GOAL, lambda work_id: url_for("goals.of_work", work_id=work_id))
    add_place(app, Place(_l("Goals"), "goals.goal_list", "/goals", 20))
