"""Somebody's own appointments, what they offered, wait for, asked, answered and said thanks for."""

from __future__ import annotations

from collections.abc import Iterator

from flask_babel import lazy_gettext as _l
from sqlalchemy import case, delete, or_, select, update

from pdportal.accounts.models import Person
from pdportal.accounts.own_data import OwnPart, Piece, as_data, carry_out, columns_of
from pdportal.coaching.appointments.models import (
    Appointment,
    HoursQuestion,
    Thanks,
    TimeOffer,
    Waiter,
)
from pdportal.coaching.appointments.policy import appointments_of
from pdportal.coaching.appointments.seats import wait_for_nothing
from pdportal.db import db
from pdportal.inbox.services import withdraw, withdraw_pages


def collect(person: Person) -> Iterator[Piece]:
    """What they host, offer or come to, and with whom; what they asked, answered and thanked."""
    columns = columns_of(Appointment, "sequence", "host_id")
    rows = appointments_of(person).join(Person, Person.id == Appointment.host_id)
    found = rows.with_only_columns(Person.name.label("host"), *columns)
    yield Piece("appointments.json", as_data(found.order_by(Appointment.starts_at)))
    own = Appointment.host_id == person.id
    offers = select(*columns_of(TimeOffer)).join(Appointment, Appointment.offer_id == TimeOffer.id)
    yield Piece("offers.json", as_data(offers.where(own).distinct().order_by(TimeOffer.id)))
    sent = case((HoursQuestion.answered_at.is_not(None), HoursQuestion.answer), else_="")
    asked = select(
        *(HoursQuestion.text, HoursQuestion.asked_at),
        *(sent.label("answer"), HoursQuestion.answered_at),
    ).where(HoursQuestion.asker_id == person.id)
    yield Piece("questions.json", as_data(asked.order_by(HoursQuestion.id)))
    answered = (
        select(HoursQuestion.answer, HoursQuestion.answered_at)
        .join(Appointment, Appointment.id == HoursQuestion.appointment_id)
        .where(own, HoursQuestion.answer != "")
    )
    yield Piece("answers.json", as_data(answered.order_by(HoursQuestion.id)))
    said = select(Thanks.text, Thanks.thanked_at).where(Thanks.person_id == person.id)
    yield Piece("thanks.json", as_data(said))
    waits = select(Waiter.appointment_id, Waiter.since).where(Waiter.person_id == person.id)
    yield Piece("waiting.json", as_data(waits))


def forget(person: Person) -> None:
    """What they host loses its words, and is canceled as the account ends; what they said goes."""
    wait_for_nothing(person)
    order = Appointment.starts_at, Appointment.id
    mine = db.session.scalars(appointments_of(person).order_by(*order)).all()
    withdraw_pages(each.page for each in mine if each.host_id == person.id)
    for each in mine:
        withdraw(person.id, each.page)
    own = Appointment.host_id == person.id
    hosted = select(Appointment.id).where(own)
    offered = select(Appointment.offer_id).where(own)
    drafts = HoursQuestion.appointment_id.in_(hosted), HoursQuestion.answered_at.is_(None)
    without_words = {"title": "", "place": "", "link": "", "why": ""}
    carry_out(
        delete(HoursQuestion).where(HoursQuestion.asker_id == person.id),
        update(HoursQuestion).where(*drafts).values(answer=""),
        delete(Thanks).where(or_(Thanks.person_id == person.id, Thanks.appointment_id.in_(hosted))),
        delete(Waiter).where(Waiter.appointment_id.in_(hosted)),
        update(TimeOffer).where(TimeOffer.id.in_(offered)).values(about=""),
        update(Appointment).where(own).values(**without_words),
    )


PART = OwnPart(
    "appointments",
    _l("Appointments, and times you offered or booked"),
    collect,
    forget,
    goes=_l(
        "Your appointments to come are canceled. What you wrote about past ones, your questions,"
        " your thanks and your places in waiting lists."
    ),
    stays=_l("That there was an appointment, without your name, and answers you sent."),
)
