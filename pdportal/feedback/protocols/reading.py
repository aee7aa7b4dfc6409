"""A protocol's Markdown: its sections, their settings, prompts and sentence starts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from markdown import Markdown

from pdportal.content.html import sanitise
from pdportal.content.source import Source

Line = tuple[int, str]
"""A line of the file, and its number there."""

_HEADING = re.compile(r"^(#{1,6})\s+(.*?)\s*#*\s*$")
_STAGE = re.compile(r"^Stage:\s*(.+?)(?:\s*\{#([\w-]+)\})?$", re.IGNORECASE)
_SETTING = re.compile(r"^([a-z_]+)\s*:\s*(.*?)\s*$")
_ITEM = re.compile(r"^[-*+]\s+(.*)$")
_COMMENT = re.compile(r"\s+#\s.*$")
_EMPHASIS = re.compile(r"(?<!\w)[*_]{1,2}(\S(?:.*?\S)?)[*_]{1,2}(?!\w)")
_FENCE = re.compile(r"^ {0,3}(`{3,}|~{3,})")


@dataclass
class Section:
    """A heading of the second level, and the lines below it."""

    title: str
    line: int
    lines: list[Line] = field(default_factory=list)

    @property
    def stage(self) -> tuple[str, str] | None:
        """The name and the key of the stage that this is: `Stage: Tell {#tell}`."""
        match = _STAGE.match(self.title)
        return (match[1], match[2] or _slug(match[1])) if match else None


@dataclass
class StageText:
    """What stands in the section of a stage."""

    settings: dict[str, Line]
    """By name: the line, and the value as it was written."""
    prompt: list[Line]
    stems: list[str]


def sections_of(source: Source) -> Iterator[Section]:
    """The sections of a file, in order; what stands before the first is left out."""
    section: Section | None = None
    fence = ""
    for number, line in enumerate(source.body.split("\n"), source.first_line):
        opened = _FENCE.match(line)
        if opened and not fence:
            fence = opened[1]
        elif opened and line.strip().startswith(fence):
            fence = ""
        heading = None if fence else _HEADING.match(line)
        if heading and len(heading[1]) == 2:
            if section:
                yield section
            section = Section(heading[2], number)
        elif section:
            section.lines.append((number, line))
    if section:
        yield section


def stage_text(section: Section) -> StageText:
    """The settings under the heading, then the prompt, with the sentence starts taken out of it."""
    settings: dict[str, Line] = {}
    rest = list(section.lines)
    while rest:
        number, line = rest[0]
        setting = _SETTING.match(line)
        if (line.strip() and not setting) or (not line.strip() and settings):
            break
        rest.pop(0)
        if setting:
            settings[setting[1]] = (number, _COMMENT.sub("", setting[2]))
    prompt: list[Line] = []
    stems: list[str] = []
    for number, line in rest:
        item = _ITEM.match(line)
        if item:
            stems.append(item[1].strip())
        elif stems and line.startswith((" ", "\t")) and line.strip():
            stems[-1] = f"{stems[-1]} {line.strip()}"
        else:
            prompt.append((number, line))
    return StageText(settings, prompt, [_EMPHASIS.sub(r"\1", stem) for stem in stems])


def subsections(section: Section) -> dict[str, list[Line]]:
    """The lines below each heading of the third level, by the heading in small letters."""
    parts: dict[str, list[Line]] = {}
    part: list[Line] | None = None
    for number, line in section.lines:
        heading = _HEADING.match(line)
        if heading and len(heading[1]) == 3:
            part = parts.setdefault(heading[2].lower(), [])
        elif part is not None:
            part.append((number, line))
    return parts


def html_of(lines: list[Line]) -> str:
    """Lines of Markdown as safe HTML."""
    text = "\n".join(line for _number, line in lines).strip()
    if not text:
        return ""
    markdown = Markdown(extensions=["tables", "sane_lists", "smarty"], output_format="html")
    html = markdown.convert(text)
    html = html.replace("<table>", '<div class="table-wrap"><table>')
    return sanitise(html.replace("</table>", "</table></div>"))


def _slug(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") or "stage"
