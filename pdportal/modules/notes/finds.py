"""What a search finds of one's own notes."""

from __future__ import annotations

from collections.abc import Iterable

from flask_babel import gettext as _

from pdportal.accounts.models import Person
from pdportal.modules.addresses import page_url
from pdportal.modules.notes.queries import all_notes
from pdportal.search.sources import Fit, Hit, fit


def find_notes(person: Person, asked: str) -> Iterable[Hit]:
    """Notes with all the words in them, or in what they are about."""
    for note in all_notes(person):
        text = f"{note.text}\n{note.quote}"
        how = fit(asked, note.page_title, text)
        if how != Fit.NOT:
            yield Hit(
                note.page_title,
                page_url(note.slug, note.page_slug, f"note-{note.id}"),
                _("Your note in “%(title)s”", title=note.module_title),
                text,
                Fit.IN_TEXT,
            )
