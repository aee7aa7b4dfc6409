"""Names of a school's people in words that are to have none."""

from __future__ import annotations

import re
from collections.abc import Mapping

from flask_babel import ngettext
from sqlalchemy import select

from pdportal.accounts.models import Person
from pdportal.db import db
from pdportal.folding import fold, folded_words

_SHORTEST = 3
_ALSO_WORDS = frozenset(
    folded_words("""
    art bell bill black brown chance cook day dean drew faith field fields frank grace grant green
    hall hill hope joy king lane long love mark may miles north page park price reading rice rich
    rose sky stone summer sunny west white will wood woods young
    """)
)
"""Names that are words, too: they count with a capital letter."""
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")


def names_in(school_id: int, texts: Mapping[str, str]) -> dict[str, list[str]]:
    """By their keys, the words of texts that are names of active people of a school, each once."""
    if not any(texts.values()):
        return {}
    people = select(Person.name).where(Person.school_id == school_id, Person.active)
    known = {word for name in db.session.scalars(people) for word in folded_words(name)}
    found = {key: _names(text, known) for key, text in texts.items()}
    return {key: names for key, names in found.items() if names}


def without(text: str, names: list[str]) -> str:
    """The text with "…" in the place of each name."""
    return _WORD.sub(lambda match: "…" if match.group() in names else match.group(), text)


def names_found(names: list[str]) -> str:
    """What is said at the box that holds them."""
    return ngettext(
        "“%(name)s” is a name at this school. Take it out, or say below that it is none.",
        "“%(name)s” are names at this school. Take them out, or say below that they are none.",
        len(names),
        name="”, “".join(names),
    )


def _names(text: str, known: set[str]) -> list[str]:
    return list(dict.fromkeys(word for word in _WORD.findall(text) if _is_name(word, known)))


def _is_name(word: str, known: set[str]) -> bool:
    for part in {fold(word), *folded_words(word)}:
        part = part.removesuffix("'s").removesuffix("’s")
        usual = part in _ALSO_WORDS and word[0].islower()
        if len(part) >= _SHORTEST and part in known and not usual:
            return True
    return False
