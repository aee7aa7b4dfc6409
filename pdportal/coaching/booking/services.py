"""Times are offered, booked, moved, waited for and withdrawn.

Whoever changes anything of a time holds the host's row first, so that all that happens to the
times of one host happens in turn.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from flask_babel import gettext as _
from sqlalchemy import select

from pdportal import clock
from pdportal.accounts.models import Person
from pdportal.accounts.turns import wait_for_turns
from pdportal.activity.services import record
from pdportal.coaching.appointments import services as appointments
from pdportal.coaching.appointments.forms import Span
from pdportal.coaching.appointments.models import Appointment
from pdportal.coaching.booking import policy, queries
from pdportal.coaching.booking.dividing import MOST_SLOTS
from pdportal.coaching.booking.models import Slot, SlotOffer, Waiter
from pdportal.coaching.booking.notices import tell_of_slot
from pdportal.db import db
from pdportal.web.errors import Refused, forbidden
from pdportal.web.locale import local_day, say_date

LEASE = timedelta(hours=24)
"""How long a seat that came free is held for the first who waits, at most."""
SHORTEST_LEASE = timedelta(minutes=30)


def offer_times(host: Person, offer: SlotOffer, spans: Sequence[Span]) -> SlotOffer:
    """Offer times; none may lie over another, or over one that the host offers already."""
    wait_for_turns([host.id])
    ahead = [span for span in spans if span.ends_at > clock.now()]
    if not ahead:
        raise Refused(_("No time is left of that. Look at the times."), status=422, field="ends")
    if len(ahead) > MOST_SLOTS:
        message = _("At most %(most)d times at once. Choose an earlier last day.", most=MOST_SLOTS)
        raise Refused(message, status=422, field="until")
    if offer.kind in queries.BOOKED:
        _refuse_overlap(host, ahead)
    offer.host_id = host.id
    where = appointments.where_of(offer.place, offer.link)
    offer.place, offer.link = where["place"], where["link"]
    offer.slots = [Slot(starts_at=span.starts_at, ends_at=span.ends_at) for span in ahead]
    db.session.add(offer)
    db.session.flush()
    record(host, "offered", offer, times=len(ahead))
    return offer


def book(person: Person, slot: Slot) -> Appointment:
    """Take a seat. Booked twice, it is one seat; of two who want the last, one has it."""
    hold(slot, person)
    if slot.appointment is not None and person in slot.appointment.coming:
        return slot.appointment
    if not policy.may_book(person, slot):
        raise Refused(_("This time is no longer offered."))
    own = next((waiter for waiter in slot.waiters if waiter.person_id == person.id), None)
    held_for_me = own is not None and own.lease_until is not None
    if not slot.free and not held_for_me:
        raise Refused(_("Somebody else was quicker: this time is full. You can wait for a seat."))
    if own is not None:
        slot.waiters.remove(own)
        db.session.delete(own)
    if slot.appointment is not None:
        appointments.add_guest(person, slot.appointment, person)
    else:
        offer = slot.offer
        slot.appointment = appointments.make(
            person,
            offer.host,
            [person],
            kind=offer.kind,
            starts_at=slot.starts_at,
            ends_at=slot.ends_at,
            zone=offer.zone,
            title=offer.title,
            place=offer.place,
            link=offer.link,
        )
    db.session.flush()
    return slot.appointment


def unbook(person: Person, slot: Slot) -> None:
    """Give one's seat up; whoever waits is told."""
    hold(slot, person)
    if slot.appointment is not None:
        appointments.take_out(person, slot.appointment, person)


def change_slot(person: Person, slot: Slot, to: Slot) -> Appointment:
    """Move one's booking to another time of the same offer: both, or neither."""
    hold(slot, person)
    if to.offer_id != slot.offer_id:
        raise forbidden()
    if clock.now() > slot.closes_at:
        raise Refused(
            _("It is too late to move this here. Tell %(name)s.", name=slot.offer.host.name)
        )
    unbook(person, slot)
    return book(person, to)


def wait_for_seat(person: Person, slot: Slot) -> None:
    """Be told when a seat comes free; whoever waits longest is first."""
    hold(slot, person)
    if not policy.may_book(person, slot):
        raise Refused(_("This time is no longer offered."))
    there = slot.appointment is not None and person in slot.appointment.coming
    if there or any(waiter.person_id == person.id for waiter in slot.waiters):
        return
    slot.waiters.append(Waiter(person_id=person.id))
    db.session.flush()
    offer_seat(slot)


def stop_waiting(person: Person, slot: Slot) -> None:
    """Wait no more; a seat that was held goes to the next."""
    hold(slot, person)
    for waiter in [each for each in slot.waiters if each.person_id == person.id]:
        slot.waiters.remove(waiter)
        db.session.delete(waiter)
    db.session.flush()
    offer_seat(slot)


def withdraw(host: Person, slot: Slot) -> None:
    """It is no longer offered; who booked it or waits for it is told."""
    hold(slot)
    if not policy.may_run(host, slot):
        raise forbidden()
    if not slot.is_ahead:
        return
    _end(slot)
    if slot.appointment is not None and slot.appointment.stands:
        appointments.cancel(host, slot.appointment)
    record(host, "withdrew", slot)


def offer_seat(slot: Slot) -> None:
    """Hold a seat that is free for the first who waits, and tell them until when."""
    until = min(clock.now() + LEASE, clock.now() + (slot.starts_at - clock.now()) / 2)
    if not slot.is_ahead or until - clock.now() < SHORTEST_LEASE:
        return
    for waiter in [each for each in slot.waiters if each.lease_until is None][: slot.free]:
        waiter.lease_until = until
        tell_of_slot(slot, "slot_free", [waiter.person_id], until=until.isoformat())


def pass_on() -> None:
    """Seats that were held and not taken go to the next who waits; a job does it."""
    over = select(Waiter.slot_id).where(Waiter.lease_until < clock.now())
    slots = select(Slot).join(SlotOffer).where(Slot.id.in_(over))
    for slot in db.session.scalars(slots.order_by(SlotOffer.host_id, Slot.id)).all():
        hold(slot)
        now = clock.now()
        for waiter in [
            each for each in slot.waiters if each.lease_until and each.lease_until < now
        ]:
            slot.waiters.remove(waiter)
            db.session.delete(waiter)
            tell_of_slot(slot, "slot_passed_on", [waiter.person_id])
        db.session.flush()
        offer_seat(slot)


def on_guest_left(appointment: Appointment, **_more: object) -> None:
    """A seat came free."""
    if (slot := _slot_of(appointment)) is not None:
        offer_seat(slot)


def on_moved(appointment: Appointment) -> None:
    """The time that was booked moves along."""
    if (slot := _slot_of(appointment)) is not None:
        slot.starts_at, slot.ends_at = appointment.starts_at, appointment.ends_at


def on_canceled(appointment: Appointment) -> None:
    """The host called it off, or the last guest left: then the time is free again."""
    if (slot := _slot_of(appointment)) is None:
        return
    if appointment.coming:
        _end(slot)
        return
    slot.appointment = None
    db.session.flush()
    offer_seat(slot)


def hold(slot: Slot, *people: Person) -> None:
    """Lock the host's row and those of people, and read the time as it is then."""
    db.session.flush()
    wait_for_turns([slot.offer.host_id, *(person.id for person in people)])
    as_it_is = queries.whole(select(Slot).where(Slot.id == slot.id))
    db.session.scalars(as_it_is, execution_options={"populate_existing": True}).unique().one()


def _slot_of(appointment: Appointment) -> Slot | None:
    of_it = queries.whole(select(Slot).where(Slot.appointment_id == appointment.id))
    return db.session.scalars(of_it).unique().one_or_none()


def _end(slot: Slot) -> None:
    slot.withdrawn_at = clock.now()
    tell_of_slot(slot, "slot_gone", [waiter.person_id for waiter in slot.waiters])
    for waiter in list(slot.waiters):
        slot.waiters.remove(waiter)
        db.session.delete(waiter)
    db.session.flush()


def _refuse_overlap(host: Person, spans: Sequence[Span]) -> None:
    first, last = spans[0].starts_at, max(span.ends_at for span in spans)
    rows = queries.own_offers_clashing(host, first, last)
    taken = sorted([(row.starts_at, row.ends_at) for row in rows])
    for span in spans:
        if any(starts < span.ends_at and ends > span.starts_at for starts, ends in taken):
            message = _("You offer times on %(day)s already that lie over these.")
            raise Refused(
                message % {"day": say_date(local_day(span.starts_at))}, field="starts", status=422
            )
