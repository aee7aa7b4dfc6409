"""Questions that colleagues correct together: `::: together` with two to eight of them in it."""

from __future__ import annotations

from typing import Any
from xml.etree.ElementTree import Element

from pdportal.content.divs import Div
from pdportal.content.vocabulary import INTERACTIVE
from pdportal.modules import questions
from pdportal.modules.compiler.interactive import Extractor
from pdportal.modules.compiler.model import CompiledBlock

FEWEST, MOST = 2, 8
SMALLEST, LARGEST, USUAL = 2, 5, 3
"""People in a group."""


def compile_together(extractor: Extractor, element: Element, div: Div) -> dict[str, Any]:
    """The data of the block: title, introduction, body like that of a page, questions, size."""
    problems = extractor.problems
    title = extractor.title(element, div)
    if not title:
        problems.error(div.line, "This together has no title.", 'Write {title="…"} after its name.')
    for nested in extractor.document.below(element):
        if nested.kind in {*INTERACTIVE, "choice"} - {"question"}:
            problems.error(
                nested.line, f"A together has no {nested.kind}.",
                "It has questions only; put this on the page.",
            )  # fmt: skip
    reader = _Reader(extractor.draft)
    body = reader.run(element)
    asked: list[dict[str, Any]] = [{"key": each.key, "data": each.data} for each in reader.blocks]
    if not FEWEST <= len(asked) <= MOST:
        problems.error(
            div.line, f"A together has {FEWEST} to {MOST} questions, this one has {len(asked)}.",
            "Write each as ::: question in it.",
        )  # fmt: skip
    intro = "\n".join(piece["html"] for piece in body if "html" in piece)
    return {
        "title": title,
        "intro_html": intro,
        "prompt_html": "\n".join([intro, *(each["data"]["prompt_html"] for each in asked)]),
        "size": _size(extractor, div),
        "body": body,
        "questions": asked,
    }


def _size(extractor: Extractor, div: Div) -> int:
    written = div.attributes.values.get("size", str(USUAL))
    if written.isascii() and written.isdecimal() and SMALLEST <= int(written[:3]) <= LARGEST:
        return int(written)
    extractor.problems.error(
        div.line, f"size={written} is not a number from {SMALLEST} to {LARGEST}.",
        "Write how many colleagues are in a group: size=3.",
    )  # fmt: skip
    return USUAL


class _Reader(Extractor):
    """Reads the questions, and refuses those that nobody can correct."""

    def _block(self, element: Element, div: Div) -> CompiledBlock:
        kind = questions.KINDS.get(div.attributes.values.get("kind", questions.DEFAULT))
        if kind is not None and not kind.is_judged and kind.name != "open":
            self.problems.error(
                div.line, f"Nobody can correct a question of the kind “{kind.name}”.",
                "Take one with a right answer, or an open one.",
            )  # fmt: skip
        if "optional" in div.attributes.classes:
            self.problems.error(
                div.line, "A question of a together is not optional.",
                "Take .optional out; the together as a whole may have it.",
            )  # fmt: skip
        return super()._block(element, div)
