"""The forms of one's own pace."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import RadioField, SelectMultipleField
from wtforms.fields import SelectChoice
from wtforms.validators import NumberRange, Optional

from pdportal.web.forms import DueField, NumberField, PortalForm


class PaceForm(PortalForm):
    """By when, or how many minutes a week, and on which days."""

    by = RadioField(
        _l("Plan by"),
        choices=[
            SelectChoice("date", _l("A date")),
            SelectChoice("minutes", _l("Minutes a week")),
            SelectChoice("", _l("No plan: whenever it suits me")),
        ],
        default="date",
    )
    due_on = DueField(_l("I want to be done by"), validators=[Optional()])
    weekly = NumberField(
        _l("Minutes a week"),
        validators=[
            Optional(),
            NumberRange(5, 600, message=_l("Write a number from 5 to 600.")),
        ],
    )
    days = SelectMultipleField(
        _l("On these days"),
        choices=[
            SelectChoice("0", _l("Mon")),
            SelectChoice("1", _l("Tue")),
            SelectChoice("2", _l("Wed")),
            SelectChoice("3", _l("Thu")),
            SelectChoice("4", _l("Fri")),
            SelectChoice("5", _l("Sat")),
            SelectChoice("6", _l("Sun")),
        ],
    )

    def validate(self, extra_validators: Any = None) -> bool:
        """Whoever plans by a date chooses one; by minutes, says how many."""
        is_right = super().validate(extra_validators)
        for by, box, missing in (
            ("date", self.due_on, _l("Choose a date.")),
            ("minutes", self.weekly, _l("Write how many minutes.")),
        ):
            if self.by.data == by and box.data is None and not box.errors:
                box.errors = [str(missing)]
                is_right = False
        return bool(is_right)


class PauseForm(PortalForm):
    """A pause, until a day or an open one."""

    until = DueField(_l("Until (optional)"), validators=[Optional()])
