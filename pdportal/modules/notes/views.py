"""Notes beside a page, and the page of all one's notes."""

from __future__ import annotations

from typing import Any

from flask import Response, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l

from pdportal.accounts import me
from pdportal.modules.addresses import page_url
from pdportal.modules.blueprint import bp
from pdportal.modules.notes import policy, queries, services
from pdportal.modules.notes.models import OwnNote
from pdportal.modules.notes.shown import NewNote
from pdportal.modules.pages.views import open_page, render_page
from pdportal.search.sources import Fit, fit
from pdportal.web.autosave import autosave_response, keeps_words, not_saved, saved, seen_version
from pdportal.web.errors import Refused, one_or_404, wants_fragment


@bp.post("/learn/<slug>/<page_slug>/notes")
@keeps_words(text=_l("Your note"))
def write_note(slug: str, page_slug: str) -> ResponseReturnValue:
    """Write a note beside words of a page, saved at every pause."""
    opened = open_page(slug, page_slug)
    new = NewNote.of(request.form)
    try:
        note = services.write_note(
            me(), opened, new.form_key, text=new.text, quote=new.quote, letter=new.letter,
            version=seen_version(), must_stand=not wants_fragment(),
        )  # fmt: skip
    except Refused as refused:
        return not_saved(
            refused,
            page_url(slug, page_slug, "notes"),
            again=lambda refused: render_page(opened, note=new.refused(refused)),
        )
    if wants_fragment():
        return saved(note.version, "")
    return redirect(page_url(slug, page_slug, f"note-{note.id}"))


@bp.post("/notes/<int:note_id>")
@keeps_words(text=_l("Your note"))
def save_note(note_id: int) -> ResponseReturnValue:
    """Change what a note says, saved at every pause."""
    note = _own(note_id)
    text = request.form.get("text", "")
    return autosave_response(
        lambda: services.save_note(me(), note, text, version=seen_version()).version,
        _place(note),
    )


@bp.post("/notes/<int:note_id>/remove")
def remove_note(note_id: int) -> ResponseReturnValue:
    """Delete a note; the page that comes has a button to bring it back."""
    note = _own(note_id)
    services.remove_note(me(), note)
    if request.form.get("from") == "list":
        return redirect(url_for(".my_notes", removed=note.id))
    return redirect(f"{page_url(note.module.slug, note.page_slug)}?removed={note.id}#notes")


@bp.post("/notes/<int:note_id>/restore")
def restore_note(note_id: int) -> ResponseReturnValue:
    """Bring it back."""
    note = _own(note_id)
    services.restore_note(me(), note)
    return redirect(_place(note))


@bp.get("/notes")
def my_notes() -> ResponseReturnValue:
    """All my notes by module, or those with some words."""
    notes = queries.all_notes(me())
    asked = request.args.get("q", "").strip()
    found = [
        note for note in notes
        if not asked
        or fit(asked, note.page_title, f"{note.text} {note.quote} {note.module_title}") != Fit.NOT
    ]  # fmt: skip
    modules: dict[str, list[Any]] = {}
    for note in found:
        modules.setdefault(note.slug, []).append(note)
    return render_template(
        "modules/my_notes.html",
        modules=modules,
        asked=asked,
        has_any=bool(notes),
        removed=request.args.get("removed", type=int),
    )


@bp.get("/notes.md")
def notes_file() -> Response:
    """All my notes in Markdown, to take along."""
    answer = make_response(services.as_markdown(list(queries.all_notes(me()))))
    answer.headers["Content-Type"] = "text/markdown; charset=utf-8"
    answer.headers["Content-Disposition"] = 'attachment; filename="my-notes.md"'
    return answer


def _own(note_id: int) -> OwnNote:
    return one_or_404(policy.notes_of(me()).where(OwnNote.id == note_id))


def _place(note: OwnNote) -> str:
    """Where a form of a note came from: the page it stands on, or the list of all."""
    if request.form.get("from") == "list":
        return url_for(".my_notes", _anchor=f"note-{note.id}")
    return page_url(note.module.slug, note.page_slug, f"note-{note.id}")
