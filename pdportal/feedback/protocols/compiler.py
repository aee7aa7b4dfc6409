"""Protocols from Markdown files: what a file says, compiled to safe HTML and data.

The data of a protocol, as it is stored in `Protocol.data`:

    purpose, family, origin, licence    plain words
    group                               {"min", "max"} people
    trust                               1 to 3
    stages                              [{"key", "name", "speaks", "silent", "minutes", "kinds",
                                          "at_least", "place", "next_move", "prompt", "stems"}]
    practice                            {"work", "answer"} (HTML) or None
    students                            HTML

A stage with the kinds [] has only a prompt; one in which the author speaks is the author's part.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from markdown import Markdown

from pdportal.content.html import sanitise
from pdportal.content.problems import Problem, Problems, did_you_mean
from pdportal.content.source import Source, read_source
from pdportal.feedback.comments.models import CommentKind

FAMILIES = ("quick", "work", "dilemma", "data", "success", "visit", "cycle")


PLACES = ("asked", "optional", "none")


SETTINGS = ("speaks", "silent", "minutes", "kind", "at_least", "place", "next_move")


REQUIRED = ("name", "summary", "purpose", "family", "group", "minutes", "trust", "origin")


KNOWN = (*REQUIRED, "license", "licence")


YES_OR_NO = {"yes": True, "true": True, "no": False, "false": False}


_HEADING = re.compile(r"^(#{1,6})\s+(.*?)\s*#*\s*$")


_STAGE = re.compile(r"^Stage:\s*(.+?)(?:\s*\{#([\w-]+)\})?$", re.IGNORECASE)


_SETTING = re.compile(r"^([a-z_]+)\s*:\s*(.*?)\s*$")


_ITEM = re.compile(r"^[-*+]\s+(.*)$")


@dataclass
class CompiledProtocol:
    """What one file says, ready to be stored."""

    slug: str
    content_hash: str
    name: str = ""
    summary: str = ""
    minutes: int = 1
    data: dict[str, Any] = field(default_factory=dict)


@dataclass
class _Section:
    title: str
    line: int
    lines: list[tuple[int, str]] = field(default_factory=list)


def compile_protocol(path: Path) -> tuple[CompiledProtocol | None, list[Problem]]:
    """Read one file; with an error in it there is no protocol, only problems."""
    source, found = read_source(path)
    problems = Problems(source.path)
    protocol = CompiledProtocol(
        slug=path.stem, content_hash=hashlib.sha256(_bytes(path)).hexdigest()
    )
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", path.stem) or len(path.stem) > 80:
        problems.error(
            1,
            "The file's name becomes an address and cannot.",
            "Use small letters, digits and hyphens.",
        )
    _read_meta(source, protocol, problems)
    stages: list[dict[str, Any]] = []
    sections = list(_sections(source))
    for section in sections:
        stage = _STAGE.match(section.title)
        if stage:
            stages.append(_stage(section, stage[1], stage[2] or _slug(stage[1]), problems))
        elif section.title.lower() == "practice":
            protocol.data["practice"] = _practice(section, problems)
        elif section.title.lower() == "for students":
            # Its headings stand right under the title of the page to print.
            html = _html(section.lines)
            protocol.data["students"] = re.sub(r"<(/?)h3>", r"<\1h2>", html)
        else:
            known = ("Stage: …", "Practice", "For students")
            hint = did_you_mean(
                section.title, known, "Write “Stage: …”, “Practice” or “For students”."
            )
            problems.error(section.line, f"“{section.title}” is no section of a protocol.", hint)
    _check_stages(stages, sections, problems)
    protocol.data["stages"] = stages
    protocol.data.setdefault("practice", None)
    if not protocol.data.setdefault("students", ""):
        problems.error(1, "There is no version for students.", "Add a section “## For students”.")
    if protocol.data["practice"] is None:
        problems.warning(1, "There is no practice.", "Add a section “## Practice”.")
    everything = sorted({*found, *problems.found})
    broken = any(problem.is_error for problem in everything)
    return (None if broken else protocol), everything


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""


def _read_meta(source: Source, protocol: CompiledProtocol, problems: Problems) -> None:
    meta = source.meta
    for key in meta:
        if key not in KNOWN:
            problems.warning(
                source.line_of(key), f"“{key}” is not known.", did_you_mean(key, KNOWN)
            )
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
    group = meta.get("group")
    good = isinstance(group, dict) and all(
        isinstance(group.get(end), int) and 0 < group[end] <= 100 for end in ("min", "max")
    )
    if group and not (good and group["min"] <= group["max"]):
        problems.error(source.line_of("group"), "The group cannot be understood.",
                       "Write “group: {min: 2, max: 6}”.")  # fmt: skip
    protocol.data = {
        "purpose": _words(source, "purpose", 2000, problems),
        "family": family,
        "group": group if good else {"min": 1, "max": 100},
        "trust": _number(source, "trust", 1, 3, problems),
        "origin": _words(source, "origin", 2000, problems),
        "licence": _words(source, "license", 200, problems)
        or _words(source, "licence", 200, problems),
    }


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


def _sections(source: Source) -> Iterator[_Section]:
    section: _Section | None = None
    fence = ""
    for number, line in enumerate(source.body.split("\n"), source.first_line):
        opened = re.match(r"^ {0,3}(`{3,}|~{3,})", line)
        if opened and not fence:
            fence = opened[1]
        elif opened and line.strip().startswith(fence):
            fence = ""
        heading = None if fence else _HEADING.match(line)
        if heading and len(heading[1]) == 2:
            if section:
                yield section
            section = _Section(heading[2], number)
        elif section:
            section.lines.append((number, line))
    if section:
        yield section


def _stage(section: _Section, name: str, key: str, problems: Problems) -> dict[str, Any]:
    """The settings under the heading, then the prompt, then the sentence starts."""
    settings: dict[str, tuple[int, str]] = {}
    rest = list(section.lines)
    while rest:
        number, line = rest[0]
        setting = _SETTING.match(line)
        if line.strip() and not setting:
            break
        if not line.strip() and settings:
            break
        rest.pop(0)
        if setting:
            value = re.sub(r"\s+#\s.*$", "", setting[2])
            if setting[1] not in SETTINGS:
                hint = did_you_mean(setting[1], SETTINGS, f"Known are {', '.join(SETTINGS)}.")
                problems.error(number, f"“{setting[1]}” is no setting of a stage.", hint)
            settings[setting[1]] = (number, value)
    stems: list[tuple[int, str]] = []
    prompt: list[tuple[int, str]] = []
    for number, line in rest:
        item = _ITEM.match(line)
        if item:
            stems.append((number, item[1].strip()))
        elif stems and line.startswith((" ", "\t")) and line.strip():
            stems[-1] = (stems[-1][0], f"{stems[-1][1]} {line.strip()}")
        else:
            prompt.append((number, line))

    def said(setting: str, otherwise: str) -> tuple[int, str]:
        return settings.get(setting, (section.line, otherwise))

    def count(setting: str, least: int, most: int) -> int:
        number, value = said(setting, str(least))
        if not value.isdecimal() or not least <= int(value) <= most:
            problems.error(number, f"“{setting}” should be a whole number from {least} to {most}.")
            return least
        return int(value)

    def one_of(setting: str, known: Iterable[str], otherwise: str) -> str:
        number, value = said(setting, otherwise)
        if value.lower() not in (known := list(known)):
            hint = did_you_mean(value, known, f"Use one of {', '.join(known)}.")
            problems.error(number, f"“{value}” does not fit “{setting}”.", hint)
            return otherwise
        return value.lower()

    number, kinds = said("kind", "none")
    chosen = [kind.strip().lower() for kind in re.split(r"[,|]", kinds) if kind.strip()]
    for kind in chosen:
        if kind not in {*CommentKind, "none"}:
            hint = did_you_mean(kind, CommentKind, f"Use one of {', '.join(CommentKind)}, none.")
            problems.error(number, f"“{kind}” is no kind of comment.", hint)
    speaks = said("speaks", "reviewers")[1].lower()
    if speaks not in {"author", "reviewers", "nobody"}:
        problems.error(said("speaks", "")[0], f"“{speaks}” cannot speak in a written round.",
                       "Use one of reviewers, author, nobody.")  # fmt: skip
    taken = [] if speaks != "reviewers" else [k for k in chosen if k in set(CommentKind)]
    stage = {
        "key": key[:60],
        "name": name,
        "speaks": speaks,
        "silent": said("silent", "")[1],
        "minutes": count("minutes", 0, 600),
        "kinds": taken,
        "at_least": count("at_least", 0, 10),
        "place": one_of("place", PLACES, "optional"),
        "next_move": YES_OR_NO[one_of("next_move", YES_OR_NO, "no")],
        "prompt": _html(prompt),
        "stems": [_plain_stem(stem) for _number_, stem in stems],
    }
    if not any(line.strip() for _n, line in prompt):
        problems.error(section.line, f"The stage “{name}” has no prompt.", "Say what to do in it.")
    if stage["at_least"] and not taken:
        problems.error(said("at_least", "")[0], f"“{name}” asks for comments and takes none.",
                       "Give it a kind, or at_least: 0.")  # fmt: skip
    return stage


def _check_stages(
    stages: list[dict[str, Any]], sections: list[_Section], problems: Problems
) -> None:
    lines = [section.line for section in sections if _STAGE.match(section.title)]
    seen: dict[str, int] = {}
    for stage, line in zip(stages, lines, strict=True):
        if stage["key"] in seen:
            problems.error(line, f"The id “{stage['key']}” is used twice.", "Change {#…} of one.")
        seen[stage["key"]] = line
    if not any(stage["kinds"] for stage in stages):
        problems.error(1, "No stage takes comments.", "Add “## Stage: …” with a kind.")


def _practice(section: _Section, problems: Problems) -> dict[str, str] | None:
    parts: dict[str, list[tuple[int, str]]] = {}
    part: list[tuple[int, str]] | None = None
    for number, line in section.lines:
        heading = _HEADING.match(line)
        if heading and len(heading[1]) == 3:
            part = parts.setdefault(heading[2].lower(), [])
        elif part is not None:
            part.append((number, line))
    found = {
        name: _html(parts.get(title, []))
        for name, title in (("work", "the work"), ("answer", "a model answer"))
    }
    for name, title in (("work", "The work"), ("answer", "A model answer")):
        if not found[name]:
            problems.error(
                section.line, f"The practice has no part “{title}”.", f"Add “### {title}”."
            )
    return found if all(found.values()) else None


def _html(lines: list[tuple[int, str]]) -> str:
    text = "\n".join(line for _number, line in lines).strip()
    if not text:
        return ""
    html = Markdown(extensions=["tables", "sane_lists", "smarty"], output_format="html").convert(
        text
    )
    html = re.sub(
        r"<(/?)table>",
        lambda m: "</table></div>" if m[1] else '<div class="table-wrap"><table>',
        html,
    )
    return sanitise(html)


def _plain_stem(text: str) -> str:
    return re.sub(r"(?<!\w)[*_]{1,2}(\S(?:.*?\S)?)[*_]{1,2}(?!\w)", r"\1", text)


def _slug(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") or "stage"
