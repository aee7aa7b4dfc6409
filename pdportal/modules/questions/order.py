"""Things to put in order.

    ::: question {kind=order}
    What comes first when a question is asked?

    1. Ask
        > What is said to those who have it in another place.
    2. Wait
    3. Choose who answers

    What explains it.
    :::

The list stands in the right order, and is shuffled for each reader. An answer is the names of the
items in the order chosen.
"""

from __future__ import annotations

import random
from bisect import bisect_left
from collections.abc import Sequence
from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element

from flask_babel import gettext as _
from markupsafe import Markup

from pdportal.content.criteria import name_of
from pdportal.content.divs import Div
from pdportal.modules.questions.items import is_numbered, items_of, split, take_id
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

FEWEST, MOST = 2, 20


class Order(Kind):
    """A list whose order is to be found."""

    name = "order"
    boxes = "place-"
    shape = list
    is_shuffled = True

    def parse(self, reader: Extractor, element: Element, div: Div) -> Parsed:
        prompt, listing, explanation = split(element, is_numbered)
        items: dict[str, Data] = {}
        for item in items_of(reader, listing, div.line):
            own = take_id(item.element)
            html = reader.html(item.element)
            key = own or name_of(html)
            if key in items or not html:
                reader.problems.error(
                    item.line, "This item is empty, or there twice.",
                    "Give each words of its own.",
                )  # fmt: skip
            if item.ticked is not None:
                reader.problems.error(
                    item.line, "An item to be put in order is not ticked.", "Take the box out."
                )
            items[key] = {"key": key, "html": html, "feedback_html": item.feedback_html}
        if not FEWEST <= len(items) <= MOST:
            reader.problems.error(
                div.line, f"There are {len(items)} items to put in order.",
                f"Write {FEWEST} to {MOST} as a numbered list, in the right order.",
            )  # fmt: skip
        return Parsed(prompt, explanation, {"items": list(items.values())})

    def check(self, data: Data, answer: Json) -> Json:
        if isinstance(answer, list):
            answer = {key: str(place) for place, key in enumerate(answer, 1)}
        keys = [item["key"] for item in data["items"]]
        places = {key: answer.get(key, "") for key in keys}
        numbers = [str(number) for number in range(1, len(keys) + 1)]
        if not set(places.values()) <= set(numbers):
            raise InvalidAnswer(_("Put them in your order first: give each of them a number."))
        twice = [number for number in numbers if list(places.values()).count(number) > 1]
        if twice:
            raise InvalidAnswer(
                _("Number %(number)s is there more than once.", number=", ".join(twice))
            )
        return sorted(keys, key=lambda key: int(places[key]))

    def judge(self, data: Data, answer: Json) -> Judgement:
        right = {item["key"]: place for place, item in enumerate(data["items"])}
        chosen = [key for key in answer if key in right]
        stay = {chosen[place] for place in _longest_rise([right[key] for key in chosen])}
        feedback = {
            item["key"]: item["feedback_html"] for item in data["items"] if item["key"] not in stay
        }
        return Judgement(not feedback, feedback, len(stay), len(right))

    def show(self, data: Data, tries: Tries, judged: Judgement | None) -> Data:
        items = {item["key"]: item for item in data["items"]}
        keys = shuffled(list(items), tries.seed)
        numbers = [str(number) for number in range(1, len(keys) + 1)]
        places = tries.posted or {}
        if tries.posted is None and tries.latest and set(tries.latest) == set(items):
            places = dict(zip(tries.latest, numbers, strict=True))
        if sorted(places.get(key, "") for key in keys) == sorted(numbers):
            keys.sort(key=lambda key: int(places[key]))
        return {
            "numbers": numbers,
            "rows": [
                {
                    "key": key,
                    "html": items[key]["html"],
                    "place": places.get(key, ""),
                    "moves": judged is not None and key in judged.feedback,
                    "feedback": judged.feedback.get(key, "") if judged else "",
                }
                for key in keys
            ],
        }

    def say(self, data: Data, answer: Json) -> list[Markup]:
        items = {item["key"]: item["html"] for item in data["items"]}
        return [
            Markup(f"{place}. ") + Markup(items[key])  # noqa: S704  # cleaned
            for place, key in enumerate(answer, 1)
            if key in items
        ]

    def solution(self, data: Data) -> Json:
        return [item["key"] for item in data["items"]]


KIND = Order()


def shuffled(names: Sequence[str], seed: int | None) -> list[str]:
    """Names in an order that depends on them and on the seed alone; sorted without a seed."""
    order = sorted(names)
    if seed is None:
        return order
    random.Random(f"{seed} {order}").shuffle(order)  # noqa: S311  # nothing depends on secrecy
    return order


def _longest_rise(places: Sequence[int]) -> list[int]:
    """Where the longest sequence of rising numbers stands: what need not be moved."""
    tops: list[int] = []
    ends: list[int] = []
    before: list[int] = []
    for at, place in enumerate(places):
        length = bisect_left(tops, place)
        tops[length:] = [place, *tops[length + 1 :]]
        before.append(ends[length - 1] if length else -1)
        ends[length:] = [at, *ends[length + 1 :]]
    rise: list[int] = []
    at = ends[-1] if ends else -1
    while at >= 0:
        rise.append(at)
        at = before[at]
    return rise
