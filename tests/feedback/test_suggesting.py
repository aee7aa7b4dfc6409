"""A protocol is suggested by what it says of itself, and with that reason."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask

from pdportal.db import db
from pdportal.feedback.protocols.compiler import compile_protocol
from pdportal.feedback.protocols.models import Protocol
from pdportal.feedback.protocols.services import publish_protocols
from pdportal.feedback.protocols.suggesting import Asked, suggest
from pdportal.feedback.rounds import services as round_services
from pdportal.feedback.rounds.queries import protocols_used
from tests.conftest import Visit
from tests.feedback import given
from tests.people import World


def _protocol(slug: str, minutes: int, **suits: object) -> Protocol:
    known = {"kinds": [], "words": [0, 1_000_000], "because": f"Because of {slug}."}
    data = {"suits": {**known, **suits}} if suits else {}
    return Protocol(slug=slug, name=slug, minutes=minutes, data=data)


SHORT = _protocol("short", 8, words=[0, 149])
LONG = _protocol("long", 20, words=[150, 1_000_000])
GOALS = _protocol("goals", 30, kinds=["goal"])
NEVER = _protocol("never", 1)


@pytest.mark.parametrize(
    ("kind", "words", "used", "slug"),
    [
        ("text", 10, [], "short"),
        ("text", 149, [], "short"),
        ("text", 150, [], "long"),
        ("text", 0, [], "short"),
        ("goal", 10, [], "goals"),
        ("goal", 10, ["goals"], "short"),
        ("goal", 10, ["goals", "short"], "goals"),
        ("text", 10, ["short"], "short"),
    ],
)
def test_what_is_suggested(app: Flask, kind: str, words: int, used: list[str], slug: str):
    asked = Asked(kind, ["écrit " * words], frozenset(used))
    with app.test_request_context():
        suggestion = suggest([NEVER, LONG, SHORT, GOALS], asked)
    assert suggestion is not None
    assert suggestion.protocol.slug == slug
    assert suggestion.because.startswith(f"Because of {slug}.")
    assert ("had another protocol before" in suggestion.because) == (
        bool(used) and slug not in used
    )


def test_where_nothing_fits_nothing_is_suggested():
    assert suggest([NEVER, LONG], Asked("text", ["short"], frozenset())) is None
    assert suggest([], Asked("text", [], frozenset())) is None


def test_a_length_holds_in_scripts_without_blanks():
    assert Asked("text", ["学" * 900], frozenset()).words == 150


@pytest.mark.parametrize(
    ("suits", "fault"),
    [
        ("short", "“suits” cannot be understood."),
        ("{words: 5, because: x}", "“suits” cannot be understood."),
        ("{words: {min: 9, max: 2}, because: x}", "The length in “words” cannot be understood."),
        ("{words: {max: some}, because: x}", "The length in “words” cannot be understood."),
        ("{kinds: [gaol], because: x}", "“gaol” is no kind of work."),
        ("{kind: [goal], because: x}", "“kind” is not known in “suits”."),
        ("{kinds: [goal]}", "“suits” gives no reason in at most 300 characters."),
    ],
)
@pytest.mark.usefixtures("app")
def test_what_is_wrong_is_said_with_its_line(tmp_path: Path, suits: str, fault: str):
    file = tmp_path / "tag.md"
    file.write_text(given.TAG.replace("trust: 1", f"trust: 1\nsuits: {suits}"), encoding="utf-8")
    protocol, problems = compile_protocol(file)
    assert protocol is None
    lines = file.read_text(encoding="utf-8").splitlines()
    said = [(problem.line, problem.message) for problem in problems if problem.is_error]
    assert said == [(lines.index(f"suits: {suits}") + 1, fault)]


def test_the_page_suggests_and_says_why(app: Flask, world: World, visit: Visit, tmp_path: Path):
    suits = 'suits: {words: {max: 149}, because: "It is short & early."}'
    given.tag(tmp_path, given.TAG.replace("trust: 1", f"trust: 1\n{suits}"))
    with app.test_request_context():
        plan = given.plan(world.ada)
    db.session.commit()
    page = visit(world.ada).get(f"/feedback/works/{plan.id}/share").text
    assert "Suggested" in page
    assert "It is short &amp; early." in page
    assert 'value="tag" checked' in page


def test_choosing_starts_with_the_suggestion_then_families_and_can_be_narrowed(
    app: Flask, world: World, visit: Visit, tmp_path: Path
):
    suits = 'ways: [writing, live]\nsuits: {words: {max: 149}, because: "It is early."}'
    for name, changes in {
        "tag": ("trust: 1", f"trust: 1\n{suits}"),
        "slow": ("minutes: 8\ntrust: 1", "minutes: 40\ntrust: 3\nways: [writing, live]"),
        "stuck": ("family: quick", "family: dilemma\nways: [live]"),
    }.items():
        file = tmp_path / f"{name}.md"
        text = given.TAG.replace(*changes).replace("name: TAG", f"name: {name.title()}")
        file.write_text(text, encoding="utf-8")
    assert publish_protocols([tmp_path]) == []
    with app.test_request_context():
        plan = given.plan(world.ada)
    db.session.commit()
    ada = visit(world.ada)
    share, meet = (f"/feedback/works/{plan.id}/{what}" for what in ("share", "meet"))

    page = ada.get(share).text
    assert page.index('value="tag" checked') < page.index("It is early.") < page.index("family")
    assert "Something short or very early (1)" in page
    assert "Stuck" not in page, "it is for meetings alone"
    page = ada.get(meet).text
    assert 'value="tag" checked' in page
    assert page.index("It is early.") < page.index('value="stuck"')
    assert "A question I am stuck with (1)" in page

    typed = {"protocol": "tag", "question": "Is it clear?", "who": "named", "find": "protocol"}
    page = ada.post(share, data=typed | {"minutes": "20"}).text
    assert 'value="slow"' not in page
    assert "Is it clear?</textarea>" in page
    assert 'value="tag" checked' in page
    assert "1 protocol fits" in page
    page = ada.post(meet, data=typed | {"protocol": "slow", "brings": "visit"}).text
    assert "None fits all of that" in page
    assert 'value="slow" checked' in page
    assert 'value="stuck"' in page


def test_what_was_taken_back_was_not_used(app: Flask, world: World, tmp_path: Path):
    protocol = given.tag(tmp_path)
    with app.test_request_context():
        plan = given.plan(world.ada)
        round_ = given.shared(plan, protocol, named=[world.ben])
        assert protocols_used(plan) == {"tag"}
        round_services.take_back(world.ada, round_)
        assert protocols_used(plan) == set()
