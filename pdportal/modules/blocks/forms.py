"""The form of a try-out."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import DateField, TextAreaField
from wtforms.validators import DataRequired, Length, Optional


def _trimmed(text: str | None) -> str:
    return (text or "").strip()


class TryoutForm(FlaskForm):
    """What somebody will try in class, and what they expect."""

    plan = TextAreaField(
        _l("What I will do, with which class"),
        filters=[_trimmed],
        validators=[DataRequired(_l("One sentence is enough.")), Length(max=5000)],
    )
    prediction = TextAreaField(
        _l("What I expect to happen"), filters=[_trimmed], validators=[Length(max=5000)]
    )
    due_on = DateField(_l("When"), validators=[Optional()])
