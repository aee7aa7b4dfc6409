"""The demo's door: look around as one of its people, by one click."""

from __future__ import annotations

from flask import current_app, redirect, request
from flask.typing import ResponseReturnValue
from flask_security.utils import login_user
from werkzeug.exceptions import NotFound

from pdportal.accounts import queries
from pdportal.accounts.models import Person
from pdportal.accounts.views import bp
from pdportal.db import db
from pdportal.web.doors import public


@bp.post("/demo/sign-in")
@public
def demo_sign_in() -> ResponseReturnValue:
    if not current_app.config["PDPORTAL"]["DEMO"]:
        raise NotFound
    chosen = request.form.get("person_id", type=int)
    if chosen not in {person_id for person_id, _name, _what in queries.demo_cast()}:
        raise NotFound
    person = db.session.get_one(Person, chosen)
    login_user(person, authn_via=["demo"])
    return redirect("/")
