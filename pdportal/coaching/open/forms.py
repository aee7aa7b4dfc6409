"""The form that opens a classroom."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField
from wtforms.fields import SelectChoice

from pdportal.accounts.models import Person
from pdportal.coaching.appointments.models import AppointmentKind
from pdportal.coaching.booking.forms import SeriesForm
from pdportal.coaching.booking.models import SlotOffer


class ClassroomForm(SeriesForm):
    """When, where, what is worth seeing, and for how many."""

    feedback = BooleanField(_l("I would like to hear one thing from each visitor"))

    def offer_audiences(self, host: Person) -> None:
        """One's own school, or the district."""
        school = [(f"school:{host.school.id}", host.school.name)] if host.school else []
        found = [*school, ("district", str(_l("The whole district")))]
        self.audience.choices = [SelectChoice(*each) for each in found]
        if not self.audience.data:
            self.audience.data = found[0][0]

    def offer(self, zone: ZoneInfo) -> SlotOffer:
        offer = super().offer(zone)
        offer.kind = AppointmentKind.CLASSROOM
        offer.feedback_requested = bool(self.feedback.data)
        return offer
