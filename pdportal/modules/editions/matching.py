"""Which pages and blocks of an edition are those of a later one, where that is sure."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass
from textwrap import shorten
from typing import Any

from pdportal.content.html import plain_text
from pdportal.feedback.works.kinship import alike
from pdportal.feedback.works.words import weigh, words_of

ENOUGH = 30
"""What words have to weigh for knowing something again by its words alone."""


@dataclass(frozen=True)
class Item:
    """A page or a block: its name, what it has to have in common, its heading and its words."""

    id: int
    name: str
    sort: Hashable
    heading: str = ""
    words: frozenset[str] = frozenset()

    def has_heading_of(self, other: Item) -> bool:
        """Whether both stand below the same heading."""
        return bool(self.heading) and self.heading.casefold() == other.heading.casefold()

    def is_like(self, other: Item) -> bool:
        """Whether most words of one are words of the other."""
        mine, theirs = weigh(self.words), weigh(other.words)
        return alike(weigh(self.words & other.words), mine, theirs)


def pair_items(old: Iterable[Item], new: Iterable[Item]) -> dict[int, int]:
    """The ids of new items by those of the old ones: the same name; else, if there is only one
    such pair, the same heading; else most of the words."""
    pairs: dict[int, int] = {}
    olds, news = {item.id: item for item in old}, {item.id: item for item in new}
    named = {(item.name, item.sort): item.id for item in news.values()}
    for item in list(olds.values()):
        if (item.name, item.sort) in named:
            pairs[item.id] = named[item.name, item.sort]
            del olds[item.id], news[pairs[item.id]]
    for test in (Item.has_heading_of, _have_many_words):
        back = _candidates(news, olds, test)
        for key, others in _candidates(olds, news, test).items():
            if len(others) == 1 and len(back[others[0]]) == 1:
                pairs[key] = others[0]
        olds = {key: item for key, item in olds.items() if key not in pairs}
        news = {key: item for key, item in news.items() if key not in pairs.values()}
    return pairs


def _candidates(
    ones: Mapping[int, Item], others: Mapping[int, Item], test: Callable[[Item, Item], bool]
) -> dict[int, list[int]]:
    return {
        key: [
            other.id for other in others.values() if item.sort == other.sort and test(item, other)
        ]
        for key, item in ones.items()
    }


def _have_many_words(old: Item, other: Item) -> bool:
    return weigh(old.words & other.words) >= ENOUGH and old.is_like(other)


def item_of(block: Any) -> Item:
    """A block by its key and kind, and the words of its title and prompt: what it asks for."""
    data = block.data
    asked = f"{data.get('title') or ''}\n{plain_text(asked_in(data))}"
    return Item(block.id, block.key, block.kind, words=frozenset(words_of(asked.casefold())))


def asked_in(data: Mapping[str, Any]) -> str:
    """The HTML of what a block asks; of a hand-out, all of it."""
    return str(data.get("prompt_html") or data.get("html") or "")


def name_of(block: Any) -> str:
    """The title of a block, or the first words it asks."""
    words = block.data.get("title") or " ".join(plain_text(asked_in(block.data)).split())
    return shorten(words, 90, placeholder=" …") if " " in words[:90] else words[:90]
