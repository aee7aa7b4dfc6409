"""Every error becomes a page that helps, and a form that failed keeps its words."""

from __future__ import annotations

from flask import Flask, Response, g
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnection
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException

from pdportal.db import give_up_writing
from pdportal.db.faults import Fault, fault_of
from pdportal.stores import StorageUnavailable
from pdportal.web.again import show_words
from pdportal.web.errors import REASONS, Refused, error_answer
from pdportal.web.logs import log, where


def register(app: Flask) -> None:
    """Answer every error with a page in our own words, and programs with one line of JSON."""
    app.register_error_handler(Refused, _refused)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(DBAPIError, _no_database)
    app.register_error_handler(NoConnection, _busy)
    app.register_error_handler(TimeoutError, _busy)
    app.register_error_handler(OSError, _no_files)
    app.register_error_handler(IntegrityError, _conflict)
    app.register_error_handler(StaleDataError, _conflict)
    app.register_error_handler(Exception, _internal_error)


def _refused(error: Refused) -> ResponseReturnValue:
    titles = {403: _("You can’t do this"), 404: _("This is no longer here")}
    title = titles.get(error.status, _("That is not possible"))
    return error_answer(error.status, title, error.message, error.reason)


def _http_error(error: HTTPException) -> ResponseReturnValue:
    if error.code is not None and error.code < 400:
        return error
    cause = getattr(error, "original_exception", None)
    if cause is not None:  # a mistake in what is done after each answer
        return _internal_error(cause)
    titles = {
        403: _("You can’t do this"),
        404: _("There is nothing here"),
        405: _("That is not how this page works"),
        413: _("That is too large"),
        429: _("Too many tries"),
    }
    messages = {
        403: _("You are signed in, but this is not open to you."),
        404: _("The address may be mistyped, or what was here is not shared with you."),
        405: _("Go back and use the button on the page."),
        413: _("What you sent is larger than the portal takes. Nothing was stored."),
        429: _("There were many tries in a short time. Wait a minute and try again."),
    }
    code = error.code or 500
    title = titles.get(code, _("That did not work"))
    message = messages.get(code, _("The portal could not understand what was sent."))
    answer = error_answer(code, title, message, REASONS.get(code))
    for name, value in error.get_headers():
        if name.lower() in {"retry-after", "allow"}:
            answer.headers[name] = value
    return answer


def _busy(error: Exception) -> ResponseReturnValue:
    message = _("Many people are saving at this moment. Wait a few seconds and send it again.")
    return _failed(error, "busy", 503, _("The portal is busy"), message, retry_after="5")


def _no_database(error: DBAPIError) -> ResponseReturnValue:
    """The reason goes into the log, with the cure; people are told what to do about it."""
    fault = fault_of(error)
    if fault is Fault.BUSY:
        return _busy(error)
    if fault is Fault.FULL:
        return _no_room(error)
    if fault is Fault.OTHER and not isinstance(error, OperationalError):
        return _internal_error(error)
    message = _(
        "The portal’s database does not work just now, so nothing was stored. Try again in a few "
        "minutes. If it stays so, tell whoever runs the portal this number: %(number)s",
        number=g.get("request_id", "-"),
    )
    title = _("The portal cannot save just now")
    return _failed(
        error, "database", 503, title, message, retry_after="60", reason=fault, at=where(error)
    )


def _no_room(error: Exception) -> ResponseReturnValue:
    message = _(
        "There is no room left where the portal stores things, so this was not stored. "
        "Whoever runs the portal has to make room: please tell them. Then send it again."
    )
    title = _("There is no room for this")
    return _failed(error, "no room", 507, title, message, reason=Fault.FULL)


def _no_files(error: OSError) -> ResponseReturnValue:
    fault = fault_of(error)
    if fault is Fault.FULL:
        return _no_room(error)
    if fault is Fault.OTHER and not isinstance(error, StorageUnavailable):
        return _internal_error(error)
    reason = str(error) if isinstance(error, StorageUnavailable) else fault.value
    title = _("Files are not available just now")
    message = _("The place where files are stored cannot be reached. Try again in a few minutes.")
    return _failed(error, "files unavailable", 503, title, message, retry_after="30", reason=reason)


def _conflict(error: Exception) -> ResponseReturnValue:
    message = _(
        "Something else was saved here at the same moment, so this was not stored. "
        "Go back and send it again."
    )
    return _failed(
        error, "at once", 409, _("Please send that again"), message, exception=where(error)
    )


def _internal_error(error: Exception) -> ResponseReturnValue:
    message = _(
        "This is our mistake, not yours. Nothing was half done. If it happens again, tell whoever "
        "runs the portal this number: %(number)s",
        number=g.get("request_id", "-"),
    )
    title = _("Something went wrong here")
    return _failed(error, "failure", 500, title, message, exception=where(error))


def _failed(
    error: Exception,
    event: str,
    status: int,
    title: str,
    message: str,
    *,
    retry_after: str = "",
    **logged: str,
) -> Response:
    """Let go of the database, write a line to the log, and answer."""
    give_up_writing()
    log.error(event, error=type(error).__name__, **logged)
    answer = show_words(status, title, message)
    if retry_after:
        answer.headers["Retry-After"] = retry_after
    return answer
