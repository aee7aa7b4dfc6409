"""Who leads a school makes cohorts of it, fills them, links coaches, and sees no others."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from pdportal import clock
from pdportal.accounts.models import Role, RoleName
from pdportal.cohorts.models import Coaching, Cohort
from pdportal.db import db
from pdportal.insights.at_a_glance import glances, stuck_people
from tests.cohorts.test_story import SPRING, in_it, spring
from tests.conftest import Visit
from tests.insights import given
from tests.people import World

NOW = datetime(2026, 11, 10, 15, 0, tzinfo=UTC)


@pytest.fixture
def world(world: World) -> World:
    """With those who lead a school."""
    world.let_schools_be_led()
    db.session.commit()
    return world


def test_a_school_lead_makes_a_cohort_of_the_school_and_adds_its_people(world: World, visit: Visit):
    hal = visit(world.hal)
    assert 'name="school"' not in hal.get("/cohorts/new").text, "there is nothing to choose"
    answer = hal.post("/cohorts/new", data=SPRING)
    page = f"/cohorts/{spring().id}"
    assert answer.location == f"{page}/people"
    assert spring().school_id == world.hill.id
    assert hal.post("/cohorts/new", data=SPRING).location == answer.location, "sent twice"

    offered = hal.get(f"{page}/people").text
    assert "Ben Silva" in offered
    assert "Dee Tran" not in offered
    assert "Nobody in this school by that name." in hal.get(f"{page}/people?q=dee").text
    assert hal.post(f"{page}/people", data={"person": world.dee.id}).status_code == 403
    wrong = hal.post(f"{page}/people/paste", data={"addresses": "dee.tran@example.org"})
    assert "Line 1: Nobody of this school has the address dee.tran@example.org." in wrong.text
    hal.post(f"{page}/people", data={"person": [world.ada.id, world.ben.id]})
    assert in_it(spring()) == {world.ada.id, world.ben.id}

    assert "Hill School" in hal.get("/cohorts").text
    assert "Autumn" not in hal.get("/cohorts").text
    assert SPRING["name"] not in visit(world.lou).get("/cohorts").text
    assert hal.post(f"{page}/close").status_code == 302
    assert visit(world.abe).post(f"{page}/reopen").status_code == 302
    assert visit(world.lee).post(f"{page}/close").status_code == 302
    assert spring().closed_at is not None


def test_a_school_lead_cannot_choose_another_school_nor_the_district(world: World, visit: Visit):
    for school in (str(world.lake.id), "", "x", "9" * 30):
        answer = visit(world.hal).post("/cohorts/new", data=SPRING | {"school": school})
        assert answer.status_code == 422, school
    assert db.session.scalars(select(Cohort).where(Cohort.name == SPRING["name"])).all() == []


def test_who_leads_two_schools_chooses_one(world: World, visit: Visit):
    db.session.add(Role(person_id=world.hal.id, name=RoleName.ADMIN, school_id=world.lake.id))
    db.session.commit()
    hal = visit(world.hal)
    form = hal.get("/cohorts/new").text
    assert "Hill School" in form
    assert "Lake School" in form
    assert "The whole district" not in form
    assert hal.post("/cohorts/new", data=SPRING).status_code == 422
    hal.post("/cohorts/new", data=SPRING | {"school": str(world.lake.id)})
    assert spring().school_id == world.lake.id


def test_a_lead_of_the_district_makes_either(world: World, visit: Visit):
    lee = visit(world.lee)
    options = lee.get("/cohorts/new").text.partition('name="school"')[2]
    assert options.index("The whole district") < options.index("Hill School")
    lee.post("/cohorts/new", data=SPRING | {"school": str(world.hill.id)})
    assert spring().school_id == world.hill.id
    page = f"/cohorts/{spring().id}/people"
    assert "Dee Tran" not in lee.get(page).text, "the school's people are offered first"
    assert "Dee Tran" in lee.get(f"{page}?school=").text
    lee.post(page, data={"person": world.dee.id})
    assert in_it(spring()) == {world.dee.id}
    other = lee.post("/cohorts/new", data=SPRING)
    assert other.status_code == 422, "the name is taken, though by a school"


def test_a_school_lead_links_coaches_with_teachers_of_the_school(world: World, visit: Visit):
    hal, page = visit(world.hal), f"/people/{world.ben.id}/coaches"
    assert "Cora Mbeki" in hal.get(page).text
    assert hal.post(page, data={"coach": world.cora.id}).status_code == 302
    coaching = db.session.scalars(select(Coaching).where(Coaching.teacher_id == world.ben.id)).one()
    assert visit(world.lou).post(f"{page}/{coaching.id}/end").status_code == 404
    assert hal.post(f"{page}/{coaching.id}/end").status_code == 302
    db.session.refresh(coaching)
    assert coaching.ended_at is not None

    together = f"/cohorts/{world.circle.id}/coaches"
    assert "Ada Okafor" in hal.get(together).text
    assert "Dee Tran" not in hal.get(together).text, "she is led elsewhere"
    asked = {"person": [world.ada.id, world.dee.id], "coach": world.cora.id}
    assert hal.post(together, data=asked).status_code == 403
    sam = world.person("Sam Ito", RoleName.COACH, school=world.lake)
    hal.post(together, data={"person": world.ada.id, "coach": sam.id})
    found = db.session.scalars(select(Coaching.teacher_id).where(Coaching.coach_id == sam.id))
    assert list(found) == [world.ada.id]


def test_who_leads_a_school_and_facilitates_elsewhere_runs_both(world: World, visit: Visit):
    lee, hal = visit(world.lee), visit(world.hal)
    lee.post(f"/cohorts/{world.autumn.id}/people", data={"person": world.hal.id})
    assert hal.get(f"/cohorts/{world.autumn.id}/people").status_code == 403
    page = f"/cohorts/{world.autumn.id}/people/{world.hal.id}/facilitate"
    lee.post(page, data={"facilitates": "yes"})
    shown = hal.get(f"/cohorts/{world.autumn.id}/people").text
    assert f"/cohorts/{world.autumn.id}/coaches" not in shown
    edit = hal.get(f"/cohorts/{world.autumn.id}/edit").text
    assert f"/cohorts/{world.autumn.id}/coaches" not in edit
    assert f"/cohorts/{world.autumn.id}/close" not in edit
    for act in ("close", "coaches"):
        assert hal.post(f"/cohorts/{world.autumn.id}/{act}").status_code == 403


def test_the_first_screen_tells_of_the_cohorts_that_one_runs(world: World, visit: Visit):
    module = given.module()
    given.assigned(world.autumn, module, world.lee, due_on=date(2026, 11, 2))
    given.assigned(world.circle, module, world.lee, due_on=date(2026, 11, 3))
    given.shared(world.zoe, given.protocol(), NOW - timedelta(days=4), cohort=world.winter)
    with clock.at(NOW):
        for who, cohorts in (
            ("hal", {"Hill circle"}),
            ("abe", {"Hill circle"}),
            ("lou", set()),
            ("lee", {"Hill circle", "Autumn", "Winter"}),
        ):
            lead = getattr(world, who)
            assert {glance.name for glance in glances(lead, NOW.date())} == cohorts
            stuck, _more = stuck_people(lead, NOW.date())
            assert {one.cohort_name for one in stuck} == cohorts
        page = visit(world.hal).get("/").text
        assert "Hill circle" in page
        assert "Autumn" not in page
        assert "No cohort yet" in visit(world.lou).get("/").text
        progress = visit(world.hal).get(f"/cohorts/{world.circle.id}/progress").text
        assert "Dee Tran" in progress, "she is in a cohort that Hal runs"
        asked = {"person": world.dee.id, "module": module.id}
        assert visit(world.hal).post(f"/cohorts/{world.circle.id}/nudge", data=asked).location
        assert visit(world.lou).post(
            f"/cohorts/{world.circle.id}/nudge", data=asked
        ).status_code in {403, 404}


def test_a_cohort_of_a_school_costs_as_much_as_one_of_the_district(
    world: World, visit: Visit, statements
):
    costs = []
    for somebody, cohort in ((world.lee, world.autumn), (world.hal, world.circle)):
        browser = visit(somebody)
        page = f"/cohorts/{cohort.id}"
        said_by = []
        for path in ("/cohorts", f"{page}/progress", f"{page}/people", f"{page}/coaches"):
            with statements() as said:
                assert browser.get(path).status_code == 200
            said_by.append(len(said))
        costs.append(said_by)
    assert costs[0] == costs[1]
