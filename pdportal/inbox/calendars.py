"""What a mail brings for a calendar program (RFC 5545): a request to come, or a cancellation.

Both as RFC 5546 has them. The organizer is the address that the portal sends from, under the
host's name: Outlook and Google take changes from that address alone (docs/decisions).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from flask import current_app
from flask_babel import gettext as _

from pdportal import clock
from pdportal.accounts.models import Person
from pdportal.mail_settings import sender_parts

if TYPE_CHECKING:
    from icalendar import vCalAddress


@dataclass(frozen=True)
class Invitation:
    """One date as one reader has it in their calendar."""

    uid: str
    """What calendar programs know it by: for good, whatever becomes of it."""
    sequence: int
    """Rises with each change that a mail is sent about."""
    stands: bool
    """Whether it takes place, and the reader is one of those who come."""
    starts_at: datetime
    ends_at: datetime
    zone: str
    title: str
    url: str
    """A path of the portal."""
    host: Person
    people: Sequence[Person]
    """Whose addresses the reader learns, the host's too: their own, and a host everybody's."""
    reader: Person
    where: str = ""
    notes: Sequence[str] = ()

    def as_text(self, method: str = "") -> str:
        """As a mail brings it; `method` is for a file that somebody fetches."""
        from icalendar import Calendar

        calendar = Calendar()
        calendar.add("prodid", "-//pdportal//appointments//EN")
        calendar.add("version", "2.0")
        calendar.add("method", method or ("REQUEST" if self.stands else "CANCEL"))
        calendar.add_component(self._event())
        begins, ends = self.starts_at.date(), self.ends_at.date()
        year = begins.replace(month=1, day=1), ends.replace(month=12, day=31)
        calendar.add_missing_timezones(*year)
        return bytes(calendar.to_ical()).decode()

    def _event(self) -> Any:
        from icalendar import Event

        settings = current_app.config["PDPORTAL"]
        zone = ZoneInfo(self.zone)
        page = settings["BASE_URL"] + self.url
        active = [person for person in self.people if person.active]
        others = [person.name for person in active if person.id != self.reader.id]
        lone = _("%(title)s: %(name)s", title=self.title, name=others[0]) if others else ""
        event = Event()
        event.add("uid", f"{self.uid}@{urlsplit(settings['BASE_URL']).hostname}")
        event.add("sequence", self.sequence)
        event.add("dtstamp", clock.now())
        event.add("dtstart", self.starts_at.astimezone(zone))
        event.add("dtend", self.ends_at.astimezone(zone))
        event.add("summary", lone if len(others) == 1 else self.title)
        event.add("status", "CONFIRMED" if self.stands else "CANCELLED")
        if self.where:
            event.add("location", self.where)
        event.add("description", "\n".join(filter(None, (*self.notes, page))))
        event.add("url", page)
        event.add("organizer", _party(self.host.name, sender_parts(settings["MAIL_FROM"])[1]))
        for person in active:
            attendee = _party(person.name, person.email)
            attendee.params["ROLE"] = "CHAIR" if person.id == self.host.id else "REQ-PARTICIPANT"
            attendee.params["PARTSTAT"] = "ACCEPTED"
            attendee.params["RSVP"] = "FALSE"
            event.add("attendee", attendee)
        return event


def _party(name: str, address: str) -> vCalAddress:
    from icalendar import vCalAddress

    party = vCalAddress(f"mailto:{address}")
    party.params["CN"] = name.replace('"', "")
    return party
