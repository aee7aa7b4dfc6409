"""How people come into a cohort and leave it: added by who leads them, or asked; free to go."""

from __future__ import annotations

from collections.abc import Iterable

from flask_babel import gettext as _
from sqlalchemy import Select, select
from sqlalchemy.exc import IntegrityError

from pdportal import clock
from pdportal.accounts.models import Person
from pdportal.activity.services import record
from pdportal.cohorts import events, policy, queries
from pdportal.cohorts.models import Cohort, JoinRequest, Member
from pdportal.db import db
from pdportal.web.errors import Refused, require


def join(cohort: Cohort, person_id: int, added_by: Person) -> Member:
    """Put somebody into a cohort and tell them; what they were asked is answered by that."""
    member = Member(cohort_id=cohort.id, person_id=person_id, added_by_id=added_by.id)
    db.session.add(member)
    for request in db.session.scalars(_open_requests(cohort.id, [person_id])):
        request.answered_at = clock.now()
    db.session.flush()
    record(added_by, "added_person", cohort, person=person_id)
    events.member_joined.send(member, actor=added_by)
    return member


def ask(actor: Person, cohort: Cohort, people: Iterable[Person]) -> list[JoinRequest]:
    """Ask people to join a cohort; whoever was asked before and has not answered is not asked."""
    wanted = {person.id for person in people}
    waiting = {
        request.person_id for request in db.session.scalars(_open_requests(cohort.id, wanted))
    }
    requests = [
        JoinRequest(cohort_id=cohort.id, person_id=ident, asked_by_id=actor.id)
        for ident in sorted(wanted - waiting)
    ]
    db.session.add_all(requests)
    db.session.flush()
    for request in requests:
        record(actor, "asked_to_join", cohort, person=request.person_id)
        events.asked_to_join.send(request, actor=actor)
    return requests


def accept(person: Person, request: JoinRequest) -> Member:
    """Say yes: the person is in the cohort from now on."""
    _answer(person, request)
    standing = queries.membership(request.cohort_id, person.id)
    if member := db.session.scalars(standing).one_or_none():
        return member
    member = Member(
        cohort_id=request.cohort_id, person_id=person.id, added_by_id=request.asked_by_id
    )
    try:
        with db.session.begin_nested():
            db.session.add(member)
    except IntegrityError:  # a lead added them at this moment
        return db.session.scalars(standing).one()
    record(person, "joined", request.cohort)
    return member


def decline(person: Person, request: JoinRequest) -> None:
    """Say no; who asked sees that nobody joined, and no reason."""
    _answer(person, request)
    record(person, "declined_to_join", request.cohort)


def withdraw(actor: Person, cohort: Cohort, person_id: int) -> None:
    """Take back what somebody was asked and has not answered."""
    require(policy.may_run(actor, cohort))
    for request in db.session.scalars(_open_requests(cohort.id, [person_id])):
        request.answered_at = clock.now()
        record(actor, "withdrew_request", cohort, person=person_id)
        events.request_withdrawn.send(request)


def leave(person: Person, cohort: Cohort) -> None:
    """Go out of a cohort: whoever runs it sees nothing of this person from now on."""
    member = db.session.scalars(queries.membership(cohort.id, person.id)).one_or_none()
    if member is None:
        return
    member.left_at = clock.now()
    record(person, "left", cohort)
    events.member_left.send(member)


def _answer(person: Person, request: JoinRequest) -> None:
    require(request.person_id == person.id)
    db.session.refresh(request, with_for_update={"of": JoinRequest})
    if request.answered_at is not None:
        raise Refused(_("This was answered already."))
    if not request.cohort.is_open:
        raise Refused(_("This cohort has ended."))
    request.answered_at = clock.now()


def _open_requests(cohort_id: int, person_ids: Iterable[int]) -> Select[JoinRequest]:
    return select(JoinRequest).where(
        JoinRequest.cohort_id == cohort_id,
        JoinRequest.person_id.in_(list(person_ids)),
        JoinRequest.answered_at.is_(None),
    )
