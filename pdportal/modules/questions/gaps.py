"""A text with gaps, to be typed or chosen.

    ::: question {kind=gaps}
    Wait ___ seconds after a question, and ___ after the answer.

    1. - [x] three
       - [x] 3
       - [ ] ten
           > Ten feel like a test of nerves.
    2. again

    What explains it.
    :::

A gap is three or more underscores, and each has an item of the numbered list: with forms as in
`kind=text`, or the one form that is right. With `select` in the braces one chooses among its forms.
An answer is a list with what was put into each gap.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element

from flask_babel import gettext as _
from flask_babel import ngettext
from markupsafe import Markup, escape

from pdportal.content.divs import Div
from pdportal.content.tree import make
from pdportal.folding import fold
from pdportal.modules.questions import words
from pdportal.modules.questions.items import is_numbered, is_ticked, split
from pdportal.modules.questions.kind import (
    Data,
    InvalidAnswer,
    Json,
    Judgement,
    Kind,
    Parsed,
    Tries,
)
from pdportal.modules.questions.text import said_near
from pdportal.modules.questions.words import LONGEST_ANSWER

if TYPE_CHECKING:
    from pdportal.modules.compiler.interactive import Extractor

MOST = 30
_BLANK = re.compile(r"_{3,}")
_NO_GAPS = {"code", "pre", "math", "a"}


class Gaps(Kind):
    """Words that are missing in a text."""

    name = "gaps"
    boxes = "gap-"
    attributes = frozenset({"exact"})
    flags = frozenset({"select"})
    shape = list

    def parse(self, reader: Extractor, element: Element, div: Div) -> Parsed:
        above, listing, explanation = split(element, is_numbered)
        prompt, first, rest = split(above, _has_gap)
        text = make("div")
        text.extend([*([first] if first is not None else []), *rest])
        mark = f"{reader.mark} gap"
        count = _mark_gaps(text, mark)
        exact = words.exact_written(reader, div)
        chosen = "select" in div.attributes.classes
        gaps = [
            self._gap(reader, item, reader.line(item, div.line), exact, chosen)
            for item in (() if listing is None else listing.findall("li"))
        ]
        if not 1 <= count <= MOST:
            reader.problems.error(
                div.line, f"This text has {count} gaps.",
                f"Write 1 to {MOST}, each as ___ with blanks around it.",
            )  # fmt: skip
        elif count != len(gaps):
            reader.problems.error(
                div.line, f"This text has {count} gaps, and answers for {len(gaps)}.",
                "Write an item of the numbered list for each ___.",
            )  # fmt: skip
        pieces = reader.html(text).split(mark)
        data = {"pieces": pieces, "gaps": gaps, "exact": exact, "select": chosen}
        return Parsed(prompt, explanation, data)

    def _gap(
        self, reader: Extractor, item: Element, line: int, exact: list[str], chosen: bool
    ) -> list[Data]:
        """The forms of one gap: a list in the item, or else the item itself."""
        listing = next(filter(is_ticked(reader), item), None)
        if listing is None:
            listing = make("ul")
            listing.append(item)
            reader.document.ticks.setdefault(item, (True, line))
        forms = words.forms_of(reader, listing, line, exact)
        if chosen and (len(forms) < 2 or any("pattern" in form for form in forms)):
            reader.problems.error(
                line, "There is nothing to choose from for this gap.",
                "Write at least two forms, - [x] right and - [ ] wrong; no patterns.",
            )  # fmt: skip
        return forms

    def check(self, data: Data, answer: Json) -> Json:
        if isinstance(answer, list):
            answer = {str(number): each for number, each in enumerate(answer, 1)}
        typed = [answer.get(str(number), "") for number in range(1, len(data["gaps"]) + 1)]
        if data["select"]:
            known = [_options(forms) for forms in data["gaps"]]
            typed = [each if each in of else "" for each, of in zip(typed, known, strict=True)]
        empty = sum(not each.strip() for each in typed)
        if empty:
            raise InvalidAnswer(
                ngettext("%(num)s gap is still empty.", "%(num)s gaps are still empty.", empty)
            )
        return [words.typed_words(each) for each in typed]

    def judge(self, data: Data, answer: Json) -> Judgement:
        feedback: dict[str, str] = {}
        found = 0
        for number, forms in enumerate(data["gaps"], 1):
            typed = answer[number - 1] if number <= len(answer) else ""
            form = words.matching(forms, typed, data["exact"])
            if form is not None and form["right"]:
                found += 1
                continue
            near = words.is_near(forms, typed, data["exact"])
            feedback[str(number)] = form["feedback_html"] if form else said_near() if near else ""
        return Judgement(not feedback, feedback, found, len(data["gaps"]))

    def show(self, data: Data, tries: Tries, judged: Judgement | None) -> Data:
        typed = tries.posted
        if typed is None:
            typed = {str(number): words for number, words in enumerate(tries.latest or (), 1)}
        gaps = [
            {
                "number": str(number),
                "typed": typed.get(str(number), ""),
                "options": _options(forms) if data["select"] else [],
                "right": judged is not None and str(number) not in judged.feedback,
                "feedback": judged.feedback.get(str(number), "") if judged else "",
            }
            for number, forms in enumerate(data["gaps"], 1)
        ]
        pieces = [Markup(piece) for piece in data["pieces"]]  # noqa: S704  # cleaned
        return {
            "pieces": list(zip(pieces, [*gaps, None], strict=False)),
            "gaps": gaps,
            "asks": _("Choose what fits in each gap.")
            if data["select"]
            else _("Fill in the gaps."),
            "most": LONGEST_ANSWER,
        }

    def say(self, data: Data, answer: Json) -> list[Markup]:
        return [escape(f"{number}. {each}") for number, each in enumerate(answer, 1)]

    def solution(self, data: Data) -> Json | None:
        right = [
            next((form["words"] for form in forms if form["right"] and "words" in form), None)
            for forms in data["gaps"]
        ]
        return None if None in right else right


KIND = Gaps()


def _has_gap(element: Element) -> bool:
    return element.tag not in _NO_GAPS and bool(_BLANK.search("".join(element.itertext())))


def _mark_gaps(element: Element, mark: str) -> int:
    """Put the mark in the place of each gap, and count them; code and formulas have none."""
    count = 0
    if element.tag not in _NO_GAPS:
        element.text, count = _BLANK.subn(mark, element.text or "")
        count += sum(_mark_gaps(child, mark) for child in element)
    for child in element:
        if element.tag not in _NO_GAPS:
            child.tail, more = _BLANK.subn(mark, child.tail or "")
            count += more
    return count


def _options(forms: list[Data]) -> list[str]:
    """The forms of a gap in the order of the alphabet, numbers by their value."""
    return sorted((form["words"] for form in forms if "words" in form), key=_natural)


def _natural(words: str) -> list[str]:
    parts = re.split(r"(\d+)", fold(words))
    return [part.zfill(LONGEST_ANSWER) if part.isdecimal() else part for part in parts]
