"""A few words to type.

    ::: question {kind=text}
    What is the pause after an answer called?

    - [x] the second pause
        > Feedback on this form.
    - [x] `/(post.response )?wait.?time (2|two|ii)/`
    - [ ] think time
        > A known mistake, and what to say about it.

    What explains it.
    :::

An answer is what was typed, in one line.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element

from flask_babel import gettext as _
from markupsafe import Markup, escape
from werkzeug.datastructures import MultiDict

from pdportal.content.divs import Div
from pdportal.modules.questions import words
from pdportal.modules.questions.items import is_ticked, split
from pdportal.modules.questions.kind import Data, Json, Judgement, Kind, Parsed, Tries

if TYPE_CHECKING:
    from pdportal.modules.compiler.interactive import Extractor


class Text(Kind):
    """Words that are compared with the forms an author accepts."""

    name = "text"
    attributes = frozenset({"exact"})

    def parse(self, reader: Extractor, element: Element, div: Div) -> Parsed:
        prompt, listing, explanation = split(element, is_ticked(reader))
        exact = words.exact_written(reader, div)
        forms = words.forms_of(reader, listing, div.line, exact)
        return Parsed(prompt, explanation, {"forms": forms, "exact": exact})

    def read(self, form: MultiDict[str, str]) -> Json:
        return form.get("text", "")

    def check(self, data: Data, answer: Json) -> Json:
        return words.typed_words(answer)

    def judge(self, data: Data, answer: Json) -> Judgement:
        form = words.matching(data["forms"], answer, data["exact"])
        if form is not None:
            return Judgement(form["right"], {"text": form["feedback_html"]})
        if words.is_near(data["forms"], answer, data["exact"]):
            return Judgement(False, {"text": escape(said_near())})
        return Judgement(False)

    def show(self, data: Data, tries: Tries, judged: Judgement | None) -> Data:
        return {
            "text": tries.shown or "",
            "feedback": judged.feedback.get("text", "") if judged else "",
            "most": words.LONGEST_ANSWER,
        }

    def say(self, data: Data, answer: Json) -> list[Markup]:
        return [escape(answer)]

    def solution(self, data: Data) -> Json | None:
        right = (form["words"] for form in data["forms"] if form["right"] and "words" in form)
        return next(right, None)


def said_near() -> str:
    """Said of an answer whose letters are right."""
    return _("These are the right words. Look at capital letters and accents once more.")


KIND = Text()
