"""What each kind of appointment is called, and where it is seen."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from pdportal.coaching.appointments.models import AppointmentKind
from pdportal.inbox.services import address

_pages: dict[AppointmentKind, str] = {}
_NAMES = {
    AppointmentKind.TALK: _l("Coaching talk"),
    AppointmentKind.VISIT: _l("Classroom visit"),
    AppointmentKind.WALK: _l("Learning walk"),
    AppointmentKind.HOURS: _l("Office hours"),
    AppointmentKind.CLASSROOM: _l("Open classroom"),
}
KEEPS_FREE = (AppointmentKind.HOURS, AppointmentKind.CLASSROOM)
"""Kinds beside which their host may have another appointment."""
DROPS_IN = (AppointmentKind.HOURS,)
"""Kinds to which people come for a part of the time, each without seeing who else does."""


def set_page(kind: AppointmentKind, endpoint: str) -> None:
    """Let appointments of a kind be seen on a page of their own: a view with `appointment_id`."""
    _pages[kind] = endpoint


def page_of(kind: AppointmentKind, appointment_id: int) -> str:
    """The path of the page of an appointment."""
    return address(_pages.get(kind, "coaching.appointment"), appointment_id=appointment_id)


def name_of(kind: AppointmentKind, title: str = "") -> str:
    """What an appointment is called, in the reader's language."""
    return title or str(_NAMES[kind])
