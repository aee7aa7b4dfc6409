"""Cohorts of 2 to 500, simulated over `choose` and `counts`: nobody waits for ever, loads are even.

What `keep_asking` and the lease do to rows is done here to sets, so that 500 people take a second;
`test_allocation.py` plays the same on a database with a few.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from random import Random

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pdportal.feedback.rounds.allocation import LOTS, Colleague, choose, counts

ASKED, NEEDED, MOST, LEASE = 3, 2, 3, 3


@dataclass
class Someone:
    """How somebody behaves: day by day, numbered from the sharing."""

    gives_after: int | None
    """Days until they give what they are asked; None: never."""
    here_from: int = 0
    leaves_on: int = 10_000
    away: range = range(0)

    def may_be_asked(self, day: int) -> bool:
        return self.here_from <= day < self.leaves_on and day not in self.away


@dataclass
class Request:
    """One author's round: who owes a review since when, who gave, who was ever asked."""

    author: int
    asked: int = 0
    needed: int = 0
    owed: dict[int, int] = field(default_factory=dict)
    given: set[int] = field(default_factory=set)
    ever: set[int] = field(default_factory=set)

    @property
    def short_by(self) -> int:
        return self.needed - len(self.given) - len(self.owed)


class Play:
    """A cohort, and what it does day by day."""

    def __init__(self, people: list[Someone]) -> None:
        self.people = people
        self.requests: list[Request] = []
        self.in_hand: Counter[int] = Counter()
        self.has_given: Counter[int] = Counter()
        self.shared: Counter[int] = Counter()

    def share(self, author: int, day: int) -> None:
        request = Request(author)
        others = sum(one.may_be_asked(day) for one in self.people) - 1
        request.asked, request.needed = counts(others, asked=ASKED, needed=NEEDED)
        self.shared[author] += 1
        self.requests.append(request)
        self.keep_asking(request, day)

    def free_for(self, request: Request, day: int) -> list[int]:
        return [
            number
            for number, one in enumerate(self.people)
            if one.may_be_asked(day) and number != request.author and number not in request.ever
        ]

    def keep_asking(self, request: Request, day: int) -> None:
        more = request.asked - len(request.given) - len(request.owed)
        if len(request.given) >= request.needed or more <= 0:
            return
        free = self.free_for(request, day)
        loads = [Colleague(n, self.in_hand[n], self.has_given[n], 0, self.shared[n]) for n in free]
        chosen = choose(loads, more, most=MOST, least=request.short_by)
        room = [n for n in free if self.in_hand[n] < MOST]
        for number in chosen:
            if self.in_hand[number] >= MOST:
                assert set(room) <= set(chosen), "Somebody with room is asked before."
        for number in chosen:
            assert number not in request.ever, "Nobody is asked twice."
            assert number != request.author
            request.ever.add(number)
            request.owed[number] = day
            self.in_hand[number] += 1

    def a_day(self, day: int) -> None:
        """People give; leases end, people are away or leave; the next are asked."""
        for request in self.requests:
            for number, since in list(request.owed.items()):
                one = self.people[number]
                late = day - since >= LEASE
                gives = one.gives_after is not None and day - since >= one.gives_after
                if gives and one.may_be_asked(day):
                    request.given.add(number)
                    self.has_given[number] += 1
                elif not late and one.may_be_asked(day):
                    continue
                del request.owed[number]
                self.in_hand[number] -= 1
        for request in self.requests:
            self.keep_asking(request, day)


@contextmanager
def lots(seed: int) -> Iterator[Random]:
    """Chance that falls alike each time."""
    random = Random(seed)  # noqa: S311
    token = LOTS.set(random)
    try:
        yield random
    finally:
        LOTS.reset(token)


def someone(random: Random) -> Someone:
    """Prompt, late, silent; perhaps away for a while, gone half way, or come later."""
    one = Someone(random.choice([0, 1, 2, 2, 5, None]))
    match random.randrange(6):
        case 0:
            first = random.randrange(20)
            one.away = range(first, first + random.randrange(1, 15))
        case 1:
            one.leaves_on = random.randrange(1, 25)
        case 2:
            one.here_from = random.randrange(1, 25)
    return one


sizes = st.one_of(st.integers(2, 12), st.integers(13, 60))


@settings(max_examples=20, deadline=None)
@given(size=sizes, seed=st.integers(0, 10_000))
@example(size=500, seed=1)
def test_whatever_people_do_nobody_waits_for_ever(size: int, seed: int):
    with lots(seed) as random:
        play = Play([someone(random) for _nth in range(size)])
        starts = {n: one.here_from for n, one in enumerate(play.people)}
        last = 40
        for day in range(last):
            authors = [n for n, start in starts.items() if start == day]
            for author in random.sample(authors, len(authors)):
                play.share(author, day)
            play.a_day(day)
            if day > 30 and not any(request.short_by > 0 for request in play.requests):
                break
        # From now on the leases run out one after the other: at most so many days a colleague.
        for day in range(last, last + (LEASE + 1) * size):
            open_ = [one for one in play.requests if len(one.given) < one.needed]
            if not any(one.owed or play.free_for(one, day) for one in open_):
                break
            play.a_day(day)
        for request in play.requests:
            enough = len(request.given) >= request.needed
            assert enough or not play.free_for(request, day), "Nobody is left, and it is said."
            assert enough or not request.owed


@settings(max_examples=20, deadline=None)
@given(size=sizes, seed=st.integers(0, 10_000))
@example(size=500, seed=1)
def test_when_all_share_loads_are_within_one_of_each_other(size: int, seed: int):
    with lots(seed) as random:
        play = Play([Someone(None) for _nth in range(size)])
        for author in random.sample(range(size), size):
            play.share(author, 0)
        loads = [play.in_hand[number] for number in range(size)]
    assert max(loads) - min(loads) <= 1, Counter(loads)
    assert max(loads) <= MOST


@pytest.mark.parametrize("away", [1, 5, 9])
def test_those_who_are_here_share_the_load_of_those_who_are_away(away: int):
    with lots(away) as random:
        people = [Someone(None) for _nth in range(20)]
        for one in people[:away]:
            one.away = range(1)
        play = Play(people)
        for author in random.sample(range(away, 20), 20 - away):
            play.share(author, 0)
    loads = [play.in_hand[number] for number in range(20)]
    assert loads[:away] == [0] * away
    assert max(loads[away:]) - min(loads[away:]) <= 1
