"""Who sees an appointment, who changes it, and whose names stand on it.

Leads and admins see none but their own: whom a coach meets is no news of theirs.
"""

from __future__ import annotations

from sqlalchemy import Select, or_, select

from pdportal.accounts.models import Person
from pdportal.coaching.appointments.kinds import DROPS_IN
from pdportal.coaching.appointments.models import Appointment, Guest


def appointments_seen_by(person: Person) -> Select[Appointment]:
    """Those that somebody hosts or comes to, canceled ones too; nobody else's."""
    coming = select(Guest.appointment_id).where(Guest.person_id == person.id, Guest.comes)
    return select(Appointment).where(
        or_(Appointment.host_id == person.id, Appointment.id.in_(coming))
    )


def may_see(person: Person, appointment: Appointment) -> bool:
    """The same rule as `appointments_seen_by`, for an appointment in hand."""
    return person.id in appointment.everybody()


def may_change(person: Person, appointment: Appointment) -> bool:
    """The host moves and cancels it, and says who comes."""
    return person.id == appointment.host_id


def may_leave(person: Person, appointment: Appointment) -> bool:
    """Whoever comes may say that they cannot, until it is over."""
    return not may_change(person, appointment) and may_see(person, appointment)


def guests_shown_to(person: Person, appointment: Appointment) -> list[Person]:
    """Who comes: the host and those who come together see it; in office hours the host alone."""
    if not may_see(person, appointment):
        return []
    if appointment.kind in DROPS_IN and not may_change(person, appointment):
        return []
    return appointment.coming
