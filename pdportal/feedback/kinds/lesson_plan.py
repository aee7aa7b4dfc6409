"""A lesson plan."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from pdportal.feedback.kinds import Field, Kind, Start, add_kind, field


def _fields() -> list[Field]:
    return [
        field("aim", _("Aim"), _("What students will be able to do at the end."), rows=3),
        field("plan", _("Plan"), _("What happens, in order, with minutes."), rows=10),
        field("check", _("Check"), _("How you will know that they can."), rows=3),
        field("worry", _("Where I’d like help"), _("What you are least sure of."), rows=3),
    ]


LESSON_PLAN = add_kind(
    Kind(
        "lesson_plan",
        word=_l("A lesson plan"),
        fields=_fields,
        together=True,
        start=Start(
            title=_l("A lesson plan"),
            about=_l(
                "Aim, plan, how you will know, and where you’d like help. "
                "A lesson for next week is best: there is still time to change it."
            ),
            button=_l("Begin a lesson plan"),
            title_hint=_l("For instance: Fractions on a number line, grade 5"),
            order=10,
        ),
        names_author="",
    )
)
