"""Things that belong together.

    ::: question {kind=match}
    What does each move do?

    | Move | What it does | If it is not right |
    | --- | --- | --- |
    | Think time | Everyone has an answer. | Who thinks while it is silent? |
    | A hand signal | Everyone shows an answer. | |
    | | Everyone agrees. | Nobody can make sure of that. |
    :::

A row without a left side is a distractor. The third column, which may be left out, is for those who
have not matched its row yet, and of a distractor for those who chose it. An answer has the name of
a right side for the name of each left side; the same words on the right are one and the same.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element

from flask_babel import ngettext
from markupsafe import Markup

from pdportal.content.criteria import name_of
from pdportal.content.divs import Div
from pdportal.content.html import plain_text
from pdportal.content.tree import text_of
from pdportal.modules.questions.items import split
from pdportal.modules.questions.kind import (
    Data,
    InvalidAnswer,
    Json,
    Judgement,
    Kind,
    Parsed,
    Tries,
)
from pdportal.modules.questions.order import shuffled

if TYPE_CHECKING:
    from pdportal.modules.compiler.interactive import Extractor

FEWEST, MOST = 2, 20
LONG = 48
"""A right side with more characters is named by a letter where one chooses."""


class Match(Kind):
    """A right side to find for each left side."""

    name = "match"
    boxes = "pair-"
    shape = dict
    is_shuffled = True

    def parse(self, reader: Extractor, element: Element, div: Div) -> Parsed:
        prompt, table, explanation = split(element, lambda child: child.find(".//tr") is not None)
        rows = [] if table is None else table.findall(".//tbody/tr")
        heads = [] if table is None else [text_of(head) for head in table.iter("th")]
        pairs: dict[str, Data] = {}
        choices: dict[str, Data] = {}
        for row in rows:
            self._row(reader, row, reader.line(row, div.line), pairs, choices)
        if table is None or len(heads) not in {2, 3}:
            reader.problems.error(
                div.line, "What is to be matched stands in a table of two or three columns.",
                "Write | left | right | and, if you like, a third column with feedback.",
            )  # fmt: skip
        elif not (FEWEST <= len(pairs) <= MOST and len(choices) <= MOST):
            reader.problems.error(
                div.line, f"There are {len(pairs)} pairs to match.",
                f"Write {FEWEST} to {MOST}, one a row.",
            )  # fmt: skip
        data = {
            "heads": heads[:2],
            "pairs": list(pairs.values()),
            "choices": list(choices.values()),
        }
        return Parsed(prompt, explanation, data)

    def _row(
        self,
        reader: Extractor,
        row: Element,
        line: int,
        pairs: dict[str, Data],
        choices: dict[str, Data],
    ) -> None:
        cells = [reader.html(cell) for cell in row][:3]
        left, right, feedback = [*cells, "", "", ""][:3]
        words = " ".join(plain_text(right).split())
        if not words or "<img" in right or "<math" in right:
            reader.problems.error(
                line, "The right side of this row has no words, or more than words.",
                "Write words: they are chosen from a list.",
            )  # fmt: skip
        key, chosen = name_of(left), name_of(words)
        if left and key in pairs:
            reader.problems.error(line, "This left side is there twice.", "Put it in one row.")
        if left:
            pairs[key] = {"key": key, "html": left, "right": chosen, "feedback_html": feedback}
        choice = choices.setdefault(chosen, {"key": chosen, "words": words, "feedback_html": ""})
        if not left:
            choice["feedback_html"] = feedback

    def check(self, data: Data, answer: Json) -> Json:
        known = {choice["key"] for choice in data["choices"]}
        chosen = {pair["key"]: answer.get(pair["key"]) for pair in data["pairs"]}
        missing = sum(choice not in known for choice in chosen.values())
        if missing:
            raise InvalidAnswer(
                ngettext("%(num)s is not matched yet.", "%(num)s are not matched yet.", missing)
            )
        return chosen

    def judge(self, data: Data, answer: Json) -> Judgement:
        choices = {choice["key"]: choice for choice in data["choices"]}
        feedback = {}
        for pair in data["pairs"]:
            chosen = answer.get(pair["key"])
            if chosen != pair["right"]:
                of_choice = choices.get(chosen, {}).get("feedback_html")
                feedback[pair["key"]] = of_choice or pair["feedback_html"]
        count = len(data["pairs"])
        return Judgement(not feedback, feedback, count - len(feedback), count)

    def show(self, data: Data, tries: Tries, judged: Judgement | None) -> Data:
        words = {choice["key"]: choice["words"] for choice in data["choices"]}
        chosen = tries.shown or {}
        options = [(key, words[key]) for key in shuffled(list(words), tries.seed)]
        return {
            "heads": data["heads"],
            "options": options,
            "is_long": max(map(len, words.values())) > LONG,
            "rows": [
                {
                    "key": pair["key"],
                    "html": pair["html"],
                    "chosen": chosen.get(pair["key"], ""),
                    "right": judged is not None and pair["key"] not in judged.feedback,
                    "feedback": judged.feedback.get(pair["key"], "") if judged else "",
                }
                for pair in data["pairs"]
            ],
        }

    def say(self, data: Data, answer: Json) -> list[Markup]:
        words = {choice["key"]: choice["words"] for choice in data["choices"]}
        return [
            Markup(pair["html"]) + " → " + words.get(answer.get(pair["key"]), "")  # noqa: S704  # cleaned
            for pair in data["pairs"]
        ]

    def solution(self, data: Data) -> Json:
        return {pair["key"]: pair["right"] for pair in data["pairs"]}


KIND = Match()
