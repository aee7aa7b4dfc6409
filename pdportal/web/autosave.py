"""Text that is saved while it is typed: the version check and the answers to its form.

A form carries the `version` it was opened on. The service locks the row and calls `check_version`;
the view answers with `saved` or `not_saved`. Our script (`autosave_controller.js`) gets JSON with a
`reason`; whoever has no script gets a page that shows what was typed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from fnmatch import fnmatchcase
from functools import wraps
from typing import Any, TypeVar, cast

from flask import current_app, flash, g, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import LazyString
from flask_babel import gettext as _
from werkzeug.exceptions import NotFound

from pdportal import clock
from pdportal.db import db
from pdportal.web.errors import Reason, Refused, wants_fragment
from pdportal.web.locale import say_time
from pdportal.web.requests import typed_id

KEEPER = "keeps-unsent-words"
"""The extension that keeps words for their writer: `(place, why, texts)` gives where they are."""

View = TypeVar("View", bound=Callable[..., ResponseReturnValue])

Texts = Iterable[tuple[str, str]]
"""Pairs of a label, which may be empty, and a text."""


class ChangedElsewhere(Refused):
    """Another window, or another person, saved this text since the form was opened.

    `version` and `values` are what is stored now; `values` has the names that the service uses, and
    `by` is the name of the person.
    """

    def __init__(self, version: int, values: Mapping[str, object], by: str = "") -> None:
        message = _("This was changed in another window.")
        super().__init__(
            _("%(name)s changed this meanwhile.", name=by) if by else message, status=409
        )
        self.by = by
        self.version = version
        self.values = {name: "" if value is None else str(value) for name, value in values.items()}

    @property
    def reason(self) -> Reason:
        """Not closed: both texts can be shown, and one of them stored."""
        return Reason.CHANGED


def check_version(
    seen: int | None, stored: int, values: Mapping[str, object], by: str = ""
) -> None:
    """Raise `ChangedElsewhere` unless the form saw what is stored; None compares nothing.

    Call it with the row locked, and after the same text sent twice has been let through.
    """
    if seen is not None and seen != stored:
        raise ChangedElsewhere(stored, values, by)


def replace_values(
    row: Any, new: Mapping[str, object], seen: int | None, counter: str = "version"
) -> bool:
    """Store new values on a row, locked, and count it; False if they are there: sent twice.

    `counter` is the column that counts the saves. Raises `ChangedElsewhere`. The caller flushes.
    """
    db.session.flush()
    db.session.refresh(row, with_for_update={"of": type(row)})
    stored = {name: getattr(row, name) for name in new}
    if stored == new:
        return False
    check_version(seen, getattr(row, counter), stored)
    for name, value in {**new, counter: getattr(row, counter) + 1}.items():
        setattr(row, name, value)
    return True


def seen_version(typed: str | None = None) -> int:
    """The version that the form was opened on, as its box has it; 0 if it says none."""
    return typed_id(request.form.get("version", "") if typed is None else typed)


def autosave_response(
    save: Callable[[], int],
    back: str,
    *,
    box: Callable[[str], str] = str,
    typed: Texts | None = None,
    again: Callable[[Refused], str] | None = None,
    **more: object,
) -> ResponseReturnValue:
    """Run `save`, which gives the new version, and answer the form.

    `back` is the page without a script, `more` goes to the script; for the rest see `not_saved`.
    """
    try:
        version = save()
    except Refused as refused:
        return not_saved(refused, back, box=box, typed=typed, again=again)
    return saved(version, back, **more)


def saved(version: int, back: str, **more: object) -> ResponseReturnValue:
    """Tell the script what is stored, or send whoever pressed Save back to the page.

    So is a script that asks for the page, and takes what it shows out of it.
    """
    if _wants_json():
        return {"version": version, "saved_at": say_time(clock.now()), **more}
    flash(_("Saved."), "success")
    return redirect(back)


def _wants_json() -> bool:
    """Whether a script asks that saves; one that changes a part of the page wants the page."""
    return wants_fragment() and request.accept_mimetypes.best != "text/html"


def not_saved(
    refused: Refused,
    back: str = "",
    *,
    box: Callable[[str], str] = str,
    typed: Texts | None = None,
    again: Callable[[Refused], str] | None = None,
) -> ResponseReturnValue:
    """Say why a text was not stored, without losing it.

    `box` gives the name of the form's box for a name that the service uses, or "" where it has
    none. `again` renders the
    form with what was typed: for a mistake, and beside the other text. Where there is nothing to
    send again (closed, no longer one's own), what was `typed` is kept for its writer, and shown; by
    default that is what stands in the boxes of `keeps_words`.
    """
    typed = _typed(g.get("word_boxes", {})) if typed is None else typed
    texts = [(str(label), text) for label, text in typed if text.strip()]
    stored = ""
    if texts and refused.reason in {Reason.CLOSED, Reason.FORBIDDEN}:
        stored = current_app.extensions[KEEPER](back or request.path, refused.message, texts)
    if _wants_json():
        answer = _as_json(refused, box)
        if stored:
            where = _("What you typed is kept for you under Feedback, Not sent.")
            answer |= {"kept": stored, "error": f"{refused.message} {where}"}
        return answer, refused.status
    if again is not None and refused.reason in {Reason.CHANGED, Reason.INVALID}:
        return again(refused), refused.status
    page = render_template(
        "web/not_saved.html",
        title=_title(refused),
        message=refused.message,
        typed=texts,
        kept=stored,
        stored=refused.values.values() if isinstance(refused, ChangedElsewhere) else (),
        back=back,
    )
    return page, refused.status


def keeps_words(**labels: LazyString) -> Callable[[View], View]:
    """Mark a view that takes words: when what they are about has ended, their writer keeps them.

    `labels` name the boxes, several at once by a pattern like `field-*`. A form of one's own that
    was sent meets a page that is closed, or not found any more, with `not_saved`; whoever types
    nothing gets the usual page.
    """

    def mark(view: View) -> View:
        @wraps(view)
        def guarded(*args: Any, **values: Any) -> ResponseReturnValue:
            g.word_boxes = labels
            try:
                return view(*args, **values)
            except NotFound:
                if not _typed(labels):
                    raise
                message = _("This is no longer here, or no longer shared with you.")
                return not_saved(Refused(message, status=404))
            except Refused as refused:
                if not _typed(labels) or refused.reason not in {Reason.CLOSED, Reason.FORBIDDEN}:
                    raise
                return not_saved(refused)

        return cast(View, guarded)

    return mark


def _typed(labels: Mapping[str, LazyString]) -> list[tuple[str, str]]:
    return [
        (str(label), text)
        for name, label in labels.items()
        for box, text in request.form.items()
        if fnmatchcase(box, name) and text.strip()
    ]


def _as_json(refused: Refused, box: Callable[[str], str]) -> dict[str, object]:
    answer: dict[str, object] = {"error": refused.message, "reason": refused.reason}
    if isinstance(refused, ChangedElsewhere):
        answer["version"] = refused.version
        values = {box(name): text for name, text in refused.values.items()}
        answer["values"] = {name: text for name, text in values.items() if name}
        answer |= {"by": refused.by} if refused.by else {}
    elif refused.field:
        answer["fields"] = {box(refused.field): refused.message}
    return answer


def _title(refused: Refused) -> str:
    if refused.reason is Reason.CHANGED:
        return _("This was changed in another window")
    if refused.reason is Reason.FORBIDDEN:
        return _("This is no longer yours to change")
    return _("Not saved")
