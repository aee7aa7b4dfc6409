"""What a search finds of clips to learn from."""

from __future__ import annotations

from collections.abc import Iterable

from flask import url_for
from flask_babel import gettext as _

from pdportal.accounts.models import Person
from pdportal.search.sources import Hit, fit
from pdportal.video.exemplars.queries import exemplars


def find_exemplars(person: Person, asked: str) -> Iterable[Hit]:
    """By title, what it shows and what to look for."""
    for each in exemplars(person):
        text = f"{each.clip.about} {each.look_fors}"
        if fits := fit(asked, each.clip.title, text):
            url = url_for("video.exemplar_page", exemplar_id=each.id)
            sub = _("A clip from %(name)s", name=each.clip.owner.name)
            yield Hit(each.clip.title, url, sub, text, fits)
