"""The preview shows what the page would, and nothing more."""

from __future__ import annotations

import pytest

from tests.conftest import Visit
from tests.people import World


def test_a_preview_is_what_the_page_shows(world: World, visit: Visit):
    answer = visit(world.ada).post("/preview", data={"text": "- **one**\n- two"})
    assert answer.status_code == 200
    assert answer.text == "<ul>\n<li><strong>one</strong></li>\n<li>two</li>\n</ul>"


@pytest.mark.parametrize("text", ["", "  \n", None])
def test_a_preview_of_nothing_says_so(world: World, visit: Visit, text: str | None):
    answer = visit(world.ada).post("/preview", data={} if text is None else {"text": text})
    assert answer.text == "<p>There is no text yet.</p>"


def test_a_preview_carries_no_script(world: World, visit: Visit):
    typed = "<script>alert(1)</script> [x](javascript:alert(1)) <img src=x onerror=alert(1)>"
    answer = visit(world.ada).post("/preview", data={"text": typed})
    assert "<script" not in answer.text
    assert "<img" not in answer.text
    assert 'href="javascript' not in answer.text
