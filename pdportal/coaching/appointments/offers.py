"""The forms that offer times, or a classroom."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, time
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, RadioField, SelectField, TimeField
from wtforms.fields import SelectChoice
from wtforms.validators import Optional, ValidationError

from pdportal.accounts.models import Person, RoleName, School
from pdportal.coaching.appointments import policy
from pdportal.coaching.appointments.dividing import days, divide, read_days
from pdportal.coaching.appointments.forms import Span, WhenAndWhere, spans
from pdportal.coaching.appointments.models import (
    LONGEST_ABOUT,
    LONGEST_TITLE,
    Appointment,
    AppointmentKind,
    TimeOffer,
)
from pdportal.coaching.appointments.services import offer_times
from pdportal.db import db
from pdportal.web.errors import Refused
from pdportal.web.forms import DueField, line_field, number_field, required, text_field

MOST_ROOM = 200
Audience = tuple[str, LazyString | str]


class SeriesForm(WhenAndWhere):
    """A time that may be repeated each week, for so many people."""

    weekly = BooleanField(_l("Every week"))
    until = DueField(_l("Until"))
    skip = line_field(_l("Not on these days"), 400)
    room = number_field(_l("For how many people"), MOST_ROOM, default=1)
    audience = RadioField(_l("For whom"), validators=[required(_l("Choose for whom."))])
    about = text_field(_l("What is worth seeing"), LONGEST_ABOUT, _l("Say what is worth seeing."))

    def __init__(self, host: Person) -> None:
        super().__init__()
        self.audience.choices = [SelectChoice(*each) for each in self.audiences(host)]

    def audiences(self, host: Person) -> list[Audience]:
        """For whom this person can offer it."""
        raise NotImplementedError

    def validate_until(self, box: DueField) -> None:
        """Needed for a series, and not before it begins."""
        if self.weekly.data and not box.data:
            raise ValidationError(str(_l("Until when, each week?")))
        if box.data and self.day.data and box.data < self.day.data:
            raise ValidationError(str(_l("That is before the first day.")))

    def validate_skip(self, box: Any) -> None:
        """Days that can be read."""
        if read_days(box.data or "", self.day.data or date.min) is None:
            raise ValidationError(str(_l("Write days like 12/22, 12/29.")))

    def spans(self, zone: ZoneInfo) -> list[Span]:
        """All times that are meant, on the clock of a zone; refused if one is not on it."""
        first = self.day.data or date.min
        until = self.until.data if self.weekly.data else None
        dates = days(first, until, read_days(self.skip.data or "", first) or set())
        return spans(((day, *both) for day in dates for both in self.times()), zone)

    def times(self) -> Iterator[tuple[time, time]]:
        """From when to when on each day."""
        return divide(self.starts.data, self.ends.data)

    def offer(self, host: Person, zone: ZoneInfo) -> list[Appointment]:
        """Offer what was typed."""
        what, _colon, ident = str(self.audience.data).partition(":")
        offer = TimeOffer(
            about=self.about.data or "",
            room=self.room.data,
            for_teachers=what == "teachers",
            cohort_id=int(ident) if what == "cohort" else None,
            school_id=int(ident) if what == "school" else None,
            to_district=what == "district",
        )
        where = {"place": self.place.data or "", "link": self.link.data or ""}
        how: dict[str, Any] = {**where, **self.how(offer)}
        return offer_times(host, offer, self.spans(zone), zone=zone.key, **how)

    def how(self, offer: TimeOffer) -> dict[str, Any]:
        """Of which kind it is, and what else that kind is asked."""
        raise NotImplementedError


class ClassroomForm(SeriesForm):
    """When, where, what is worth seeing, and for how many."""

    feedback = BooleanField(_l("I would like to hear one thing from each visitor"))

    def audiences(self, host: Person) -> list[Audience]:
        """One's own school, or the district; the first is chosen."""
        own = db.session.get(School, host.school_id) if host.school_id else None
        school = [(f"school:{own.id}", own.name)] if own else []
        found: list[Audience] = [*school, ("district", _l("The whole district"))]
        self.audience.data = self.audience.data or found[0][0]
        return found

    def how(self, offer: TimeOffer) -> dict[str, Any]:
        offer.feedback_requested = bool(self.feedback.data)
        return {"kind": AppointmentKind.CLASSROOM}


def _minutes(none: LazyString, *numbers: int) -> list[SelectChoice]:
    named = [SelectChoice(str(each), _l("%(num)s minutes", num=each)) for each in numbers]
    return [SelectChoice("0", none), *named]


class TimesForm(SeriesForm):
    """Times to book, or office hours."""

    kind = RadioField(
        _l("What do you offer?"),
        choices=[
            SelectChoice("talk", _l("Times to book: each is for one person or a group")),
            SelectChoice("hours", _l("Office hours: people drop in, and ask questions ahead")),
        ],
        default="talk",
    )
    title = line_field(_l("What is it for?"), LONGEST_TITLE)
    about = text_field(_l("What should they bring or know?"), LONGEST_ABOUT)
    minutes = SelectField(
        _l("Divide it into times of"),
        choices=_minutes(_l("one time, not divided"), 10, 15, 20, 30, 45, 60),
        default="20",
    )
    pause = SelectField(
        _l("Break between two times"), choices=_minutes(_l("no break"), 5, 10, 15, 30), default="0"
    )
    rest_from = TimeField(_l("Longer break from"), [Optional()])
    rest_to = TimeField(_l("to (such as lunch)"), [Optional()])
    closes = SelectField(
        _l("Can be moved or canceled until"),
        choices=[
            SelectChoice("0", _l("it starts")),
            SelectChoice("2", _l("2 hours before")),
            SelectChoice("24", _l("a day before")),
            SelectChoice("48", _l("two days before")),
        ],
        default="2",
    )

    def audiences(self, host: Person) -> list[Audience]:
        """One's teachers, cohorts and schools."""
        cohorts, schools = policy.offered_to_by(host)
        own: list[Audience] = [("teachers", _l("The teachers I coach"))]
        return [
            *(own if host.holds(RoleName.COACH) else []),
            *((f"cohort:{each.id}", each.name) for each in db.session.scalars(cohorts)),
            *((f"school:{each.id}", each.name) for each in db.session.scalars(schools)),
        ]

    def times(self) -> Iterator[tuple[time, time]]:
        """Divided, unless it is office hours."""
        if self.kind.data == AppointmentKind.HOURS:
            return super().times()
        first, last = self.rest_from.data, self.rest_to.data
        if bool(first) != bool(last) or (last and last <= first):
            raise Refused(str(_l("Write from when to when.")), status=422, field="rest_to")
        rest = (first, last) if last else None
        minutes, pause = int(self.minutes.data), int(self.pause.data)
        return divide(self.starts.data, self.ends.data, minutes, pause, rest)

    def how(self, offer: TimeOffer) -> dict[str, Any]:
        kind = AppointmentKind(self.kind.data)
        offer.closes_hours = int(self.closes.data)
        if kind is AppointmentKind.HOURS:
            offer.room = MOST_ROOM
        return {"kind": kind, "title": self.title.data or ""}
