"""Somebody's own appointments, what they offered, wait for, asked, answered and said thanks for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from flask_babel import lazy_gettext as _l
from sqlalchemy import Executable, case, delete, or_, select, update

from pdportal.accounts.models import Person
from pdportal.accounts.own_data import OwnPart, Rows, columns_of
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


def _rows(person: Person) -> Mapping[str, Rows]:
    """What they host, offer or come to, and with whom; what they asked, answered and thanked."""
    own, asked = Appointment.host_id == person.id, HoursQuestion.__table__.c
    sent = case((HoursQuestion.answered_at.is_not(None), HoursQuestion.answer), else_="")
    return {
        "appointments": appointments_of(person)
        .join(Person, Person.id == Appointment.host_id)
        .with_only_columns(
            Person.name.label("host"), *columns_of(Appointment, "sequence", "host_id")
        )
        .order_by(Appointment.starts_at),
        "offers": select(*columns_of(TimeOffer))
        .join(Appointment, Appointment.offer_id == TimeOffer.id)
        .where(own)
        .distinct()
        .order_by(TimeOffer.id),
        "questions": select(*asked["text", "asked_at"], sent.label("answer"), asked.answered_at)
        .where(HoursQuestion.asker_id == person.id)
        .order_by(HoursQuestion.id),
        "answers": select(HoursQuestion.answer, HoursQuestion.answered_at)
        .join(Appointment, Appointment.id == HoursQuestion.appointment_id)
        .where(own, HoursQuestion.answer != "")
        .order_by(HoursQuestion.id),
        "thanks": select(Thanks.text, Thanks.thanked_at).where(Thanks.person_id == person.id),
        "waiting": select(Waiter.appointment_id, Waiter.since).where(Waiter.person_id == person.id),
    }


def _ends(person: Person) -> None:
    """They wait for nothing, and nobody is told of their appointments."""
    wait_for_nothing(person)
    order = Appointment.starts_at, Appointment.id
    mine = db.session.scalars(appointments_of(person).order_by(*order)).all()
    withdraw_pages(each.page for each in mine if each.host_id == person.id)
    for each in mine:
        withdraw(person.id, each.page)


def _gone(person: Person) -> Iterable[Executable]:
    """The words of what they host, which is canceled as the account ends; what they said."""
    own = Appointment.host_id == person.id
    hosted = select(Appointment.id).where(own)
    offered = select(Appointment.offer_id).where(own)
    drafts = HoursQuestion.appointment_id.in_(hosted), HoursQuestion.answered_at.is_(None)
    without_words = {"title": "", "place": "", "link": "", "why": ""}
    return [
        delete(HoursQuestion).where(HoursQuestion.asker_id == person.id),
        update(HoursQuestion).where(*drafts).values(answer=""),
        delete(Thanks).where(or_(Thanks.person_id == person.id, Thanks.appointment_id.in_(hosted))),
        delete(Waiter).where(Waiter.appointment_id.in_(hosted)),
        update(TimeOffer).where(TimeOffer.id.in_(offered)).values(about=""),
        update(Appointment).where(own).values(**without_words),
    ]


PART = OwnPart(
    "appointments",
    _l("Appointments, and times you offered or booked"),
    _rows,
    ends=_ends,
    gone=_gone,
    goes=_l(
        "Your appointments to come are canceled. What you wrote about past ones, your questions,"
        " your thanks and your places in waiting lists."
    ),
    stays=_l("That there was an appointment, without your name, and answers you sent."),
)
