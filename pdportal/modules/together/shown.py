"""How answers side by side and their correction look to those who are in a group."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext
from markupsafe import Markup

from pdportal.modules import questions
from pdportal.modules.questions.sheet import Boxes, digest, prefix
from pdportal.modules.together.models import Group, Sheet


def say_audience(size: int) -> str:
    """Who will see one's answers, before anybody writes one."""
    if size == 2:
        return _("The one colleague of your group sees your answers, nobody else.")
    return ngettext(
        "The %(num)s colleague of your group sees your answers, nobody else.",
        "The up to %(num)s colleagues of your group see your answers, nobody else.",
        size - 1,
    )


def corrections(
    group: Group,
    people: Sequence[Sheet],
    me_id: int,
    typed: Mapping[str, Boxes] | None = None,
) -> list[dict[str, Any]]:
    """Each question with everybody's answer, the key, and what the group agrees on."""
    return [
        _correction(group, people, me_id, number, question, typed or {})
        for number, question in enumerate(group.block.data["questions"], 1)
    ]


def _correction(
    group: Group,
    people: Sequence[Sheet],
    me_id: int,
    number: int,
    question: Mapping[str, Any],
    typed: Mapping[str, Boxes],
) -> dict[str, Any]:
    key, data = question["key"], question["data"]
    kind = questions.kind_of(data)
    stored = group.texts.get(key, [])
    solution = kind.solution(data)
    boxes = typed.get(key)
    pairs = boxes.pairs if boxes else stored
    return {
        "number": number,
        "title": data.get("title") or "",
        "prompt": data["prompt_html"] or Markup(" … ").join(data.get("pieces", [])),
        "right": kind.say(data, solution) if solution is not None else [],
        "explanation": data.get("explanation_html") or "",
        "is_judged": kind.is_judged,
        "answers": [_answer(sheet, data, key, me_id) for sheet in people],
        "text": next((value for name, value in pairs if name == "text"), ""),
        "prefix": prefix(number),
        "was": boxes.was if boxes else digest(stored),
    }


def _answer(sheet: Sheet, data: dict[str, Any], key: str, me_id: int) -> dict[str, Any]:
    person = sheet.enrollment.person
    kind = questions.kind_of(data)
    answer = sheet.answers.get(key, {}).get("answer")
    judged = kind.judge(data, answer) if answer is not None else None
    return {
        "name": person.name,
        "is_mine": person.id == me_id,
        "words": kind.say(data, answer) if answer is not None else [],
        "right": judged.verdict if judged else None,
        "feedback": [html for html in judged.feedback.values() if html] if judged else [],
    }
