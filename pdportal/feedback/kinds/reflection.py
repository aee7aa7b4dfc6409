"""A look back at something one did."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from pdportal.feedback.kinds import NO_STUDENTS, Field, Kind, Start, add_kind, field


def _fields() -> list[Field]:
    return [
        field("happened", _("What happened"), rows=5),
        field("learned", _("What I learned"), rows=4),
        field("did_not_work", _("What did not work"), _("Worth as much as what did."), rows=3),
        field("next", _("What I do next"), rows=3),
    ]


REFLECTION = add_kind(
    Kind(
        "reflection",
        word=_l("A reflection"),
        fields=_fields,
        start=Start(
            title=_l("A reflection"),
            about=_l(
                "A look back at a lesson, a visit or a week: what happened, what you learned, what "
                "did not work, what you do next. Keep it to yourself or share it."
            ),
            button=_l("Begin a reflection"),
            title_hint=_l("For instance: The week we stopped grading homework"),
            order=40,
        ),
        reminder=NO_STUDENTS,
        names_author="",
    )
)
