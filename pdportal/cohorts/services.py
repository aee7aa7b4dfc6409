"""What people do with cohorts: make them, fill them, close them, link coaches."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from operator import attrgetter
from typing import NamedTuple

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import Select, select
from sqlalchemy.exc import IntegrityError

from pdportal import clock
from pdportal.accounts.models import Person
from pdportal.accounts.pasted import Fault, read_people
from pdportal.accounts.services.people import is_school_of
from pdportal.activity.services import record
from pdportal.cohorts import events, joining, policy, queries
from pdportal.cohorts.models import Coaching, Cohort, JoinRequest, Member
from pdportal.db import db
from pdportal.web.autosave import replace_values
from pdportal.web.errors import Refused, forbidden, require


def create_cohort(
    lead: Person,
    *,
    name: str,
    starts_on: date,
    ends_on: date | None = None,
    about: str = "",
    school_id: int | None = None,
) -> Cohort:
    """Create a cohort of the lead's district or of one school.

    The same form sent twice creates one cohort. Raises `Refused` (422) for a name that is taken or
    a school of another district.
    """
    require(policy.may_create_at(lead, school_id))
    if school_id is not None and not is_school_of(school_id, lead.district_id):
        raise Refused(_("Choose a school of this district."), status=422, field="school")
    cohort = Cohort(
        district_id=lead.district_id,
        school_id=school_id,
        name=name,
        starts_on=starts_on,
        ends_on=ends_on,
        about=about,
        created_by_id=lead.id,
    )
    try:
        with db.session.begin_nested():
            db.session.add(cohort)
    except IntegrityError:
        existing = db.session.scalars(_named(lead.district_id, name)).one()
        is_own = existing.created_by_id == lead.id and existing.school_id == school_id
        if is_own and _same(existing, name, starts_on, ends_on, about):
            return existing
        raise _name_taken(name) from None
    record(lead, "created", cohort)
    return cohort


def change_cohort(
    actor: Person,
    cohort: Cohort,
    *,
    name: str,
    starts_on: date,
    ends_on: date | None,
    about: str,
    version: int,
) -> None:
    """Change what a cohort is called, its dates and what it is about.

    Raises `ChangedElsewhere` when somebody else did so since the form was opened.
    """
    _run(actor, cohort)
    new = {"name": name, "starts_on": starts_on, "ends_on": ends_on, "about": about}
    try:
        with db.session.begin_nested():
            if not replace_values(cohort, new, version):
                return
    except IntegrityError:
        raise _name_taken(name) from None
    record(actor, "changed", cohort)


def add_people(actor: Person, cohort: Cohort, people: Iterable[Person]) -> Added:
    """Add to a cohort those whom the actor leads, and ask the others to join it.

    Returns who joined and who was asked; left out are those who are in it, or were asked before.
    """
    _run(actor, cohort)
    if not cohort.is_open:
        raise Refused(_("This cohort is closed. Open it again before you add people."))
    new = {person.id: person for person in people}
    if not all(policy.may_add(actor, cohort, person) for person in new.values()):
        if cohort.school_id is None:
            raise forbidden(_("Only active people of the cohort's own district can be in it."))
        raise forbidden(_("You can add active people of the cohort's own school."))
    members = db.session.scalars(
        select(Member.person_id).where(
            Member.cohort_id == cohort.id, Member.is_current, Member.person_id.in_(new)
        )
    ).all()
    for ident in members:
        del new[ident]
    unasked: list[Person] = []
    asked: list[Person] = []
    for person in new.values():
        (unasked if policy.may_add_unasked(actor, person) else asked).append(person)
    return Added(
        [joining.join(cohort, person.id, actor) for person in unasked],
        joining.ask(actor, cohort, asked),
    )


class Added(NamedTuple):
    """What became of a list of people."""

    joined: list[Member]
    asked: list[JoinRequest]


def add_by_address(actor: Person, cohort: Cohort, pasted: str) -> Added:
    """Add or ask everybody in a pasted list of email addresses.

    Raises `WrongLines` and adds nobody where one line is wrong.
    """
    _run(actor, cohort)
    read = read_people(pasted)
    addresses = {guest.email for guest in read.guests}
    known = {
        person.email: person
        for person in db.session.scalars(queries.people_by_address(actor, cohort, addresses))
    }
    unknown = (
        _("Nobody in your district has the address %(address)s.")
        if cohort.school_id is None
        else _("Nobody of this school has the address %(address)s.")
    )
    faults = sorted(
        [
            *read.faults,
            *(
                Fault(guest.line, unknown % {"address": guest.email})
                for guest in read.guests
                if guest.email not in known
            ),
        ],
        key=attrgetter("line"),
    )
    if faults:
        raise WrongLines(faults)
    return add_people(actor, cohort, known.values())


class WrongLines(Refused):
    """A pasted list has mistakes: `faults` has each line that is wrong, and why."""

    def __init__(self, faults: list[Fault]) -> None:
        count = ngettext("Check the line below.", "Check the %(num)s lines below.", len(faults))
        super().__init__(count, status=422, field="addresses")
        self.faults = faults


def remove_person(actor: Person, cohort: Cohort, person: Person) -> None:
    """End a membership; the history stays, and the person can be added again."""
    _run(actor, cohort)
    member = db.session.scalars(queries.membership(cohort.id, person.id)).one_or_none()
    if member is None:
        return
    member.left_at = clock.now()
    record(actor, "removed_person", cohort, person=person.id)
    events.member_left.send(member)


def let_facilitate(actor: Person, cohort: Cohort, person: Person, facilitates: bool) -> None:
    """Make a member a facilitator, who runs the cohort with the leads, or undo it."""
    _run(actor, cohort)
    member = db.session.scalars(queries.membership(cohort.id, person.id)).one_or_none()
    if member is None:
        raise Refused(_("%(name)s is no longer in this cohort. Add them first.", name=person.name))
    if member.facilitates == facilitates:
        return
    member.facilitates = facilitates
    verb = "made_facilitator" if facilitates else "unmade_facilitator"
    record(actor, verb, cohort, person=person.id)


def close_cohort(actor: Person, cohort: Cohort) -> None:
    """Close a cohort; its history stays, and it can be opened again."""
    require(policy.may_close(actor, cohort))
    _lock(cohort)
    if cohort.is_open:
        cohort.closed_at = clock.now()
        cohort.version += 1
        record(actor, "closed", cohort)


def reopen_cohort(actor: Person, cohort: Cohort) -> None:
    """Open a closed cohort again."""
    require(policy.may_close(actor, cohort))
    _lock(cohort)
    if not cohort.is_open:
        cohort.closed_at = None
        cohort.version += 1
        record(actor, "reopened", cohort)


def link_coach(actor: Person, coach: Person, teacher: Person) -> Coaching:
    """Link a coach with a teacher and notify both. Returns the existing link if there is one."""
    if coach.id == teacher.id:
        raise Refused(_("Nobody can be their own coach."), status=422, field="coach")
    require(policy.may_link(actor, coach, teacher))
    coaching = Coaching(coach_id=coach.id, teacher_id=teacher.id)
    standing = select(Coaching).where(
        Coaching.coach_id == coach.id,
        Coaching.teacher_id == teacher.id,
        Coaching.is_current,
    )
    if existing := db.session.scalars(standing).one_or_none():
        stay(existing)
        return existing
    try:
        with db.session.begin_nested():
            db.session.add(coaching)
    except IntegrityError:  # two leads at once: the other one's link is as good
        return db.session.scalars(standing).one()
    record(actor, "linked_coach", coaching, coach=coach.id, teacher=teacher.id)
    events.coach_linked.send(coaching, actor=actor)
    return coaching


def stay(coaching: Coaching) -> None:
    """Whoever only covers for another coach is the teacher's own from now on."""
    coaching.covers_id = coaching.until = None


def unlink_coach(actor: Person, coaching: Coaching) -> None:
    """End the link between a coach and a teacher and notify both."""
    require(policy.may_unlink(actor, coaching))
    if not coaching.is_current:
        return
    coaching.ended_at = clock.now()
    record(actor, "unlinked_coach", coaching, coach=coaching.coach_id, teacher=coaching.teacher_id)
    events.coach_unlinked.send(coaching, actor=actor)


def _run(actor: Person, cohort: Cohort) -> None:
    require(policy.may_run(actor, cohort))
    _lock(cohort)


def _lock(cohort: Cohort) -> None:
    # Two leads at once wait for one another, and the second sees what the first did.
    db.session.refresh(cohort, with_for_update={"of": Cohort})


def _named(district_id: int, name: str) -> Select[Cohort]:
    return select(Cohort).where(Cohort.district_id == district_id, Cohort.name == name)


def _same(cohort: Cohort, name: str, starts_on: date, ends_on: date | None, about: str) -> bool:
    now = (cohort.name, cohort.starts_on, cohort.ends_on, cohort.about)
    return now == (name, starts_on, ends_on, about)


def _name_taken(name: str) -> Refused:
    message = _("Your district already has a cohort called “%(name)s”.", name=name)
    return Refused(message, status=422, field="name")
