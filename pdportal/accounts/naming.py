"""Names: listed as a person would list them, and found however they are written.

The key to sort by is the Unicode Collation Algorithm's (UTS 10), stored with the row, so that both
databases sort alike. The words to find somebody by are rows of their own, in an index.
"""

from __future__ import annotations

import re
import struct
import unicodedata
from collections.abc import Callable
from functools import cache
from typing import Any

from sqlalchemy import LargeBinary, event, inspect
from sqlalchemy.orm import Mapped, Mapper, mapped_column

from pdportal.folding import folded_words

LONGEST_KEY = 400
"""Bytes of a stored key: a hundred letters and more, and within what an index takes."""

LONGEST_WORD = 60
MOST_DIGITS = 99
_NUMBER = re.compile(r"\d+")
MOST_ENDINGS = 12

ADDRESS_MARK, SUBJECT_MARK = "@", "#"
"""Before a word of somebody's address, or of what they teach: looked for where it is asked for."""


def sort_key(name: str) -> bytes:
    """What to sort a name by, byte for byte: Ângela, de la Cruz, Émile, Group 2, Group 10, Zoe."""
    weights = _collator().sort_key(_NUMBER.sub(_by_value, name))[: LONGEST_KEY // 2]
    return struct.pack(f">{len(weights)}H", *weights)


def _by_value(number: re.Match[str]) -> str:
    """A number after how many digits it has, so that the longer one is the greater."""
    digits = str(int(number.group()[:MOST_DIGITS]))
    return f"{len(digits):02}{digits}"


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


def key_of(column: str) -> Callable[[Any], bytes]:
    """The default of a column for the key to sort by: that of another column of the new row."""
    return lambda context: sort_key(context.get_current_parameters()[column])


class Named:
    """What has a `name`, and is listed in the order of `sort_key`."""

    sort_key: Mapped[bytes | None] = mapped_column(
        LargeBinary(LONGEST_KEY), default=key_of("name"), deferred=True
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
