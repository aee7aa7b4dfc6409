"""People come to appointments or do not; seats that are offered are taken and waited for."""

from __future__ import annotations

from datetime import timedelta

from flask_babel import gettext as _
from sqlalchemy import select

from pdportal import clock
from pdportal.accounts.models import Person
from pdportal.activity.services import record
from pdportal.coaching.appointments import policy
from pdportal.coaching.appointments.events import appointment_changed
from pdportal.coaching.appointments.models import DROPS_IN, KEEPS_FREE, Appointment, Guest, Waiter
from pdportal.coaching.appointments.notices import notify_people, notify_waiters
from pdportal.coaching.appointments.services import cancel, hold, refuse_clash, require_standing
from pdportal.db import db
from pdportal.web.errors import Refused, forbidden, require

LEASE = timedelta(hours=24)
"""How long a seat that came free is held for the first who waits, at most."""
SHORTEST_LEASE = timedelta(minutes=30)


def add_guest(actor: Person, appointment: Appointment, person: Person) -> None:
    """Let somebody more come: they get an invitation, the host a notice. Twice is once."""
    hold(appointment, person.id)
    require_standing(appointment)
    guest, is_first = appointment.guest(person), not appointment.coming
    if person.id == appointment.host_id or (guest is not None and guest.comes):
        return
    busy = [] if appointment.kind in DROPS_IN else [person.id]
    if is_first and appointment.kind not in KEEPS_FREE:
        busy.append(appointment.host_id)
    refuse_clash(busy, appointment.starts_at, appointment.ends_at, appointment)
    if guest is None:
        appointment.guests.append(Guest(person_id=person.id, person=person))
    else:
        guest.left_at = None
    appointment.sequence += 1  # later than what took it out of somebody's calendar
    record(actor, "added", appointment, person=person.id)
    told = appointment.everybody() if is_first else [person.id]
    notify_people(actor, appointment, "appointment_made", told)
    if not is_first:
        notify_people(actor, appointment, "appointment_joined", [appointment.host_id], name=person)


def take_out(actor: Person, appointment: Appointment, person: Person) -> None:
    """Somebody does not come: by their own word, or the host's. It goes out of their calendar.

    When nobody comes any more it is canceled, or, if it is offered, free again.
    """
    hold(appointment, person.id)
    guest = appointment.guest(person)
    if guest is None or not guest.comes:
        return
    if actor.id != person.id and not policy.may_change(actor, appointment):
        raise forbidden()
    require_standing(appointment)
    guest.left_at = clock.now()
    appointment.sequence += 1
    record(actor, "took_out", appointment, person=person.id)
    notify_people(actor, appointment, "appointment_canceled", [person.id])
    if not appointment.coming and appointment.offer is None:
        appointment.canceled_at = clock.now()
    kind = "appointment_left" if appointment.coming else "appointment_canceled"
    notify_people(actor, appointment, kind, [appointment.host_id], name=person)
    offer_seat(appointment)
    appointment_changed.send(appointment)


def cancel_ahead_of(_app: object, person: Person) -> None:
    """Somebody is there no longer: what they host is canceled, and they come to nothing more, nor
    wait for it."""
    ahead = policy.appointments_of(person).where(
        Appointment.stands, Appointment.ends_at > clock.now()
    )
    for each in db.session.scalars(ahead.order_by(Appointment.host_id, Appointment.id)).all():
        if policy.may_change(person, each):
            cancel(person, each)
        else:
            take_out(person, each, person)
    wait_for_nothing(person)


def wait_for_nothing(person: Person) -> None:
    """Wait for no seat any more; those that were held go to the next."""
    waits = select(Appointment).where(Appointment.waiters.any(Waiter.person_id == person.id))
    for each in db.session.scalars(waits.order_by(Appointment.host_id, Appointment.id)).all():
        stop_waiting(person, each)


def book(person: Person, slot: Appointment) -> None:
    """Take a seat. Booked twice, it is one seat; of two who want the last, one has it."""
    hold(slot, person.id)
    if person in slot.coming:
        return
    _require_offered(person, slot)
    own = slot.waiter(person)
    if not slot.free and (own is None or own.lease_until is None):
        raise Refused(_("Someone just booked it: this time is full. You can wait for a seat."))
    if own is not None:
        slot.waiters.remove(own)
    add_guest(person, slot, person)
    db.session.flush()


def leave(person: Person, appointment: Appointment) -> None:
    """Say that one cannot come; a seat that was taken is free again."""
    require(policy.may_leave(person, appointment))
    take_out(person, appointment, person)


def change_slot(person: Person, slot: Appointment, to: Appointment) -> None:
    """Move one's booking to another time of the same offer: both, or neither."""
    hold(slot, person.id)
    if to.offer_id != slot.offer_id or slot.offer_id is None:
        raise forbidden()
    if clock.now() > slot.closes_at:
        raise Refused(_("It is too late to move this here. Tell %(name)s.", name=slot.host.name))
    take_out(person, slot, person)
    book(person, to)


def wait_for_seat(person: Person, slot: Appointment) -> None:
    """Be told when a seat comes free; whoever waits longest is first."""
    hold(slot, person.id)
    _require_offered(person, slot)
    if person not in slot.coming and slot.waiter(person) is None:
        slot.waiters.append(Waiter(person_id=person.id))
        offer_seat(slot)


def stop_waiting(person: Person, slot: Appointment) -> None:
    """Wait no more; a seat that was held goes to the next."""
    hold(slot, person.id)
    if (waiter := slot.waiter(person)) is not None:
        slot.waiters.remove(waiter)
        offer_seat(slot)


def offer_seat(slot: Appointment) -> None:
    """Hold a seat that is free for the first who waits and may book, and tell them until when."""
    db.session.flush()
    until = min(clock.now() + LEASE, clock.now() + (slot.starts_at - clock.now()) / 2)
    if not slot.is_offered or until - clock.now() < SHORTEST_LEASE:
        return
    for waiter in [each for each in slot.waiters if each.lease_until is None]:
        if slot.free and policy.may_book(waiter.person, slot):
            waiter.lease_until = until
            notify_waiters(slot, "slot_free", [waiter], until=until.isoformat())


def pass_on() -> None:
    """Seats that were held and not taken go to the next who waits; a job does it.

    So do those of people to whom the time is no longer offered.
    """
    held = Appointment.waiters.any(Waiter.lease_until.is_not(None))
    slots = select(Appointment).where(held).order_by(Appointment.host_id, Appointment.id)
    for slot in db.session.scalars(slots).all():
        if _is_lost(slot):
            hold(slot)
            lost = _is_lost(slot)
            for waiter in lost:
                slot.waiters.remove(waiter)
            notify_waiters(slot, "slot_passed_on", lost)
            offer_seat(slot)


def _is_lost(slot: Appointment) -> list[Waiter]:
    """Those whose seat is held no longer."""
    held = [(each, each.lease_until) for each in slot.waiters if each.lease_until]
    now = clock.now()
    return [who for who, until in held if until < now or not policy.may_book(who.person, slot)]


def _require_offered(person: Person, slot: Appointment) -> None:
    if not policy.may_book(person, slot):
        raise Refused(_("This time is no longer offered."))
