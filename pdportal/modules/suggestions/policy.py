"""What one saves, puts aside and is suggested is one's own; a recommendation is read by two people.

Nobody else learns of any of it, whatever they lead: there are no counts of it anywhere.
"""

from __future__ import annotations

from sqlalchemy import ColumnElement, Select, or_, select

from pdportal.accounts.models import Person
from pdportal.cohorts.models import Coaching, Cohort, Member
from pdportal.cohorts.policy import cohort_ids_of, people_known_to
from pdportal.modules.suggestions.models import ModuleMark, Recommendation


def marks_of(person: Person) -> Select[ModuleMark]:
    """One's own marks; nobody sees another's."""
    return select(ModuleMark).where(ModuleMark.person_id == person.id)


def recommendations_to(person: Person) -> Select[Recommendation]:
    """What others recommended to somebody."""
    return select(Recommendation).where(Recommendation.to_id == person.id)


def recommendations_by(person: Person) -> Select[Recommendation]:
    """What somebody recommended to others, to be taken back."""
    return select(Recommendation).where(Recommendation.from_id == person.id)


def cohorts_to_recommend_to(person: Person) -> Select[Cohort]:
    """The open cohorts somebody is in."""
    return select(Cohort).where(Cohort.id.in_(cohort_ids_of(person)))


def people_to_recommend_to(person: Person) -> Select[Person]:
    """The active people of one's district."""
    return people_known_to(person).where(Person.id != person.id)


def is_near(person: Person) -> ColumnElement[bool]:
    """Of `Person`: in a cohort with somebody, or their coach, or coached by them."""
    together = select(Member.person_id).where(
        Member.cohort_id.in_(cohort_ids_of(person)), Member.is_current
    )
    coaches = select(Coaching.coach_id).where(Coaching.teacher_id == person.id, Coaching.is_current)
    coached = select(Coaching.teacher_id).where(Coaching.coach_id == person.id, Coaching.is_current)
    return or_(Person.id.in_(together), Person.id.in_(coaches), Person.id.in_(coached))
