"""Times that people of the district offer for the coming days, and who takes them."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from pdportal.coaching.appointments.forms import Span
from pdportal.coaching.appointments.models import AppointmentKind
from pdportal.coaching.booking import questions, services
from pdportal.coaching.booking.dividing import divide
from pdportal.coaching.booking.models import SlotOffer
from pdportal.demo.district import Riverbend
from pdportal.demo.telling import LENGTH, Entry, Term, read

SATURDAY = 5
_WORDS = ("title", "about", "place", "closes_hours")


def plan(riverbend: Riverbend) -> None:
    """All of it yesterday evening."""
    term = riverbend.term
    evening = datetime.combine(term.day(LENGTH - 1), time(17, 5), term.zone)
    for minute, said in enumerate(read("booking")):
        term.add(evening + timedelta(minutes=minute), _offer, riverbend, said)


def _offer(riverbend: Riverbend, said: Entry) -> None:
    host, term = riverbend.people[said["who"]], riverbend.term
    offer = SlotOffer(
        kind=AppointmentKind(said["kind"]),
        zone=term.zone.key,
        for_teachers=said["audience"] == "teachers",
        school_id=host.school_id if said["audience"] == "school" else None,
        room=said.get("room", 200 if said["kind"] == "hours" else 1),
        **{
            name: said[name] for name in ("title", "about", "place", "closes_hours") if name in said
        },
    )
    day = _school_day(term, said["school_day"])
    times = divide(
        time.fromisoformat(said["starts"]), time.fromisoformat(said["ends"]), said["minutes"]
    )
    spans = [Span(*(datetime.combine(day, at, term.zone) for at in each)) for each in times]
    services.offer_times(host, offer, spans)
    for number, people in said.get("booked", {}).items():
        for key in people:
            services.book(riverbend.people[key], offer.slots[number])
    for each in said.get("questions", ()):
        how = {"may_show": each["may_show"], "comes": each["comes"]}
        questions.ask(riverbend.people[each["by"]], offer.slots[0], each["words"], 0, **how)


def _school_day(term: Term, number: int) -> date:
    """The day that is so many school days after today."""
    day = term.day(LENGTH)
    while number:
        day += timedelta(days=1)
        number -= day.weekday() < SATURDAY
    return day
