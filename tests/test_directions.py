"""Words in any script, beside those of the page: each in its own direction."""

from __future__ import annotations

import re

import pytest
from flask import Flask

from pdportal.web.pages import typed_text
from pdportal.web.words import gettext
from tests.conftest import Visit
from tests.people import World

ARABIC = "ليلى حداد"


def test_each_block_of_a_text_goes_its_own_way():
    html = typed_text(f"Hello.\n\n{ARABIC}\n\n- one\n- {ARABIC}")
    assert re.findall(r"<(p|ul|li) dir=\"auto\">", html) == ["p", "p", "ul", "li", "li"]


def test_a_name_stays_by_itself_in_a_sentence(app: Flask):
    with app.test_request_context():
        said = gettext("%(name)s added you to “%(cohort)s”.", name=ARABIC, cohort="Ünter 3")
    assert said == f"\u2068{ARABIC}\u2069 added you to “Ünter 3”."


@pytest.mark.parametrize(
    "address",
    ["/account", "/people", "/cohorts", "/feedback", "/goals", "/learn", "/people/invite"],
)
def test_what_people_type_has_its_own_direction(world: World, visit: Visit, address: str):
    world.lee.name = world.lee.called = ARABIC
    world.autumn.name = f"{ARABIC} 2"
    page = visit(world.lee).get(address).text
    boxes = re.findall(r"<(?:textarea|input)\b[^>]*>", page)
    typed = [box for box in boxes if "<textarea" in box or re.search(r'type="(text|search)"', box)]
    assert [box for box in typed if 'dir="auto"' not in box] == []
    shown = re.sub(r"<head>.*</head>|<nav.*?</nav>|<header.*?</header>", "", page, flags=re.DOTALL)
    for before in re.findall(rf"([^<>]*<[^<>]*>)[^<>]*{ARABIC}", shown):
        assert 'dir="auto"' in before or "<bdi" in before or "\u2068" in before, before
