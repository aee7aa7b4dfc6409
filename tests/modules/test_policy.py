"""Who may read what of modules, and whose way through them is whose."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from pdportal import clock
from pdportal.db import db
from pdportal.modules import policy
from pdportal.modules.assignments import services
from pdportal.modules.assignments.queries import assigned_here
from pdportal.modules.enrollments.queries import next_to_learn
from pdportal.modules.models import Assignment, Edition, Enrollment, Page, Reflection
from pdportal.web.errors import Refused
from tests.conftest import Visit
from tests.modules.conftest import Publish
from tests.modules.given import FIRST, plain_page
from tests.people import CAST, World

MAY_ASSIGN_AUTUMN = {"fay", "lee", "max"}
FACILITATE = {"fay", "cora", "lee", "max", "olu"}


def test_only_those_who_run_a_cohort_assign_to_it(world: World, visit: Visit, wait: Edition):
    url = f"/cohorts/{world.autumn.id}/assign"
    for name in CAST:
        person = getattr(world, name)
        may = name in MAY_ASSIGN_AUTUMN
        assert policy.may_assign(person, world.autumn) is may, name
        answer = visit(person).get(url).status_code
        posted = visit(person).post(url, data={"module": "wait", "why": "For you."}).status_code
        if may:
            assert (answer, posted) == (200, 302), name
        elif name in {"ada", "ben", "dee"}:
            assert (answer, posted) == (403, 403), name
        else:
            assert (answer, posted) == (404, 404), name
            with pytest.raises(Refused):
                services.assign(person, world.autumn, "wait", why="For you.")


def test_only_they_end_an_assignment(world: World, visit: Visit, wait: Edition):
    given = services.assign(world.lee, world.autumn, "wait", why="For you.")
    db.session.commit()
    url = f"/cohorts/{world.autumn.id}/assign/{given.id}/end"
    assert visit(world.ada).post(url).status_code == 403
    assert visit(world.olu).post(url).status_code == 404
    elsewhere = f"/cohorts/{world.winter.id}/assign/{given.id}/end"
    assert visit(world.lee).post(elsewhere).status_code == 404, "another cohort's"
    assert visit(world.fay).post(url).status_code == 302
    assert db.session.get(Assignment, given.id).ended_at is not None


def test_nothing_is_assigned_to_a_closed_cohort(world: World, visit: Visit, wait: Edition):
    world.autumn.closed_at = clock.now()
    db.session.commit()
    assert visit(world.lee).get(f"/cohorts/{world.autumn.id}/assign").status_code == 403


def test_what_is_assigned_is_seen_by_those_who_learn_in_the_cohort(world: World, wait: Edition):
    services.assign(world.lee, world.autumn, "wait", why="For you.")
    services.assign(world.lee, world.winter, "wait", why="For you too.")
    db.session.commit()
    learn = {"ada": {"Autumn"}, "ben": {"Autumn"}, "dee": {"Autumn"}, "zoe": {"Winter"}}
    for name in CAST:
        rows = assigned_here(getattr(world, name), wait.module_id)
        assert {row.cohort for row in rows} == learn.get(name, set()), name


def test_nothing_is_assigned_any_more_by_a_cohort_that_is_closed(world: World, wait: Edition):
    services.assign(world.lee, world.autumn, "wait", why="For you.")
    world.autumn.closed_at = clock.now()
    db.session.commit()
    assert not assigned_here(world.ada, wait.module_id)
    assert not next_to_learn(world.ada)


def test_pages_for_facilitators_are_for_facilitators(world: World, visit: Visit, publish: Publish):
    publish(
        "guide",
        pages={
            "01-all.md": plain_page("For all"),
            "02-notes.md": "---\ntitle: Notes\naudience: facilitators\n---\nSecret plan.\n",
        },
    )
    for name in CAST:
        person = getattr(world, name)
        facilitates = name in FACILITATE
        for page in db.session.scalars(select(Page)):
            sees = facilitates or page.slug != "notes"
            assert policy.may_see_page(person, page.section) is sees, (name, page.slug)
            answer = visit(person).get(f"/learn/guide/{page.slug}").status_code
            assert answer == (200 if sees else 404), (name, page.slug)
        module = visit(person).get("/learn/guide").text
        assert ("Notes" in module) is facilitates, name
        assert "Secret plan" not in visit(person).get("/learn?q=secret").text


def test_what_one_writes_and_answers_is_ones_own(world: World, visit: Visit, wait: Edition):
    ada = visit(world.ada)
    ada.post("/learn/wait/one-second/second-pause/answer", data={"option": "after-an-answer"})
    ada.post(
        "/learn/wait/one-second/whose-voice/reflection",
        data={"text": "A private thought of mine", "version": "0"},
    )
    ada.post(
        "/learn/wait/try-it/two-questions/hand-in",
        data={"field-lesson": "My very own lesson", "version": "0", "anyway": "1"},
    )
    services.assign(world.lee, world.autumn, "wait", why="For you.")
    db.session.commit()
    for name in CAST:
        person = getattr(world, name)
        is_ada = name == "ada"
        assert bool(db.session.scalars(policy.enrollments_of(person)).all()) is is_ada, name
        browser = visit(person)
        pages = ["/learn", "/learn/wait", "/learn/wait/one-second", "/learn/wait/try-it"]
        pages += [f"/cohorts/{world.autumn.id}/assign", "/learn?q=private"]
        text = " ".join(browser.get(page).text for page in pages)
        assert ("A private thought of mine" in text) is is_ada, name
        assert "My very own lesson" not in text or is_ada, name


def test_what_comes_next_is_soonest_first(world: World, visit: Visit, publish: Publish):
    for slug, title in (("later", "Later"), ("sooner", "Sooner"), ("mine", "Mine")):
        publish(slug, title=title, pages={"01-a.md": FIRST})
    today = clock.now().date()
    services.assign(world.lee, world.autumn, "later", due_on=today + timedelta(days=9), why="B.")
    services.assign(world.lee, world.autumn, "sooner", due_on=today + timedelta(days=2), why="A.")
    visit(world.ada).post("/learn/mine/begin")
    rows = next_to_learn(world.ada)
    assert [row.title for row in rows] == ["Sooner", "Later", "Mine"]
    first = rows[0]
    assert (first.why, first.cohort, first.page_slug, first.page_number) == (
        "A.", "Autumn", "a", 1,
    )  # fmt: skip
    assert (first.pages, first.pages_read, first.minutes_left) == (1, 0, 6)
    assert rows[2].begun_at is not None
    assert next_to_learn(world.zoe) == []


@pytest.mark.parametrize(
    "path",
    [
        "/learn/nowhere",
        "/learn/wait/nowhere",
        "/learn/wait/files/0123456789abcdef/x.svg",
        "/learn/wait/files/not-a-hash/x.svg",
        "/learn/wait/files/..%2F..%2Fetc/passwd",
    ],
)
def test_an_unknown_address_is_not_found(world: World, visit: Visit, wait: Edition, path: str):
    assert visit(world.ada).get(path).status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        "/learn/nowhere/begin",
        "/learn/nowhere/move-on",
        "/learn/wait/move-on",
        "/learn/wait/nowhere/next",
        "/learn/wait/one-second/nowhere/answer",
        "/learn/wait/one-second/whose-voice/answer",
        "/learn/wait/try-it/second-pause/answer",
        "/learn/wait/one-second/second-pause/reflection",
        "/learn/wait/try-it/wait-twice/task",
    ],
)
def test_an_act_on_nothing_is_not_found(world: World, visit: Visit, wait: Edition, path: str):
    data = {"option": "after-an-answer", "text": "x", "version": "0", "field-text": "x"}
    assert visit(world.ada).post(path, data=data).status_code == 404
    assert db.session.scalars(select(Reflection)).all() == []


def test_strangers_learn_nothing(world: World, visit: Visit, wait: Edition):
    stranger = visit(None)
    for path in ("/learn", "/learn/wait", "/learn/wait/one-second"):
        assert stranger.get(path).status_code == 302
    assert stranger.post("/learn/wait/begin").status_code == 401
    assert db.session.scalars(select(Enrollment)).all() == []


@pytest.mark.parametrize("text", ["x" * 50_001, "nul\x00byte", "", "😀" * 100])
def test_whatever_is_typed_has_an_answer(world: World, visit: Visit, wait: Edition, text: str):
    ada = visit(world.ada)
    base = "/learn/wait"
    for path, data in (
        (f"{base}/one-second/whose-voice/reflection", {"text": text}),
        (f"{base}/try-it/two-questions/task", {"field-lesson": text}),
        (f"{base}/try-it/two-questions/hand-in", {"field-lesson": text}),
        (f"{base}/try-it/wait-twice/tryout", {"plan": text, "due_on": text}),
        (f"{base}/one-second/second-pause/answer", {"option": text}),
    ):
        for version in ("0", "99999999999999", "x", "-1"):
            answer = ada.post(path, data=data | {"version": version})
            assert answer.status_code in {302, 409, 422}, (path, version, answer.status_code)
