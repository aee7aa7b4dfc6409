"""Appointments for stories, and the mails they became."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any
from zoneinfo import ZoneInfo

import vobject
from flask import Flask
from icalendar import Calendar, Event

from pdportal import clock
from pdportal.accounts.models import Person
from pdportal.coaching.appointments import services
from pdportal.coaching.appointments.models import Appointment, AppointmentKind
from pdportal.db import db
from pdportal.inbox import letters, post

NOON = datetime(2026, 12, 1, 17, 0, tzinfo=UTC)
"""Noon in New York."""
AT = datetime(2026, 12, 15, 20, 30, tzinfo=UTC)
"""Half past three there, two weeks later."""
EAST = "America/New_York"


def made(host: Person, *people: Person, by: Person | None = None, **more: Any) -> Appointment:
    """A talk of 20 minutes at `AT`, unless said otherwise."""
    known = {"kind": AppointmentKind.TALK, "starts_at": AT, "zone": EAST}
    known["ends_at"] = more.get("starts_at", AT) + timedelta(minutes=20)
    return services.make(by or host, host, people, **{**known, **more})


def mails(app: Flask, at: datetime = NOON) -> list[tuple[str, EmailMessage]]:
    """The mails that are due by now, each once, with their readers."""
    folder = post.mail_folder(app.config["PDPORTAL"])
    for file in folder.glob("*"):
        file.unlink()
    with clock.at(at):
        letters.write_letters()
        db.session.commit()
        post.send_letters()
    read = [
        message_from_bytes(path.read_bytes(), policy=policy.default)
        for path in sorted(folder.glob("*.eml"), key=lambda path: int(path.stem.split("-")[-1]))
    ]
    return [(str(mail["To"]).split(".")[0], mail) for mail in read]


def event_of(mail: EmailMessage) -> tuple[str, Event]:
    """The method and the event that a mail brings, the same as part and as file."""
    (part,) = [each for each in mail.walk() if each.get_content_type() == "text/calendar"]
    (file,) = mail.iter_attachments()
    assert file.get_filename() == "invite.ics"
    calendar = Calendar.from_ical(file.get_content())
    assert Calendar.from_ical(part.get_content()) == calendar
    assert part.get_param("method") == calendar["method"]
    assert list(mail.get_body(("related", "plain")).walk()), "there is a text for people, too"
    assert [each.get_content_type() for each in mail.walk()][-2:] == [
        "text/calendar", "application/ics",
    ], "the last alternative, and a file: what Outlook, Google and Apple read"  # fmt: skip
    read_by_another(file.get_content().decode())
    (event,) = calendar.walk("VEVENT")
    sender = mail["From"].addresses[0].addr_spec
    assert event["organizer"] == f"mailto:{sender}", "others take changes from nobody else"
    return str(calendar["method"]), event


def read_by_another(text: str) -> None:
    """What RFC 5545 and 5546 ask of an invitation, by a parser that did not write it."""
    lines = text.split("\r\n")
    assert all(len(line.encode()) <= 75 and "\n" not in line for line in lines), "folded"
    calendar = vobject.readOne(text)
    calendar.validate(raiseException=True)
    method, event = calendar.method.value, calendar.vevent
    assert event.status.value == {"REQUEST": "CONFIRMED", "CANCEL": "CANCELLED"}[method]
    assert event.dtstamp.value.utcoffset() == timedelta(0)
    assert int(event.sequence.value) >= 0
    assert event.dtstart.value < event.dtend.value
    # Each zone that is named comes along, and says the same of the moment as Python's does.
    (zone,) = event.dtstart.params.get("X-VOBJ-ORIGINAL-TZID", ["UTC"])
    brought = [each.tzid.value for each in calendar.contents.get("vtimezone", ())]
    assert zone == "UTC" or zone in brought
    moment = event.dtstart.value
    assert moment.utcoffset() == moment.replace(tzinfo=ZoneInfo(zone)).utcoffset()
    for attendee in event.attendee_list:
        said = {name: attendee.params[name] for name in ("PARTSTAT", "RSVP")}
        assert said == {"PARTSTAT": ["ACCEPTED"], "RSVP": ["FALSE"]}, "nobody is asked again"
