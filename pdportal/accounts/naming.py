"""Names: listed as a person would list them, and found however they are written.

The key to sort by is the Unicode Collation Algorithm's (UTS 10), stored with the row, so that both
databases sort alike. The words to find somebody by are rows of their own, in an index.
"""

from __future__ import annotations

import struct
import unicodedata
from functools import cache
from typing import Any

from sqlalchemy import LargeBinary, event, inspect
from sqlalchemy.orm import Mapped, Mapper, mapped_column

from pdportal.folding import folded_words

LONGEST_KEY = 400
"""Bytes of a stored key: a hundred letters and more, and within what an index takes."""

LONGEST_WORD = 60
MOST_ENDINGS = 12

ADDRESS_MARK, SUBJECT_MARK = "@", "#"
"""Before a word of somebody's address, or of what they teach: looked for where it is asked for."""


def sort_key(name: str) -> bytes:
    """What to sort a name by, byte for byte: Ângela, de la Cruz, Émile, Štefan, Zoe."""
    weights = _collator().sort_key(name)[: LONGEST_KEY // 2]
    return struct.pack(f">{len(weights)}H", *weights)


def name_words(name: str, address: str = "", teaches: str = "") -> set[str]:
    """The words that somebody is found by; those of the address and the subject have a mark."""
    found = set(folded_words(name))
    for part in name.split():
        found.add("".join(folded_words(part)))  # O'Brien is also found as obrien
    for word in list(found):
        if any(unicodedata.category(letter) == "Lo" for letter in word):
            # Written without blanks between family and given name, or with an article before.
            found.update(word[start:] for start in range(1, min(len(word), MOST_ENDINGS)))
    found.update(ADDRESS_MARK + word for word in folded_words(address))
    found.update(SUBJECT_MARK + word for word in folded_words(teaches))
    return {word[:LONGEST_WORD] for word in found if word}


def _key_of_new(context: Any) -> bytes:
    parameters: dict[str, Any] = context.get_current_parameters()
    return sort_key(parameters["name"])


class Named:
    """What has a `name`, and is listed in the order of `sort_key`."""

    sort_key: Mapped[bytes | None] = mapped_column(
        LargeBinary(LONGEST_KEY), default=_key_of_new, deferred=True
    )


@event.listens_for(Named, "before_update", propagate=True)
def _follow_name(_mapper: Mapper[Any], _connection: Any, thing: Any) -> None:
    if inspect(thing).attrs.name.history.has_changes():
        thing.sort_key = sort_key(thing.name)


@cache
def _collator() -> Any:
    """Made when the first name is stored: it takes a third of a second and 13 MiB."""
    from pyuca import Collator  # type: ignore[import-untyped]  # it has no types

    return Collator()
