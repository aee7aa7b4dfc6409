"""The form that calls a meeting."""

from __future__ import annotations

from datetime import UTC, datetime

from flask_babel import lazy_gettext as _l
from wtforms import DateTimeLocalField, RadioField
from wtforms.validators import Optional, ValidationError

from pdportal import clock
from pdportal.feedback.rounds.naming import NamingForm
from pdportal.feedback.rounds.services import LONGEST_QUESTION
from pdportal.web.forms import required, text_field
from pdportal.web.locale import zone_here


class MeetingForm(NamingForm):
    """With which protocol, on what question, with whom and when."""

    protocol = RadioField(_l("How will you look at it?"), validators=[required(_l("Choose one."))])
    question = text_field(
        _l("Your one question"), LONGEST_QUESTION, _l("Ask one question: what should they look at?")
    )
    planned_at = DateTimeLocalField(_l("When"), validators=[Optional()])

    def validate_planned_at(self, _box: DateTimeLocalField) -> None:
        if self.starts_at is not None and self.starts_at < clock.now():
            raise ValidationError(str(_l("That is over already.")))

    @property
    def starts_at(self) -> datetime | None:
        """The moment that was typed, on the clock of whoever typed it; None: now."""
        typed: datetime | None = self.planned_at.data
        return typed.replace(tzinfo=zone_here()).astimezone(UTC) if typed else None
