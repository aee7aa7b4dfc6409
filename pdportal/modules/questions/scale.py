"""An opinion on a scale: no answer is right.

    ::: question {kind=scale}
    How long do you wait now?

    1. Less than a second
    2. One to two seconds
    3. Three seconds or more
        > What is said to whoever chose this.
    :::

Points between the first and the last may go without words. An answer is the number of a point.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element

from flask_babel import gettext as _
from markupsafe import Markup, escape
from werkzeug.datastructures import MultiDict

from pdportal.content.divs import Div
from pdportal.modules.questions.items import is_numbered, items_of, split
from pdportal.modules.questions.kind import (
    Data,
    InvalidAnswer,
    Json,
    Judgement,
    Kind,
    Parsed,
    Tries,
)

if TYPE_CHECKING:
    from pdportal.modules.compiler.interactive import Extractor

FEWEST, MOST = 2, 10


class Scale(Kind):
    """Points in a row, of which one is chosen."""

    name = "scale"
    is_judged = False

    def parse(self, reader: Extractor, element: Element, div: Div) -> Parsed:
        prompt, listing, explanation = split(element, is_numbered)
        points = []
        for item in items_of(reader, listing, div.line):
            if item.ticked is not None:
                reader.problems.error(
                    item.line, "No point of a scale is right or wrong.", "Take the box out."
                )
            html = reader.html(item.element)
            points.append({"html": html, "feedback_html": item.feedback_html})
        if not FEWEST <= len(points) <= MOST:
            reader.problems.error(
                div.line, f"This scale has {len(points)} points.",
                f"Write {FEWEST} to {MOST} as a numbered list: 1. Never, 2. Sometimes, …",
            )  # fmt: skip
        elif not (points[0]["html"] and points[-1]["html"]):
            reader.problems.error(
                div.line, "An end of this scale has no words.", "Say what the first and last mean."
            )
        return Parsed(prompt, explanation, {"points": points})

    def read(self, form: MultiDict[str, str]) -> Json:
        return form.get("option", "")

    def check(self, data: Data, answer: Json) -> Json:
        if answer not in _numbers(data):
            raise InvalidAnswer(_("Choose a point first. None of them is right or wrong."))
        return answer

    def judge(self, data: Data, answer: Json) -> Judgement:
        points = dict(zip(_numbers(data), data["points"], strict=True))
        feedback = {answer: points[answer]["feedback_html"]} if answer in points else {}
        return Judgement(None, feedback)

    def show(self, data: Data, tries: Tries, judged: Judgement | None) -> Data:
        chosen = str(tries.shown or "")
        return {
            "points": list(zip(_numbers(data), data["points"], strict=True)),
            "chosen": chosen,
            "feedback": judged.feedback.get(chosen, "") if judged else "",
        }

    def say(self, data: Data, answer: Json) -> list[Markup]:
        points = dict(zip(_numbers(data), data["points"], strict=True))
        html = points[answer]["html"] if answer in points else ""
        return [Markup(html)] if html else [escape(answer)]  # noqa: S704  # cleaned


KIND = Scale()


def _numbers(data: Data) -> list[str]:
    return [str(number) for number in range(1, len(data["points"]) + 1)]
