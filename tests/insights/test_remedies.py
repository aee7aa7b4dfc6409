"""What a lead does about somebody who is stuck: each remedy once, for one or for several."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, update

from pdportal import clock
from pdportal.cohorts import services as cohorts
from pdportal.cohorts.models import Member
from pdportal.cohorts.queries import membership
from pdportal.db import db
from pdportal.feedback.pairing.models import PairKind, PairRule
from pdportal.feedback.reviews.models import Review
from pdportal.feedback.rounds.models import Round
from pdportal.inbox.models import Notice
from pdportal.insights import queries
from pdportal.insights.models import Nudge
from pdportal.insights.policy import WAITED, may_step_in
from pdportal.insights.progress import Reason, Why
from pdportal.modules.models import Assignment, Module
from tests.conftest import Visit
from tests.insights import given
from tests.people import World

NOW = datetime(2026, 11, 10, 15, 0, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def members(world: World) -> None:
    """Everybody has been in their cohort for a month."""
    db.session.execute(update(Member).values(joined_at=NOW - 30 * DAY))
    db.session.commit()


@pytest.fixture
def waits(world: World) -> Round:
    """Dee has waited for four days; Ben is asked."""
    round_ = given.shared(world.dee, given.protocol(), NOW - 4 * DAY, cohort=world.autumn)
    given.asked(round_, world.ben)
    return round_


@pytest.fixture
def late(world: World) -> Module:
    """Everybody is late with it."""
    module = given.module()
    given.assigned(world.autumn, module, world.lee, due_on=date(2026, 11, 2))
    return module


def reviewers(round_: Round) -> set[int]:
    """Who is or was asked."""
    return set(db.session.scalars(select(Review.reviewer_id).where(Review.round_id == round_.id)))


def test_a_lead_asks_another_colleague_until_nobody_is_left(
    world: World, visit: Visit, waits: Round
):
    lee, page = visit(world.lee), f"/cohorts/{world.autumn.id}"
    with clock.at(NOW):
        assert "Ask another colleague" in lee.get(f"{page}/progress").text
        for _time in range(5):
            answer = lee.post(f"{page}/ask-another", data={"round": waits.id})
            assert answer.location == f"{page}/progress"
        said = lee.get(f"{page}/progress").text
    assert "Nobody is left to ask" in said
    assert reviewers(waits) >= {world.ada.id, world.ben.id, world.fay.id}
    assert world.lee.id not in reviewers(waits)


def test_a_facilitator_steps_in_and_the_author_is_told(world: World, visit: Visit, waits: Round):
    fay, page = visit(world.fay), f"/cohorts/{world.autumn.id}"
    with clock.at(NOW):
        assert "Give the feedback myself" in fay.get(f"{page}/progress").text
        first = fay.post(f"{page}/step-in", data={"round": waits.id})
        again = fay.post(f"{page}/step-in", data={"round": waits.id})
        assert first.location == again.location
        assert first.location.startswith("/feedback/reviews/")
        assert "Fay Haddad will give feedback on" in visit(world.dee).get("/inbox").text
        assert "Give the feedback myself" not in visit(world.lee).get(f"{page}/progress").text
        assert visit(world.lee).post(f"{page}/step-in", data={"round": waits.id}).status_code == 403


@pytest.mark.parametrize("wish", [True, False])
def test_nobody_steps_in_whom_a_lead_keeps_apart_and_a_wish_is_not_told(
    world: World, visit: Visit, waits: Round, wish: bool
):
    cohort_id = None if wish else world.autumn.id
    pair = {"person_id": world.dee.id, "other_id": world.fay.id, "kind": PairKind.APART}
    db.session.add(PairRule(cohort_id=cohort_id, set_by_id=world.dee.id, **pair))
    db.session.commit()
    fay, page = visit(world.fay), f"/cohorts/{world.autumn.id}"
    with clock.at(NOW):
        answer = fay.post(f"{page}/step-in", data={"round": waits.id})
    assert ("Somebody else will be asked" in answer.text) is not wish
    assert (world.fay.id in reviewers(waits)) is wish


def test_whose_author_left_the_cohort_is_nobodys_to_read(world: World, visit: Visit, waits: Round):
    fay, page = visit(world.fay), f"/cohorts/{world.autumn.id}"
    with clock.at(NOW):
        of_dee = db.session.scalars(membership(world.autumn.id, world.dee.id)).one()
        visit(world.dee).post(f"/cohorts/memberships/{of_dee.id}/leave")
        for remedy in ("step-in", "ask-another"):
            assert fay.post(f"{page}/{remedy}", data={"round": waits.id}).status_code == 409
        fay.post(f"{page}/several", data={"do": "ask", "stuck": [str(waits.id)]})
    assert reviewers(waits) == {world.ben.id}


def test_who_joins_after_it_was_shared_brings_it_to_themselves_by_no_way(
    world: World, visit: Visit, waits: Round
):
    lee, page = visit(world.lee), f"/cohorts/{world.autumn.id}"
    with clock.at(NOW):
        cohorts.add_people(world.lee, world.autumn, [world.lee])
        db.session.commit()
        assert "Ask another colleague" in lee.get(f"{page}/progress").text
        assert "Give the feedback myself" not in lee.get(f"{page}/progress").text
        assert lee.post(f"{page}/step-in", data={"round": waits.id}).status_code == 403
        for _time in range(6):
            lee.post(f"{page}/ask-another", data={"round": waits.id})
    assert reviewers(waits) == {world.ben.id, world.ada.id, world.fay.id}


@pytest.mark.parametrize("have", [0, 1, 2])
@pytest.mark.parametrize("waited", [timedelta(minutes=31), WAITED - DAY / 24, WAITED])
@pytest.mark.parametrize("nobody_left", [False, True])
def test_stepping_in_is_for_those_who_are_stuck(
    world: World, visit: Visit, have: int, waited: timedelta, nobody_left: bool
):
    fay, page = visit(world.fay), f"/cohorts/{world.autumn.id}"
    with clock.at(NOW):
        round_ = given.shared(world.dee, given.protocol(), NOW - waited, cohort=world.autumn)
        for reviewer in (world.ben, world.ada)[:have]:
            given.asked(round_, reviewer, given_at=NOW)
        round_.nobody_left_at = NOW if nobody_left else None
        db.session.commit()
        is_offered = "Give the feedback myself" in fay.get(f"{page}/progress").text
        answer = fay.post(f"{page}/step-in", data={"round": round_.id})
    assert is_offered == (have < 2 and (nobody_left or waited == WAITED))
    assert answer.status_code == (302 if is_offered else 409)


HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("joined_at", "may"),
    [
        (None, False),
        (NOW - 5 * DAY, True),
        (NOW - 4 * DAY, True),
        (NOW - 4 * DAY + HOUR, False),
        (NOW, False),
    ],
)
def test_only_who_was_in_when_it_was_shared_may_step_in(joined_at: datetime | None, may: bool):
    wait = Reason(Why.WAITING, NOW - 4 * DAY, needed=2)
    assert may_step_in(joined_at, wait, NOW) is may
    assert not may_step_in(joined_at, wait._replace(since=None), NOW)


def test_more_time_is_for_everybody(world: World, visit: Visit, late: Module):
    lee, page = visit(world.lee), f"/cohorts/{world.autumn.id}"
    with clock.at(NOW):
        lee.post(f"{page}/extend", data={"module": late.id})
        due = db.session.scalars(select(Assignment.due_on)).one()
        assert due == date(2026, 11, 17)
        assert "Nobody is stuck" in lee.get(f"{page}/progress").text


def test_several_at_once_and_it_is_seen_that_they_were_asked(
    world: World, visit: Visit, late: Module, waits: Round
):
    lee, page = visit(world.lee), f"/cohorts/{world.autumn.id}"
    everybody = [f"{person.id}-{late.id}" for person in (world.ada, world.ben, world.zoe)]
    with clock.at(NOW):
        lee.post(f"{page}/several", data={"do": "nudge", "stuck": [*everybody, str(waits.id)]})
        said = lee.get(f"{page}/progress").text
        assert "2 questions were sent." in said, "Zoe is not in this cohort"
        assert said.count("asked today") == 2
        assert "asked today" in lee.get("/").text
        lee.post(f"{page}/several", data={"do": "ask", "stuck": [*everybody, str(waits.id)]})
        assert "1 more colleague was asked." in lee.get(f"{page}/progress").text
        lee.post(f"{page}/several", data={"do": "nudge"})
        assert "Select people first." in lee.get(f"{page}/progress").text
        assert lee.post(f"{page}/several", data={"do": "praise"}).status_code == 400
    with clock.at(NOW + DAY):
        assert "asked on Nov 10" in lee.get("/").text
        lee.post(f"{page}/several", data={"do": "extend", "stuck": everybody[:2]})
        assert "1 module is due later now" in lee.get(f"{page}/progress").text
    assert db.session.scalar(select(func.count()).select_from(Nudge)) == 2


def test_a_module_that_is_no_longer_assigned_is_left_out(world: World, visit: Visit, late: Module):
    ended = given.module("Questions worth waiting for")
    assignment = given.assigned(world.autumn, ended, world.lee, due_on=date(2026, 11, 2))
    assignment.ended_at = NOW
    db.session.commit()
    lee, page = visit(world.lee), f"/cohorts/{world.autumn.id}"
    with clock.at(NOW):
        for modules in ([ended, late], [late, ended]):
            stuck = [f"{world.ada.id}-{module.id}" for module in modules]
            answer = lee.post(f"{page}/several", data={"do": "extend", "stuck": stuck})
            assert answer.location == f"{page}/progress"
            assert "1 module is due later now" in lee.get(f"{page}/progress").text
        gone = {"do": "extend", "stuck": [f"{world.ada.id}-{ended.id}"]}
        lee.post(f"{page}/several", data=gone)
        assert "0 modules are due later now" in lee.get(f"{page}/progress").text


@pytest.mark.parametrize("many", [1, 10, 30])
def test_asking_many_costs_as_much_as_asking_one(
    world: World, visit: Visit, late: Module, statements: Callable[[], Any], many: int
):
    people = [world.person(f"Kim Osei {number}") for number in range(many)]
    cohorts.add_people(world.lee, world.autumn, people)
    db.session.commit()
    lee, page = visit(world.lee), f"/cohorts/{world.autumn.id}/several"
    stuck = [f"{person.id}-{late.id}" for person in people]
    with clock.at(NOW):
        with statements() as said:
            lee.post(page, data={"do": "nudge", "stuck": stuck})
        assert len(said) == 9, said
    asked = set(db.session.scalars(select(Nudge.person_id)))
    told = list(db.session.scalars(select(Notice.person_id).where(Notice.kind == "nudged")))
    assert asked == {person.id for person in people} == set(told)
    assert len(told) == many


def test_who_is_asked_twice_at_the_same_moment_is_told_once(
    world: World, visit: Visit, late: Module, monkeypatch: pytest.MonkeyPatch
):
    lee, page = visit(world.lee), f"/cohorts/{world.autumn.id}/several"
    with clock.at(NOW):
        lee.post(page, data={"do": "nudge", "stuck": [f"{world.ada.id}-{late.id}"]})
        monkeypatch.setattr(queries, "nudges_of", lambda *_asked: set())
        both = [f"{person.id}-{late.id}" for person in (world.ada, world.ben)]
        lee.post(page, data={"do": "nudge", "stuck": both})
    told = select(Notice.person_id).where(Notice.kind == "nudged").order_by(Notice.id)
    assert list(db.session.scalars(told)) == [world.ada.id, world.ben.id]


REMEDIES = ("ask-another", "step-in", "extend", "several")


@pytest.mark.parametrize("remedy", REMEDIES)
@pytest.mark.parametrize(
    ("who", "statuses"),
    [
        ("lee", {302, 403}),  # a lead who is not in the cohort may not step in
        ("fay", {302}),
        ("ben", {403}),
        ("zoe", {404}),
        ("cora", {404}),
        ("olu", {404}),
    ],
)
def test_who_may_help(
    world: World,
    visit: Visit,
    waits: Round,
    late: Module,
    remedy: str,
    who: str,
    statuses: set[int],
):
    data = {"round": waits.id, "module": late.id, "do": "ask", "stuck": str(waits.id)}
    with clock.at(NOW):
        answer = visit(getattr(world, who)).post(f"/cohorts/{world.autumn.id}/{remedy}", data=data)
    assert answer.status_code in statuses
    if 302 not in statuses:
        assert reviewers(waits) == {world.ben.id}
        assert db.session.scalars(select(Notice)).all() == []


def test_a_request_to_another_cohort_is_not_found(world: World, visit: Visit, waits: Round):
    elsewhere = given.shared(world.zoe, db.session.get_one(Round, waits.id).protocol, NOW - 4 * DAY)
    lee = visit(world.lee)
    with clock.at(NOW):
        for remedy in ("ask-another", "step-in"):
            answer = lee.post(f"/cohorts/{world.winter.id}/{remedy}", data={"round": elsewhere.id})
            assert answer.status_code in {403, 404}
        gone = lee.post(f"/cohorts/{world.autumn.id}/ask-another", data={"round": 10**12})
        assert gone.status_code == 404
    assert reviewers(elsewhere) == set()


def test_what_waits_no_longer_is_said_so(world: World, visit: Visit, waits: Round):
    waits.answered_at = NOW
    db.session.commit()
    with clock.at(NOW):
        page = visit(world.lee).post(
            f"/cohorts/{world.autumn.id}/ask-another", data={"round": waits.id}
        )
    assert page.status_code == 409
    assert "Nobody is waiting for this feedback anymore." in page.text
