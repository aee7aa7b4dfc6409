"""A form that could not be stored, for whatever reason: its words are shown, to send again."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Response, current_app, make_response, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from flask_wtf import CSRFProtect
from itsdangerous import BadData, URLSafeTimedSerializer

from pdportal.web.errors import Reason, error_answer, error_page, wants_fragment

SENT_AGAIN = "sent_again"
"""The box that says that somebody saw what is sent, and pressed the button of this page."""

_NEVER_SHOWN = {"current", "new", "again", "code", "credential"}
"""Names of boxes, beside all that say "password"."""


class FormTokens(CSRFProtect):
    """The token of the session, or one of ours from another session where a person sent it again.

    Between the page and the button somebody signed in, which renews the session. The browser has
    to say that the form came from our own page.
    """

    def _error_response(self, reason: str) -> None:
        if SENT_AGAIN in request.form and comes_from_here() and self._is_signed_by_us():
            return
        super()._error_response(reason)

    def _is_signed_by_us(self) -> bool:
        signer = URLSafeTimedSerializer(current_app.secret_key or "", salt="wtf-csrf-token")
        try:
            signer.loads(self._get_csrf_token() or "")
        except BadData:
            return False
        return True


def comes_from_here() -> bool | None:
    """Whether the browser says that a page of ours sent this; None if it says nothing.

    Sec-Fetch-Site comes from browsers over https, Origin from all with each POST.
    """
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site in {"same-origin", "none"}
    origin = request.headers.get("Origin")
    if origin is None:
        return None
    base_url: str = current_app.config["PDPORTAL"]["BASE_URL"]
    return urlsplit(origin).netloc in {request.host, urlsplit(base_url).netloc}


def ask_to_sign_in(status: int = 401) -> Response:
    """The answer to a form, or to a script, of somebody whose session has ended."""
    message = _("You have been signed out. Nothing was stored yet, and nothing you typed is lost.")
    return _show(status, _("Please sign in"), message)


def ask_to_send_again() -> Response:
    """The answer to a form whose token is of another session, or missing."""
    message = _(
        "This page was open for so long that we cannot be sure the form is yours. Nothing was "
        "stored yet."
    )
    return _show(400, _("Please send that again"), message)


def _show(status: int, title: str, message: str) -> Response:
    is_out = not current_user.is_authenticated
    login = url_for("security.login") if is_out else ""
    return show_words(status, title, message, Reason.SIGNED_OUT, sign_in=login)


def show_words(
    status: int, title: str, message: str, reason: Reason | None = None, *, sign_in: str = ""
) -> Response:
    """An error as a page; one of a form shows what was typed, with a button that sends it again.

    Files and passwords are not sent again by themselves, and what only reads has nothing to send.
    """
    fields = [
        (name, text)
        for name, text in request.form.items(multi=True)
        if name not in (SENT_AGAIN, current_app.config["WTF_CSRF_FIELD_NAME"])
    ]
    is_secret = any("password" in name or name in _NEVER_SHOWN for name, _text in fields)
    if wants_fragment() or request.method != "POST" or is_secret:
        return error_answer(status, title, message, reason)
    page = error_page(
        "web/send_again.html",
        title=title,
        message=message,
        # A form that sends itself again is for whom the browser says that it is ours.
        fields=fields if comes_from_here() and not request.files else None,
        # What reads like words; the rest are ids and choices.
        words=[text for _name, text in fields if any(letter.isspace() for letter in text)],
        address=request.full_path.rstrip("?"),
        sign_in=sign_in,
        sent_again=SENT_AGAIN,
    )
    response = make_response(page, status)
    response.headers["Cache-Control"] = "no-store"
    return response
