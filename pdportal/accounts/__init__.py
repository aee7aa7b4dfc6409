"""Who is who: districts, schools, people and roles, and every way to sign in."""

from __future__ import annotations

from typing import Any, cast

from flask import Flask, Response, current_app, g
from flask_babel import LazyString
from flask_babel import lazy_gettext as _l
from flask_login import current_user

from pdportal.accounts.models import Person
from pdportal.db import begin_to_write, give_up_writing, is_about_to_write
from pdportal.web.again import ask_to_sign_in

LONG_WAIT_SECONDS = 1.0
"""After so long in the queue of writers it is asked again whether this person's session holds."""


def me() -> Person:
    """The person who is signed in; behind every door that is not public there is one."""
    return cast(Person, current_user._get_current_object())


def add_person_link(app: Flask, label: LazyString | str, endpoint: str) -> None:
    """Let a feature above stand on the page that leads see of a person (`person_id` is passed)."""
    app.extensions.setdefault("pdportal.person_links", []).append((label, endpoint))


def register(app: Flask) -> None:
    """Plug sign-in and the pages about oneself and others into the app."""
    from pdportal.accounts.leaving import PART
    from pdportal.accounts.own_data import add_part

    add_part(PART)
    from pdportal.accounts import devices, limits, queries, security, views
    from pdportal.web.pages import Place, add_place, add_to_account

    security.register(app)
    app.register_blueprint(views.bp)
    limits.register(app)
    devices.register(app)
    add_to_account(app, _l("Your account"), "accounts.account")
    add_place(
        app, Place(_l("People"), "accounts.people", "/people", 60, lambda person: person.leads)
    )

    @app.before_request
    def _note_who_asks() -> Response | None:
        g.signed_in = current_user.is_authenticated
        if not is_about_to_write():
            return None
        waited = begin_to_write()
        if waited > LONG_WAIT_SECONDS and g.signed_in and not queries.is_active(me()):
            give_up_writing()
            return ask_to_sign_in()
        return None

    def _cast() -> dict[str, Any]:
        demo = current_app.config["PDPORTAL"]["DEMO"]
        return {"cast": queries.demo_cast() if demo else []}

    app.extensions["pdportal.security"].login_context_processor(_cast)
