"""What is wrong with a protocol that somebody writes, at the box it stands in, in plain words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from pdportal.content.problems import Problem, Problems
from pdportal.content.source import parse_source
from pdportal.feedback.protocols.compiler import compile_draft
from pdportal.feedback.protocols.models import Protocol
from pdportal.feedback.protocols.own.boxes import OUT, Boxes, known_boxes, stage_box, stage_keys
from pdportal.feedback.protocols.own.markdown import (
    Unreadable,
    Written,
    read,
    steps_without_a_name,
    write,
)

_MISSING = re.compile(r"^“(\w+)” is missing")
_BULLET = re.compile(r"^\s{0,3}[-*+] ", re.MULTILINE)
_PLAIN = {
    "group_min": _l("Write two numbers from 1 to 100, the smaller one first."),
    "name": _l("Give the stage a name."),
    "minutes": _l("Write whole minutes; what is usual lies between least and most."),
    "at_least": _l("Write a whole number up to 10; leave it empty where no comments are left."),
    "window": _l("Write a whole number from 1 to 60."),
    "roles": _l("A facilitator speaks in a stage: choose one who has a facilitator."),
    "intro": _l("Say in students’ words what they do."),
}
_WHOLE = {
    "No stage takes comments.": _l("Let at least one stage leave comments behind."),
    "No stage is for a meeting.": _l("Let at least one stage take place in a meeting."),
    "There is no version for students.": _l("Write it for students of one band of grades, too."),
    "There is no practice.": _l("With an example, colleagues could practice before they begin."),
}


@dataclass
class Checked:
    """A protocol as it would be published, or what is wrong with it."""

    draft: Protocol
    """All that can be made of it so far, to be tried."""
    protocol: Protocol | None
    problems: Sequence[Problem] = ()
    """With the lines of the Markdown."""
    faults: dict[str, str] = field(default_factory=dict)
    """By box; "" for what stands in none."""

    @property
    def can_be_tried(self) -> bool:
        """Whether somebody can walk through it: it has a stage that says what to do."""
        stages = self.draft.data.get("stages", [])
        return self.draft.kind != "cycle" and any(stage["prompt"] for stage in stages)

    @property
    def advice(self) -> list[str]:
        """What readers can live with."""
        messages = (problem.message for problem in self.problems if not problem.is_error)
        return [str(_WHOLE.get(message, message)) for message in messages]


def compiled(slug: str, text: str) -> Checked:
    """What the compiler makes of a Markdown text."""
    source, faults = parse_source(text.encode(), slug)
    problems = Problems(slug)
    problems.found += faults
    draft = compile_draft(slug, source, problems)
    draft.source = text
    found = sorted(set(problems.found))
    broken = any(problem.is_error for problem in found)
    return Checked(draft, None if broken else draft, found)


def check_boxes(slug: str, boxes: Boxes) -> Checked:
    """The same for what stands in the boxes, with the faults at their boxes.

    What the form would not read back as it was typed is a fault as well: Markdown that swallows
    what comes after it.
    """
    written = write(boxes)
    checked = compiled(slug, written.text)
    for key in stage_keys(boxes):
        box = stage_box(key, "prompt")
        if not boxes.get(box):
            checked.faults[box] = _("Say what to do in this stage.")
        elif _BULLET.search(boxes[box]):
            checked.faults[box] = _(
                "A list with bullets becomes ways to begin a sentence: write it in their box."
            )
    for box in steps_without_a_name(boxes):
        checked.faults[box] = _(
            "Begin with a line that names the first step, like this: Step: Tell (3 min)."
        )
    for problem in checked.problems:
        if problem.is_error and "has no prompt" not in problem.message:
            box, words = _fault(problem, written, boxes)
            checked.faults.setdefault(box, words)
    lost = None if any(checked.faults) else _lost(written, boxes)
    if lost is not None:
        words = _(
            "A heading with ## or a block that is not closed breaks what comes after it. Please "
            "write it in another way."
        )
        checked.faults = {lost: words}  # what else is missing, it has swallowed
    if checked.faults:
        checked.protocol = None
    return checked


def _fault(problem: Problem, written: Written, boxes: Boxes) -> tuple[str, str]:
    if missing := _MISSING.match(problem.message):
        return {"group": "group_min"}.get(missing[1], missing[1]), _("Please fill this in.")
    if problem.message in _WHOLE:
        return "", str(_WHOLE[problem.message])
    box = written.box_of(problem.line)
    name = known_boxes(boxes).get(box, ("", 0))[0]
    if box == "minutes":
        return box, _("Write a whole number from 1 to 600.")
    return box, str(_PLAIN.get(name, problem.message))


def _lost(written: Written, boxes: Boxes) -> str | None:
    """The first box that would not be read back as it is; None if all are."""
    try:
        again = read(written.text)
    except Unreadable as fault:
        return written.box_of(fault.line)
    known = known_boxes({**boxes, OUT: ""})
    names = [name for name in (*boxes, *again) if name in known]
    return next((name for name in names if _said(boxes, name) != _said(again, name)), None)


def _said(boxes: Boxes, name: str) -> list[str]:
    """The lines of a box; blank ones may come and go."""
    return [line.strip() for line in boxes.get(name, "").split("\n") if line.strip()]


def readable(slug: str, text: str) -> dict[str, str]:
    """The boxes of a Markdown text that hold all of it; none where the form cannot show it."""
    try:
        boxes = read(text)
    except Unreadable:
        return {}
    if "kind: cycle" in boxes.get("more", ""):
        return {}  # the form asks for stages
    before, after = compiled(slug, text).protocol, compiled(slug, write(boxes).text).protocol
    same = before is None or (after is not None and before.content_hash == after.content_hash)
    return boxes if same else {}
