"""Who may see and run which cohort: refusals, and lists that agree with pages."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from pdportal.accounts.models import Person, Role, RoleName, School
from pdportal.cohorts import policy, queries, services
from pdportal.cohorts.models import Coaching, Cohort, Member
from pdportal.db import db
from pdportal.web.errors import Refused
from tests.conftest import Visit
from tests.people import CAST, SCHOOL_LEADS, World

WHO = (*CAST, *SCHOOL_LEADS)

ANSWERS = {
    # page: what each of the cast is answered, in the order of WHO; {c} is of the district,
    # {h} is of Hill School, where Ada and Ben teach
    #                 ada  ben  dee  fay  zoe cora  lee  max  olu  hal  lou  abe
    "/cohorts/{c}": (200, 200, 200, 302, 404, 404, 302, 302, 404, 404, 404, 404),
    "/cohorts/{c}/progress": (403, 403, 403, 200, 404, 404, 200, 200, 404, 404, 404, 404),
    "/cohorts/{c}/people": (403, 403, 403, 200, 404, 404, 200, 200, 404, 404, 404, 404),
    "/cohorts/{c}/edit": (403, 403, 403, 200, 404, 404, 200, 200, 404, 404, 404, 404),
    "/cohorts/{c}/coaches": (403, 403, 403, 403, 404, 404, 200, 200, 404, 404, 404, 404),
    "/cohorts/{h}": (200, 404, 200, 404, 404, 404, 302, 302, 404, 302, 404, 302),
    "/cohorts/{h}/progress": (403, 404, 403, 404, 404, 404, 200, 200, 404, 200, 404, 200),
    "/cohorts/{h}/people": (403, 404, 403, 404, 404, 404, 200, 200, 404, 200, 404, 200),
    "/cohorts/{h}/edit": (403, 404, 403, 404, 404, 404, 200, 200, 404, 200, 404, 200),
    "/cohorts/{h}/coaches": (403, 404, 403, 404, 404, 404, 200, 200, 404, 200, 404, 200),
    "/cohorts/new": (403, 403, 403, 403, 403, 403, 200, 200, 200, 200, 200, 200),
    "/people/{ada}/coaches": (404, 404, 404, 404, 404, 404, 200, 200, 404, 200, 404, 200),
    "/cohorts/9999": (404,) * 12,
    "/cohorts/99999999999999999999": (404,) * 12,
}

POSTS = {
    "/cohorts/new": (403, 403, 403, 403, 403, 403, 422, 422, 422, 422, 422, 422),
    "/cohorts/{c}/edit": (403, 403, 403, 302, 404, 404, 302, 302, 404, 404, 404, 404),
    "/cohorts/{c}/people": (403, 403, 403, 302, 404, 404, 302, 302, 404, 404, 404, 404),
    "/cohorts/{c}/people/paste": (403, 403, 403, 422, 404, 404, 422, 422, 404, 404, 404, 404),
    "/cohorts/{c}/people/{ben}/facilitate": (
        *(403, 403, 403, 302, 404, 404, 302, 302, 404, 404, 404, 404),
    ),
    "/cohorts/{c}/people/{ben}/remove": (
        *(403, 403, 403, 302, 404, 404, 302, 302, 404, 404, 404, 404),
    ),
    "/cohorts/{c}/close": (403, 403, 403, 403, 404, 404, 302, 302, 404, 404, 404, 404),
    "/cohorts/{c}/reopen": (403, 403, 403, 403, 404, 404, 302, 302, 404, 404, 404, 404),
    "/cohorts/{c}/coaches": (403, 403, 403, 403, 404, 404, 302, 302, 404, 404, 404, 404),
    "/cohorts/{h}/edit": (403, 404, 403, 404, 404, 404, 302, 302, 404, 302, 404, 302),
    "/cohorts/{h}/people": (403, 404, 403, 404, 404, 404, 302, 302, 404, 302, 404, 302),
    "/cohorts/{h}/people/paste": (403, 404, 403, 404, 404, 404, 422, 422, 404, 422, 404, 422),
    "/cohorts/{h}/people/{dee}/facilitate": (
        *(403, 404, 403, 404, 404, 404, 302, 302, 404, 302, 404, 302),
    ),
    "/cohorts/{h}/people/{dee}/remove": (
        *(403, 404, 403, 404, 404, 404, 302, 302, 404, 302, 404, 302),
    ),
    "/cohorts/{h}/close": (403, 404, 403, 404, 404, 404, 302, 302, 404, 302, 404, 302),
    "/cohorts/{h}/reopen": (403, 404, 403, 404, 404, 404, 302, 302, 404, 302, 404, 302),
    "/cohorts/{h}/coaches": (403, 404, 403, 404, 404, 404, 302, 302, 404, 302, 404, 302),
    "/people/{ada}/coaches": (404, 404, 404, 404, 404, 404, 422, 422, 404, 422, 404, 422),
    "/people/{ada}/coaches/{link}/end": (
        *(404, 404, 404, 404, 404, 404, 302, 302, 404, 302, 404, 302),
    ),
}


@pytest.fixture
def world(world: World) -> World:
    """With those who lead a school."""
    world.let_schools_be_led()
    db.session.commit()
    return world


def filled(path: str, world: World) -> str:
    link = db.session.scalars(select(Coaching.id)).first()
    people = {name: getattr(world, name).id for name in ("ada", "ben", "dee")}
    return path.format(c=world.autumn.id, h=world.circle.id, link=link, **people)


@pytest.mark.parametrize("who", WHO)
def test_pages_open_to_those_who_may(world: World, visit: Visit, who: str):
    answers = {
        path: visit(getattr(world, who)).get(filled(path, world)).status_code for path in ANSWERS
    }
    assert answers == {path: row[WHO.index(who)] for path, row in ANSWERS.items()}


@pytest.mark.parametrize("who", WHO)
def test_acts_are_done_by_those_who_may(world: World, visit: Visit, who: str):
    answers = {
        path: visit(getattr(world, who)).post(filled(path, world)).status_code for path in POSTS
    }
    assert answers == {path: row[WHO.index(who)] for path, row in POSTS.items()}


def test_lists_and_pages_agree_over_the_whole_cast(world: World):
    closed = world.cohort("Last year", world.ada, facilitator=world.fay)
    services.close_cohort(world.lee, closed)
    far = world.cohort("Far away", world.olu)
    far.district_id = world.elsewhere.id
    db.session.flush()
    cohorts = db.session.scalars(select(Cohort)).all()
    for person in world.everyone:
        seen = set(db.session.scalars(policy.cohorts_seen_by(person)))
        run = set(db.session.scalars(policy.cohorts_run_by(person)))
        assert run <= seen
        listed = {row.id for row in db.session.execute(queries.cohort_list(person))}
        assert listed == {cohort.id for cohort in seen}
        for cohort in cohorts:
            opened = (cohort, cohort in run) if cohort in seen else None
            assert queries.cohort_opened(person, cohort.id) == opened
            row = queries.cohort_row(person, cohort.id)
            assert (row and (row.id, bool(row.runs))) == (opened and (cohort.id, opened[1]))
            assert policy.may_run(person, cohort) == (cohort in run)


def test_a_facilitator_of_one_cohort_runs_no_other(world: World):
    runs = set(db.session.scalars(policy.cohorts_run_by(world.fay)))
    assert runs == {world.autumn}
    with pytest.raises(Refused) as refused:
        services.add_people(world.fay, world.winter, [world.ada])
    assert refused.value.status == 403


def test_verbs_refuse_what_forms_do_not_offer(world: World):
    gone = world.person("Gus Marek", active=False)
    for people in ([world.olu], [gone]):
        with pytest.raises(Refused) as refused:
            services.add_people(world.lee, world.autumn, people)
        assert refused.value.status == 403
    with pytest.raises(Refused):
        services.let_facilitate(world.lee, world.autumn, world.zoe, True)


LINKS = [
    # actor, coach, teacher, may link
    ("lee", "cora", "ben", True),
    ("max", "cora", "zoe", True),
    ("lee", "cora", "lee", True),
    ("lee", "ben", "ada", False),  # Ben is no coach
    ("lee", "cora", "cora", False),
    ("lee", "cora", "olu", False),
    ("olu", "cora", "ada", False),
    ("fay", "cora", "ada", False),
    ("cora", "cora", "ada", False),
    ("ada", "cora", "ada", False),
    ("hal", "cora", "ben", True),  # a coach of the district with a teacher of the school
    ("hal", "cora", "dee", False),
    ("hal", "cora", "lee", False),
    ("abe", "cora", "ben", True),
    ("abe", "cora", "zoe", False),
    ("lou", "cora", "dee", True),
    ("lou", "cora", "ben", False),
]


@pytest.mark.parametrize(("actor", "coach", "teacher", "may"), LINKS)
def test_leads_link_coaches_of_their_district(
    world: World, actor: str, coach: str, teacher: str, may: bool
):
    people: list[Person] = [getattr(world, name) for name in (actor, coach, teacher)]
    assert policy.may_link(*people) == may
    if not may:
        with pytest.raises(Refused):
            services.link_coach(*people)


def test_coaching_lasts_while_both_are_linked_and_active(world: World):
    assert list(db.session.scalars(policy.teachers_of(world.cora))) == [world.ada]
    assert list(db.session.scalars(policy.coaches_of(world.ada.id))) == [world.cora]
    assert list(db.session.scalars(policy.coaches_of(world.ben.id))) == []
    world.cora.active = False
    db.session.flush()
    assert list(db.session.scalars(policy.coaches_of(world.ada.id))) == []
    world.ada.active = False
    db.session.flush()
    assert list(db.session.scalars(policy.teachers_of(world.cora))) == []


@pytest.mark.parametrize(
    ("who", "reads"),
    [
        ("ada", False),
        ("ben", False),
        ("dee", False),
        ("fay", True),
        ("zoe", False),
        ("cora", True),
        ("lee", True),
        ("max", True),
        ("olu", True),
        ("hal", True),
        ("lou", True),
        ("abe", True),
    ],
)
def test_notes_to_facilitators_are_read_by_those_who_lead_coach_or_facilitate(
    world: World, who: str, reads: bool
):
    assert policy.facilitates_any(getattr(world, who)) == reads


def test_somebody_who_left_no_longer_facilitates(world: World):
    services.remove_person(world.lee, world.autumn, world.fay)
    db.session.flush()
    assert not policy.may_run(world.fay, world.autumn)
    assert not policy.facilitates_any(world.fay)


def test_only_one_belonging_at_a_time(world: World):
    services.add_people(world.lee, world.autumn, [world.ada, world.zoe, world.zoe])
    now = select(Member.person_id).where(
        Member.cohort_id == world.autumn.id, Member.left_at.is_(None)
    )
    assert sorted(db.session.scalars(now)) == sorted(
        p.id for p in (world.ada, world.ben, world.dee, world.fay, world.zoe)
    )


def test_a_coach_without_the_role_cannot_be_chosen(world: World):
    other = world.person("Sam Ito", RoleName.COACH, district=world.elsewhere)
    found = [row.name for row in db.session.execute(queries.coaches_in(world.lee))]
    assert found == ["Cora Mbeki"]
    assert db.session.scalars(queries.coach_by_id(world.lee, other.id)).one_or_none() is None


CREATES = [
    # who, of which school (None: of the district), may create
    ("lee", None, True),
    ("lee", "hill", True),
    ("max", "lake", True),
    ("hal", "hill", True),
    ("hal", "lake", False),
    ("hal", None, False),
    ("abe", "hill", True),
    ("abe", None, False),
    ("lou", "lake", True),
    ("fay", "lake", False),
    ("cora", None, False),
]


@pytest.mark.parametrize(("who", "school", "may"), CREATES)
def test_leads_make_cohorts_of_where_they_lead(
    world: World, who: str, school: str | None, may: bool
):
    lead = getattr(world, who)
    place = getattr(world, school).id if school else None
    made = {"name": "Spring", "starts_on": world.autumn.starts_on, "school_id": place}
    assert policy.may_create_at(lead, place) == may
    if may:
        assert services.create_cohort(lead, **made).school_id == place
    else:
        with pytest.raises(Refused) as refused:
            services.create_cohort(lead, **made)
        assert refused.value.status == 403


def test_no_cohort_is_of_a_school_elsewhere(world: World):
    far = School(district=world.elsewhere, name="Far School")
    db.session.add(far)
    db.session.flush()
    with pytest.raises(Refused) as refused:
        services.create_cohort(
            world.lee, name="Spring", starts_on=world.autumn.starts_on, school_id=far.id
        )
    assert refused.value.status == 422


ADDS = [
    # who, to which cohort, whom, may add
    ("lee", "circle", "zoe", True),
    ("hal", "circle", "ben", True),
    ("hal", "circle", "zoe", False),
    ("hal", "circle", "cora", False),  # she belongs to the district
    ("abe", "circle", "ben", True),
    ("abe", "circle", "fay", False),
    ("ada", "circle", "ben", True),  # let to facilitate
    ("ada", "circle", "zoe", False),
    ("fay", "autumn", "zoe", True),
    ("fay", "autumn", "cora", True),
    ("fay", "autumn", "olu", False),
]


@pytest.mark.parametrize(("who", "cohort", "whom", "may"), ADDS)
def test_a_cohort_of_a_school_takes_its_people_and_others_from_those_who_lead_them(
    world: World, who: str, cohort: str, whom: str, may: bool
):
    services.let_facilitate(world.lee, world.circle, world.ada, True)
    actor, there, person = (getattr(world, name) for name in (who, cohort, whom))
    found = {row.id for row in db.session.execute(queries.people_to_add(actor, there))}
    assert (person.id in found) == policy.may_add(actor, there, person) == may
    known = set(db.session.scalars(policy.people_added_by(actor, there)))
    for other in world.everyone:
        assert (other in known) == policy.may_add(actor, there, other)
    if may:
        assert services.add_people(actor, there, [person])
    else:
        with pytest.raises(Refused):
            services.add_people(actor, there, [person])
        with pytest.raises(services.WrongLines):
            services.add_by_address(actor, there, person.email)


def test_who_leads_two_schools_leads_the_people_of_both(world: World):
    db.session.add(Role(person_id=world.hal.id, name=RoleName.LEAD, school_id=world.lake.id))
    db.session.flush()
    db.session.expire(world.hal)
    assert policy.may_link(world.hal, world.cora, world.dee)
    assert policy.may_add(world.hal, world.circle, world.zoe)
    assert not policy.may_run(world.hal, world.autumn)
    assert not policy.may_create_at(world.hal, None)


def test_a_lead_elsewhere_with_the_number_of_a_school_here_leads_nothing_here(world: World):
    db.session.add(Role(person_id=world.olu.id, name=RoleName.ADMIN, school_id=world.hill.id))
    db.session.flush()
    db.session.expire(world.olu)
    assert not policy.may_run(world.olu, world.circle)
    assert not db.session.scalars(policy.cohorts_seen_by(world.olu)).all()
    assert not policy.may_link(world.olu, world.cora, world.ada)
