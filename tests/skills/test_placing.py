"""Placements are lines that are added and never changed."""

from __future__ import annotations

import pytest

from pdportal.db import db
from pdportal.skills import queries, services
from pdportal.skills.frameworks.models import Origin
from pdportal.skills.models import Placement, Source
from pdportal.web.errors import Refused
from tests.people import World
from tests.skills.conftest import GivenSkill


def test_the_last_line_that_holds_says_where_somebody_stands(
    app, world: World, given_skill: GivenSkill
):
    skill = given_skill()
    with app.test_request_context():
        first = services.place(world.ada, skill, 0, source=Source.SELF)
        wrong = services.place(world.ada, skill, 4, source=Source.SELF)
        services.place(world.ada, skill, 3, source=Source.SELF, corrects=wrong)
        services.place(world.ben, skill, 2, source=Source.SELF)
        ((standing, others),) = queries.standings(world.ada)
        assert others == []
        assert (standing.position, standing.last) == (3, 4)
        assert standing.said == "Between “Trying it” and “Part of my teaching”"
        lines = [row.Placement for row in queries.history(world.ada, skill)]
        assert [line.position for line in lines] == [0, 4, 3]
        assert first.at <= lines[-1].at


@pytest.mark.parametrize("position", [-1, 5])
def test_a_position_is_on_the_continuum(app, world: World, given_skill: GivenSkill, position: int):
    with app.test_request_context(), pytest.raises(Refused):
        services.place(world.ada, given_skill(), position, source=Source.SELF)


def test_sent_twice_it_is_one_line_and_corrected_twice_it_is_refused(
    app, world: World, given_skill: GivenSkill
):
    skill = given_skill()
    with app.test_request_context():
        line = services.place(world.ada, skill, 2, source=Source.CHECK, key="check:1")
        assert services.place(world.ada, skill, 4, source=Source.CHECK, key="check:1") is line
        services.place(world.ada, skill, 4, source=Source.SELF, corrects=line)
        with pytest.raises(Refused):
            services.place(world.ada, skill, 0, source=Source.SELF, corrects=line)
        assert db.session.query(Placement).count() == 2


def test_skills_are_found_by_any_of_their_names_ours_first(
    app, world: World, given_skill: GivenSkill
):
    theirs = given_skill("Questioning", origin=Origin.CASE, framework="guid")
    given_skill("Café", framework="far", district_id=world.elsewhere.id)
    ours = given_skill("Questioning", "questions")
    names = ["questioning", "Questions", "cafe", "nothing"]
    with app.test_request_context():
        found = queries.skills_named(world.ada, names)
        assert found == {"questioning": ours, "Questions": ours}
        assert theirs not in found.values()
        assert list(queries.skills_named(world.olu, names)) == ["questioning", "Questions", "cafe"]
