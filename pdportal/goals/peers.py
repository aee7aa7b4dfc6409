"""Five questions to put to a goal: powerful, easy to say, emotional, reachable, about students.

They are prompts for its owner (Knight's PEERS goals): no answer is asked for, and none is counted.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from pdportal.accounts.models import Person
from pdportal.goals.models import Goal
from pdportal.goals.services.checks import clean_text, require_owner
from pdportal.web.autosave import ChangedElsewhere, replace_values

LONGEST_WORDS = 1_000
ANSWERS = {"yes": _l("Yes"), "unsure": _l("Not yet")}
QUESTIONS: dict[str, LazyString] = {
    "powerful": _l("Would it make a real difference to students, not only to my planning?"),
    "easy": _l("Can I say it in one breath?"),
    "emotional": _l("Do I care about it when I imagine a Tuesday in November?"),
    "reachable": _l(
        "Can I tell, without guessing, whether it is happening, and is there a first thing to try?"
    ),
    "students": _l("Is it about what students do, rather than about what I do?"),
}


class Asked(NamedTuple):
    """One of the questions, with what the owner of a goal says to it."""

    key: str
    question: LazyString
    answer: str
    """A key of `ANSWERS`; empty: not answered."""
    words: str


def asked_about(goal: Goal) -> list[Asked]:
    """All five, as they stand."""
    said = goal.peers or {}
    return [Asked(key, asked, *said.get(key, ["", ""])) for key, asked in QUESTIONS.items()]


def answer_questions(
    owner: Person, goal: Goal, typed: Mapping[str, Any], *, version: int | None = None
) -> None:
    """Store what is said to the questions: `typed` has `peers-<key>` and `words-<key>`.

    Raises `ChangedElsewhere`.
    """
    require_owner(owner, goal)
    said = {}
    for key in QUESTIONS:
        answer = str(typed.get(f"peers-{key}", ""))
        words = clean_text(str(typed.get(f"words-{key}", "")), f"words-{key}", LONGEST_WORDS)
        if words or answer in ANSWERS:
            said[key] = [answer if answer in ANSWERS else "", words]
    try:
        replace_values(goal, {"peers": said or None}, version)
    except ChangedElsewhere as changed:
        stored = {f"words-{asked.key}": asked.words for asked in asked_about(goal)}
        raise ChangedElsewhere(changed.version, stored) from None
