"""The forms about visits; notes and what is said before save themselves."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import RadioField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Optional

from pdportal.accounts.models import Person
from pdportal.coaching.appointments.forms import length_field, start_field
from pdportal.coaching.visits import queries
from pdportal.coaching.visits.services import LONGEST
from pdportal.feedback.rounds.naming import NamingForm
from pdportal.feedback.works.models import Work
from pdportal.goals.services.checks import LONGEST_STEP
from pdportal.web.errors import Refused
from pdportal.web.forms import DueField, PortalForm, VersionedForm, line_field, text_field


class WhenForm(PortalForm):
    """When, how long and where."""

    starts_at = start_field()
    minutes = length_field(10, 20, 30, 45, 60, 90, default=20)
    place = line_field(_l("Where"), 200)
    why = text_field(_l("A few words with it"), LONGEST)

    def planned(self) -> dict[str, Any]:
        """What a visit is planned with."""
        words = {"place": self.place.data or "", "why": self.why.data or ""}
        return {"starts_at": self.starts_at.moment, "minutes": self.minutes.data, **words}


class PlanForm(WhenForm, NamingForm):
    """The same for a new visit: with whom, and who visits."""

    who = RadioField(
        _l("Who visits?"),
        choices=[
            SelectChoice("i", _l("I visit their lesson")),
            SelectChoice("they", _l("They visit mine")),
        ],
        default="i",
    )

    def offer(self, person: Person, work: Work | None = None) -> dict[str, Any]:
        """Coaches and teachers first, then whom every form offers."""
        offered = super().offer(person, work)
        linked = [] if self.search.data else queries.linked_with(person)
        known = {row.id for row in linked}
        more = [row for row in offered["people"] if row.id not in known]
        return {**offered, "people": [*linked, *more]}

    def other(self, person: Person) -> Person:
        """The one who was chosen; raises `Refused` (422) for none or several."""
        people = self.people(person)
        if len(people) != 1:
            raise Refused(str(_l("Choose one person.")), status=422, field="named")
        return people[0]


class StepForm(VersionedForm):
    """The next step that both agreed on."""

    next_step = text_field(_l("The next step, in one sentence"), LONGEST_STEP)
    follow_up_on = DueField(_l("When will you talk about it again?"), validators=[Optional()])
