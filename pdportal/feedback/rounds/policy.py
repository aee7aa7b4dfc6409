"""Who runs a round, and whom one may ask in it."""

from __future__ import annotations

from sqlalchemy import Select, func, select

from pdportal import clock
from pdportal.accounts.models import Person
from pdportal.db import db
from pdportal.feedback.pairing.queries import apart_from
from pdportal.feedback.rounds.models import Round
from pdportal.feedback.works.models import Work


def rounds_run_by(person: Person) -> Select[Round]:
    """A round's page is its author's."""
    return select(Round).join(Work, Work.id == Round.work_id).where(Work.author_id == person.id)


def may_run(person: Person, round_: Round) -> bool:
    """The same rule as `rounds_run_by`, for a round already in hand."""
    return round_.work.author_id == person.id


def may_take_back(person: Person, round_: Round, *, begun: bool) -> bool:
    """Within the grace time, while nobody has begun."""
    return (
        may_run(person, round_)
        and round_.is_open
        and not begun
        and clock.now() <= round_.grace_until
    )


def people_asked_by(author: Person) -> Select[Person]:
    """Whom somebody may ask by name: active colleagues whom no lead keeps apart from them."""
    return select(Person).where(
        Person.district_id == author.district_id,
        Person.active,
        Person.id != author.id,
        Person.id.not_in(apart_from(author.id)),
    )


def asks_by_turns(round_: Round) -> bool:
    """Whether its author cannot name anybody more: who then was asked before would show."""
    return round_.hides_reviewers and round_.cohort_id is not None


def may_know_author(person: Person, round_: Round) -> bool:
    """Whose work it is: everybody who reads it, unless the round hides that."""
    return not round_.author_is_hidden or may_run(person, round_)


def may_show_author(person: Person, round_: Round) -> bool:
    """A hidden author may say who they are once they have gone on or closed; nobody for them."""
    return may_run(person, round_) and round_.author_is_hidden and round_.answers_are_out


def may_ask(author: Person, *people: Person) -> bool:
    """The same rule as `people_asked_by`, for people already in hand: all of them."""
    ids = {person.id for person in people}
    found = people_asked_by(author).where(Person.id.in_(ids)).with_only_columns(func.count())
    return db.session.scalar(found) == len(ids)
