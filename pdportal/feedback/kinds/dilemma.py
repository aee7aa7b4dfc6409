"""A question somebody is stuck with: there is nothing to look at but what they tell."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from pdportal.feedback.kinds import NO_STUDENTS, Field, Kind, Start, add_kind, field


def _fields() -> list[Field]:
    return [
        field("happened", _("What happened"), _("What you saw and heard, as it was."), rows=6),
        field("tried", _("What I have tried"), _("And what came of it."), rows=4),
        field("question", _("My question"), _("What you would like to think about."), rows=3),
    ]


DILEMMA = add_kind(
    Kind(
        "dilemma",
        word=_l("A dilemma"),
        fields=_fields,
        start=Start(
            title=_l("A dilemma"),
            about=_l(
                "Something you are stuck with. You need nothing to show: say what happened, what "
                "you have tried, and your question. Colleagues ask and think with you."
            ),
            button=_l("I have a dilemma"),
            title_hint=_l("For instance: The group that waits for me"),
            order=30,
        ),
        reminder=NO_STUDENTS,
        asks="question",
        names_author="",
    )
)
