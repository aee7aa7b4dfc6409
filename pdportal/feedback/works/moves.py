"""What came to one field of a difference from another place, and what left its place in it."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from pdportal.feedback.works.comparison import Comparison

Run = tuple[str, int, int, int | None]
"""Old words: their field, the first, the one after the last, and the new word they stood after."""


class Moves:
    """The units of one field that stand elsewhere now, and those that stood elsewhere before."""

    def __init__(self, key: str, comparison: Comparison) -> None:
        self.key, self.fields = key, comparison.fields
        rewritten = comparison.rewritten
        both = comparison.moved | {old: each.unit for old, each in rewritten.items()}
        self.came = {unit: old for old, (name, unit) in both.items() if name == key}
        """Of new units that stood elsewhere, where they stood."""
        self.away = {unit: there[0] for (name, unit), there in both.items() if name == key}
        """Of old units that stand elsewhere, the field in which they do."""
        self.edited = {each.unit[1]: each.to for each in rewritten.values() if each.unit[0] == key}
        """Of those that came and were changed, which old words are which new ones."""
        self.left = {image for to in self.edited.values() for image in to.values()}
        """The new words in these that are as they were."""

    def is_new(self, word: int) -> bool:
        """Whether a new word was added, there or in a sentence that was moved."""
        unit = self.fields[self.key].new.unit_of[word]
        return unit not in self.came or (unit in self.edited and word not in self.left)

    def begins(self, unit: int) -> bool:
        """Whether a unit that came did not come right behind the one before it."""
        name, here = self.came[unit]
        return self.came.get(unit - 1) != (name, here - 1)

    def taken_out(self) -> Iterator[tuple[int, Run]]:
        """Of each unit that came and was changed, what it has no more."""
        for unit, to in self.edited.items():
            name, here = self.came[unit]
            after = None
            for is_left, run in groupby(range(*self.fields[name].old.units[here]), to.__contains__):
                words = list(run)
                if is_left:
                    after = to[words[-1]]
                else:
                    yield unit, (name, words[0], words[-1] + 1, after)
