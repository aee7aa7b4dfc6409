"""What somebody offered, waits for, asked, answered and said thanks for."""

from __future__ import annotations

from collections.abc import Iterator

from flask_babel import lazy_gettext as _l
from sqlalchemy import case, delete, or_, select, update

from pdportal import clock
from pdportal.accounts.models import Person
from pdportal.accounts.own_data import OwnPart, Piece, as_data, carry_out
from pdportal.coaching.booking.models import HoursQuestion, Slot, SlotOffer, Thanks, Waiter


def collect(person: Person) -> Iterator[Piece]:
    """One's offers with their times, what one asked or answered, and one's thanks."""
    offers = select(*SlotOffer.__table__.c).where(SlotOffer.host_id == person.id)
    yield Piece("offers.json", as_data(offers.order_by(SlotOffer.id)))
    times = (
        select(*Slot.__table__.c)
        .join(SlotOffer, SlotOffer.id == Slot.offer_id)
        .where(SlotOffer.host_id == person.id)
    )
    yield Piece("times.json", as_data(times.order_by(Slot.id)))
    sent = case((HoursQuestion.answered_at.is_not(None), HoursQuestion.answer), else_="")
    own = (HoursQuestion.text, HoursQuestion.asked_at, sent.label("answer"))
    asked = select(*own, HoursQuestion.answered_at).where(HoursQuestion.asker_id == person.id)
    yield Piece("questions.json", as_data(asked.order_by(HoursQuestion.id)))
    answered = (
        select(HoursQuestion.answer, HoursQuestion.answered_at)
        .join(Slot, Slot.id == HoursQuestion.slot_id)
        .join(SlotOffer, SlotOffer.id == Slot.offer_id)
        .where(SlotOffer.host_id == person.id, HoursQuestion.answer != "")
    )
    yield Piece("answers.json", as_data(answered.order_by(HoursQuestion.id)))
    said = select(Thanks.text, Thanks.thanked_at).where(Thanks.person_id == person.id)
    yield Piece("thanks.json", as_data(said))
    waits = select(Waiter.slot_id, Waiter.since).where(Waiter.person_id == person.id)
    yield Piece("waiting.json", as_data(waits))


def forget(person: Person) -> None:
    """Offers lose their words and end; questions, thanks and places in waiting lists go."""
    offered = select(SlotOffer.id).where(SlotOffer.host_id == person.id)
    slots = select(Slot.id).where(Slot.offer_id.in_(offered))
    words = {"title": "", "about": "", "place": "", "link": ""}
    drafts = HoursQuestion.slot_id.in_(slots), HoursQuestion.answered_at.is_(None)
    carry_out(
        delete(HoursQuestion).where(HoursQuestion.asker_id == person.id),
        update(HoursQuestion).where(*drafts).values(answer=""),
        delete(Thanks).where(or_(Thanks.person_id == person.id, Thanks.slot_id.in_(slots))),
        delete(Waiter).where(or_(Waiter.person_id == person.id, Waiter.slot_id.in_(slots))),
        update(Slot)
        .where(Slot.offer_id.in_(offered), Slot.withdrawn_at.is_(None))
        .values(withdrawn_at=clock.now()),
        update(SlotOffer).where(SlotOffer.host_id == person.id).values(**words),
    )


PART = OwnPart(
    "booking",
    _l("Times you offered or booked"),
    collect,
    forget,
    goes=_l("The times you offer, your questions, your thanks and your places in waiting lists."),
    stays=_l("Answers you sent stay with those who asked."),
)
