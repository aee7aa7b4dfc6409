"""What somebody takes along of their skills and profile, and what is left when they leave."""

from __future__ import annotations

from typing import Any

from flask import Flask

from pdportal.db import db
from pdportal.skills import own_data, services
from pdportal.skills.models import (
    Offer,
    Placement,
    ProfilePart,
    ProfileShare,
    SkillRequest,
    Source,
)
from pdportal.skills.profiles import services as profile_verbs
from pdportal.skills.profiles.models import Part
from tests.people import World
from tests.skills.conftest import GivenSkill


def test_all_of_it_is_in_the_download_and_goes_with_its_owner(
    app: Flask, world: World, given_skill: GivenSkill
):
    skill = given_skill()
    with app.test_request_context():
        for person in (world.ada, world.ben):
            line = services.place(person, skill, 0, source=Source.SELF, words="Mine")
            services.take_back(person, line)
            services.offer(person, skill, "Period 2", to_district=False)
            profile_verbs.save_part(
                person, Part.NEEDS, "Time", {"time": 3}, suggests=True, version=None
            )
        profile_verbs.share(world.ada, world.autumn, [Part.NEEDS])
        profile_verbs.share(world.ben, world.ada, [Part.NEEDS])
        asked = services.ask_coach(world.ada, skill, world.cora, "Period 3")
        services.answer_request(world.cora, asked, 2, "Seen")
        db.session.flush()
        pieces: dict[str, Any] = {p.path: p.content for p in own_data.PART.collect(world.ada)}
        assert [line["words"] for line in pieces["placements.json"]] == ["Mine", "", "Seen"]
        assert {line["skill"] for line in pieces["placements.json"]} == {"Questioning"}
        assert pieces["asked_my_coach.json"][0]["words"] == "Period 3"
        assert pieces["what_i_can_show.json"][0]["words"] == "Period 2"
        assert pieces["profile.json"][0]["scales"] == {"time": 3}
        assert pieces["profile_shared_with.json"][0]["with_cohort"] == "Autumn"
        own_data.PART.forget(world.cora)
        assert db.session.query(Placement).filter_by(said_by_id=world.cora.id).count() == 1
        for _twice in range(2):
            own_data.PART.forget(world.ada)
        for kind in (Placement, SkillRequest, Offer, ProfilePart):
            assert db.session.query(kind).filter_by(person_id=world.ada.id).count() == 0
        assert db.session.query(ProfileShare).count() == 0
        assert db.session.query(Placement).filter_by(person_id=world.ben.id).count() == 2
