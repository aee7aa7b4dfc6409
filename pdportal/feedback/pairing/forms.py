"""The forms about who gives feedback to whom."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import RadioField, SelectField
from wtforms.fields import SelectChoice
from wtforms.validators import ValidationError

from pdportal.feedback.pairing.models import Mix, PairKind
from pdportal.feedback.pairing.rules import Party
from pdportal.feedback.pairing.services import LONGEST_REASON
from pdportal.web.forms import (
    NumberField,
    PortalForm,
    VersionedForm,
    number_field,
    required,
    text_field,
)


def _mix(label: Any, same: Any, other: Any) -> RadioField:
    choices = [(Mix.ANY, _l("It does not matter")), (Mix.SAME, same), (Mix.OTHER, other)]
    return RadioField(label, choices=[SelectChoice(mix.value, words) for mix, words in choices])


class ArrangeForm(VersionedForm):
    """How many are asked, and from where."""

    asked = number_field(_l("Colleagues asked about each work"), 10)
    needed = number_field(_l("Reviews that are enough"), 10)
    most = number_field(_l("Reviews somebody may owe before others are asked"), 50)
    schools = _mix(_l("Schools"), _l("Only the author’s own school"), _l("Only other schools"))
    groups = _mix(_l("Groups"), _l("Only the author’s own group"), _l("Only other groups"))

    def validate_needed(self, box: NumberField) -> None:
        if box.data and self.asked.data and box.data > self.asked.data:
            raise ValidationError(str(_l("That is more than are asked.")))


class PairForm(PortalForm):
    """Two people, and whether they meet always or never."""

    person = SelectField(_l("Author"), coerce=int, validators=[required(_l("Choose somebody."))])
    kind = RadioField(
        _l("What should hold?"),
        choices=[
            SelectChoice(PairKind.APART.value, _l("These two never give each other feedback")),
            SelectChoice(
                PairKind.MUST.value, _l("The colleague is asked about all the author’s work")
            ),
        ],
        validators=[required(_l("Choose one."))],
    )
    other = SelectField(_l("Colleague"), coerce=int, validators=[required(_l("Choose somebody."))])
    reason = text_field(_l("Why"), LONGEST_REASON)

    def offer(self, people: Iterable[Party]) -> None:
        """Offer the members of a cohort."""
        members = [SelectChoice(each.person_id, each.name) for each in people]
        self.person.choices = self.other.choices = [SelectChoice(0, _l("Choose …")), *members]
