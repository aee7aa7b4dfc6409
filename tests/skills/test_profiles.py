"""A learner profile is written, shared, and taken back by its owner; nobody else reads a word."""

from __future__ import annotations

import pytest

from pdportal.db import db
from pdportal.skills.models import ProfilePart, ProfileShare
from tests.conftest import Visit
from tests.people import World

FETCH = {"X-Requested-With": "fetch", "Accept": "application/json"}
PARTS = {"parts": ["needs", "ways"]}


@pytest.fixture
def written(world: World, visit: Visit) -> None:
    """Ada has written three parts."""
    ada = visit(world.ada)
    needs = {"words": "Somebody with 34 students", "scale-seeing": "3", "version": "0"}
    assert ada.post("/profile/needs", data=needs).status_code == 302
    ada.post("/profile/ways", data={"words": "Mornings", "scale-company": "4", "version": "0"})
    ada.post("/profile/interests", data={"words": "- Maker spaces\nRestorative talk, STEM"})


def test_a_part_is_saved_as_it_is_typed(world: World, visit: Visit):
    ada = visit(world.ada)
    sent = {"words": "Pair talk", "scale-talk": "3", "scale-nothing": "1", "version": "0"}
    answer = ada.post("/profile/strengths", data=sent, headers=FETCH)
    assert answer.json is not None
    assert answer.json["version"] == 1
    assert ada.post("/profile/strengths", data=sent, headers=FETCH).json == answer.json
    old = ada.post("/profile/strengths", data=sent | {"words": "Other"}, headers=FETCH)
    assert (old.status_code, old.json["reason"]) == (409, "changed")
    page = ada.post("/profile/strengths", data=sent | {"words": "Other"})
    assert page.status_code == 409
    assert "Pair talk" in page.text
    assert ">Other</textarea>" in page.text.replace("\n", "")
    (row,) = db.session.query(ProfilePart)
    assert (row.words, row.scales, row.suggests) == ("Pair talk", {"talk": 3}, False)
    too_long = ada.post("/profile/strengths", data={"words": "x" * 9_000, "version": "1"})
    assert too_long.status_code == 422


@pytest.mark.usefixtures("written")
@pytest.mark.parametrize(
    ("reader", "readers"),
    [("person", {"Cora Mbeki"}), ("cohort", {"Ben Silva", "Dee Tran", "Fay Haddad"})],
)
def test_it_is_shared_with_a_person_or_a_cohort_and_taken_back(
    world: World, visit: Visit, reader: str, readers: set[str]
):
    ids = {"person": world.cora.id, "cohort": world.autumn.id}
    ada = visit(world.ada)
    assert "Nobody but you." in ada.get("/profile").text
    for _twice in range(2):
        ada.post("/profile/share", data=PARTS | {"reader": f"{reader}-{ids[reader]}"})
    (share,) = db.session.query(ProfileShare)

    def who_reads() -> set[str]:
        page = f"/profile/of/{world.ada.id}"
        answers = {who.name: visit(who).get(page) for who in world.everyone}
        assert all("Maker" not in answer.text for answer in answers.values())
        return {name for name, answer in answers.items() if "34 students" in answer.text}

    assert who_reads() == readers
    ada = visit(world.ada)
    assert "Nobody but you." not in ada.get("/profile").text
    ada.post(f"/profile/shares/{share.id}/take-back")
    assert who_reads() == set()


@pytest.mark.usefixtures("written")
def test_whoever_leaves_the_cohort_reads_no_more(world: World, visit: Visit):
    visit(world.ada).post("/profile/share", data=PARTS | {"reader": f"cohort-{world.autumn.id}"})
    page = f"/profile/of/{world.ada.id}"
    assert visit(world.ben).get(page).status_code == 200
    world.autumn.closed_at = world.ada.created_at
    db.session.commit()
    assert visit(world.ben).get(page).status_code == 404


@pytest.mark.parametrize(
    "reader", ["", "person-0", "person-99999999999", "cohort-x", "person-{olu}", "cohort-{winter}"]
)
def test_it_is_shared_with_those_one_may_choose(world: World, visit: Visit, reader: str):
    named = reader.format(olu=world.olu.id, winter=world.winter.id)
    answer = visit(world.ada).post("/profile/share", data=PARTS | {"reader": named})
    assert answer.status_code == 422
    assert "Choose somebody to share with." in answer.text
    assert db.session.query(ProfileShare).count() == 0


def test_shares_of_others_are_not_found(world: World, visit: Visit):
    visit(world.ada).post("/profile/share", data=PARTS | {"reader": f"person-{world.ben.id}"})
    (share,) = db.session.query(ProfileShare)
    assert visit(world.ben).post(f"/profile/shares/{share.id}/take-back").status_code == 404
    assert share.taken_back_at is None
