"""A set of questions that is answered as a whole: typed, saved at every pause, and handed in.

Each question is a dict with a `key` and its compiled `data`. What stands in the boxes of one is a
list of pairs, so that it is stored as typed; only what is handed in is read and judged.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from flask_babel import gettext as _
from flask_babel import ngettext
from markupsafe import Markup
from werkzeug.datastructures import MultiDict

from pdportal import clock
from pdportal.db import db
from pdportal.modules import questions
from pdportal.modules.questions.kind import InvalidAnswer, Json, Tries
from pdportal.web.autosave import ChangedElsewhere
from pdportal.web.errors import Refused
from pdportal.web.parts import part

Questions = Sequence[Mapping[str, Any]]
"""The questions of a sheet in order: each with `key`, `data`, and perhaps its `skill`."""

Pairs = list[list[str]]
"""What the boxes of one question hold: names without the prefix, and values."""

LONGEST = 20_000
"""Characters in the boxes of one question."""


class Boxes(NamedTuple):
    """What a form holds for one question, and what it knew to be stored: see `digest`."""

    pairs: Pairs
    was: str


class NotAnswered(Refused):
    """Some questions have no answer, or none that can be taken; `mistakes` are by their keys."""

    def __init__(self, asked: Questions, mistakes: Mapping[str, str]) -> None:
        keys = [question["key"] for question in asked]
        numbers = ", ".join(str(keys.index(key) + 1) for key in mistakes)
        message = ngettext(
            "Question %(numbers)s has no answer yet.",
            "Questions %(numbers)s have no answer yet.",
            len(mistakes),
            numbers=numbers,
        )
        super().__init__(message, status=422)
        self.mistakes = mistakes


def prefix(number: int) -> str:
    """What stands before the names of the boxes of a question, by its number on the sheet."""
    return f"q{number}-"


def digest(pairs: Pairs) -> str:
    """What a form remembers of what is stored for a question."""
    return hashlib.sha256(json.dumps(pairs).encode()).hexdigest()[:16] if pairs else ""


def posted(data: dict[str, Any], pairs: Pairs) -> Json:
    """What the boxes of a question hold, as its kind reads it, not yet checked."""
    return questions.kind_of(data).read(MultiDict([(name, value) for name, value in pairs]))


def is_blank(pairs: Pairs) -> bool:
    """Whether nothing was chosen or typed."""
    return not any(value.strip() for _name, value in pairs)


def answered(asked: Questions, typed: Mapping[str, Pairs]) -> tuple[dict[str, Any], dict[str, str]]:
    """The answers with their verdicts, by key; and why some are none.

    A question without an answer is not right.
    """
    answers: dict[str, Any] = {}
    mistakes: dict[str, str] = {}
    for question in asked:
        key, data = question["key"], question["data"]
        pairs = typed.get(key, [])
        kind, answer, right = questions.kind_of(data), None, False
        try:
            answer = kind.check(data, posted(data, pairs))
            right = bool(kind.judge(data, answer).verdict)
        except InvalidAnswer as invalid:
            mistakes[key] = _("No answer yet.") if is_blank(pairs) else str(invalid)
        answers[key] = {"answer": answer, "right": right}
    return answers, mistakes


def merged(
    asked: Questions,
    stored: Mapping[str, Pairs],
    boxes: Mapping[str, Boxes],
    *,
    seen: int,
    version: int,
) -> tuple[dict[str, Pairs], dict[str, Pairs]]:
    """What to store of a form beside what is stored; and what another window stored meanwhile.

    A question that this form did not change stays as another window left it. One that both
    changed raises `ChangedElsewhere`, unless this form saw the last `version`.
    """
    typed, elsewhere = dict(stored), {}
    keys = [question["key"] for question in asked]
    for key, (pairs, was) in boxes.items():
        before = typed.get(key, [])
        if sum(len(name) + len(value) for name, value in pairs) > LONGEST:
            raise Refused(_("This answer is too long."), status=422, field=key)
        if pairs == before:
            continue
        if digest(pairs) == was:
            elsewhere[key] = before
        elif digest(before) == was or seen == version:
            typed[key] = pairs
        else:
            start = prefix(keys.index(key) + 1)
            raise ChangedElsewhere(version, {start + name: value for name, value in before})
    return typed, elsewhere


def save(row: Any, asked: Questions, boxes: Mapping[str, Boxes], seen: int) -> dict[str, Pairs]:
    """Store what is typed on a row that holds a sheet; gives what another window stored."""
    typed, elsewhere = merged(asked, row.typed, boxes, seen=seen, version=row.version)
    if typed != row.typed:
        row.typed, row.version, row.saved_at = typed, row.version + 1, clock.now()
        db.session.flush()
    return elsewhere


# Forms


def boxes_of(asked: Questions, sent: MultiDict[str, str]) -> dict[str, Boxes]:
    """What a posted form holds for each question, by key."""
    boxes = {}
    for number, question in enumerate(asked, 1):
        start = prefix(number)
        pairs = [
            [name.removeprefix(start), value]
            for name, value in sent.items(multi=True)
            if name.startswith(start) and name != f"{start}was" and value
        ]
        boxes[question["key"]] = Boxes(pairs, sent.get(f"{start}was", "")[:16])
    return boxes


def values_after(
    asked: Questions, boxes: Mapping[str, Boxes], elsewhere: Mapping[str, Pairs]
) -> dict[str, list[str]]:
    """What our script puts into the boxes of a form that was saved, by their names."""
    values: dict[str, list[str]] = {}
    for key, (pairs, was) in boxes.items():
        stored = elsewhere.get(key, pairs)
        if digest(stored) != was:
            values |= {box: [] for box in _names(asked, key, pairs)} | _names(asked, key, stored)
    return values


def _names(asked: Questions, key: str, pairs: Iterable[Sequence[str]]) -> dict[str, list[str]]:
    keys = [question["key"] for question in asked]
    start = prefix(keys.index(key) + 1)
    found: dict[str, list[str]] = {f"{start}was": [digest([list(pair) for pair in pairs])]}
    for name, value in pairs:
        found.setdefault(f"{start}{name}", []).append(value)
    return found


def typed_words(boxes: Mapping[str, Boxes]) -> list[tuple[str, str]]:
    """What stands in a form, for a page that gives it back to its writer."""
    return [
        ("", ", ".join(value for _name, value in pairs))
        for pairs, _was in boxes.values()
        if not is_blank(pairs)
    ]


def pieces(
    body: Iterable[Mapping[str, str]],
    asked: Questions,
    stored: Mapping[str, Pairs],
    *,
    answers: Mapping[str, Any] | None = None,
    typed: Mapping[str, Boxes] | None = None,
    mistakes: Mapping[str, str] | None = None,
    seed: int = 0,
    tells: bool = False,
) -> Markup:
    """A sheet to fill in, with `typed` in place of what is stored; with `answers`, as handed in."""
    blocks = {}
    for number, question in enumerate(asked, 1):
        key, template = question["key"], questions.kind_of(question["data"]).template
        over = (answers or {}).get(key)
        boxes = (typed or {}).get(key)
        block = _shown(question, stored.get(key, []), over, boxes, seed) | {
            "number": number,
            "prefix": prefix(number),
            "mistake": (mistakes or {}).get(key, ""),
            "tells": tells,
        }
        fields = part(template, "fields", block)
        blocks[key] = part("modules/questions/_on_sheet.html", "question", block, fields)
    return Markup().join(
        blocks[piece["block"]] if "block" in piece else Markup(piece["html"])  # noqa: S704  # cleaned when it was published
        for piece in body
    )


def _shown(
    question: Mapping[str, Any], stored: Pairs, over: Any, boxes: Boxes | None, seed: int
) -> dict[str, Any]:
    data = question["data"]
    if over is None:
        tries = Tries(posted=posted(data, boxes.pairs if boxes else stored), seed=seed)
    elif over["answer"] is None:
        tries = Tries(posted=posted(data, stored), seed=seed)
    else:
        tries = Tries(1, over["answer"], over["right"], seed=seed)
    kind = questions.kind_of(data)
    is_missed = over and not over["right"]
    solution = kind.solution(data) if is_missed else None
    return kind.shown(data, tries) | {
        "key": question["key"],
        "was": boxes.was if boxes else digest(stored),
        "skill": question.get("skill", ""),
        "over": over,
        "see": data.get("see") if is_missed else None,
        "explanation": (data.get("explanation_html") or "") if over else "",
        # Empty where no one answer can be named.
        "solution": [] if solution is None else kind.say(data, solution),
    }
