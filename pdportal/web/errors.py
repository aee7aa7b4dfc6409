"""What was asked and cannot be done: refusals in plain words, and the page that says so."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any, TypeVar

from flask import Response, make_response, render_template, request, url_for
from flask_babel import gettext as _
from markupsafe import escape
from sqlalchemy import Select
from werkzeug.exceptions import NotFound

from pdportal.db import db
from pdportal.web.logs import log, where

T = TypeVar("T")


class Reason(StrEnum):
    """Why something was not stored, for scripts; the message says it to people."""

    CHANGED = "changed"
    """Another window saved this text since the form was opened."""
    CLOSED = "closed"
    """It was closed, given or handed in meanwhile."""
    FORBIDDEN = "forbidden"
    """It is not, or no longer, this person's."""
    SIGNED_OUT = "signed_out"
    INVALID = "invalid"
    """What was typed will not do."""


REASONS = {
    401: Reason.SIGNED_OUT,
    403: Reason.FORBIDDEN,
    404: Reason.FORBIDDEN,
    409: Reason.CLOSED,
    422: Reason.INVALID,
}
"""The reason that a status stands for where nothing more exact is known."""


class Refused(Exception):
    """What was asked cannot be done; the message says so to the person who asked.

    `status` is 403 where somebody may not, 404 where something is over, 409 where things have moved
    on, 422 where what was typed will not do (with the `field` it was typed into).
    """

    def __init__(self, message: str, *, status: int = 409, field: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.status = status
        self.field = field

    @property
    def reason(self) -> Reason | None:
        """Why it was refused, for scripts."""
        return REASONS.get(self.status)


def forbidden(message: str | None = None) -> Refused:
    """A refusal (403) for somebody who may see a thing and not do this with it."""
    return Refused(
        message or _("This needs another role. If you need it, ask your PD lead."),
        status=403,
    )


def require(allowed: bool) -> None:
    """Raise what `forbidden` says unless somebody may do this."""
    if not allowed:
        raise forbidden()


def or_404(found: T | None) -> T:
    """What was found; NotFound (404) where that is nothing."""
    if found is None:
        raise NotFound
    return found


def one_or_404(statement: Select[T], values: Mapping[str, Any] | None = None) -> T:
    """The one row of a select; NotFound (404) if there is none.

    `values` are those of the `bindparam`s of a statement that is built once.
    """
    return or_404(db.session.execute(statement, values).unique().scalar_one_or_none())


def wants_fragment() -> bool:
    """Whether a script of ours sent this request; it wants a part of a page, or JSON."""
    return request.headers.get("X-Requested-With") == "fetch"


def error_answer(status: int, title: str, message: str, reason: Reason | None = None) -> Response:
    """An error as a page, or as JSON for our scripts: `error` in words, and a `reason`."""
    if wants_fragment() or request.accept_mimetypes.best == "application/json":
        answer = {"error": message}
        if reason:
            answer["reason"] = reason.value
        if reason is Reason.SIGNED_OUT:
            answer["sign_in"] = url_for("security.login")
        return make_response(answer, status)
    page = error_page("web/error.html", status=status, title=title, message=message)
    return make_response(page, status)


def error_page(
    template: str, *, title: str, message: str, words: Sequence[str] = (), **values: object
) -> str:
    """A page that says what went wrong, with what was typed; bare where it cannot be rendered."""
    try:
        return render_template(template, title=title, message=message, words=words, **values)
    except Exception as error:  # what failed may be what the page asks, too
        log.debug("error page", exception=where(error))
        typed = "".join(f"<blockquote>{escape(text)}</blockquote>" for text in words)
        return f"<!doctype html><title>{escape(title)}</title><p>{escape(message)}</p>{typed}"
