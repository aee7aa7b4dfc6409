"""A statement that is true or false.

    ::: question {kind=true-false answer=false}
    Silence helps quick students only.

    > What is read by those who are wrong.

    What explains it, once the answer is right.
    :::

It is a choice of two, which its author need not write.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from markupsafe import Markup, escape

from pdportal.content.divs import Div
from pdportal.content.tree import make
from pdportal.modules.questions.choice import Choice
from pdportal.modules.questions.items import split
from pdportal.modules.questions.kind import Data, Json, Judgement, Parsed, Tries

if TYPE_CHECKING:
    from pdportal.modules.compiler.interactive import Extractor

WORDS = {"true": _l("True"), "false": _l("False")}


class TrueFalse(Choice):
    """True or false."""

    name = "true-false"
    attributes = frozenset({"answer"})

    @property
    def template(self) -> str:
        return "modules/questions/choice.html"

    def parse(self, reader: Extractor, element: Element, div: Div) -> Parsed:
        right = div.attributes.values.get("answer", "").lower()
        if right not in WORDS:
            reader.problems.error(
                div.line, "This question does not say what is right.",
                "Write answer=true or answer=false in its braces.",
            )  # fmt: skip
        prompt, quote, explanation = split(element, lambda child: child.tag == "blockquote")
        feedback = reader.html(quote if quote is not None else make("div"))
        if not feedback:
            reader.problems.warning(
                div.line, "This question has no feedback.",
                "Write it below: > Why this is so.",
            )  # fmt: skip
        options = [
            {
                "key": key,
                "html": "",
                "feedback_html": "" if key == right else feedback,
                "right": key == right,
            }
            for key in WORDS
        ]
        return Parsed(prompt, explanation, {"multiple": False, "options": options})

    def show(self, data: Data, tries: Tries, judged: Judgement | None) -> Data:
        shown = super().show(data, tries, judged)
        for option in shown["options"]:
            option["html"] = str(WORDS[option["key"]])
        return shown | {"how": _("Is this true or false?")}

    def say(self, data: Data, answer: Json) -> list[Markup]:
        return [escape(str(WORDS[key])) for key in answer if key in WORDS]


KIND = TrueFalse()
