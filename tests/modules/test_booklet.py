"""A whole module as one document to print."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from tests.conftest import Visit
from tests.modules.conftest import Publish
from tests.modules.given import FIRST, SECOND, plain_page
from tests.people import World

LINKS = """Back [to the silence](01-one-second.md#deeper), [here](#own), [about](module.md),
a note.[^1]

## Own {#own}

Words like `id="own"`.

[^1]: From here.
"""
NOTES = "---\ntitle: Hidden\naudience: facilitators\n---\nFor those who guide.\n"


@pytest.fixture
def printed(world: World, visit: Visit, publish: Publish) -> Any:
    first = FIRST.replace(
        "The first page", "## Deeper\n\nA note.[^1]\n\n[^1]: There.\n\nThe first page"
    )
    pages = {
        "01-one-second.md": first,
        "02-try-it.md": SECOND,
        "03-links.md": plain_page("L", LINKS),
    }
    publish(pages={**pages, "04-hidden.md": NOTES})
    ada = visit(world.ada)
    ada.post("/learn/wait/begin")
    ada.post("/learn/wait/one-second/second-pause/answer", data={"option": "after-an-answer"})
    ada.post(
        "/learn/wait/one-second/whose-voice/reflection", data={"text": "Only mine", "version": "0"}
    )
    return ada


def test_all_pages_stand_in_one_document_whose_links_stay_in_it(printed: Any) -> None:
    page = printed.get("/learn/wait/print").text
    titles = re.findall(r'<li>\s*<a href="#p(\d)">(.*?)</a>', page)
    assert titles == [("1", "One second"), ("2", "Try it"), ("3", "L")]
    ids = re.findall(r'\sid="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    leads = set(re.findall(r'href="#([^"]+)"', page))
    assert {"p1-deeper", "p3-own"} <= leads
    assert leads - {"main"} <= set(ids)
    assert 'id="own"' in page, "what is shown as code stays as it was written"
    assert 'data-controller="swap"' not in page


def test_own_words_and_notes_are_left_out_unless_they_are_asked_for(
    printed: Any, world: World, visit: Visit
) -> None:
    plain = printed.get("/learn/wait/print").text
    assert "Where is the second pause?" in plain
    for word in (
        "Yes, there.",
        "Only mine",
        "checked",
        "secret for facilitators",
        "those who guide",
    ):
        assert word not in plain, word
    own = printed.get("/learn/wait/print?words=on&notes=on").text
    assert "Yes, there." in own
    assert "Only mine" in own
    assert "secret for facilitators" not in own
    fay = visit(world.fay)
    assert "secret for facilitators" not in fay.get("/learn/wait/print").text
    notes = fay.get("/learn/wait/print?notes=on&words=on").text
    assert "secret for facilitators" in notes
    assert "those who guide" in notes
    assert "Only mine" not in notes
    assert fay.get("/learn/none/print").status_code == 404


@pytest.mark.parametrize("query", ["", "?words=on"])
def test_a_module_of_many_pages_costs_as_many_statements_as_one_of_few(
    world: World, visit: Visit, publish: Publish, statements: Callable[[], Any], query: str
) -> None:
    counts = set()
    for name, number in (("few", 2), ("many", 20)):
        publish(name, pages={f"{n:02}-p{n}.md": _page(n) for n in range(number)})
        ada = visit(world.ada)
        ada.post(f"/learn/{name}/begin")
        with statements() as said:
            assert ada.get(f"/learn/{name}/print{query}").status_code == 200
        counts.add(len(said))
    assert len(counts) == 1
    assert counts.pop() <= 8


def _page(number: int) -> str:
    return FIRST.replace("#second-pause", f"#q{number}").replace("#whose-voice", f"#r{number}")
