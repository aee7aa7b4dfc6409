"""Who is asked: the least loaded first, everybody a turn, and nobody ever stuck."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import pytest
from sqlalchemy import func, select

from pdportal import clock
from pdportal.accounts.models import Person
from pdportal.cohorts import services as cohorts
from pdportal.cohorts.models import Cohort, Member
from pdportal.db import db
from pdportal.feedback.pairing.rules import counts
from pdportal.feedback.protocols.models import Protocol
from pdportal.feedback.reviews import services as review_services
from pdportal.feedback.reviews.models import ReleaseWhy, Review
from pdportal.feedback.rounds import renewal
from pdportal.feedback.rounds import services as round_services
from pdportal.feedback.rounds.allocation import Colleague, choose
from pdportal.feedback.rounds.models import Round
from pdportal.inbox.models import Notice
from pdportal.insights import queries as insights
from pdportal.web.errors import Refused
from tests.feedback import given
from tests.people import World

MONDAY = datetime(2026, 11, 2, 15, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _addresses(addresses: object) -> Iterator[None]:
    with clock.at(MONDAY):
        yield


def asked(round_: Round) -> list[str]:
    """Who is asked at the moment, by name."""
    return sorted(
        db.session.scalars(
            select(Person.name)
            .join(Review, Review.reviewer_id == Person.id)
            .where(Review.round_id == round_.id, Review.released_at.is_(None))
        )
    )


def told(person: Person) -> list[str]:
    db.session.flush()
    return list(
        db.session.scalars(
            select(Notice.kind).where(Notice.person_id == person.id).order_by(Notice.id)
        )
    )


# The rule


def test_a_pair_meets_again_only_after_the_others_had_a_turn_then_the_least_loaded_is_asked():
    people = [
        Colleague(1, in_hand=0, given=0, turns=1),
        Colleague(2, in_hand=3, given=9, turns=0),
        Colleague(3, in_hand=1, given=9, turns=0),
        Colleague(4, in_hand=1, given=2, turns=0),
    ]
    assert choose(people, 3) == [4, 3, 2]
    assert choose(people, 9) == [4, 3, 2, 1]
    assert choose(people, 0) == []


def test_whoever_a_wish_puts_last_is_asked_like_somebody_with_a_full_desk():
    people = [Colleague(1, 0, 0, 0, last=True), Colleague(2, 0, 0, 0), Colleague(3, 3, 0, 0)]
    assert choose(people, 3, most=3, least=1) == [2]
    assert choose(people, 3, most=3, least=2) == [2, 1]
    assert choose(people, 3, most=3, least=3) == [2, 1, 3]
    assert choose([Colleague(1, 0, 0, 0, must=True, last=True), people[1]], 1, most=3) == [1]


def test_ties_are_random():
    people = [Colleague(n, 0, 0, 0) for n in range(6)]
    assert len({tuple(choose(people, 3)) for _nth in range(40)}) > 10


@pytest.mark.parametrize(
    ("others", "expected"), [(0, (1, 1)), (1, (1, 1)), (2, (2, 1)), (3, (3, 2)), (40, (3, 2))]
)
def test_a_small_group_is_asked_whole_and_one_fewer_is_enough(
    others: int, expected: tuple[int, int]
):
    assert counts(others, asked=3, needed=2) == expected


# In a cohort


def test_the_idle_colleague_is_asked_before_the_busy_one(world: World, tag: Protocol):
    gus = world.person("Gus Novak")
    db.session.add(Member(cohort_id=world.autumn.id, person_id=gus.id))
    busy = given.plan(world.zoe)
    given.shared(busy, tag, named=[world.ben])
    round_ = given.shared(given.plan(world.ada), tag, cohort=world.autumn)
    assert (round_.asked, round_.needed) == (3, 2)
    assert asked(round_) == ["Dee Tran", "Fay Haddad", "Gus Novak"]


def test_neither_the_author_nor_those_who_left_or_cannot_sign_in_are_asked(
    world: World, tag: Protocol
):
    member = db.session.scalars(select(Member).where(Member.person_id == world.ben.id)).one()
    member.left_at = clock.now()
    world.dee.active = False
    round_ = given.shared(given.plan(world.ada), tag, cohort=world.autumn)
    assert asked(round_) == ["Fay Haddad"]
    assert (round_.asked, round_.needed) == (1, 1)


def test_with_nobody_to_ask_sharing_says_so(world: World, tag: Protocol):
    work = given.plan(world.zoe)
    with pytest.raises(Refused, match="nobody else in Winter"):
        given.shared(work, tag, cohort=world.winter)


def test_alone_in_a_cohort_one_has_ones_coach(world: World, tag: Protocol):
    alone = world.cohort("Spring", world.ada)
    round_ = given.shared(given.plan(world.ada), tag, cohort=alone)
    assert asked(round_) == ["Cora Mbeki"]
    assert told(world.cora) == ["feedback_coach_asked"]


def test_another_cohorts_people_cannot_be_asked_by_choosing_it(world: World, tag: Protocol):
    with pytest.raises(Refused, match="not in that cohort"):
        given.shared(given.plan(world.ada), tag, cohort=world.winter)


def test_people_named_are_asked_as_named(world: World, tag: Protocol):
    round_ = given.shared(given.plan(world.ada), tag, named=[world.zoe, world.lee])
    assert asked(round_) == ["Lee Park", "Zoe Lindqvist"]
    assert (round_.asked, round_.needed) == (2, 1)
    for nobody in ([world.ada], [world.olu], []):
        with pytest.raises(Refused):
            given.shared(given.plan(world.ada, "Another"), tag, named=nobody)


# Leases


def test_a_review_not_begun_in_time_goes_to_the_next_and_at_last_to_the_coach(
    world: World, tag: Protocol
):
    world.dee.active = False
    round_ = given.shared(given.plan(world.ada), tag, cohort=world.autumn)
    assert asked(round_) == ["Ben Silva", "Fay Haddad"]
    with clock.at(MONDAY + timedelta(days=2, hours=12)):
        renewal.renew_asks()
        renewal.renew_asks()
        assert asked(round_) == ["Ben Silva", "Fay Haddad"]
        assert told(world.ben) == ["feedback_asked", "feedback_lease_ends"]
    with clock.at(MONDAY + timedelta(days=3, minutes=1)):
        renewal.renew_asks()
        assert asked(round_) == ["Cora Mbeki"]
        assert told(world.ben)[-1] == "feedback_passed_on"
        why = db.session.scalars(
            select(Review.release_why).where(Review.released_at.is_not(None))
        ).all()
        assert set(why) == {ReleaseWhy.LEASE_OVER}
        assert "feedback_go_on" not in told(world.ada)
    with clock.at(MONDAY + timedelta(days=7)):
        renewal.renew_asks()
        renewal.renew_asks()
        assert asked(round_) == []
        assert told(world.ada) == ["feedback_go_on"]
        [waiting] = insights.waiting(world.autumn.id, clock.now())
        assert waiting.author_id == world.ada.id
        assert (waiting.have, waiting.needed, bool(waiting.nobody_left)) == (0, 1, True)


def test_the_coach_is_not_asked_if_the_author_would_rather_not(world: World, tag: Protocol):
    round_ = given.shared(given.plan(world.ada), tag, cohort=world.autumn, coach_may=False)
    with clock.at(MONDAY + timedelta(days=4)):
        renewal.renew_asks()
        assert asked(round_) == []
        assert told(world.cora) == []
        assert told(world.ada) == ["feedback_go_on"]


def test_a_review_begun_stays_with_its_reviewer(world: World, tag: Protocol):
    round_ = given.shared(given.plan(world.ada), tag, cohort=world.autumn)
    given.begun(round_, world.ben)
    with clock.at(MONDAY + timedelta(days=30)):
        renewal.renew_asks()
        assert "Ben Silva" in asked(round_)
        given.given(round_, world.ben)


def test_of_a_review_begun_long_ago_the_author_does_not_wait_any_longer(
    world: World, tag: Protocol
):
    round_ = given.shared(given.plan(world.ada), tag, named=[world.ben], coach_may=False)
    given.begun(round_, world.ben)
    with clock.at(MONDAY + timedelta(days=5)):
        renewal.renew_asks()
        assert told(world.ada) == []
    with clock.at(MONDAY + timedelta(days=7)):
        renewal.renew_asks()
        assert told(world.ada) == ["feedback_go_on"]
        assert asked(round_) == ["Ben Silva"]


def test_who_has_enough_or_went_on_asks_nobody_more(world: World, tag: Protocol):
    gus = world.person("Gus Novak")
    db.session.add(Member(cohort_id=world.autumn.id, person_id=gus.id))
    round_ = given.shared(given.plan(world.ada), tag, cohort=world.autumn)
    first, second, third = asked(round_)
    people = {person.name: person for person in (world.ben, world.dee, world.fay, gus)}
    given.given(round_, people[first])
    given.given(round_, people[second])
    with clock.at(MONDAY + timedelta(days=4)):
        renewal.renew_asks()
        assert asked(round_) == sorted([first, second])
    assert third not in asked(round_)


def test_declining_asks_the_next_at_once(world: World, tag: Protocol):
    gus = world.person("Gus Novak")
    db.session.add(Member(cohort_id=world.autumn.id, person_id=gus.id))
    round_ = given.shared(given.plan(world.ada), tag, cohort=world.autumn)
    first = asked(round_)[0]
    person = db.session.scalars(select(Person).where(Person.name == first)).one()
    review = given.review_of(round_, person)
    review_services.decline(person, review, "Exam week, sorry.")
    review_services.decline(person, review, "Exam week, sorry.")
    assert first not in asked(round_)
    assert len(asked(round_)) == 3
    assert review.declined_with == "Exam week, sorry."


def test_whoever_leaves_the_cohort_finishes_what_they_began_and_nothing_else(
    world: World, tag: Protocol
):
    one = given.shared(given.plan(world.ada, "One"), tag, cohort=world.autumn)
    given.begun(one, world.ben)
    two = given.shared(given.plan(world.dee, "Two"), tag, cohort=world.autumn)
    assert "Ben Silva" in asked(two)
    cohorts.remove_person(world.lee, world.autumn, world.ben)
    assert "Ben Silva" in asked(one)
    assert "Ben Silva" not in asked(two)
    given.given(one, world.ben)


def test_somebody_deactivated_while_reviewing_is_let_go_and_the_next_is_asked(
    world: World, tag: Protocol
):
    gus = world.person("Gus Novak")
    db.session.add(Member(cohort_id=world.autumn.id, person_id=gus.id))
    round_ = given.shared(given.plan(world.ada), tag, named=[world.ben])
    other = given.shared(given.plan(world.dee), tag, cohort=world.autumn)
    there = world.ben.name in asked(other)
    given.begun(round_, world.ben)
    world.ben.active = False
    renewal.renew_asks()
    assert asked(round_) == ["Cora Mbeki"]
    assert "Ben Silva" not in asked(other)
    assert len(asked(other)) == 3 or not there


def test_the_hourly_job_twice_is_as_once(world: World, tag: Protocol):
    round_ = given.shared(given.plan(world.ada), tag, cohort=world.autumn)
    with clock.at(MONDAY + timedelta(days=4)):
        renewal.renew_asks()
        before = db.session.scalar(select(func.count()).select_from(Notice))
        renewal.renew_asks()
        assert db.session.scalar(select(func.count()).select_from(Notice)) == before
        assert asked(round_) == ["Cora Mbeki"]


def test_a_late_joiner_is_asked_for_whoever_still_waits(world: World, tag: Protocol):
    alone = world.cohort("Spring", world.ada, world.zoe)
    round_ = given.shared(given.plan(world.ada), tag, cohort=alone, coach_may=False)
    with clock.at(MONDAY + timedelta(days=4)):
        renewal.renew_asks()
        assert asked(round_) == []
        db.session.add(Member(cohort_id=alone.id, person_id=world.ben.id))
        db.session.flush()
        renewal.renew_asks()
        assert asked(round_) == ["Ben Silva"]
        assert round_.nobody_left_at is None


def test_who_might_be_asked_is_locked_before_their_loads_are_read(
    world: World, tag: Protocol, statements: Callable[[], Any]
):
    with statements() as said:
        given.shared(given.plan(world.ada), tag, cohort=world.autumn)
    reads = [n for n, sql in enumerate(said) if "FROM person JOIN member" in sql]
    locks = [n for n, sql in enumerate(said) if "FOR NO KEY UPDATE OF person" in sql]
    if db.engine.dialect.name == "postgresql":
        assert locks
        assert locks[0] < reads[-1]


# Whatever people do


LARGE = [pytest.param(size, marks=pytest.mark.one_database) for size in (13, 21, 30)]


@pytest.mark.parametrize("size", [2, 3, 4, 5, 8, *LARGE])
def test_in_any_cohort_every_author_gets_on_and_loads_stay_even(
    world: World, tag: Protocol, size: int
):
    random = Random(size)  # noqa: S311
    people = [world.person(f"Person {n} of {size}") for n in range(size)]
    cohort = world.cohort(f"Cohort of {size}", *people)
    rounds = []
    for author in random.sample(people, size):
        rounds.append(
            round_services.share(
                author, given.plan(author), protocol=tag, question="How?", cohort=cohort
            )
        )  # fmt: skip
        db.session.flush()
    in_hand = Counter(db.session.scalars(select(Review.reviewer_id)))
    loads = [in_hand[person.id] for person in people]
    assert max(loads) - min(loads) <= 1, loads
    _everybody_does_something(random, cohort, people, rounds)


def _everybody_does_something(
    random: Random, cohort: Cohort, people: list[Person], rounds: list[Round]
) -> None:
    """People ignore, decline, leave, begin and forget, give; after six weeks nobody is stuck."""
    habits = {p.id: random.choice(["gives", "ignores", "declines", "forgets"]) for p in people}
    for day in range(1, 42, 2):
        with clock.at(MONDAY + timedelta(days=day)):
            if day == 9 and len(people) > 3:
                _leave(cohort, random.choice(people))
            if day == 15 and len(people) > 3:
                random.choice(people).active = False
            for review in list(
                db.session.scalars(
                    select(Review).where(Review.given_at.is_(None), Review.released_at.is_(None))
                )
            ):
                if random.random() < 0.5 and review.reviewer.active:
                    _act(review, habits.get(review.reviewer_id, "gives"))
            renewal.renew_asks()
            db.session.flush()
    # Then nobody does anything any more: the leases run out one after the other.
    for day in range(45, 45 + 4 * len(people), 4):
        with clock.at(MONDAY + timedelta(days=day)):
            renewal.renew_asks()
    for round_ in rounds:
        reviews = list(db.session.scalars(select(Review).where(Review.round_id == round_.id)))
        reviewers = [review.reviewer_id for review in reviews]
        assert len(reviewers) == len(set(reviewers)), "Nobody is asked twice in a round."
        assert round_.work.author_id not in reviewers
        have = sum(1 for review in reviews if review.given_at)
        assert have >= round_.needed or round_.nobody_left_at or not round_.work.author.active


def _act(review: Review, habit: str) -> None:
    reviewer, round_ = review.reviewer, review.round
    if habit == "gives":
        given.given(round_, reviewer)
    elif habit == "declines" and review.begun_at is None:
        review_services.decline(reviewer, review)
    elif habit == "forgets":
        review_services.begin(reviewer, review)


def _leave(cohort: Cohort, person: Person) -> None:
    member = db.session.scalars(
        select(Member).where(Member.cohort_id == cohort.id, Member.person_id == person.id)
    ).one()
    member.left_at = clock.now()
