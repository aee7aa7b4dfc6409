"""Who runs a round, and whom one may ask in it."""

from __future__ import annotations

from sqlalchemy import BindParameter, Select, func, select

from pdportal import clock
from pdportal.accounts.models import Person
from pdportal.db import db
from pdportal.feedback.pairing.queries import apart_from
from pdportal.feedback.rounds.models import Round
from pdportal.feedback.works.models import Work
from pdportal.feedback.works.policy import is_or_was_in, is_written_by, may_write


def rounds_run_by(person_id: int | BindParameter[int]) -> Select[Round]:
    """A round's page is for those who write its work."""
    return select(Round).join(Work, Work.id == Round.work_id).where(is_written_by(person_id))


def may_run(person: Person, round_: Round) -> bool:
    """The same rule as `rounds_run_by`, for a round already in hand."""
    return may_write(person, round_.work)


def may_take_back(person: Person, round_: Round, *, begun: bool) -> bool:
    """Within the grace time, while nobody has begun."""
    return (
        may_run(person, round_)
        and round_.is_open
        and not begun
        and clock.now() <= round_.grace_until
    )


def people_asked_by(person: Person, work: Work | None = None) -> Select[Person]:
    """Whom somebody may ask by name: active colleagues whom no lead keeps apart from them.

    About a work nobody who writes it, or did, and nobody kept apart from its author.
    """
    people = select(Person).where(
        Person.district_id == person.district_id,
        Person.active,
        Person.id != person.id,
        Person.id.not_in(apart_from(person.id)),
    )
    if work is None:
        return people
    if work.author_id != person.id:
        people = people.where(
            Person.id != work.author_id, Person.id.not_in(apart_from(work.author_id))
        )
    return people.where(Person.id.not_in(is_or_was_in(work.id)))


def asks_by_turns(round_: Round) -> bool:
    """Whether its author cannot name anybody more: who then was asked before would show."""
    return round_.hides_reviewers and round_.cohort_id is not None


def may_know_author(person: Person, round_: Round) -> bool:
    """Whose work it is: everybody who reads it, unless the round hides that."""
    return not round_.author_is_hidden or may_run(person, round_)


def may_show_author(person: Person, round_: Round) -> bool:
    """A hidden author may say who they are once they have gone on or closed; nobody for them."""
    return may_run(person, round_) and round_.author_is_hidden and round_.answers_are_out


def may_ask(author: Person, *people: Person, work: Work | None = None) -> bool:
    """The same rule as `people_asked_by`, for people already in hand: all of them."""
    ids = {person.id for person in people}
    found = people_asked_by(author, work).where(Person.id.in_(ids)).with_only_columns(func.count())
    return db.session.scalar(found) == len(ids)
