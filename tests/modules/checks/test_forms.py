"""A form is answered as a whole: saved as typed, in two tabs, sent twice, by its owner alone."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given as each
from hypothesis import strategies as some
from sqlalchemy import select

import pdportal
from pdportal.db import db
from pdportal.modules import questions
from pdportal.modules.checks.judging import next_form
from pdportal.modules.checks.models import CheckTry, PlanUse
from pdportal.modules.models import Enrollment
from tests.conftest import Visit
from tests.modules.checks.given import (
    CHECK_URL,
    begin,
    fill,
    form_at,
    letter,
    module_with_check,
    take,
)
from tests.people import World

SCRIPT = {"X-Requested-With": "fetch"}


@pytest.fixture(autouse=True)
def _module(world: World, tmp_path: Path) -> None:
    module_with_check(tmp_path)


def test_what_is_chosen_is_saved_and_comes_back(world: World, visit: Visit) -> None:
    ada = visit(world.ada)
    url = begin(ada)
    boxes = fill(ada, url, True, False)
    del boxes["q2-option"]
    saved = ada.post(url, data=boxes, headers=SCRIPT)
    assert saved.json["version"] == 1
    assert saved.json["values"]["q1-was"]
    assert form_at(ada, url)["q1-option"] == boxes["q1-option"]
    assert begin(ada) == url, "an open form is continued"
    assert ada.post(url, data=form_at(ada, url)).status_code == 302
    assert db.session.scalars(select(CheckTry)).one().version == 1


def test_two_tabs_answer_different_questions_and_nothing_is_lost(
    world: World, visit: Visit
) -> None:
    ada = visit(world.ada)
    url = begin(ada)
    whole = fill(ada, url, True, True)
    one = {name: value for name, value in whole.items() if name != "q2-option"}
    two = {name: value for name, value in whole.items() if name != "q1-option"}
    ada.post(url, data=one, headers=SCRIPT)
    answer = ada.post(url, data=two, headers=SCRIPT).json
    assert answer["values"]["q1-option"] == [whole["q1-option"]], "this tab learns of it"
    now = form_at(ada, url)
    assert (now["q1-option"], now["q2-option"]) == (whole["q1-option"], whole["q2-option"])
    other = fill(ada, url, False, False)["q1-option"]
    assert ada.post(url, data=now | {"q1-option": other}).status_code == 302
    stale = ada.post(url, data=one | {"q1-option": "nonsense"}, headers=SCRIPT)
    assert (stale.status_code, stale.json["reason"]) == (409, "changed")
    assert stale.json["values"] == {"q1-option": other}
    shown = ada.post(url, data=one | {"q1-option": "nonsense"})
    assert "This was changed in another window" in shown.text
    kept = one | {"q1-option": whole["q1-option"], "version": str(stale.json["version"])}
    assert ada.post(url, data=kept, headers=SCRIPT).status_code == 200


def test_a_form_with_gaps_asks_once_and_can_be_handed_in_as_it_is(
    world: World, visit: Visit
) -> None:
    ada = visit(world.ada)
    url = begin(ada)
    boxes = fill(ada, url, True, True)
    del boxes["q2-option"]
    asked = ada.post(f"{url}/hand-in", data=boxes)
    assert asked.status_code == 422
    assert "Question 2 has no answer yet." in asked.text
    assert "No answer yet." in asked.text
    assert ada.get(f"{url}/hand-in").location == url, "a reload leads back to the form"
    assert f'value="{boxes["q1-option"]}" checked' in asked.text
    answer = ada.post(f"{url}/hand-in", data=boxes | {"anyway": "1"}, follow_redirects=True)
    assert "There was no answer." in answer.text
    for _twice in range(2):
        assert ada.post(f"{url}/hand-in", data=boxes).status_code == 302
    late = ada.post(url, data=boxes, headers=SCRIPT)
    assert (late.status_code, late.json["reason"]) == (409, "closed")
    assert len(db.session.scalars(select(CheckTry)).all()) == 1


def test_what_was_right_stands_beside_what_was_not(world: World, visit: Visit) -> None:
    ada = visit(world.ada)
    before = ada.get(begin(ada)).text
    assert "What was right" not in before
    after = take(ada, False, True).text
    assert after.count("What was right:") == 1
    solution = after[after.index("What was right:") :].split("</ul>")[0]
    assert ("After an answer" if letter(after) == "A" else "Nothing") in solution


@pytest.mark.parametrize("value", ["x" * 30_000, "\x00", "<b>", "🙂" * 50])
def test_hostile_boxes_are_refused_or_taken(world: World, visit: Visit, value: str) -> None:
    ada = visit(world.ada)
    url = begin(ada)
    for path in (url, f"{url}/hand-in"):
        sent = {"q1-option": value, "q2-text": value, "q9-option": "a", "version": value[:9]}
        assert ada.post(path, data=sent).status_code in {302, 422, 400}
        assert ada.get(url).status_code == 200
    assert ada.post(f"{url}/plan", data={"line": value, "do": "done"}).status_code == 404


def test_nobody_finds_the_form_or_the_plan_of_another(world: World, visit: Visit) -> None:
    ada = visit(world.ada)
    take(ada, False, False)
    url = f"{CHECK_URL}/1"
    for who in (world.ben, world.cora, world.fay, world.lee, world.max, world.zoe):
        other = visit(who)
        assert other.get(url).status_code == 404
        for path in (url, f"{url}/hand-in", f"{url}/plan"):
            assert other.post(path, data={"line": "0-0", "do": "done"}).status_code == 404
        assert "Your tries" not in other.get(CHECK_URL).text
    begin(visit(world.ben))
    assert "not handed in" not in ada.get(url).text, "Ben's first try is his own"
    for address in ("/learn/wait/check/nothing", "/learn/nothing/check/check", f"{CHECK_URL}/9"):
        assert ada.get(address).status_code == 404
    assert visit(None).get(url).status_code == 302


def test_colleagues_begin_with_different_forms_and_everybody_ends_with_the_other(
    world: World, visit: Visit
) -> None:
    people = [world.ada, world.ben, world.dee, world.zoe, world.cora, world.lee]
    first = {}
    for person in people:
        client = visit(person)
        url = begin(client)
        first[person.id] = letter(client.get(url).text)
        client.post(f"{url}/hand-in", data=fill(client, url, True, True))
        again = begin(client)
        assert letter(client.get(again).text) != first[person.id]
    cohort = sorted(first[person.id] for person in people[:3])
    assert cohort in (["A", "A", "B"], ["A", "B", "B"])
    assert sorted(first.values()) == ["A"] * 3 + ["B"] * 3


@each(some.integers(2, 5), some.data())
def test_a_fresh_form_is_the_one_seen_longest_ago(count: int, data: some.DataObject) -> None:
    seen = [data.draw(some.integers(0, count - 1))]
    for _try in range(3 * count):
        seen.append(next_form(seen, count))
    for place in range(count, len(seen)):
        assert set(seen[place - count : place]) == set(range(count))


def test_every_kind_of_question_that_can_be_judged_can_stand_in_a_check() -> None:
    templates = Path(pdportal.__file__).parent / "templates"
    for kind in questions.KINDS.values():
        inputs = re.findall(r'\sname="([^"]+)', (templates / kind.template).read_text("utf-8"))
        assert all(name.startswith("{{ block.prefix }}") for name in inputs), kind.name


def test_ones_own_tries_are_in_the_download_and_go_with_their_person(
    world: World, visit: Visit
) -> None:
    from pdportal.modules import own_data

    take(visit(world.ada), False, True)
    visit(world.ada).post(f"{CHECK_URL}/1/plan", data={"line": "0-0", "do": "done"})
    (piece,) = [each for each in own_data.PART.collect(world.ada) if each.path == "checks.json"]
    assert isinstance(piece.content, dict)
    assert piece.content["tries"][0]["number"] == 1
    assert piece.content["used"][0]["line"] == "0-0"
    own_data.PART.forget(world.ada)
    for table in (CheckTry, PlanUse, Enrollment):
        assert not db.session.scalars(select(table)).all()


@pytest.mark.parametrize("tries", [1, 8])
def test_pages_of_a_check_cost_the_same_however_often_it_was_taken(
    world: World, visit: Visit, statements, tries: int
) -> None:
    ada = visit(world.ada)
    for _number in range(tries):
        take(ada, True, True)
    ada.get(CHECK_URL)
    for address, most in ((CHECK_URL, 7), (f"{CHECK_URL}/1", 8), ("/learn/wait", 8)):
        with statements() as said:
            assert ada.get(address).status_code == 200
        assert len(said) <= most, (address, said)
