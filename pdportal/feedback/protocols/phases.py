"""A template of coaching cycles: a protocol's file of `kind: cycle`, with phases over weeks.

`Protocol.data` holds of it, as JSON:

    purpose, origin, licence    plain words
    weeks                       how long it usually takes
    phases                      as `Phase` stores them
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from pdportal.content.problems import Problems, did_you_mean
from pdportal.content.sections import split_at
from pdportal.content.settings import Settings
from pdportal.content.source import Source
from pdportal.content.tree import text_of
from pdportal.feedback.protocols.facts import number, require, words
from pdportal.feedback.protocols.models import Protocol
from pdportal.feedback.protocols.reading import Section, sections_of, stage_text

REQUIRED = ("name", "summary", "purpose", "origin")
KNOWN = (*REQUIRED, "kind", "weeks", "license", "licence")
LISTS = {"write": "write", "checklist": "checks", "questions": "questions"}
"""The headings below a phase, and what `Phase` calls their lists."""
LONGEST_LINE = 400


@dataclass(frozen=True)
class Phase:
    """One phase: what it is for, what the pair writes, checks and may ask."""

    key: str
    name: str
    prompt: str
    """As safe HTML."""
    write: tuple[str, ...]
    """The labels of the boxes that both write in."""
    checks: tuple[str, ...]
    questions: tuple[str, ...]
    """The bank for conferences."""

    @property
    def boxes(self) -> dict[str, str]:
        """Labels by the keys of the boxes, in order."""
        return {f"{self.key}:w{n}": label for n, label in enumerate(self.write)}

    @property
    def ticks(self) -> dict[str, str]:
        """The items of the checklist by their keys."""
        return {f"{self.key}:c{n}": label for n, label in enumerate(self.checks)}

    @property
    def plan(self) -> str:
        """The key of the plan for its conference."""
        return f"{self.key}:plan"


def phases_of(data: dict[str, Any]) -> list[Phase]:
    """The phases of a template, in order; `data` is `Protocol.data`."""
    lists = LISTS.values()
    return [
        Phase(**stored | {name: tuple(stored[name]) for name in lists}) for stored in data["phases"]
    ]


def read_cycle(source: Source, protocol: Protocol, problems: Problems) -> None:
    """Fill a protocol that is a template of cycles; what is wrong with it is noted."""
    settings = Settings(source, problems)
    settings.check_keys(KNOWN)
    require(settings, REQUIRED)
    protocol.kind = "cycle"
    protocol.name = words(settings, "name", 120)
    protocol.summary = words(settings, "summary", 400)
    protocol.minutes = 0
    protocol.data = {
        "purpose": words(settings, "purpose", 2000),
        "origin": words(settings, "origin", 2000),
        "licence": words(settings, "license", 200) or words(settings, "licence", 200),
        "weeks": number(settings, "weeks", 1, 40),
        "phases": [],
    }
    lines: dict[str, int] = {}
    for section in sections_of(source, problems):
        named = section.headed("Phase")
        if named is None:
            hint = did_you_mean(section.title, ["Phase: …"], "Write “## Phase: …”.")
            problems.error(section.line, f"“{section.title}” is no phase of a cycle.", hint)
            continue
        name, key = named
        if key in lines:
            problem = f"The id “{key}” is used twice."
            problems.error(section.line, problem, "Change {#…} of one.")
        lines[key] = section.line
        protocol.data["phases"].append(asdict(_phase(section, name, key[:60], problems)))
    if len(lines) < 2:
        problems.error(1, "A cycle has at least two phases.", "Add “## Phase: …”.")


def _phase(section: Section, name: str, key: str, problems: Problems) -> Phase:
    first, *parts = split_at(
        section.document, section.body, "h3", problems, Section, before=section.title
    )
    stage = stage_text(first)
    for setting, (line, _value) in stage.settings.items():
        problems.error(line, f"“{setting}” is no setting of a phase.", "A phase has none.")
    if not stage.prompt:
        problems.error(section.line, f"The phase “{name}” has no prompt.", "Say what to do in it.")
    if stage.stems:
        problem = f"A list in “{name}” is left out."
        problems.warning(section.line, problem, "Put it below “### Write”, or write sentences.")
    lists: dict[str, tuple[str, ...]] = dict.fromkeys(LISTS.values(), ())
    for part in parts:
        kind = LISTS.get(part.title.lower())
        if kind is None:
            hint = did_you_mean(part.title.lower(), LISTS, "Write, Checklist or Questions.")
            problems.error(part.line, f"“{part.title}” is no part of a phase.", hint)
            continue
        lists[kind] = _items(part, problems)
    return Phase(key, name, stage.prompt, lists["write"], lists["checks"], lists["questions"])


def _items(part: Section, problems: Problems) -> tuple[str, ...]:
    listing = part.body.find("ul")
    if listing is None or len(part.body) > 1:
        problem = f"“{part.title}” is one list, and nothing else."
        problems.error(part.line, problem, "Write each line as “- …”.")
    items = tuple(text_of(item) for item in ([] if listing is None else listing))
    if any(not item or len(item) > LONGEST_LINE for item in items):
        problem = f"A line of “{part.title}” is empty, or longer than {LONGEST_LINE} characters."
        problems.error(part.line, problem)
    return items
