"""A list to choose from: one option where one is right, else all that fit.

    ::: question
    What helps?

    - [x] Waiting.
        > Feedback on this option.
    - [ ] Asking again.
        > Feedback on this one.

    What explains it.
    :::

An answer is the sorted list of the keys of what was chosen. Where several are right, a wrong choice
takes back a right one: whoever chooses all of them has not found them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element

from flask_babel import gettext as _
from markupsafe import Markup
from werkzeug.datastructures import MultiDict

from pdportal.content.divs import Div
from pdportal.content.slugs import slug, unique
from pdportal.modules.questions.items import is_ticked, items_of, split, take_id
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

LETTERS = "abcdefghijklmnopqrstuvwxyz"


class Choice(Kind):
    """One right option, or several."""

    name = "choice"
    shape = list

    def parse(self, reader: Extractor, element: Element, div: Div) -> Parsed:
        prompt, listing, explanation = split(element, is_ticked(reader))
        enough = listing is not None and len(listing.findall("li")) > 1
        options = _options(reader, listing) if enough else []
        right = sum(option["right"] for option in options)
        if not enough and (len(prompt) or listing is not None):
            reader.problems.error(
                div.line, "This question has fewer than two options.",
                "Write them as a list: - [x] right, - [ ] wrong.",
            )  # fmt: skip
        if options and not right:
            reader.problems.error(
                div.line, "This question has no right option.", "Mark it with - [x]."
            )
        return Parsed(prompt, explanation, {"multiple": right > 1, "options": options})

    def read(self, form: MultiDict[str, str]) -> Json:
        return form.getlist("option")

    def check(self, data: Data, answer: Json) -> Json:
        keys = {option["key"] for option in data["options"]}
        chosen = sorted(keys.intersection(answer))
        if not chosen:
            raise InvalidAnswer(
                _("Choose what you think first. A wrong answer teaches as much as a right one.")
            )
        if len(chosen) > 1 and not data["multiple"]:
            raise InvalidAnswer(_("Choose one of them."))
        return chosen

    def judge(self, data: Data, answer: Json) -> Judgement:
        right = {option["key"] for option in data["options"] if option["right"]}
        chosen = [option for option in data["options"] if option["key"] in answer]
        feedback = {option["key"]: option["feedback_html"] for option in chosen}
        verdict = right == set(answer)
        if not data["multiple"]:
            return Judgement(verdict, feedback)
        found = sum(option["right"] for option in chosen)
        return Judgement(verdict, feedback, found, len(right), len(chosen) - found)

    def show(self, data: Data, tries: Tries, judged: Judgement | None) -> Data:
        chosen = tries.shown
        feedback = judged.feedback if judged else {}
        return {
            "multiple": data["multiple"],
            "chosen": chosen or [],
            "options": [
                {
                    "key": option["key"],
                    "html": option["html"],
                    "feedback_html": feedback.get(option["key"], ""),
                    "right": option["right"] and option["key"] in feedback,
                }
                for option in data["options"]
            ],
        }

    def say(self, data: Data, answer: Json) -> list[Markup]:
        chosen = [option["html"] for option in data["options"] if option["key"] in answer]
        return [Markup(html) for html in chosen]  # noqa: S704  # cleaned when it was published

    def solution(self, data: Data) -> Json:
        return sorted(option["key"] for option in data["options"] if option["right"])


KIND = Choice()


def _options(reader: Extractor, listing: Element | None) -> list[Data]:
    options: list[Data] = []
    taken: set[str] = set()
    for number, item in enumerate(items_of(reader, listing, 1), 1):
        if item.ticked is None:
            reader.problems.warning(
                item.line, f"Option {number} of this question has no [ ] or [x].",
                "It counts as wrong.",
            )  # fmt: skip
        if not item.feedback_html:
            reader.problems.warning(
                item.line, f"The option “{item.words[:50]}” has no feedback.",
                "Write it below, indented: > Why this is so.",
            )  # fmt: skip
        own = take_id(item.element) or item.element.get("id", "")
        if own in taken:
            reader.problems.error(item.line, f"The id “{own}” is there twice.", "Choose another.")
        key = unique(own or slug(item.words, 40) or LETTERS[(number - 1) % 26], taken)
        taken.add(key)
        html = reader.html(item.element)
        if not html:
            reader.problems.error(item.line, f"Option {number} of this question is empty.")
        options.append(
            {
                "key": key,
                "html": html,
                "feedback_html": item.feedback_html,
                "right": bool(item.ticked),
            }
        )
    return options
