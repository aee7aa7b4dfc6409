"""What a lead learns of checks: of 1, 4, 5 and 6 people, over time, in overlapping cohorts."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given as each
from hypothesis import strategies as some

from pdportal.accounts.models import Person
from pdportal.cohorts import services as cohorts
from pdportal.db import db
from pdportal.insights.checks import check_figures
from pdportal.insights.policy import FEWEST, Move, Share, counted_in_lots, share
from pdportal.modules import own_data
from pdportal.modules.assignments.services import assign
from pdportal.modules.models import Edition
from tests.conftest import Visit
from tests.modules.checks.given import module_with_check, take
from tests.people import World

moves = some.lists(
    some.builds(
        lambda person, took, met: Move(person, person, (took, min(took, met))),
        some.integers(1, 9),
        some.integers(0, 1),
        some.integers(0, 1),
    ),
    max_size=60,
)


@pytest.fixture
def edition(world: World, tmp_path: Path) -> Edition:
    edition = module_with_check(tmp_path)
    for cohort in (world.autumn, world.winter):
        assign(world.lee, cohort, "wait", due_on=None, why="We plan it together.")
    db.session.commit()
    return edition


def _people(world: World, count: int) -> list[Person]:
    people = [world.person(f"Kim Osei {number}") for number in range(count)]
    cohorts.add_people(world.lee, world.autumn, people)
    db.session.commit()
    return people


def _checks(page: str) -> str:
    part = page[page.index('id="checks"') :]
    return re.sub(r"<[^>]+>", " ", part[: part.index("</section>")])


@each(moves)
def test_a_figure_moves_with_six_people_at_once(log: list[Move]) -> None:
    before, since = (), 0
    for read in range(len(log) + 1):
        now = counted_in_lots(log[:read])
        if now != before:
            assert len({move.person_id for move in log[since:read]}) > FEWEST
            before, since = now, read


@each(some.integers(0, 60), some.integers(6, 60))
def test_a_part_in_words_is_never_about_fewer_than_five(part: int, of: int) -> None:
    said = share(min(part, of), of)
    alike = [number for number in range(of + 1) if share(number, of) == said]
    assert len(alike) >= min(FEWEST, of // 2)
    assert said in Share


def test_one_four_and_five_people_are_none_and_six_are_some(
    world: World, visit: Visit, edition: Edition
) -> None:
    page = f"/cohorts/{world.autumn.id}/progress"
    lee, fay = visit(world.lee), visit(world.fay)
    for number, person in enumerate(_people(world, 7), 1):
        take(visit(person), number % 2 == 0, True)
        said = _checks(lee.get(page).text)
        assert said == _checks(fay.get(page).text)
        if number < 6:
            assert "This is shown once at least five people" in said
            assert not re.search(r"\d", said)
        else:
            assert "6 people took it; half or more of them met it" in said, number
    assert "tested out" in lee.get(page).text


def test_who_takes_it_again_joins_or_leaves_tells_nothing_by_a_difference(
    world: World, visit: Visit, edition: Edition
) -> None:
    page = f"/cohorts/{world.autumn.id}/progress"
    lee = visit(world.lee)
    people = _people(world, 6)
    for person in people:
        take(visit(person), False, False)
    before = _checks(lee.get(page).text)
    assert "6 people took it; fewer than half of them met it" in before
    for person in people[:5]:
        visit(person).post("/learn/wait/check/check/1/plan", data={"line": "0-0", "do": "done"})
        take(visit(person), True, True)
        assert _checks(lee.get(page).text) == before
    cohorts.remove_person(world.lee, world.autumn, people[0])
    own_data.PART.forget(people[1])
    db.session.commit()
    assert _checks(lee.get(page).text) == before
    visit(people[5]).post("/learn/wait/check/check/1/plan", data={"line": "0-0", "do": "done"})
    take(visit(people[5]), True, True)
    after = _checks(lee.get(page).text)
    assert "6 took it again; half or more of them met it then" in after
    assert re.search(r"questioning\s+fewer than half\s+half or more", after)


def test_a_try_belongs_to_one_cohort_so_that_two_cohorts_have_no_difference(
    world: World, visit: Visit, edition: Edition
) -> None:
    people = _people(world, 6)
    cohorts.add_people(world.lee, world.winter, people)
    db.session.commit()
    for person in [*people[:5], world.zoe]:
        take(visit(person), True, True)
    assert [one.took for one in check_figures(world.autumn.id)] == [0]
    assert [one.took for one in check_figures(world.winter.id)] == [0]
    take(visit(people[5]), True, True)
    assert [one.took for one in check_figures(world.autumn.id)] == [6]
    assert [one.took for one in check_figures(world.winter.id)] == [0]
