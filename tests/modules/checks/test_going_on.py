"""What comes next in a module, and its state, in the same words on every page."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from sqlalchemy import select

from pdportal import clock
from pdportal.db import db
from pdportal.modules.assignments.models import Agreement
from pdportal.modules.assignments.services import assign
from pdportal.modules.enrollments.queries import next_to_learn
from pdportal.modules.models import Assignment
from pdportal.modules.suggestions.queries import my_modules
from tests.conftest import Visit
from tests.modules.checks.given import CHECK_URL, begin, fill, module_with_check, take
from tests.modules.given import CHECK
from tests.people import World

REQUIRED = CHECK.replace("exempts: true", "required: true")


def test_when_all_pages_are_read_the_check_is_what_one_continues_with(
    world: World, visit: Visit, tmp_path: Path
) -> None:
    module_with_check(tmp_path, REQUIRED)
    ada = visit(world.ada)
    ada.post("/learn/wait/begin")
    home = ada.get("/").text
    assert "You have read all of" not in home
    ada.post("/learn/wait/one-second/next")
    home = ada.get("/").text
    assert "You have read all of “Worth waiting for”. It is done when you meet this." in home
    assert f'href="{CHECK_URL}"' in home
    assert f'href="{CHECK_URL}"' in ada.get("/my-modules").text
    assert f'href="{CHECK_URL}"' in ada.get("/learn").text
    url = begin(ada)
    assert f'href="{url}"' in ada.get("/").text, "the form that is open"
    ada.post(f"{url}/hand-in", data=fill(ada, url, False, True))
    assert f'href="{url}"' in ada.get("/").text, "the plan that came of it"
    ada.post(f"{CHECK_URL}/1/plan", data={"line": f"person-{world.cora.id}", "do": "done"})
    again = begin(ada)
    assert f'href="{again}"' in ada.get("/").text
    ada.post(f"{again}/hand-in", data=fill(ada, again, True, True))
    assert CHECK_URL not in ada.get("/").text
    assert not next_to_learn(world.ada)
    assert [row.check_key for row in my_modules(world.ada)] == [None]


def test_a_state_has_the_same_words_wherever_it_is_shown(
    world: World, visit: Visit, tmp_path: Path
) -> None:
    module_with_check(tmp_path)
    assign(world.lee, world.autumn, "wait", why="For all", due_on=date(2199, 12, 20))
    db.session.commit()
    ada, ben, dee = (visit(one) for one in (world.ada, world.ben, world.dee))
    take(ada, True, True)
    ben.post("/learn/wait/begin")
    ben.post("/learn/wait/pause")
    given = db.session.scalars(select(Assignment)).one()
    done_at = clock.now()
    db.session.add(
        Agreement(
            assignment_id=given.id, person_id=world.dee.id, done_at=done_at, by_id=world.lee.id
        )
    )
    db.session.commit()
    for client, words in ((ada, "tested out"), (ben, "paused"), (dee, "done another way")):
        assert words in client.get("/learn/wait").text, words
        for page in ("/learn?skill=talk", "/my-modules"):
            assert words.capitalize() in client.get(page).text, (page, words)
        assert words in visit(world.lee).get(f"/cohorts/{world.autumn.id}/progress").text
        assert "Worth waiting for" not in client.get("/").text, words
