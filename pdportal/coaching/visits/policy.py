"""Who plans a visit, who takes notes, and who reads them: the two of them, and nobody else.

Notes are the visitor's until they share them, then the host reads them, too. Whoever leads or
administers sees nothing of a visit, not even that there is one.
"""

from __future__ import annotations

from sqlalchemy import Select, or_, select

from pdportal.accounts.models import Person
from pdportal.accounts.policy import leads_where
from pdportal.coaching.visits.models import Visit, VisitLine
from pdportal.cohorts.policy import coaches_of
from pdportal.db import db
from pdportal.feedback.rounds.policy import may_ask


def visits_seen_by(person: Person) -> Select[Visit]:
    """Visitors and hosts see their visits."""
    return select(Visit).where(or_(Visit.visitor_id == person.id, Visit.host_id == person.id))


def made_by(visitor: Person) -> Select[Visit]:
    """Those in which somebody is the visitor."""
    return select(Visit).where(Visit.visitor_id == visitor.id)


def to_come_back_to(visitor: Person) -> Select[Visit]:
    """Those whose next step has a day on which the visitor asks again, and has not yet."""
    dated = Visit.follow_up_on.is_not(None), Visit.next_step != ""
    return made_by(visitor).where(Visit.awaits_follow_up, *dated)


def may_propose(person: Person, visitor: Person, host: Person) -> bool:
    """Colleagues propose visits to one another. Who leads somebody comes when invited, or as coach.

    A visit is for learning: nobody gets one from whoever might evaluate them.
    """
    other = host if person is visitor else visitor
    if person not in (visitor, host) or visitor is host or not may_ask(person, other):
        return False
    if person is host or not leads_where(visitor, host):
        return True
    as_coach = coaches_of(host.id).where(Person.id == visitor.id).with_only_columns(Person.id)
    return db.session.scalar(as_coach.order_by(None)) is not None


def may_answer(person: Person, visit: Visit) -> bool:
    """Whoever did not propose the time accepts or declines it."""
    theirs = visit.proposed_by_id != person.id
    return theirs and visit.is_on and visit.accepted_at is None and takes_part(person, visit)


def may_plan(person: Person, visit: Visit) -> bool:
    """Both may move it, call it off and say what they want of it, until notes are shared."""
    return visit.is_on and visit.shared_at is None and takes_part(person, visit)


def may_note(person: Person, visit: Visit) -> bool:
    """Visitors take notes, from when a time is agreed; words that come late are theirs, too."""
    return person.id == visit.visitor_id and visit.appointment_id is not None


def takes_part(person: Person, visit: Visit) -> bool:
    """The same rule as `visits_seen_by`, for a visit in hand."""
    return person.id in (visit.visitor_id, visit.host_id)


def lines_read_by(person: Person, visit: Visit) -> Select[VisitLine]:
    """What was shared, for both of them; for the visitor, their own notes as well."""
    return select(VisitLine).where(
        VisitLine.visit_id == visit.id,
        or_(VisitLine.shared_at.is_not(None), VisitLine.author_id == person.id),
    )
