"""A role holds where it is held: who leads a school sees and leads its people, and nobody else."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from pdportal import clock
from pdportal.accounts import policy
from pdportal.accounts.models import Invitation, Person, Role, RoleName, School
from pdportal.accounts.queries import signed_in
from pdportal.accounts.services import people as services
from pdportal.db import db
from pdportal.web.errors import Refused
from tests.accounts.conftest import Letters
from tests.accounts.test_invitations import ADDRESS, invite
from tests.conftest import Visit
from tests.people import CAST, SCHOOL_LEADS, World
from tests.test_the_wall import addresses

OF_HILL = {"ada", "ben", "hal", "abe"}


@pytest.fixture
def world(world: World) -> World:
    """With those who lead a school."""
    world.let_schools_be_led()
    db.session.commit()
    return world


def place_of(world: World, school: str) -> School | None:
    return getattr(world, school) if school else None


@pytest.mark.parametrize("name", SCHOOL_LEADS)
def test_list_and_page_agree(world: World, visit: Visit, name: str):
    somebody: Person = getattr(world, name)
    seen = set(db.session.scalars(policy.people_seen_by(somebody)))
    names = {who for who in (*CAST, *SCHOOL_LEADS) if getattr(world, who) in seen}
    assert names == (OF_HILL if name != "lou" else {"dee", "fay", "zoe", "lou"})
    browser = visit(somebody)
    listed = browser.get("/people").text
    for other in world.everyone:
        assert (other.name in listed) == (other in seen)
        for page in (f"/people/{other.id}", f"/people/{other.id}/coaches"):
            status = browser.get(page).status_code
            assert status == (200 if other in seen else 404)
        assert policy.may_see(somebody, other) == (other in seen)


def test_what_comes_along_with_a_request_says_the_same_as_the_rows(world: World):
    db.session.add(Role(person_id=world.hal.id, name=RoleName.ADMIN, school_id=world.lake.id))
    db.session.add(Role(person_id=world.hal.id, name=RoleName.COACH))
    db.session.commit()
    for somebody in world.everyone:
        rows = {(role.name, role.school_id) for role in somebody.held}
        known = signed_in(somebody.fs_uniquifier)
        assert known is not None
        assert vars(known).pop("roles_known") == rows == somebody.roles_held


GIVES = [
    # who, to whom, which role, where ("" is the whole district), is answered
    ("hal", "ben", "coach", "hill", 302),
    ("hal", "ben", "coach", "", 422),
    ("hal", "ben", "coach", "lake", 422),
    ("hal", "ben", "lead", "hill", 422),
    ("hal", "dee", "coach", "hill", 404),
    ("hal", "cora", "teacher", "hill", 404),
    ("hal", "lee", "teacher", "hill", 404),
    ("lou", "ben", "coach", "lake", 404),
    ("lou", "dee", "coach", "lake", 302),
    ("abe", "ben", "lead", "hill", 302),
    ("abe", "ben", "admin", "hill", 302),
    ("abe", "ben", "admin", "", 422),
    ("abe", "ben", "lead", "lake", 422),
    ("abe", "abe", "admin", "", 422),
    ("abe", "dee", "teacher", "hill", 404),
    ("lee", "ben", "coach", "hill", 302),
    ("max", "hal", "lead", "", 302),
]


@pytest.mark.parametrize(("who", "whom", "role", "school", "status"), GIVES)
def test_roles_are_given_where_one_leads(
    world: World, visit: Visit, who: str, whom: str, role: str, school: str, status: int
):
    actor, person, place = getattr(world, who), getattr(world, whom), place_of(world, school)
    place_id = place.id if place else None
    may = policy.may_give(actor, person, RoleName(role), place_id)
    assert may == (status == 302)
    if not may:
        with pytest.raises(Refused) as refused:
            services.give_role(actor, person, RoleName(role), place_id)
        assert refused.value.status == 403
    data = {"role": role, "school": str(place_id or "")}
    assert visit(actor).post(f"/people/{person.id}/roles", data=data).status_code == status
    held = (Role.person_id == person.id, Role.name == RoleName(role), Role.school_id == place_id)
    assert bool(db.session.scalars(select(Role).where(*held)).all()) == may


TAKES = [
    # who, from whom, which role, where, is answered
    ("hal", "ada", "teacher", "hill", 302),
    ("hal", "ada", "teacher", "", 403),
    ("hal", "ada", "coach", "lake", 403),
    ("hal", "abe", "admin", "hill", 403),
    ("lou", "ada", "teacher", "hill", 404),
    ("abe", "hal", "lead", "hill", 302),
    ("abe", "hal", "lead", "", 403),
    ("abe", "hal", "lead", "lake", 403),
    ("abe", "lou", "lead", "lake", 404),
    ("max", "abe", "admin", "hill", 302),
    ("abe", "abe", "admin", "hill", 302),
]


@pytest.mark.parametrize(("who", "whom", "role", "school", "status"), TAKES)
def test_roles_are_taken_back_where_one_leads(
    world: World, visit: Visit, who: str, whom: str, role: str, school: str, status: int
):
    person, place = getattr(world, whom), place_of(world, school)
    found = next(
        (r for r in person.held if r.name == role and r.school_id == (place.id if place else None)),
        None,
    )
    if found is None:
        found = Role(name=RoleName(role), school_id=place.id if place else None)
        person.held.append(found)
        db.session.commit()
    ident = found.id
    browser = visit(getattr(world, who))
    offered = f"/roles/{ident}/take" in browser.get(f"/people/{person.id}").text
    answer = browser.post(f"/people/{person.id}/roles/{ident}/take")
    assert answer.status_code == status
    left = db.session.scalars(select(Role.id).where(Role.id == ident)).one_or_none()
    assert (left is None) == (status == 302)
    if who != whom:
        assert offered == (status == 302)


SWITCHES = [
    # who, whom, may switch off, may turn off the two-step sign-in of
    ("hal", "ada", True, False),
    ("hal", "hal", False, False),
    ("hal", "abe", False, False),
    ("hal", "dee", False, False),
    ("hal", "cora", False, False),
    ("hal", "max", False, False),
    ("lou", "ada", False, False),
    ("lou", "dee", True, False),
    ("abe", "ada", True, True),
    ("abe", "hal", True, True),
    ("abe", "abe", False, False),
    ("abe", "lou", False, False),
    ("abe", "max", False, False),
    ("lee", "hal", False, False),
    ("max", "abe", True, True),
    ("max", "dee", True, True),
]


@pytest.mark.parametrize(("who", "whom", "off", "helps"), SWITCHES)
def test_accounts_are_switched_off_and_helped_where_one_leads(
    world: World, visit: Visit, who: str, whom: str, off: bool, helps: bool
):
    actor, person = getattr(world, who), getattr(world, whom)
    assert policy.may_switch_off(actor, person) == off
    assert policy.may_help_in(actor, person) == helps
    browser = visit(actor)
    for act, may in (("drop-second-step", helps), ("switch-off", off), ("switch-on", off)):
        answer = browser.post(f"/people/{person.id}/{act}").status_code
        assert answer == (302 if may else answer), act
        assert answer in ({302} if may else {403, 404}), act


@pytest.mark.parametrize("beyond", [RoleName.COACH, RoleName.LEAD, RoleName.ADMIN])
def test_who_holds_a_role_beyond_a_school_is_not_switched_off_by_those_who_lead_it(
    world: World, beyond: RoleName
):
    world.ben.held.append(Role(name=beyond))
    db.session.flush()
    for actor in (world.hal, world.abe):
        assert not policy.may_switch_off(actor, world.ben)
        assert not policy.may_help_in(actor, world.ben)
    assert policy.may_switch_off(world.max, world.ben)


def test_an_admin_of_a_school_is_not_the_only_one_left(world: World, visit: Visit):
    role = next(role for role in world.max.held if role.name is RoleName.ADMIN)
    assert policy.is_last_admin(world.max)
    assert not policy.is_last_admin(world.abe)
    answer = visit(world.max).post(f"/people/{world.max.id}/roles/{role.id}/take")
    assert answer.status_code == 409
    assert "last admin" in answer.text
    # His role in a school goes, that in the district stays.
    world.max.held.append(here := Role(name=RoleName.ADMIN, school_id=world.hill.id))
    db.session.commit()
    answer = visit(world.max).post(f"/people/{world.max.id}/roles/{here.id}/take")
    assert answer.status_code == 302


INVITES = [
    # who, as what, where, is answered
    ("hal", "teacher", "hill", 302),
    ("hal", "coach", "hill", 302),
    ("hal", "teacher", "lake", 422),
    ("hal", "teacher", "", 422),
    ("hal", "lead", "hill", 422),
    ("lou", "teacher", "lake", 302),
    ("abe", "admin", "hill", 302),
    ("abe", "lead", "", 422),
    ("lee", "teacher", "", 302),
]


@pytest.mark.parametrize(("who", "role", "school", "status"), INVITES)
def test_people_are_invited_to_where_one_leads(
    world: World, visit: Visit, who: str, role: str, school: str, status: int
):
    place = place_of(world, school)
    answer = invite(visit, getattr(world, who), ADDRESS, role, str(place.id) if place else "")
    assert answer.status_code == status


INVITATIONS = [
    # who, invited as what and where by Max, answered when sent again or withdrawn
    ("hal", "teacher", "hill", 302),
    ("hal", "lead", "hill", 403),
    ("hal", "teacher", "", 404),
    ("hal", "teacher", "lake", 404),
    ("lou", "teacher", "hill", 404),
    ("lou", "teacher", "lake", 302),
    ("abe", "admin", "hill", 302),
    ("abe", "admin", "", 404),
    ("lee", "teacher", "hill", 302),
]


@pytest.mark.parametrize(("who", "role", "school", "status"), INVITATIONS)
def test_invitations_are_seen_and_kept_where_one_leads(
    world: World, visit: Visit, who: str, role: str, school: str, status: int
):
    place, actor = place_of(world, school), getattr(world, who)
    invite(visit, world.max, ADDRESS, role, str(place.id) if place else "")
    invitation = db.session.scalars(select(Invitation)).one()
    browser = visit(actor)
    page = browser.get("/people/invitations").text
    seen = invitation in db.session.scalars(policy.invitations_seen_by(actor)).all()
    assert (ADDRESS in page) == seen == (status != 404)
    assert ("Withdraw" in page) == policy.may_send(actor, invitation) == (status == 302)
    for act in ("again", "withdraw"):
        answer = browser.post(f"/people/invitations/{invitation.id}/{act}")
        assert answer.status_code == status


def test_whoever_was_invited_elsewhere_is_invited_anew_once_that_has_run_out(
    world: World, visit: Visit, letters: Letters
):
    invite(visit, world.max, ADDRESS, "admin")
    said = invite(visit, world.hal, ADDRESS, school=str(world.hill.id))
    assert said.status_code == 302
    assert len(letters(ADDRESS)) == 1
    assert ADDRESS not in visit(world.hal).get("/people/invitations").text
    db.session.scalars(select(Invitation)).one().expires_at = clock.now() - timedelta(days=1)
    db.session.commit()
    invite(visit, world.hal, ADDRESS, school=str(world.hill.id))
    assert len(letters(ADDRESS)) == 2
    theirs, ours = db.session.scalars(select(Invitation).order_by(Invitation.id))
    assert (theirs.role, theirs.school_id) == (RoleName.ADMIN, None)
    assert theirs.withdrawn_at is not None
    assert (ours.role, ours.school_id, ours.invited_by_id) == (
        RoleName.TEACHER,
        world.hill.id,
        world.hal.id,
    )


def test_of_people_elsewhere_is_said_only_that_they_have_an_account(world: World, visit: Visit):
    world.dee.active = world.ben.active = False
    db.session.commit()
    school = str(world.hill.id)
    dee = invite(visit, world.hal, world.dee.email, school=school).text
    assert "Dee Tran has an account already." in dee
    assert "switched off" not in dee
    ben = invite(visit, world.hal, world.ben.email, school=school).text
    assert "Ben Silva has an account that is switched off" in ben


def test_the_pages_say_and_offer_what_a_school_lead_leads(world: World, visit: Visit):
    hal, page = visit(world.hal), f"/people/{world.ben.id}"
    assert "Everybody at Hill School." in hal.get("/people").text
    assert "4 people" in hal.get("/people").text
    for said in (hal.get("/people/invite").text, hal.get(page).text):
        form = said.partition('name="school"')[2].partition("</select>")[0]
        assert "Hill School" in form
        assert "Lake School" not in form
        assert "The whole district" not in form
        assert "leads its people and its cohorts, and no others" not in said
    for somebody in (world.abe, world.max):
        said = visit(somebody).get(page).text
        assert "leads its people and its cohorts, and no others" in said


def test_a_school_lead_who_walks_everywhere_meets_nobody_else(
    app: Flask, world: World, visit: Visit
):
    """Every page there is, with every id: names of other schools only where all know them."""
    strangers = {person.name for person in world.everyone} - {
        getattr(world, name).name for name in (*OF_HILL, "dee", "cora")
    }
    for name in SCHOOL_LEADS[::2]:
        browser = visit(getattr(world, name))
        met = []
        for page in addresses(app):
            if not page.startswith(("/people", "/cohorts", "/coaching", "/inbox")) and page != "/":
                continue
            answer = browser.get(page)
            assert answer.status_code < 500, page
            met += [(page, who) for who in strangers if who in answer.text]
        assert met == [], name


def test_a_school_costs_no_more_than_a_district(world: World, visit: Visit, statements):
    pages = ("/", "/people", f"/people/{world.ada.id}", "/people/invitations", "/cohorts")
    costs = []
    for somebody in (world.max, world.abe):
        browser = visit(somebody)
        said_by = []
        for page in pages:
            with statements() as said:
                assert browser.get(page).status_code == 200
            said_by.append(len(said))
        costs.append(said_by)
    assert costs[0] == costs[1]
