"""Our own frameworks: one Markdown file each, checked like a program."""

from __future__ import annotations

import re
from pathlib import Path

from pdportal.content.problems import Problem, Problems
from pdportal.content.read import read_markdown
from pdportal.content.sections import Section, split_at
from pdportal.content.settings import Settings
from pdportal.content.source import read_source
from pdportal.content.tree import inner_html, text_of
from pdportal.skills.frameworks.items import FrameworkRead, Item
from pdportal.skills.frameworks.models import LONGEST_CODE, LONGEST_NAME, Origin

KNOWN = ("title", "summary", "levels", "language", "authors", "license", "licence")
_CODE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_ALSO = re.compile(r"Also:\s*(.+)", re.DOTALL)
_MANY_LEVELS = 8


def read_framework(path: Path) -> tuple[FrameworkRead | None, list[Problem]]:
    """Read one file; None with an error in it."""
    source, faults = read_source(path)
    problems = Problems(source.path)
    settings = Settings(source, problems)
    settings.check_keys(KNOWN)
    if not _CODE.fullmatch(path.stem) or len(path.stem) > LONGEST_CODE:
        problem = "The file's name is what the framework is known by, and cannot be."
        problems.error(1, problem, "Use small letters, digits and hyphens.")
    read = FrameworkRead(
        Origin.CONTENT,
        path.stem,
        settings.text("title")[:LONGEST_NAME],
        [],
        summary=settings.text("summary"),
        creator=", ".join(settings.words("authors"))[:LONGEST_NAME],
        licence=(settings.text("license") or settings.text("licence"))[:LONGEST_NAME],
        language=settings.language("language"),
    )
    for key in ("title", "summary", "levels"):
        if not source.meta.get(key):
            problems.error(1, f"“{key}” is missing.", f"Add a line “{key}: …”.")
    levels = settings.words("levels")
    if not 2 <= len(levels) <= _MANY_LEVELS and levels:
        problem = f"A progression has 2 to {_MANY_LEVELS} levels."
        problems.error(settings.line("levels"), problem)
    document = read_markdown(source.body, path=source.path, first_line=source.first_line)
    problems.found += document.problems
    for div in document.divs.values():
        problem = f"A block called “{div.name}” has no place in a framework."
        problems.error(div.line, problem, "Write it as plain text.")
    reader = _Reader(levels, problems)
    for group in split_at(document, document.root, "h2", problems, Section):
        reader.read_group(group)
    read.items = reader.items
    if not read.items:
        problems.error(1, "There is no skill.", "Write “## A group {#code}”, then “### A skill”.")
    everything = sorted({*faults, *problems.found})
    return (None if any(each.is_error for each in everything) else read), everything


class _Reader:
    """Reads groups and their skills in order, and says which codes are missing or used twice."""

    def __init__(self, levels: list[str], problems: Problems) -> None:
        self.levels = levels
        self.problems = problems
        self.items: list[Item] = []
        self._lines: dict[str, int] = {}

    def read_group(self, group: Section) -> None:
        """One group, and the skills below its headings of the third level."""
        about, *skills = split_at(
            group.document, group.body, "h3", self.problems, Section, before=group.title
        )
        item = self._item(group)
        item.written = inner_html(about.body).strip()
        if not skills:
            problem = f"“{group.title}” has no skill."
            self.problems.error(group.line, problem, "Add “### A skill {#code}” below it.")
        for place, skill in enumerate(skills):
            self._read_skill(skill, item.identifier, place)

    def _read_skill(self, section: Section, parent: str, place: int) -> None:
        item = self._item(section)
        item.parent, item.place = parent, place
        for part in list(section.body):
            if part.tag == "ol":
                if item.levels:
                    self.problems.error(section.line, f"“{item.name}” has two progressions.")
                item.levels = self._progression(section, [text_of(step) for step in part])
                section.body.remove(part)
            elif part.tag == "p" and (also := _ALSO.fullmatch(text_of(part))):
                item.facts["names"] = [name.strip(" .") for name in also[1].split(",")]
                section.body.remove(part)
        item.written = inner_html(section.body).strip()
        if not text_of(section.body):
            problem = f"“{item.name}” has no statement."
            self.problems.error(section.line, problem, "Say below the heading what it is.")
        if not item.levels:
            hint = f"Describe it in {len(self.levels)} steps: “1. …”, “2. …”."
            self.problems.error(section.line, f"“{item.name}” has no levels.", hint)

    def _progression(self, section: Section, steps: list[str]) -> list[dict[str, str]]:
        if len(steps) != len(self.levels) or not all(steps):
            problem = f"“{section.title}” describes {len(steps)} levels, not {len(self.levels)}."
            named = ", ".join(self.levels)
            self.problems.error(section.line, problem, f"Describe each of them: {named}.")
        return [
            {"name": name, "text": text} for name, text in zip(self.levels, steps, strict=False)
        ]

    def _item(self, section: Section) -> Item:
        code, title = section.key, section.title
        if not code:
            hint = f"Write “{title} {{#code}}”; people's placements hang on it."
            self.problems.error(section.line, f"“{title}” has no code.", hint)
        elif not _CODE.fullmatch(code) or len(code) > LONGEST_CODE:
            hint = "Use small letters, digits and hyphens."
            self.problems.error(section.line, f"“{code}” cannot be a code.", hint)
        elif code in self._lines:
            problem = f"The code “{code}” is used twice, first on line {self._lines[code]}."
            self.problems.error(section.line, problem, "Give one of them another.")
        if len(title) > LONGEST_NAME:
            self.problems.error(section.line, "This name is too long.", "Keep it short.")
        self._lines[code] = section.line
        place = sum(item.parent is None for item in self.items)
        item = Item(code, title[:LONGEST_NAME], code=code, place=place)
        self.items.append(item)
        return item
