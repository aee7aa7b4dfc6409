"""Who is who: districts, schools, people and roles, and every way to sign in."""

from __future__ import annotations

from functools import partial
from typing import Any, cast

from flask import Flask, Response, current_app, g, request
from flask_babel import LazyString
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from sqlalchemy import Connection, select

from pdportal.accounts.models import Person
from pdportal.db import READING, begin_to_write, only_reads
from pdportal.web.doors import signed_out


def me() -> Person:
    """The person who is signed in; behind every door that is not public there is one."""
    return cast(Person, current_user._get_current_object())


def add_person_link(app: Flask, label: LazyString | str, endpoint: str) -> None:
    """Let a feature above stand on the page that leads see of a person (`person_id` is passed)."""
    app.extensions.setdefault("pdportal.person_links", []).append((label, endpoint))


class SwitchedOff(Exception):  # it reads as what happened
    """Somebody's sessions ended while their form waited for its turn: it is not stored."""


def _look_again(key: str, connection: Connection) -> None:
    """Let only those go on whose session still holds; asked only where a form had to wait."""
    held = select(Person.id).where(Person.fs_uniquifier == key, Person.active)
    if connection.scalar(held) is None:
        raise SwitchedOff


def register(app: Flask) -> None:
    """Plug sign-in and the pages about oneself and others into the app."""
    from pdportal.accounts import limits, queries, security, views
    from pdportal.web.pages import Place, add_place, add_to_account

    security.register(app)
    app.register_blueprint(views.bp)
    limits.register(app)
    add_to_account(app, _l("Your account"), "accounts.account")
    add_place(
        app, Place(_l("People"), "accounts.people", "/people", 60, lambda person: person.leads)
    )

    @app.before_request
    def _note_who_asks() -> None:
        g.signed_in = current_user.is_authenticated
        if request.method not in READING:
            begin_to_write(partial(_look_again, me().fs_uniquifier) if g.signed_in else None)

    @app.errorhandler(SwitchedOff)
    def _out(_error: SwitchedOff) -> Response:
        only_reads()
        return signed_out()

    @app.extensions["pdportal.security"].login_context_processor  # type: ignore[untyped-decorator]
    def _cast() -> dict[str, Any]:
        demo = current_app.config["PDPORTAL"]["DEMO"]
        return {"cast": queries.demo_cast() if demo else []}
