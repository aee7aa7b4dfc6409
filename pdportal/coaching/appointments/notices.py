"""What people are told about appointments and times that are offered, and what calendars are told.

No sentence says what somebody asked, noted or wrote.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from pdportal.accounts.models import Person
from pdportal.coaching.appointments import policy
from pdportal.coaching.appointments.models import Appointment, Waiter, week_page
from pdportal.coaching.appointments.times import say_here
from pdportal.db import db
from pdportal.inbox.calendars import Invitation
from pdportal.inbox.kinds import add_kind
from pdportal.inbox.services import confirm, notify_all
from pdportal.inbox.topics import Topic


class _Said(NamedTuple):
    sentence: LazyString
    link: LazyString = _l("See the appointment")
    own: LazyString | None = None
    """Where nobody is named: for whoever did it themselves. Such a notice goes into calendars."""


_SEE = _l("See it")
_SAID = {
    "appointment_made": _Said(
        _l("%(name)s made an appointment with you: %(when)s."),
        own=_l("You have an appointment: %(when)s."),
    ),
    "appointment_moved": _Said(
        _l("%(name)s moved your appointment. It is now %(when)s."),
        own=_l("Your appointment is now %(when)s."),
    ),
    "appointment_canceled": _Said(
        _l("%(name)s canceled your appointment: %(when)s."),
        own=_l("Your appointment is canceled: %(when)s."),
    ),
    "appointment_joined": _Said(_l("%(name)s comes to your appointment: %(when)s.")),
    "appointment_left": _Said(_l("%(name)s can’t come to your appointment: %(when)s.")),
    "slot_free": _Said(
        _l("A seat you wait for is free: %(when)s. It is held for you until %(until)s."),
        _l("Take it"),
    ),
    "slot_passed_on": _Said(
        _l("The seat that was held for you went to the next: %(when)s."), _l("See other times")
    ),
    "slot_moved": _Said(_l("The time you wait for was moved. It is now %(when)s."), _SEE),
    "slot_gone": _Said(
        _l("The time you wait for is no longer offered: %(when)s."), _l("See other times")
    ),
    "hours_asked": _Said(
        _l("%(name)s asked a question for your office hours: %(when)s."), _l("See the questions")
    ),
    "hours_answered": _Said(
        _l("%(name)s answered your question for office hours: %(when)s."), _l("Read the answer")
    ),
    "classroom_thanked": _Said(_l("%(name)s thanks you for your open classroom: %(when)s."), _SEE),
}


def register() -> None:
    """Teach the inbox our kinds."""
    for kind, wording in _SAID.items():
        add_kind(
            kind,
            _say(wording),
            wording.link,
            Topic.APPOINTMENTS,
            calendar=_calendar if wording.own is not None else None,
            calls_off=kind == "appointment_canceled" if wording.own is not None else None,
        )


def notify_people(
    actor: Person | None,
    appointment: Appointment,
    kind: str,
    people: Iterable[int],
    *,
    page: str = "",
    **words: str | int | Person,
) -> None:
    """Notify these people; the `name` in their notice is the actor's, unless `words` have one."""
    ids = list(people)
    words |= {
        "appointment": appointment.id,
        "starts": appointment.starts_at.isoformat(),
        "ends": appointment.ends_at.isoformat(),
        "zone": appointment.zone,
        "where": appointment.where,
    }
    if actor is not None:
        if actor.active and actor.id in ids and _SAID[kind].own is not None:
            confirm(actor, kind, appointment.page, **words)
        words.setdefault("name", actor)
    notify_all(ids, kind, page or appointment.page, sender=actor, **words)


def notify_waiters(slot: Appointment, kind: str, waiters: Iterable[Waiter], **words: str) -> None:
    """Notify those who wait for a seat; a time that is gone has no page for them."""
    page = week_page(slot.kind) if kind == "slot_gone" else ""
    notify_people(None, slot, kind, [each.person_id for each in waiters], page=page, **words)


def invitation(appointment_id: int, reader_id: int, **was: Any) -> Invitation | None:
    """An appointment as it stands now for a reader; canceled, as it `was` for them.

    Guests learn no address of one another. None if there is no such appointment.
    """
    found = db.session.get(Appointment, appointment_id)
    reader = db.session.get(Person, reader_id)
    if found is None or reader is None:
        return None
    guests = found.coming if reader.id == found.host_id else [reader]
    stands = found.takes_place and policy.may_see(reader, found)
    names = ("starts_at", "ends_at", "where")
    now: dict[str, Any] = {name: getattr(found, name) for name in names}
    return Invitation(
        uid=found.uid,
        sequence=found.sequence,
        stands=stands,
        zone=found.zone,
        title=found.name,
        url=found.page,
        host=found.host,
        people=[found.host, *guests],
        reader=reader,
        notes=[found.why, found.link if stands else ""],
        **(now if stands else now | was),
    )


def _calendar(words: Mapping[str, Any], reader_id: int) -> str:
    was = {
        "starts_at": datetime.fromisoformat(words["starts"]),
        "ends_at": datetime.fromisoformat(words["ends"]),
    }
    if "where" in words:  # not in notices of an older version
        was["where"] = words["where"]
    found = invitation(int(words["appointment"]), reader_id, **was)
    return found.as_text() if found is not None else ""


def _say(wording: _Said) -> Callable[..., str]:
    def sentence(starts: str, ends: str, zone: str, name: str = "", **words: Any) -> str:
        if until := words.get("until"):
            moment = datetime.fromisoformat(until)
            words["until"] = say_here(moment, moment, zone)
        text = wording.sentence if name or wording.own is None else wording.own
        when = say_here(datetime.fromisoformat(starts), datetime.fromisoformat(ends), zone)
        return str(text) % {**words, "name": name, "when": when}

    return sentence
