"""A lead makes a cohort, fills it, lets somebody facilitate, links coaches and closes it."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from pdportal.accounts.models import RoleName
from pdportal.activity.models import Event
from pdportal.cohorts import events
from pdportal.cohorts.models import Coaching, Cohort, Member
from pdportal.db import db
from pdportal.inbox.models import Notice
from tests.conftest import Visit
from tests.people import World

SPRING = {
    "name": "Spring: a goal you can act on",
    "starts_on": "2027-01-11",
    "ends_on": "2027-04-30",
    "about": "One goal each, one change in class, one look back.",
}


def spring() -> Cohort:
    return db.session.scalars(select(Cohort).where(Cohort.name == SPRING["name"])).one()


def in_it(cohort: Cohort) -> set[int]:
    return set(
        db.session.scalars(
            select(Member.person_id).where(Member.cohort_id == cohort.id, Member.left_at.is_(None))
        )
    )


def test_a_lead_makes_a_cohort_and_adds_people_who_are_told(world: World, visit: Visit):
    lee = visit(world.lee)
    answer = lee.post("/cohorts/new", data=SPRING)
    page = f"/cohorts/{spring().id}/people"
    assert answer.status_code == 302
    assert answer.location == page

    found = lee.get(f"{page}?q=silva").text
    assert "Ben Silva" in found
    assert "Ada Okafor" not in found
    lee.post(page, data={"person": [world.ben.id, world.ada.id]})
    assert in_it(spring()) == {world.ada.id, world.ben.id}

    assert "Spring: a goal you can act on" in visit(world.ada).get("/cohorts").text
    assert "Lee Park added you to the cohort" in visit(world.ada).get("/inbox").text
    told = visit(world.ada).get(f"/cohorts/{spring().id}").text
    assert "Ben Silva" in told
    assert "One goal each" in told
    assert "Jan 11, 2027" in told

    said = db.session.scalars(select(Event.verb).where(Event.actor_id == world.lee.id)).all()
    assert sorted(said) == ["added_person", "added_person", "created"]


def test_a_form_sent_twice_makes_one_cohort(world: World, visit: Visit):
    first = visit(world.lee).post("/cohorts/new", data=SPRING)
    second = visit(world.lee).post("/cohorts/new", data=SPRING)
    assert first.location == second.location
    assert len(db.session.scalars(select(Event).where(Event.verb == "created")).all()) == 1

    other = visit(world.max).post("/cohorts/new", data=SPRING | {"about": "Mine."})
    assert other.status_code == 422
    assert "already has a cohort called" in other.text
    assert "Mine." in other.text


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"name": " "}, "Give the cohort a name."),
        ({"name": "x" * 121}, "At most 120 characters"),
        ({"starts_on": ""}, "Say when it begins."),
        ({"starts_on": "soon"}, "Write the date like 2026-11-30."),
        ({"ends_on": "2027-01-01"}, "It cannot end before it begins."),
        ({"about": "x" * 2001}, "At most 2000 characters"),
    ],
)
def test_a_form_with_mistakes_comes_back_with_what_was_typed(
    world: World, visit: Visit, typed: dict[str, str], said: str
):
    answer = visit(world.lee).post("/cohorts/new", data=SPRING | typed)
    assert answer.status_code == 422
    assert said in answer.text
    assert typed.get("about", SPRING["about"]) in answer.text
    assert "created" not in db.session.scalars(select(Event.verb)).all()


def test_two_leads_who_change_a_cohort_at_once_do_not_overwrite_one_another(
    world: World, visit: Visit
):
    page = f"/cohorts/{world.autumn.id}/edit"
    changed = {"name": "Autumn", "starts_on": "2026-09-01", "version": "1"}
    assert visit(world.lee).post(page, data=changed | {"about": "Lee's words"}).status_code == 302

    late = visit(world.max).post(page, data=changed | {"about": "Max's words"})
    assert late.status_code == 409
    assert "Somebody else changed this cohort" in late.text
    assert "Lee's words" in late.text
    assert "Max&#39;s words" in late.text
    assert 'name="version" type="hidden" value="2"' in late.text
    assert world.autumn.about == "Lee's words"

    again = changed | {"about": "Max's words", "version": "2"}
    assert visit(world.max).post(page, data=again).status_code == 302
    assert visit(world.max).post(page, data=again).status_code == 302
    assert world.autumn.about == "Max's words"


def test_people_leave_and_come_back_and_their_history_stays(world: World, visit: Visit):
    left: list[int] = []
    hear = events.member_left.connect(lambda member: left.append(member.person_id), weak=False)
    lee, page = visit(world.lee), f"/cohorts/{world.autumn.id}/people"
    try:
        lee.post(f"{page}/{world.ben.id}/remove")
        lee.post(f"{page}/{world.ben.id}/remove")
    finally:
        events.member_left.disconnect(hear)
    assert left == [world.ben.id]
    assert world.ben.id not in in_it(world.autumn)
    assert visit(world.ben).get(f"/cohorts/{world.autumn.id}").status_code == 404

    lee.post(page, data={"person": world.ben.id})
    lee.post(page, data={"person": world.ben.id})
    assert world.ben.id in in_it(world.autumn)
    times = select(Member).where(
        Member.cohort_id == world.autumn.id, Member.person_id == world.ben.id
    )
    assert len(db.session.scalars(times).all()) == 2


def test_pasted_addresses_are_added_all_or_none(world: World, visit: Visit):
    lee, page = visit(world.lee), f"/cohorts/{world.winter.id}/people/paste"
    pasted = (
        "Ada Okafor <ada.okafor@example.org>\n"
        "\n"
        "not an address\n"
        "olu.bello@example.org\n"
        "Silva, Ben, BEN.SILVA@example.org\n"
    )
    answer = lee.post(page, data={"addresses": pasted})
    assert answer.status_code == 422
    assert "Line 3: There is no address in this line." in answer.text
    assert "Line 4: Nobody in your district has the address olu.bello@example.org." in answer.text
    assert "Line 5" not in answer.text
    assert "Silva, Ben, BEN.SILVA@example.org" in answer.text
    assert in_it(world.winter) == {world.zoe.id}

    good = "ada.okafor@example.org; ben.silva@example.org,\nDee Tran <dee.tran@example.org>\n"
    assert lee.post(page, data={"addresses": good}).status_code == 302
    assert in_it(world.winter) == {world.zoe.id, world.ada.id, world.ben.id, world.dee.id}
    assert lee.post(page, data={"addresses": good}).status_code == 302
    assert len(in_it(world.winter)) == 4
    assert lee.post(page, data={"addresses": " \n"}).status_code == 422


def test_a_facilitator_runs_the_cohort_and_finds_it_in_the_navigation(world: World, visit: Visit):
    assert '<a href="/cohorts"' not in visit(world.ben).get("/inbox").text
    page = f"/cohorts/{world.autumn.id}/people/{world.ben.id}/facilitate"
    visit(world.fay).post(page, data={"facilitates": "yes"})
    assert '<a href="/cohorts"' in visit(world.ben).get("/inbox").text
    assert visit(world.ben).get(f"/cohorts/{world.autumn.id}/people").status_code == 200

    given_up = visit(world.ben).post(page, data={"facilitates": "no"})
    assert given_up.location == f"/cohorts/{world.autumn.id}"
    assert visit(world.ben).get(f"/cohorts/{world.autumn.id}/people").status_code == 403


def test_a_closed_cohort_takes_nobody_and_can_be_opened_again(world: World, visit: Visit):
    lee, page = visit(world.lee), f"/cohorts/{world.autumn.id}"
    lee.post(f"{page}/close")
    ended = visit(world.ada).get(page)
    assert ended.status_code == 404
    assert "This cohort has ended" in ended.text
    for stranger in (world.zoe, world.cora, world.olu):
        answer = visit(stranger).get(page)
        assert answer.status_code == 404
        assert answer.text == visit(stranger).get("/cohorts/99999").text
    assert visit(world.fay).get(f"{page}/people").status_code == 200
    assert lee.post(f"{page}/people", data={"person": world.zoe.id}).status_code == 409
    assert "Open it again" in lee.get(f"{page}/edit").text

    lee.post(f"{page}/reopen")
    assert visit(world.ada).get(page).status_code == 200


def test_a_lead_links_a_coach_and_both_are_told(world: World, visit: Visit):
    lee, page = visit(world.lee), f"/people/{world.ben.id}/coaches"
    assert "Cora Mbeki (1 teacher)" in lee.get(page).text
    lee.post(page, data={"coach": world.cora.id})
    lee.post(page, data={"coach": world.cora.id})
    assert "Cora Mbeki" in lee.get(page).text
    assert "Cora Mbeki is your coach now" in visit(world.ben).get("/inbox").text
    assert "You coach Ben Silva now" in visit(world.cora).get("/inbox").text
    link = select(Coaching).where(Coaching.teacher_id == world.ben.id)
    coaching = db.session.scalars(link).one()

    lee.post(f"{page}/{coaching.id}/end")
    lee.post(f"{page}/{coaching.id}/end")
    assert coaching.ended_at is not None
    kinds = select(Notice.kind).where(Notice.person_id == world.ben.id).order_by(Notice.id)
    assert db.session.scalars(kinds).all() == ["coach_linked", "coach_unlinked"]
    assert lee.post(page, data={"coach": world.zoe.id}).status_code == 422
    assert lee.post(page, data={"coach": ""}).status_code == 422


def test_a_lead_links_several_people_of_a_cohort_with_one_coach(world: World, visit: Visit):
    sam = world.person("Sam Ito", RoleName.COACH)
    db.session.commit()
    lee, page = visit(world.lee), f"/cohorts/{world.autumn.id}/coaches"
    assert "with Cora Mbeki" in lee.get(page).text
    ticked = [world.ada.id, world.dee.id, world.zoe.id]
    lee.post(page, data={"person": ticked, "coach": sam.id})
    taught = db.session.scalars(select(Coaching.teacher_id).where(Coaching.coach_id == sam.id))
    assert set(taught) == {world.ada.id, world.dee.id}, "Zoe is not in this cohort"


@pytest.mark.parametrize("count", [2, 20])
def test_pages_cost_the_same_for_few_and_many(world: World, visit: Visit, statements, count: int):
    for number in range(count):
        person = world.person(f"Teacher {number}")
        db.session.add(Member(cohort_id=world.autumn.id, person_id=person.id))
        world.cohort(f"Cohort {number}", person)
    lee, cohort = visit(world.lee), world.autumn.id
    costs = {
        "/cohorts": 2,
        f"/cohorts/{cohort}/people": 5,
        f"/cohorts/{cohort}/coaches": 5,
        f"/people/{world.ada.id}/coaches": 4,
    }
    for page, cost in costs.items():
        with statements() as said:
            assert lee.get(page).status_code == 200
        assert len(said) == cost, (page, said)
