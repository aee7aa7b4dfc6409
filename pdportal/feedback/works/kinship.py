"""Which changed sentence was which: by the words that only the two of them have in common."""

from __future__ import annotations

from collections import Counter, defaultdict
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
_MANY = 20
"""How many units are looked at for one that says all another does."""
ENOUGH = 8
"""What words have to weigh for being known again by themselves."""
Key = TypeVar("Key", bound=Hashable)
Units = Mapping[Key, Counter[str]]
"""The words of each unit, and how often each stands there."""


def edited_units(old: Reading, new: Reading, same: dict[int, int]) -> Iterator[tuple[int, int]]:
    """The units that were changed at their place, paired in order; `same` were not changed."""
    edges = [(-1, -1), *sorted(same.items()), (len(old.units), len(new.units))]
    for (left, left2), (right, right2) in pairwise(edges):
        if right - left > 1 and right2 - left2 > 1:
            olds = {unit: old.unit_words[unit] for unit in range(left + 1, right)}
            news = {unit: new.unit_words[unit] for unit in range(left2 + 1, right2)}
            if len(olds) == len(news) == 1:
                pairs = [(left + 1, left2 + 1)]
                pairs = [(a, b) for a, b in pairs if _are_kin(olds[a], news[b])]
            else:
                pairs = in_order(sorted(relatives(olds, news)))
            yield from (pair for pair in pairs if not is_part_of_another(*pair, old, new))


def alike(shared: int, mine: int, theirs: int, part: float = 0.6) -> bool:
    """Whether what two units share is so much of both, or nearly all of the shorter; in weights.

    A word or two that both have are not enough, unless that is nearly all.
    """
    if shared < ENOUGH and 4 * shared < 3 * max(mine, theirs):
        return False
    enough = part * (mine + theirs) / 2
    return shared >= enough or (shared > _A_PHRASE and 4 * shared >= 3 * min(mine, theirs))


def _are_kin(mine: Counter[str], theirs: Counter[str]) -> bool:
    """Whether one unit may be the other, edited: each word counted once, and as often as it is."""
    if not alike(weigh(mine.keys() & theirs.keys()), weigh(mine), weigh(theirs)):
        return False
    return alike(*(weigh(words.elements()) for words in (mine & theirs, mine, theirs)))


def is_part_of_another(unit: int, other: int, old: Reading, new: Reading) -> bool:
    """Whether the new unit is another old one with less words, and this one it is not."""
    theirs = new.unit_words[other]
    if theirs <= old.unit_words[unit]:
        return False
    said = [word for word in theirs if weight(word)]
    rarest = min((old.units_with.get(word, ()) for word in said), key=len, default=())
    return any(each != unit and theirs <= old.unit_words[each] for each in rarest[:_MANY])


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
    olds_with, news_with = _units_by_word(olds), _units_by_word(news)
    forward = _candidates(olds_with, news_with, list(news))
    backward = _candidates(news_with, olds_with, list(olds))
    for unit in olds:
        others = forward.get(unit, ())
        if not others or unit not in backward.get(others[0], ()):
            continue
        if not _are_kin(olds[unit], news[others[0]]):
            continue
        mine, theirs = olds[unit].keys(), news[others[0]].keys()
        olds_too = (olds[each].keys() for each in backward[others[0]] if each != unit)
        news_too = (news[each].keys() for each in others[1:])
        if not has_rival(mine, theirs, olds_too) and not has_rival(theirs, mine, news_too):
            yield unit, others[0]


def _units_by_word(units: Units[Key]) -> dict[str, list[Key]]:
    """The units that have a word, by word; both in order."""
    found: dict[str, list[Key]] = {}
    for unit, words in units.items():
        for word in words:
            found.setdefault(word, []).append(unit)
    return found


def _candidates(
    units: Mapping[str, list[Key]], others: Mapping[str, list[Key]], order: list[Key]
) -> dict[Key, list[Key]]:
    """For each unit the few that have most in common with it, the best and then the first first.

    Units are given by their words, and the order of the others. What has no word in common that
    points anywhere is left out.
    """
    place = {other: number for number, other in enumerate(order)}
    shared: dict[Key, dict[Key, int]] = defaultdict(lambda: defaultdict(int))
    for word in units.keys() & others.keys():
        if len(others[word]) <= _COMMON:
            weighs = weight(word)
            for unit in units[word]:
                common = shared[unit]
                for other in others[word]:
                    common[other] += weighs
    return {
        unit: sorted(common, key=lambda other: (-common[other], place[other]))[:_CANDIDATES]
        for unit, common in shared.items()
    }
