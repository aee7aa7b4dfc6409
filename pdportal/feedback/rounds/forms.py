"""The form that shares a work."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, RadioField, SelectField, TextAreaField
from wtforms.validators import NumberRange, Optional

from pdportal.feedback.rounds.hiding import Hides
from pdportal.feedback.rounds.naming import NamingForm
from pdportal.feedback.rounds.services import LONGEST_QUESTION
from pdportal.video.forms import LookFirstField
from pdportal.web.forms import DueField, NumberField, required, text_field

MOST_DAYS = 14


class ShareForm(NamingForm):
    """For whom a work is, with which protocol and which question."""

    protocol = RadioField(
        _l("How should they look at it?"),
        validators=[required(_l("Choose one."))],
    )
    question = text_field(
        _l("Your one question"), LONGEST_QUESTION, _l("Ask one question: what should they look at?")
    )
    criteria = TextAreaField(_l("The criteria, one on each line"), validators=[Optional()])
    who = RadioField(_l("Who?"), validators=[required(_l("Choose one."))])
    hides = RadioField(_l("Names"), default=Hides.NOBODY.value)
    names_me = BooleanField(_l("Share it with my name there"))
    looks_first = LookFirstField()
    """Of a clip."""
    since = SelectField(
        _l("What should they look at?"), coerce=int, validate_choice=False, default=0
    )
    due_on = DueField(_l("Due date"), validators=[Optional()])
    stage_days = NumberField(
        _l("Days for each stage"), validators=[Optional(), NumberRange(1, MOST_DAYS)]
    )
    coach_may = BooleanField(_l("If nobody has time, ask my coach"), default=True)
