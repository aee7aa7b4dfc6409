"""Check a protocol's file like a program, and make it the row that is stored.

`Protocol.data` holds, as JSON:

    purpose, family, origin, licence    plain words
    group                               {"min", "max"} people
    trust                               1 to 3
    suits                               as `suggesting.read_suits` gives it, or None
    stages                              as `stages.Stage` stores them
    practice                            {"work", "answer"} (HTML) or None
    students                            HTML
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from pdportal.content.problems import Problem, Problems, did_you_mean
from pdportal.content.source import Source, read_source
from pdportal.feedback.comments.answers import CommentKind
from pdportal.feedback.kinds import all_kinds
from pdportal.feedback.protocols.models import Protocol
from pdportal.feedback.protocols.reading import (
    Section,
    StageText,
    sections_of,
    stage_text,
    subsections,
)
from pdportal.feedback.protocols.stages import Placing, Role, Stage
from pdportal.feedback.protocols.suggesting import read_suits

FAMILIES = ("quick", "work", "dilemma", "data", "success", "visit", "cycle")
SETTINGS = (
    "speaks", "silent", "minutes", "window", "kind", "at_least", "place", "next_move",
)  # fmt: skip
REQUIRED = ("name", "summary", "purpose", "family", "group", "minutes", "trust", "origin")
KNOWN = (*REQUIRED, "license", "licence", "suits")
SPEAKERS = (Role.REVIEWERS, Role.AUTHOR, Role.NOBODY)
YES_OR_NO = {"yes": True, "true": True, "no": False, "false": False}


def compile_protocol(path: Path) -> tuple[Protocol | None, list[Problem]]:
    """Read one file as an edition that is in no session yet; None with an error in it."""
    source, faults = read_source(path)
    problems = Problems(source.path)
    content_hash = hashlib.sha256(_bytes(path)).hexdigest()
    protocol = Protocol(slug=path.stem, content_hash=content_hash, is_current=True)
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", path.stem) or len(path.stem) > 80:
        problems.error(
            1,
            "The file's name becomes an address and cannot.",
            "Use small letters, digits and hyphens.",
        )
    _read_meta(source, protocol, problems)
    _read_sections(sections_of(source, problems), protocol.data, problems)
    if not protocol.data["students"]:
        problems.error(1, "There is no version for students.", "Add a section “## For students”.")
    if protocol.data["practice"] is None:
        problems.warning(1, "There is no practice.", "Add a section “## Practice”.")
    everything = sorted({*faults, *problems.found})
    broken = any(problem.is_error for problem in everything)
    return (None if broken else protocol), everything


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""


def _read_meta(source: Source, protocol: Protocol, problems: Problems) -> None:
    meta = source.meta
    for key in meta:
        if key not in KNOWN:
            hint = did_you_mean(key, KNOWN)
            problems.warning(source.line_of(key), f"“{key}” is not known.", hint)
    for key in REQUIRED:
        if meta.get(key) in (None, "", [], {}):
            problems.error(source.line_of(key), f"“{key}” is missing.", f"Add a line “{key}: …”.")
    protocol.name = _words(source, "name", 120, problems)
    protocol.summary = _words(source, "summary", 400, problems)
    protocol.minutes = _number(source, "minutes", 1, 600, problems)
    family = str(meta.get("family", ""))
    if family and family not in FAMILIES:
        hint = did_you_mean(family, FAMILIES, f"Use one of {', '.join(FAMILIES)}.")
        problems.error(source.line_of("family"), f"“{family}” is no family.", hint)
    protocol.data = {
        "purpose": _words(source, "purpose", 2000, problems),
        "family": family,
        "group": _group(source, problems),
        "trust": _number(source, "trust", 1, 3, problems),
        "origin": _words(source, "origin", 2000, problems),
        "licence": _words(source, "license", 200, problems)
        or _words(source, "licence", 200, problems),
        "suits": read_suits(source, problems, [kind.name for kind in all_kinds()]),
        "stages": [],
        "practice": None,
        "students": "",
    }


def _group(source: Source, problems: Problems) -> dict[str, int]:
    group = source.meta.get("group")
    if isinstance(group, dict):
        least, most = group.get("min"), group.get("max")
        if isinstance(least, int) and isinstance(most, int) and 0 < least <= most <= 100:
            return {"min": least, "max": most}
    if group:
        hint = "Write “group: {min: 2, max: 6}”."
        problems.error(source.line_of("group"), "The group cannot be understood.", hint)
    return {"min": 1, "max": 100}


def _words(source: Source, key: str, longest: int, problems: Problems) -> str:
    value = source.meta.get(key, "")
    if not isinstance(value, str | int | float):
        problems.error(source.line_of(key), f"“{key}” should be words.")
        return ""
    words = " ".join(str(value).split())
    if len(words) > longest:
        problems.error(source.line_of(key), f"“{key}” is longer than {longest} characters.")
    return words[:longest]


def _number(source: Source, key: str, least: int, most: int, problems: Problems) -> int:
    value = source.meta.get(key)
    if value is None:
        return least
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        problems.error(
            source.line_of(key), f"“{key}” should be a whole number from {least} to {most}."
        )
        return least
    return value


def _read_sections(sections: list[Section], data: dict[str, Any], problems: Problems) -> None:
    lines: dict[str, int] = {}
    stages: list[Stage] = []
    for section in sections:
        if section.stage:
            stage = _StageReader(section, problems).read()
            stages.append(stage)
            if stage.key in lines:
                problem = f"The id “{stage.key}” is used twice."
                problems.error(section.line, problem, "Change {#…} of one.")
            lines[stage.key] = section.line
        elif section.title.lower() == "practice":
            data["practice"] = _practice(section, problems)
        elif section.title.lower() == "for students":
            # Its headings stand right under the title of the page to print.
            data["students"] = re.sub(r"<(/?)h3>", r"<\1h2>", section.html)
        else:
            known = ("Stage: …", "Practice", "For students")
            hint = did_you_mean(
                section.title, known, "Write “Stage: …”, “Practice” or “For students”."
            )
            problems.error(section.line, f"“{section.title}” is no section of a protocol.", hint)
    if not any(stage.kinds for stage in stages):
        problems.error(1, "No stage takes comments.", "Add “## Stage: …” with a kind.")
    data["stages"] = [stage.stored() for stage in stages]


class _StageReader:
    """Reads one stage: each setting has a line, a value, or what holds without it."""

    def __init__(self, section: Section, problems: Problems) -> None:
        self.section = section
        self.problems = problems
        self.text: StageText = stage_text(section)

    def read(self) -> Stage:
        """The stage; what is wrong with it is noted, and stands in it as if it were not said."""
        self._check_names()
        name, key = self.section.stage or ("", "")
        speaks = Role(self._one_of("speaks", SPEAKERS, Role.REVIEWERS))
        kinds = self._kinds() if speaks is Role.REVIEWERS else ()
        stage = Stage(
            key=key[:60],
            name=name,
            speaks=speaks,
            silent=Role(self._one_of("silent", Role, Role.NOBODY)),
            minutes=self._count("minutes", 0, 600),
            window=self._count("window", 1, 60) if "window" in self.text.settings else None,
            kinds=kinds,
            at_least=self._count("at_least", 0, 10),
            place=Placing(self._one_of("place", Placing, Placing.OPTIONAL)),
            next_move=YES_OR_NO[self._one_of("next_move", YES_OR_NO, "no")],
            prompt=self.text.prompt,
            stems=tuple(self.text.stems),
        )
        if not stage.prompt:
            problem = f"The stage “{name}” has no prompt."
            self.problems.error(self.section.line, problem, "Say what to do in it.")
        if stage.at_least and not kinds:
            line, _value = self._setting("at_least", "")
            problem = f"“{name}” asks for comments and takes none."
            self.problems.error(line, problem, "Give it a kind, or at_least: 0.")
        return stage

    def _check_names(self) -> None:
        for name, (line, _value) in self.text.settings.items():
            if name not in SETTINGS:
                hint = did_you_mean(name, SETTINGS, f"Known are {', '.join(SETTINGS)}.")
                self.problems.error(line, f"“{name}” is no setting of a stage.", hint)

    def _setting(self, name: str, otherwise: str) -> tuple[int, str]:
        return self.text.settings.get(name, (self.section.line, otherwise))

    def _count(self, name: str, least: int, most: int) -> int:
        line, value = self._setting(name, str(least))
        if not value.isdecimal() or not least <= int(value) <= most:
            problem = f"“{name}” should be a whole number from {least} to {most}."
            self.problems.error(line, problem)
            return least
        return int(value)

    def _one_of(self, name: str, known: Iterable[str], otherwise: str) -> str:
        line, value = self._setting(name, otherwise)
        known = [str(each) for each in known]
        if value.lower() not in known:
            hint = did_you_mean(value, known, f"Use one of {', '.join(known)}.")
            self.problems.error(line, f"“{value}” does not fit “{name}”.", hint)
            return otherwise
        return value.lower()

    def _kinds(self) -> tuple[CommentKind, ...]:
        line, value = self._setting("kind", "none")
        known = [str(kind) for kind in CommentKind]
        kinds = [kind.strip().lower() for kind in re.split(r"[,|]", value) if kind.strip()]
        for kind in kinds:
            if kind not in (*known, "none"):
                hint = did_you_mean(kind, known, f"Use one of {', '.join(known)}, none.")
                self.problems.error(line, f"“{kind}” is no kind of comment.", hint)
        return tuple(CommentKind(kind) for kind in kinds if kind in known)


def _practice(section: Section, problems: Problems) -> dict[str, str] | None:
    parts = subsections(section, problems)
    html: dict[str, str] = {}
    for name, title in (("work", "The work"), ("answer", "A model answer")):
        part = parts.pop(title.lower(), None)
        html[name] = part.html if part else ""
        if not html[name]:
            problem = f"The practice has no part “{title}”."
            problems.error(section.line, problem, f"Add “### {title}”.")
    for part in parts.values():
        problem = f"“{part.title}” is no part of a practice."
        problems.warning(part.line, problem, "Write “The work” or “A model answer”.")
    return html if all(html.values()) else None
