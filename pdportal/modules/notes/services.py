"""Notes are written, changed, deleted and brought back by their owner; no event tells of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta

from flask_babel import gettext as _
from sqlalchemy import delete, select
from werkzeug.exceptions import NotFound

from pdportal import clock
from pdportal.accounts.models import Person
from pdportal.db import add_unless_there, db
from pdportal.feedback.comments.anchors import Carry, Place
from pdportal.feedback.works.words import letters_of
from pdportal.modules import policy as modules
from pdportal.modules.models import Page
from pdportal.modules.notes import policy
from pdportal.modules.notes.models import OwnNote
from pdportal.modules.notes.placing import anchor, carry_over
from pdportal.modules.pages.queries import Opened, compiled_page
from pdportal.modules.parts import Line
from pdportal.web.autosave import replace_values
from pdportal.web.errors import Refused

LONGEST_TEXT = 20_000
LONGEST_QUOTE = 5_000
UNDONE_WITHIN = timedelta(days=7)
"""So long a deleted note can be brought back; then it goes for good."""


def write_note(
    person: Person,
    opened: Opened,
    form_key: str,
    *,
    text: str,
    quote: str = "",
    letter: int | None = None,
    version: int = 0,
    must_stand: bool = False,
) -> OwnNote:
    """Write a note beside words of a page, or about all of it; the same form changes its note.

    Raises `Refused` for words that are not on the page, if `must_stand`.
    """
    if opened.section is None or not modules.may_see_page(person, opened.section):
        raise NotFound
    text, quote = _checked(text), " ".join(quote.split())[:LONGEST_QUOTE]
    mine = policy.notes_of(person).where(OwnNote.form_key == form_key)
    note = db.session.scalars(mine).one_or_none()
    if note is not None:
        return save_note(person, note, text, version=version)
    if not text.strip() and not quote:
        raise Refused(_("Write your note first."), status=422, field="text")
    at = anchor(compiled_page(opened).body, quote, letter) if quote else None
    if quote and at is None and must_stand:
        message = _("These words are not on the page. Copy them from it, or leave this box empty.")
        raise Refused(message, status=422, field="quote")
    note = OwnNote(
        person_id=person.id, module_id=opened.module_id, page_id=opened.page_id,
        page_slug=opened.page_slug, quote=quote, text=text, form_key=form_key,
        letter=at and at[0], until=at and at[1],
    )  # fmt: skip
    if add_unless_there(note):
        return note
    return save_note(person, db.session.scalars(mine).one(), text, version=version)


def save_note(person: Person, note: OwnNote, text: str, *, version: int) -> OwnNote:
    """Change what a note says."""
    _require_owner(person, note)
    if replace_values(note, {"text": _checked(text)}, version):
        note.saved_at = clock.now()
        db.session.flush()
    return note


def remove_note(person: Person, note: OwnNote) -> None:
    """Delete a note; it can be brought back for a while, and those of long ago go for good."""
    _require_owner(person, note)
    note.removed_at = note.removed_at or clock.now()
    long_ago = clock.now() - UNDONE_WITHIN
    db.session.execute(
        delete(OwnNote).where(OwnNote.person_id == person.id, OwnNote.removed_at < long_ago)
    )


def restore_note(person: Person, note: OwnNote) -> None:
    """Bring a deleted note back."""
    _require_owner(person, note)
    note.removed_at = None


def follow(person_id: int, module_id: int, slugs: Mapping[str, str], pages: Iterable[Line]) -> None:
    """Take notes along when their owner moves on to another edition, which has these pages.

    `slugs` are the new names of pages by their old ones. Of a page that is gone, a note goes to the
    one page that has its words; else it stays. A passage that is surely there is anchored there.
    """
    rows = db.session.execute(
        select(OwnNote, Page.body)
        .join(Page, Page.id == OwnNote.page_id)
        .where(OwnNote.person_id == person_id, OwnNote.module_id == module_id)
    ).all()
    by_slug = {page.slug: page for page in pages} if rows else {}
    letters = {slug: letters_of(page.text) for slug, page in by_slug.items()}
    for note, body in rows:
        words = letters_of(note.quote)
        found = [slug for slug, text in letters.items() if words and words in text]
        if note.page_slug in slugs:
            note.page_slug = slugs[note.page_slug]
        elif len(found) == 1:
            note.page_slug = found[0]
        page = by_slug.get(note.page_slug)
        place = carry_over(note, body, page.body) if page else Place(Carry.ABSENT)
        if page and place.passage and place.carry is not Carry.PERHAPS:
            note.page_id = page.id
            note.letter, note.until = place.passage.start, place.passage.end


def as_markdown(notes: list[Line]) -> str:
    """Notes as a text to take along: by module and page, each below the words it is about."""
    lines = [f"# {_('My notes')}"]
    module = page = None
    for note in notes:
        if note.slug != module:
            lines += ["", f"## {note.module_title}"]
        if (note.slug, note.page_title) != (module, page):
            lines += ["", f"### {note.page_title}"]
        module, page = note.slug, note.page_title
        lines += ["", *([f"> {note.quote}", ""] if note.quote else []), note.text]
    return "\n".join(lines) + "\n"


def _require_owner(person: Person, note: OwnNote) -> None:
    if note.person_id != person.id:
        raise NotFound


def _checked(text: str) -> str:
    if len(text) > LONGEST_TEXT:
        message = _("This is longer than %(most)s characters.", most=f"{LONGEST_TEXT:,}")
        raise Refused(message, status=422, field="text")
    return text.replace("\r\n", "\n")
