"""Test out and plan; fail, be helped, a fresh form, met; a module that is done only then."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import select

from pdportal.activity.models import Event
from pdportal.db import db
from pdportal.goals.models import Step
from pdportal.modules.checks.models import CheckTry
from pdportal.modules.models import Enrollment
from tests.conftest import Visit
from tests.modules.checks.given import (
    CHECK_URL,
    begin,
    fill,
    letter,
    module_with_check,
    take,
)
from tests.modules.given import CHECK
from tests.people import World

REQUIRED = CHECK.replace("exempts: true", "required: true")


def test_who_knows_it_tests_out_and_may_still_read(
    world: World, visit: Visit, tmp_path: Path
) -> None:
    module_with_check(tmp_path)
    ada = visit(world.ada)
    assert "Know this already? Check first" in ada.get("/learn/wait").text
    start = ada.get(CHECK_URL).text
    assert "you have tested out" in start
    assert "Nobody else sees your answers" in start
    url = begin(ada)
    form = ada.get(url).text
    assert "Right A1" not in form
    assert "Wrong A1" not in form
    plan = take(ada, True, True).text
    assert "You have tested out" in plan
    assert "What you know" in plan
    assert "Right A1." in plan
    module = ada.get("/learn/wait").text
    assert "You tested out." in module
    assert "Tested out" in ada.get("/learn").text
    way = db.session.scalars(select(Enrollment)).one()
    assert way.finished_at == way.tested_out_at is not None
    assert db.session.scalars(select(Event).where(Event.verb == "tested_out")).one()
    assert ada.get("/learn/wait/one-second").status_code == 200


def test_after_reading_a_check_that_is_met_tests_nobody_out(
    world: World, visit: Visit, tmp_path: Path
) -> None:
    module_with_check(tmp_path, REQUIRED.replace("required: true", "required: true\nexempts: true"))
    ada = visit(world.ada)
    url = begin(ada)
    ada.post("/learn/wait/one-second/next")
    assert db.session.scalars(select(Enrollment)).one().finished_at is None
    ada.post(f"{url}/hand-in", data=fill(ada, url, True, True))
    way = db.session.scalars(select(Enrollment)).one()
    assert way.finished_at is not None, "now it is met, and all is read"
    assert way.tested_out_at is None
    assert "You have met this check" in ada.get(url).text


def test_a_module_is_done_only_when_its_check_is_met_on_a_fresh_form(
    world: World, visit: Visit, tmp_path: Path
) -> None:
    module_with_check(tmp_path, REQUIRED)
    ada = visit(world.ada)
    ada.post("/learn/wait/begin")
    ada.post("/learn/wait/one-second/next")
    module = ada.get("/learn/wait").text
    assert "The module is done when this check is met." in module
    url = begin(ada)
    first = letter(ada.get(url).text)
    plan = take(ada, False, True).text
    assert "Your plan" in plan
    assert "It has an exercise." in plan
    assert "She measured them" not in plan, "she knows how to talk"
    assert "Wrong A1." in plan
    assert "Right A1." not in plan, "a right answer is not given away"
    refused = ada.post(f"{CHECK_URL}/begin")
    assert refused.status_code == 409
    assert "Use one thing from your plan first" in refused.text
    assert ada.post(f"{url}/plan", data={"line": "0-0", "do": "done"}).status_code == 302
    again = begin(ada)
    assert letter(ada.get(again).text) != first
    assert db.session.scalars(select(Enrollment)).one().finished_at is None
    result = ada.post(f"{again}/hand-in", data=fill(ada, again, True, True), follow_redirects=True)
    assert "You have met this check" in result.text
    assert "What has changed" in result.text
    assert "Three seconds" in result.text, "what was used in between"
    assert db.session.scalars(select(Enrollment)).one().finished_at is not None
    assert "What has changed" in ada.get(CHECK_URL).text


def test_a_check_is_not_called_the_last_thing_while_a_page_has_something_left(
    world: World, visit: Visit, tmp_path: Path
) -> None:
    module_with_check(tmp_path, REQUIRED, "::: question {#wait}\nWait?\n\n- [x] Yes\n- [ ] No\n:::")
    ada = visit(world.ada)
    ada.post("/learn/wait/begin")
    ada.post("/learn/wait/one-second/next")
    module = ada.get("/learn/wait").text
    assert "The module is done when this check is met." not in module
    assert "All pages are read. What is left is listed below." in module
    ada.post("/learn/wait/one-second/wait/answer", data={"option": "yes"})
    assert "The module is done when this check is met." in ada.get("/learn/wait").text


def test_a_line_of_the_plan_becomes_a_step_and_the_recheck_has_its_date(
    world: World, visit: Visit, tmp_path: Path
) -> None:
    module_with_check(tmp_path)
    ada = visit(world.ada)
    plan = take(ada, False, False).text
    assert "Ask Cora Mbeki about" in plan
    url = f"{CHECK_URL}/1"
    for _twice in range(2):
        ada.post(f"{url}/plan", data={"line": "0-0", "do": "step"})
        ada.post(f"{url}/plan", data={"do": "again"})
        ada.post(f"{url}/plan", data={"line": f"person-{world.cora.id}", "do": "step"})
    steps = db.session.scalars(select(Step).order_by(Step.id)).all()
    assert [step.text[:12] for step in steps] == ["Three second", "Check again:", "Ask Cora Mbe"]
    assert steps[0].from_url == url
    handed = db.session.scalars(select(CheckTry)).one().handed_in_at
    assert handed is not None
    assert steps[1].due_on is not None
    assert (steps[1].due_on - handed.date()).days == 21
    assert "in your next steps" in ada.get(url).text
