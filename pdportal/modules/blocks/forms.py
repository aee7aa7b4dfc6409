"""The form of a try-out."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import DateField, TextAreaField
from wtforms.validators import DataRequired, Length, Optional

from pdportal.web.forms import trimmed


class TryoutForm(FlaskForm):
    """What somebody will try in class, and what they expect."""

    plan = TextAreaField(
        _l("What I will do, with which class"),
        filters=[trimmed],
        validators=[DataRequired(_l("One sentence is enough.")), Length(max=5000)],
    )
    prediction = TextAreaField(
        _l("What I expect to happen"), filters=[trimmed], validators=[Length(max=5000)]
    )
    due_on = DateField(_l("When"), validators=[Optional()])
