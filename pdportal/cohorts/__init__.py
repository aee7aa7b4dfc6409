"""Cohorts: who learns together, who runs it, and who coaches whom."""

from __future__ import annotations

from typing import Any

from flask import Flask
from flask_babel import lazy_gettext as _l
from sqlalchemy import ScalarSelect, func, select

from pdportal.accounts import add_person_link
from pdportal.accounts.models import Person
from pdportal.accounts.queries import add_current_user_column
from pdportal.cohorts.models import Member
from pdportal.search.sources import Source, add_source
from pdportal.web.pages import Place, add_place


def register(app: Flask) -> None:
    """Plug the pages of cohorts into the app, and its place into the navigation."""
    from pdportal.cohorts.finds import find_colleagues
    from pdportal.cohorts.views.blueprint import bp

    app.register_blueprint(bp)
    add_current_user_column("facilitating", _facilitating)
    add_source(app, Source(_l("Colleagues"), find_colleagues, 60))
    add_person_link(app, _l("Coaches"), "cohorts.person_coaches")
    paths = "/cohorts", "/feedback/cohorts/"
    add_place(app, Place(_l("Cohorts"), "cohorts.cohort_list", paths, 50, _shown_to))


def _facilitating() -> ScalarSelect[int]:
    """How many cohorts a person facilitates, fetched with whoever is signed in."""
    return (
        select(func.count())
        .where(Member.person_id == Person.id, Member.facilitates, Member.is_current)
        .correlate(Person)
        .scalar_subquery()
    )


def _shown_to(person: Any) -> bool:
    return bool(person.leads or getattr(person, "facilitating", 0))
