"""A lead sees who is stuck and why, how far everybody is, and asks how it is going."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from pdportal import clock
from pdportal.activity.models import Event
from pdportal.cohorts import services as cohorts
from pdportal.cohorts.models import Member
from pdportal.cohorts.policy import may_run
from pdportal.db import db
from pdportal.feedback.comments.answers import Verdict
from pdportal.inbox.models import Notice
from pdportal.insights.at_a_glance import stuck_people
from pdportal.insights.models import Nudge
from pdportal.insights.progress import State, Why, progress_of
from tests.conftest import Visit
from tests.insights import given
from tests.people import CAST, World

NOW = datetime(2026, 11, 10, 15, 0, tzinfo=UTC)
DAY = timedelta(days=1)


def test_a_lead_sees_who_is_stuck_and_why_and_nothing_of_what_they_wrote(
    world: World, visit: Visit
):
    feedback, questions = given.module(), given.module(given.TITLES[1])
    given.assigned(world.autumn, feedback, world.lee, due_on=date(2026, 11, 2))
    given.assigned(world.autumn, questions, world.lee, due_on=date(2026, 11, 12))
    given.begun(world.ada, feedback, NOW - 20 * DAY, finished=True)
    given.begun(world.ada, questions, NOW - 15 * DAY)
    given.begun(world.ben, feedback, NOW - 9 * DAY)
    waits = given.shared(world.dee, given.protocol(), NOW - 4 * DAY, cohort=world.autumn)
    given.asked(waits, world.ben)
    given.asked(waits, world.ada, given_at=NOW - DAY)

    with clock.at(NOW):
        page = visit(world.lee).get(f"/cohorts/{world.autumn.id}/progress").text
        progress = progress_of(world.autumn)
    told = [(stuck.name, [(r.why, r.title) for r in stuck.reasons]) for stuck in progress.stuck]
    assert told == [
        ("Dee Tran", [(Why.WAITING, ""), (Why.OVERDUE, feedback.current.title)]),
        ("Ben Silva", [(Why.OVERDUE, feedback.current.title)]),
        ("Ada Okafor", [(Why.QUIET, questions.current.title)]),
    ]
    text = " ".join(page.split())
    assert "waiting for feedback since Nov 6 (1 of 2)" in text
    assert "waiting since Nov 6, 1 of 2" in text
    assert "“Feedback that gets used”, due Nov 2: started, not done" in text
    assert "“Questions worth waiting for” started, last opened Oct 26" in text
    for secret in ("quiet half", "Who speaks", "first question clear", "Jonas"):
        assert secret not in page

    counts = [(m.not_begun, m.begun, m.done) for m in progress.modules]
    assert counts == [(1, 1, 1), (2, 1, 0)], "Fay facilitates and is not counted"
    by_name = {person.name: person for person in progress.people}
    assert by_name["Ada Okafor"].states == (State.DONE, State.BEGUN)
    assert (by_name["Ben Silva"].owed, by_name["Ben Silva"].given) == (1, 0)
    assert (by_name["Ada Okafor"].owed, by_name["Ada Okafor"].given) == (0, 1)
    assert by_name["Fay Haddad"].facilitates


def test_nobody_waits_in_grace_time_nor_once_enough_came_nor_once_they_went_on(world: World):
    tag = given.protocol()
    young = given.shared(world.ada, tag, NOW - timedelta(minutes=20), cohort=world.autumn)
    enough = given.shared(world.ben, tag, NOW - 5 * DAY, needed=1, cohort=world.autumn)
    given.asked(enough, world.dee, given_at=NOW - DAY)
    went_on = given.shared(world.dee, tag, NOW - 5 * DAY, cohort=world.autumn)
    went_on.answered_at = NOW - DAY
    taken_back = given.shared(world.fay, tag, NOW - 5 * DAY, cohort=world.autumn)
    taken_back.taken_back_at = NOW - 5 * DAY
    with clock.at(NOW):
        assert progress_of(world.autumn).stuck == ()
    with clock.at(NOW + timedelta(minutes=21)):
        progress = progress_of(world.autumn)
        assert progress.stuck == (), "41 minutes are no long wait"
        assert [len(person.waits) for person in progress.people] == [1, 0, 0, 0]
        young.nobody_left_at = NOW
        (stuck,) = progress_of(world.autumn).stuck
        assert stuck.reasons[0].nobody_left
        young.nobody_left_at = None
    with clock.at(NOW + 2 * DAY):
        assert [stuck.person_id for stuck in progress_of(world.autumn).stuck] == [world.ada.id]


def test_an_ended_assignment_and_those_who_left_are_not_shown(world: World):
    module = given.module()
    assignment = given.assigned(world.autumn, module, world.lee)
    given.begun(world.ben, module, NOW)
    cohorts.remove_person(world.lee, world.autumn, world.ben)
    world.dee.active = False
    progress = progress_of(world.autumn)
    assert [person.name for person in progress.people] == ["Ada Okafor", "Fay Haddad"]
    assert progress.modules[0].people == 1
    assignment.ended_at = NOW
    assert progress_of(world.autumn).modules == ()


def test_one_click_asks_and_a_second_one_that_day_does_not(world: World, visit: Visit):
    module = given.module()
    given.assigned(world.autumn, module, world.lee)
    lee, page = visit(world.lee), f"/cohorts/{world.autumn.id}/nudge"
    click = {"person": world.ben.id, "module": module.id}
    with clock.at(NOW):
        assert lee.post(page, data=click).location == f"/cohorts/{world.autumn.id}/progress"
        assert "will find your question in their inbox" in lee.get("/inbox").text
        visit(world.fay).post(page, data=click)
        lee.post(page, data=click)
        assert "was asked about this today already" in lee.get("/inbox").text
        assert lee.post(page, data={**click, "back": "/"}).location == "/"
        away = lee.post(page, data={**click, "back": "https://example.org/"})
        assert away.location == f"/cohorts/{world.autumn.id}/progress"
    notice = db.session.scalars(select(Notice)).one()
    assert (notice.person_id, notice.from_id) == (world.ben.id, world.lee.id)
    assert notice.url == "/learn/feedback-that-gets-used"
    inbox = visit(world.ben).get("/inbox").text
    assert "Lee Park asks how “Feedback that gets used” is going." in inbox
    event = db.session.scalars(select(Event).where(Event.verb == "nudged")).one()
    assert event.detail == {"cohort": world.autumn.id, "person": world.ben.id, "module": module.id}
    with clock.at(NOW + DAY):
        lee.post(page, data=click)
    assert len(db.session.scalars(select(Nudge)).all()) == 2


def test_the_day_is_that_of_whoever_is_asked(world: World, visit: Visit):
    world.ben.time_zone = "Pacific/Auckland"
    module = given.module()
    given.assigned(world.autumn, module, world.lee, due_on=date(2026, 11, 1))
    click = {"person": world.ben.id, "module": module.id}
    lee, page = visit(world.lee), f"/cohorts/{world.autumn.id}"
    with clock.at(datetime(2026, 11, 10, 10, tzinfo=UTC)):  # 23:00 there
        lee.post(f"{page}/nudge", data=click)
        assert "asked today" in lee.get(f"{page}/progress").text
    with clock.at(datetime(2026, 11, 10, 12, tzinfo=UTC)):
        assert "asked today" not in lee.get(f"{page}/progress").text
        lee.post(f"{page}/nudge", data=click)
    assert len(db.session.scalars(select(Nudge)).all()) == 2


@pytest.mark.parametrize(
    ("who", "whom", "status"),
    [
        ("lee", "ben", 302),
        ("max", "ben", 302),
        ("fay", "ben", 302),
        ("fay", "fay", 409),
        ("lee", "zoe", 404),  # not in this cohort
        ("lee", "ada", 409),  # has finished it
        ("ben", "dee", 403),
        ("zoe", "ben", 404),
        ("cora", "ada", 404),
        ("olu", "ben", 404),
    ],
)
def test_who_may_ask_whom(world: World, visit: Visit, who: str, whom: str, status: int):
    module = given.module()
    given.assigned(world.autumn, module, world.lee)
    given.begun(world.ada, module, NOW, finished=True)
    click = {"person": getattr(world, whom).id, "module": module.id}
    answer = visit(getattr(world, who)).post(f"/cohorts/{world.autumn.id}/nudge", data=click)
    assert answer.status_code == status
    asked = db.session.scalars(select(Nudge)).all()
    assert len(asked) == (1 if status == 302 else 0)


def test_only_what_is_assigned_is_asked_about_and_only_while_the_cohort_lasts(
    world: World, visit: Visit
):
    module = given.module()
    lee, page = visit(world.lee), f"/cohorts/{world.autumn.id}/nudge"
    click = {"person": world.ben.id, "module": module.id}
    assert lee.post(page, data=click).status_code == 404
    for wrong in ({}, {"person": "x", "module": module.id}, {"person": 10**12, "module": 1}):
        assert lee.post(page, data=wrong).status_code == 404
    given.assigned(world.autumn, module, world.lee)
    cohorts.close_cohort(world.lee, world.autumn)
    db.session.commit()
    assert lee.post(page, data=click).status_code == 403
    assert "Ask how it is going" not in lee.get(f"/cohorts/{world.autumn.id}/progress").text


@pytest.mark.parametrize("count", [2, 60])
def test_a_cohorts_page_costs_seven_statements(world: World, visit: Visit, statements, count: int):
    modules = [given.module(title) for title in given.TITLES]
    for module in modules:
        given.assigned(world.winter, module, world.lee, due_on=date(2026, 10, 1))
    tag = given.protocol()
    for number in range(count):
        person = world.person(f"Teacher {number}")
        db.session.add(Member(cohort_id=world.winter.id, person_id=person.id))
        given.begun(person, modules[number % 3], NOW - DAY)
        round_ = given.shared(person, tag, NOW - number * DAY)
        given.decided(given.asked(round_, world.zoe, given_at=NOW - DAY), Verdict.USE)
    lee, page = visit(world.lee), f"/cohorts/{world.winter.id}/progress"
    with clock.at(NOW), statements() as said:
        assert lee.get(page).status_code == 200
    assert len(said) == 7, said


@pytest.mark.parametrize(
    ("waiting", "late", "shown", "more"),
    [
        (12, 6, "WWWWLLLL", True),
        (12, 1, "WWWWWWWL", True),
        (2, 9, "WWLLLLLL", True),
        (3, 2, "WWWLL", False),
    ],
)
def test_a_first_screen_has_room_for_those_whom_a_word_can_help(
    world: World, visit: Visit, waiting: int, late: int, shown: str, more: bool
):
    module, tag = given.module(), given.protocol()
    given.assigned(world.winter, module, world.lee, due_on=date(2026, 11, 2))
    given.begun(world.zoe, module, NOW - 9 * DAY, finished=True)
    for number in range(waiting):
        person = world.person(f"Waits {number}")
        db.session.add(Member(cohort_id=world.winter.id, person_id=person.id))
        given.begun(person, module, NOW - 9 * DAY, finished=True)
        given.shared(person, tag, NOW - (2 + number) * DAY, cohort=world.winter)
    for number in range(late):
        person = world.person(f"Late {number}")
        db.session.add(Member(cohort_id=world.winter.id, person_id=person.id))
    db.session.commit()
    with clock.at(NOW):
        stuck, are_more = stuck_people(world.lee, NOW.date())
        page = visit(world.lee).get("/").text
    assert "".join(one.name[0] for one in stuck) == shown
    assert are_more is more
    assert ("There are more" in page) is more


@pytest.mark.parametrize("who", CAST)
def test_whoever_runs_a_cohort_comes_to_its_progress_first(world: World, visit: Visit, who: str):
    person = getattr(world, who)
    answer = visit(person).get(f"/cohorts/{world.autumn.id}")
    runs = may_run(person, world.autumn)
    assert runs == (who in {"fay", "lee", "max"})
    if runs:
        assert answer.location == f"/cohorts/{world.autumn.id}/progress"
    else:
        assert answer.status_code in {200, 404}


def test_an_empty_cohort_says_what_to_do_first(world: World, visit: Visit):
    empty = world.cohort("Spring")
    db.session.commit()
    assert "Add its people first" in visit(world.lee).get(f"/cohorts/{empty.id}/progress").text


def test_somebody_with_two_reasons_stands_on_a_first_screen_once(world: World, visit: Visit):
    module, other = given.module(), given.module(given.TITLES[1])
    for late in (module, other):
        given.assigned(world.autumn, late, world.lee, due_on=date(2026, 11, 2))
        for person in (world.ben, world.dee):
            given.begun(person, late, NOW - 9 * DAY, finished=True)
    given.shared(world.ada, given.protocol(), NOW - 4 * DAY, cohort=world.autumn)
    db.session.commit()
    with clock.at(NOW):
        page = " ".join(visit(world.lee).get("/").text.split())
    stuck = page[page.index("Who is stuck") : page.index("All cohorts")]
    assert stuck.count(f">{world.ada.name}<") == 1
    assert "waiting for feedback" in stuck
    for late in (module, other):
        assert f"has not started “{late.current.title}”" in stuck
        assert f"Ask about “{late.current.title}”" in stuck
