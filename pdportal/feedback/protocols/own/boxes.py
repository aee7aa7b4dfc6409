"""The boxes of the form in which a protocol is written: its facts, stages, example and students.

What they hold is one flat mapping of names to texts, `Boxes`. A stage has a key that stays when it
is moved or renamed; `stages` is the order of the keys, `out` has those taken out, whose boxes are
kept so that they can be put back. A box that a form does not send stays as it was. Their labels are
in `feedback/_own_boxes.html`.
"""

from __future__ import annotations

from collections.abc import Mapping

from pdportal.feedback.works.services import clean, fitting

Boxes = Mapping[str, str]
Longest = dict[str, int]
ORDER, OUT = "stages", "out"
MOST_STAGES = 20
BANDS = {"young": "K-5", "older": "6-12"}

FACTS: Longest = {
    **{"name": 120, "summary": 400, "purpose": 2000, "family": 20, "minutes": 10, "trust": 10},
    **{"group_min": 10, "group_max": 10, "ways": 40, "roles": 60, "origin": 2000, "license": 200},
}
STAGE: Longest = {
    **{"name": 100, "speaks": 20, "silent": 20, "minutes": 10, "least": 10, "most": 10},
    **{"prompt": 4000, "stems": 2000, "kind": 80, "leaves": 20, "at_least": 10, "place": 20},
    **{"next_move": 10, "window": 10, "only": 20, "optional": 10},
}
EXAMPLE: Longest = {"work": 8000, "answer": 8000}
STUDENTS: Longest = {"title": 200, "intro": 3000, "steps": 6000, "teacher": 3000}
MORE: Longest = {"more": 4000, "rest": 20_000}
AREAS = {"prompt", "stems", "intro", "steps", "teacher", *EXAMPLE, *MORE}
"""Those with several lines; the others are one paragraph."""


def stage_keys(boxes: Boxes, which: str = ORDER) -> list[str]:
    """The stages in their order; with `OUT`, those that were taken out."""
    return boxes.get(which, "").split()


def stage_box(key: str, name: str) -> str:
    """The name of a box of one stage."""
    return f"s-{key}-{name}"


def band_box(band: str, name: str) -> str:
    """The name of a box of the version for one band of grades."""
    return f"{band}-{name}"


def known_boxes(boxes: Boxes) -> dict[str, tuple[str, int]]:
    """All boxes that there are, with what each is in its part, and how long it may be."""
    known = {name: (name, most) for name, most in (FACTS | EXAMPLE | MORE).items()}
    for band in BANDS:
        known |= {band_box(band, name): (name, most) for name, most in STUDENTS.items()}
    for key in (*stage_keys(boxes), *stage_keys(boxes, OUT)):
        known |= {stage_box(key, name): (name, most) for name, most in STAGE.items()}
    return known


def merged(stored: Boxes, typed: Boxes) -> dict[str, str]:
    """What is stored with what was typed put in place: a tidy text in each box that is not empty.

    The order can be another, of the stages there are. Raises `Refused` (422) with the box of a text
    that is too long.
    """
    order = stage_keys(stored)
    wanted = [key for key in dict.fromkeys(stage_keys(typed)) if key in order]
    boxes = {**stored, ORDER: " ".join(wanted + [key for key in order if key not in wanted])}
    for box, (_name, longest) in known_boxes(boxes).items():
        if box in typed:
            boxes[box] = fitting(typed[box], box, longest)
    return tidy(boxes)


def tidy(boxes: Boxes) -> dict[str, str]:
    """The same without empty boxes, odd characters, and blanks at the ends of lines."""
    known = known_boxes(boxes)
    tidied = {}
    for box, text in boxes.items():
        if box in known and known[box][0] in AREAS:
            lines = [line.rstrip() for line in clean(text).split("\n")]
            tidied[box] = "\n".join(lines).strip()
        else:
            tidied[box] = " ".join(clean(text).split())
    return {box: text for box, text in tidied.items() if text}
