"""The form that calls a meeting."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import RadioField
from wtforms.validators import Optional

from pdportal.feedback.rounds.naming import NamingForm
from pdportal.feedback.rounds.services import LONGEST_QUESTION
from pdportal.web.forms import StartField, required, text_field


class MeetingForm(NamingForm):
    """With which protocol, on what question, with whom and when."""

    protocol = RadioField(_l("How will you look at it?"), validators=[required(_l("Choose one."))])
    question = text_field(
        _l("Your one question"), LONGEST_QUESTION, _l("Ask one question: what should they look at?")
    )
    planned_at = StartField(_l("When"), [Optional()])
