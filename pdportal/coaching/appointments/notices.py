"""What people are told about appointments, and what goes into their calendars."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from pdportal.accounts.models import Person
from pdportal.coaching.appointments import calendars
from pdportal.coaching.appointments.kinds import page_of
from pdportal.coaching.appointments.models import Appointment
from pdportal.coaching.appointments.times import say_here
from pdportal.inbox.kinds import add_kind
from pdportal.inbox.services import confirm, notify_all
from pdportal.inbox.topics import Topic


def register() -> None:
    """Teach the inbox our kinds; the first three bring something for the calendar."""
    for name, (said, own) in _SAID.items():
        calendar = _calendar if own is not None else None
        link = _l("See the appointment")
        add_kind(name, _say(said, own), link, Topic.APPOINTMENTS, calendar=calendar)


def tell(
    actor: Person | None,
    appointment: Appointment,
    kind: str,
    people: Iterable[int],
    *,
    name: Person | None = None,
) -> None:
    """Notify these people, in whose notice stands `name`, or else the actor."""
    ids = list(people)
    words: dict[str, Any] = {
        "appointment": appointment.id,
        "starts": appointment.starts_at.isoformat(),
        "ends": appointment.ends_at.isoformat(),
        "zone": appointment.zone,
    }
    url = page_of(appointment.kind, appointment.id)
    if actor is not None and actor.active and actor.id in ids and _SAID[kind][1] is not None:
        confirm(actor, kind, url, **words)
    if (named := name or actor) is not None:
        words["name"] = named
    notify_all(ids, kind, url, sender=actor, **words)


_SAID: dict[str, tuple[LazyString, LazyString | None]] = {
    "appointment_made": (
        _l("%(name)s made an appointment with you: %(when)s."),
        _l("You have an appointment: %(when)s."),
    ),
    "appointment_moved": (
        _l("%(name)s moved your appointment. It is now %(when)s."),
        _l("Your appointment is now %(when)s."),
    ),
    "appointment_canceled": (
        _l("%(name)s canceled your appointment: %(when)s."),
        _l("Your appointment is canceled: %(when)s."),
    ),
    "appointment_joined": (_l("%(name)s comes to your appointment: %(when)s."), None),
    "appointment_left": (_l("%(name)s can’t come to your appointment: %(when)s."), None),
}
"""Each sentence, and the one where nobody is named: for whoever did it themselves."""


def _say(said: LazyString, own: LazyString | None) -> Callable[..., str]:
    def sentence(starts: str, ends: str, zone: str, name: str = "", **_more: Any) -> str:
        when = say_here(datetime.fromisoformat(starts), datetime.fromisoformat(ends), zone)
        text = said if name or own is None else own
        return str(text) % {"name": name, "when": when}

    return sentence


def _calendar(words: Mapping[str, Any], reader_id: int) -> str:
    return calendars.invitation(int(words["appointment"]), reader_id)
