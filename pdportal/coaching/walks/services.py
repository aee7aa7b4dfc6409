"""Walks: planned, noted room by room, turned into patterns, closed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from sqlalchemy import select

from pdportal import clock
from pdportal.accounts.models import Person, School
from pdportal.accounts.turns import wait_for_turn
from pdportal.activity.services import record
from pdportal.coaching.appointments import services as appointments
from pdportal.coaching.appointments.models import Appointment, AppointmentKind
from pdportal.coaching.walks import policy
from pdportal.coaching.walks.models import Walk, Walker
from pdportal.coaching.walks.names import names_found, names_in, without
from pdportal.db import db
from pdportal.feedback.rounds.policy import may_ask
from pdportal.feedback.works.models import Work
from pdportal.feedback.works.services import begin_work, fitting
from pdportal.inbox.services import address, notify_all
from pdportal.web.autosave import check_version, replace_values
from pdportal.web.errors import Refused, forbidden, require
from pdportal.web.locale import zone_here
from pdportal.web.typed import has_visible

LONGEST = 8_000
PATTERNS = ("described", "patterns", "predicted", "next_level")


class AboutNames(NamedTuple):
    """What becomes of a name of the school in words that are to have none: it is pointed out."""

    take_out: bool = False
    sure: bool = False
    """It is a word that is meant otherwise."""


POINT_OUT = AboutNames()


def plan(
    organizer: Person,
    school: School,
    people: Sequence[Person],
    *,
    starts_at: datetime,
    minutes: int,
    rooms: int,
    problem: str,
    look_fors: str,
    form_key: str,
    names: AboutNames = POINT_OUT,
) -> Walk:
    """Plan a walk, in which the organizer walks, too; one form plans one walk."""
    wait_for_turn(organizer)
    sent = select(Walk).where(Walk.form_key == form_key, Walk.organizer_id == organizer.id)
    if (before := db.session.scalars(sent).one_or_none()) is not None:
        return before
    if len(people) + 1 not in policy.WALKERS or not may_ask(organizer, *people):
        message = _("Choose two to five colleagues: three to six walk, with you.")
        raise Refused(message, status=422, field="named")
    texts = _nameless(school.id, {"problem": problem, "look_fors": look_fors}, names)
    zone = zone_here()
    appointment = appointments.make(
        organizer, organizer, people, kind=AppointmentKind.WALK, zone=zone.key,
        starts_at=starts_at, ends_at=starts_at + timedelta(minutes=minutes), place=school.name,
    )  # fmt: skip
    walk = Walk(
        organizer_id=organizer.id, school_id=school.id, appointment_id=appointment.id,
        held_on=starts_at.astimezone(zone).date(), rooms=rooms, form_key=form_key, **texts,
    )  # fmt: skip
    walk.walkers = [Walker(person_id=person.id) for person in (organizer, *people)]
    db.session.add(walk)
    db.session.flush()
    record(organizer, "planned", walk)
    return walk


def follow(appointment: Appointment) -> None:
    """What becomes of a walk when its appointment changed: it is on the same day, by those who
    come. Once canceled it is closed, unless somebody noted something already.
    """
    its = select(Walk).where(Walk.appointment_id == appointment.id, Walk.is_open)
    walk = db.session.scalars(its).one_or_none()
    if walk is None:
        return
    zone = ZoneInfo(appointment.zone)
    walk.held_on = appointment.starts_at.astimezone(zone).date()
    come = appointment.everybody()
    walk.walkers = [each for each in walk.walkers if each.person_id in come or each.rooms]
    if not appointment.stands and not any(each.rooms for each in walk.walkers):
        walk.rooms_seen, walk.closed_at = 0, clock.now()


def save_notes(
    person: Person,
    walk: Walk,
    typed: Mapping[str, str],
    *,
    version: int,
    names: AboutNames = POINT_OUT,
) -> int:
    """Save what somebody notes, by room. Raises `ChangedElsewhere`."""
    _require_open(walk)
    texts = {room: fitting(typed.get(room, ""), room, LONGEST) for room in walk.room_names}
    texts = _nameless(walk.school_id, texts, names)
    own = policy.own_notes(person, walk).with_for_update()
    db.session.flush()
    walker = db.session.scalars(own, execution_options={"populate_existing": True}).one()
    stored = {room: walker.notes.get(room, "") for room in texts}
    if texts != stored:
        check_version(version, walker.version, stored)
        walker.notes, walker.version = texts, walker.version + 1
        db.session.flush()
    return walker.version


def save_patterns(
    organizer: Person,
    walk: Walk,
    typed: Mapping[str, str],
    *,
    version: int,
    names: AboutNames = POINT_OUT,
) -> int:
    """Save the note on patterns. Raises `ChangedElsewhere`."""
    _require_open(walk)
    require(policy.may_organize(organizer, walk))
    texts = {name: fitting(typed.get(name, ""), name, LONGEST) for name in PATTERNS}
    replace_values(walk, _nameless(walk.school_id, texts, names), version)
    db.session.flush()
    return walk.version


def close(organizer: Person, walk: Walk, *, send: bool) -> None:
    """End a walk: everybody's notes are deleted, and the note on patterns goes to the staff.

    Refused, if it is to be sent, where fewer than three rooms were noted. Twice is once.
    """
    if not policy.may_organize(organizer, walk):
        if walk.closed_at is not None and walk.organizer_id == organizer.id:
            return
        raise forbidden()
    db.session.flush()
    db.session.refresh(walk, with_for_update={"of": Walk})
    noted = select(Walker).where(Walker.walk_id == walk.id).with_for_update()
    walkers = db.session.scalars(noted, execution_options={"populate_existing": True}).all()
    rooms = set[str]().union(*(each.rooms for each in walkers))
    if send and len(rooms) < policy.FEWEST_ROOMS:
        message = _("Fewer than three rooms have notes: a pattern would point at somebody.")
        raise Refused(message, status=422)
    if send and not has_visible(walk.patterns):
        raise Refused(_("Write the patterns first."), status=422, field="patterns")
    for each in walkers:
        each.notes, each.version = {}, each.version + 1
    walk.rooms_seen, walk.closed_at = len(rooms), clock.now()
    record(organizer, "closed", walk)
    if send:
        walk.sent_at = clock.now()
        staff = select(Person.id).where(Person.school_id == walk.school_id, Person.active)
        people = db.session.scalars(staff).all()
        notify_all(people, "walk_note", page_of(walk), sender=organizer)


def work_to_meet_about(organizer: Person, walk: Walk) -> Work:
    """A text of the organizer's with the problem and the look-fors, for a meeting; made once."""
    require(policy.may_organize(organizer, walk))
    wait_for_turn(organizer)
    db.session.refresh(walk)
    if walk.work_id is None:
        text = "\n\n".join(filter(None, (walk.problem, walk.look_fors)))
        title = _("Walk, %(school)s", school=walk.school.name)
        walk.work_id = begin_work(organizer, "text", title, content={"text": text}).id
    return db.session.get_one(Work, walk.work_id)


def page_of(walk: Walk) -> str:
    """The page of a walk."""
    return address("walks.walk_page", walk_id=walk.id)


def _nameless(school_id: int, texts: dict[str, str], names: AboutNames) -> dict[str, str]:
    found = {} if names.sure else names_in(school_id, texts)
    for field, words in found.items():
        if not names.take_out:
            raise Refused(names_found(words), status=422, field=field)
        texts[field] = without(texts[field], words)
    return texts


def _require_open(walk: Walk) -> None:
    if not walk.is_open:
        raise Refused(_("This walk is closed, and its notes are deleted."))
