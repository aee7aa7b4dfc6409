"""A new kind of question is one file and its template: here, one that nobody can judge."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from flask import Flask
from jinja2 import ChoiceLoader, DictLoader
from markupsafe import Markup, escape
from sqlalchemy import select

from pdportal.db import db
from pdportal.modules import questions
from pdportal.modules.compiler.compile import compile_folder
from pdportal.modules.compiler.interactive import Extractor
from pdportal.modules.models import Answer, Enrollment
from pdportal.modules.questions.kind import (
    Data,
    InvalidAnswer,
    Json,
    Judgement,
    Kind,
    Parsed,
    Tries,
)
from tests.conftest import Visit
from tests.modules.conftest import Publish
from tests.modules.given import write_module
from tests.people import World

if TYPE_CHECKING:
    from pathlib import Path
    from xml.etree.ElementTree import Element

    from werkzeug.datastructures import MultiDict


class Open(Kind):
    """A box to write in: an answer is what was written."""

    name = "free"
    attributes = frozenset({"lines"})
    shape = dict
    is_judged = False

    def parse(self, reader: Extractor, element: Element, div) -> Parsed:
        lines = div.attributes.values.get("lines", "3")
        if not lines.isdecimal():
            reader.problems.warning(div.line, f"lines={lines} is not a number.")
        return Parsed(element, data={"lines": int(lines) if lines.isdecimal() else 3})

    def read(self, form: MultiDict[str, str]) -> Json:
        return {"text": form.get("text", "")}

    def check(self, data: Data, answer: Json) -> Json:
        if not answer["text"].strip():
            raise InvalidAnswer("Write a word or two.")
        return {"text": answer["text"].strip()}

    def judge(self, data: Data, answer: Json) -> Judgement:
        return Judgement(None)

    def show(self, data: Data, tries: Tries, judged: Judgement | None) -> Data:
        return {"text": (tries.latest or {"text": ""})["text"], "lines": data["lines"]}

    def say(self, data: Data, answer: Json) -> list[Markup]:
        return [escape(answer["text"])]


TEMPLATE = """
{% from "modules/questions/_frame.html" import frame %}
{% macro question(block) %}
  {% call frame(block) %}
    <textarea name="text" rows="{{ block.lines }}">{{ block.text }}</textarea>
  {% endcall %}
{% endmacro %}
"""

PAGE = """---
title: One page
minutes: 5
---
::: question {#quiet kind="free" lines=5}
What would quiet students say?

::: hint
Ask them.
:::
:::
"""


@pytest.fixture
def open_kind(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The kind, plugged in as its file and template would be."""
    monkeypatch.setitem(questions.KINDS, "free", Open())
    own = DictLoader({"modules/questions/free.html": TEMPLATE})
    monkeypatch.setattr(app.jinja_env, "loader", ChoiceLoader([own, app.jinja_env.loader]))
    yield
    app.jinja_env.cache.clear()


@pytest.mark.usefixtures("open_kind")
def test_an_answer_that_nobody_judges_is_kept_and_finishes_a_module(
    world: World, visit: Visit, publish: Publish
):
    publish("wait", pages={"01-one.md": PAGE})
    ada, page = visit(world.ada), "/learn/wait/one"
    shown = ada.get(page).text
    assert 'name="text" rows="5"' in shown
    assert "Ask them." in shown

    refused = ada.post(f"{page}/quiet/answer", data={"text": "  "})
    assert refused.status_code == 422
    assert "Write a word or two." in refused.text

    ada.post(f"{page}/quiet/answer", data={"text": "That they need a minute."})
    answer = db.session.scalars(select(Answer)).one()
    assert (answer.answer, answer.verdict) == ({"text": "That they need a minute."}, None)
    assert "That they need a minute." in ada.get(page).text
    assert "minute." not in visit(world.ben).get(page).text
    ada.post(f"{page}/quiet/answer", data={"text": "That they need a minute. "})
    assert len(db.session.scalars(select(Answer)).all()) == 1, "sent twice, it is one"
    assert db.session.scalars(select(Enrollment)).one().finished_at is not None


@pytest.mark.usefixtures("open_kind")
def test_a_kind_reports_what_is_wrong_with_its_line(tmp_path: Path):
    folder = write_module(tmp_path, pages={"01-one.md": PAGE.replace("lines=5", "lines=many")})
    said = [str(problem) for problem in compile_folder(folder).problems]
    assert [line.partition("01-one.md:")[2] for line in said] == [
        "5: warning: lines=many is not a number."
    ]


def test_an_unknown_kind_is_an_error(tmp_path: Path):
    folder = write_module(tmp_path, pages={"01-one.md": PAGE.replace('"free"', '"choise"')})
    problems = {problem.message: problem for problem in compile_folder(folder).problems}
    unknown = problems["“choise” is not a kind of question."]
    assert (unknown.line, unknown.level) == (5, "error")
    assert "choice" in unknown.hint


def test_every_kind_has_its_name_and_its_template(app: Flask):
    assert questions.DEFAULT in questions.KINDS
    for name, kind in questions.KINDS.items():
        assert kind.name == name
        template = app.jinja_env.get_template(kind.template)
        assert callable(template.module.question)
        assert callable(template.module.fields)
