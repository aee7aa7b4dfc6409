"""Appointments are made, moved and canceled, and people come to them or do not.

Each act locks the people whose time it takes, so that of two that want the same time one is done;
and leaves everybody a notice, whose mail brings it to their calendar.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from flask_babel import gettext as _
from sqlalchemy import select

from pdportal import clock
from pdportal.accounts.models import Person
from pdportal.accounts.turns import wait_for_turns
from pdportal.activity.services import record
from pdportal.coaching.appointments import policy, queries
from pdportal.coaching.appointments.events import appointment_changed
from pdportal.coaching.appointments.kinds import DROPS_IN, KEEPS_FREE, page_of
from pdportal.coaching.appointments.models import (
    LONGEST_LINK,
    LONGEST_PLACE,
    LONGEST_TITLE,
    LONGEST_WHY,
    Appointment,
    AppointmentKind,
    Guest,
)
from pdportal.coaching.appointments.notices import tell
from pdportal.db import db
from pdportal.feedback.works.services import fitting
from pdportal.web.errors import Refused, forbidden
from pdportal.web.typed import one_line, web_address

LONGEST = timedelta(hours=12)


def make(
    actor: Person,
    host: Person,
    people: Iterable[Person],
    *,
    kind: AppointmentKind,
    starts_at: datetime,
    ends_at: datetime,
    zone: str,
    title: str = "",
    place: str = "",
    link: str = "",
) -> Appointment:
    """Make an appointment; everybody in it gets an invitation, `actor` too.

    Who may make one with whom is for the caller to ask. Refused where somebody has another one.
    """
    guests = {person.id: person for person in people if person.id != host.id}
    appointment = Appointment(
        kind=kind,
        host_id=host.id,
        title=one_line(title)[:LONGEST_TITLE],
        zone=zone,
        guests=[Guest(person_id=ident) for ident in guests],
        **where_of(place, link),
    )
    wait_for_turns([host.id, *guests])
    _set_time(appointment, starts_at, ends_at)
    db.session.add(appointment)
    db.session.flush()
    record(actor, "made", appointment, kind=kind)
    _tell(actor, appointment, "appointment_made", appointment.everybody())
    return appointment


def move(
    actor: Person,
    appointment: Appointment,
    starts_at: datetime,
    ends_at: datetime,
    *,
    place: str | None = None,
    link: str | None = None,
) -> None:
    """Move it to another time or place; those in it get a new invitation. The same is no move."""
    _hold(appointment, *appointment.everybody())
    if not policy.may_change(actor, appointment):
        raise forbidden()
    _require_standing(appointment)
    where = where_of(
        appointment.place if place is None else place, appointment.link if link is None else link
    )
    new = {"starts_at": starts_at, "ends_at": ends_at, **where}
    if new == {name: getattr(appointment, name) for name in new}:
        return
    _set_time(appointment, starts_at, ends_at)
    appointment.place, appointment.link = where["place"], where["link"]
    appointment.sequence += 1
    record(actor, "moved", appointment)
    _tell(actor, appointment, "appointment_moved", appointment.everybody())
    appointment_changed.send(appointment)


def cancel(actor: Person, appointment: Appointment, why: str = "") -> None:
    """It does not take place; those who had it are told, and why. Canceled twice, it is once."""
    _hold(appointment)
    if not policy.may_change(actor, appointment):
        raise forbidden()
    if not appointment.stands:
        return
    if appointment.ends_at < clock.now():
        raise Refused(_("This appointment is over."))
    appointment.canceled_at = clock.now()
    appointment.why = fitting(one_line(why), "why", LONGEST_WHY)
    appointment.sequence += 1
    record(actor, "canceled", appointment)
    _tell(actor, appointment, "appointment_canceled", appointment.everybody())
    appointment_changed.send(appointment)


def add_guest(actor: Person, appointment: Appointment, person: Person) -> None:
    """Let somebody more come: they get an invitation, the host a notice. Twice is once."""
    _hold(appointment, person.id)
    _require_standing(appointment)
    guest = appointment.guest(person)
    if person.id == appointment.host_id or (guest is not None and guest.comes):
        return
    if appointment.kind not in DROPS_IN:
        _refuse_clash([person.id], appointment.starts_at, appointment.ends_at, appointment)
    if guest is None:
        appointment.guests.append(Guest(person_id=person.id))
    else:
        guest.left_at = None
        appointment.sequence += 1  # later than what took it out of their calendar
    record(actor, "added", appointment, person=person.id)
    _tell(actor, appointment, "appointment_made", [person.id])
    _tell(actor, appointment, "appointment_joined", [appointment.host_id], name=person)


def take_out(actor: Person, appointment: Appointment, person: Person) -> None:
    """Somebody does not come: by their own word, or the host's. It goes out of their calendar.

    When nobody comes any more it is canceled.
    """
    _hold(appointment, person.id)
    guest = appointment.guest(person)
    if guest is None or not guest.comes:
        return
    if actor.id != person.id and not policy.may_change(actor, appointment):
        raise forbidden()
    _require_standing(appointment)
    guest.left_at = clock.now()
    appointment.sequence += 1
    record(actor, "took_out", appointment, person=person.id)
    _tell(actor, appointment, "appointment_canceled", [person.id])
    if not appointment.coming:
        appointment.canceled_at = clock.now()
    kind = "appointment_left" if appointment.stands else "appointment_canceled"
    _tell(actor, appointment, kind, [appointment.host_id], name=person)
    appointment_changed.send(appointment)


def cancel_ahead_of(_app: object, person: Person) -> None:
    """Somebody is there no longer: what they host is canceled, and they come to nothing more."""
    ahead = policy.appointments_seen_by(person).where(
        Appointment.stands, Appointment.ends_at > clock.now()
    )
    for each in db.session.scalars(ahead.order_by(Appointment.host_id, Appointment.id)).all():
        if policy.may_change(person, each):
            cancel(person, each)
        else:
            take_out(person, each, person)


def _hold(appointment: Appointment, *people: int) -> None:
    """Lock the host and the people whose time it is about, and read it as it is then.

    No more than these, so that of two acts each waits for the other only in one order.
    """
    db.session.flush()
    wait_for_turns([appointment.host_id, *people])
    as_it_is = queries.with_people(select(Appointment).where(Appointment.id == appointment.id))
    db.session.scalars(as_it_is, execution_options={"populate_existing": True}).unique().one()


def _require_standing(appointment: Appointment) -> None:
    if not appointment.stands:
        raise Refused(_("This appointment was canceled."))
    if appointment.ends_at <= clock.now():
        raise Refused(_("This appointment is over."))


def _set_time(appointment: Appointment, starts: datetime, ends: datetime) -> None:
    if not timedelta(0) < ends - starts <= LONGEST:
        message = _("It ends after it starts, on the same day.")
        raise Refused(message, status=422, field="ends")
    if ends <= clock.now():
        raise Refused(_("That time is over."), status=422, field="starts")
    guests = [guest.person_id for guest in appointment.guests if guest.comes]
    busy = [] if appointment.kind in DROPS_IN else guests
    if appointment.kind not in KEEPS_FREE:
        busy = [*busy, appointment.host_id]
    _refuse_clash(busy, starts, ends, appointment)
    appointment.starts_at, appointment.ends_at = starts, ends


def _refuse_clash(
    ids: list[int], starts: datetime, ends: datetime, appointment: Appointment
) -> None:
    """Who has something else then is not said: that is theirs."""
    with db.session.no_autoflush:
        clash = queries.clashes(ids, starts, ends, beside=appointment.id or 0)
        if ids and db.session.scalar(clash.with_only_columns(Appointment.id).limit(1)):
            message = _("Somebody has another appointment at that time. Choose another time.")
            raise Refused(message, field="starts")


def where_of(place: str, link: str) -> dict[str, str]:
    """A place and a link as they are stored; refused if they will not do."""
    place = fitting(one_line(place), "place", LONGEST_PLACE)
    link = fitting(one_line(link), "link", LONGEST_LINK)
    if link and not (link := web_address(link)):
        message = _("A link begins with https:// and names a page on the web.")
        raise Refused(message, status=422, field="link")
    return {"place": place, "link": link}


def _tell(
    actor: Person, appointment: Appointment, kind: str, people: Iterable[int], **words: Person
) -> None:
    page = page_of(appointment.kind, appointment.id)
    about = {"appointment": appointment.id, "where": appointment.where}
    tell(kind, people, page, appointment, actor, **about, **words)
