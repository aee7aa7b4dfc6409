"""Every kind of question: as its documentation has it, with any answer, and told what is wrong."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from markupsafe import escape
from werkzeug.datastructures import MultiDict

from pdportal.modules import questions
from pdportal.modules.compiler.compile import compile_folder
from pdportal.modules.questions import words
from pdportal.modules.questions.kind import Data, InvalidAnswer, Kind, Tries
from pdportal.modules.questions.order import shuffled
from pdportal.modules.questions.quantity import read_quantity
from tests.modules.given import plain_page, write_module

DOCS = Path(__file__).parents[2] / "docs" / "writing-modules.md"
SECTION = DOCS.read_text("utf-8").split("## Kinds of question\n")[1].split("\n## ")[0]
EXAMPLES = re.findall(r"^~~~\n(.*?)^~~~", SECTION, re.MULTILINE | re.DOTALL)
NEXT = plain_page("Next", "## Heading\n\nHere.")


def compiled(folder: Path, *texts: str) -> tuple[list[Data], list[str]]:
    """The questions of a page, and what is wrong with it."""
    pages = {"01-one.md": plain_page("One", "\n".join(texts)), "03-next-page.md": NEXT}
    made = compile_folder(write_module(folder, pages=pages))
    said = [str(problem).partition("01-one.md:")[2] for problem in made.problems]
    assert made.module is not None
    return [block.data for block in made.module.pages[0].blocks], said


def render(app: Flask, kind: Kind, shown: dict[str, Any]) -> str:
    """A question as its template shows it."""
    module: Any = app.jinja_env.get_template(kind.template).module
    return str(module.question(shown | {"key": "q", "base": "/q/", "back": "p/q", "typed": None}))


def boxes(app: Flask, kind: Kind, question: Data) -> dict[str, list[str]]:
    """The names of all boxes of a question that was answered once, with the values offered."""
    page = render(app, kind, kind.shown(question, Tries(1)))
    found: dict[str, list[str]] = {}
    for tag in re.findall(r"<(?:input|select|textarea)[^>]*>", page):
        name = re.search(r'name="([^"]*)"', tag)
        value = re.search(r'value="([^"]*)"', tag)
        if name and name[1] != "csrf_token":
            found.setdefault(name[1], []).extend([value[1]] if value else [])
    offered = re.findall(r'<option value="([^"]+)"', page)
    return {name: [*values, *offered] for name, values in found.items()}


def typed_in(answer: Any) -> Iterator[str]:
    """What a person typed or chose in an answer."""
    if isinstance(answer, str):
        yield answer
    elif isinstance(answer, list):
        yield from answer
    else:
        yield from [answer["text"]] if "text" in answer else answer.values()


@pytest.fixture(scope="module")
def documented(tmp_path_factory: pytest.TempPathFactory) -> list[Data]:
    """The examples of the documentation, compiled."""
    found, said = compiled(tmp_path_factory.mktemp("documented"), *EXAMPLES)
    assert said == []
    return found


def test_each_kind_has_an_example_in_the_documentation(documented):
    kinds = [questions.kind_of(data).name for data in documented]
    assert sorted(kinds) == sorted([*questions.KINDS, "choice", "gaps"])


def test_what_an_example_calls_right_is_right_and_nothing_gives_it_away(documented):
    for data in documented:
        kind = questions.kind_of(data)
        before = kind.shown(data, Tries())
        assert before["explanation"] == ""
        right = kind.solution(data)
        if not kind.is_judged:
            assert right is None
            continue
        assert kind.judge(data, right).verdict is True, kind.name
        assert kind.say(data, right)


TYPED = st.text(max_size=30) | st.sampled_from(["12 min", "three", "½", "-1/0", "1.000,5 %"])


def posts(app: Flask, kind: Kind, question: Data) -> st.SearchStrategy[list[tuple[str, str]]]:
    """Any form, and forms in which each box has what is offered for it, or something typed."""
    names = boxes(app, kind, question)
    each = {name: st.sampled_from([*offered, ""]) | TYPED for name, offered in names.items()}
    numbers = [str(number) for number in range(1, len(names) + 1)]
    in_order = st.permutations(numbers).map(lambda places: list(zip(names, places, strict=True)))
    any_form = st.lists(st.tuples(st.sampled_from([*names, "x"]), TYPED), max_size=8)
    filled = st.fixed_dictionaries(each).map(lambda form: list(form.items()))
    return st.one_of(any_form, filled, in_order)


@given(data=st.data())
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@pytest.mark.parametrize("number", range(SECTION.count("\n::: question")))
def test_any_answer_is_taken_or_refused_and_judged_the_same_twice(
    app: Flask, documented: list[Data], number: int, data: st.DataObject
):
    question = documented[number]
    kind = questions.kind_of(question)
    with app.test_request_context():
        form = MultiDict(data.draw(posts(app, kind, question)))
        posted = kind.read(form)
        refused = render(app, kind, kind.shown(question, Tries(2, posted=posted)))
        assert "is-right" not in refused, "what was not taken is not judged"
        try:
            answer = kind.check(question, posted)
        except InvalidAnswer as invalid:
            sentence = str(invalid)
        else:
            sentence = _taken(app, kind, question, answer)
        assert sentence.endswith(".")


def _taken(app: Flask, kind: Kind, question: Data, answer: Any) -> str:
    """An answer that is stored, judged twice, and shown; gives the verdict as a sentence."""
    stored = json.loads(json.dumps(answer))
    assert stored == answer
    assert isinstance(stored, kind.shape)
    assert kind.check(question, stored) == stored
    judged = kind.judge(question, answer)
    assert judged == kind.judge(question, stored)
    assert 0 <= judged.part <= judged.of
    assert (judged.verdict is None) is not kind.is_judged
    assert kind.say(question, stored)
    tries = Tries(2, stored, bool(judged.verdict), [(stored, judged.verdict)])
    page = render(app, kind, kind.shown(question, tries))
    for typed in typed_in(stored):
        assert str(escape(typed)) in page
    return f"{judged.verdict}."


ONE = "- [x] a\n  > f\n"
TABLE = "| l | r |\n|---|---|\n"


@pytest.mark.parametrize(
    ("braces", "text", "said"),
    [
        ("kind=true-false", "> f", "5: error: This question does not say what is right."),
        ("kind=true-false answer=yes", "> f", "5: error: This question does not say what is right"),
        ("kind=true-false answer=true", "", "5: warning: This question has no feedback."),
        ("kind=text", "", "5: error: There is no right answer."),
        ("kind=text", "- [ ] a\n  > f", "5: error: There is no right answer."),
        ("kind=text", "- [x] a\n- [ ] A\n  > f", "9: error: “A” is there twice for this answer."),
        ("kind=text", "- [x] a\n- [ ] b", "9: warning: The mistake “b” has no feedback."),
        ("kind=text", "- [x] a\n- b", "9: error: “b” has no [x] or [ ] before it."),
        ("kind=text", "- [x] a\n  - c", "8: error: An answer that is typed is one line of words."),
        ("kind=text", "- [x] `/a(/`", "8: error: The pattern /a(/ cannot be read"),
        ("kind=text", "- [x] `/(a|aa)+b/`", "8: error: The pattern /(a|aa)+b/ takes too long"),
        ("kind=text", "- [x] `/(a{90}){90}/`", "8: error: The pattern /(a{90}){90}…/ is too large"),
        ("kind=text exact=cases", ONE, "5: error: exact=cases means nothing."),
        ("kind=text exat=case", ONE, "5: error: “exat” means nothing to a question of kind text."),
        ("kind=text units=cm", ONE, "5: warning: “units” means nothing to a question of kind text"),
        ("kind=number", "", "5: error: This question has no right number."),
        ("kind=number", "- [x] twelve", "8: error: “twelve” cannot be read as a number."),
        ("kind=number", "- [x] 1/0", "8: error: “1/0” cannot be read as a number."),
        ("kind=number", "- [x] 5 ± -1", "8: error: “5 ± -1” cannot be read as a number."),
        ("kind=number", "- [x] 5 cm ± 1 kg", "8: error: The tolerance of “5 cm ± 1 kg” has anothe"),
        ("kind=number", "- [x] 5 ± 1\n- [ ] 6\n  > f", "9: error: This mistake is within the tole"),
        ("kind=order", "1. a", "5: error: There are 1 items to put in order."),
        ("kind=order", "1. a\n2. a\n3. b", "9: error: This item is empty, or there twice."),
        ("kind=order", "1. [x] a\n2. b", "8: error: An item to be put in order is not ticked."),
        ("kind=match", "- a\n- b", "5: error: What is to be matched stands in a table"),
        ("kind=match", f"{TABLE}| a | b |", "5: error: There are 1 pairs to match."),
        ("kind=match", f"{TABLE}| a | b |\n| a | c |\n| d | e |", "11: error: This left side is t"),
        ("kind=match", f"{TABLE}| a |  |\n| b | c |", "10: error: The right side of this row has"),
        ("kind=gaps", "Two ___ and ___.\n\n1. a", "5: error: This text has 2 gaps, and answers fo"),
        ("kind=gaps", "Two ___ and ___.", "5: error: This text has 2 gaps, and answers for 0."),
        ("kind=gaps", "None.\n\n1. a", "5: error: This text has 0 gaps."),
        ("kind=gaps select", "One ___.\n\n1. a", "10: error: There is nothing to choose from"),
        ("kind=gaps selct", "One ___.\n\n1. a", "5: error: “selct” means nothing to a question of"),
        ("kind=gaps", "One ___.\n\n1. - [ ] a\n     > f", "10: error: There is no right answer."),
        ("kind=scale", "1. a", "5: error: This scale has 1 points."),
        ("kind=scale", "1. a\n2.\n", "5: error: An end of this scale has no words."),
        ("kind=scale", "1. [x] a\n2. b", "8: error: No point of a scale is right or wrong."),
        ("kind=open", "", "5: error: This question has no model answer."),
        ("kind=open", "- [ ] a\n- [ ] a\n\n::: solution\ns\n:::", "9: error: This criterion is em"),
        ('skill=""', ONE + "- [ ] b\n  > f", "5: error: skill= names no skill."),
        ("see=04-none.md", ONE + "- [ ] b\n  > f", "5: warning: There is no page or file 04-none."),
        ('see="#nowhere"', ONE + "- [ ] b\n  > f", "5: warning: There is no heading “#nowhere” on"),
        ('see="03-next-page.md#t=83"', ONE + "- [ ] b\n  > f", "5: warning: There is no heading “"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_question_is_told_at_its_line(
    tmp_path: Path, braces: str, text: str, said: str
):
    _found, told = compiled(tmp_path, f"::: question {{{braces}}}\nAsked.\n\n{text}\n:::")
    assert any(line.startswith(said) for line in told), told


@pytest.mark.parametrize(
    ("typed", "decimal", "value", "unit"),
    [
        ("12", ".", "12", ""),
        ("1,234", ".", "1234", ""),
        ("1,234", ",", "1.234", ""),
        ("1.234", ",", "1234", ""),
        ("1.234", ".", "1.234", ""),
        ("2,5", ".", "2.5", ""),
        ("0,125", ".", "0.125", ""),
        ("1.234,5", ".", "1234.5", ""),
        ("12,34,567.8", ".", "1234567.8", ""),
        ("1 234 567", ".", "1234567", ""),
        ("1’234.5", ".", "1234.5", ""),
        (".5", ".", "0.5", ""),
        ("5.", ".", "5", ""),
        ("−3", ".", "-3", ""),
        ("- 3 °C", ".", "-3", "°C"),
        ("-$2.50", ".", "-2.5", "$"),
        ("$ 1,000", ".", "1000", "$"),
        ("3/4", ".", "3/4", ""),
        ("1 1/2 cups", ".", "3/2", "cups"),
        ("1½", ".", "3/2", ""),
        ("¾ mile", ".", "3/4", "mile"),
        ("25 %", ".", "25", "%"),
        ("٢٥٫٥", ".", "25.5", ""),
        ("５０", ".", "50", ""),
        ("25 cm²", ".", "25", "cm²"),
    ],
)
def test_a_number_is_read_as_people_write_it(typed: str, decimal: str, value: str, unit: str):
    assert read_quantity(typed, decimal) == (Fraction(value), unit)


@pytest.mark.parametrize(
    "typed", ["", "twelve", "1/0", "1.2.3", "12 34", "1,2,3", "5²5", "3/4/5", "10-12", "1e5", "--"]
)
def test_what_is_no_number_is_not_read_as_one(typed: str):
    found = read_quantity(typed, ".")
    assert found is None or found.unit == "e5", found


WAIT = [{"words": "Café au lait", "right": True, "feedback_html": ""}]


@pytest.mark.parametrize(
    ("typed", "exact", "right"),
    [
        ("cafe  AU lait.", [], True),
        ("Cafe\u0301 au\u00a0lait", [], True),
        ("“café-au-lait”", [], True),
        ("cafe\u200b au lait!", [], True),
        ("café", [], False),
        ("café au lait", ["case"], False),
        ("Cafe au lait", ["case"], True),
        ("cafe au lait", ["accents"], False),
        ("CAFÉ AU LAIT", ["accents"], True),
        ("Cafe au lait", ["accents", "case"], False),
    ],
)
def test_words_count_as_the_same_whatever_keyboard_they_come_from(
    typed: str, exact: list[str], right: bool
):
    assert (words.matching(WAIT, typed, exact) is not None) is right
    assert right or not exact or words.is_near(WAIT, typed, exact)


def test_a_slow_pattern_of_an_old_edition_holds_nobody_up():
    forms = [{"pattern": "(a|aa)+b", "right": True, "feedback_html": ""}]
    began = time.thread_time()
    assert words.matching(forms, "a" * 199 + "!b", []) is None
    assert time.thread_time() - began < 2


@pytest.mark.parametrize(
    ("chosen", "part", "surplus"),
    [("abc", 3, 0), ("ab", 2, 0), ("abd", 1, 1), ("abcd", 2, 1), ("abcde", 1, 2), ("de", 0, 2)],
)
def test_choosing_everything_is_no_way_around_thinking(chosen: str, part: int, surplus: int):
    options = [{"key": key, "right": key in "abc", "feedback_html": ""} for key in "abcde"]
    judged = questions.KINDS["choice"].judge({"multiple": True, "options": options}, list(chosen))
    assert (judged.part, judged.of, judged.surplus) == (part, 3, surplus)
    assert judged.verdict is (chosen == "abc")


@pytest.mark.parametrize(
    ("order", "found"), [("abcd", 4), ("bacd", 3), ("bcda", 3), ("dcba", 1), ("cdab", 2)]
)
def test_only_what_has_to_move_is_out_of_place(order: str, found: int):
    items = [{"key": key, "feedback_html": ""} for key in "abcd"]
    judged = questions.KINDS["order"].judge({"items": items}, list(order))
    assert (judged.found, judged.of, judged.verdict) == (found, 4, order == "abcd")
    assert len(judged.feedback) == 4 - found


NAMED = """::: question {#q%s}
Which?

%s
:::"""


def test_an_item_can_have_an_id_that_nobody_reads(tmp_path: Path):
    options = "- [x] The *first*. {#one}\n    > Yes.\n- [ ] The other {#two}\n    > No."
    steps = "1. Ask {#ask}\n2. Wait\n3. Listen {#hear}"
    (choice, order), said = compiled(
        tmp_path, NAMED % ("1", options), NAMED % ("2 kind=order", steps)
    )
    assert said == []
    assert [option["key"] for option in choice["options"]] == ["one", "two"]
    assert [item["key"] for item in order["items"]][::2] == ["ask", "hear"]
    assert "{#" not in str(choice) + str(order)


def test_an_id_of_two_options_is_an_error(tmp_path: Path):
    twice = "- [x] A {#one}\n    > Yes.\n- [ ] B {#one}\n    > No."
    made = compile_folder(
        write_module(tmp_path, pages={"01-one.md": plain_page("One", NAMED % ("1", twice))})
    )
    assert any("The id “one” is there twice." in str(problem) for problem in made.problems)


def test_a_shuffle_is_each_reader_s_own_and_right_by_chance_alone():
    names = ["c", "a", "b"]
    assert shuffled(names, 3) == shuffled(sorted(names), 3)
    seen = [tuple(shuffled(names, seed)) for seed in range(600)]
    assert len(set(seen)) == 6
    assert 60 < seen.count(("a", "b", "c")) < 140


def test_nothing_on_an_unanswered_question_tells_its_answer(app: Flask, documented: list[Data]):
    with app.test_request_context():
        for data in documented:
            kind = questions.kind_of(data)
            page = render(app, kind, kind.shown(data, Tries()))
            turned = json.loads(json.dumps(data).replace('"right": true', '"right": null'))
            turned = json.loads(json.dumps(turned).replace('"right": false', '"right": true'))
            if kind.name == "order":
                turned["items"] = turned["items"][::-1]
            assert render(app, kind, kind.shown(turned, Tries())) == page, kind.name
            for form in data.get("forms", []):
                assert form.get("words", "\0") not in page
