"""The form that begins a work."""

from __future__ import annotations

from typing import cast

from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from wtforms import (
    StringField,
)
from wtforms.validators import InputRequired, Length

from pdportal.feedback.works.services import LONGEST_TITLE


def _l(words: str) -> str:
    """Words translated when they are shown; WTForms takes them, though its types say str."""
    return cast(str, lazy_gettext(words))


class NewWorkForm(FlaskForm):
    """What a new work is called."""

    title = StringField(
        _l("What is it called?"),
        validators=[
            InputRequired(_l("Give it a title.")),
            Length(max=LONGEST_TITLE, message=_l("At most %(max)d characters, please.")),
        ],
    )
