"""Which changed sentence was which: by the words that only the two of them have in common."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Mapping, Set
from itertools import pairwise
from typing import TypeVar

from pdportal.feedback.works.patience import in_order
from pdportal.feedback.works.reading import Reading
from pdportal.feedback.works.words import weigh, weight

_COMMON = 4
"""In how many units a word may stand for pointing at one of them."""
_CANDIDATES = 4
_A_PHRASE = 12
Key = TypeVar("Key", bound=Hashable)
Units = Mapping[Key, Set[str]]
"""The words of each unit."""


def edited_units(old: Reading, new: Reading, same: dict[int, int]) -> Iterator[tuple[int, int]]:
    """The units that were changed at their place, paired in order; `same` were not changed."""
    edges = [(-1, -1), *sorted(same.items()), (len(old.units), len(new.units))]
    for (left, left2), (right, right2) in pairwise(edges):
        if right - left > 1 and right2 - left2 > 1:
            olds = {unit: old.unit_words[unit] for unit in range(left + 1, right)}
            news = {unit: new.unit_words[unit] for unit in range(left2 + 1, right2)}
            if len(olds) == len(news) == 1:
                ((unit, mine),), ((other, theirs),) = olds.items(), news.items()
                if mine & theirs and alike(weigh(mine & theirs), weigh(mine), weigh(theirs)):
                    yield unit, other
            else:
                yield from in_order(sorted(relatives(olds, news)))


def alike(shared: int, mine: int, theirs: int, part: float = 0.6) -> bool:
    """Whether what two units share is so much of both, or nearly all of the shorter; in weights."""
    enough = part * (mine + theirs) / 2
    return shared >= enough or (shared > _A_PHRASE and 4 * shared >= 3 * min(mine, theirs))


def has_rival(mine: Set[str], theirs: Set[str], others: Iterable[Set[str]]) -> bool:
    """Whether another unit may as well be in the place of `mine`."""
    shared = mine & theirs
    whole = weigh(shared)
    for other in others:
        if 10 * weigh(other & shared) < 3 * whole:
            continue
        rival = other & theirs
        if 2 * weigh(shared - rival) <= 3 * weigh(rival - shared):
            return True
    return False


def relatives(olds: Units[Key], news: Units[Key]) -> Iterator[tuple[Key, Key]]:
    """The pairs of units that have more in common with one another than with any other."""
    forward, backward = _candidates(olds, news), _candidates(news, olds)
    for unit, others in forward.items():
        if not others or unit not in backward[others[0]]:
            continue
        mine, theirs = olds[unit], news[others[0]]
        if not alike(weigh(mine & theirs), weigh(mine), weigh(theirs)):
            continue
        olds_too = (olds[each] for each in backward[others[0]] if each != unit)
        news_too = (news[each] for each in others[1:])
        if not has_rival(mine, theirs, olds_too) and not has_rival(theirs, mine, news_too):
            yield unit, others[0]


def _candidates(units: Units[Key], others: Units[Key]) -> dict[Key, list[Key]]:
    """For each unit the few that have most in common with it, the best and then the first first."""
    place = {other: number for number, other in enumerate(others)}
    where: dict[str, list[Key]] = {}
    for other, words in others.items():
        for word in words:
            where.setdefault(word, []).append(other)
    found = {}
    for unit, words in units.items():
        shared: Counter[Key] = Counter()
        for word in words:
            units_with = where.get(word, ())
            if len(units_with) <= _COMMON:
                for other in units_with:
                    shared[other] += weight(word)
        best = sorted(shared, key=lambda other: (-shared[other], place[other]))
        found[unit] = best[:_CANDIDATES]
    return found
