"""Which words and sentences of a text certainly became which of a later one, field by field."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from pdportal.feedback.works.kinship import ENOUGH, alike, has_rival, is_part_of_another
from pdportal.feedback.works.words import weigh, weight

if TYPE_CHECKING:
    from pdportal.feedback.works.comparison import FieldPair

_HALF = 0.5


@dataclass(frozen=True)
class Heirs:
    """One field in two revisions. Worked out unit by unit, as asked for; linear in the text."""

    pair: FieldPair
    moved: Collection[int]
    """The old units that stand elsewhere now."""

    def image(self, word: int) -> int | None:
        """The new word that an old one is, if that is certain."""
        return self._of(self.pair.old.unit_of[word])[0].get(word)

    def unit(self, unit: int) -> int | None:
        """The one new unit in which all is that is left of an old one."""
        return self._of(unit)[1]

    @cached_property
    def _known(self) -> dict[int, tuple[dict[int, int], int | None]]:
        return {}

    def _of(self, unit: int) -> tuple[dict[int, int], int | None]:
        if unit not in self._known:
            images = dict(self._images(unit))
            homes = {self.pair.new.unit_of[image] for image in images.values()}
            self._known[unit] = images, homes.pop() if len(homes) == 1 else None
        return self._known[unit]

    def _images(self, unit: int) -> Iterator[tuple[int, int]]:
        """The words of a unit whose new unit is made of it, or that stand in one row with such a
        word, as they do where a sentence was cut in two."""
        pair = self.pair
        trusted = set() if unit in self.moved else set(_descendants(pair, unit))
        to, sure = pair.alignment.to, pair.alignment.sure
        row: list[int] = []
        first, end = pair.old.units[unit]
        for word in range(first, end + 1):
            follows = word < end and to[word] >= 0 and sure[word]
            if row and not (follows and to[word] - word == to[row[-1]] - row[-1]):
                if any(pair.new.unit_of[to[each]] in trusted for each in row):
                    yield from ((each, to[each]) for each in row)
                row = []
            if follows:
                row.append(word)


def _descendants(pair: FieldPair, unit: int) -> Iterator[int]:
    """The units of the new text that are certainly made of one of the old text."""
    same = pair.alignment.units.get(unit)
    if same is not None:
        if weigh(pair.old.unit_keys[unit].split(" ")) >= ENOUGH or _stands_beside(pair, unit, same):
            yield same
        return
    first, end = pair.old.units[unit]
    shared: Counter[int] = Counter()
    for word in range(first, end):
        image = pair.alignment.to[word]
        if image >= 0 and pair.alignment.sure[word]:
            shared[pair.new.unit_of[image]] += weight(pair.old.words[word])
    mine = weigh(pair.old.words[first:end])
    for other, in_order in shared.items():
        theirs = weigh(pair.new.words[slice(*pair.new.units[other])])
        if pair.alignment.edited.get(unit) == other:
            if alike(in_order, mine, theirs, _HALF):
                yield other
        elif alike(in_order, mine, theirs) and not _has_rival(pair, unit, other):
            yield other


def _stands_beside(pair: FieldPair, unit: int, other: int) -> bool:
    """Whether a short unit has a neighbour that is as it was, or is the first or the last."""
    units = pair.alignment.units
    first = unit == other == 0
    last = unit == len(pair.old.units) - 1 and other == len(pair.new.units) - 1
    before, after = units.get(unit - 1) == other - 1, units.get(unit + 1) == other + 1
    return (first or before) + (last or after) > 0


def _has_rival(pair: FieldPair, unit: int, other: int) -> bool:
    """Whether the new unit may be made of another old one, or the old have become another."""
    if is_part_of_another(unit, other, pair.old, pair.new):
        return True
    mine, theirs = pair.old.unit_words[unit].keys(), pair.new.unit_words[other].keys()
    olds = (pair.old.unit_words[each].keys() for each in pair.changed_old if each != unit)
    news = (pair.new.unit_words[each].keys() for each in pair.changed_new if each != other)
    return has_rival(mine, theirs, olds) or has_rival(theirs, mine, news)
