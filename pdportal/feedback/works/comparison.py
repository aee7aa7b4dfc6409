"""Two revisions of a work side by side: which words, sentences and lines are the same ones."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Any

from pdportal.feedback.works.alignment import Alignment, align, matched
from pdportal.feedback.works.heirs import Heirs
from pdportal.feedback.works.kinship import ENOUGH, alike, relatives
from pdportal.feedback.works.reading import Reading, reading_of
from pdportal.feedback.works.words import weigh

Unit = tuple[str, int]
"""The key of a field, and the number of a unit in it."""
Contents = tuple[tuple[str, str], ...]
_A_SENTENCE = 24
"""What a unit that was moved and changed has to weigh for being known again."""


@dataclass(frozen=True)
class FieldPair:
    """One field in the two revisions."""

    old: Reading
    new: Reading

    @cached_property
    def alignment(self) -> Alignment:
        """Which words are the same ones."""
        return align(self.old, self.new)

    @cached_property
    def is_same(self) -> bool:
        """Whether both have the same words in the same units."""
        return self.old.words == self.new.words and self.old.units == self.new.units

    @cached_property
    def changed_old(self) -> list[int]:
        """The units of the old text that are not as they were at their place."""
        unchanged = self.alignment.units
        return [n for n in range(len(self.old.units)) if n not in unchanged]

    @cached_property
    def changed_new(self) -> list[int]:
        """The units of the new text that were not there like this."""
        unchanged = set(self.alignment.units.values())
        return [n for n in range(len(self.new.units)) if n not in unchanged]

    @cached_property
    def turned(self) -> FieldPair:
        """The same pair with old and new exchanged, by the same alignment."""
        to = self.alignment
        pair = FieldPair(self.new, self.old)
        units, edited = ({b: a for a, b in each.items()} for each in (to.units, to.edited))
        vars(pair)["alignment"] = Alignment(to.back, to.to, bytearray(), units, edited)
        return pair

    @cached_property
    def twins(self) -> dict[str, int]:
        """The first of the changed new units that have these words."""
        return {self.new.unit_keys[unit]: unit for unit in reversed(self.changed_new)}


@dataclass(frozen=True)
class Rewriting:
    """What a unit that was moved and changed became."""

    unit: Unit
    to: dict[int, int]
    """For each word that is left, as a number in its field, the one that it is now; in order."""


@dataclass(frozen=True)
class Comparison:
    """All fields of two revisions of a work."""

    fields: dict[str, FieldPair]
    places: dict[Hashable, Any] = field(default_factory=dict)
    """What `comments.anchors` has worked out, by passage."""

    @cached_property
    def moved(self) -> dict[Unit, Unit]:
        """The units that stand word for word elsewhere: once before and once now, in any field."""
        old = Counter(key for pair in self.fields.values() for key in pair.old.unit_keys)
        new = Counter(key for pair in self.fields.values() for key in pair.new.unit_keys)
        arrived = {key: unit for key, unit in self._units("changed_new", "new") if new[key] == 1}
        return {
            unit: arrived[key]
            for key, unit in self._units("changed_old", "old")
            if old[key] == 1 and key in arrived and self._is_known_by(key, unit, arrived[key])
        }

    @cached_property
    def rewritten(self) -> dict[Unit, Rewriting]:
        """The units that were changed and moved: their relatives at another place, in any field."""
        came = set(self.moved.values())
        olds = {
            unit: self.fields[unit[0]].old.unit_words[unit[1]]
            for _key, unit in self._units("changed_old", "old")
            if unit not in self.moved and unit[1] not in self.fields[unit[0]].alignment.edited
        }
        news = {
            unit: self.fields[unit[0]].new.unit_words[unit[1]]
            for _key, unit in self._units("changed_new", "new")
            if unit not in came and unit[1] not in self.fields[unit[0]].alignment.edited.values()
        }
        pairs = list(relatives(olds, news))
        found = {
            old: each for old, new in pairs if (each := self._rewriting(old, new, _A_SENTENCE))
        }
        places = {**self.moved, **{old: each.unit for old, each in found.items()}}
        for old, new in pairs:
            moved_along = old not in found and _moved_along(old, new, places)
            if moved_along and (rewriting := self._rewriting(old, new, 1)):
                found[old], places[old] = rewriting, new
        return found

    def _rewriting(self, old: Unit, new: Unit, enough: int) -> Rewriting | None:
        """Which words of two relatives are the same ones, if enough are, and in order."""
        before, after = self.fields[old[0]].old, self.fields[new[0]].new
        (first, end), (first2, end2) = before.units[old[1]], after.units[new[1]]
        mine, theirs = before.words[first:end], after.words[first2:end2]
        images = enumerate(matched(mine, theirs))
        to = {first + word: first2 + image for word, image in images if image >= 0}
        known = weigh(before.words[word] for word in to)
        if known < enough or not alike(known, weigh(mine), weigh(theirs)):
            return None
        return Rewriting(new, to)

    def _is_known_by(self, key: str, old: Unit, new: Unit) -> bool:
        """Whether the words of a unit are enough to know it: many, or all of a line."""
        (name, here), (name2, there) = old, new
        lines = here in self.fields[name].old.lines and there in self.fields[name2].new.lines
        return lines or weigh(key.split(" ")) >= ENOUGH

    @cached_property
    def turned(self) -> Comparison:
        """The same difference from the new revision to the old one."""
        turned = Comparison({name: pair.turned for name, pair in self.fields.items()})
        vars(turned)["moved"] = {there: here for here, there in self.moved.items()}
        vars(turned)["rewritten"] = {
            each.unit: Rewriting(old, {image: word for word, image in each.to.items()})
            for old, each in self.rewritten.items()
        }
        return turned

    def heirs(self, name: str) -> Heirs:
        """What the words and units of a field certainly became."""
        if name not in self._heirs:
            moved = {unit for field_, unit in self.moved if field_ == name}
            self._heirs[name] = Heirs(self.fields[name], moved)
        return self._heirs[name]

    @cached_property
    def _heirs(self) -> dict[str, Heirs]:
        return {}

    def _units(self, numbers: str, side: str) -> Iterator[tuple[str, Unit]]:
        for name, pair in self.fields.items():
            keys = getattr(pair, side).unit_keys
            for number in getattr(pair, numbers):
                yield keys[number], (name, number)


def _moved_along(old: Unit, new: Unit, moved: Mapping[Unit, Unit]) -> bool:
    """Whether a neighbour of a unit was moved and is its neighbour again."""
    (name, here), (name2, there) = old, new
    return any(moved.get((name, here + step)) == (name2, there + step) for step in (-1, 1))


def compare(old: Mapping[str, str], new: Mapping[str, str]) -> Comparison:
    """Compare the fields of two revisions; cached under their texts."""
    return _compare(tuple(old.items()), tuple(new.items()))


@lru_cache(maxsize=64)
def _compare(old: Contents, new: Contents) -> Comparison:
    before, after = dict(old), dict(new)
    keys = {**before, **after}
    return Comparison(
        {
            key: FieldPair(reading_of(before.get(key, "")), reading_of(after.get(key, "")))
            for key in keys
        }
    )
