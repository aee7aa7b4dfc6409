"""Which words of a text are those of a later one: by where they stand, never by likeness alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pdportal.feedback.works.kinship import edited_units
from pdportal.feedback.works.patience import paired
from pdportal.feedback.works.reading import Reading
from pdportal.feedback.works.words import weigh

_A_WORD = 5
_MANY = 6
Span = tuple[int, int, int, int]
"""From and to before where in the old text, and the same in the new one."""


@dataclass(frozen=True)
class Alignment:
    """For each word of the old text the number of the word it is in the new one, or -1."""

    to: list[int]
    back: list[int]
    """The other way round."""
    sure: bytearray
    """Whether no other pairing of an old word is as good."""
    units: dict[int, int]
    """Units that are as they were, by the number of the old one."""
    edited: dict[int, int]
    """Units that were changed, by the number of the old one."""


def align(old: Reading, new: Reading) -> Alignment:
    """Pair the words of two texts, in order; linear in their length but for crafted texts."""
    to, sure = [-1] * len(old.words), bytearray(len(old.words))
    units = dict(paired(old.unit_keys, new.unit_keys))
    edited = dict(edited_units(old, new, units))
    spans = [(*old.units[here], *new.units[there]) for here, there in {**units, **edited}.items()]
    for span in spans:
        _pair_words(old.words, new.words, span, to, sure)
    for span in list(_between(to, len(new.words))):
        _pair_words(old.words, new.words, span, to, sure)
    for span in list(_between(to, len(new.words))):
        _pair_edges(old.words, new.words, span, to)
    back = [-1] * len(new.words)
    for number, other in enumerate(to):
        if other >= 0:
            back[other] = number
    return Alignment(to, back, sure, units, edited)


def matched(old: list[str], new: list[str]) -> list[int]:
    """For each word of a line the number of the word it is in another line, or -1; in order."""
    to = [-1] * len(old)
    _pair_words(old, new, (0, len(old), 0, len(new)), to, bytearray(len(old)))
    for span in list(_between(to, len(new))):
        _pair_edges(old, new, span, to)
    return to


def without_islands(keep: list[int], words: list[str], count: int) -> None:
    """Drop pairs of a word or two amid much that changed: one reads the old and the new whole."""
    starts: list[tuple[int, int]] = []
    ends = [(-1, -1)]
    here = there = -2
    for word, image in enumerate(keep):
        if image < 0:
            continue
        if word != here + 1 or image != there + 1:
            if starts:
                ends.append((here, there))
            starts.append((word, image))
        here, there = word, image
    if not starts:
        return
    ends.append((here, there))
    starts.append((len(keep), count))
    for left, first, last, right in zip(ends, starts, ends[1:], starts[1:], strict=False):
        changed_before = sum(first) - sum(left) - 2
        changed_after = sum(right) - sum(last) - 2
        if min(changed_before, changed_after) < _MANY:
            continue
        run = range(first[0], last[0] + 1)
        if weigh(words[word] for word in run) <= _A_WORD:
            for word in run:
                keep[word] = -1


def _pair_words(old: list[str], new: list[str], span: Span, to: list[int], sure: bytearray) -> None:
    lo, hi, lo2, hi2 = span
    for left, right in paired(old[lo:hi], new[lo2:hi2]):
        to[lo + left], sure[lo + left] = lo2 + right, 1


def _between(to: list[int], end: int) -> Iterator[Span]:
    """The stretches between two pairs in which both texts have words."""
    here = there = 0
    for number, other in enumerate([*to, end]):
        if other < 0:
            continue
        if number > here and other > there:
            yield here, number, there, other
        here, there = number + 1, other + 1


def _pair_edges(old: list[str], new: list[str], span: Span, to: list[int]) -> None:
    lo, hi, lo2, hi2 = span
    while lo < hi and lo2 < hi2 and old[lo] == new[lo2]:
        to[lo] = lo2
        lo, lo2 = lo + 1, lo2 + 1
    while lo < hi and lo2 < hi2 and old[hi - 1] == new[hi2 - 1]:
        hi, hi2 = hi - 1, hi2 - 1
        to[hi] = hi2
