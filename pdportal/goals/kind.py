"""What a goal says is a work: its fields, and where its page is."""

from __future__ import annotations

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from pdportal.feedback.kinds import Field, Kind, add_kind, field


def _fields() -> list[Field]:
    return [
        field(
            "change", _("What will change for students"), _("What you could see or hear."), rows=3
        ),
        field("why", _("Why it matters to me"), rows=3),
        field("know", _("How I will know"), _("What you would see, hear or count."), rows=3),
    ]


GOAL = add_kind(
    Kind(
        "goal",
        word=_l("A goal"),
        fields=_fields,
        own_page=lambda work: url_for("goals.of_work", work_id=work.id),
        names_author="",
    )
)
