"""Times that people of the district offer for the coming days, and who takes them."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from pdportal.coaching.appointments import questions, services
from pdportal.coaching.appointments.dividing import divide
from pdportal.coaching.appointments.forms import Span
from pdportal.coaching.appointments.models import AppointmentKind, TimeOffer
from pdportal.coaching.appointments.seats import book
from pdportal.demo.district import Riverbend
from pdportal.demo.telling import LENGTH, Entry, Term, read

SATURDAY = 5


def plan(riverbend: Riverbend) -> None:
    """All of it yesterday evening."""
    term = riverbend.term
    evening = datetime.combine(term.day(LENGTH - 1), time(17, 5), term.zone)
    for minute, entry in enumerate(read("booking")):
        term.add(evening + timedelta(minutes=minute), _offer, riverbend, entry)


def _offer(riverbend: Riverbend, entry: Entry) -> None:
    host, term = riverbend.people[entry["who"]], riverbend.term
    offer = TimeOffer(
        about=entry.get("about", ""),
        closes_hours=entry.get("closes_hours", 0),
        for_teachers=entry["audience"] == "teachers",
        school_id=host.school_id if entry["audience"] == "school" else None,
        room=entry.get("room", 200 if entry["kind"] == "hours" else 1),
    )
    day = _school_day(term, entry["school_day"])
    times = divide(
        time.fromisoformat(entry["starts"]), time.fromisoformat(entry["ends"]), entry["minutes"]
    )
    spans = [Span(*(datetime.combine(day, at, term.zone) for at in each)) for each in times]
    known = {name: entry[name] for name in ("title", "place") if name in entry}
    kind = AppointmentKind(entry["kind"])
    slots = services.offer_times(host, offer, spans, kind=kind, zone=term.zone.key, **known)
    for number, people in entry.get("booked", {}).items():
        for key in people:
            book(riverbend.people[key], slots[number])
    for each in entry.get("questions", ()):
        how = {"may_show": each["may_show"], "comes": each["comes"]}
        questions.ask(riverbend.people[each["by"]], slots[0], each["words"], 0, **how)


def _school_day(term: Term, number: int) -> date:
    """The day that is so many school days after today."""
    day = term.day(LENGTH)
    while number:
        day += timedelta(days=1)
        number -= day.weekday() < SATURDAY
    return day
