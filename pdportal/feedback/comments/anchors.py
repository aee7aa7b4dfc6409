"""Where the passage of a comment stands in another revision, or that it does not.

A passage knows its place in the revision that the comment was made on. It is carried through the
difference of the two revisions (`works.comparison`); words that only look like it are not it.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from enum import StrEnum

from pdportal.feedback.works.comparison import Comparison, FieldPair
from pdportal.feedback.works.reading import Reading
from pdportal.feedback.works.words import letters_of, weigh, weight

_A_PHRASE = 16
"""What words inside a changed sentence have to weigh for being known again elsewhere."""
_HALF = 0.5


class Carry(StrEnum):
    """What became of a passage."""

    SAME = "same"
    EDITED = "edited"
    MOVED = "moved"
    PERHAPS = "perhaps"
    GONE = "gone"
    ABSENT = "absent"
    """The words do not stand in the revision that the comment was made on, either."""


@dataclass(frozen=True)
class Passage:
    """The letters of a field from `start` to before `end`."""

    field: str
    start: int
    end: int


@dataclass(frozen=True)
class Place:
    """What became of a passage, and where it is now; nowhere if it is gone."""

    carry: Carry
    passage: Passage | None = None


GONE = Place(Carry.GONE)


def occurrences(reading: Reading, quote: str) -> list[tuple[int, int]]:
    """Where some words stand, from letter to letter: whole words, or else parts of words."""
    letters = letters_of(quote)
    found: list[tuple[int, int]] = []
    at = reading.letters.find(letters) if letters else -1
    while at >= 0:
        found.append((at, at + len(letters)))
        at = reading.letters.find(letters, at + 1)
    return [span for span in found if reading.edges.issuperset(span)] or found


def between(
    reading: Reading, spans: list[tuple[int, int]], before: str, after: str
) -> list[tuple[int, int]]:
    """Those of some places that have these words before and after them."""
    before, after = letters_of(before), letters_of(after)
    return [
        (start, end)
        for start, end in spans
        if reading.letters[:start].endswith(before) and reading.letters[end:].startswith(after)
    ]


def carried(passage: Passage, comparison: Comparison) -> Place:
    """Where a passage is in the newer of two revisions."""
    pair = comparison.fields[passage.field]
    if pair.is_same:
        return Place(Carry.SAME, passage)
    if passage not in comparison.places:
        way = _Carrying(passage, pair, comparison)
        place = way.moved() or way.in_place() or way.phrase_moved()
        place = place or way.rewritten() or way.twin() or GONE
        comparison.places[passage] = place
    known: Place = comparison.places[passage]
    return known


class _Carrying:
    """One passage on its way; words and units are numbers in its field."""

    def __init__(self, passage: Passage, pair: FieldPair, comparison: Comparison) -> None:
        self.field, self.pair, self.comparison = passage.field, pair, comparison
        self.old, self.new, self.alignment = pair.old, pair.new, pair.alignment
        places = self.old.places
        self.first = bisect_right(places, passage.start) - 1
        self.end = bisect_left(places, passage.end)
        self.words = range(self.first, self.end)
        self.units = range(self.old.unit_of[self.first], self.old.unit_of[self.end - 1] + 1)
        self.heirs = comparison.heirs(passage.field)

    def moved(self) -> Place | None:
        """Where the sentences are that it stands in, if they were moved as they are."""
        images = [self.comparison.moved.get((self.field, unit)) for unit in self.units]
        places = [unit for unit in images if unit is not None]
        if len(places) < len(images):
            return None
        (name, first), (_name, last) = places[0], places[-1]
        if places != [(name, first + n) for n in range(len(places))]:
            return None
        new = self.comparison.fields[name].new
        start = new.units[first][0] + self.first - self.old.units[self.units[0]][0]
        end = new.units[last][1] - (self.old.units[self.units[-1]][1] - self.end)
        return self._place(Carry.MOVED, start, end, name)

    def in_place(self) -> Place | None:
        """Where it is between the words around it: the same, or edited."""
        images = [self.heirs.image(word) for word in self.words]
        found = [image for image in images if image is not None]
        left, right = self._edge(self.first - 1, -1), self._edge(self.end, 1)
        if images[0] is not None:
            left = images[0] - 1
        if images[-1] is not None:
            right = images[-1] + 1
        if left is None or right is None:
            whole = weigh(self.old.words[self.first : self.end])
            own = sum(weight(self.new.words[image]) for image in found)
            if not found or own < _HALF * whole:
                return None
            left = found[0] - 1 if left is None else left
            right = found[-1] + 1 if right is None else right
        start, end = left + 1, right
        if start >= end or end - start > 3 * len(images) + 12:
            return None
        wider = self._sentence(start, end, images)
        if wider != (start, end):
            return self._place(Carry.EDITED, *wider)
        if images != list(range(start, end)):
            return self._place(Carry.EDITED, start, end)
        return self._place(Carry.SAME, start, end) if self._has_company(start, end) else None

    def phrase_moved(self) -> Place | None:
        """Where a phrase is word for word, once before and once now."""
        words = self.old.words[self.first : self.end]
        if weigh(words) < _A_PHRASE or len(words) < 4:
            return None
        places, letters = self.old.places, self.old.letters
        phrase = letters[places[self.first] : places[self.end]]
        fields = self.comparison.fields.items()
        if sum(len(occurrences(pair.old, phrase)) for _name, pair in fields) > 1:
            return None
        found = [(name, *span) for name, pair in fields for span in occurrences(pair.new, phrase)]
        if len(found) != 1 or not _was_not_there(
            self.comparison.fields[found[0][0]], *found[0][1:]
        ):
            return None
        return Place(Carry.MOVED, Passage(*found[0]))

    def rewritten(self) -> Place | None:
        """Where it may be in its sentence, if that was both changed and moved."""
        relative = self.comparison.rewritten.get((self.field, self.units[0]))
        if relative is None or len(self.units) > 1:
            return None
        name, _unit = relative.unit
        found = [relative.to[word] for word in self.words if word in relative.to]
        own = weigh(self.comparison.fields[name].new.words[image] for image in found)
        if own <= _HALF * weigh(self.old.words[self.first : self.end]):
            return None
        return self._place(Carry.PERHAPS, found[0], found[-1] + 1, name)

    def twin(self) -> Place | None:
        """One of several equal sentences, some of which are gone: nobody can say which."""
        if len(self.units) > 1:
            return None
        unit = self.units[0]
        if unit in self.alignment.units:
            return None
        twin = self.pair.twins.get(self.old.unit_keys[unit])
        if twin is None:
            return None
        shift = self.new.units[twin][0] - self.old.units[unit][0]
        return self._place(Carry.PERHAPS, self.first + shift, self.end + shift)

    def _place(self, carry: Carry, start: int, end: int, name: str = "") -> Place:
        name = name or self.field
        places = self.comparison.fields[name].new.places
        return Place(carry, Passage(name, places[start], places[end]))

    def _edge(self, word: int, step: int) -> int | None:
        """The word beside it now: the image of its neighbour, or what lies beyond its sentence."""
        inner = word - step
        unit = self.old.unit_of[inner]
        if 0 <= word < len(self.old.words) and self.old.unit_of[word] == unit:
            return self.heirs.image(word)
        heir = self.heirs.unit(unit)
        if heir is None:
            return None
        first, end = self.new.units[heir]
        return first - 1 if step < 0 else end

    def _sentence(self, start: int, end: int, images: list[int | None]) -> tuple[int, int]:
        """The same, with what was put before or after it where it began or ended a sentence."""
        old, new = self.old, self.new
        if images[0] is not None:
            begins, _end = old.units[self.units[0]]
            first, _end = new.units[new.unit_of[start]]
            if not weigh(old.words[begins : self.first]) and self._is_new(first, start, images):
                start = first
        if images[-1] is not None:
            _first, ends = old.units[self.units[-1]]
            _first, last = new.units[new.unit_of[end - 1]]
            if not weigh(old.words[self.end : ends]) and self._is_new(end, last, images):
                while last > end and not weight(new.words[last - 1]):
                    last -= 1
                end = last
        return start, end

    def _has_company(self, start: int, end: int) -> bool:
        """Whether a few words have a neighbour that is still beside them."""
        says = weigh(self.new.words[start:end])
        if says >= _A_PHRASE or self.old.unit_of[self.first] in self.alignment.units:
            return True
        return says > 0 and (
            self._edge(self.first - 1, -1) == start - 1 or self._edge(self.end, 1) == end
        )

    def _is_new(self, first: int, end: int, images: list[int | None]) -> bool:
        """Whether these words were added; many beside few are a sentence of their own."""
        if end - first > 2 * len(images) + 6 or not weigh(self.new.words[first:end]):
            return False
        back, words = self.alignment.back, self.new.words
        return all(back[word] < 0 or not weight(words[word]) for word in range(first, end))


def _was_not_there(pair: FieldPair, start: int, end: int) -> bool:
    """Whether no sentence of the old text stands at these letters as it was."""
    first, last = (bisect_right(pair.new.places, at) - 1 for at in (start, end - 1))
    unchanged = set(pair.alignment.units.values())
    return unchanged.isdisjoint(pair.new.unit_of[first : last + 1])
