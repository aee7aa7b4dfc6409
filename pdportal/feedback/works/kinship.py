"""Which changed sentence was which: by the words that only the two of them have in common."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise

from pdportal.feedback.works.patience import in_order
from pdportal.feedback.works.reading import Reading
from pdportal.feedback.works.words import weigh, weight

_COMMON = 4
"""In how many units a word may stand for pointing at one of them."""
_CANDIDATES = 4
_A_PHRASE = 12
Words = Mapping[int, set[str]]
"""By the number of a unit."""


def edited_units(old: Reading, new: Reading, same: dict[int, int]) -> Iterator[tuple[int, int]]:
    """The units that were changed at their place, paired in order; `same` were not changed."""
    edges = [(-1, -1), *sorted(same.items()), (len(old.units), len(new.units))]
    for (left, left2), (right, right2) in pairwise(edges):
        if right - left > 1 and right2 - left2 > 1:
            olds = {unit: words_in(old, unit) for unit in range(left + 1, right)}
            news = {unit: words_in(new, unit) for unit in range(left2 + 1, right2)}
            yield from in_order(sorted(_pairs(olds, news)))


def words_in(reading: Reading, unit: int) -> set[str]:
    """The words of a unit."""
    first, end = reading.units[unit]
    return set(reading.words[first:end])


def alike(shared: int, mine: int, theirs: int, part: float = 0.6) -> bool:
    """Whether what two units share is so much of both, or nearly all of the shorter; in weights."""
    enough = part * (mine + theirs) / 2
    return shared >= enough or (shared > _A_PHRASE and 4 * shared >= 3 * min(mine, theirs))


def has_rival(mine: set[str], theirs: set[str], others: Iterable[set[str]]) -> bool:
    """Whether another unit may as well be in the place of `mine`."""
    shared = mine & theirs
    for other in others:
        rival = other & theirs
        if 10 * weigh(rival & shared) < 3 * weigh(shared):
            continue
        if 2 * weigh(shared - rival) <= 3 * weigh(rival - shared):
            return True
    return False


def _pairs(olds: Words, news: Words) -> Iterator[tuple[int, int]]:
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


def _candidates(units: Words, others: Words) -> dict[int, list[int]]:
    """For each unit the few that have most in common with it, the best first."""
    where: dict[str, list[int]] = {}
    for other, words in others.items():
        for word in words:
            where.setdefault(word, []).append(other)
    found = {}
    for unit, words in units.items():
        shared: Counter[int] = Counter()
        for word in words:
            there = where.get(word, ())
            if len(there) <= _COMMON:
                for other in there:
                    shared[other] += weight(word)
        found[unit] = [other for other, _weight in shared.most_common(_CANDIDATES)]
    return found
