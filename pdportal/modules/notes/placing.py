"""A page's words with its reader's notes at the passages they are about.

A note is carried to another edition as a comment is to another revision: by the difference of the
two texts (`feedback.comments.anchors`). What stands in blocks is no part of the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from markupsafe import Markup

from pdportal.feedback.comments.anchors import Carry, Passage, Place, carried, occurrences
from pdportal.feedback.works.comparison import Comparison, FieldPair
from pdportal.feedback.works.reading import Mark, Reading, read
from pdportal.feedback.works.words import letters_of
from pdportal.modules.parts import Line

_HERE = re.compile(r'<hr data-block="(\d+)">')
"""Where a block stands; no author can have written it."""


@dataclass(frozen=True)
class PlacedNote:
    """A note, and what became of the words it is about."""

    note: Line
    carry: Carry | None = None


def lay_out(
    body: Sequence[Markup | str], notes: Iterable[Line]
) -> tuple[list[Markup | str], list[PlacedNote]]:
    """The body with the passages of notes marked, and the notes in the order of the text."""
    reading = read(joined(body))
    marks: list[Mark] = []
    placed: list[tuple[int, PlacedNote]] = []
    for note in notes:
        place = _place(note, body, reading.letters)
        at = -1 if place is None else 1 << 30
        if place and place.passage:
            at = place.passage.start
            look = "" if place.carry is Carry.SAME else place.carry.value
            marks.append(Mark(at, place.passage.end, f"note-{note.id}", look))
        placed.append((at, PlacedNote(note, place.carry if place else None)))
    marked = list(body)
    if marks:
        blocks = [piece for piece in body if not isinstance(piece, Markup)]
        pieces = _HERE.split(reading.marked(marks))
        marked = [
            blocks[int(piece)] if number % 2 else Markup(piece)  # noqa: S704  # only marks were added
            for number, piece in enumerate(pieces)
        ]
    return marked, [each for _at, each in sorted(placed, key=lambda each: each[0])]


def joined(body: Iterable[Any]) -> Markup:
    """The words of a page in one piece, as compiled or as stored, with a sign for each block."""
    pieces: list[str] = []
    blocks = 0
    for piece in body:
        if isinstance(piece, Markup) or "html" in piece:
            pieces.append(piece if isinstance(piece, Markup) else piece["html"])
        else:
            pieces.append(f'<hr data-block="{blocks}">')
            blocks += 1
    return Markup("".join(pieces))  # noqa: S704  # cleaned when it was published


def anchor(body: Iterable[Any], quote: str, letter: int | None) -> tuple[int, int] | None:
    """From where to where a quote stands on a page: at this place, or else the first time."""
    reading = read(joined(body))
    if letter is not None and reading.stands(quote, letter):
        return letter, letter + len(letters_of(quote))
    return next(iter(occurrences(reading, quote)), None)


def carry_over(note: Any, before: Iterable[Any], now: Iterable[Any]) -> Place:
    """What became of a note's passage from the page it is anchored on to another page."""
    if note.letter is None or note.until is None:
        return Place(Carry.ABSENT)
    passage = Passage("page", note.letter, note.until)
    return carried(passage, _comparison(joined(before), joined(now)))


def _place(note: Line, body: Sequence[Markup | str], letters: str) -> Place | None:
    """Where the passage is; None for a note about all of the page."""
    if not note.quote:
        return None
    place = carry_over(note, body if note.body is None else note.body, body)
    words = letters[place.passage.start : place.passage.end] if place.passage else ""
    if place.carry is Carry.SAME and words != letters_of(note.quote):
        return Place(Carry.EDITED, place.passage)  # it came here before, with other words
    return place


@lru_cache(maxsize=32)
def _comparison(before: Markup, now: Markup) -> Comparison:
    older: Reading = read(before)
    return Comparison({"page": FieldPair(older, older if before == now else read(now))})
