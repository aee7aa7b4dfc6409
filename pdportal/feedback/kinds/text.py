"""Any other text."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from pdportal.feedback.kinds import Kind, Start, add_kind, field

TEXT = add_kind(
    Kind(
        "text",
        word=_l("A text"),
        fields=lambda: [field("text", _("Text"), rows=14)],
        together=True,
        start=Start(
            title=_l("Another text"),
            about=_l(
                "A task, a letter to families, a unit outline, a page of a test: anything in words."
            ),
            button=_l("Begin a text"),
            title_hint=_l("For instance: Letter about the science week"),
            order=90,
        ),
        names_author="",
    )
)
