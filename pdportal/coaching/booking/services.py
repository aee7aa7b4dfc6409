"""Times are offered, booked, moved, waited for and withdrawn.

Whoever changes anything of a time holds the host's row first, so that all that happens to the
times of one host happens in turn.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from pdportal import clock
from pdportal.accounts.models import Person
from pdportal.accounts.turns import wait_for_turns
from pdportal.activity.services import record
from pdportal.coaching.appointments import services as appointments
from pdportal.coaching.appointments.forms import Span
from pdportal.coaching.appointments.models import Appointment
from pdportal.coaching.appointments.notices import tell
from pdportal.coaching.booking import policy, queries
from pdportal.coaching.booking.dividing import MOST_SLOTS
from pdportal.coaching.booking.models import Slot, SlotOffer, Waiter
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
    for name, value in appointments.where_of(offer.place, offer.link).items():
        setattr(offer, name, value)
    offer.slots = [Slot(starts_at=span.starts_at, ends_at=span.ends_at) for span in ahead]
    db.session.add(offer)
    db.session.flush()
    record(host, "offered", offer, times=len(ahead))
    return offer


def book(person: Person, slot: Slot) -> Appointment:
    """Take a seat. Booked twice, it is one seat; of two who want the last, one has it."""
    hold(slot, person)
    if slot.appointment is not None and person in slot.coming:
        return slot.appointment
    _require_offered(person, slot)
    own = slot.waiter(person)
    if not slot.free and (own is None or own.lease_until is None):
        raise Refused(_("Somebody else was quicker: this time is full. You can wait for a seat."))
    if own is not None:
        slot.waiters.remove(own)
    if slot.appointment is not None:
        appointments.add_guest(person, slot.appointment, person)
    else:
        names = ("kind", "zone", "title", "place", "link")
        about: dict[str, Any] = {name: getattr(slot.offer, name) for name in names}
        about |= {"starts_at": slot.starts_at, "ends_at": slot.ends_at}
        slot.appointment = appointments.make(person, slot.offer.host, [person], **about)
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
    _require_offered(person, slot)
    if person not in slot.coming and slot.waiter(person) is None:
        slot.waiters.append(Waiter(person_id=person.id))
        offer_seat(slot)


def stop_waiting(person: Person, slot: Slot) -> None:
    """Wait no more; a seat that was held goes to the next."""
    hold(slot, person)
    if (waiter := slot.waiter(person)) is not None:
        slot.waiters.remove(waiter)
        offer_seat(slot)


def withdraw(host: Person, slot: Slot, *, later: bool = False) -> None:
    """It is no longer offered, nor, if `later`, are those of its offer that come after it.

    Who booked it or waits for it is told.
    """
    if not policy.may_run(host, slot):
        raise forbidden()
    after = Slot.starts_at >= slot.starts_at if later else Slot.id == slot.id
    slots = select(Slot).where(Slot.offer_id == slot.offer_id, Slot.stands, after)
    for each in db.session.scalars(slots.order_by(Slot.starts_at)).all():
        hold(each)
        if each.is_ahead:
            _end(each)
            if each.appointment is not None and each.appointment.stands:
                appointments.cancel(host, each.appointment)
            record(host, "withdrew", each)


def offer_seat(slot: Slot) -> None:
    """Hold a seat that is free for the first who waits and may book, and tell them until when."""
    db.session.flush()
    until = min(clock.now() + LEASE, clock.now() + (slot.starts_at - clock.now()) / 2)
    if not slot.is_ahead or until - clock.now() < SHORTEST_LEASE:
        return
    waiting = [each for each in slot.waiters if each.lease_until is None]
    for waiter in waiting:
        if slot.free and policy.may_book(waiter.person, slot):
            waiter.lease_until = until
            _tell(slot, "slot_free", [waiter], until=until.isoformat())


def pass_on() -> None:
    """Seats that were held and not taken go to the next who waits; a job does it.

    So do those of people to whom the time is no longer offered.
    """
    slots = select(Slot).join(SlotOffer).where(Slot.waiters.any(Waiter.lease_until.is_not(None)))
    for slot in db.session.scalars(slots.order_by(SlotOffer.host_id, Slot.id)).all():
        if _is_lost(slot):
            hold(slot)
            lost = _is_lost(slot)
            for waiter in lost:
                slot.waiters.remove(waiter)
            _tell(slot, "slot_passed_on", lost)
            offer_seat(slot)


def follow(appointment: Appointment) -> None:
    """What becomes of a time when its appointment changed: it moves along, or ends, or is free."""
    of_it = queries.whole(select(Slot).where(Slot.appointment_id == appointment.id))
    slot = db.session.scalars(of_it).unique().one_or_none()
    if slot is None:
        return
    if appointment.stands:
        slot.starts_at, slot.ends_at = appointment.starts_at, appointment.ends_at
    elif appointment.coming:  # the host called it off
        _end(slot)
    else:
        slot.appointment = None
    offer_seat(slot)


def hold(slot: Slot, *people: Person) -> None:
    """Lock the host's row and those of people, and read the time as it is then."""
    db.session.flush()
    wait_for_turns([slot.offer.host_id, *(person.id for person in people)])
    as_it_is = queries.whole(select(Slot).where(Slot.id == slot.id))
    db.session.scalars(as_it_is, execution_options={"populate_existing": True}).unique().one()


def _is_lost(slot: Slot) -> list[Waiter]:
    """Those whose seat is held no longer."""
    held = [(each, each.lease_until) for each in slot.waiters if each.lease_until]
    now = clock.now()
    return [who for who, until in held if until < now or not policy.may_book(who.person, slot)]


def _require_offered(person: Person, slot: Slot) -> None:
    if not policy.may_book(person, slot):
        raise Refused(_("This time is no longer offered."))


def _end(slot: Slot) -> None:
    slot.withdrawn_at = clock.now()
    _tell(slot, "slot_gone", slot.waiters)
    slot.waiters.clear()
    db.session.flush()


def _tell(slot: Slot, kind: str, waiters: Iterable[Waiter], **words: Any) -> None:
    tell(kind, [each.person_id for each in waiters], slot.page, slot, **words)


def _refuse_overlap(host: Person, spans: Sequence[Span]) -> None:
    first, last = spans[0].starts_at, max(span.ends_at for span in spans)
    offered = select(Slot).join(Slot.offer).where(
        SlotOffer.host_id == host.id,
        SlotOffer.kind.in_(queries.BOOKED),
        *(Slot.stands, Slot.starts_at < last, Slot.ends_at > first),
    )  # fmt: skip
    taken = db.session.scalars(offered).all()
    for span in spans:
        if any(each.starts_at < span.ends_at and each.ends_at > span.starts_at for each in taken):
            message = _("You offer times on %(day)s already that lie over these.")
            day = say_date(local_day(span.starts_at))
            raise Refused(message % {"day": day}, field="starts", status=422)
