"""Choosing one's way on a page: pick, say why, change it later; only the chosen one counts."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from sqlalchemy import func, select

from pdportal.db import db
from pdportal.modules.blocks import services as blocks
from pdportal.modules.models import Answer, Chosen, Edition, Enrollment
from tests.conftest import Visit
from tests.modules.compiler.folders import html, page, told
from tests.modules.conftest import Publish
from tests.modules.given import plain_page
from tests.modules.test_paths import words
from tests.people import World

assert blocks  # all that models name is there, whichever file is run alone

FETCH = {"X-Requested-With": "fetch"}
CHOICE = """---
title: Choose
minutes: 2
---
Before.

:::::: choice {#way-in title="How to begin"}
Two ways lead in.

:::: option {#read means=read title="Read the notes" minutes=8}
The **notes** of two teachers.

::: question {#asked}
What helps?

- [x] Waiting
    > Yes.
- [ ] Asking
    > That is new.
:::
::::

:::: option {#watch means=watch title="Watch the film" minutes=3}
A film of three questions.
::::
::::::

After.
"""
HERE = "/learn/pick/choose"


@pytest.fixture
def pick(publish: Publish) -> Edition:
    """A module of one page with a choice on it."""
    return publish("pick", title="Pick", pages={"01-choose.md": CHOICE})


def test_one_chooses_says_why_changes_it_and_only_the_chosen_one_counts(
    world: World, visit: Visit, pick: Edition
) -> None:
    ada = visit(world.ada)
    before = ada.get(HERE).text
    assert "Two ways lead in." in before
    assert "About 10 minutes" in words(ada.get("/learn/pick").text), "with the first alternative"
    assert before.index("Before.") < before.index("Read the notes") < before.index("After.")
    assert 'id="way-in-read"' in before
    ada.post("/learn/pick/begin")
    assert "Done when: 1 page read; 1 choice made." in words(ada.get("/learn/pick").text)

    chosen = ada.post(f"{HERE}/way-in/choose", data={"option": "read", "why": "I like paper."})
    assert chosen.location == f"{HERE}#block-way-in"
    here = ada.get(HERE).text
    assert re.search(r'id="way-in-read" open', here)
    assert "I like paper." in here
    rule = "Done when: 1 page read; 1 choice made; 1 question answered, right or not."
    assert rule in words(here)
    ada.post(f"{HERE}/next")
    assert "1 question to answer" in words(ada.get("/learn/pick").text)
    assert db.session.scalars(select(Enrollment.finished_at)).one() is None

    saved = ada.post(f"{HERE}/way-in/why", data={"why": "No time.", "version": "1"}, headers=FETCH)
    assert saved.json["version"] == 2
    ada.post(f"{HERE}/asked/answer", data={"option": "asking"})
    ada.post(f"{HERE}/way-in/choose", data={"option": "watch"})
    assert db.session.scalar(select(func.count(Answer.id))) == 1, "what was done stays"
    after = ada.get(HERE).text
    assert re.search(r'id="way-in-watch" open', after)
    assert "No time." in after
    assert "Done. Nice work." in ada.get("/learn/pick").text


def test_changing_to_an_alternative_that_asks_nothing_ends_the_module(
    world: World, visit: Visit, pick: Edition
) -> None:
    ada = visit(world.ada)
    for _ in range(2):  # sent twice counts once
        ada.post(f"{HERE}/way-in/choose", data={"option": "read"})
    assert "10 minutes left" in words(ada.get("/learn/pick").text)
    ada.post(f"{HERE}/way-in/choose", data={"option": "watch"})
    assert "5 minutes left" in words(ada.get("/learn/pick").text), "the minutes follow the choice"
    ada.post(f"{HERE}/next")
    assert db.session.scalars(select(Enrollment.finished_at)).one() is not None
    ada.post(f"{HERE}/way-in/choose", data={"option": "read"})
    assert "Done. Nice work." in ada.get("/learn/pick").text, "finished stays finished"


def test_why_in_two_windows_keeps_both_and_nobody_else_reads_it(
    world: World, visit: Visit, pick: Edition
) -> None:
    ada = visit(world.ada)
    early = ada.post(f"{HERE}/way-in/why", data={"why": "x", "version": "0"}, headers=FETCH)
    assert early.status_code == 422
    ada.post(f"{HERE}/way-in/choose", data={"option": "read", "why": "One"})
    ada.post(f"{HERE}/way-in/why", data={"why": "Second words", "version": "1"}, headers=FETCH)
    stale = ada.post(f"{HERE}/way-in/why", data={"why": "Three", "version": "1"})
    assert stale.status_code == 409
    assert ">\nThree</textarea>" in stale.text
    assert "Second words" in stale.text
    for other in (world.ben, world.lee, world.fay):
        assert "Second words" not in visit(other).get(HERE).text
    assert visit(world.ben).post(f"{HERE}/way-in/why", data={"why": "y"}).status_code == 422


@pytest.mark.parametrize("option", ["", "listen"])
def test_what_is_no_alternative_is_refused_with_what_was_typed(
    world: World, visit: Visit, pick: Edition, option: str
) -> None:
    ada = visit(world.ada)
    refused = ada.post(f"{HERE}/way-in/choose", data={"option": option, "why": "Because."})
    assert refused.status_code == 422
    assert "Choose one of these first." in refused.text
    assert "Because." in refused.text
    assert ada.post(f"{HERE}/asked/choose", data={"option": "read"}).status_code == 404
    assert db.session.scalars(select(Chosen)).all() == []


def test_a_choice_comes_along_to_a_new_version(
    world: World, visit: Visit, pick: Edition, publish: Publish
) -> None:
    ada = visit(world.ada)
    ada.post(f"{HERE}/way-in/choose", data={"option": "watch", "why": "On the bus."})
    publish("pick", pages={"01-choose.md": CHOICE, "02-more.md": plain_page("More")})
    ada.post("/learn/pick/move-on")
    assert re.search(r'id="way-in-watch" open', ada.get(HERE).text)
    assert "On the bus." in ada.get(HERE).text


GOOD = '::: option {#a title="One"}\nWords.\n:::\n'


@pytest.mark.parametrize(
    ("inside", "problem"),
    [
        (GOOD, "A choice needs two alternatives or more."),
        (GOOD + GOOD, "The alternative “a” is there twice in this choice."),
        (GOOD + "::: option {#b}\nWords.\n:::\n", "This alternative has no title."),
        (GOOD + '::: option {#b title="B" means=listen}\nWords.\n:::\n', "means=listen is no way"),
        (GOOD + '::: option {#b title="B" minutes=x}\nWords.\n:::\n', "minutes=x is not a number"),
        (GOOD + '::: option {#b title="B"}\n:::\n', "This alternative is empty."),
        (GOOD + '::: option {#b titel="B"}\nWords.\n:::\n', "“titel” means nothing to a option."),
        (
            GOOD + GOOD.replace("#a", "#b") + "::: reflection\nWhy?\n:::\n",
            "This reflection stands beside the alternatives",
        ),
        (
            GOOD + f'::: option {{#b title="B"}}\n:::: choice {{#c}}\n{GOOD}{GOOD}::::\n:::\n',
            "A choice cannot stand in another one.",
        ),
    ],
)
def test_the_checker_names_what_is_wrong_with_a_choice(
    tmp_path: Path, inside: str, problem: str
) -> None:
    _page, made = page(tmp_path, f":::::: choice {{#pick}}\nHow?\n\n{inside}::::::\n")
    assert any(" error " in line and problem in line for line in told(made)), told(made)


def test_an_option_outside_of_a_choice_is_shown_and_told(tmp_path: Path) -> None:
    made_page, made = page(tmp_path, GOOD)
    assert "A option stands in a choice only." in " ".join(told(made))
    assert "Words." in html(made_page)


def test_a_choice_sent_again_from_an_older_tab_drops_no_reason(
    world: World, visit: Visit, pick: Edition
) -> None:
    ada = visit(world.ada)
    ada.post(f"{HERE}/way-in/choose", data={"option": "read", "why": ""})
    ada.post(f"{HERE}/way-in/choose", data={"option": "read", "why": "I like paper."})
    assert "I like paper." in ada.get(HERE).text
    again = ada.post(f"{HERE}/way-in/choose", data={"option": "watch", "why": "Another reason."})
    assert again.status_code == 409
    assert ">\nAnother reason.</textarea>" in again.text
    assert "I like paper." in again.text
    version = re.findall(r'name="version"[^>]*value="(\d+)"', again.text)[0]
    why = {"why": "Another reason.", "version": version}
    assert ada.post(f"{HERE}/way-in/why", data=why).status_code == 302
    assert "Another reason." in ada.get(HERE).text
