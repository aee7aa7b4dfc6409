"""What somebody tried and what came of it: shared with a group, and asking for nothing."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from pdportal.feedback.comments.models import AnchorKind
from pdportal.feedback.kinds import NO_STUDENTS, Field, Kind, Start, Talk, add_kind, field
from pdportal.feedback.practice_notes import policy, queries
from pdportal.inbox.services import address


def _fields() -> list[Field]:
    return [
        field("tried", _("What I tried"), _("So that a colleague could try it, too."), rows=5),
        field("happened", _("What happened"), _("What students did and said."), rows=5),
        field("did_not_work", _("What did not work"), _("It saves others the same way."), rows=3),
    ]


PRACTICE_NOTE = add_kind(
    Kind(
        "practice_note",
        word=_l("A practice note"),
        fields=_fields,
        own_page=lambda work: address("feedback.note_page", work_id=work.id),
        anchors=frozenset({AnchorKind.WHOLE}),
        start=Start(
            title=_l("A practice note"),
            about=_l(
                "What you tried, what happened, what did not work. Your cohort or your school "
                "reads it, and you ask for nothing."
            ),
            button=_l("Begin a practice note"),
            title_hint=_l("For instance: Exit tickets sorted at the door"),
            order=60,
        ),
        talk=Talk(
            seen_by=policy.is_read_by, readers=queries.readers, notices="note", to_author=True
        ),
        no_rounds=_l("A practice note asks for nothing. You share it from its own page."),
        reminder=NO_STUDENTS,
    )
)
