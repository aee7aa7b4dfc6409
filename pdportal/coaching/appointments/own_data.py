"""Somebody's own appointments."""

from __future__ import annotations

from collections.abc import Iterator

from flask_babel import lazy_gettext as _l
from sqlalchemy import update

from pdportal.accounts.models import Person
from pdportal.accounts.own_data import OwnPart, Piece, as_data
from pdportal.coaching.appointments.kinds import page_of
from pdportal.coaching.appointments.models import Appointment
from pdportal.coaching.appointments.policy import appointments_seen_by
from pdportal.db import db
from pdportal.inbox.services import withdraw, withdraw_pages

HIDDEN = ("sequence", "host_id")


def collect(person: Person) -> Iterator[Piece]:
    """Those that they host or come to, and with whom."""
    columns = [column for column in Appointment.__table__.c if column.name not in HIDDEN]
    rows = appointments_seen_by(person).join(Person, Person.id == Appointment.host_id)
    found = rows.with_only_columns(Person.name.label("host"), *columns)
    yield Piece("appointments.json", as_data(found.order_by(Appointment.starts_at)))


def forget(person: Person) -> None:
    """Their appointments lose their words; what is ahead is canceled as the account ends."""
    mine = db.session.scalars(
        appointments_seen_by(person).order_by(Appointment.starts_at, Appointment.id)
    ).all()
    withdraw_pages(page_of(each.kind, each.id) for each in mine if each.host_id == person.id)
    without_words = {"title": "", "place": "", "link": "", "why": ""}
    db.session.execute(
        update(Appointment).where(Appointment.host_id == person.id).values(**without_words),
    )
    for each in mine:
        withdraw(person.id, page_of(each.kind, each.id))


PART = OwnPart(
    "appointments",
    _l("Appointments"),
    collect,
    forget,
    goes=_l("Your appointments to come are canceled. What you wrote about past ones."),
    stays=_l("That there was an appointment, without your name."),
)
