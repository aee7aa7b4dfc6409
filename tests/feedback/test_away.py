"""Whoever is away is asked by nobody, and what they owe goes on without them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from pdportal import clock
from pdportal.accounts.models import Away, Person
from pdportal.accounts.services import account
from pdportal.cohorts.models import Member
from pdportal.db import db
from pdportal.feedback.protocols.models import Protocol
from pdportal.feedback.reviews.models import ReleaseWhy, Review
from pdportal.feedback.rounds import renewal
from pdportal.feedback.rounds import services as round_services
from pdportal.feedback.rounds.allocation import Colleague, choose
from pdportal.web.errors import Refused
from tests.conftest import Visit
from tests.feedback import given
from tests.feedback.test_allocation import asked
from tests.people import World

MONDAY = datetime(2026, 11, 2, 15, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _addresses(addresses: object) -> Iterator[None]:
    with clock.at(MONDAY):
        yield


def away(person: Person, first: int, last: int) -> None:
    """Away from one day of November 2026 to another."""
    account.say_away(person, (date(2026, 11, first), date(2026, 11, last)))


def test_a_teacher_goes_away_and_the_next_is_asked_at_once(
    world: World, tag: Protocol, visit: Visit
):
    gus = world.person("Gus Novak")
    away(gus, 1, 2)
    db.session.add(Member(cohort_id=world.autumn.id, person_id=gus.id))
    begun = given.shared(given.plan(world.zoe), tag, named=[world.ben])
    given.begun(begun, world.ben)
    round_ = given.shared(given.plan(world.ada), tag, cohort=world.autumn)
    assert asked(round_) == ["Ben Silva", "Dee Tran", "Fay Haddad"]
    account.say_away(gus, None)
    review = given.review_of(round_, world.ben)
    db.session.commit()

    ben = visit(world.ben)
    page = ben.post(
        "/account/away",
        data={"starts_on": "2026-11-02", "ends_on": "2026-11-06"},
        follow_redirects=True,
    ).text
    assert "Nobody asks you for feedback from today to Friday" in page
    assert "I am back" in page
    assert asked(round_) == ["Dee Tran", "Fay Haddad", "Gus Novak"]
    assert asked(begun) == ["Ben Silva"], "What was begun stays."
    page = visit(world.ada).get(f"/feedback/rounds/{round_.id}").text
    assert "was away" in page
    assert "You are away" in ben.get(f"/feedback/reviews/{review.id}").text
    assert "away until Friday" in visit(world.fay).get(
        f"/cohorts/{world.autumn.id}/progress"
    ).text  # fmt: skip
    ben.post("/account/away", data={"starts_on": "", "ends_on": ""})
    assert db.session.get(Away, world.ben.id) is None


@pytest.mark.parametrize(
    ("first", "last", "said"),
    [
        ("2026-11-05", "", "Fill in both days"),
        ("", "2026-11-05", "Fill in both days"),
        ("2026-11-08", "2026-11-05", "before the first"),
        ("2026-10-01", "2026-10-05", "That day is over"),
        ("2026-11-05", "2028-11-05", "more than a year"),
        ("soon", "<b>", "Write the date like"),
    ],
)
def test_days_that_are_none_are_refused_where_they_stand(
    world: World, visit: Visit, first: str, last: str, said: str
):
    answer = visit(world.ben).post("/account/away", data={"starts_on": first, "ends_on": last})
    assert answer.status_code == 422
    assert said in answer.text
    assert db.session.get(Away, world.ben.id) is None


def test_days_to_come_change_nothing_until_the_first_of_them(world: World, tag: Protocol):
    round_ = given.shared(given.plan(world.ada), tag, cohort=world.autumn)
    away(world.ben, 3, 4)
    renewal.renew_asks()
    assert "Ben Silva" in asked(round_)
    with clock.at(MONDAY + timedelta(days=1)):
        renewal.renew_asks()
        assert "Ben Silva" not in asked(round_)
        why = select(Review.release_why).where(Review.reviewer_id == world.ben.id)
        assert db.session.scalars(why).one() is ReleaseWhy.AWAY
        other = given.shared(given.plan(world.dee), tag, cohort=world.autumn)
        assert "Ben Silva" not in asked(other)
    with clock.at(MONDAY + timedelta(days=5)):
        renewal.renew_asks()
        assert "Ben Silva" in asked(other), "Back, and asked for whoever still waits."


def test_whoever_is_away_is_not_asked_by_name_nor_as_a_coach(world: World, tag: Protocol):
    away(world.ben, 1, 6)
    away(world.cora, 1, 6)
    with pytest.raises(Refused, match="Ben Silva is away until Friday"):
        given.shared(given.plan(world.ada), tag, named=[world.dee, world.ben])
    round_ = given.shared(given.plan(world.ada, "Two"), tag, named=[world.dee])
    with pytest.raises(Refused, match="is away until"):
        round_services.ask_also(world.ada, round_, world.ben)
    world.dee.active = False
    renewal.renew_asks()
    assert asked(round_) == []
    with clock.at(MONDAY + timedelta(days=5)):
        renewal.renew_asks()
        assert asked(round_) == ["Cora Mbeki"]


def test_one_clock_tells_who_is_away_and_pages_say_whose(world: World, tag: Protocol, visit: Visit):
    """Ben lives where it is tomorrow already, Lee where it still is yesterday."""
    world.ben.time_zone, world.lee.time_zone = "Pacific/Kiritimati", "Pacific/Pago_Pago"
    away(world.ben, 3, 3)
    db.session.commit()
    page = f"/cohorts/{world.autumn.id}/progress"
    assert "away until" not in visit(world.lee).get(page).text, (
        "It is Monday by the portal's clock."
    )
    assert "Ben Silva" in asked(given.shared(given.plan(world.ada), tag, cohort=world.autumn))
    assert "by the clock of this portal (UTC)" in visit(world.ben).get("/account").text
    with clock.at(datetime(2026, 11, 3, 10, 30, tzinfo=UTC)):
        assert "away until" in visit(world.lee).get(page).text, "There it is Monday."
        assert "I am back" in visit(world.ben).get("/account").text
        two = given.shared(given.plan(world.ada, "Two"), tag, cohort=world.autumn)
        assert "Ben Silva" not in asked(two)
    with clock.at(datetime(2026, 11, 4, 0, 30, tzinfo=UTC)):
        assert "I am back" not in visit(world.ben).get("/account").text


# Who owes enough already


def test_whoever_owes_enough_is_asked_only_where_too_few_were_left():
    people = [Colleague(n, in_hand=n, given=0, turns=0) for n in range(1, 6)]
    assert choose(people, 3, most=3, least=2) == [1, 2]
    assert choose(people, 4, most=3, least=4) == [1, 2, 3, 4]
    assert choose(people, 4, most=1, least=0) == []
    assert choose(people, 4, most=9, least=1) == [1, 2, 3, 4]


def test_in_a_cohort_nobody_is_asked_for_a_fourth_review_while_somebody_has_room(
    world: World, tag: Protocol
):
    for number in range(3):
        given.shared(given.plan(world.zoe, f"Plan {number}"), tag, named=[world.ben])
    round_ = given.shared(given.plan(world.ada), tag, cohort=world.autumn)
    assert (round_.asked, round_.needed) == (3, 2)
    assert asked(round_) == ["Dee Tran", "Fay Haddad"]
    world.dee.active = False
    renewal.renew_asks()
    assert asked(round_) == ["Ben Silva", "Fay Haddad"], "Nobody else is left."
