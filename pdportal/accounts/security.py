"""Sign-in by flask-security, told about our people, our one commit and our pages."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta
from functools import partial
from typing import Any

from flask import (
    Flask,
    Response,
    current_app,
    flash,
    g,
    make_response,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask_babel import gettext as _
from flask_login import user_logged_out
from flask_security import (
    RoleMixin,
    Security,
    SQLAlchemyUserDatastore,
    password_reset,
    tf_disabled,
    tf_profile_changed,
    user_authenticated,
)
from flask_security.signals import wan_deleted, wan_registered
from flask_security.utils import check_and_update_authn_fresh, set_request_attr
from flask_security.views import two_factor_setup_validate
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import NotFound, UnsupportedMediaType

from pdportal import clock
from pdportal.accounts import mail, queries
from pdportal.accounts.devices import remember_device
from pdportal.accounts.events import emit
from pdportal.accounts.factors import Codes, Passkeys, RecoveryCodes, passkeys_work_here
from pdportal.accounts.forms import sign_in as forms
from pdportal.accounts.letters import Letters
from pdportal.accounts.models import Passkey, Person
from pdportal.accounts.passwords import PasswordRules, QueuedHashes, at_once
from pdportal.accounts.security_settings import FRESH, security_settings
from pdportal.db import begin_to_write, db, writes_later
from pdportal.web.doors import open_doors, own_path
from pdportal.web.errors import error_answer, wants_fragment

MOST_ENDED = 100
"""So many sessions that were signed out of are remembered of one person, each for its lifetime."""

OPEN_TO_STRANGERS = (
    "login",
    "logout",
    "forgot_password",
    "reset_password",
    "two_factor_token_validation",
    "tf_select",
    "mf_recovery",
    "wan_signin",
    "wan_signin_response",
)
CLOSED = ("security.two_factor_rescue",)
"""Views that flask-security brings along and the portal has no use for."""

KEPT_AT_SIGN_IN = ("_user_id", "_fresh", "_id", "fs_paa", "fs_cc", "_flashes")


class _NoRoles(RoleMixin):
    """flask-security wants a role model; ours says where a role is held, so it keeps out of it."""


class People(SQLAlchemyUserDatastore):
    """Finds our people for flask-security, and leaves the commit to the request."""

    def find_user(self, case_insensitive: bool = False, **kwargs: Any) -> Person | None:
        """By session, by address or by id; nothing else is asked for."""
        match kwargs:
            case {"fs_uniquifier": uniquifier}:
                return queries.signed_in(str(uniquifier))
            case {"email": email}:
                return db.session.scalar(queries.person_by_email(str(email)))
            case {"id": ident}:
                return db.session.scalar(select(Person).where(Person.id == ident))
        raise LookupError(f"People are not found by {', '.join(kwargs)}.")

    def put(self, model: Any) -> Any:
        """Store a row: whoever signed in or set a password so far only read."""
        begin_to_write()
        super().put(model)  # type: ignore[no-untyped-call]  # flask-security has no types here
        return model

    def commit(self) -> None:
        """Write, and leave the commit to the end of the request."""
        db.session.flush()


def register(app: Flask) -> None:
    """Set up flask-security: generic answers, argon2, our addresses, our words."""
    app.config.update(security_settings(app))
    people = People(db, Person, _NoRoles, Passkey)
    security = _security(app, people)
    security.pwd_context = QueuedHashes(security.pwd_context, at_once(app))
    security.login_manager.user_loader(_signed_in)
    security.login_manager.request_loader(lambda _request: None)  # no tokens beside the session
    # Who may do what is in our policies: nothing asks for an identity of Flask-Principal.
    app.before_request_funcs[None].remove(security.principal._on_before_request)
    security.want_json(_wants_json)
    security.render_json(_json)
    security.reauthn_handler(ask_again)
    app.extensions["pdportal.people"] = people
    app.extensions["pdportal.security"] = security
    for name in ("login", "verify", "reset_password"):
        writes_later(app.view_functions[f"security.{name}"])  # they check or hash a password
    app.view_functions["security.two_factor_setup_validate"] = _turn_on_second_step
    app.before_request(_mind_the_door)
    app.jinja_env.globals.update(passkeys_work_here=passkeys_work_here, own_path=own_path)
    _listen(app)
    open_doors(app, *(f"security.{name}" for name in OPEN_TO_STRANGERS))


def _security(app: Flask, people: People) -> Any:
    return Security(
        app,
        people,
        register_blueprint=True,
        login_form=forms.SignInForm,
        verify_form=forms.AgainForm,
        forgot_password_form=forms.ForgottenForm,
        reset_password_form=forms.NewPasswordForm,
        two_factor_setup_form=forms.SecondStepForm,
        two_factor_rescue_form=forms.RescueForm,
        two_factor_verify_code_form=forms.CodeForm,
        mf_recovery_form=forms.RecoveryCodeForm,
        wan_register_form=forms.PasskeyForm,
        wan_register_response_form=forms.PasskeyMadeForm,
        wan_signin_response_form=forms.PasskeyShownForm,
        mail_util_cls=Letters,
        password_util_cls=PasswordRules,
        totp_cls=Codes,
        mf_recovery_codes_util_cls=RecoveryCodes,
        webauthn_util_cls=Passkeys,
        render_template=_page,
    )


def _listen(app: Flask) -> None:
    user_authenticated.connect(_renew_session, app)
    user_logged_out.connect(_end_session, app)
    password_reset.connect(_note_reset, app)
    tf_disabled.connect(_forget_second_step, app)
    for signal, what in (
        (tf_profile_changed, "second-step-on"),
        (tf_disabled, "second-step-off"),
        (wan_registered, "passkey-added"),
        (wan_deleted, "passkey-removed"),
    ):
        signal.connect(partial(_note, what), app, weak=False)


def _signed_in(uniquifier: str) -> Person | None:
    """Whoever the session belongs to, if it is not older than sessions may get."""
    try:
        person = None if _is_too_old() else queries.signed_in(str(uniquifier))
    except SQLAlchemyError:
        # The page that says so asks again who reads it, and is for nobody.
        g._login_user = current_app.extensions["pdportal.security"].login_manager.anonymous_user()
        raise
    if person is not None and is_ended(person.ended_sessions):
        return None
    if person is not None:
        set_request_attr("fs_authn_via", "session")
        set_request_attr("fs_paa", session.get("fs_paa", 0))
    return person


def bearer() -> str:
    """What a statement finds the one by whom the session names; nothing if it is too old.

    For those who do not load the person; they look at `active`, and at `is_ended`, themselves.
    """
    return "" if _is_too_old() else str(session.get("_user_id", ""))


def is_ended(ended_sessions: Collection[float] | None) -> bool:
    """Whether somebody has signed out of this session."""
    return bool(session.get("since")) and session["since"] in (ended_sessions or ())


def _is_too_old() -> bool:
    since = session.get("since", 0)
    return bool(since) and clock.now().timestamp() - since > _longest(current_app.config)


def _longest(config: Any) -> float:
    longest = config["PERMANENT_SESSION_LIFETIME"]
    return float(longest.total_seconds() if isinstance(longest, timedelta) else longest)


def _renew_session(_app: Flask, user: Person, **_more: Any) -> None:
    """Whoever signs in gets a new session: nothing that was planted in the old one is kept."""
    remember_device(user.email)
    stays = bool(session.get("keep", session.permanent))
    stays_on = {name: session[name] for name in KEPT_AT_SIGN_IN if name in session}
    session.clear()
    session.update(stays_on)
    session["since"] = clock.now().timestamp()  # so exactly that it is this session's name, too
    session.permanent = stays
    g.pop("csrf_token", None)


def _end_session(_app: Flask, user: Any, **_more: Any) -> None:
    """Whoever signs out leaves nothing behind: a copy of the session's cookie is worthless now."""
    person: Person = getattr(user, "_get_current_object", lambda: user)()
    since = session.get("since")
    if not since or not person.is_authenticated:
        return
    db.session.refresh(person, ["ended_sessions"], with_for_update={"of": Person})
    oldest = clock.now().timestamp() - _longest(current_app.config)
    ended = [began for began in person.ended_sessions or () if began >= oldest]
    person.ended_sessions = [*ended, since][-MOST_ENDED:]


def _note_reset(_app: Flask, user: Person, **_more: Any) -> None:
    emit(user, "changed", user, what="password")


def _forget_second_step(_app: Flask, user: Person, **_more: Any) -> None:
    user.tf_last_counter = user.mf_recovery_codes = None


def _note(what: str, _app: Flask, user: Any, **_more: Any) -> None:
    """Tell the person by mail, and keep a record."""
    person: Person = getattr(user, "_get_current_object", lambda: user)()
    mail.notice(person, what)
    emit(person, "changed", person, what=what)


def _mind_the_door() -> None:
    if not (request.endpoint or "").startswith("security."):
        return
    if request.endpoint in CLOSED:
        raise NotFound
    if request.is_json:
        raise UnsupportedMediaType  # all our forms are forms


def _turn_on_second_step(token: str) -> Any:
    """A wrong code leads back to the same picture and key: nobody scans them twice."""
    try:
        return two_factor_setup_validate(token)
    except forms.WrongSetupCode as wrong:
        form = wrong.form
    codes: Any = current_app.extensions["pdportal.security"].totp_factory
    shown = codes.fetch_setup_values(form.tf_totp_secret, form.user)
    return make_response(
        render_template(
            "security/two_factor_setup.html",
            two_factor_verify_code_form=form,
            chosen_method=form.primary_method,
            state_token=token,
            authr_qrcode=shown["image"],
            authr_key=shown["key"],
        ),
        422,
    )


def _page(template: str, **context: Any) -> Any:
    """Render for flask-security: 422 when a form came back with mistakes, so nothing is stored."""
    forms_shown = [value for name, value in context.items() if name.endswith("_form")]
    mistaken = request.method == "POST" and any(form.errors for form in forms_shown)
    return make_response(render_template(template, **context), 422 if mistaken else 200)


def _wants_json(asked: Any) -> bool:
    """Only the passkey script reads JSON; everything else is pages."""
    return wants_fragment() and (asked.endpoint or "").startswith("security.wan_")


def _json(
    payload: dict[str, Any], code: int, headers: dict[str, str] | None, user: object
) -> Response:
    if code >= 400:
        errors = payload.get("errors") or [_("That did not work.")]
        return make_response({"error": str(errors[0])}, code)
    wanted = ("credential_options", "wan_state")
    return make_response({name: payload[name] for name in wanted if name in payload}, code)


def stay_signed_in(person: Person) -> None:
    """Let this one session go on under the person's new key, no fresher than it was."""
    session["_user_id"] = person.get_id()


def is_fresh() -> bool:
    """Whether this person showed who they are not long ago."""
    grace: timedelta = current_app.config["SECURITY_FRESHNESS_GRACE_PERIOD"]
    return bool(check_and_update_authn_fresh(FRESH, grace, "session"))


def ask_again(*_within_and_grace: timedelta) -> Response:
    """What guards an account wants to know that it is still the same person."""
    message = _("To change how you sign in, please confirm that it is you.")
    if wants_fragment():
        return error_answer(401, _("Please confirm that it is you"), message)
    came_from = request.referrer or ""
    host = request.host_url.rstrip("/")
    back = request.full_path.rstrip("?") if request.method == "GET" else ""
    if not back and came_from.startswith(host + "/"):
        back = own_path(came_from.removeprefix(host))
    flash(message, "info")
    next_page = back or url_for("accounts.account")
    return make_response(redirect(url_for("security.verify", next=next_page)))
