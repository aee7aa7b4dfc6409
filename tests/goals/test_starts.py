"""A lead suggests a goal to a cohort; each makes their own of it, or does not; nobody is named."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from pdportal.accounts.models import RoleName
from pdportal.cohorts.models import Member
from pdportal.db import db
from pdportal.goals import own_data
from pdportal.goals.models import Goal, GoalStart, Step
from pdportal.goals.services import goals as goal_verbs
from pdportal.goals.starts import queries, services
from pdportal.inbox.models import Notice
from tests.conftest import Visit
from tests.people import World

FORM = {
    "change": "Students ask one another.",
    "why": "They wait for us.",
    "know": "Questions per lesson.",
    "steps": "Count questions\n\n  Wait five seconds  ",
    "note": "From our walk in September.",
}


def test_a_goal_is_suggested_and_adapted(world: World, visit: Visit):
    lee, ada, page = visit(world.lee), visit(world.ada), f"/goals/suggested/{world.autumn.id}"
    assert lee.post(page, data=FORM | {"change": " "}).status_code == 422
    assert lee.post(page, data=FORM | {"steps": "x\n" * 13}).status_code == 422
    assert lee.post(page, data=FORM).location == page
    lee.post(page, data=FORM)
    start = db.session.scalars(select(GoalStart)).one()
    assert start.steps == ["Count questions", "Wait five seconds"]
    told = {notice.person_id for notice in db.session.scalars(select(Notice))}
    assert told == {world.ada.id, world.ben.id, world.dee.id}
    assert "Students ask one another." in ada.get("/goals").text
    assert "From our walk" in ada.get(f"/goals/starts/{start.id}").text

    adapt = f"/goals/starts/{start.id}/adapt"
    first, again = ada.post(adapt), ada.post(adapt)
    goal = db.session.scalars(select(Goal)).one()
    assert first.location == again.location == f"/goals/{goal.id}/edit"
    assert "They wait for us." in ada.get(first.location).text
    assert len(db.session.scalars(select(Step).where(Step.goal_id == goal.id)).all()) == 2
    assert "Suggested to you" not in ada.get("/goals").text
    assert "fewer than 5 others" in lee.get(page).text
    assert "Ada" not in lee.get(page).text

    decline, ben = f"/goals/starts/{start.id}/decline", visit(world.ben)
    for _twice in range(2):
        assert "off your list" in ben.post(decline, follow_redirects=True).text
    assert "Students ask one another." not in ben.get("/goals").text
    assert "suggests a goal" not in ben.get("/inbox").text
    own = {piece.path: piece.content for piece in own_data.PART.collect(world.ben)}
    (declined,) = own["declined_suggestions.json"]
    assert declined["words"]["change"] == "Students ask one another."
    ben.post(decline, data={"undo": "1"})
    assert "Students ask one another." in ben.get("/goals").text

    lee.post(f"{page}/{start.id}/withdraw")
    assert db.session.scalars(select(Notice)).all() == []
    assert visit(world.ben).get(f"/goals/starts/{start.id}").status_code == 404
    assert visit(world.ben).post(adapt).status_code == 404
    assert ada.get(f"/goals/{goal.id}/edit").status_code == 200


@pytest.mark.parametrize(
    ("who", "runs", "reads"),
    [
        ("ada", 403, 200),
        ("ben", 403, 200),
        ("fay", 200, 200),
        ("zoe", 404, 404),
        ("cora", 404, 404),
        ("lee", 200, 404),
        ("olu", 404, 404),
    ],
)
def test_who_suggests_and_who_reads(world: World, visit: Visit, who: str, runs: int, reads: int):
    start = services.suggest_goal(world.lee, world.autumn, FORM, "", "")
    db.session.commit()
    client, page = visit(getattr(world, who)), f"/goals/suggested/{world.autumn.id}"
    assert client.get(page).status_code == runs
    assert client.post(page, data=FORM).status_code == (302 if runs == 200 else runs)
    assert client.post(f"{page}/{start.id}/withdraw").status_code == (302 if runs == 200 else runs)
    start.withdrawn_at = None
    db.session.commit()
    assert client.get(f"/goals/starts/{start.id}").status_code == reads
    declined = client.post(f"/goals/starts/{start.id}/decline").status_code
    assert declined == (302 if reads == 200 else reads)


def test_a_lead_reads_counts_of_five_or_more_others(world: World):
    start = services.suggest_goal(world.lee, world.autumn, FORM, "", "")
    counts = []
    for number in range(1, 8):
        person = world.person(f"Person {number}", RoleName.TEACHER)
        db.session.add(Member(cohort_id=world.autumn.id, person_id=person.id))
        goal = services.adapt_start(person, start)
        goal_verbs.keep_goal(person, goal, FORM)
        ((_start, made),) = queries.suggested_in(world.lee, world.autumn)
        counts.append(made)
    assert counts == [0, 0, 0, 0, 5, 5, 5]


def test_leaders_have_goals_too(world: World, visit: Visit):
    content = {"change": "Teachers visit one another.", "why": "Doors", "know": "Visits"}
    for leader in (world.lee, world.cora):
        goal = goal_verbs.begin_goal(leader, content)
        goal_verbs.keep_goal(leader, goal, content)
        db.session.commit()
        assert "Teachers visit one another." in visit(leader).get("/").text
    assert "If you lead or coach" in visit(world.lee).get("/goals/new").text
