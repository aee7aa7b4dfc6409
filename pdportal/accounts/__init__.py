"""Who is who: districts, schools, people and roles, and every way to sign in."""

from __future__ import annotations

from typing import cast

from flask import Flask, g
from flask_login import current_user

from pdportal.accounts.models import Person


def me() -> Person:
    """The person who is signed in; behind every door that is not public there is one."""
    return cast(Person, current_user._get_current_object())


def register(app: Flask) -> None:
    """Plug sign-in and the pages about oneself and others into the app."""
    from pdportal.accounts import security

    security.register(app)

    @app.before_request
    def _note_whether_signed_in() -> None:
        g.signed_in = current_user.is_authenticated
