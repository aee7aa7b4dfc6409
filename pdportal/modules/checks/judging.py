"""What a form says of whoever handed it in, skill by skill; and which form comes next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any

from pdportal.modules.checks.models import Check


class Standing(StrEnum):
    """How somebody stands on one skill of a check."""

    KNOWN = "known"
    PARTLY = "partly"
    NOT_YET = "not_yet"


def form_of(check: Check, number: int) -> dict[str, Any]:
    """A form by its number; an older edition may have had more of them."""
    form: dict[str, Any] = check.forms[number % len(check.forms)]
    return form


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
