"""People and their roles: who may see, give, take, and switch off."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from pdportal.accounts import policy
from pdportal.accounts.models import Person, Role, RoleName
from pdportal.db import db
from tests.conftest import Visit
from tests.people import CAST, World


def test_lee_finds_people_by_name_role_and_school(world: World, visit: Visit):
    lee = visit(world.lee)
    everybody = lee.get("/people").text
    assert "Ada Okafor" in everybody
    assert "8 people" in everybody
    assert "Olu Bello" not in everybody, "another district"
    found = lee.get("/people?q=oka").text
    assert "Ada Okafor" in found
    assert "Ben Silva" not in found
    assert "Cora Mbeki" in lee.get("/people?role=coach").text
    assert "1 person" in lee.get("/people?role=coach").text
    assert "Dee Tran" in lee.get(f"/people?school={world.lake.id}").text
    assert "No match" in lee.get("/people?q=zzz").text
    for odd in (
        "?page=0",
        "?page=-1",
        "?page=99999999999999999999",
        "?page=x",
        "?school=99999999999",
        "?school=x",
        "?role=boss",
        "?q=%25_%5C",
        "?q=%00",
        f"?q={'x' * 5000}",
    ):
        assert lee.get(f"/people{odd}").status_code == 200, odd


def test_long_lists_have_pages(world: World, visit: Visit, statements):
    counts = []
    for more in (0, 60):
        for number in range(more):
            world.person(f"Teacher Number{number:03}", school=world.hill)
        db.session.commit()
        lee = visit(world.lee)
        with statements() as said:
            page = lee.get("/people").text
        counts.append(len(said))
    assert "68 people" in page
    assert "page=2" in page
    assert "Teacher Number059" in lee.get("/people?page=3").text
    assert counts[0] == counts[1] <= 6


@pytest.mark.parametrize("name", CAST)
def test_list_and_page_agree_over_the_whole_cast(world: World, visit: Visit, name: str):
    somebody: Person = getattr(world, name)
    seen = set(db.session.scalars(policy.people_seen_by(somebody)))
    browser = visit(somebody)
    for other in world.everyone:
        status = browser.get(f"/people/{other.id}").status_code
        assert (status == 200) == (other in seen) == policy.may_see(somebody, other)
        assert status in {200, 404}


def test_roles_are_given_and_taken_back(world: World, visit: Visit):
    lee, page = visit(world.lee), f"/people/{world.ben.id}"
    assert lee.post(f"{page}/roles", data={"role": "coach", "school": ""}).status_code == 302
    assert (
        "had that role already"
        in lee.post(
            f"{page}/roles", data={"role": "coach", "school": ""}, follow_redirects=True
        ).text
    )
    assert lee.post(f"{page}/roles", data={"role": "coach", "school": str(world.lake.id)})
    roles = db.session.scalars(
        select(Role).where(Role.person_id == world.ben.id, Role.name == RoleName.COACH)
    ).all()
    assert {role.school_id for role in roles} == {None, world.lake.id}
    for role in roles:
        answer = lee.post(f"{page}/roles/{role.id}/take")
        assert answer.status_code == 302
        assert lee.post(f"{page}/roles/{role.id}/take").status_code == 302, "taken twice"


@pytest.mark.parametrize(
    ("actor", "role", "status"),
    [
        ("lee", "coach", 302),
        ("lee", "lead", 422),
        ("lee", "admin", 422),
        ("max", "lead", 302),
        ("max", "admin", 302),
        ("olu", "coach", 404),
        ("cora", "coach", 404),
        ("fay", "coach", 404),
        ("ada", "coach", 404),
    ],
)
def test_who_may_give_which_role(world: World, visit: Visit, actor: str, role: str, status: int):
    browser = visit(getattr(world, actor))
    answer = browser.post(f"/people/{world.ben.id}/roles", data={"role": role, "school": ""})
    assert answer.status_code == status


def test_leads_take_no_role_of_leads_and_admins(world: World, visit: Visit):
    for other in (world.max, world.lee):
        role = other.held[0]
        answer = visit(world.lee).post(f"/people/{other.id}/roles/{role.id}/take")
        assert answer.status_code == 403
    ada = world.ada.held[0]
    assert visit(world.max).post(f"/people/{world.ben.id}/roles/{ada.id}/take").status_code == 302
    assert db.session.get(Role, ada.id) is not None, "a role of somebody else"


def test_the_last_admin_cannot_be_removed(world: World, visit: Visit):
    role = world.max.held[0]
    answer = visit(world.max).post(f"/people/{world.max.id}/roles/{role.id}/take")
    assert answer.status_code == 409
    assert "last admin" in answer.text
    nia = world.person("Nia Second", RoleName.ADMIN)
    assert visit(nia).post(f"/people/{world.max.id}/switch-off").status_code == 302
    answer = visit(nia).post(f"/people/{nia.id}/roles/{nia.held[0].id}/take")
    assert answer.status_code == 409, "the other one is switched off"


@pytest.mark.parametrize(
    ("actor", "other", "status"),
    [
        ("lee", "ada", 302),
        ("lee", "cora", 302),
        ("lee", "max", 403),
        ("lee", "lee", 403),
        ("max", "lee", 302),
        ("max", "max", 403),
        ("olu", "ada", 404),
        ("cora", "ada", 404),
        ("ada", "ben", 404),
        ("ada", "ada", 404),
    ],
)
def test_who_may_switch_off_whom(world: World, visit: Visit, actor: str, other: str, status: int):
    somebody = getattr(world, other)
    browser = visit(getattr(world, actor))
    assert browser.post(f"/people/{somebody.id}/switch-off").status_code == status
    db.session.refresh(somebody)
    assert somebody.active == (status != 302)
    if status == 302:
        assert "switched off" in browser.get(f"/people/{somebody.id}").text
        assert browser.post(f"/people/{somebody.id}/switch-off").status_code == 302, "twice"
        assert browser.post(f"/people/{somebody.id}/switch-on").status_code == 302


def test_people_is_a_place_of_those_who_lead(world: World, visit: Visit):
    for somebody in world.everyone:
        page = visit(somebody).get("/account").text
        assert ('href="/people"' in page) == somebody.leads
        assert visit(somebody).get("/people").status_code == (200 if somebody.leads else 403)


def test_a_person_page_costs_little(world: World, visit: Visit, statements):
    lee = visit(world.lee)
    with statements() as said:
        assert lee.get(f"/people/{world.ada.id}").status_code == 200
    assert len(said) <= 6, said
