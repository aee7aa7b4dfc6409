"""The forms about cohorts."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import DateField, SelectField
from wtforms.validators import Optional, ValidationError

from pdportal.accounts.forms.people import place_choices
from pdportal.web.forms import DayField, PortalForm, VersionedForm, line_field, required, text_field


class CohortForm(VersionedForm):
    """What a cohort is called, when it learns, and what it is about."""

    name = line_field(_l("Name"), 120, _l("Give the cohort a name."))
    starts_on = DayField(_l("Begins on"), validators=[required(_l("Say when it begins."))])
    ends_on = DayField(_l("Ends on, if you know"), validators=[Optional()])
    about = text_field(_l("What it is about"), 2000)

    def validate_ends_on(self, box: DateField) -> None:
        begins: date | None = self.starts_on.data
        if box.data and begins and box.data < begins:
            raise ValidationError(str(_l("It cannot end before it begins.")))

    def answers(self) -> dict[str, Any]:
        """What was typed, as the services take it."""
        return {
            "name": self.name.data,
            "starts_on": self.starts_on.data,
            "ends_on": self.ends_on.data,
            "about": self.about.data,
        }


class NewCohortForm(CohortForm):
    """A new cohort, with the school or district it belongs to, which cannot be changed later."""

    school = SelectField(_l("Whose cohort it is"), default="")

    def offer(self, schools: Iterable[Any], *, everywhere: bool) -> None:
        """Offer the places where this person leads; a single one is preselected."""
        self.school.choices = choices = place_choices(schools, everywhere=everywhere)
        if len(choices) == 1 and not self.school.raw_data:
            self.school.data = choices[0].value

    def answers(self) -> dict[str, Any]:
        """What was typed, as the services take it."""
        school_id = int(self.school.data) if self.school.data else None
        return super().answers() | {"school_id": school_id}


class PasteForm(PortalForm):
    """Addresses of people to add, one a line."""

    addresses = text_field(
        _l("Addresses, one on each line"), 40_000, _l("Paste at least one address.")
    )
