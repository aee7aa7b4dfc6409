"""The waiting list and the review matrix of a cohort, and what a lead does from each row."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update

from pdportal import clock
from pdportal.cohorts.models import Member
from pdportal.db import db
from pdportal.feedback.reviews.models import ReleaseWhy, Review
from pdportal.feedback.rounds import renewal
from pdportal.feedback.rounds.models import Round
from pdportal.inbox.models import Notice
from pdportal.modules.assignments.models import Agreement
from pdportal.modules.models import Assignment
from pdportal.web.sheets import csv_file
from tests.conftest import Visit
from tests.feedback.test_allocation import told
from tests.insights import given
from tests.people import World

NOW = datetime(2026, 11, 10, 15, 0, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
def waits(world: World) -> Round:
    """Dee has waited for four days; Ben is asked, Ada reads, Fay gave."""
    db.session.execute(update(Member).values(joined_at=NOW - 30 * DAY))
    round_ = given.shared(world.dee, given.protocol(), NOW - 4 * DAY, cohort=world.autumn)
    given.asked(round_, world.ben)
    given.asked(round_, world.ada).begun_at = NOW - DAY
    gave = given.asked(round_, world.fay)
    gave.begun_at = gave.given_at = NOW - 2 * DAY
    db.session.commit()
    return round_


def test_a_lead_sees_who_waits_and_who_was_asked_and_nothing_of_the_work(
    world: World, visit: Visit, waits: Round
):
    page, lee = f"/cohorts/{world.autumn.id}/reviews", visit(world.lee)
    with clock.at(NOW):
        said = lee.get(page).text
        assert "1 of 2" in said
        assert "1 is reading" in said
        assert "1 asked, not started" in said
        assert waits.work.title not in said
        assert waits.question not in said
        files = {
            table: list(csv.reader(io.StringIO(lee.get(f"{page}/{table}.csv").text[1:])))
            for table in ("waiting", "matrix")
        }
    assert files["waiting"][1] == ["Dee Tran", "2026-11-06", "", "1", "2", "1", "1"]
    assert sorted(files["matrix"][1:], reverse=True) == [
        ["Fay Haddad", "Dee Tran", "0", "0", "1"],
        ["Ben Silva", "Dee Tran", "1", "0", "0"],
        ["Ada Okafor", "Dee Tran", "0", "1", "0"],
    ]
    text = str(files)
    assert waits.work.title not in text
    assert waits.question not in text


def said(client: FlaskClient, page: str) -> str:
    """A page without its tokens, which are others each second."""
    return re.sub(r'csrf.token" (content|value)="[^"]*"', "", client.get(page).text)


def test_of_hidden_reviewers_nothing_is_counted_by_which_one_could_be_found(
    world: World, visit: Visit, waits: Round
):
    waits.hides_reviewers = True
    db.session.commit()
    page, lee = f"/cohorts/{world.autumn.id}", visit(world.lee)
    with clock.at(NOW):
        before = [said(lee, f"{page}/{path}") for path in ("progress", "reviews")]
        waiting = lee.get(f"{page}/reviews/waiting.csv").text
        review = given.asked(waits, world.cora)
        db.session.commit()
        assert [said(lee, f"{page}/{path}") for path in ("progress", "reviews")] == before
        assert lee.get(f"{page}/reviews/waiting.csv").text == waiting
        assert "names are hidden" in before[1]
        assert "Ask the coach" not in before[1]
        about = {"round": waits.id}
        assert lee.post(f"{page}/ask-coach", data=about).status_code == 409
        for _twice in range(2):
            lee.post(f"{page}/remind", data=about)
            flashed = said(lee, f"{page}/reviews")
            assert "Reminded." in flashed, "Else it would tell when another one is asked."
            assert "They were reminded" not in flashed
        assert "feedback_reminded" in told(review.reviewer)
        waits.hides_author = True
        db.session.commit()
        lee.post(f"{page}/remind", data=about)
        assert "They were reminded" in said(lee, f"{page}/reviews"), "As of no request at all."


def test_from_a_row_a_lead_reminds_once_a_day_asks_the_coach_and_ends_it(
    world: World, visit: Visit, waits: Round
):
    page, lee, fay = f"/cohorts/{world.autumn.id}", visit(world.lee), visit(world.fay)
    with clock.at(NOW):
        about = {"round": waits.id}
        assert lee.post(f"{page}/remind", data=about).location == f"{page}/reviews"
        fay.post(f"{page}/remind", data=about)
        fay.post(f"{page}/remind", data={"person": world.ben.id})
        assert told(world.ben) == told(world.ada) == ["feedback_reminded"]
        assert "They were reminded today" in fay.get(f"{page}/reviews").text
        lee.post(f"{page}/ask-coach", data=about)
        assert "No coach can be asked" in lee.get(f"{page}/reviews").text, "Dee has none."
        for _twice in range(2):
            answer = lee.post(f"{page}/end-asking", data=about)
        assert answer.status_code == 409
        renewal.renew_asks()
    with clock.at(NOW + DAY):
        fay.post(f"{page}/remind", data={"person": world.ada.id})
        renewal.renew_asks()
    for days in range(2, 5):
        with clock.at(NOW + days * DAY):
            fay.post(f"{page}/remind", data={"person": world.ada.id})
    assert told(world.ada) == ["feedback_reminded"] * 3, "More would wear them out."
    assert "three times already" in fay.get(f"{page}/reviews").text
    assert "feedback_go_on" in told(world.dee)
    states = {
        review.reviewer_id: (review.release_why, review.is_owed)
        for review in db.session.scalars(select(Review).execution_options(populate_existing=True))
    }
    assert states == {
        world.ben.id: (ReleaseWhy.ARRANGED, False),
        world.ada.id: (None, True),
        world.fay.id: (None, False),
    }
    kinds = db.session.scalars(select(Notice.kind)).all()
    assert "feedback_asked" not in kinds, "Nobody more is asked by itself."


def test_only_those_who_run_the_cohort_see_and_act(world: World, visit: Visit, waits: Round):
    world.let_schools_be_led()
    db.session.commit()
    page = f"/cohorts/{world.autumn.id}"
    other = f"/cohorts/{world.winter.id}"
    may = {"lee": 200, "max": 200, "fay": 200, "ada": 403, "dee": 403, "zoe": 404, "olu": 404}
    with clock.at(NOW):
        for who, status in (may | {"hal": 404, "cora": 404}).items():
            somebody = visit(getattr(world, who))
            for path in ("reviews", "reviews/waiting.csv", "reviews/matrix.csv"):
                assert somebody.get(f"{page}/{path}").status_code == status, who
            if status == 200:
                continue
            for path in ("remind", "ask-coach", "end-asking"):
                answer = somebody.post(f"{page}/{path}", data={"round": waits.id})
                assert answer.status_code == status, who
        assert visit(world.lee).get(f"{page}/reviews/all.csv").status_code == 404
        for path in ("ask-coach", "end-asking"):
            wrong = visit(world.lee).post(f"{other}/{path}", data={"round": waits.id})
            assert wrong.status_code == 404, "Another cohort's request is not found."
        visit(world.lee).post(f"{other}/remind", data={"round": waits.id})
    assert db.session.scalars(select(Notice.kind)).all() == []


def test_two_rows_cost_as_much_as_twenty(
    world: World, visit: Visit, waits: Round, statements: Callable[[], Any]
):
    page, lee, costs = f"/cohorts/{world.autumn.id}/reviews", visit(world.lee), []
    with clock.at(NOW):
        for number in range(20):
            if number in (1, 19):
                lee.get(page)
                with statements() as seen:
                    assert lee.get(page).status_code == 200
                costs.append(len(seen))
            gus = world.person(f"Gus {number}")
            db.session.add(Member(cohort_id=world.autumn.id, person_id=gus.id))
            more = given.shared(gus, waits.protocol, NOW - 5 * DAY, cohort=world.autumn)
            given.asked(more, world.ben)
    assert costs[0] == costs[1] <= 8


def test_no_cell_of_a_file_is_read_as_a_formula(app: Any):
    bad = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", " =HYPERLINK(0)", "\r=2", "\u00a0=3"]
    with app.test_request_context():
        text = csv_file("names", ["Name"], [[word, 5, None] for word in bad]).get_data(as_text=True)
    rows = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline="")))
    assert [row[0] for row in rows[1:]] == [f"'{word}" for word in bad]
    assert {tuple(row[1:]) for row in rows[1:]} == {("5", "")}


def test_one_person_gets_a_week_more_and_nobody_else(world: World, visit: Visit):
    module = given.module()
    given.assigned(world.autumn, module, world.lee, due_on=date(2026, 11, 2))
    page, lee = f"/cohorts/{world.autumn.id}", visit(world.lee)
    with clock.at(NOW):
        assert "Give a week more" in lee.get(f"{page}/progress").text
        about = {"person": world.ben.id, "module": module.id}
        lee.post(f"{page}/give-time", data=about)
        said = lee.get(f"{page}/progress").text
        assert "for Ben Silva now" in said
        assert said.count("“Feedback that gets used”, due") == 2, "Ada and Dee are late still."
        pairs = [f"{world.ada.id}-{module.id}", f"{world.dee.id}-{module.id}", "9-9"]
        lee.post(f"{page}/several", data={"do": "time", "stuck": pairs})
        for who in (world.ada, world.fay, world.zoe):
            status = visit(who).post(f"{page}/give-time", data=about).status_code
            assert status == (302 if who is world.fay else 403 if who is world.ada else 404)
        strange = about | {"person": world.zoe.id}
        assert lee.post(f"{page}/give-time", data=strange).status_code == 422
    dates = dict(db.session.execute(select(Agreement.person_id, Agreement.due_on)).all())
    assert dates == {
        world.ada.id: date(2026, 11, 17),
        world.dee.id: date(2026, 11, 17),
        world.ben.id: date(2026, 11, 24),
    }
    assert db.session.scalars(select(Assignment.due_on)).all() == [date(2026, 11, 2)]
    assert "date_given" in told(world.ben)
