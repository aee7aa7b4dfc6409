"""What others learn from placements and profiles of one, four, five or six people.

Nothing: not who, not where, and not how many.
"""

from __future__ import annotations

import re

import pytest
from flask import Flask

from pdportal.db import db
from pdportal.skills import services
from pdportal.skills.models import Source
from pdportal.skills.profiles import services as profile_verbs
from pdportal.skills.profiles.models import Part
from tests.conftest import Visit
from tests.people import World
from tests.skills.conftest import GivenSkill

PAGES = ("/skills", "/skills/{skill}", "/skills/frameworks/{framework}", "/profile", "/progress")


@pytest.mark.parametrize("count", [1, 4, 5, 6])
def test_pages_of_others_are_the_same_whoever_said_where_they_stand(
    app: Flask, world: World, visit: Visit, given_skill: GivenSkill, count: int
):
    skill = given_skill()
    world.let_schools_be_led()
    people = [world.ada, world.ben, world.dee, world.zoe]
    people += [world.person(f"Teacher {number}", school=world.hill) for number in (5, 6)]
    db.session.commit()
    ids = {"skill": skill.id, "framework": skill.framework_id}
    pages = [page.format(**ids) for page in PAGES]
    pages += [f"/profile/of/{person.id}" for person in people]

    def seen() -> list[str]:
        return [
            re.sub(r'(value|content)="[^"]*"', "", visit(who).get(page).text)
            for who in (world.lee, world.max, world.cora, world.fay)
            for page in pages
        ]

    before = seen()
    with app.test_request_context():
        for person in people[:count]:
            services.place(person, skill, 0, source=Source.SELF, words="Hush")
            profile_verbs.save_part(
                person, Part.NEEDS, "Hush", {"time": 3}, suggests=True, version=None
            )
        db.session.commit()
        services.place(people[0], skill, 2, source=Source.SELF)
        db.session.commit()
    assert [each for each in seen() if "Hush" in each] == []
    assert seen() == before
