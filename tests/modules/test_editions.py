"""A module changes under its learners: what they see of it, and what moves on with them."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update

from pdportal.db import db
from pdportal.modules.editions.matching import Item, pair_items
from pdportal.modules.editions.queries import versions
from pdportal.modules.editions.services import move_from_old_compilers
from pdportal.modules.models import Answer, Edition, Enrollment
from pdportal.modules.publishing.services import withdraw
from pdportal.operations.old_editions import modules_with_old_editions
from tests.conftest import Visit
from tests.modules.conftest import Publish
from tests.modules.given import FIRST, SECOND, plain_page, publish_one, write_module
from tests.people import World

FETCH = {"X-Requested-With": "fetch"}
ANSWER = {"option": "after-an-answer"}
AT = "/learn/wait/one-second"
CHANGES = "/learn/wait/version/changes"


def pages(first: str = FIRST, **more: str) -> dict[str, str]:
    return {"01-one-second.md": first, "02-try-it.md": SECOND, **more}


def begun(world: World, visit: Visit) -> Any:
    """Ada has answered right, and written her reflection."""
    ada = visit(world.ada)
    ada.post(f"{AT}/second-pause/answer", data=ANSWER)
    ada.post(f"{AT}/whose-voice/reflection", data={"text": "Not my own.", "version": "0"})
    return ada


def test_a_version_changes_under_a_learner(
    world: World, visit: Visit, wait: Edition, publish: Publish
):
    ada = begun(world, visit)
    changed = (
        FIRST.replace("The first page tells", "Now the page tells")
        .replace("Ask them to time one another: a secret", "Another hidden matter")
        .replace("Whose voice do you hear?", "Whose voice do you hear least?")
    )
    publish(pages=pages(changed, **{"03-more.md": plain_page("More of it", "Fresh words.")}))
    assert "Changed since you started" in ada.get("/learn/wait").text
    assert "The first page tells" in ada.get(AT).text, "it stays as it was"

    shown = ada.get(CHANGES).text
    assert "<del>The first</del> <ins>Now the</ins> page tells" in shown
    assert "Reflection changed" in shown
    assert "voice do you hear <ins>least</ins>?" in shown
    assert "new page" in shown
    assert "Fresh words." in shown
    assert "Try it" not in shown, "it did not change"
    assert "secret" not in shown, "facilitators' notes"
    assert "hidden matter" not in shown, "facilitators' notes"
    assert "Yes, there." not in shown, "what is shown after an answer"
    assert "1 answer stays." in shown
    assert "hidden matter" not in visit(world.fay).get(CHANGES).text

    ada.post("/learn/wait/move-on")
    page = ada.get(AT).text
    assert "Now the page tells" in page
    assert "Yes, there." in page
    assert "Not my own." in page
    assert ada.get(CHANGES).status_code == 302, "nothing to move to"
    assert visit(world.ben).get(CHANGES).status_code == 404, "who has not begun"


LISTS = """---
title: One second
minutes: 6
---
A pause of $x^{2} + \\frac{1}{2}$ seconds.

::: question {#steps kind=order}
Put them in order.

1. Ask
2. Wait
3. Listen
:::

::: question {#uses kind=match}
What is each for?

| Move | Use |
| --- | --- |
| A pause | Everybody thinks |
| A word | Everybody writes |
| | Nobody speaks |
:::
"""


def test_formulas_and_lists_to_choose_from_are_compared_by_their_words(
    world: World, visit: Visit, publish: Publish
):
    publish(pages=pages(LISTS))
    ada = visit(world.ada)
    ada.get(AT)
    ada.post("/learn/wait/begin")
    changed = LISTS.replace("x^{2}", "x^{3}").replace("3. Listen", "3. Listen\n4. Thank them")
    publish(pages=pages(changed.replace("Nobody speaks", "Nobody moves")))
    shown = ada.get(CHANGES).text
    assert re.search(r"x\^ ?<del>2 ?</del> ?<ins>3 ?</ins> \+ 1/2 seconds", shown)
    assert "<del>speaks</del> <ins>moves</ins>" in shown
    assert "Thank them" in shown
    assert "moved here" not in shown, "the order of what is shuffled says nothing"
    assert "1234" not in shown, "nor do the numbers to give"


def test_an_answer_stays_with_an_option_that_keeps_its_id(
    world: World, visit: Visit, wait: Edition, publish: Publish
):
    ada = begun(world, visit)
    words = "- [x] After an answer.\n"
    renamed = "- [x] When somebody has *spoken*. {#after-an-answer}\n"
    assert words in FIRST
    publish(pages=pages(FIRST.replace(words, renamed)))
    shown = ada.get(CHANGES).text
    assert "{#" not in shown
    assert "1 answer stays." in shown
    ada.post("/learn/wait/move-on")
    assert "Yes, there." in ada.get(AT).text


def test_what_has_no_place_any_more_stays_readable_to_its_owner(
    world: World, visit: Visit, wait: Edition, publish: Publish
):
    ada = begun(world, visit)
    plain = plain_page("One second", "The first page tells of the silence after a question.")
    publish(pages=pages(plain))
    assert "2 things you did have no place in it." in ada.get(CHANGES).text
    ada.post("/learn/wait/move-on")
    assert "Kept from earlier versions" in ada.get("/learn/wait").text
    kept = ada.get("/learn/wait/version/kept").text
    assert "Kept from version 1" in kept
    assert "Not my own." in kept
    assert "Yes, there." in kept
    assert "Whose voice do you hear?" in kept
    assert visit(world.fay).get("/learn/wait/version/kept").status_code == 404

    publish(pages=pages(FIRST + "\nOnce more.\n"))  # they have a place again
    ada.post("/learn/wait/move-on")
    page = ada.get(AT).text
    assert "Not my own." in page
    assert "Yes, there." in page
    assert "Kept from earlier versions" not in ada.get("/learn/wait").text


RIGHT = "- [x] After an answer.\n    > Yes, there."
WRONG = "- [ ] Before the first hand.\n    > That is the first one."


@pytest.mark.parametrize(
    ("old", "new", "stays", "why"),
    [
        ("The first page", "This page", True, ""),
        ("Yes, there.", "Yes, just there.", True, ""),
        ("Where is the second pause?", "Where is the second pause, then?", True, ""),
        (WRONG, "- [ ] Never.\n    > It is.", True, ""),
        ("After an answer.", "After each answer.", False, "no longer one of those"),
        ("[x] After", "[ ] After", False, "Your answer was right, and no longer is."),
        ("Where is the second pause?", "What did you eat today?", False, "asks something else"),
    ],
)
def test_an_answer_stays_with_the_same_question(
    world: World, visit: Visit, wait: Edition, publish: Publish, old: str, new: str, stays: bool,
    why: str,
):  # fmt: skip
    ada = begun(world, visit)
    text = FIRST.replace(old, new)
    if "[ ] After" in text:
        text = text.replace("[ ] Before", "[x] Before")
    publish(pages=pages(text))
    shown = ada.get(CHANGES).text
    assert ("1 answer stays." in shown) is stays
    assert ("Asked again" in shown) is not stays
    assert why in shown
    ada.post("/learn/wait/move-on")
    assert ("answered</span>" in ada.get(AT).text) is stays
    assert ("Kept from version 1" in ada.get("/learn/wait/version/kept").text) is not stays
    assert db.session.scalars(select(Answer)).one().verdict is True, "nothing is judged again"


SCALE = """---
title: How sure
minutes: 5
---
::: question {#sure kind=scale}
How sure are you?

1. Not sure
2. Quite sure
3. Very sure
:::
"""


@pytest.mark.parametrize(
    ("old", "new", "stays"),
    [
        ("How sure are you?", "How sure are you now?", True),
        ("1. Not sure", "1. In doubt", True),
        ("2. Quite sure", "2. In doubt", False),
        ("3. Very sure", "", True),
    ],
)
def test_an_opinion_stays_if_it_says_the_same(
    world: World, visit: Visit, publish: Publish, old: str, new: str, stays: bool
):
    publish("scale", pages={"01-sure.md": SCALE})
    ada = visit(world.ada)
    ada.post("/learn/scale/sure/sure/answer", data={"option": "2"})
    assert db.session.scalars(select(Answer)).one().answer == "2"
    publish("scale", pages={"01-sure.md": SCALE.replace(old, new)})
    shown = ada.get("/learn/scale/version/changes").text
    assert ("1 answer stays." in shown) is stays
    assert ("says something else there" in shown) is not stays


CHOICE = """---
title: Your way in
minutes: 5
---
:::: choice {#way}
Choose one.

::: option {#read title="Read"}
Words to read.
:::

::: option {#talk title="Talk"}
Words to say.
:::
::::
"""


@pytest.mark.parametrize("goes", ["read", "talk"])
def test_a_choice_comes_along_while_its_alternative_is_there(
    world: World, visit: Visit, publish: Publish, goes: str
):
    publish("way", pages={"01-way.md": CHOICE})
    ada = visit(world.ada)
    data = {"option": "talk", "why": "I think aloud.", "version": "0"}
    assert ada.post("/learn/way/way/way/choose", data=data).status_code < 400
    first, second = CHOICE.index("::: option {#read"), CHOICE.index("::: option {#talk")
    third = CHOICE.index("::::\n", second)
    other = '::: option {#watch title="Watch"}\nSomething to watch.\n:::\n\n'
    cut = (first, second) if goes == "read" else (second, third)
    publish("way", pages={"01-way.md": CHOICE[: cut[0]] + other + CHOICE[cut[1] :]})
    ada.post("/learn/way/move-on")
    kept = ada.get("/learn/way/version/kept").text
    assert ("I think aloud." in kept) is (goes == "talk")


def test_finished_stays_finished_and_what_changed_may_be_read(
    world: World, visit: Visit, publish: Publish
):
    three = {f"0{n}-p{n}.md": plain_page(f"P{n}", f"Words {n}.") for n in (1, 2, 3)}
    publish("short", pages=three)
    ada = visit(world.ada)
    ada.post("/learn/short/begin")
    for n in (1, 2, 3):
        ada.post(f"/learn/short/p{n}/next")
    changed = three | {"01-p1.md": plain_page("P1", "Other words.", 4)}
    changed |= {"03-p3.md": plain_page("P3", "New words.", 4)}
    publish("short", pages=changed)
    assert "Changed since you finished" in ada.get("/learn/short").text
    assert (
        "You stay finished. To read again: 8 minutes, if you like."
        in ada.get("/learn/short/version/changes").text
    )
    ada.post("/learn/short/move-on")
    page = ada.get("/learn/short").text
    assert "What changed since you finished" in page
    assert "2 pages, 8 minutes." in page
    answer = ada.post("/learn/short/p1/next")
    assert answer.location == "/learn/short/p3", "past what did not change"
    assert "1 page, 4 minutes." in ada.get("/learn/short").text
    assert ada.post("/learn/short/p3/next").location == "/learn/short"
    assert "Done. Nice work." in ada.get("/learn/short").text
    way = db.session.scalars(select(Enrollment)).one()
    assert way.finished_at
    assert way.finished_in_id != way.edition_id


def test_pages_with_another_name_or_place_are_known_again(
    world: World, visit: Visit, publish: Publish
):
    text = "A teacher waits three seconds and hears from students who never spoke before."
    three = {f"0{n}-p{n}.md": plain_page(f"P{n}", f"{text} {n}") for n in (1, 2, 3)}
    publish("short", pages=three)
    ada = visit(world.ada)
    ada.post("/learn/short/begin")
    ada.post("/learn/short/p1/next")
    publish(
        "short",
        pages={
            "01-p3.md": plain_page("P3", f"{text} 3"),
            "02-first.md": plain_page("P1", f"{text} 1"),
            "03-p2.md": plain_page("Second", f"{text} 2"),
        },
    )
    shown = ada.get("/learn/short/version/changes").text
    assert "was called “P2”" in shown
    assert "moved" in shown
    assert "new page" not in shown
    assert "page removed" not in shown
    ada.post("/learn/short/move-on")
    assert "1 of 3 read" in ada.get("/learn/short").text


def test_a_version_by_an_older_compiler_is_not_shown_word_by_word(
    world: World, visit: Visit, wait: Edition, publish: Publish
):
    ada = begun(world, visit)
    db.session.execute(update(Edition).values(compiler=2))
    publish(pages=pages(FIRST.replace("The first page", "This page")))
    shown = ada.get(CHANGES).text
    assert "was made before changes could be shown" in shown
    assert "<del>" not in shown


def test_many_and_long_pages_are_shown_one_at_a_time(
    world: World, visit: Visit, publish: Publish, statements: Callable[[], Any],
    monkeypatch: pytest.MonkeyPatch,
):  # fmt: skip
    monkeypatch.setattr("pdportal.modules.editions.changes.MOST_LETTERS", 3000)
    for number in (2, 20):
        slug = f"big{number}"
        for words in ("old", "new"):
            many = {f"{n:02}-p{n}.md": plain_page(f"P{n}", f"{words} " * 90) for n in range(number)}
            publish(slug, pages=many)
            visit(world.ada).post(f"/learn/{slug}/begin")
        with statements() as said:
            shown = visit(world.ada).get(f"/learn/{slug}/version/changes").text
        assert len(said) <= 8, said
    assert "Show this page word by word" in shown
    assert "<del>" in shown
    one = visit(world.ada).get(f"/learn/{slug}/version/changes?page=p19").text
    assert one.count('id="page-') == 1
    assert "<del>" in one


def item(number: int, name: str, heading: str = "", words: str = "") -> Item:
    return Item(number, name, "page", heading, frozenset(words.split()))


LONG = "what teachers say when nobody answers their question straight away"


@pytest.mark.parametrize(
    ("old", "new", "paired"),
    [
        ([item(1, "a")], [item(11, "a")], {1: 11}),
        ([item(1, "a", "Waiting")], [item(11, "b", "waiting")], {1: 11}),
        ([item(1, "a", words=LONG)], [item(11, "b", words=f"{LONG} now")], {1: 11}),
        ([item(1, "a", words="short")], [item(11, "b", words="short")], {}),
        ([item(1, "a", "W"), item(2, "b", "W")], [item(11, "c", "W")], {}),
        ([item(1, "a", words=LONG)], [item(11, "b", words=LONG), item(12, "c", words=LONG)], {}),
        ([item(1, "a")], [Item(11, "a", "extra")], {}),
    ],
)
def test_only_what_is_sure_is_paired(old: list[Item], new: list[Item], paired: dict[int, int]):
    assert pair_items(old, new) == paired


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            "::: question {#second-pause}",
            "::: reflection {#second-pause}",
            "named a choice question",
        ),
        (
            "::: reflection {#whose-voice}",
            '::: task {#whose-voice title="Voice"}',
            "This is a task",
        ),
        ("{#second-pause}", "{#second-pause kind=true-false}", "This is a true-false question"),
    ],
)
def test_an_id_for_something_else_is_an_error(
    world: World, wait: Edition, tmp_path: Path, old: str, new: str, said: str
):
    text = FIRST.replace(old, new)
    if "true-false" in new:
        text = text.replace("- [ ] Before the first hand.\n    > That is the first one.\n", "")
    done = publish_one(write_module(tmp_path, pages=pages(text)))
    assert done.edition is None
    problem = next(each for each in done.problems if "The id" in each.message)
    assert said in problem.message
    assert problem.path.endswith("01-one-second.md")
    assert problem.line == FIRST[: FIRST.index(old)].count("\n") + 1
    assert "another id, such as #" in problem.hint


def test_an_id_for_another_question_is_a_warning(world: World, wait: Edition, tmp_path: Path):
    text = FIRST.replace("Where is the second pause?", "What did you eat today?")
    done = publish_one(write_module(tmp_path, pages=pages(text)))
    assert done.edition is not None
    warning = next(each for each in done.problems if each.path.endswith("01-one-second.md"))
    assert "asks something else" in warning.message


@pytest.mark.parametrize("others", [1, 4, 5, 6, 10])
def test_who_is_on_which_version_is_on_no_page_and_a_command_says_it_in_fives(
    world: World, visit: Visit, wait: Edition, publish: Publish, others: int
):
    people = [world.person(f"Teacher {number}") for number in range(others)]
    for person in people:
        visit(person).post("/learn/wait/begin")
    publish(pages=pages(FIRST + "\nMore.\n"))
    lee = visit(world.lee)
    before = _read(lee)
    assert [each.people for each in versions("wait")] == [0, others // 5 * 5]
    visit(people[0]).post("/learn/wait/move-on")
    assert [each.people for each in versions("wait")] == [0, (others - 1) // 5 * 5]
    assert _read(lee) == before, "nobody reads that one person moved on"


def _read(browser: FlaskClient) -> str:
    """The page of the module but for its token, which tells the second it was made in."""
    return re.sub(r'csrf[_-]token"[^>]*>', "", browser.get("/learn/wait").text)


def test_a_withdrawn_module_is_read_by_those_who_began_it(
    world: World, visit: Visit, wait: Edition, publish: Publish
):
    ada = begun(world, visit)
    publish("after", prerequisites="wait", pages={"01-a.md": plain_page()})
    assert withdraw("wait") == ["after"]
    db.session.commit()
    ben = visit(world.ben)
    for library in ("/learn", "/learn?q=silence", "/search?q=silence"):
        assert '/learn/wait"' not in ben.get(library).text
    assert ben.get(AT).status_code == 404
    assert ben.post("/learn/wait/begin").status_code == 404
    assert "The first page tells" in ada.get(AT).text
    assert "no longer in the library" in ada.get("/learn/wait").text
    assert "Changed since" not in ada.get("/learn/wait").text
    ada.post("/learn/wait/move-on")
    assert ada.get(CHANGES).status_code == 302
    with pytest.raises(LookupError):
        withdraw("wait")
    publish(pages=pages())
    assert '/learn/wait"' in ben.get("/learn").text


def test_readers_of_an_edition_by_an_old_compiler_are_moved_on(
    world: World, visit: Visit, wait: Edition, publish: Publish
):
    ada = begun(world, visit)
    assert modules_with_old_editions(db.session.connection()) == []
    db.session.execute(update(Edition).values(compiler=2, content_hash="of an old compiler"))
    assert modules_with_old_editions(db.session.connection()) == ["wait"]
    db.session.expire_all()
    edition = publish(pages=pages())
    assert modules_with_old_editions(db.session.connection()) == ["wait"]
    assert move_from_old_compilers([edition]) == 1
    db.session.commit()
    assert modules_with_old_editions(db.session.connection()) == []
    page = ada.get(AT).text
    assert "Yes, there." in page
    assert "Not my own." in page
    assert "Changed since you started" not in ada.get("/learn/wait").text


@pytest.mark.parametrize("is_page_gone", [False, True])
@pytest.mark.parametrize(
    ("block", "box"),
    [
        ("gone-open/answer", "text"),
        ("gone-gaps/answer", "gap-1"),
        ("whose-voice/reflection", "text"),
        ("two-questions/task", "field-lesson"),
        ("two-questions/hand-in", "field-lesson"),
        ("wait-twice/tryout", "plan"),
        ("wait-twice/tryout", "prediction"),
        ("way-in/choose", "why"),
        ("way-in/why", "why"),
    ],
)
def test_words_of_an_older_tab_are_kept_where_their_block_is_gone(
    world: World, visit: Visit, publish: Publish, block: str, box: str, is_page_gone: bool
):
    page = "gone" if is_page_gone else "here"
    publish(pages={"01-here.md": plain_page("Here")})
    ada = visit(world.ada)
    ada.post("/learn/wait/begin")
    data = {box: "A long thought.", "version": "0"}
    answer = ada.post(f"/learn/wait/{page}/{block}", data=data)
    assert answer.status_code == 404
    assert "A long thought." in answer.text
    sent = ada.post(f"/learn/wait/{page}/{block}", data=data, headers=FETCH)
    assert "Not sent" in sent.get_json()["error"]
    assert "A long thought." in ada.get(sent.get_json()["kept"]).text
    nothing = ada.post(f"/learn/wait/{page}/{block}", data={box: " "})
    assert nothing.status_code == 404
    assert "What you typed" not in nothing.text


@pytest.mark.parametrize(
    ("address", "box"),
    [
        ("wait/gone/notes", "text"),
        ("wait/check/gone/1", "q2-text"),
        ("wait/check/gone/1/hand-in", "q2-gap-1"),
    ],
)
def test_a_note_and_a_check_that_are_gone_keep_their_words(
    world: World, visit: Visit, wait: Edition, address: str, box: str
):
    answer = visit(world.ada).post(f"/learn/{address}", data={box: "A long thought."})
    assert answer.status_code == 404
    assert "A long thought." in answer.text


def test_an_older_tab_does_not_answer_a_question_its_reader_never_saw(
    world: World, visit: Visit, publish: Publish
):
    question = "::: question {#n kind=text}\n%s\n\n- [x] three\n    > Yes.\n:::\n"
    publish(pages={"01-here.md": plain_page("Here", question % "How many seconds?")})
    ada = visit(world.ada)
    ada.post("/learn/wait/begin")
    seen = re.findall(r'name="edition"[^>]*value="(\w+)"', ada.get("/learn/wait/here").text)[0]
    publish(pages={"01-here.md": plain_page("Here", question % "In which grade?")})
    ada.post("/learn/wait/move-on")
    sent = {"text": "three", "edition": seen}
    for headers in ({}, FETCH):
        refused = ada.post("/learn/wait/here/n/answer", data=sent, headers=headers)
        assert refused.status_code == 409
        assert "This page has changed since you opened it." in refused.text
        if not headers:
            assert 'value="three"' in refused.text
            assert "In which grade?" in refused.text
    assert db.session.scalars(select(Answer)).all() == []
    now = re.findall(r'name="edition"[^>]*value="(\w+)"', ada.get("/learn/wait/here").text)[0]
    answered = ada.post("/learn/wait/here/n/answer", data=sent | {"edition": now})
    assert answered.status_code == 302
    assert len(db.session.scalars(select(Answer)).all()) == 1
