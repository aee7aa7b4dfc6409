"""Visits: proposed, agreed, moved, called off; questions before, and the next step after."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from flask_babel import gettext as _
from sqlalchemy import select

from pdportal import clock
from pdportal.accounts.models import Person
from pdportal.accounts.turns import wait_for_turn, wait_for_turns
from pdportal.activity.services import record
from pdportal.coaching.appointments import services as appointments
from pdportal.coaching.appointments.models import Appointment, AppointmentKind
from pdportal.coaching.visits import policy
from pdportal.coaching.visits.models import Visit
from pdportal.db import db
from pdportal.feedback.works.services import fitting
from pdportal.goals.services.checks import LONGEST_STEP
from pdportal.inbox.services import address, notify, withdraw
from pdportal.web.autosave import replace_values
from pdportal.web.errors import Refused, forbidden, require
from pdportal.web.locale import zone_here

LONGEST = 4_000
MINUTE = timedelta(minutes=1)
BEFORE = ("wants", "look_fors", "working_on", "seat")
"""What the host says before."""


def propose(
    person: Person,
    visitor: Person,
    host: Person,
    *,
    starts_at: datetime,
    minutes: int,
    place: str = "",
    why: str = "",
) -> Visit:
    """Propose a visit of `visitor` to `host`, one of whom is `person`; sent twice it is one."""
    if not policy.may_propose(person, visitor, host):
        raise Refused(_("You can’t visit each other here."), status=422, field="named")
    wait_for_turn(person)
    pair = {"visitor_id": visitor.id, "host_id": host.id, "starts_at": starts_at}
    same = select(Visit).filter_by(proposed_by_id=person.id, **pair).where(Visit.is_on)
    if (found := db.session.scalars(same.limit(1)).first()) is not None:
        return found
    visit = Visit(proposed_by_id=person.id, minutes=minutes, place=place, why=why, **pair)
    db.session.add(visit)
    db.session.flush()
    record(person, "proposed", visit)
    notify_other(person, visit, "visit_proposed")
    return visit


def answer(person: Person, visit: Visit, *, accepts: bool) -> None:
    """Accept or decline the time that the other proposed; said twice it is said once."""
    lock(visit)
    if accepts and visit.is_agreed and visit.proposed_by_id != person.id:
        return
    if not policy.may_answer(person, visit):
        raise Refused(_("This visit was changed meanwhile. Have a look at it."))
    withdraw(person.id, page_of(visit))
    record(person, "accepted" if accepts else "declined", visit)
    if accepts:
        _appoint(person, visit)
        visit.accepted_at = clock.now()
    else:
        visit.declined_at = clock.now()
        _cancel(visit)
        notify_other(person, visit, "visit_declined")


def move(
    person: Person, visit: Visit, *, starts_at: datetime, minutes: int, place: str, why: str
) -> None:
    """Propose another time or place; the other one answers again. What was agreed holds so long."""
    lock(visit)
    require(policy.may_plan(person, visit))
    withdraw(person.id, page_of(visit))
    visit.starts_at, visit.minutes, visit.place, visit.why = starts_at, minutes, place, why
    visit.proposed_by_id, visit.accepted_at = person.id, None
    record(person, "moved", visit)
    notify_other(person, visit, "visit_moved")


def call_off(person: Person, visit: Visit) -> None:
    """Call it off, or take back what one proposed; twice is once."""
    lock(visit)
    if visit.called_off_at is not None and policy.takes_part(person, visit):
        return
    require(policy.may_plan(person, visit))
    visit.called_off_at = clock.now()
    withdraw(visit.other(person).id, page_of(visit))
    record(person, "called_off", visit)
    if not _cancel(visit):
        notify_other(person, visit, "visit_called_off")


def follow(appointment: Appointment) -> None:
    """What becomes of a visit when its appointment changed on its own page.

    It says the same time and place, or does not take place, unless its notes are shared already.
    """
    its = select(Visit).where(Visit.appointment_id == appointment.id, Visit.is_on)
    for visit in db.session.scalars(its):
        if appointment.stands and visit.visitor in appointment.coming:
            if visit.accepted_at is not None:
                visit.starts_at, visit.place = appointment.starts_at, appointment.place
                visit.minutes = (appointment.ends_at - appointment.starts_at) // MINUTE
        elif visit.shared_at is None:
            visit.called_off_at = clock.now()
            _cancel(visit)


def save_before(person: Person, visit: Visit, words: Mapping[str, str], *, version: int) -> int:
    """Save what the host says before, or the visitor's questions, as they are typed.

    Raises `ChangedElsewhere`.
    """
    if not policy.may_plan(person, visit):
        raise Refused(_("The visit is over: its notes were shared, or it was called off."))
    is_host = person.id == visit.host_id
    names, counter = (
        (BEFORE, "before_version") if is_host else (("questions",), "questions_version")
    )
    new = {name: fitting(words.get(name, ""), name, LONGEST) for name in names}
    replace_values(visit, new, version, counter)
    db.session.flush()
    return int(getattr(visit, counter))


def agree_on_step(
    person: Person, visit: Visit, text: str, follow_up_on: date | None, *, version: int
) -> Visit:
    """Note the next step that both agreed on, and when to talk about it; either may.

    Raises `ChangedElsewhere`.
    """
    if not policy.takes_part(person, visit) or visit.shared_at is None:
        raise forbidden()
    text = fitting(text, "next_step", LONGEST_STEP).strip()
    new = {"next_step": text, "follow_up_on": follow_up_on}
    if replace_values(visit, new, version, "step_version"):
        visit.followed_up_at = None
        record(person, "agreed", visit)
        notify_other(person, visit, "visit_step")
    return visit


def follow_up_done(visitor: Person, visit: Visit) -> None:
    """The visitor has come back to the next step."""
    require(visitor.id == visit.visitor_id)
    visit.followed_up_at = visit.followed_up_at or clock.now()


def page_of(visit: Visit) -> str:
    """The page of a visit."""
    return address("visits.visit_page", visit_id=visit.id)


def notify_other(person: Person, visit: Visit, kind: str) -> None:
    """Leave the other one a notice."""
    notify(visit.other(person).id, kind, page_of(visit), sender=person, by=person)


def _appoint(person: Person, visit: Visit) -> None:
    """Make the appointment that both now agree on, or move it: for their calendars it is one."""
    before = visit.appointment
    if before is not None and before.stands and before.ends_at > clock.now():
        # Moving is the host's act there; here both said yes.
        place = visit.place
        appointments.move(visit.host, before, visit.starts_at, visit.ends_at, place=place)
        return
    visit.appointment = appointments.make(
        person,
        visit.host,
        [visit.visitor],
        kind=AppointmentKind.VISIT,
        starts_at=visit.starts_at,
        ends_at=visit.ends_at,
        zone=zone_here().key,
        place=visit.place,
    )
    db.session.flush()


def _cancel(visit: Visit) -> bool:
    """Cancel the appointment of a visit that does not take place; whether there was one ahead."""
    appointment = visit.appointment
    if appointment is None or not appointment.stands or appointment.ends_at <= clock.now():
        return False
    appointments.cancel(visit.host, appointment)  # the host's act there, of either here
    return True


def lock(visit: Visit) -> None:
    """Let what comes at once be done one after the other: people first, as in appointments."""
    db.session.flush()
    wait_for_turns([visit.visitor_id, visit.host_id])
    db.session.refresh(visit, with_for_update={"of": Visit})
