"""A number, with a tolerance and a unit.

    ::: question {kind=number units="minutes, min"}
    How much of a lesson of 48 minutes is a quarter?

    - [x] 12 ± 0.5 minutes
        > Feedback on the right one.
    - [ ] 192 minutes
        > You may have multiplied.
    :::

A tolerance in percent (`± 5%`) is one of the number. An answer has what was typed, the number as a
fraction, and its unit.
"""

from __future__ import annotations

import re
from fractions import Fraction
from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element

from flask_babel import gettext as _
from markupsafe import Markup, escape
from werkzeug.datastructures import MultiDict

from pdportal.content.divs import Div
from pdportal.modules.questions.items import Item, is_ticked, items_of, split
from pdportal.modules.questions.kind import (
    Data,
    InvalidAnswer,
    Json,
    Judgement,
    Kind,
    Parsed,
    Tries,
)
from pdportal.modules.questions.quantity import (
    LONGEST,
    Quantity,
    decimal_mark,
    read_quantity,
    unit_name,
)
from pdportal.modules.questions.words import typed_words

if TYPE_CHECKING:
    from pdportal.modules.compiler.interactive import Extractor


class Number(Kind):
    """A number near enough to the right one, or to a known mistake."""

    name = "number"
    attributes = frozenset({"units"})
    shape = dict

    def parse(self, reader: Extractor, element: Element, div: Div) -> Parsed:
        prompt, listing, explanation = split(element, is_ticked(reader))
        decimal = decimal_mark(reader.language)
        numbers = [
            number
            for item in items_of(reader, listing, div.line)
            if (number := _number(reader, item, decimal))
        ]
        right = [number for number in numbers if number["right"]]
        if not right:
            reader.problems.error(
                div.line, "This question has no right number.", "Write it as - [x] 12 ± 0.5 cm."
            )
        unit = right[0]["unit"] if right else ""
        also = div.attributes.values.get("units", "").split(",")
        units = {unit_name(each): unit for each in [unit, *also] if each.strip()}
        for number in numbers:
            name = unit_name(number["unit"])
            number["unit"] = units.setdefault(name, number["unit"]) if name else unit
        for number in numbers:
            if not number["right"] and any(_is_near(each, number) for each in right):
                reader.problems.error(
                    number["line"], "This mistake is within the tolerance of a right number.",
                    "Make the tolerance smaller.",
                )  # fmt: skip
            del number["line"]
        data = {"numbers": numbers, "unit": unit, "units": units, "decimal": decimal}
        return Parsed(prompt, explanation, data)

    def read(self, form: MultiDict[str, str]) -> Json:
        return {"text": form.get("number", "")}

    def check(self, data: Data, answer: Json) -> Json:
        text = typed_words(answer.get("text"), LONGEST)
        quantity = read_quantity(text, data["decimal"])
        if quantity is None:
            example = f"2{data['decimal']}5"
            raise InvalidAnswer(
                _(
                    "This cannot be read as a number. Write it like %(example)s or 3/4.",
                    example=example,
                )
            )
        value, unit = quantity.value, data["unit"]
        name = unit_name(quantity.unit)
        if name in data["units"]:
            unit = data["units"][name]
        elif name == "%":
            value /= 100
        elif name and unit:
            raise InvalidAnswer(_("Write it in %(unit)s, or the number alone.", unit=unit))
        elif name:
            raise InvalidAnswer(
                _("Write the number alone, without “%(unit)s”.", unit=quantity.unit)
            )
        return {"text": text, "value": str(value), "unit": unit}

    def judge(self, data: Data, answer: Json) -> Judgement:
        for number in sorted(data["numbers"], key=lambda number: not number["right"]):
            if _is_near(number, answer):
                return Judgement(number["right"], {"number": number["feedback_html"]})
        return Judgement(False)

    def show(self, data: Data, tries: Tries, judged: Judgement | None) -> Data:
        shown = tries.shown or {}
        return {
            "text": shown.get("text", ""),
            "unit": data["unit"],
            "feedback": judged.feedback.get("number", "") if judged else "",
            "most": LONGEST,
        }

    def say(self, data: Data, answer: Json) -> list[Markup]:
        return [escape(answer.get("text", ""))]

    def solution(self, data: Data) -> Json | None:
        right = next(number for number in data["numbers"] if number["right"])
        return {"text": right["text"], "value": right["value"], "unit": right["unit"]}


KIND = Number()


def _is_near(number: Data, answer: Data) -> bool:
    """Whether a value is that number within its tolerance, in the same unit."""
    if number["unit"] != answer.get("unit"):
        return False
    apart = abs(Fraction(number["value"]) - Fraction(answer["value"]))
    return apart <= Fraction(number["within"])


def _number(reader: Extractor, item: Item, decimal: str) -> Data | None:
    """What an item says: `12 ± 0.5 cm`; None, and told, if it cannot be read."""
    if item.ticked is None:
        reader.problems.error(item.line, f"“{item.words[:50]}” has no [x] or [ ] before it.")
    first, sign, second = re.split(r"(±|\+/-|\+-|$)", item.words, maxsplit=1)
    number = read_quantity(first, decimal)
    within = read_quantity(second, decimal) if sign else Quantity(Fraction(0), "")
    if number is None or within is None or within.value < 0 or not item.is_plain:
        reader.problems.error(
            item.line, f"“{item.words[:50]}” cannot be read as a number.",
            f"Write it like 12, 2{decimal}5 cm, 3/4 or 12 ± 0{decimal}5 cm.",
        )  # fmt: skip
        return None
    if not item.ticked and not item.feedback_html:
        reader.problems.warning(
            item.line, f"The mistake “{item.words[:50]}” has no feedback.",
            "Write it below, indented: > You may have …",
        )  # fmt: skip
    unit, tolerance = number.unit or within.unit, within.value
    if within.unit == "%" and number.unit != "%" and number.unit:
        tolerance = abs(number.value) * tolerance / 100
    elif number.unit and within.unit and unit_name(number.unit) != unit_name(within.unit):
        reader.problems.error(
            item.line, f"The tolerance of “{item.words[:50]}” has another unit.",
            "Write the unit once.",
        )  # fmt: skip
    return {
        "text": first.strip() if number.unit else f"{first.strip()} {unit}".strip(),
        "value": str(number.value),
        "within": str(tolerance),
        "unit": unit,
        "right": bool(item.ticked),
        "feedback_html": item.feedback_html,
        "line": item.line,
    }
