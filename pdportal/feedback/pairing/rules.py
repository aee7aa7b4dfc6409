"""The rules of who may be asked by turns about whose work, and what cannot work: pure functions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from pdportal.feedback.pairing.models import Mix

Pair = frozenset[int]
"""The ids of two people, whichever way round."""


class Party(NamedTuple):
    """Somebody of a cohort, as far as rules look at them, and what pages call them."""

    person_id: int
    school_id: int | None = None
    group: str | None = ""
    name: str = ""
    school: str | None = ""


@dataclass(frozen=True)
class Rules:
    """How a cohort shares feedback out."""

    asked: int
    needed: int
    most: int
    """How many reviews somebody owes before others are asked in their place."""
    schools: Mix = Mix.ANY
    groups: Mix = Mix.ANY
    apart: Collection[Pair] = frozenset()
    must: Collection[tuple[int, int]] = frozenset()
    """Authors, each with a colleague who is asked about all their work."""
    version: int = 0
    """How often leads changed the numbers and where colleagues are from."""


def may_be_asked(rules: Rules, author: Party, other: Party) -> bool:
    """Whether `other` may be asked by turns about a work of `author`.

    Kept apart is stronger than a pair that must meet, and that is stronger than school and group.
    """
    if author.person_id == other.person_id:
        return False
    if {author.person_id, other.person_id} in rules.apart:
        return False
    if (author.person_id, other.person_id) in rules.must:
        return True
    return _fits(rules.schools, author.school_id == other.school_id) and _fits(
        rules.groups, author.group == other.group
    )


def _fits(mix: Mix, same: bool) -> bool:
    return mix is Mix.ANY or same == (mix is Mix.SAME)


def counts(others: int, *, asked: int, needed: int) -> tuple[int, int]:
    """How many are asked and how many are enough, where `others` could be asked.

    In a group too small for the usual number everybody is asked, and one fewer is enough.
    """
    if others >= asked:
        return asked, needed
    asked = max(1, others)
    return asked, min(needed, max(1, asked - 1))


class Desk(NamedTuple):
    """A review that somebody owes: about whose work, and who was asked about it so far."""

    author: Party
    reviewer: Party
    asked: Collection[int]


def may_swap(rules: Rules, mine: Desk, theirs: Desk) -> bool:
    """Whether each could be asked for the other's review; what must be reviewed by one stays."""
    for desk, taken in ((mine, theirs), (theirs, mine)):
        who = desk.reviewer
        must = (desk.author.person_id, who.person_id) in rules.must
        if must or who.person_id in taken.asked or not may_be_asked(rules, taken.author, who):
            return False
    return True


class Why(StrEnum):
    """What cannot work, or not as a lead may think; the worst first."""

    NOBODY = "nobody"
    """No colleague may be asked about this person's work."""
    TOO_FEW = "too_few"
    """Fewer than are needed."""
    MANY_MUST = "many_must"
    """More must be asked about this person's work than are asked."""
    BUSY = "busy"
    """This person must be asked by more authors than anybody should owe reviews."""


class Trouble(NamedTuple):
    """Where the rules of a cohort do not work out, and for whom."""

    why: Why
    person_id: int
    name: str
    people: int
    needed: int


def troubles(rules: Rules, people: Sequence[Party]) -> list[Trouble]:
    """What a lead should know before somebody waits: the worst first, else as `people` come.

    A group that is small altogether is none: there everybody is asked, and fewer are enough.
    """
    return sorted(_troubles(rules, people), key=lambda trouble: list(Why).index(trouble.why))


def _troubles(rules: Rules, people: Sequence[Party]) -> Iterator[Trouble]:
    here = {party.person_id for party in people}
    musts = [(author, other) for author, other in rules.must if {author, other} <= here]
    of_author = Counter(author for author, _other in musts)
    of_reviewer = Counter(other for _author, other in musts)
    _asked, enough = counts(len(people) - 1, asked=rules.asked, needed=rules.needed)
    limited = rules.apart or rules.schools != Mix.ANY or rules.groups != Mix.ANY
    for party in people:
        ident, name = party.person_id, party.name
        if limited and len(people) > 1:
            count = sum(may_be_asked(rules, party, other) for other in people)
            if count < enough:
                yield Trouble(Why.TOO_FEW if count else Why.NOBODY, ident, name, count, enough)
        if of_author[ident] > rules.asked:
            yield Trouble(Why.MANY_MUST, ident, name, of_author[ident], enough)
        if of_reviewer[ident] > rules.most:
            yield Trouble(Why.BUSY, ident, name, of_reviewer[ident], enough)
