"""Who sees the answers and the correction of a group: its people, and nobody else."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from pdportal import clock
from pdportal.cohorts.models import Member
from pdportal.db import db
from pdportal.modules.together import policy
from pdportal.modules.together.models import Group, Sheet
from tests.conftest import Visit
from tests.modules.conftest import Publish
from tests.modules.together.given import TOGETHER, URL, answers, hand_in, module
from tests.people import CAST, World

IN_IT = {"ada", "ben"}
VERBS = ("start", "alone", "pass-over", "correction", "agree")


@pytest.mark.parametrize("started", [False, True])
def test_only_the_people_of_a_group_see_it(
    world: World, visit: Visit, publish: Publish, started: bool
) -> None:
    module(publish, world)
    hand_in(visit(world.ada), said="Words of Ada")
    hand_in(visit(world.ben), said="Words of Ben")
    if started:
        visit(world.ada).post(f"{URL}/start")
    group = db.session.scalars(select(Group)).one()
    for name in CAST:
        person = getattr(world, name)
        seen = list(db.session.scalars(policy.groups_of(person)))
        assert seen == ([group] if name in IN_IT else []), name
        sheets = list(db.session.scalars(policy.people_seen_by(person)))
        assert len(sheets) == (2 if name in IN_IT else 0), name
        assert len(list(db.session.scalars(policy.own_sheets(person)))) == (name in IN_IT), name
        page = visit(person).get(URL).text
        assert ("Words of Ada" in page) == (started and name in IN_IT), name
        assert ("Yes, there." in page) == (started and name in IN_IT), name
    assert policy.may_see_answers(group) is started
    assert policy.may_start(group, 2) is not started
    assert not policy.may_start(group, 1)


def test_nobody_else_does_anything_with_it(world: World, visit: Visit, publish: Publish) -> None:
    module(publish, world)
    hand_in(visit(world.ada))
    hand_in(visit(world.ben))
    visit(world.ada).post(f"{URL}/start")
    for name in sorted(set(CAST) - IN_IT):
        for verb in VERBS:
            answer = visit(getattr(world, name)).post(f"{URL}/{verb}", data={"q1-text": "Mine"})
            assert answer.status_code == 404, (name, verb)
    group = db.session.scalars(select(Group)).one()
    db.session.refresh(group)
    assert not group.texts
    assert not group.done_at


def test_nobody_is_put_where_they_do_not_learn_now(
    world: World, visit: Visit, publish: Publish
) -> None:
    module(publish, world)
    for person, cohort in ((world.zoe, world.autumn), (world.fay, world.autumn)):
        client = visit(person)
        sent = answers(client) | {"cohort": str(cohort.id)}
        assert client.post(f"{URL}/send-in", data=sent).status_code == 422, person.name
        assert "alone" in client.get(URL).text
    sheets = db.session.scalars(select(Sheet).where(Sheet.group_id.is_not(None))).all()
    assert not sheets
    ben = visit(world.ben)
    sent = answers(ben)
    member = db.session.scalars(select(Member).where(Member.person_id == world.ben.id)).one()
    member.left_at = clock.now()
    db.session.commit()
    refused = ben.post(f"{URL}/send-in", data=sent)
    assert refused.status_code == 422, "he has left"
    assert "Go on." in refused.text, "what he typed is not lost"


def test_of_several_cohorts_one_chooses(world: World, visit: Visit, publish: Publish) -> None:
    from pdportal.modules.assignments.services import assign

    module(publish, world, TOGETHER)
    db.session.add(Member(cohort_id=world.winter.id, person_id=world.ada.id))
    db.session.commit()
    ada = visit(world.ada)
    assert "With whom?" not in ada.get(URL).text, "the module is assigned to one of them only"
    assign(world.lee, world.winter, "wait", why="For you, too.")
    db.session.commit()
    assert "With whom?" in ada.get(URL).text
    sent = answers(ada) | {"cohort": str(world.winter.id)}
    assert ada.post(f"{URL}/send-in", data=sent).status_code == 302
    hand_in(visit(world.ben))
    assert len(db.session.scalars(select(Group)).all()) == 2, "Ben is not in Winter"
