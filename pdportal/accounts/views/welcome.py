"""Coming in: the first visit of somebody who was invited, and the door of the demo."""

from __future__ import annotations

from flask import current_app, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from flask_security.utils import login_user
from werkzeug.exceptions import NotFound

from pdportal.accounts import queries
from pdportal.accounts.forms.account import WelcomeForm, time_zones
from pdportal.accounts.models import Person
from pdportal.accounts.services import invitations as services
from pdportal.accounts.views import bp
from pdportal.db import db, writes_later
from pdportal.web.doors import public
from pdportal.web.errors import Refused
from pdportal.web.pages import render_form


@bp.route("/welcome/<token>", methods=["GET", "POST"])
@public
@writes_later
def welcome(token: str) -> ResponseReturnValue:
    try:
        invitation = services.by_token(token)
    except NotFound:
        return render_template("accounts/welcome_gone.html"), 404
    if current_user.is_authenticated:
        return render_template("accounts/welcome_busy.html", person=current_user), 409
    form = WelcomeForm(name=invitation.name, time_zone=queries.usual_zone(invitation.district_id))
    if form.validate_on_submit():
        try:
            person = services.accept(
                token,
                name=form.name.data or "",
                password=form.password.data or "",
                time_zone=form.time_zone.data,
            )
        except NotFound:
            return render_template("accounts/welcome_gone.html"), 404
        except Refused as refused:
            form.password.errors = [refused.message]
        else:
            login_user(person, authn_via=["invitation"])
            flash(_("Welcome, %(name)s. You are signed in.", name=person.given_name), "success")
            return redirect("/")
        invitation = services.by_token(token)
    return render_form(
        "accounts/welcome.html",
        form,
        email=invitation.email,
        district=invitation.district.name,
        school=invitation.school.name if invitation.school else "",
        zones=time_zones(),
    )


@bp.post("/demo/sign-in")
@public
def demo_sign_in() -> ResponseReturnValue:
    """Look around as one of the demo's people, by one click."""
    if not current_app.config["PDPORTAL"]["DEMO"]:
        raise NotFound
    chosen = request.form.get("person_id", type=int)
    if chosen not in {person_id for person_id, _name, _what in queries.demo_cast()}:
        raise NotFound
    person = db.session.get_one(Person, chosen)
    login_user(person, authn_via=["demo"])
    return redirect("/")
