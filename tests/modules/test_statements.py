"""Every page costs the same number of statements, however much there is."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from pdportal.db import db
from pdportal.modules.assignments import services
from pdportal.modules.assignments.queries import assignments_of
from pdportal.modules.enrollments.queries import next_to_learn
from pdportal.modules.models import Edition
from tests.conftest import Visit
from tests.modules.conftest import Publish
from tests.modules.given import FIRST, SECOND, plain_page
from tests.people import World

Count = Callable[[], Any]


def test_a_page_of_a_module_costs_three_statements_and_no_more_with_twenty(
    world: World, visit: Visit, publish: Publish, statements: Count
):
    publish()
    many = {f"{n:02}-p{n}.md": plain_page(f"P{n}") for n in range(3, 21)}
    question = FIRST.split("::: instructor")[0].split("---\n", 2)[2]
    more = "".join(question.replace("second-pause", f"q{n}") for n in range(20))
    publish("big", pages={"01-one-second.md": FIRST + more, "02-try-it.md": SECOND} | many)
    for name, pages in (("wait", ["one-second", "try-it"]), ("big", ["one-second", "p3"])):
        ada = visit(world.ada)
        ada.post(f"/learn/{name}/begin")
        ada.post(
            f"/learn/{name}/one-second/second-pause/answer", data={"option": "after-an-answer"}
        )
        for page in pages:
            for most in (4, 3):  # what never changes is asked once
                with statements() as said:
                    assert ada.get(f"/learn/{name}/{page}").status_code == 200
                assert len(said) <= most, said


def test_browsing_costs_no_more(world: World, visit: Visit, wait: Edition, statements: Count):
    ben = visit(world.ben)
    with statements() as said:
        ben.get("/learn/wait/one-second")
    assert len(said) <= 4, said


@pytest.mark.parametrize("number", [2, 20])
def test_the_library_and_a_module_cost_the_same_for_two_and_for_twenty(
    world: World, visit: Visit, publish: Publish, statements: Count, number: int
):
    for n in range(number):
        publish(f"m{n}", title=f"Module {n}", pages={"01-a.md": FIRST}, skills=f"skill {n}, talk")
        services.assign(
            world.lee, world.autumn, f"m{n}", due_on=date(2030, 1, n + 1), why=f"Why {n}."
        )
    db.session.commit()
    ada = visit(world.ada)
    for path, most in (
        ("/learn", 6),
        ("/learn?q=silence", 3),
        ("/learn?skill=talk", 3),
        ("/learn/m0", 4),
    ):
        with statements() as said:
            assert ada.get(path).status_code == 200
        assert len(said) == most, (path, len(said), said)
    lee = visit(world.lee)
    assign = f"/cohorts/{world.autumn.id}/assign"
    with statements() as said:
        lee.get(assign)
    assert len(said) == 4, said
    for read in (
        lambda: next_to_learn(world.ada),
        lambda: assignments_of(world.autumn.id),
    ):
        db.session.commit()
        _ = (world.ada.id, world.autumn.id)
        with statements() as said:
            read()
        assert len(said) == 1, said
