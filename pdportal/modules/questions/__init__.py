"""Kinds of question: one file each, found by its `KIND`, with its template of the same name.

A kind says how it is written, answered, judged and shown (`kind.Kind`). Authors choose one by
`::: question {kind="…"}`; without a name a question is a choice, as all were in older editions.
"""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules
from typing import Any
from xml.etree.ElementTree import Element

from flask_babel import lazy_gettext as _l

from pdportal.content.divs import Div, check_attributes
from pdportal.content.document import Document
from pdportal.content.problems import Problems, did_you_mean
from pdportal.modules.questions.kind import Kind

DEFAULT = "choice"

ATTRIBUTES = frozenset({"kind", "skill", "see"})
"""What every kind knows in its braces."""

ANSWER_BOXES = dict.fromkeys(("*text", "*number", "*gap-*"), _l("Your answer"))
"""The boxes for words in a form of questions, as `keeps_words` takes them."""


def _kinds() -> dict[str, Kind]:
    files = [import_module(f"{__name__}.{file.name}") for file in iter_modules(__path__)]
    return {file.KIND.name: file.KIND for file in files if hasattr(file, "KIND")}


KINDS = _kinds()
"""Every kind by its name."""


def kind_of(data: dict[str, Any]) -> Kind:
    """The kind of a compiled question."""
    return KINDS[data.get("kind", DEFAULT)]


def kind_written(div: Div, problems: Problems) -> Kind:
    """The kind that an author asks for; an unknown one is an error on its line."""
    name = div.attributes.values.get("kind", DEFAULT)
    if name not in KINDS:
        message = f"“{name}” is not a kind of question."
        problems.error(div.line, message, did_you_mean(name, KINDS, "Take kind=… out."))
    kind = KINDS.get(name, KINDS[DEFAULT])
    if div.kind == "question":
        known = ATTRIBUTES | kind.attributes
        what = "question" if kind.name == DEFAULT else f"question of kind {kind.name}"
        check_attributes(what, div, problems, known, kind.flags)
    return kind


def answers_in(document: Document) -> set[Element]:
    """What stands below the prompts of questions that name their kind: no search shows it."""
    return {
        child
        for element, div in document.divs.items()
        if div.kind == "question" and "kind" in div.attributes.values
        for child in element
        if child.tag != "p"
    }
