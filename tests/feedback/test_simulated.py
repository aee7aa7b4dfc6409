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

from pdportal.feedback.pairing.models import Mix
from pdportal.feedback.pairing.rules import (
    Desk,
    Party,
    Rules,
    Why,
    counts,
    may_be_asked,
    may_swap,
    troubles,
)
from pdportal.feedback.rounds.allocation import LOTS, Colleague, choose

ASKED, NEEDED, MOST, LEASE = 3, 2, 3, 3
USUAL = Rules(ASKED, NEEDED, MOST)


@dataclass
class Someone:
    """How somebody behaves: day by day, numbered from the sharing."""

    gives_after: int | None
    """Days until they give what they are asked; None: never."""
    here_from: int = 0
    leaves_on: int = 10_000
    away: range = range(0)
    declines: bool = False
    school: int = 0
    group: str = ""

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

    def __init__(self, people: list[Someone], rules: Rules = USUAL) -> None:
        self.people = people
        self.rules = rules
        self.requests: list[Request] = []
        self.in_hand: Counter[int] = Counter()
        self.has_given: Counter[int] = Counter()
        self.shared: Counter[int] = Counter()

    def share(self, author: int, day: int) -> None:
        request = Request(author)
        others = len(self.free_for(request, day))
        request.asked, request.needed = counts(others, asked=ASKED, needed=NEEDED)
        self.shared[author] += 1
        self.requests.append(request)
        self.keep_asking(request, day)

    def free_for(self, request: Request, day: int) -> list[int]:
        return [
            number
            for number, one in enumerate(self.people)
            if one.may_be_asked(day)
            and number not in request.ever
            and may_be_asked(self.rules, self.party(request.author), self.party(number))
        ]

    def party(self, number: int) -> Party:
        return Party(number, self.people[number].school, self.people[number].group)

    def must(self, request: Request, number: int) -> bool:
        return (request.author, number) in self.rules.must

    def swap(self, random: Random) -> None:
        """Two who owe a review change them, if both may."""
        owed = [(request, n) for request in self.requests for n in request.owed]
        if len(owed) < 2:
            return
        (one, n), (two, m) = random.sample(owed, 2)
        desks = [Desk(self.party(r.author), self.party(k), r.ever) for r, k in ((one, n), (two, m))]
        if may_swap(self.rules, *desks):
            for request, gone, comes in ((one, n, m), (two, m, n)):
                request.owed[comes] = request.owed.pop(gone)
                request.ever.add(comes)

    def keep_asking(self, request: Request, day: int) -> None:
        more = request.asked - len(request.given) - len(request.owed)
        if len(request.given) >= request.needed or more <= 0:
            return
        free = self.free_for(request, day)
        loads = [
            Colleague(
                n, self.in_hand[n], self.has_given[n], 0, self.shared[n], self.must(request, n)
            )
            for n in free
        ]
        chosen = choose(loads, more, most=MOST, least=request.short_by)
        assert {n for n in free if self.must(request, n)} <= set(chosen)
        by_turns = [self.in_hand[n] for n in chosen if not self.must(request, n)]
        left = [self.in_hand[n] for n in free if n not in chosen]
        assert max(by_turns, default=0) <= min(left, default=max(by_turns, default=0)), (
            "Least first."
        )
        for number in chosen:
            if self.in_hand[number] >= MOST and not self.must(request, number):
                room = [n for n in free if self.in_hand[n] < MOST]
                assert set(room) <= set(chosen), "Somebody with room is asked before."
        for number in chosen:
            assert number not in request.ever, "Nobody is asked twice."
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
                if gives and one.may_be_asked(day) and not one.declines:
                    request.given.add(number)
                    self.has_given[number] += 1
                elif not late and one.may_be_asked(day) and not one.declines:
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
    one.school, one.group = random.randrange(3), random.choice("ab")
    match random.randrange(7):
        case 0:
            first = random.randrange(20)
            one.away = range(first, first + random.randrange(1, 15))
        case 1:
            one.leaves_on = random.randrange(1, 25)
        case 2:
            one.here_from = random.randrange(1, 25)
        case 3:
            one.declines = True
    return one


def some_rules(random: Random, size: int) -> Rules:
    """Pairs that must and pairs that must not, and now and then schools and groups that count."""

    def pairs() -> set[tuple[int, int]]:
        return {(n, random.randrange(size)) for n in range(size) if random.random() < 0.4}

    apart = {frozenset(pair) for pair in pairs() if len(set(pair)) == 2}
    must = {pair for pair in pairs() if len(set(pair)) == 2}
    mixes = [Mix.ANY, Mix.ANY, Mix.SAME, Mix.OTHER]
    return Rules(ASKED, NEEDED, MOST, random.choice(mixes), random.choice(mixes), apart, must)


sizes = st.one_of(st.integers(2, 12), st.integers(13, 60))


@settings(max_examples=20, deadline=None)
@given(size=sizes, seed=st.integers(0, 10_000))
@example(size=500, seed=1)
def test_whatever_people_do_nobody_waits_for_ever(size: int, seed: int):
    with lots(seed) as random:
        people = [someone(random) for _nth in range(size)]
        play = Play(people, some_rules(random, size) if seed % 3 else USUAL)
        starts = {n: one.here_from for n, one in enumerate(play.people)}
        last = 40
        for day in range(last):
            authors = [n for n, start in starts.items() if start == day]
            for author in random.sample(authors, len(authors)):
                play.share(author, day)
            play.swap(random)
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
            for number in request.ever:
                assert {number, request.author} not in play.rules.apart
                assert may_be_asked(play.rules, play.party(request.author), play.party(number))
                assert number != request.author


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


@settings(max_examples=60, deadline=None)
@given(size=st.integers(2, 14), seed=st.integers(0, 10_000))
def test_what_cannot_work_is_said_before_it_bites(size: int, seed: int):
    with lots(seed) as random:
        people = [someone(random) for _nth in range(size)]
        for one in people:
            one.gives_after, one.declines, one.away, one.here_from = 0, False, range(0), 0
            one.leaves_on = 10_000
        play = Play(people, some_rules(random, size))
        said = {(trouble.why, trouble.person_id) for trouble in troubles(play.rules, parties(play))}
        _asked, enough = counts(size - 1, asked=ASKED, needed=NEEDED)
        for author in range(size):
            play.share(author, 0)
            play.a_day(0)
            waits = len(play.requests[-1].given) < enough
            known = {(Why.NOBODY, author), (Why.TOO_FEW, author)} & said
            assert waits == bool(known)
            assert waits or len(play.requests[-1].ever) >= enough
            musts = sum(play.must(play.requests[-1], n) for n in range(size))
            assert ((Why.MANY_MUST, author) in said) == (musts > ASKED)


def parties(play: Play) -> list[Party]:
    return [play.party(number) for number in range(len(play.people))]


def test_of_the_rules_the_strongest_holds():
    ada, ben, cy = Party(1, 10, "6"), Party(2, 10, "7"), Party(3, None, "6")
    both = {"apart": {frozenset({1, 2})}, "must": {(1, 2)}}
    assert not may_be_asked(Rules(3, 2, 3, **both), ada, ben)
    assert not may_be_asked(Rules(3, 2, 3, **both), ben, ada)
    other = Rules(3, 2, 3, Mix.OTHER, must={(1, 2)})
    assert may_be_asked(other, ada, ben)
    assert not may_be_asked(other, ben, ada), "A pair that must meet goes one way."
    assert may_be_asked(other, ada, cy)
    assert [may_be_asked(Rules(3, 2, 3, groups=mix), ada, cy) for mix in Mix] == [True, True, False]
    assert [trouble.why for trouble in troubles(Rules(1, 1, 1, Mix.SAME), [ada, ben, cy])] == [
        Why.NOBODY
    ]
    assert troubles(Rules(1, 1, 1), [ada]) == []
