"""Goals and steps are their owner's alone."""

from __future__ import annotations

import pytest

from pdportal.db import db
from pdportal.goals import policy
from pdportal.goals.models import Evidence, Step
from pdportal.goals.steps.queries import steps_of
from tests.conftest import Visit
from tests.goals.conftest import CHANGE, Given
from tests.people import CAST, World

PAGES = (
    ("GET", "/goals/{goal}"),
    ("GET", "/goals/of-work/{work}"),
    ("GET", "/goals/{goal}/edit"),
    ("POST", "/goals/{goal}/edit"),
    ("POST", "/goals/{goal}/edit?keep=1"),
    ("POST", "/goals/{goal}/drop-changes"),
    ("GET", "/goals/{goal}/close"),
    ("POST", "/goals/{goal}/close"),
    ("POST", "/goals/{goal}/reopen"),
    ("GET", "/goals/{goal}/questions"),
    ("POST", "/goals/{goal}/questions"),
    ("GET", "/goals/{goal}/story"),
    ("GET", "/goals/{goal}/poster"),
    ("POST", "/goals/{goal}/poster"),
    ("GET", "/goals/{goal}/poster/print"),
    ("GET", "/goals/{goal}/about"),
    ("POST", "/goals/{goal}/about"),
    ("POST", "/goals/{goal}/stop-being-partner"),
    ("POST", "/goals/{goal}/steps"),
    ("GET", "/goals/{goal}/evidence"),
    ("POST", "/goals/{goal}/evidence"),
    ("POST", "/goals/{goal}/evidence/files"),
    ("POST", "/goals/{goal}/evidence/{evidence}/remove"),
    ("POST", "/goals/{goal}/evidence/{evidence}/restore"),
    ("POST", "/goals/{goal}/steps/design-cycle"),
    ("GET", "/goals/tryouts/{tryout}/chain"),
    ("GET", "/goals/steps/{step}/edit"),
    ("POST", "/goals/steps/{step}/edit"),
    ("POST", "/goals/steps/{step}/done"),
    ("POST", "/goals/steps/{step}/undo"),
    ("POST", "/goals/steps/{step}/focus"),
    ("POST", "/goals/steps/{step}/move"),
    ("POST", "/goals/steps/{step}/remove"),
    ("POST", "/goals/steps/{step}/restore"),
    ("GET", "/goals/tryouts/new?after={tryout}"),
    ("POST", "/goals/tryouts/new?after={tryout}"),
    ("GET", "/goals/tryouts/{tryout}"),
    ("GET", "/goals/steps/{tryout}/edit"),
    ("POST", "/goals/steps/{tryout}/edit"),
    ("GET", "/goals/tryouts/{tryout}/look-back"),
    ("POST", "/goals/tryouts/{tryout}/look-back"),
    ("POST", "/goals/tryouts/{tryout}/happened"),
)


@pytest.fixture
def ids(world: World, given_goal: Given) -> dict[str, int]:
    goal = given_goal(world.ada, CHANGE, "One step")
    tryout = Step(
        owner_id=world.ada.id, goal_id=goal.id, kind="tryout", title="T", text="", plan="P"
    )
    evidence = Evidence(goal_id=goal.id, text="Seen")
    db.session.add_all([tryout, evidence])
    db.session.commit()
    (step, *_rest) = steps_of(goal)
    return {
        "goal": goal.id,
        "work": goal.work_id,
        "step": step.id,
        "tryout": tryout.id,
        "evidence": evidence.id,
    }


@pytest.mark.parametrize("who", [name for name in CAST if name != "ada"])
def test_nobody_else_finds_anything(world: World, visit: Visit, ids: dict[str, int], who: str):
    client = visit(getattr(world, who))
    for method, page in PAGES:
        answer = client.open(page.format(**ids), method=method, data={"text": "x"})
        assert answer.status_code == 404, (who, method, page, answer.location)
        assert CHANGE not in answer.text
    listed = client.get("/goals")
    assert CHANGE not in listed.text
    assert "One step" not in listed.text


def test_strangers_are_sent_to_the_door(world: World, visit: Visit, ids: dict[str, int]):
    for method, page in PAGES:
        answer = visit(None).open(page.format(**ids), method=method)
        assert answer.status_code in {302, 401}, (method, page)


def test_unknown_ids_are_not_found(world: World, visit: Visit, ids: dict[str, int]):
    unknown = dict.fromkeys(ids, 999_999)
    for method, page in PAGES:
        answer = visit(world.ada).open(page.format(**unknown), method=method)
        assert answer.status_code == 404, (method, page)
    assert visit(world.ada).get("/goals/tryouts/new?after=99999999999").status_code == 200
    other = PAGES[22][1].format(**ids | {"goal": 999_999})
    assert visit(world.ada).post(other).status_code == 404


def test_lists_and_pages_agree(world: World, given_goal: Given):
    for owner in (world.ada, world.ben, world.lee):
        given_goal(owner, f"Goal of {owner.name}", "A step")
    goals = db.session.scalars(policy.goals_seen_by(world.ada)).all()
    assert [goal.owner_id for goal in goals] == [world.ada.id]
    everything = [
        goal
        for person in world.everyone
        for goal in db.session.scalars(policy.goals_seen_by(person))
    ]
    steps = [
        step
        for person in world.everyone
        for step in db.session.scalars(policy.steps_seen_by(person))
    ]
    assert len(everything) == 3
    for person in world.everyone:
        seen = set(db.session.scalars(policy.goals_seen_by(person)))
        assert seen == {goal for goal in everything if goal.owner_id == person.id}
        mine = set(db.session.scalars(policy.steps_seen_by(person)))
        assert mine == {step for step in steps if step.owner_id == person.id}
