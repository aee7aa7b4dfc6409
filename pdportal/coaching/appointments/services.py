"""Appointments are made or offered, moved and canceled.

Each act locks the people whose time it takes, the host among them, so that of two that want the
same time one is done; and leaves everybody a notice, whose mail brings it to their calendar.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from flask_babel import gettext as _
from sqlalchemy import select

from pdportal import clock
from pdportal.accounts.models import Person
from pdportal.accounts.turns import wait_for_turns
from pdportal.activity.services import record
from pdportal.coaching.appointments import policy, queries
from pdportal.coaching.appointments.dividing import MOST_SLOTS
from pdportal.coaching.appointments.events import appointment_changed
from pdportal.coaching.appointments.forms import Span
from pdportal.coaching.appointments.models import (
    DROPS_IN,
    KEEPS_FREE,
    LONGEST_LINK,
    LONGEST_PLACE,
    LONGEST_TITLE,
    LONGEST_WHY,
    Appointment,
    AppointmentKind,
    Guest,
    TimeOffer,
)
from pdportal.coaching.appointments.notices import notify_people, notify_waiters
from pdportal.db import db
from pdportal.feedback.works.services import fitting
from pdportal.web.errors import Refused, require
from pdportal.web.locale import local_day, say_date
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
        **_where(place, link),
    )
    wait_for_turns([host.id, *guests])
    _set_time(appointment, starts_at, ends_at)
    db.session.add(appointment)
    db.session.flush()
    record(actor, "made", appointment, kind=kind)
    notify_people(actor, appointment, "appointment_made", appointment.everybody())
    return appointment


def offer_times(
    host: Person,
    offer: TimeOffer,
    spans: Sequence[Span],
    *,
    kind: AppointmentKind,
    zone: str,
    title: str = "",
    place: str = "",
    link: str = "",
) -> list[Appointment]:
    """Offer times; none may lie over another, or over one that the host offers already."""
    wait_for_turns([host.id])
    ahead = [span for span in spans if span.ends_at > clock.now()]
    if not ahead:
        raise Refused(_("No time is left of that. Look at the times."), status=422, field="ends")
    if len(ahead) > MOST_SLOTS:
        message = _("At most %(most)d times at once. Choose an earlier last day.", most=MOST_SLOTS)
        raise Refused(message, status=422, field="until")
    if kind in queries.BOOKED:
        _refuse_overlap(host, ahead)
    known = {"kind": kind, "zone": zone, "title": title, **_where(place, link)}
    times = [Appointment(host_id=host.id, offer=offer, **known, **span._asdict()) for span in ahead]
    db.session.add_all([offer, *times])
    db.session.flush()
    record(host, "offered", offer, times=len(ahead))
    return times


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
    hold(appointment, *appointment.everybody())
    require(policy.may_change(actor, appointment))
    require_standing(appointment)
    where = _where(
        appointment.place if place is None else place, appointment.link if link is None else link
    )
    new = {"starts_at": starts_at, "ends_at": ends_at, **where}
    if new == {name: getattr(appointment, name) for name in new}:
        return
    _set_time(appointment, starts_at, ends_at)
    appointment.place, appointment.link = where["place"], where["link"]
    appointment.sequence += 1
    record(actor, "moved", appointment)
    if appointment.takes_place:
        notify_people(actor, appointment, "appointment_moved", appointment.everybody())
    for waiter in appointment.waiters:
        if waiter.lease_until is not None:
            waiter.lease_until = min(waiter.lease_until, starts_at)
    notify_waiters(appointment, "slot_moved", appointment.waiters)
    appointment_changed.send(appointment)


def cancel(actor: Person, appointment: Appointment, why: str = "", *, later: bool = False) -> None:
    """It does not take place, nor, if `later`, do those of its offer that come after it.

    Those who had it are told why, and those who wait for a seat that it is gone. Canceled twice,
    it is once.
    """
    require(policy.may_change(actor, appointment))
    hold(appointment)
    more = queries.later_of(appointment) if later else []
    if not later and appointment.stands and appointment.ends_at < clock.now():
        raise Refused(_("This appointment is over."))
    why = fitting(one_line(why), "why", LONGEST_WHY)
    for each in (appointment, *more):
        hold(each)
        if each.stands and each.ends_at >= clock.now():
            _cancel(actor, each, why)


def _cancel(actor: Person, appointment: Appointment, why: str) -> None:
    took_place = appointment.takes_place
    appointment.canceled_at, appointment.why = clock.now(), why
    appointment.sequence += 1
    record(actor, "canceled", appointment)
    if took_place:
        notify_people(actor, appointment, "appointment_canceled", appointment.everybody())
    notify_waiters(appointment, "slot_gone", appointment.waiters)
    appointment.waiters.clear()
    db.session.flush()
    appointment_changed.send(appointment)


def hold(appointment: Appointment, *people: int) -> None:
    """Lock the host and the people whose time it is about, and read it as it is then.

    No more than these, so that of two acts each waits for the other only in one order.
    """
    db.session.flush()
    wait_for_turns([appointment.host_id, *people])
    as_it_is = queries.whole(select(Appointment).where(Appointment.id == appointment.id))
    db.session.scalars(as_it_is, execution_options={"populate_existing": True}).unique().one()


def require_standing(appointment: Appointment) -> None:
    """Refuse what is canceled or over."""
    if not appointment.stands:
        raise Refused(_("This appointment was canceled."))
    if appointment.ends_at <= clock.now():
        raise Refused(_("This appointment is over."))


def refuse_clash(ids: list[int], starts: datetime, ends: datetime, beside: Appointment) -> None:
    """Who has something else then is not said: that is theirs."""
    with db.session.no_autoflush:
        clash = queries.clashes(ids, starts, ends, beside=beside.id or 0)
        if ids and db.session.scalar(clash.with_only_columns(Appointment.id).limit(1)):
            message = _("Somebody has another appointment at that time. Choose another time.")
            raise Refused(message, field="starts")


def _set_time(appointment: Appointment, starts: datetime, ends: datetime) -> None:
    if not timedelta(0) < ends - starts <= LONGEST:
        message = _("It ends after it starts, on the same day.")
        raise Refused(message, status=422, field="ends")
    if ends <= clock.now():
        raise Refused(_("That time is over."), status=422, field="starts")
    guests = [guest.person_id for guest in appointment.guests if guest.comes]
    busy = [] if appointment.kind in DROPS_IN else guests
    if appointment.kind not in KEEPS_FREE and (guests or appointment.offer_id is None):
        busy = [*busy, appointment.host_id]
    refuse_clash(busy, starts, ends, appointment)
    appointment.starts_at, appointment.ends_at = starts, ends


def _refuse_overlap(host: Person, spans: Sequence[Span]) -> None:
    taken = queries.own_offered(host, spans[0].starts_at, max(span.ends_at for span in spans))
    for span in spans:
        if any(each.starts_at < span.ends_at and each.ends_at > span.starts_at for each in taken):
            message = _("You offer times on %(day)s already that lie over these.")
            day = say_date(local_day(span.starts_at))
            raise Refused(message % {"day": day}, field="starts", status=422)


def _where(place: str, link: str) -> dict[str, str]:
    """A place and a link as they are stored; refused if they will not do."""
    place = fitting(one_line(place), "place", LONGEST_PLACE)
    link = fitting(one_line(link), "link", LONGEST_LINK)
    if link and not (link := web_address(link)):
        message = _("A link begins with https:// and names a page on the web.")
        raise Refused(message, status=422, field="link")
    return {"place": place, "link": link}
