"""Five questions to put to a goal: powerful, easy to say, emotional, reachable, about students.

They are prompts for its owner (Knight's PEERS goals): no answer is asked for, and none is counted.
"""

from __future__ import annotations

from collections.abc import Mapping

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


Answers = dict[str, list[str]]
"""By the key of a question: a key of `ANSWERS`, or nothing, and words."""


def answers_to(goal: Goal) -> Answers:
    """What the owner of a goal says to all five, as it stands."""
    stored = goal.peers or {}
    return {key: stored.get(key, ["", ""]) for key in QUESTIONS}


def answers_typed(typed: Mapping[str, str]) -> Answers:
    """The same, as a form has it: `peers-<key>` and `words-<key>`."""
    return {
        key: [typed.get(f"peers-{key}", ""), typed.get(f"words-{key}", "")] for key in QUESTIONS
    }


def answer_questions(
    owner: Person, goal: Goal, answers: Answers, *, version: int | None = None
) -> None:
    """Store what is said to the questions; raises `ChangedElsewhere`."""
    require_owner(owner, goal)
    given = {}
    for key, (answer, words) in answers.items():
        words = clean_text(words, f"words-{key}", LONGEST_WORDS)
        if words or answer in ANSWERS:
            given[key] = [answer if answer in ANSWERS else "", words]
    try:
        replace_values(goal, {"peers": given or None}, version)
    except ChangedElsewhere as changed:
        stored = {f"words-{key}": words for key, (_answer, words) in answers_to(goal).items()}
        raise ChangedElsewhere(changed.version, stored) from None
