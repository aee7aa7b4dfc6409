"""A list to choose from: one option where one is right, else all that fit.

    ::: question
    What helps?

    - [x] Waiting.
        > Feedback on this option.
    - [ ] Asking again.
        > Feedback on this one.

    What explains it.
    :::

An answer is the sorted list of the keys of what was chosen.
"""

from __future__ import annotations

from collections.abc import Hashable
from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element

from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from pdportal.content.divs import Div
from pdportal.content.slugs import slug, unique
from pdportal.content.tree import make, replace, text_of
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

    def parse(self, reader: Extractor, element: Element, div: Div) -> Parsed:
        listing = next((child for child in element if _is_choice(reader, child)), None)
        prompt, explanation = make("div", element.text or ""), make("div")
        children = list(element)
        place = len(children) if listing is None else children.index(listing)
        prompt.extend(children[:place])
        explanation.extend(children[place + 1 :])
        enough = listing is not None and len(listing.findall("li")) > 1
        options = _options(reader, listing) if listing is not None and enough else []
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
        return Judgement(right == set(answer), feedback)

    def show(self, data: Data, tries: Tries) -> Data:
        chosen = tries.latest or []
        feedback = self.judge(data, chosen).feedback
        return {
            "multiple": data["multiple"],
            "chosen": chosen,
            "options": [
                {
                    "key": option["key"],
                    "html": option["html"],
                    "feedback_html": feedback.get(option["key"], ""),
                    "right": option["right"] and option["key"] in chosen,
                }
                for option in data["options"]
            ],
        }

    def shared_state(self, answer: Json) -> Hashable:
        return tuple(answer)


KIND = Choice()


def _is_choice(reader: Extractor, element: Element) -> bool:
    return element.tag in {"ul", "ol"} and any(reader.is_ticked_off(item) for item in element)


def _options(reader: Extractor, listing: Element) -> list[Data]:
    options: list[Data] = []
    taken: set[str] = set()
    line = 1
    for number, item in enumerate(child for child in listing if child.tag == "li"):
        tick = reader.take_tick(item)
        if tick is None:
            reader.problems.warning(
                line, f"Option {number + 1} of this question has no [ ] or [x].",
                "It counts as wrong.",
            )  # fmt: skip
        right, line = tick or (False, line)
        feedback = _take_feedback(item)
        words = text_of(item)
        if not text_of(feedback):
            reader.problems.warning(
                line, f"The option “{words[:50]}” has no feedback.",
                "Write it below, indented: > Why this is so.",
            )  # fmt: skip
        key = unique(item.get("id", "") or slug(words, 40) or LETTERS[number % 26], taken)
        taken.add(key)
        html = reader.html(item)
        if not html:
            reader.problems.error(line, f"Option {number + 1} of this question is empty.")
        options.append(
            {"key": key, "html": html, "feedback_html": reader.html(feedback), "right": right}
        )
    return options


def _take_feedback(item: Element) -> Element:
    """The quotations in an option, taken out of it."""
    feedback = make("div")
    for child in list(item):
        if child.tag == "blockquote":
            replace(item, child, [])
            feedback.extend(list(child))
    return feedback
