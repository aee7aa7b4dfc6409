"""What a search finds of help: its sections."""

from __future__ import annotations

from collections.abc import Iterable

from flask import url_for
from flask_babel import gettext as _

from pdportal.accounts.models import Person
from pdportal.help.reading import LABELS, Reader, read_page
from pdportal.search.sources import Hit, fit


def find_help(_person: Person, asked: str) -> Iterable[Hit]:
    """Sections of the pages of help, by heading and text."""
    return [
        Hit(
            section.heading,
            url_for("help.page", reader=reader, _anchor=section.address),
            _("Help for %(readers)s", readers=LABELS[reader]),
            section.text,
            fits,
        )
        for reader in Reader
        for section in read_page(reader).sections
        if (fits := fit(asked, section.heading, section.text))
    ]
