"""Reads the practice of a protocol: a sample work, and a model answer stage by stage."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from xml.etree.ElementTree import Element

from pdportal.content.boxes import safe_html
from pdportal.content.criteria import Criterion, criteria_of
from pdportal.content.problems import Problems
from pdportal.content.tree import text_of
from pdportal.feedback.protocols.reading import Section, subsections
from pdportal.feedback.rubrics.cells import cells_of


def read_practice(
    section: Section,
    keys: Mapping[str, str],
    rubric: list[Criterion] | None,
    problems: Problems,
) -> dict[str, Any] | None:
    """The practice; `keys` has the key of each stage by its name.

    It holds HTML: "work", the whole "answer", "by_stage" with what the answer says in a stage (list
    items that begin with the stage's name in bold) or in a cell of the rubric ("**Met, 1:** …"),
    and "note", the rest of the answer. "rubric" are the criteria of the sample work, by which it is
    practised; those of the protocol, if the practice has none.
    """
    parts = subsections(section, problems)
    own = parts.pop("criteria", None)
    if own is not None:
        listing = own.body.find("ul")
        rubric = criteria_of(own.document, listing, problems, own.line) or rubric
    found: dict[str, Any] = {"rubric": rubric}
    cells = ((cell.column.replace("_", " "), cell) for cell in cells_of(rubric))
    keys = {**keys, **{f"{name}, {cell.number}": cell.key for name, cell in cells}}
    for name, title in (("work", "The work"), ("answer", "A model answer")):
        part = parts.pop(title.lower(), None)
        found[name] = part.html if part else ""
        if not found[name]:
            problem = f"The practice has no part “{title}”."
            problems.error(section.line, problem, f"Add “### {title}”.")
        elif part and name == "answer":
            found["by_stage"] = _taken_by_stage(part, keys)
            found["note"] = part.html
    for part in parts.values():
        problem = f"“{part.title}” is no part of a practice."
        problems.warning(part.line, problem, "Write “The work”, “Criteria” or “A model answer”.")
    return found if all(found[name] for name in ("work", "answer")) else None


def _taken_by_stage(answer: Section, keys: Mapping[str, str]) -> dict[str, str]:
    """Take the items that name a stage out of an answer; gives their HTML by the stage's key."""
    by_name = {name.casefold(): key for name, key in keys.items()}
    taken: dict[str, Element] = {}
    for items in answer.body.findall("ul"):
        for item in list(items):
            lead = item.find(".//strong")
            name = "" if lead is None else text_of(lead).strip()
            key = by_name.get(name.rstrip(":").casefold())
            if key is None or not text_of(item).strip().startswith(name):
                continue
            items.remove(item)
            taken.setdefault(key, Element("ul")).append(item)
        if not len(items):
            answer.body.remove(items)
    html = {}
    for key, items in taken.items():
        whole = Element("div")
        whole.append(items)
        html[key] = safe_html(answer.document, whole)
    return html
