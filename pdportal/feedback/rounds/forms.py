"""The form that shares a work."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    RadioField,
    SelectMultipleField,
)
from wtforms.validators import Optional
from wtforms.widgets import CheckboxInput, ListWidget

from pdportal.feedback.rounds.services import LONGEST_QUESTION
from pdportal.web.forms import DueField, PortalForm, line_field, required, text_field


class ShareForm(PortalForm):
    """For whom a work is, with which protocol and which question."""

    protocol = RadioField(
        _l("How should they look at it?"),
        validators=[required(_l("Choose one."))],
    )
    question = text_field(
        _l("Your one question"), LONGEST_QUESTION, _l("Ask one question: what should they look at?")
    )
    who = RadioField(_l("Who?"), validators=[required(_l("Choose one."))])
    named = SelectMultipleField(
        _l("Colleagues"),
        coerce=int,
        option_widget=CheckboxInput(),
        widget=ListWidget(prefix_label=False),
        validate_choice=False,
        validators=[Optional()],
    )
    search = line_field(_l("Find somebody else by name"), 120)
    due_on = DueField(_l("Due date"), validators=[Optional()])
    coach_may = BooleanField(_l("If nobody has time, ask my coach"), default=True)
