"""What leads may see of how others are doing: that things happened, never their content.

Names, dates, counts, done or waiting: those who run a cohort see these of its people, because
reminding them is their job, and only from what belongs to this cohort: the modules assigned to it
and the feedback asked of it. Titles, texts, answers, goals, clips and comments they never see.

A figure that sums up what the names do not already show (what becomes of comments, say) is over
what was asked of the cohort, which nobody changes by adding or removing people, and it moves by
whole lots of people whose answers move it, at least five of them others than whoever reads: reading
it twice, or with a colleague, tells no more than reading it once
(`docs/decisions/0019-figures-in-lots.md`).
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple, Protocol

from pdportal.accounts.models import Person
from pdportal.cohorts.models import Cohort
from pdportal.cohorts.policy import FEWEST, may_run
from pdportal.feedback.comments.answers import Verdict


def may_help(person: Person, cohort: Cohort) -> bool:
    """Whoever runs the cohort, while it lasts: asks people, asks colleagues, gives more time."""
    return cohort.is_open and may_run(person, cohort)


WAITED = timedelta(days=2)
"""So long after asking, somebody who waits for feedback is stuck; before, nothing is wrong yet."""


class Wait(Protocol):
    """A request to a cohort that waits for feedback, of somebody who is in the cohort now."""

    @property
    def since(self) -> datetime | None:
        """When it was shared."""

    @property
    def have(self) -> int:
        """How many reviews have come."""

    @property
    def needed(self) -> int:
        """How many are enough."""

    @property
    def nobody_left(self) -> bool:
        """Whether everybody has been asked."""


def is_stuck(wait: Wait, now: datetime) -> bool:
    """Somebody waits in vain: too little has come, and long since asking or nobody is left."""
    waited = wait.since is not None and wait.since <= now - WAITED
    return wait.have < wait.needed and (wait.nobody_left or waited)


def may_step_in(joined_at: datetime | None, wait: Wait, now: datetime) -> bool:
    """Whoever was in the cohort when a work was shared with it may help an author who is stuck.

    `joined_at` is of the current membership; None for whoever is not in the cohort.
    """
    was_in = joined_at is not None and wait.since is not None and joined_at <= wait.since
    return was_in and is_stuck(wait, now)


class Answer(NamedTuple):
    """An author's answer to a comment."""

    person_id: int
    comment_id: int
    verdict: str


class Comments(NamedTuple):
    """What became of comments, as far as figures may count them."""

    answered: int
    used: int


_NOTHING = Comments(0, 0)
_COUNTED: dict[str, Comments] = {
    Verdict.USE: Comments(1, 1),
    Verdict.ADAPT: Comments(1, 1),
    Verdict.DECLINE: Comments(1, 0),
}
"""What is an answer to a suggestion, and was it used; thanks for praise are none."""


def comments_counted(answers: Iterable[Answer]) -> Comments | None:
    """The figure over these answers, the same for everybody; None while it counts none.

    `answers` come in the order in which they were given; the last one on a comment holds. They
    count in lots: a lot is whole once it moves the figure for `FEWEST` people besides any one
    reader. Whoever answers, and leaves their own part of the figure as it was, is not in the lot.
    """
    moves = (
        Move(answer.person_id, answer.comment_id, _COUNTED.get(answer.verdict, _NOTHING))
        for answer in answers
    )
    figure = counted_in_lots(moves)
    return Comments(*figure) if figure[:1] > (0,) else None


def may_read_contacts(person: Person) -> bool:
    """Whoever leads somewhere in the district, and always of the whole district: who moves from
    school to school moves no figure."""
    return person.leads


class Move(NamedTuple):
    """What somebody adds to a figure from now on, by one of the things they add by."""

    person_id: int
    about: Hashable
    adds: tuple[int, ...]


def counted_in_lots(moves: Iterable[Move]) -> tuple[int, ...]:
    """The sums of what everybody adds, as far as they may be shown; `()` while there are none."""
    figure: tuple[int, ...] = ()
    last: dict[Hashable, tuple[int, ...]] = {}
    open_: dict[int, tuple[int, ...]] = {}
    for person_id, about, adds in moves:
        nothing = (0,) * len(adds)
        before, last[about] = last.get(about, nothing), adds
        moved = open_.pop(person_id, nothing)
        moved = tuple(m + n - b for m, n, b in zip(moved, adds, before, strict=True))
        if moved != nothing:
            open_[person_id] = moved
        if len(open_) > FEWEST:
            figure = tuple(map(sum, zip(figure or nothing, *open_.values(), strict=True)))
            open_ = {}
    return figure


class Share(StrEnum):
    """How many of some people, in words that do not say who is left over."""

    FEW = "few"
    """Fewer than a quarter."""
    LESS = "less"
    """Fewer than half."""
    HALF = "half"
    """Half or more."""
    MOST = "most"
    """Three quarters or more."""


MANY = 4 * FEWEST
"""So many people have at least `FEWEST` in each quarter of them."""


def share(some: int, of: int) -> Share:
    """A part of some people. Never as a number: the names of those who are done stand beside it."""
    if 2 * some >= of:
        return Share.MOST if of >= MANY and 4 * some >= 3 * of else Share.HALF
    return Share.FEW if of >= MANY and 4 * some < of else Share.LESS
