"""Who may see and run which cohort: refusals, and lists that agree with pages."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from pdportal.accounts.models import Person, RoleName
from pdportal.cohorts import policy, queries, services
from pdportal.cohorts.models import Coaching, Cohort, Member
from pdportal.db import db
from pdportal.web.errors import Refused
from tests.conftest import Visit
from tests.people import CAST, World

ANSWERS = {
    # page: what each of the cast is answered, in the order of CAST
    #                 ada  ben  dee  fay  zoe cora  lee  max  olu
    "/cohorts/{c}": (200, 200, 200, 302, 404, 404, 302, 302, 404),
    "/cohorts/{c}/progress": (403, 403, 403, 200, 404, 404, 200, 200, 404),
    "/cohorts/{c}/people": (403, 403, 403, 200, 404, 404, 200, 200, 404),
    "/cohorts/{c}/edit": (403, 403, 403, 200, 404, 404, 200, 200, 404),
    "/cohorts/{c}/coaches": (403, 403, 403, 403, 404, 404, 200, 200, 404),
    "/cohorts/new": (403, 403, 403, 403, 403, 403, 200, 200, 200),
    "/people/{ada}/coaches": (404, 404, 404, 404, 404, 404, 200, 200, 404),
    "/cohorts/9999": (404, 404, 404, 404, 404, 404, 404, 404, 404),
    "/cohorts/99999999999999999999": (404,) * 9,
}

POSTS = {
    "/cohorts/new": (403, 403, 403, 403, 403, 403, 422, 422, 422),
    "/cohorts/{c}/edit": (403, 403, 403, 302, 404, 404, 302, 302, 404),
    "/cohorts/{c}/people": (403, 403, 403, 302, 404, 404, 302, 302, 404),
    "/cohorts/{c}/people/paste": (403, 403, 403, 422, 404, 404, 422, 422, 404),
    "/cohorts/{c}/people/{ben}/facilitate": (403, 403, 403, 302, 404, 404, 302, 302, 404),
    "/cohorts/{c}/people/{ben}/remove": (403, 403, 403, 302, 404, 404, 302, 302, 404),
    "/cohorts/{c}/close": (403, 403, 403, 403, 404, 404, 302, 302, 404),
    "/cohorts/{c}/coaches": (403, 403, 403, 403, 404, 404, 302, 302, 404),
    "/people/{ada}/coaches": (404, 404, 404, 404, 404, 404, 422, 422, 404),
    "/people/{ada}/coaches/{link}/end": (404, 404, 404, 404, 404, 404, 302, 302, 404),
}


def filled(path: str, world: World) -> str:
    link = db.session.scalars(select(Coaching.id)).first()
    ids = {"c": world.autumn.id, "ada": world.ada.id, "ben": world.ben.id, "link": link}
    return path.format(**ids)


@pytest.mark.parametrize("who", CAST)
def test_pages_open_to_those_who_may(world: World, visit: Visit, who: str):
    answers = {
        path: visit(getattr(world, who)).get(filled(path, world)).status_code for path in ANSWERS
    }
    assert answers == {path: row[CAST.index(who)] for path, row in ANSWERS.items()}


@pytest.mark.parametrize("who", CAST)
def test_acts_are_done_by_those_who_may(world: World, visit: Visit, who: str):
    answers = {
        path: visit(getattr(world, who)).post(filled(path, world)).status_code for path in POSTS
    }
    assert answers == {path: row[CAST.index(who)] for path, row in POSTS.items()}


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
            assert policy.may_see(person, cohort) == (cohort in seen)
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
    assert policy.is_coach_of(world.cora, world.ada.id)
    assert not policy.is_coach_of(world.cora, world.ben.id)
    assert list(db.session.scalars(policy.coaches_of(world.ada.id))) == [world.cora]
    world.cora.active = False
    db.session.flush()
    assert list(db.session.scalars(policy.coaches_of(world.ada.id))) == []


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
