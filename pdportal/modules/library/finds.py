"""What a search finds of modules: the best page of each."""

from __future__ import annotations

from collections.abc import Iterable

from flask import url_for
from flask_babel import gettext as _

from pdportal.accounts.models import Person
from pdportal.folding import snippet
from pdportal.modules.library.queries import Wish, library
from pdportal.modules.parts import Line
from pdportal.search.sources import Hit


def find_modules(person: Person, asked: str) -> Iterable[Hit]:
    """Modules with all the words, best first; the library has the others."""
    rows, every_word = library(person, Wish(words=asked))
    return [_hit(row, asked) for row in rows] if every_word else []


def _hit(row: Line, asked: str) -> Hit:
    if not row.hit_slug:
        return Hit(row.title, url_for("modules.module_page", slug=row.slug), row.summary)
    return Hit(
        row.hit_title,
        url_for("modules.page", slug=row.slug, page_slug=row.hit_slug),
        _("In the module “%(title)s”", title=row.title),
        pieces=snippet(row.hit_text, asked),
    )
