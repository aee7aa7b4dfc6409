"""The forms about clips."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import DateField, HiddenField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length

from pdportal.video.services import LONGEST_QUESTION, LONGEST_TEXT
from pdportal.web.forms import VersionedForm, one_line, trimmed

_AT_MOST = _l("At most %(max)d characters, please.")


class ClipForm(VersionedForm):
    """What a clip shows, who is on it, and how long it is kept."""

    title = StringField(
        _l("What is it called?"),
        filters=[one_line],
        validators=[
            DataRequired(_l("Give the clip a title.")),
            Length(max=160, message=_AT_MOST),
        ],
    )
    about = TextAreaField(
        _l("What does it show?"),
        filters=[trimmed],
        validators=[Length(max=LONGEST_TEXT, message=_AT_MOST)],
    )
    consent = TextAreaField(
        _l("Who is on it, and what did you agree with them?"),
        filters=[trimmed],
        validators=[
            DataRequired(
                _l("Say who can be seen or heard, and that they or their families agree.")
            ),
            Length(max=LONGEST_TEXT, message=_AT_MOST),
        ],
    )
    delete_by = DateField(
        _l("Delete it on"),
        validators=[InputRequired(_l("Choose a date, a year from now at most."))],
    )
    form_key = HiddenField()

    def answers(self) -> dict[str, Any]:
        """What was typed, as the services take it."""
        return {
            "title": self.title.data,
            "about": self.about.data,
            "consent": self.consent.data,
            "delete_by": self.delete_by.data,
        }


class ShareForm(FlaskForm):
    """With whom, and what they should look for."""

    question = TextAreaField(
        _l("What should they look for?"),
        filters=[trimmed],
        validators=[Length(max=LONGEST_QUESTION, message=_AT_MOST)],
    )
