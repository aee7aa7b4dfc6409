"""Nobody is in a cohort without a lead's right or their own yes, and everybody may leave."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from pdportal import clock
from pdportal.cohorts.models import JoinRequest, Member
from pdportal.db import db
from pdportal.insights.progress import progress_of
from tests.cohorts.test_story import in_it
from tests.conftest import Visit
from tests.insights import given
from tests.people import World

NOW = datetime(2026, 11, 10, 15, 0, tzinfo=UTC)


@pytest.fixture
def asked(world: World, visit: Visit) -> str:
    """Fay, who leads nobody, asks Zoe; the address of the page on which Zoe answers."""
    page = f"/cohorts/{world.autumn.id}/people"
    said = visit(world.fay).post(page, data={"person": world.zoe.id}, follow_redirects=True).text
    assert "1 person was asked to join." in said
    assert "no answer yet" in said
    return f"/cohorts/{world.autumn.id}/join"


def test_somebody_is_asked_by_a_facilitator_and_joins_with_a_yes(
    world: World, visit: Visit, asked: str
):
    zoe = visit(world.zoe)
    assert world.zoe.id not in in_it(world.autumn)
    assert world.zoe.name not in visit(world.fay).get(f"/cohorts/{world.autumn.id}/progress").text
    assert "Fay Haddad asks you to join the cohort “Autumn”." in zoe.get("/inbox").text
    assert "you are asked to join" in zoe.get("/cohorts").text
    page = zoe.get(asked).text
    assert "Fay Haddad asked you" in page
    assert "how far you are in the modules" in page

    assert zoe.post(asked, data={"answer": "yes"}).location == f"/cohorts/{world.autumn.id}"
    assert world.zoe.id in in_it(world.autumn)
    assert "Fay Haddad added you" in zoe.get(f"/cohorts/{world.autumn.id}").text
    assert zoe.get(asked).status_code == 404


def test_a_no_is_a_no_and_asking_twice_is_asking_once(world: World, visit: Visit, asked: str):
    page = f"/cohorts/{world.autumn.id}/people"
    visit(world.fay).post(page, data={"person": world.zoe.id})
    assert len(db.session.scalars(select(JoinRequest)).all()) == 1
    visit(world.zoe).post(asked, data={"answer": "no"})
    assert world.zoe.id not in in_it(world.autumn)
    assert visit(world.zoe).post(asked, data={"answer": "yes"}).status_code == 404


def test_who_is_no_longer_asked_is_not_told_so_for_ever(world: World, visit: Visit, asked: str):
    page = f"/cohorts/{world.autumn.id}/people/{world.zoe.id}/withdraw"
    visit(world.fay).post(page)
    assert "asks you to join" not in visit(world.zoe).get("/inbox").text
    assert visit(world.zoe).get(asked).status_code == 404


def test_whoever_leads_somebody_adds_them_and_that_answers_what_they_were_asked(
    world: World, visit: Visit, asked: str
):
    visit(world.lee).post(f"/cohorts/{world.autumn.id}/people", data={"person": world.zoe.id})
    assert world.zoe.id in in_it(world.autumn)
    assert visit(world.zoe).get(asked).status_code == 404
    told = visit(world.zoe).get(f"/cohorts/{world.autumn.id}").text
    assert "Lee Park added you" in told
    assert "whether you wait for feedback you asked this cohort for" in told


@pytest.mark.parametrize("who", ["ben", "fay", "cora", "lee", "olu"])
def test_nobody_answers_for_somebody_else(world: World, visit: Visit, asked: str, who: str):
    answer = visit(getattr(world, who)).post(asked, data={"answer": "yes"})
    assert answer.status_code == 404
    assert world.zoe.id not in in_it(world.autumn)


@pytest.mark.parametrize(
    ("who", "status"), [("ben", 403), ("zoe", 404), ("cora", 404), ("olu", 404)]
)
def test_who_may_not_take_back_what_is_asked(
    world: World, visit: Visit, asked: str, who: str, status: int
):
    page = f"/cohorts/{world.autumn.id}/people/{world.zoe.id}/withdraw"
    assert visit(getattr(world, who)).post(page).status_code == status
    assert db.session.scalars(select(JoinRequest.answered_at)).all() == [None]


def test_a_member_leaves_in_two_steps_and_is_seen_no_more(world: World, visit: Visit):
    ben, page = visit(world.ben), f"/cohorts/{world.autumn.id}"
    assert "Leave this cohort" in ben.get(page).text
    mine = select(Member.id).where(Member.person_id == world.ben.id, Member.left_at.is_(None))
    leave = f"/cohorts/memberships/{db.session.scalars(mine).one()}/leave"
    assert leave in ben.get(page).text
    assert visit(world.dee).post(leave).status_code == 404, "it is not hers"
    assert ben.post(leave).location == "/cohorts"
    assert world.ben.id not in in_it(world.autumn)
    assert ben.get(page).status_code == 404
    assert "Ben Silva" not in visit(world.fay).get(f"{page}/progress").text
    assert ben.post(leave).status_code == 404
    left = db.session.scalars(select(Member).where(Member.person_id == world.ben.id)).one()
    assert left.left_at is not None


def test_whoever_facilitates_sees_what_belongs_to_their_cohort_alone(world: World, visit: Visit):
    """Zoe waits in another cohort, for colleagues by name, and owes reviews elsewhere."""
    tag = given.protocol()
    given.shared(world.zoe, tag, NOW - timedelta(days=4), cohort=world.winter)
    given.shared(world.zoe, tag, NOW - timedelta(days=9))
    other = given.shared(world.ada, tag, NOW - timedelta(days=4), cohort=world.winter)
    given.asked(other, world.zoe)
    db.session.add(Member(cohort_id=world.autumn.id, person_id=world.zoe.id))
    db.session.commit()
    with clock.at(NOW):
        progress = progress_of(world.autumn)
        page = visit(world.fay).get(f"/cohorts/{world.autumn.id}/progress").text
    zoe = next(person for person in progress.people if person.id == world.zoe.id)
    assert (zoe.owed, zoe.given, zoe.waits) == (0, 0, ())
    assert progress.stuck == ()
    assert "waiting since" not in page
