"""The notes beside a page as its template takes them, and the form of a new one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from secrets import token_hex

from flask import request
from markupsafe import Markup

from pdportal.accounts import me
from pdportal.modules.notes.placing import PlacedNote, lay_out
from pdportal.modules.notes.queries import notes_on
from pdportal.modules.pages.queries import Compiled, Opened
from pdportal.web.errors import Refused
from pdportal.web.parts import part

FORM_KEY = "form-key-here"
"""Stands in what is cached where each page has a form of its own."""


@dataclass(frozen=True)
class NewNote:
    """What was typed into the form of a new note, and why it was not stored."""

    form_key: str = FORM_KEY
    quote: str = ""
    letter: int | None = None
    text: str = ""
    messages: Mapping[str, str] | None = None

    @classmethod
    def of(cls, form: Mapping[str, str]) -> NewNote:
        """What was posted."""
        letter = form.get("letter", "")
        place = int(letter) if letter.isascii() and letter.isdecimal() and len(letter) < 9 else None
        key = form.get("form_key", "")[:40] or token_hex(8)
        return cls(key, form.get("quote", ""), place, form.get("text", ""))

    def refused(self, refused: Refused) -> NewNote:
        """The same, with the reason beside its box."""
        return replace(self, messages={refused.field or "text": refused.message})


def shown_notes(
    opened: Opened, compiled: Compiled, new: NewNote | None
) -> tuple[Sequence[Markup | str], Markup]:
    """The body of a page with its reader's notes marked, and what stands beside it."""
    body: Sequence[Markup | str] = compiled.body
    placed: list[PlacedNote] = []
    if opened.notes:
        body, placed = lay_out(compiled.body, notes_on(me(), opened))
    base = f"{opened.address}/{opened.page_slug}/notes"
    cards = part("modules/_notes.html", "cards", placed) if placed else Markup()
    form = part("modules/_notes.html", "tools", base, new or NewNote(), key=None if new else base)
    removed = request.args.get("removed", type=int)
    undo = part("modules/_notes.html", "removed", removed) if removed else ""
    return body, undo + form.replace(FORM_KEY, token_hex(8)) + cards
