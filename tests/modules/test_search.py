"""The library finds modules by their words, in the same way on both databases."""

from __future__ import annotations

import re

import pytest

from pdportal.modules.library import queries
from pdportal.modules.library.queries import Wish
from pdportal.modules.models import Facet
from tests.conftest import Visit
from tests.modules.conftest import Publish
from tests.modules.given import FIRST, plain_page
from tests.people import World

HOSTILE = [
    '"', "'", "*", "(", ")", "AND", "OR NOT", "NEAR(", "-x", "^", ":", "a:b", "title:wait", "%",
    "_", "\\", "x' OR 1=1 --", '"unclosed', "a\"b'c", "🙂", "💥 wait", "&", "|", "!", "<->",
    "a & | b", ":*", "\x00", "  ", "é" * 500, "x " * 300, "{wait}", "wait*", "1e5", "C++", "…",
    "ﬁ", "Ⅷ", "ß",
]  # fmt: skip


def titles(world: World, words: str, **more: object) -> list[str]:
    rows, _every = queries.library(world.ada, Wish(words=words, **more))
    return [row.title for row in rows]


@pytest.fixture
def shelf(publish: Publish) -> None:
    """Four modules that have some words in common."""
    publish("cafe", title="Café talk", skills="talk", pages={"01-a.md": plain_page(text="Zebra.")})
    publish(
        "silence",
        title="Silence",
        skills="questions",
        pages={"01-a.md": plain_page("One", "Nothing of note.", 15)},
    )
    publish(
        "other",
        title="Another matter",
        skills="questions, pace",
        pages={
            "01-a.md": plain_page("First", "Words about rivers."),
            "02-b.md": plain_page("Deep", "Here silence is named once, in Gdańsk, by Zoë.", 40),
        },
    )
    publish("long", title="Long", skills="pace", pages={"01-a.md": plain_page("A", "Text.", 90)})


@pytest.mark.usefixtures("shelf")
def test_a_word_in_a_title_weighs_most(world: World):
    assert titles(world, "silence") == ["Silence", "Another matter"]


@pytest.mark.usefixtures("shelf")
@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("cafe", ["Café talk"]),
        ("CAFÉ", ["Café talk"]),
        ("gdansk", ["Another matter"]),
        ("zoe gdan", ["Another matter"]),
        ("rivers silence", ["Another matter", "Silence"]),
        ("zeb", ["Café talk"]),
        ("pace", ["Another matter", "Long"]),
        ("nowheretobefound", []),
        ("?!", []),
    ],
)
def test_accents_case_and_endings_do_not_matter(world: World, words: str, found: list[str]):
    got = titles(world, words)
    assert sorted(got) == sorted(found)


@pytest.mark.usefixtures("shelf")
@pytest.mark.parametrize("words", HOSTILE)
def test_nothing_that_is_typed_is_an_error(world: World, visit: Visit, words: str):
    assert visit(world.ada).get("/learn", query_string={"q": words}).status_code == 200


@pytest.mark.usefixtures("shelf")
@pytest.mark.parametrize(
    "asked",
    [{"page": "0"}, {"page": "x"}, {"page": "999999"}, {"minutes": "7"}, {"skill": "x" * 999}],
)
def test_odd_filters_have_an_answer(world: World, visit: Visit, asked: dict[str, str]):
    assert visit(world.ada).get("/learn", query_string=asked).status_code == 200


@pytest.mark.usefixtures("shelf")
def test_filters_by_minutes_and_skill(world: World):
    assert titles(world, "", length="20") == ["Another matter", "Café talk", "Silence"]
    assert titles(world, "", length="45") == ["Another matter", "Café talk", "Silence"]
    assert titles(world, "", length="more") == ["Long"]
    assert titles(world, "", chosen={Facet.SKILL: "pace"}) == ["Another matter", "Long"]
    assert titles(world, "silence", chosen={Facet.SKILL: "pace"}) == ["Another matter"]
    assert titles(world, "", length="more", chosen={Facet.SKILL: "questions"}) == []


@pytest.mark.usefixtures("shelf")
def test_twenty_minutes_are_for_a_page_or_for_what_is_left(world: World, visit: Visit):
    ada = visit(world.ada)
    text = ada.get("/learn?minutes=20").text
    assert "The first page, “First”." in text
    assert "the whole module" in text
    assert 'href="/learn/other/a"' in text
    ada.post("/learn/other/begin")
    ada.post("/learn/other/a/next")
    later = ada.get("/learn?minutes=20").text
    assert "/learn/other" not in later, "its next page takes forty"
    assert "All that is left of “Another matter”." in ada.get("/learn?minutes=45").text
    ada.post("/learn/other/b/next")
    assert "/learn/other" not in ada.get("/learn?minutes=45").text, "it is done"


@pytest.mark.usefixtures("shelf")
def test_the_page_that_has_the_words_is_linked_and_quoted(world: World, visit: Visit):
    text = visit(world.ada).get("/learn?q=gdansk").text
    assert '"/learn/other/b"' in text
    assert "<mark>Gdańsk</mark>" in text
    assert "Nothing fits all of that" in visit(world.ada).get("/learn?q=nowhereatall").text


def test_a_module_is_found_by_what_it_says_now(world: World, publish: Publish):
    publish("a", pages={"01-a.md": plain_page(text="Apples.")})
    publish("a", pages={"01-a.md": plain_page(text="Pears.")})
    assert titles(world, "apples") == []
    assert titles(world, "pears") == ["Worth waiting for"]


def test_the_library_is_paged(world: World, visit: Visit, publish: Publish):
    for number in range(26):
        publish(f"m{number:02}", title=f"Module {number:02}", pages={"01-a.md": plain_page()})
    first = visit(world.ada).get("/learn").text
    second = visit(world.ada).get("/learn?page=2").text
    assert "Module 23" in first
    assert "Module 24" not in first
    assert "Module 24" in second
    assert re.search(r'href="/learn\?page=2"', first)


def test_what_a_question_says_after_it_is_answered_is_not_found(
    world: World, visit: Visit, publish: Publish
) -> None:
    page = FIRST.replace("Yes, there.", "Zebrafinch yes.").replace("we forget", "quokkas forget")
    gap = "::: question {#gap kind=text}\nWhich ibis?\n\n- [x] Wombat\n    > Narwhal.\n:::\n"
    publish(pages={"01-one-second.md": f"{page}\n{gap}"})
    ada = visit(world.ada)
    for word in ("Zebrafinch", "quokkas", "Wombat", "Narwhal", "facilitators"):
        assert "Worth waiting for" not in ada.get(f"/learn?q={word}").text, word
    for word in ("silence", "second pause", "before the first hand", "whose voice", "ibis"):
        assert "Worth waiting for" in ada.get(f"/learn?q={word}").text, word
