"""Alternatives to choose from: `::: choice` with two or more `::: option` in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from xml.etree.ElementTree import Element

from pdportal.content.divs import Div
from pdportal.content.problems import did_you_mean
from pdportal.content.slugs import slug
from pdportal.content.tree import replace
from pdportal.content.vocabulary import INTERACTIVE
from pdportal.modules.addresses import option_key
from pdportal.modules.compiler.model import CompiledBlock

if TYPE_CHECKING:
    from pdportal.modules.compiler.interactive import Extractor

MEANS = ("read", "watch", "try", "talk")
"""The ways to learn that an alternative may name."""
LONGEST_KEY, LONGEST_TITLE, MOST_MINUTES = 80, 200, 600


def take_choice(extractor: Extractor, parent: Element, element: Element, div: Div) -> None:
    """Keep a choice as a block, and put its alternatives after it, each between two marks.

    Their blocks know where they stand. What is written outside of an alternative is the prompt.
    """
    problems = extractor.problems
    key = extractor.draft.keys[element]
    title = extractor.title(element, div)
    found = [(child, extractor.document.div(child)) for child in element]
    options = [(child, own) for child, own in found if own is not None and own.kind == "option"]
    for child, _own in options:
        element.remove(child)
    if extractor.within:
        problems.error(div.line, "A choice cannot stand in another one.", "Put it on its own.")
    for nested in extractor.document.below(element):
        if nested.kind in INTERACTIVE | {"option", "choice"}:
            problems.error(
                nested.line, f"This {nested.kind} stands beside the alternatives of the choice.",
                "Put it into one of them, or below the choice.",
            )  # fmt: skip
    if len(options) < 2:
        problems.error(
            div.line, "A choice needs two alternatives or more.",
            'Write ::: option {#read means=read title="…" minutes=8} in it.',
        )  # fmt: skip
    data: dict[str, Any] = {"title": title, "prompt_html": extractor.html(element), "options": []}
    extractor.blocks.append(CompiledBlock(key, "choice", data))
    places = [extractor.mark_of({"block": key})]
    for child, own in options:
        option = _option(extractor, child, own, [each["key"] for each in data["options"]])
        data["options"].append(option)
        extractor.within = (key, option["key"])
        extractor.visit(child)
        extractor.within = None
        opening = extractor.mark_of({"block": option_key(key, option["key"])})
        places += [opening, *list(child), extractor.mark_of({"html": "</details>"})]
    if data["options"]:
        extractor.minutes += data["options"][0]["minutes"]
    replace(parent, element, places)


def _option(extractor: Extractor, element: Element, div: Div, taken: list[str]) -> dict[str, Any]:
    problems, values = extractor.problems, div.attributes.values
    title = extractor.title(element, div)
    if not title or len(title) > LONGEST_TITLE:
        problems.error(
            div.line, "This alternative has no title." if not title else "This title is too long.",
            'Write {title="…"} after its name, in a few words.',
        )  # fmt: skip
    means = values.get("means", "")
    if means and means not in MEANS:
        hint = did_you_mean(means, MEANS, f"Known are {', '.join(MEANS)}.")
        problems.error(div.line, f"means={means} is no way to learn.", hint)
    key = (div.id or slug(title, 40) or f"option-{len(taken) + 1}")[:LONGEST_KEY]
    if key in taken:
        problems.error(
            div.line, f"The alternative “{key}” is there twice in this choice.",
            "Give one of them another #id.",
        )  # fmt: skip
    if not list(element):
        problems.error(div.line, "This alternative is empty.", "Write what one does in it.")
    written = values.get("minutes", "0")
    if not (written.isascii() and written.isdecimal() and int(written) <= MOST_MINUTES):
        problems.error(
            div.line, f"minutes={written} is not a number from 0 to {MOST_MINUTES}.",
            "Write the minutes it takes: minutes=8.",
        )  # fmt: skip
        written = "0"
    return {"key": key, "title": title, "means": means, "minutes": int(written)}
