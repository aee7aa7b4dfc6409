"""A patience difference (Bram Cohen's): pairs what stands once in both of two sequences.

What stands as often in the one as in the other is paired, the rarest first, then what stands
between two pairs in the same way. What stands less or more often than before has twins, and nothing
says which of them is left: it is not paired. The libraries at hand (difflib, diff-match-patch) look
for the longest or the shortest and do not say where another answer would have been as good.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Hashable, Iterator, Sequence
from itertools import pairwise
from typing import Any

_DEEPEST = 40


def paired(old: Sequence[Hashable], new: Sequence[Hashable]) -> Iterator[tuple[int, int]]:
    """What stands as often in both, paired in order; then the same between two pairs."""
    if old == new:
        yield from zip(range(len(old)), range(len(new)), strict=True)
        return
    gaps = [(0, len(old), 0, len(new), 0)]
    while gaps:
        lo, hi, lo2, hi2, depth = gaps.pop()
        if depth > _DEEPEST:
            continue
        if hi - lo == hi2 - lo2 == 1:
            if old[lo] == new[lo2]:
                yield lo, lo2
            continue
        pairs = in_order(_as_often(_places(old, lo, hi), _places(new, lo2, hi2)))
        if not pairs:
            continue
        yield from pairs
        edges = [(lo - 1, lo2 - 1), *pairs, (hi, hi2)]
        for (left, left2), (right, right2) in pairwise(edges):
            if right - left > 1 and right2 - left2 > 1:
                gaps.append((left + 1, right, left2 + 1, right2, depth + 1))


def _places(items: Sequence[Hashable], first: int, end: int) -> dict[Hashable, list[int]]:
    places: dict[Hashable, list[int]] = {}
    for number in range(first, end):
        places.setdefault(items[number], []).append(number)
    return places


def _as_often(old: dict[Any, list[int]], new: dict[Any, list[int]]) -> list[tuple[int, int]]:
    """The pairs of what stands as often in both, of the rarest such only."""
    both = [(len(here), here, new[item]) for item, here in old.items() if item in new]
    rarest = min((count for count, here, there in both if len(there) == count), default=0)
    return sorted(
        pair
        for count, here, there in both
        if count == rarest == len(there)
        for pair in zip(here, there, strict=True)
    )


def in_order(pairs: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The most of the pairs that do not cross one another (patience sorting)."""
    if all(left[1] < right[1] for left, right in pairwise(pairs)):
        return pairs
    tops: list[int] = []
    piles: list[int] = []
    before: list[int] = []
    for number, (_old, new) in enumerate(pairs):
        pile = bisect_left(tops, new)
        before.append(piles[pile - 1] if pile else -1)
        if pile == len(tops):
            tops.append(new)
            piles.append(number)
        else:
            tops[pile], piles[pile] = new, number
    chain = []
    number = piles[-1] if piles else -1
    while number >= 0:
        chain.append(pairs[number])
        number = before[number]
    return chain[::-1]
