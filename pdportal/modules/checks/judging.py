"""What a form says of whoever handed it in, skill by skill; and which form comes next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any

from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from pdportal.modules import questions
from pdportal.modules.checks.models import Check
from pdportal.modules.questions.kind import InvalidAnswer, Json

Pairs = list[list[str]]
"""What the boxes of one question hold: names without the prefix, and values."""


class Standing(StrEnum):
    """How somebody stands on one skill of a check."""

    KNOWN = "known"
    PARTLY = "partly"
    NOT_YET = "not_yet"


def form_of(check: Check, number: int) -> dict[str, Any]:
    """A form by its number; an older edition may have had more of them."""
    form: dict[str, Any] = check.forms[number % len(check.forms)]
    return form


def prefix(number: int) -> str:
    """What stands before the names of the boxes of a question, by its number in the form."""
    return f"q{number}-"


def posted(data: dict[str, Any], pairs: Pairs) -> Json:
    """What the boxes of a question hold, as its kind reads it, not yet checked."""
    return questions.kind_of(data).read(MultiDict([(name, value) for name, value in pairs]))


def is_blank(pairs: Pairs) -> bool:
    """Whether nothing was chosen or typed."""
    return not any(value.strip() for _name, value in pairs)


def answered(
    form: Mapping[str, Any], typed: Mapping[str, Pairs]
) -> tuple[dict[str, Any], dict[str, str]]:
    """The answers of a form with their verdicts, by key; and why some are none.

    A question without an answer is not right.
    """
    answers: dict[str, Any] = {}
    mistakes: dict[str, str] = {}
    for question in form["questions"]:
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


def standings(
    check: Check, form: Mapping[str, Any], answers: Mapping[str, Any]
) -> dict[str, Standing]:
    """How somebody stands on each skill of the check."""
    found: dict[str, Standing] = {}
    for skill in check.skills:
        right = [
            answers.get(question["key"], {}).get("right", False)
            for question in form["questions"]
            if question["skill"] == skill
        ]
        enough = check.needed if check.each_skill else len(right)
        found[skill] = Standing.KNOWN if sum(right) >= enough else Standing.PARTLY
        if not any(right):
            found[skill] = Standing.NOT_YET
    return found


def is_met(check: Check, form: Mapping[str, Any], answers: Mapping[str, Any]) -> bool:
    """Whether these answers meet the check."""
    if check.each_skill:
        return set(standings(check, form, answers).values()) == {Standing.KNOWN}
    return sum(bool(each["right"]) for each in answers.values()) >= check.needed


def next_form(seen: Sequence[int], count: int) -> int:
    """A form nobody has seen yet, in turn after the first one; then the one seen longest ago."""
    turn = [(seen[0] + step) % count for step in range(count)]
    latest = {form % count: place for place, form in enumerate(seen)}
    return min(turn, key=lambda form: latest.get(form, -1))
