"""An answer of one's own, beside a model answer, with criteria to look at one's own by.

    ::: question {kind=open rows=4}
    A colleague says: “Silence makes my students nervous.” What do you say?

    - [ ] Names what is hard about it
        > What that may look like.
    - [ ] Gives one small thing to try

    ::: solution
    It made mine nervous, too, for a week. …
    :::
    :::

The items with a box are the criteria (a single-point rubric: one description each, below, at or
beyond which somebody puts their own answer). Both they and the model answer are shown once there is
an answer. An answer has its text, and what its writer says of it for each criterion.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from markupsafe import Markup, escape
from werkzeug.datastructures import MultiDict

from pdportal.content.criteria import criteria_of
from pdportal.content.divs import Div
from pdportal.modules.questions.items import is_ticked, split
from pdportal.modules.questions.kind import (
    Data,
    InvalidAnswer,
    Json,
    Judgement,
    Kind,
    Parsed,
    Tries,
)
from pdportal.web.typed import trimmed

if TYPE_CHECKING:
    from pdportal.modules.compiler.interactive import Extractor

LONGEST = 10_000
LEVELS = {"below": _l("Not yet"), "at": _l("Yes"), "beyond": _l("Yes, and more")}


class Open(Kind):
    """A text that nobody judges but its writer."""

    name = "open"
    attributes = frozenset({"rows"})
    shape = dict
    is_judged = False
    is_shared = False
    boxes = "criterion-"

    def compile(self, reader: Extractor, element: Element, div: Div) -> Data:
        data = super().compile(reader, element, div)
        if not data["explanation_html"]:
            reader.problems.error(
                div.line, "This question has no model answer.",
                "Write one in ::: solution, or make it a ::: reflection.",
            )  # fmt: skip
        return data

    def parse(self, reader: Extractor, element: Element, div: Div) -> Parsed:
        prompt, listing, explanation = split(element, is_ticked(reader))
        criteria = criteria_of(reader.document, listing, reader.problems, div.line, reader.language)
        data = {"criteria": criteria, "rows": reader.rows(div)}
        return Parsed(prompt, explanation, data)

    def read(self, form: MultiDict[str, str]) -> Json:
        return {"text": form.get("text", ""), "said": super().read(form)}

    def check(self, data: Data, answer: Json) -> Json:
        text = trimmed(answer["text"])
        if not text:
            raise InvalidAnswer(_("Write a line or two first; then you see a model answer."))
        if len(text) > LONGEST:
            raise InvalidAnswer(
                ngettext(
                    "%(num)s character is the most.", "%(num)s characters are the most.", LONGEST
                )
            )
        levels = answer["said"]
        known = {each["key"] for each in data["criteria"]}
        levels = {
            key: levels[key] for key in sorted(levels) if key in known and levels[key] in LEVELS
        }
        return {"text": text, "said": levels}

    def judge(self, data: Data, answer: Json) -> Judgement:
        return Judgement(None)

    def show(self, data: Data, tries: Tries, judged: Judgement | None) -> Data:
        shown = tries.shown or {}
        return {
            "text": shown.get("text", ""),
            "said": shown.get("said", {}),
            "rows": data["rows"],
            "most": LONGEST,
            "criteria": data["criteria"] if tries.count else [],
            "levels": [(level, str(words)) for level, words in LEVELS.items()],
        }

    def say(self, data: Data, answer: Json) -> list[Markup]:
        levels = answer.get("said", {})
        return [escape(answer.get("text", ""))] + [
            Markup(each["html"]) + f" {LEVELS[levels[each['key']]]}"  # noqa: S704  # cleaned
            for each in data["criteria"]
            if levels.get(each["key"]) in LEVELS
        ]


KIND = Open()
