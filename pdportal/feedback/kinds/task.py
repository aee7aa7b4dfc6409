"""A task of a module: the module says what it is made of."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from pdportal.feedback.kinds import Kind, add_kind, field

TASK = add_kind(
    Kind(
        "task",
        word=_l("A task"),
        fields=lambda: [field("text", _("Text"), rows=14)],
        names_author="",
    )
)
