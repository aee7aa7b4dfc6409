"""One's own pace: a plan that is made anew, a pause, leaving and coming back; what comes first."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace

import pytest
from hypothesis import given as each
from hypothesis import strategies as some
from sqlalchemy import func, select

from pdportal import clock
from pdportal.db import db
from pdportal.inbox.models import Notice
from pdportal.insights import services as insights
from pdportal.insights.progress import Why, progress_of
from pdportal.modules.assignments import services
from pdportal.modules.enrollments import pace
from pdportal.modules.enrollments.queries import next_to_learn
from pdportal.modules.enrollments.reminders import remind_of_modules
from pdportal.modules.models import Edition, Enrollment
from pdportal.web.errors import Refused
from tests.conftest import Visit
from tests.modules.conftest import Publish
from tests.modules.given import plain_page
from tests.modules.test_paths import words
from tests.people import World

MONDAY = datetime(2026, 11, 30, 15, 0, tzinfo=UTC)
TODAY = MONDAY.date()
PAGES = {f"0{n}-p{n}.md": plain_page(f"Part {n}", minutes=10) for n in range(1, 5)}


@pytest.fixture
def four(publish: Publish) -> Edition:
    """A module of four pages of ten minutes."""
    return publish("four", title="Four", pages=PAGES)


@each(
    some.lists(some.integers(0, 90), min_size=1, max_size=20),
    some.one_of(some.none(), some.integers(-30, 200)),
    some.one_of(some.none(), some.integers(5, 600)),
    some.text("0123456", max_size=7),
)
def test_a_plan_has_every_page_once_in_order_on_chosen_days(
    minutes: list[int], ahead: int | None, weekly: int | None, days: str
) -> None:
    pages = [SimpleNamespace(minutes=each, number=n) for n, each in enumerate(minutes)]
    until = None if ahead is None else TODAY + timedelta(days=ahead)
    sittings = pace.plan(pages, TODAY, days=days, until=until, weekly=weekly)
    if until is None and weekly is None:
        assert sittings == []
        return
    planned = [page.number for sitting in sittings for page in sitting.pages]
    assert planned == list(range(len(planned))), "in order, each once"
    assert weekly is not None or len(planned) == len(pages)
    assert [s.day for s in sittings] == sorted({s.day for s in sittings})
    chosen = set(map(int, days or pace.WEEKDAYS))
    assert all(s.day >= TODAY and s.day.weekday() in chosen for s in sittings)
    if weekly is None and ahead is not None and ahead >= 7:
        assert sittings[-1].day <= (until or TODAY)


def test_one_plans_falls_behind_and_finds_a_new_plan_without_blame(
    world: World, visit: Visit, four: Edition
) -> None:
    with clock.at(MONDAY):
        ada = visit(world.ada)
        ada.post("/learn/four/begin")
        assert "Choose a date, or minutes a week" in words(ada.get("/learn/four").text)
        due = {"by": "date", "due_on": "2026-12-10", "days": ["1", "3"]}
        ada.post("/learn/four/pace", data=due)
        plan = words(ada.get("/learn/four/pace").text)
        assert plan.index("Part 1") < plan.index("Part 4")
        assert "Dec 10" in plan
        ada.post("/learn/four/p1/next")
        assert next_to_learn(world.ada)[0].my_date == date(2026, 12, 10)
    told = select(func.count()).select_from(Notice).where(Notice.kind == "module_day")
    days = []
    for day in range(7, 40):
        with clock.at(MONDAY + timedelta(days=day)):
            before = db.session.scalar(told)
            for _twice in range(2):
                remind_of_modules()
            days += [day] * (db.session.scalar(told) - before)
    eve = (date(2026, 12, 9) - MONDAY.date()).days
    assert days == [eve, eve + 7, eve + 14], "the day before, then weekly, three times"
    with clock.at(MONDAY + timedelta(days=14)):
        behind = words(ada.get("/learn/four/pace").text)
        assert "Your date is over. That happens. Here is a new plan" in behind
        assert "Part 1" not in behind.split("Your next sittings")[1].split("Plan by")[0]
        assert "Make " in behind
        ada.post("/learn/four/pace", data={"by": "minutes", "weekly": "20", "days": ["0"]})
        assert "Part 2" in words(ada.get("/learn/four").text).split("Your pace")[1]
        assert db.session.scalars(select(Enrollment.due_on)).one() is None
        assert db.session.scalar(told) == 0, "nobody reads of a date that holds no more"


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"by": "date"}, "Choose a date."),
        ({"by": "date", "due_on": "2020-01-01"}, "That day is over."),
        ({"by": "minutes", "weekly": "many"}, "Type a whole number"),
        ({"by": "minutes", "weekly": "2"}, "Write a number from 5 to 600."),
    ],
)
def test_a_plan_that_is_none_comes_back_with_a_word(
    world: World, visit: Visit, four: Edition, sent: dict[str, str], said: str
) -> None:
    ada = visit(world.ada)
    assert ada.get("/learn/four/pace").status_code == 404, "nothing to plan before beginning"
    ada.post("/learn/four/begin")
    answer = ada.post("/learn/four/pace", data=sent)
    assert (answer.status_code, said in answer.text) == (422, True)


def test_a_pause_silences_and_ends_and_leads_see_that_it_is_one(
    world: World, visit: Visit, four: Edition, publish: Publish
) -> None:
    services.assign(world.lee, world.autumn, "four", due_on=date(2026, 11, 20), why="Because.")
    db.session.commit()
    with clock.at(MONDAY):
        ada = visit(world.ada)
        ada.post("/learn/four/begin")
        assert _late(world) == {"Ada Okafor", "Ben Silva", "Dee Tran"}
        ada.post("/learn/four/pause", data={"until": "2026-12-07"})
        cover = words(ada.get("/learn/four").text)
        assert "Paused Until Dec 7. No reminders, and nothing is late. Resume now" in cover
        assert not next_to_learn(world.ada)
        assert _late(world) == {"Ben Silva", "Dee Tran"}
        page = words(visit(world.lee).get(f"/cohorts/{world.autumn.id}/progress").text)
        assert "paused" in page
        assert "2026-12-07" not in page
        with pytest.raises(Refused, match="paused"):
            insights.nudge(world.lee, world.autumn, world.ada.id, four.module_id)
    with clock.at(MONDAY + timedelta(days=8)):
        assert "Ada Okafor" in _late(world), "the pause is over"
        ada.post("/learn/four/pause", data={})
        assert "Ada Okafor" not in _late(world), "an open one"
        ada.post("/learn/four/resume")
        assert next_to_learn(world.ada)
        publish("other", pages={"01-a.md": plain_page()})
        db.session.commit()
        ada.post("/learn/other/begin")
        ada.post("/learn/four/pause", data={"everything": "1"})
        assert not next_to_learn(world.ada), "all that is in progress"
        assert None not in db.session.scalars(select(Enrollment.paused_at)).all()


def _late(world: World) -> set[str]:
    db.session.commit()
    stuck = progress_of(world.autumn).stuck
    return {p.name for p in stuck if any(r.why == Why.OVERDUE for r in p.reasons)}


def test_one_leaves_and_comes_back_where_one_was(world: World, visit: Visit, four: Edition) -> None:
    ada = visit(world.ada)
    ada.post("/learn/four/begin")
    ada.post("/learn/four/p1/next")
    for _ in range(2):
        ada.post("/learn/four/leave")
    assert not next_to_learn(world.ada)
    assert "What you did in it is kept." in words(ada.get("/learn/four").text)
    assert ada.post("/learn/four/begin").location == "/learn/four/p2"
    assert next_to_learn(world.ada)
    for act in ("pace", "pause", "resume", "leave"):
        assert visit(world.ben).post(f"/learn/four/{act}").status_code == 404


def test_one_person_gets_another_date_and_nobody_else(
    world: World, visit: Visit, four: Edition
) -> None:
    due = date(2026, 11, 20)
    given = services.assign(world.lee, world.autumn, "four", due_on=due, why="Because.")
    db.session.commit()
    here = f"/cohorts/{world.autumn.id}/assign/{given.id}/date"
    with clock.at(MONDAY):
        lee = visit(world.lee)
        lee.post(here, data={"person": world.ada.id, "day": "2026-12-15"})
        assert _late(world) == {"Ben Silva", "Dee Tran"}
        assert next_to_learn(world.ada)[0].due_on == date(2026, 12, 15)
        assert next_to_learn(world.ben)[0].due_on == due
        told = db.session.scalars(select(Notice).where(Notice.kind == "date_given")).one()
        assert told.person_id == world.ada.id
        for sent in ({"person": world.zoe.id, "day": "2026-12-15"}, {"person": world.ada.id}):
            assert lee.post(here, data=sent).status_code == 422
        for other in (world.ben, world.olu):
            assert visit(other).post(here, data={"person": world.ada.id}).status_code in {403, 404}
        later = {"due_on": date(2026, 12, 20), "why": "More time."}
        services.assign(world.lee, world.autumn, "four", **later)
        db.session.commit()
        assert next_to_learn(world.ada)[0].due_on == date(2026, 12, 20), "the later one holds"


def test_a_module_that_is_needed_first_opens_the_next_one(
    world: World, visit: Visit, four: Edition, publish: Publish
) -> None:
    publish("after", title="After", pages=PAGES, more="needs: [four]\n")
    services.assign(world.lee, world.autumn, "after", why="Because.")
    db.session.commit()
    ada, ben = visit(world.ada), visit(world.ben)
    page = words(ada.get("/learn/after").text)
    assert "First: Four" in page
    refused = ada.post("/learn/after/begin", follow_redirects=True)
    assert "This module builds on “Four”." in refused.text
    assert ada.get("/learn/after/p1").status_code == 200, "one may look around"
    ada.post("/learn/four/done-elsewhere")
    ada.post("/learn/four/done-elsewhere")
    assert "done elsewhere" in ada.get("/learn/after").text
    assert ada.post("/learn/after/begin").location == "/learn/after/p1"
    for n in range(1, 5):
        ben.post(f"/learn/four/p{n}/next")
    assert ben.post("/learn/after/begin").location == "/learn/after/p1"
    form = visit(world.lee).get(f"/cohorts/{world.autumn.id}/assign?module=after")
    assert "Builds on:" in words(form.text)
    assert "needed first" in form.text
