"""What a goal says is a work: its fields, and where its page is."""

from __future__ import annotations

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from pdportal.feedback.kinds import Field, Kind, add_kind, field
from pdportal.goals import policy


def _fields() -> list[Field]:
    return [
        field(
            "change", _("What will change for students"), _("What you could see or hear."), rows=3
        ),
        field("why", _("Why it matters to me"), rows=3),
        field("know", _("How I will know"), _("What you would see, hear or count."), rows=3),
    ]


def more_fields() -> list[Field]:
    """What a goal may say as well; a work gets those that somebody wrote in."""
    return [
        field(
            "now",
            _("Where students are now"),
            _("A count over a class, or your own words. No student’s name, score or record."),
            rows=2,
        ),
        field(
            "where",
            _("Where it happens"),
            _("Which classes, room, time of day, program."),
            rows=2,
        ),
        field(
            "others",
            _("Who else benefits, and how they will hear of it"),
            _("Your team, families, next year’s teacher; a note, a display, ten minutes together."),
            rows=2,
        ),
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


GOAL_FILES = add_kind(
    Kind(
        "goal_files",
        word=_l("Files of a goal"),
        fields=list,
        own_page=lambda work: url_for("goals.of_work", work_id=work.id),
        has_files=True,
        files_read_by=policy.files_read_by,
        no_rounds=_l("These are files of a goal. Share the goal."),
    )
)
