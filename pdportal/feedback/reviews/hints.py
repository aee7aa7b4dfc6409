"""What a comment could still say: plain rules, which never keep anybody from going on."""

from __future__ import annotations

import re
from collections.abc import Iterable
from enum import StrEnum

from pdportal.feedback.comments.models import AnchorKind, Comment
from pdportal.feedback.kinds import kind_of
from pdportal.feedback.protocols.stages import Placing, Stage
from pdportal.feedback.rubrics.cells import Column, column_of


class Hint(StrEnum):
    """What is missing."""

    PLACE = "place"
    NEXT_MOVE = "next_move"
    REASON = "reason"
    """It only judges, as “Good job” does."""


_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_NAMES_A_PLACE = re.compile(r"\d|[“„«»‹›「『\"]\S")
"""A page, a minute, a step; or words of the work in quotation marks, in any script."""
_JUDGING = frozenset(
    _WORD.findall("""
    amazing awesome bad beautiful boring brilliant clear confused confusing cool excellent fantastic
    fine good great helpful interesting like liked love loved lovely neat nice ok okay perfect poor
    solid super terrific unclear vague weak well wonderful wow wrong
    """)
)
_AROUND = frozenset(
    _WORD.findall("""
    a all am and are at be bit but done everything for here i i'm in is isn't it it's its job just
    keep kind lesson little lot me my not of on overall part plan pretty quite really so some such
    text that that's the there these thing things think this to too up very was whole work you
    you're your
    """)
)
"""Words that say nothing more when they stand beside a judgment."""
_QUOTED = re.compile(r"[“„«\"][^“”„«»\"]*[”“»\"]")
_SEEN = _JUDGING - {"like", "liked", "ok", "okay", "well"} | {
    *(
        "appropriate",
        "effective",
        "engaged",
        "ineffective",
        "ought",
        "should",
        "shouldn't",
        "strong",
    )
}
"""Words that judge in a line that is to say what was seen or heard."""


def hints(comment: Comment, stage: Stage) -> list[Hint]:
    """What a comment lacks that its stage asks for, or that only judges; none before it is written.

    Whether it only judges is known in English alone: one word of another language, or one that is
    not in the lists, and nothing is said.
    """
    if not comment.is_written:
        return []
    placed = comment.anchor is not AnchorKind.WHOLE or (
        kind_of(comment.revision.work).anchors == {AnchorKind.WHOLE}
    )
    missing = lacking(stage, comment.text, comment.next_move, placed=placed)
    if column_of(comment.cell) in (None, Column.TO_WORK_ON):
        return missing
    return [hint for hint in missing if hint is not Hint.NEXT_MOVE]


def lacking(stage: Stage, text: str, next_move: str, *, placed: bool) -> list[Hint]:
    """The same for words in no comment yet; `placed`: whether a place was chosen for them."""
    missing = []
    if stage.place is Placing.ASKED and not placed and not names_a_place(text):
        missing.append(Hint.PLACE)
    if stage.next_move and not next_move.strip():
        missing.append(Hint.NEXT_MOVE)
    if not next_move.strip() and only_judges(text):
        missing.append(Hint.REASON)
    return missing


def names_a_place(text: str) -> bool:
    """Whether it has a number, or words in quotation marks."""
    return _NAMES_A_PLACE.search(text) is not None


def only_judges(text: str) -> bool:
    """Whether a text says nothing but that something is good or bad."""
    words = {word.replace("’", "'") for word in _WORD.findall(text.casefold())}
    return bool(words & _JUDGING) and words <= _JUDGING | _AROUND


def judging_words(text: str) -> list[str]:
    """The words that judge in what somebody noted of a lesson, beside what was said there."""
    words = _WORD.findall(_QUOTED.sub(" ", text.casefold()).replace("’", "'"))
    return list(dict.fromkeys(word for word in words if word in _SEEN))


def minutes_left(stages: Iterable[Stage]) -> int:
    """How long stages take together; 0 if one of them does not say."""
    minutes = [stage.minutes for stage in stages]
    return sum(minutes) if all(minutes) else 0
