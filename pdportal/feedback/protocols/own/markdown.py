"""Protocols from boxes to Markdown and back: what one way writes, the other reads."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import dropwhile, pairwise
from typing import Any

import yaml
from flask_babel import gettext as _

from pdportal.content.problems import Problems
from pdportal.content.settings import Settings
from pdportal.content.source import Source, parse_source
from pdportal.feedback.protocols.own.boxes import (
    BANDS,
    FACTS,
    ORDER,
    STAGE,
    Boxes,
    band_box,
    stage_box,
    stage_keys,
    tidy,
)
from pdportal.feedback.protocols.reading import COMMENT, SETTING, sections_of
from pdportal.feedback.protocols.stage_reader import MINUTES
from pdportal.feedback.protocols.students import grades_in

SETTINGS = [
    name for name in STAGE if name not in {"name", "least", "most", "prompt", "stems"}
]  # in the order in which they are written
DEFAULTS = {
    **{"silent": "nobody", "kind": "none", "at_least": "0", "place": "optional"},
    **{"next_move": "no", "only": "both", "optional": "no"},
}
"""What a setting says that is not there: an empty box."""
_HEADING = re.compile(r"^## +(.*?)(?:\s*\{#[\w-]+\})?$")
_STEP = re.compile(r"^(?:### )?(Step:.*)$")
_BULLET = re.compile(r"^[-*+] +(\S.*)$")
_GRADES = {"K–5": "young", "6–12": "older"}


class Unreadable(Exception):
    """The form has no box for something that stands in a line; it is changed as Markdown."""

    def __init__(self, line: int) -> None:
        super().__init__(_("The form cannot show line %(line)s as it stands.", line=line))
        self.line = line


@dataclass
class Written:
    """A text, and to which box each of its lines belongs."""

    lines: list[str] = field(default_factory=list)
    boxes: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        return "\n".join(self.lines) + "\n"

    def add(self, box: str, text: str = "") -> None:
        """Add what stands in a box."""
        for line in text.split("\n"):
            self.lines.append(line)
            self.boxes.append(box)

    def part(self, box: str, text: str, heading: str = "") -> None:
        """Add a text of several lines, with a blank line before it; nothing if there is none."""
        if text:
            self.add(box, f"\n{heading}\n\n{text}" if heading else f"\n{text}")

    def box_of(self, line: int) -> str:
        """The box of a line; "" if there is none."""
        return self.boxes[line - 1] if 0 < line <= len(self.boxes) else ""


def write(boxes: Boxes) -> Written:
    """The Markdown of what stands in the boxes."""
    written = Written()
    written.add("", "---")
    _write_facts(boxes, written)
    written.add("", "---")
    for key in stage_keys(boxes):
        stage = {name: boxes.get(stage_box(key, name), "") for name in STAGE}
        _write_stage(key, stage, written)
    if boxes.get("work") or boxes.get("answer"):
        written.part("work", boxes.get("work", " "), "## Practice\n\n### The work")
        written.part("answer", boxes.get("answer", " "), "### A model answer")
    for band, grades in BANDS.items():
        parts = {name: boxes.get(band_box(band, name), "") for name in ("intro", "steps")}
        title, teacher = (boxes.get(band_box(band, name), "") for name in ("title", "teacher"))
        if title or teacher or any(parts.values()):
            written.add(band_box(band, "intro"), f"\n## For students, grades {grades}")
            written.part(band_box(band, "title"), title and f"### {title}")
            written.part(band_box(band, "intro"), parts["intro"])
            steps = [_STEP.sub(r"### \1", line) for line in parts["steps"].split("\n")]
            written.part(band_box(band, "steps"), "\n".join(steps))
            written.part(band_box(band, "teacher"), teacher, "### For the teacher")
    written.part("rest", boxes.get("rest", ""))
    return written


def steps_without_a_name(boxes: Boxes) -> list[str]:
    """The boxes of steps for students whose first line names no step: they would be read back
    as what stands before the steps."""
    firsts = {
        box: boxes.get(box, "").strip().partition("\n")[0]
        for box in (band_box(band, "steps") for band in BANDS)
    }
    return [box for box, first in firsts.items() if first and not _STEP.match(first)]


def _write_facts(boxes: Boxes, written: Written) -> None:
    for name in FACTS:
        text = boxes.get(name, "")
        if name == "group_min":
            most = boxes.get("group_max", "")
            if text or most:
                written.add(name, f"group: {{min: {_value(text)}, max: {_value(most)}}}")
        elif text and name in {"ways", "roles"}:
            written.add(name, f"{name}: [{text}]")
        elif text and name != "group_max":
            written.add(name, f"{name}: {_value(text)}")
    if boxes.get("more"):
        written.add("more", boxes["more"])


def _value(text: str) -> str:
    if re.fullmatch(r"0|[1-9][0-9]{0,8}", text):
        return text
    return yaml.safe_dump(text, allow_unicode=True, width=10**6).removesuffix("\n...\n").strip()


def _write_stage(key: str, stage: Boxes, written: Written) -> None:
    written.add(stage_box(key, "name"), f"\n## Stage: {stage['name']} {{#{key}}}")
    for name in SETTINGS:
        text = stage[name]
        if name == "minutes" and (stage["least"] or stage["most"]):
            text += f" ({stage['least']}-{stage['most']})"
        if text:
            written.add(stage_box(key, name), f"{name}: {text}")
    written.part(stage_box(key, "prompt"), stage["prompt"])
    stems = [f"- {line.strip()}" for line in stage["stems"].split("\n") if line.strip()]
    written.part(stage_box(key, "stems"), "\n".join(stems))


def read(text: str) -> dict[str, str]:
    """The boxes of a Markdown text; raises `Unreadable` where one of its lines fits into none."""
    problems = Problems("")
    source, faults = parse_source(text.encode(), "")
    if faults:
        raise Unreadable(faults[0].line)
    boxes = _read_facts(source, text.split("\n"))
    lines = source.body.split("\n")
    sections = sections_of(source, problems)
    starts = [each.line - source.first_line for each in sections]
    for number, line in enumerate(lines[: starts[0] if starts else None]):
        if line.strip():
            raise Unreadable(source.first_line + number)
    order: list[str] = []
    for each, (start, end) in zip(sections, pairwise([*starts, len(lines)]), strict=True):
        section = _Section(each.line, lines[start], lines[start + 1 : end])
        heading = _HEADING.match(section.heading)
        key = each.stage[1][:60] if each.stage else ""
        if heading is None or key in order:
            raise Unreadable(each.line)
        if key:
            order.append(key)
            boxes |= _read_stage(section, heading[1][6:], key)
        else:
            _read_other(section, heading[1], boxes)
    return tidy({**boxes, ORDER: " ".join(order)})


@dataclass
class _Section:
    line: int
    heading: str
    lines: list[str]

    def parts(self) -> Iterator[tuple[str, list[str]]]:
        """What stands below each heading of the third level; the first has none."""
        title, found = "", list[str]()
        for line in self.lines:
            if line.startswith("### "):
                yield title, found
                title, found = line[4:].strip(), []
            else:
                found.append(line)
        yield title, found


def _read_facts(source: Source, lines: list[str]) -> dict[str, str]:
    settings = Settings(source, Problems(""))
    boxes: dict[str, str] = {}
    more: list[str] = []
    keys = sorted(source.meta_lines, key=source.meta_lines.__getitem__)
    starts = [*(source.meta_lines[key] for key in keys), source.first_line - 1]
    if starts[0] != 2:
        raise Unreadable(2)
    for key, (start, end) in zip(keys, pairwise(starts), strict=True):
        chunk = lines[start - 1 : end - 1]
        if key not in source.meta or not chunk:  # a key that is no word, or two in one line
            raise Unreadable(start)
        found = _fact("license" if key == "licence" else key, source.meta[key], settings, key)
        if found is None:
            more += chunk
        elif "\n".join(chunk).count("#") > " ".join(found.values()).count("#"):
            raise Unreadable(start)  # a comment
        else:
            boxes |= found
    return {**boxes, "more": "\n".join(more)}


def _fact(name: str, value: Any, settings: Settings, key: str) -> dict[str, str] | None:
    """The boxes of one fact; None if there are none."""
    if name == "group" and isinstance(value, dict) and value.keys() == {"min", "max"}:
        if all(isinstance(each, int | str) for each in value.values()):
            return {f"group_{end}": str(value[end]) for end in ("min", "max")}
    elif name in {"ways", "roles"} and isinstance(value, list | str):
        return {name: ", ".join(settings.words(key)).lower()}
    elif name in FACTS and isinstance(value, int | float | str):
        return {name: settings.text(key)}
    return {} if value is None else None


def _read_stage(section: _Section, name: str, key: str) -> dict[str, str]:
    stage = {"name": name.strip(), "speaks": "reviewers"}
    lines = list(dropwhile(lambda line: not line.strip(), section.lines))
    first = section.line + 1 + len(section.lines) - len(lines)
    seen: set[str] = set()
    while lines and (setting := SETTING.match(lines[0])):
        what, value = setting[1], setting[2]
        if what not in SETTINGS or what in seen or COMMENT.search(value):
            raise Unreadable(first + len(seen))
        seen.add(what)
        lines = lines[1:]
        stage[what] = _setting(what, value.lower())
    if minutes := MINUTES.match(stage.get("minutes", "")):
        stage |= {"minutes": minutes[1], "least": minutes[2] or "", "most": minutes[3] or ""}
    prompt, stems = _without_stems("\n".join(lines).strip("\n").split("\n"))
    stage |= {"prompt": "\n".join(prompt), "stems": "\n".join(stems)}
    return {stage_box(key, each): text for each, text in stage.items()}


def _setting(name: str, value: str) -> str:
    if name == "kind":
        value = ", ".join(filter(None, (each.strip() for each in re.split(r"[,|]", value))))
    elif name in {"next_move", "optional"}:
        value = {"true": "yes", "false": "no"}.get(value, value)
    return "" if DEFAULTS.get(name) == value else value


def _without_stems(lines: list[str]) -> tuple[list[str], list[str]]:
    """A prompt, and the items of the list at its end."""
    place = len(lines)
    while place and (not lines[place - 1].strip() or _BULLET.match(lines[place - 1])):
        place -= 1
    stems = [found[1] for line in lines[place:] if (found := _BULLET.match(line))]
    return lines[:place], stems


def _read_other(section: _Section, title: str, boxes: dict[str, str]) -> None:
    parts = [(heading, "\n".join(lines)) for heading, lines in section.parts()]
    names = [heading.lower() for heading, _text in parts]
    band = _GRADES.get(grades_in(title) or "")
    if title.lower() == "practice" and names == ["", "the work", "a model answer"]:
        if "work" not in boxes and not parts[0][1].strip():
            boxes |= {"work": parts[1][1], "answer": parts[2][1]}
            return
    elif band and not any(name.startswith(f"{band}-") for name in boxes):
        boxes |= _read_students(band, parts)
        return
    whole = "\n".join([section.heading, *section.lines]).strip("\n")
    boxes["rest"] = f"{boxes.get('rest', '')}\n\n{whole}".strip("\n")


def _read_students(band: str, parts: list[tuple[str, str]]) -> dict[str, str]:
    found = {"title": "", "intro": parts[0][1], "steps": "", "teacher": ""}
    where = "intro"
    for heading, text in parts[1:]:
        if heading.lower() == "for the teacher" and not found["teacher"]:
            where, heading = "teacher", ""
        elif heading.startswith("Step:"):
            where = "steps"
        elif where == "intro" and not found["title"]:
            found["title"], heading = heading, ""
        else:
            heading = f"### {heading}"
        found[where] += "\n\n" + f"{heading}\n{text.strip()}".strip()
    return {band_box(band, name): text for name, text in found.items()}
