"""A protocol's Markdown: its sections, their settings, prompts and sentence starts."""

from __future__ import annotations

import re
from dataclasses import dataclass

from pdportal.content import sections
from pdportal.content.problems import Problems
from pdportal.content.read import read_markdown
from pdportal.content.sections import split_at
from pdportal.content.source import Source
from pdportal.content.tree import text_of
from pdportal.content.vocabulary import INTERACTIVE, NOTES

Line = tuple[int, str]
"""A line of the file, and its number there."""

SETTING = re.compile(r"^([a-z_]+)\s*:\s*(.*?)\s*$")
COMMENT = re.compile(r"\s+#\s.*$")


@dataclass
class Section(sections.Section):
    """A section of a protocol, which may be a stage."""

    @property
    def stage(self) -> tuple[str, str] | None:
        """The name and the key of the stage that this is: `Stage: Tell {#tell}`."""
        return self.headed("Stage")

    def headed(self, word: str) -> tuple[str, str] | None:
        """The name and the key of what this word begins the heading of."""
        match = re.match(rf"{word}:\s*(.+)$", self.title, re.IGNORECASE)
        return (match[1], self.key or _slug(match[1])) if match else None


@dataclass
class StageText:
    """What stands in the section of a stage."""

    settings: dict[str, Line]
    """By name: the line, and the value as it was written."""
    prompt: str
    """As safe HTML."""
    stems: list[str]


def sections_of(source: Source, problems: Problems) -> list[Section]:
    """The sections of a file, in order; what is wrong with its Markdown is noted."""
    document = read_markdown(source.body, path=source.path, first_line=source.first_line)
    problems.found += document.problems
    for div in document.divs.values():
        if div.kind in INTERACTIVE | NOTES:
            problem = f"A block called “{div.name}” has no place in a protocol."
            problems.error(div.line, problem, "Write it in a module.")
    return split_at(document, document.root, "h2", problems, Section)


def stage_text(section: Section) -> StageText:
    """The settings under the heading, then the prompt, with the sentence starts taken out of it."""
    settings: dict[str, Line] = {}
    first = section.body[0] if len(section.body) else None
    if first is not None and first.tag == "p":
        lines = (first.text or "").split("\n")
        while lines and (setting := SETTING.match(lines[0])):
            number = section.document.lines[first] + len(settings)
            settings[setting[1]] = (number, COMMENT.sub("", setting[2]))
            lines.pop(0)
        first.text = "\n".join(lines)
        if not text_of(first):
            section.body.remove(first)
    stems: list[str] = []
    for items in section.body.findall("ul"):
        stems += [text_of(item) for item in items]
        section.body.remove(items)
    return StageText(settings, section.html, stems)


def subsections(section: Section, problems: Problems) -> dict[str, Section]:
    """The sections below a heading of the third level, by the heading in small letters."""
    parts = split_at(section.document, section.body, "h3", problems, Section)
    return {part.title.lower(): part for part in parts}


def _slug(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") or "stage"
