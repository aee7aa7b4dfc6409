"""A module's end: what to take to class."""

from __future__ import annotations

import re
from datetime import date

from pdportal.db import db
from pdportal.goals.models import Step
from tests.conftest import Visit
from tests.modules.conftest import Publish
from tests.modules.given import plain_page
from tests.people import World

LAST = """Try it.

::: tryout {#wait-twice title="Wait three seconds, twice"}
Count to three.
:::

::: mirror {#young grades="K-5" title="Our second of quiet"}
Hands on your head.
:::

::: mirror {#old grades="6-12"}
One of us keeps the time.
:::
"""


def test_a_finished_module_hands_out_pages_for_students_and_a_try_out_in_one_click(
    world: World, visit: Visit, publish: Publish
) -> None:
    publish(pages={"01-last.md": plain_page("The end", LAST)})
    ada = visit(world.ada)
    page = ada.get("/learn/wait/last").text
    assert "Our second of quiet" in page
    assert '"/learn/wait/students/young"' in page
    assert "Take it to class" not in ada.get("/learn/wait").text

    ada.post("/learn/wait/last/next")
    end = ada.get("/learn/wait")
    assert "Take it to class" in end.text
    assert "For students, grades K–5" in end.text
    suggested = date.fromisoformat(re.findall(r'name="due_on"[^>]+value="([^"]+)"', end.text)[0])
    form = {"due_on": suggested.isoformat(), "plan": "Wait three seconds, twice"}
    assert suggested.isoweekday() <= 5
    for _twice in range(2):
        ada.post("/learn/wait/last/wait-twice/tryout", data=form)
    (step,) = db.session.query(Step).all()
    assert (step.due_on, step.plan) == (suggested, "Wait three seconds, twice")
    assert '/tryout"' not in ada.get("/learn/wait").text, "it is planned"


def test_a_page_for_students_is_one_sheet_in_the_words_of_its_edition(
    world: World, visit: Visit, publish: Publish
) -> None:
    publish(pages={"01-last.md": plain_page("The end", LAST)})
    ada, zoe = visit(world.ada), visit(world.zoe)
    ada.post("/learn/wait/begin")
    publish(pages={"01-last.md": plain_page("The end", LAST.replace("head", "desk"))})
    assert "Hands on your head." in ada.get("/learn/wait/students/young").text
    sheet = zoe.get("/learn/wait/students/young")
    assert "Hands on your desk." in sheet.text
    assert "Grades K–5" in sheet.text
    assert "Count to three." not in sheet.text
    for nothing in ("wait-twice", "none"):
        assert zoe.get(f"/learn/wait/students/{nothing}").status_code == 404


def test_what_stands_on_a_page_for_facilitators_stays_there(
    world: World, visit: Visit, publish: Publish
) -> None:
    publish(
        pages={
            "01-one.md": plain_page(),
            "02-hidden.md": f"---\ntitle: Notes\naudience: facilitators\n---\n{LAST}",
        }
    )
    ada = visit(world.ada)
    assert ada.get("/learn/wait/students/young").status_code == 404
    ada.post("/learn/wait/one/next")
    assert "second of quiet" not in ada.get("/learn/wait").text
    assert visit(world.fay).get("/learn/wait/students/young").status_code == 200
