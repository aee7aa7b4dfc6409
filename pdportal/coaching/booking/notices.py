"""What people are told about times that are offered; no sentence says what somebody asked."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from pdportal.accounts.models import Person
from pdportal.coaching.appointments.times import say_here
from pdportal.coaching.booking.models import Slot
from pdportal.inbox.kinds import add_kind
from pdportal.inbox.services import address, notify_all
from pdportal.inbox.topics import Topic


def register() -> None:
    """Teach the inbox our kinds."""
    for name, (said, link) in _SAID.items():
        add_kind(name, _say(said), link, Topic.APPOINTMENTS)


def tell_of_slot(
    slot: Slot, kind: str, people: Iterable[int], sender: Person | None = None, **words: str
) -> None:
    """Notify these people about a time."""
    about: dict[str, Any] = {
        "starts": slot.starts_at.isoformat(),
        "ends": slot.ends_at.isoformat(),
        "zone": slot.offer.zone,
        **words,
    }
    if sender is not None:
        about["name"] = sender
    notify_all(people, kind, slot_url(slot), sender=sender, **about)


def slot_url(slot: Slot) -> str:
    """The path of the page of a time."""
    return address("coaching.slot", slot_id=slot.id)


_SEE = _l("See it")
_SAID: dict[str, tuple[LazyString, LazyString]] = {
    "slot_free": (
        _l("A seat you wait for is free: %(when)s. It is held for you until %(until)s."),
        _l("Take it"),
    ),
    "slot_passed_on": (
        _l("The seat that was held for you went to the next: %(when)s."),
        _l("See other times"),
    ),
    "slot_gone": (_l("The time you wait for is no longer offered: %(when)s."), _SEE),
    "hours_asked": (
        _l("%(name)s asked a question for your office hours: %(when)s."),
        _l("See the questions"),
    ),
    "hours_answered": (
        _l("%(name)s answered your question for office hours: %(when)s."),
        _l("Read the answer"),
    ),
    "classroom_thanked": (_l("%(name)s thanks you for your open classroom: %(when)s."), _SEE),
}


def _say(said: LazyString) -> Callable[..., str]:
    def sentence(starts: str, ends: str, zone: str, **words: Any) -> str:
        when = say_here(datetime.fromisoformat(starts), datetime.fromisoformat(ends), zone)
        if until := words.get("until"):
            moment = datetime.fromisoformat(until)
            words["until"] = say_here(moment, moment, zone)
        return str(said) % {**words, "when": when}

    return sentence
