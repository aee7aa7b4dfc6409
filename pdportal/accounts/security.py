"""Sign-in by flask-security, told about our people, our one commit and our pages."""

from __future__ import annotations

from datetime import timedelta
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
from flask_babel import lazy_gettext as _l
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
from werkzeug.exceptions import NotFound, UnsupportedMediaType

from pdportal import clock
from pdportal.accounts import mail, queries
from pdportal.accounts.events import emit
from pdportal.accounts.factors import Codes, Passkeys, RecoveryCodes, key_for, passkeys_work_here
from pdportal.accounts.forms import sign_in as forms
from pdportal.accounts.mail import Letters
from pdportal.accounts.models import Passkey, Person
from pdportal.accounts.passwords import PasswordRules, QueuedHashes, at_once
from pdportal.db import begin_to_write, db, writes_later
from pdportal.web.doors import open_doors, own_path
from pdportal.web.errors import error_answer, wants_fragment

FRESH = timedelta(minutes=30)
"""How long after signing in one may change how one signs in without saying again who one is."""

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
    settings = app.config["PDPORTAL"]
    secret: str = app.config["SECRET_KEY"]
    app.config.update(
        SECURITY_PASSWORD_HASH="argon2",  # noqa: S106  # the name of an algorithm
        SECURITY_PASSWORD_SCHEMES=["argon2"],
        SECURITY_PASSWORD_SALT=key_for("passwords", secret),
        SECURITY_PASSWORD_HASH_PASSLIB_OPTIONS={
            "argon2__type": "ID",
            "argon2__memory_cost": 19456,
            "argon2__time_cost": 2,
            "argon2__parallelism": 1,
        },
        SECURITY_HASHING_SCHEMES=["hex_sha256"],
        SECURITY_LOGIN_URL="/sign-in",
        SECURITY_LOGOUT_URL="/sign-out",
        SECURITY_VERIFY_URL="/sign-in/again",
        SECURITY_RESET_URL="/sign-in/forgotten",
        SECURITY_TWO_FACTOR_TOKEN_VALIDATION_URL="/sign-in/code",  # noqa: S106  # an address
        SECURITY_TWO_FACTOR_SELECT_URL="/sign-in/which",
        SECURITY_TWO_FACTOR_RESCUE_URL="/sign-in/rescue",
        SECURITY_MULTI_FACTOR_RECOVERY_URL="/sign-in/recovery-code",
        SECURITY_WAN_SIGNIN_URL="/sign-in/passkey",
        SECURITY_WAN_VERIFY_URL="/sign-in/again/passkey",
        SECURITY_TWO_FACTOR_SETUP_URL="/account/two-step",
        SECURITY_MULTI_FACTOR_RECOVERY_CODES_URL="/account/recovery-codes",
        SECURITY_WAN_REGISTER_URL="/account/passkeys",
        SECURITY_WAN_DELETE_URL="/account/passkeys/remove",
        SECURITY_POST_LOGIN_VIEW="/",
        SECURITY_POST_LOGOUT_VIEW="/sign-in",
        SECURITY_POST_VERIFY_VIEW="/account",
        SECURITY_TWO_FACTOR_POST_SETUP_VIEW="/account/recovery-codes",
        SECURITY_STATIC_FOLDER=None,
        SECURITY_CLI_USERS_NAME=None,
        SECURITY_CLI_ROLES_NAME=None,
        SECURITY_LOGOUT_METHODS=["POST"],
        SECURITY_RETURN_GENERIC_RESPONSES=True,
        SECURITY_EMAIL_VALIDATOR_ARGS={"check_deliverability": False},
        SECURITY_EMAIL_HTML=False,
        SECURITY_EMAIL_PLAINTEXT=False,
        SECURITY_CSRF_IGNORE_UNAUTH_ENDPOINTS=False,
        SECURITY_API_ENABLED_METHODS=["session"],
        SECURITY_JOIN_USER_ROLES=False,
        SECURITY_DATETIME_FACTORY=clock.now,
        SECURITY_FRESHNESS=FRESH,
        SECURITY_FRESHNESS_GRACE_PERIOD=timedelta(minutes=10),
        SECURITY_RECOVERABLE=True,
        SECURITY_RESET_PASSWORD_WITHIN=timedelta(hours=2),
        SECURITY_TWO_FACTOR=True,
        SECURITY_TWO_FACTOR_ENABLED_METHODS=["authenticator"],
        SECURITY_TWO_FACTOR_IMPLEMENTATIONS={"code": "flask_security.twofactor.CodeTfPlugin"},
        SECURITY_TWO_FACTOR_AUTHENTICATOR_VALIDITY=30,
        SECURITY_TWO_FACTOR_RESCUE_EMAIL=False,
        SECURITY_TOTP_SECRETS={"1": key_for("second step", secret)},
        SECURITY_TOTP_ISSUER=settings["NAME"],
        SECURITY_MULTI_FACTOR_RECOVERY_CODES=True,
        SECURITY_MULTI_FACTOR_RECOVERY_CODES_N=8,
        SECURITY_MULTI_FACTOR_RECOVERY_CODES_KEYS=[key_for("recovery codes", secret)],
        SECURITY_WEBAUTHN=True,
        SECURITY_WAN_RP_NAME=settings["NAME"],
        SECURITY_WAN_ALLOW_USER_HINTS=False,
        SECURITY_WAN_ALLOW_AS_VERIFY=["first"],
        SECURITY_WAN_SIGNIN_WITHIN=timedelta(minutes=5),
        SECURITY_WAN_NAME_ALLOWED_CHARS=None,
        SESSION_PROTECTION=None,
        SESSION_REFRESH_EACH_REQUEST=False,
        WTF_CSRF_CHECK_DEFAULT=True,
        **_words(),
    )
    people = People(db, Person, _NoRoles, Passkey)
    security = Security(
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
    user_authenticated.connect(_renew_session, app)
    user_logged_out.connect(_end_session, app)
    password_reset.connect(_note_reset, app)
    tf_profile_changed.connect(_note_second_step, app)
    tf_disabled.connect(_note_second_step_off, app)
    wan_registered.connect(_note_passkey, app)
    wan_deleted.connect(_note_passkey_gone, app)
    open_doors(app, *(f"security.{name}" for name in OPEN_TO_STRANGERS))


def _signed_in(uniquifier: str) -> Person | None:
    """Whoever the session belongs to, if it is not older than sessions may get."""
    since = session.get("since", 0)
    if since and clock.now().timestamp() - since > _longest(current_app.config):
        return None
    person = queries.signed_in(str(uniquifier))
    if person is not None and since and since in (person.ended_sessions or ()):
        return None
    if person is not None:
        set_request_attr("fs_authn_via", "session")
        set_request_attr("fs_paa", session.get("fs_paa", 0))
    return person


def _longest(config: Any) -> float:
    longest = config["PERMANENT_SESSION_LIFETIME"]
    return float(longest.total_seconds() if isinstance(longest, timedelta) else longest)


def _renew_session(_app: Flask, user: Person, **_more: Any) -> None:
    """Whoever signs in gets a new session: nothing that was planted in the old one is kept."""
    stays = bool(session.get("keep", session.permanent))
    kept = {name: session[name] for name in KEPT_AT_SIGN_IN if name in session}
    session.clear()
    session.update(kept)
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


def _note_second_step(_app: Flask, user: Person, **_more: Any) -> None:
    _note(user, "second-step-on")


def _note_second_step_off(_app: Flask, user: Person, **_more: Any) -> None:
    user.tf_last_counter = user.mf_recovery_codes = None
    _note(user, "second-step-off")


def _note_passkey(_app: Flask, user: Person, **_more: Any) -> None:
    _note(user, "passkey-added")


def _note_passkey_gone(_app: Flask, user: Person, **_more: Any) -> None:
    _note(user, "passkey-removed")


def _note(user: Any, what: str) -> None:
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


def _words() -> dict[str, tuple[Any, str]]:
    """What flask-security says, in our words."""
    info, error, good = "info", "error", "success"
    wrong_code = _l(
        "That code does not fit, or it was used already. The next comes within half a minute."
    )
    stale = _l("That took too long, or the page was opened twice. Please begin again.")
    passkey = _l("That passkey did not work here. Try again, or use your password.")
    said = {
        "GENERIC_AUTHN_FAILED": (_l("Email address and password do not fit together."), error),
        "PASSWORD_RESET_REQUEST": (
            _l("If there is an account for this email address, a mail with a link is on its way."),
            info,
        ),
        "INVALID_RESET_PASSWORD_TOKEN": (
            _l("This link does not work any more. Ask for a new one below."),
            error,
        ),
        "PASSWORD_RESET_EXPIRED": (
            _l("This link does not work any more. Ask for a new one below."),
            error,
        ),
        "PASSWORD_RESET_NO_LOGIN": (_l("Your new password is set. Please sign in."), good),
        "EMAIL_NOT_PROVIDED": (_l("Type your email address."), error),
        "INVALID_EMAIL_ADDRESS": (_l("This does not look like an email address."), error),
        "PASSWORD_NOT_PROVIDED": (_l("Type your password."), error),
        "INVALID_PASSWORD": (_l("That is not your password."), error),
        "RETYPE_PASSWORD_MISMATCH": (_l("The two are not the same."), error),
        "REAUTHENTICATION_SUCCESSFUL": (_l("Thank you. Go on."), info),
        "REAUTHENTICATION_REQUIRED": (_l("Please confirm that it is you."), info),
        "TWO_FACTOR_INVALID_TOKEN": (wrong_code, error),
        "TWO_FACTOR_LOGIN_SUCCESSFUL": (_l("You are signed in."), info),
        "TWO_FACTOR_CHANGE_METHOD_SUCCESSFUL": (
            _l("Two-step sign-in is on. Now make recovery codes, for the day the phone is lost."),
            good,
        ),
        "TWO_FACTOR_DISABLED": (_l("Two-step sign-in is off."), good),
        "TWO_FACTOR_PERMISSION_DENIED": (_l("Please sign in first."), info),
        "TWO_FACTOR_METHOD_NOT_AVAILABLE": (_l("That cannot be chosen here."), error),
        "TWO_FACTOR_SETUP_EXPIRED": (stale, error),
        "INVALID_RECOVERY_CODE": (_l("That code does not fit, or it was used."), error),
        "NO_RECOVERY_CODES_SETUP": (_l("You have no recovery codes yet."), info),
        "INVALID_REDIRECT": (_l("We only lead to pages of this portal."), error),
        "API_ERROR": (stale, error),
        "UNAUTHENTICATED": (_l("Please sign in."), info),
        "WEBAUTHN_EXPIRED": (stale, error),
        "WEBAUTHN_NAME_REQUIRED": (_l("Give it a name, such as My phone."), error),
        "WEBAUTHN_NAME_INUSE": (_l("You have a passkey of this name."), error),
        "WEBAUTHN_NAME_NOT_FOUND": (_l("You have no passkey of this name."), error),
        "WEBAUTHN_NAME_DISALLOWED_CHARACTERS": (_l("Use letters and numbers."), error),
        "INVALID_INPUT": (_l("Use letters and numbers."), error),
        "INVALID_INPUT_LENGTH": (_l("That is too long."), error),
        "WEBAUTHN_CREDENTIAL_DELETED": (_l("The passkey is removed."), good),
        "WEBAUTHN_REGISTER_SUCCESSFUL": (_l("The passkey is ready. Use it next time."), good),
        "WEBAUTHN_CREDENTIAL_ID_INUSE": (_l("This passkey is known already."), error),
    }
    for name in (
        "UNKNOWN_CREDENTIAL_ID",
        "ORPHAN_CREDENTIAL_ID",
        "NO_VERIFY",
        "CREDENTIAL_WRONG_USAGE",
        "MISMATCH_USER_HANDLE",
    ):
        said[f"WEBAUTHN_{name}"] = (passkey, error)
    said["DISABLED_ACCOUNT"] = (passkey, error)
    return {f"SECURITY_MSG_{name}": words for name, words in said.items()}
