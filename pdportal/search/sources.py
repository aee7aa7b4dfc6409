"""What a search looks through, and how well something fits the words."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from enum import IntEnum

from flask import Flask, current_app

from pdportal.accounts.models import Person
from pdportal.folding import fold, snippet, words_of

MOST_HITS = 8
"""So many are shown of each source."""


class Fit(IntEnum):
    """How well something fits: the higher, the sooner it is shown."""

    NOT = 0
    IN_TEXT = 1
    IN_TITLE = 2
    BEGINS_WORD = 3
    """All words are beginnings of words of the title."""


@dataclass(frozen=True)
class Hit:
    """Something that was found: its title, where it is, and what it is in words."""

    title: str
    url: str
    sub: str = ""
    text: str = ""
    """What was looked through besides the title."""
    fit: Fit = Fit.IN_TITLE
    pieces: Sequence[tuple[bool, str]] = ()
    """The words of the text around those sought: `(sought, text)`."""


Find = Callable[[Person, str], Iterable[Hit]]
"""All that fits and that the person may see, by the feature's own policy."""


@dataclass(frozen=True)
class Source:
    """What one feature can find, under a heading that is translated when shown."""

    heading: str
    find: Find
    order: int


def add_source(app: Flask, source: Source) -> None:
    """Let a search look there, too."""
    sources: list[Source] = app.extensions.setdefault("pdportal.search", [])
    sources.append(source)
    sources.sort(key=lambda source: source.order)


def found(person: Person, asked: str) -> list[tuple[str, list[Hit], bool]]:
    """Of each source that has something: its heading, the best, and whether there are more."""
    sources: list[Source] = current_app.extensions["pdportal.search"]
    groups = []
    for source in sources:
        hits = sorted(source.find(person, asked), key=lambda hit: -hit.fit)
        if hits:
            shown = [_with_pieces(hit, asked) for hit in hits[:MOST_HITS]]
            groups.append((source.heading, shown, len(hits) > MOST_HITS))
    return groups


def _with_pieces(hit: Hit, asked: str) -> Hit:
    """With the words around those sought, where the title has not all of them."""
    return replace(hit, pieces=snippet(hit.text, asked)) if hit.fit == Fit.IN_TEXT else hit


def fit(asked: str, title: str, text: str = "") -> Fit:
    """How well a title, or the text below it, has all the words that are sought."""
    words = words_of(asked)
    if not words:
        return Fit.NOT
    named = fold(title)
    if all(f" {word}" in f" {named}" for word in words):
        return Fit.BEGINS_WORD
    if all(word in named for word in words):
        return Fit.IN_TITLE
    everything = f"{named} {fold(text)}"
    return Fit.IN_TEXT if all(word in everything for word in words) else Fit.NOT
