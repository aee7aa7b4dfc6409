"""The form that begins a work."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import StringField
from wtforms.validators import InputRequired, Length

from pdportal.feedback.works.services import LONGEST_TITLE


class NewWorkForm(FlaskForm):
    """What a new work is called."""

    title = StringField(
        _l("What is it called?"),
        validators=[
            InputRequired(_l("Give it a title.")),
            Length(max=LONGEST_TITLE, message=_l("At most %(max)d characters, please.")),
        ],
    )
