"""Who is asked next: the least loaded colleague first, and nobody is ever stuck.

`choose` is the rule, over rows; `ask_cohort`, `ask` and `keep_asking` apply it to a round.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import timedelta
from random import Random, SystemRandom
from typing import Any

from flask import current_app
from sqlalchemy import ColumnElement, Select, and_, func, or_, select

from pdportal import clock
from pdportal.accounts.models import Away, Person
from pdportal.activity.services import record, record_id
from pdportal.cohorts.models import Cohort, Member
from pdportal.cohorts.policy import coaches_of
from pdportal.db import db
from pdportal.feedback.pairing.queries import PARTY, apart_from, rules_for, wished_apart
from pdportal.feedback.pairing.rules import Party, Rules, may_be_asked
from pdportal.feedback.reviews.models import ReleaseWhy, Review
from pdportal.feedback.rounds.models import Round
from pdportal.feedback.rounds.veil import from_author
from pdportal.feedback.rounds.windows import has_ended
from pdportal.feedback.works.models import Work
from pdportal.feedback.works.policy import is_heard, is_or_was_in, writers_of
from pdportal.inbox.services import address, notify, notify_all, withdraw
from pdportal.web.locale import portal_today, portal_zone

LOTS: ContextVar[Random] = ContextVar("lots", default=SystemRandom())  # noqa: B039 -- no state
"""What draws between equals: chance, but for the demo, which comes out alike each time."""


@dataclass(frozen=True)
class Colleague:
    """Somebody who could be asked, and what they have on their desk."""

    person_id: int
    in_hand: int
    """Reviews asked of them or begun, in all rounds."""
    given: int
    """Reviews given since the cohort began."""
    turns: int
    """How often this author's rounds have asked them before."""
    shared: int = 0
    """Own rounds in this cohort. Whoever has yet to share cannot be asked then: better now."""
    must: bool = False
    """Asked about all work of this author, as a lead set it."""
    last: bool = False
    """By a private wish: as if they owed as much as anybody should, so that nothing tells."""


def choose(
    colleagues: Iterable[Colleague], count: int, *, most: int | None = None, least: int = 0
) -> list[int]:
    """Those to ask: all who must be; no pair again before the others; then the least loaded.

    Ties are random. Whoever has `most` reviews in hand or more, or is `last`, is asked only where
    otherwise fewer than `least` could be, and after all others.
    """
    draw = LOTS.get().random
    colleagues = list(colleagues)
    if must := [person.person_id for person in colleagues if person.must]:
        rest = [person for person in colleagues if not person.must]
        more, least = count - len(must), least - len(must)
        return must + choose(rest, more, most=most, least=least)
    if most is not None:
        busy = [person for person in colleagues if person.last or person.in_hand >= most]
        free = [person for person in colleagues if person not in busy]
        first = choose(free, count)
        return first + choose(busy, min(least, count) - len(first))
    ranked = sorted(
        colleagues,
        key=lambda person: (person.turns, person.in_hand, person.given, person.shared, draw()),
    )
    return [person.person_id for person in ranked[: max(0, count)]]


def candidates(round_: Round) -> Select[*tuple[Any, ...]]:
    """Members of the round's cohort not asked in it yet: id, school, group, and their loads."""
    author_id, cohort_id = round_.work.author_id, round_.cohort_id
    of_person = Review.reviewer_id == Person.id
    reviews = select(func.count()).select_from(Review).where(of_person)
    in_rounds = reviews.join(Round, Round.id == Review.round_id)
    shared = (
        select(func.count())
        .select_from(Round)
        .join(Work, Work.id == Round.work_id)
        .where(Work.author_id == Person.id, Round.cohort_id == cohort_id)
        .where(Round.taken_back_at.is_(None))
    )
    loads = (
        reviews.where(Review.is_owed),
        in_rounds.where(Review.is_given, Round.cohort_id == cohort_id),
        in_rounds.join(Work, Work.id == Round.work_id).where(
            Work.author_id == author_id, Round.taken_back_at.is_(None)
        ),
        shared,
    )
    return members_to_ask(cohort_id, round_.work, round_.id).with_only_columns(
        *PARTY, *(load.correlate(Person).scalar_subquery() for load in loads)
    )


def others_to_ask(cohort_id: int, work: Work) -> tuple[int, Rules]:
    """How many members may be asked about a work, and the rules."""
    rules, author = rules_for(cohort_id, work.author_id)
    rows = db.session.execute(members_to_ask(cohort_id, work).with_only_columns(*PARTY))
    return sum(_may_be_asked(rules, work, author, Party(*row)) for row in rows), rules


def _may_be_asked(rules: Rules, work: Work, author: Party, other: Party) -> bool:
    """The rules look at the author; who is kept apart from another who writes it is not asked."""
    apart = any({each, other.person_id} in rules.apart for each in writers_of(work))
    return not apart and may_be_asked(rules, author, other)


def members_to_ask(
    cohort_id: int | None, work: Work, round_id: int | None = None
) -> Select[Person]:
    """Active members of an open cohort that the author of a work is in; never whoever writes or
    wrote it, nobody twice."""
    author = (
        select(Member.id)
        .where(Member.cohort_id == cohort_id, Member.person_id == work.author_id)
        .where(Member.is_current)
    )
    statement = (
        select(Person)
        .join(Member, Member.person_id == Person.id)
        .join(Cohort, Cohort.id == Member.cohort_id)
        .where(
            Member.cohort_id == cohort_id,
            Member.is_current,
            Cohort.is_open,
            Person.active,
            Person.id != work.author_id,
            Person.id.not_in(is_or_was_in(work.id)),
            is_here(),
            author.exists(),
        )
        .order_by(Person.id)
    )
    if round_id is not None:
        asked = select(Review.reviewer_id).where(Review.round_id == round_id)
        statement = statement.where(Person.id.not_in(asked))
    return statement


def is_here() -> ColumnElement[bool]:
    """Whether a `Person` is not away today, by the portal's clock."""
    return Person.id.not_in(select(Away.person_id).where(Away.on(portal_today())))


def ask_cohort(
    round_: Round, count: int, but_not: int | None = None, *, least: int = 1
) -> list[Review]:
    """Ask up to `count` more members of the round's cohort, but not the person with id `but_not`.

    Whoever owes as much as anybody should is asked only if there were fewer than `least` else.
    """
    if round_.cohort_id is None or count <= 0:
        return []
    _lock_candidates(round_)
    rules, author = rules_for(round_.cohort_id, round_.work.author_id)
    # A wish of whoever does not learn the name does not count: by setting it they would.
    hidden = {"by_them": not round_.hides_reviewers, "by_others": not round_.hides_author}
    last = set(db.session.scalars(wished_apart(author.person_id, **hidden)))
    rows = [
        row
        for row in db.session.execute(candidates(round_))
        if row[0] != but_not and _may_be_asked(rules, round_.work, author, Party(*row[:3]))
    ]
    if len(rows) <= count:
        last = set()  # where everybody is asked, whoever is not would know of a wish
    colleagues = [
        Colleague(
            row[0],
            *row[3:],  # type: ignore[misc]  # four loads
            must=(author.person_id, row[0]) in rules.must,
            last=row[0] in last,
        )
        for row in rows
    ]
    return ask(round_, choose(colleagues, count, most=rules.most, least=least))


def ask(round_: Round, person_ids: Sequence[int], *, as_coach: bool = False) -> list[Review]:
    """Ask these people, and notify them."""
    now = clock.now()
    lease = timedelta(days=current_app.config["PDPORTAL"]["LEASE_DAYS"])
    until = now + lease
    if round_.hides_author:  # the hour would say when it was shared
        until = clock.end_of_day(until, portal_zone())
    if round_.hides_reviewers:  # the order of their ids says nothing about whose they are
        person_ids = LOTS.get().sample(person_ids, len(person_ids))
    reviews = [
        Review(
            round_id=round_.id,
            reviewer_id=person_id,
            as_coach=as_coach,
            asked_at=now,
            lease_until=until,
        )
        for person_id in person_ids
    ]
    db.session.add_all(reviews)
    db.session.flush()
    if reviews:
        round_.nobody_left_at = None
    for review in reviews:
        notify(
            review.reviewer_id,
            "feedback_coach_asked" if as_coach else "feedback_asked",
            address("feedback.review_page", review_id=review.id),
            title=round_.work.title,
            minutes=round_.protocol.minutes,
            **from_author(round_),
        )
        record(None, "asked", review, reviewer=review.reviewer_id, as_coach=as_coach)
    return reviews


def ask_one_more(round_: Round, but_not: int | None = None) -> bool:
    """Ask one more of the round's cohort, else the author's coach; False if nobody is left.

    `but_not` is the id of whoever decides this: a work comes to nobody by their own hand.
    """
    return bool(ask_cohort(round_, 1, but_not)) or ask_coach(round_)


def ask_coach(round_: Round) -> bool:
    """Ask the author's coach; False if the author would rather not, or none is left."""
    coach = db.session.scalars(_coach_to_ask(round_)).first() if round_.coach_may else None
    if coach is not None:
        ask(round_, [coach.id], as_coach=True)
    return coach is not None


def keep_asking(round_: Round) -> None:
    """See to it that enough people are at work: the next colleague, at last the author's coach.

    Once the author has enough or has gone on, or a lead ended it, nobody more is asked. When nobody
    is left the author is told, once, that they may go on with what has come.
    """
    ends = ["taken_back_at", "closed_at", "answered_at", "asking_ended_at"]
    db.session.refresh(round_, ends, with_for_update=True)  # it may have ended a moment ago
    is_over = not round_.is_waiting or round_.asking_ended_at is not None
    if is_over or not round_.work.author.active:
        return
    given, hopeful = db.session.execute(_at_work(round_)).one()
    if given >= round_.needed:
        return
    if has_ended(round_):
        hopeful = 0
    elif round_.cohort_id is not None:
        more, least = (number - given - hopeful for number in (round_.asked, round_.needed))
        hopeful += len(ask_cohort(round_, more, least=least))
    while given + hopeful < round_.needed and not has_ended(round_) and ask_coach(round_):
        hopeful += 1
    # Somebody still at work is a hope; with none left, waiting longer would be in vain.
    in_vain = given + hopeful < round_.needed and not hopeful
    if in_vain and round_.nobody_left_at is None and not _would_tell_who(round_):
        round_.nobody_left_at = clock.now()
        record(None, "nobody_left", round_, have=given, needed=round_.needed)
        notify_all(
            sorted(writers_of(round_.work)),
            "feedback_go_on",
            address("feedback.round_page", round_id=round_.id),
            title=round_.work.title,
            have=given if is_heard(round_.work) else 0,
        )


def _would_tell_who(round_: Round) -> bool:
    """Whether a reviewer who is hidden was let go today: told now, it would say who that was."""
    yesterday = clock.end_of_day(clock.now() - timedelta(days=1), portal_zone())
    of_round = Review.round_id == round_.id, Review.released_at > yesterday
    return round_.hides_reviewers and bool(db.session.scalar(select(Review.id).where(*of_round)))


def release(review: Review, why: ReleaseWhy) -> None:
    """Take a review off somebody's desk; what they wrote stays theirs.

    What they were told of the work goes with it: they may see it no more.
    """
    review.released_at = clock.now()
    review.release_why = why
    withdraw(review.reviewer_id, address("feedback.review_page", review_id=review.id))
    record_id(None, "released", "review", review.id, why=why.value, reviewer=review.reviewer_id)


def _lock_candidates(round_: Round) -> None:
    """Two shares at once must not both think the same colleague idle.

    On PostgreSQL the second waits here for the first; on SQLite all writers have queued already.
    """
    people = members_to_ask(round_.cohort_id, round_.work).with_only_columns(Person.id)
    db.session.execute(people.with_for_update(of=Person, key_share=True)).all()


def lock_people(*person_ids: int) -> None:
    """The same for these people, of whom it is known that they are asked."""
    people = select(Person.id).where(Person.id.in_(person_ids)).order_by(Person.id)
    db.session.execute(people.with_for_update(of=Person, key_share=True)).all()


def _at_work(round_: Round) -> Select[int, int]:
    """How many have given, and of how many it may still be hoped.

    Of a review begun long ago and never given one does not wait any longer, though it may yet come.
    """
    lease = timedelta(days=current_app.config["PDPORTAL"]["LEASE_DAYS"])
    waiting = and_(
        Review.is_owed,
        or_(Review.begun_at.is_(None), Review.begun_at > clock.now() - 2 * lease),
    )
    return select(func.count(Review.given_at), func.count().filter(waiting)).where(
        Review.round_id == round_.id
    )


def _coach_to_ask(round_: Round) -> Select[Person]:
    asked = select(Review.reviewer_id).where(Review.round_id == round_.id)
    author = round_.work.author_id
    return coaches_of(author).where(
        Person.id.not_in(asked),
        Person.id != author,
        Person.id.not_in(is_or_was_in(round_.work_id)),
        Person.id.not_in(apart_from(author)),
        Person.id.not_in(wished_apart(author, by_others=False)),
        is_here(),
    )
