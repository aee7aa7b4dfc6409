"""A protocol is suggested by what it says of itself, and with that reason."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask

from pdportal.db import db
from pdportal.feedback.protocols.compiler import compile_protocol
from pdportal.feedback.protocols.models import Protocol
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


def test_what_was_taken_back_was_not_used(app: Flask, world: World, tmp_path: Path):
    protocol = given.tag(tmp_path)
    with app.test_request_context():
        plan = given.plan(world.ada)
        round_ = given.shared(plan, protocol, named=[world.ben])
        assert protocols_used(plan) == {"tag"}
        round_services.take_back(world.ada, round_)
        assert protocols_used(plan) == set()
