"""One's own account: each small form saves by itself."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_security.utils import logout_user
from flask_wtf import FlaskForm
from werkzeug.exceptions import NotFound

from pdportal.accounts import me, queries
from pdportal.accounts.forms.account import (
    AboutForm,
    AwayForm,
    EmailForm,
    LanguageForm,
    PasswordForm,
    time_zones,
)
from pdportal.accounts.models import Away
from pdportal.accounts.security import ask_again, is_fresh, stay_signed_in
from pdportal.accounts.services import account as services
from pdportal.accounts.views import bp
from pdportal.db import db, writes_later
from pdportal.web.errors import Refused
from pdportal.web.locale import portal_today, portal_zone, say_day
from pdportal.web.pages import render_form


@bp.get("/account")
def account() -> ResponseReturnValue:
    return _account_page()


@bp.post("/account/about")
def save_about() -> ResponseReturnValue:
    form = AboutForm()
    if not form.validate():
        return _account_page(about=form), 422
    services.say_who_one_is(
        me(),
        name=form.name.data or "",
        called=form.called.data or "",
        teaches=form.teaches.data or "",
    )
    return _saved(_("Saved. This is how colleagues read your name."), "about")


@bp.post("/account/language")
def save_language() -> ResponseReturnValue:
    form = LanguageForm()
    if not form.validate():
        return _account_page(language=form), 422
    services.choose_language(me(), locale=form.locale.data, time_zone=form.time_zone.data)
    return _saved(_("Saved. Times are shown in this time zone from now on."), "language")


@bp.post("/account/away")
def save_away() -> ResponseReturnValue:
    form = AwayForm()
    if not form.validate():
        return _account_page(away=form), 422
    services.say_away(me(), form.days)
    if form.days is None:
        return _saved(_("Saved. Colleagues can ask you for feedback."), "away")
    text = _(
        "Saved. Nobody asks you for feedback from %(first)s to %(last)s.", **_spoken(form.days)
    )
    return _saved(text, "away")


@bp.post("/account/password")
@writes_later
def change_password() -> ResponseReturnValue:
    if not me().password and not is_fresh():
        return ask_again()  # nothing else here shows that it is still the same person
    form = PasswordForm()
    if not form.validate():
        return _account_page(password=form), 422
    try:
        services.change_password(me(), current=form.current.data or "", new=form.new.data or "")
    except Refused as refused:
        box = form[refused.field or "new"]
        box.errors = [*box.errors, refused.message]
        return _account_page(password=form), 422
    message = _("Your new password is set. Other devices are signed out; this one is not.")
    return _saved(message, "password")


@bp.route("/account/email", methods=["GET", "POST"])
def change_email() -> ResponseReturnValue:
    if not is_fresh():
        return ask_again()
    form = EmailForm()
    if form.validate_on_submit():
        try:
            services.ask_for_email(me(), form.email.data or "")
        except Refused as refused:
            form.email.errors = [refused.message]
        else:
            message = _(
                "A mail with a link is on its way to %(address)s. Follow it within two hours.",
                address=form.email.data,
            )
            return _saved(message, "about")
    return render_form("accounts/change_email.html", form)


@bp.route("/account/email/<token>", methods=["GET", "POST"])
def confirm_email(token: str) -> ResponseReturnValue:
    try:
        if request.method == "POST":
            services.change_email(me(), token)
            stay_signed_in(me())
            message = _("From now on you sign in as %(address)s.", address=me().email)
            return _saved(message, "about")
        new = services.email_behind(me(), token)
    except NotFound:
        return render_template("accounts/confirm_email_gone.html"), 404
    return render_template("accounts/confirm_email.html", new=new)


@bp.post("/account/sign-out-everywhere")
def sign_out_everywhere() -> ResponseReturnValue:
    services.sign_out_everywhere(me())
    logout_user()
    flash(_("You are signed out on every device."), "success")
    return redirect(url_for("security.login"))


def _account_page(**filled: FlaskForm) -> str:
    person = me()
    away = db.session.get(Away, person.id)
    if away is not None and away.ends_on < portal_today():
        away = None
    forms: dict[str, Any] = {
        "away": AwayForm,
        "about": AboutForm,
        "language": LanguageForm,
        "password": PasswordForm,
    }
    shown = {
        name: filled.get(name) or kind(None, obj=away if name == "away" else person)
        for name, kind in forms.items()
    }
    return render_template(
        "accounts/account.html",
        forms=shown,
        zones=time_zones(),
        person=person,
        away=away,
        portal_zone=portal_zone().key.replace("_", " "),
        school=person.school.name if person.school else "",
        passkeys=queries.passkey_count(person),
        codes_left=len(person.mf_recovery_codes or ()),
    )


def _spoken(days: tuple[date, date]) -> dict[str, str]:
    return {"first": say_day(days[0]), "last": say_day(days[1])}


def _saved(message: str, part: str) -> ResponseReturnValue:
    flash(message, "success")
    return redirect(url_for(".account", _anchor=part))
