"""The form that shares a work."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    DateField,
    RadioField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from pdportal.feedback.rounds.services import LONGEST_QUESTION
from pdportal.web.forms import PortalForm


class ShareForm(PortalForm):
    """For whom a work is, with which protocol and which question."""

    protocol = RadioField(
        _l("How should they look at it?"),
        validators=[InputRequired(_l("Choose one."))],
    )
    question = TextAreaField(
        _l("Your one question"),
        validators=[
            InputRequired(_l("Ask one question: what should they look at?")),
            Length(max=LONGEST_QUESTION, message=_l("At most %(max)d characters, please.")),
        ],
    )
    who = RadioField(_l("Who?"), validators=[InputRequired(_l("Choose one."))])
    named = SelectMultipleField(
        _l("Colleagues"),
        coerce=int,
        option_widget=CheckboxInput(),
        widget=ListWidget(prefix_label=False),
        validate_choice=False,
        validators=[Optional()],
    )
    search = StringField(_l("Find somebody else by name"), validators=[Length(max=120)])
    due_on = DateField(_l("Due date"), validators=[Optional()])
    coach_may = BooleanField(_l("If nobody has time, ask my coach"), default=True)
