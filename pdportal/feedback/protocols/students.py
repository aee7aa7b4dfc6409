"""A protocol in students' words: a sheet for each band of grades; its steps are cards and slides.

    ## For students, grades K-5

    ### Three kind and useful things

    What it is for.

    ### Step: Tell (3 min)

    Say one thing that works …

    ### For the teacher

    How to run it.

The first heading that is neither a step nor for the teacher is the title.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html import escape
from typing import Any
from xml.etree.ElementTree import Element

from pdportal.content.boxes import safe_html
from pdportal.content.handouts import check_sheet, grade_band
from pdportal.content.problems import Problems
from pdportal.content.tree import make, text_of
from pdportal.feedback.protocols.reading import Section

_STUDENTS = re.compile(r"^for students(?:[\s,:–—-]+grades?\s+(.+))?$", re.IGNORECASE)
_STEP = re.compile(
    r"^Step:\s*(.+?)\s*(?:[,(]\s*(\d{1,3})\s*min(?:utes?)?\.?\s*\)?)?$", re.IGNORECASE
)
_TEACHER = re.compile(r"^for the teacher\b", re.IGNORECASE)


@dataclass(frozen=True)
class Step:
    """One thing students do: a card, and a slide with a clock."""

    name: str
    minutes: int
    """0: no clock."""
    html: str


@dataclass(frozen=True)
class HandOut:
    """The version for one band of grades; all HTML is safe."""

    grades: str = ""
    """For which: K–5; empty: for all."""
    title: str = ""
    html: str = ""
    """The sheet that students get, without its title."""
    steps: tuple[Step, ...] = ()
    teacher: str = ""
    """How to run it in class."""

    @property
    def minutes(self) -> int:
        """How long it takes in class; 0: not said."""
        return sum(step.minutes for step in self.steps)


def hand_outs(data: dict[str, Any]) -> list[HandOut]:
    """The hand-outs of a protocol. Editions published before had one, without steps."""
    students = data.get("students", [])
    if isinstance(students, str):
        return [HandOut(html=students)] if students else []
    return [
        HandOut(**stored | {"steps": tuple(Step(**step) for step in stored["steps"])})
        for stored in students
    ]


def grades_in(title: str) -> str | None:
    """For which grades a section `For students, grades K-5` is; None: it is another section."""
    found = _STUDENTS.match(title)
    return grade_band(found[1] or "") if found else None


@dataclass
class _Part:
    heading: str
    body: Element = field(default_factory=lambda: make("div"))


def read_hand_out(section: Section, grades: str, problems: Problems) -> HandOut:
    """The hand-out that a section holds."""
    title, teacher = "", ""
    steps: list[Step] = []
    sheet: list[str] = []
    for part in _parts(section):
        html = safe_html(section.document, part.body)
        step = _STEP.match(part.heading)
        if _TEACHER.match(part.heading):
            teacher += html
            continue
        if step:
            steps.append(Step(step[1], int(step[2] or 0), html))
            if not html:
                problem = f"The step “{step[1]}” says nothing."
                problems.error(section.line, problem, "Say what to do in it.")
        if part.heading and not step and not title:
            title = part.heading
        elif part.heading:
            sheet.append(f"<h2>{escape(step[1] if step else part.heading)}</h2>")
        sheet.append(html)
    html = "".join(sheet)
    name = f"“{section.title}”"
    if not steps:
        hint = "Write a heading for each thing they do: ### Step: Tell (3 min)."
        problems.warning(section.line, f"{name} has no steps, so there are no cards.", hint)
    if not html:
        problems.error(section.line, f"{name} says nothing.", "Say it in students’ words.")
    check_sheet(name, html, section.line, problems)
    return HandOut(grades, title, html, tuple(steps), teacher)


def _parts(section: Section) -> list[_Part]:
    parts = [_Part("")]
    for element in section.body:
        if element.tag == "h3":
            parts.append(_Part(text_of(element)))
        else:
            parts[-1].body.append(element)
    return parts
