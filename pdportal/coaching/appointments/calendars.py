"""An appointment as calendar programs read it (RFC 5545), and as they are told of it (RFC 5546).

The organizer is the address that the portal sends from, under the host's name: Outlook and Google
take changes from that address alone (docs/decisions).
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from flask import current_app
from flask_babel import gettext as _

from pdportal import clock
from pdportal.accounts.models import Person
from pdportal.coaching.appointments import policy
from pdportal.coaching.appointments.kinds import name_of, page_of
from pdportal.coaching.appointments.models import Appointment
from pdportal.db import db
from pdportal.mail_settings import sender_parts

if TYPE_CHECKING:
    from icalendar import Event, vCalAddress


def invitation(appointment_id: int, reader_id: int, method: str = "") -> str:
    """An invitation as things stand now: a request, or a cancellation of what is off for a reader.

    "" if there is no such appointment. `method` is for a file that somebody fetches.
    """
    from icalendar import Calendar

    appointment = db.session.get(Appointment, appointment_id)
    reader = db.session.get(Person, reader_id)
    if appointment is None or reader is None:
        return ""
    calendar = Calendar()
    calendar.add("prodid", "-//pdportal//appointments//EN")
    calendar.add("version", "2.0")
    stands = appointment.stands and policy.may_see(reader, appointment)
    calendar.add("method", method or ("REQUEST" if stands else "CANCEL"))
    calendar.add_component(_event(appointment, reader, stands=stands))
    begins, ends = appointment.starts_at.date(), appointment.ends_at.date()
    calendar.add_missing_timezones(begins.replace(month=1, day=1), ends.replace(month=12, day=31))
    return bytes(calendar.to_ical()).decode()


def _event(appointment: Appointment, reader: Person, *, stands: bool) -> Event:
    from icalendar import Event

    settings = current_app.config["PDPORTAL"]
    zone = ZoneInfo(appointment.zone)
    page = settings["BASE_URL"] + page_of(appointment.kind, appointment.id)
    event = Event()
    event.add("uid", f"{appointment.uid}@{urlsplit(settings['BASE_URL']).hostname}")
    event.add("sequence", appointment.sequence)
    event.add("dtstamp", clock.now())
    event.add("dtstart", appointment.starts_at.astimezone(zone))
    event.add("dtend", appointment.ends_at.astimezone(zone))
    event.add("summary", _summary(appointment, reader))
    event.add("status", "CONFIRMED" if stands else "CANCELLED")
    if where := appointment.place or appointment.link:
        event.add("location", where)
    event.add("description", "\n".join(filter(None, (appointment.why, appointment.link, page))))
    event.add("url", page)
    _name, address = sender_parts(settings["MAIL_FROM"])
    event.add("organizer", _party(appointment.host.name, address))
    for person in _named(appointment, reader):
        event.add("attendee", _attendee(person, is_host=person.id == appointment.host_id))
    return event


def _named(appointment: Appointment, reader: Person) -> list[Person]:
    """The host and the reader; for the host everybody. Guests learn no address of one another."""
    guests = appointment.coming if reader.id == appointment.host_id else [reader]
    return [person for person in (appointment.host, *guests) if person.active]


def _summary(appointment: Appointment, reader: Person) -> str:
    """What it is, and with whom, where that is one person."""
    others = [person for person in _named(appointment, reader) if person.id != reader.id]
    title = name_of(appointment.kind, appointment.title)
    if len(others) != 1:
        return title
    return _("%(title)s: %(name)s", title=title, name=others[0].name)


def _party(name: str, address: str) -> vCalAddress:
    from icalendar import vCalAddress

    party = vCalAddress(f"mailto:{address}")
    party.params["CN"] = name.replace('"', "")
    return party


def _attendee(person: Person, *, is_host: bool) -> vCalAddress:
    attendee = _party(person.name, person.email)
    attendee.params["ROLE"] = "CHAIR" if is_host else "REQ-PARTICIPANT"
    attendee.params["PARTSTAT"] = "ACCEPTED"
    attendee.params["RSVP"] = "FALSE"
    return attendee
