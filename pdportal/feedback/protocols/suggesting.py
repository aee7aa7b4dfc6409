"""Which protocol to suggest for a work, and why: each says in `suits` what it is good for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from flask_babel import gettext as _

from pdportal.content.problems import Problems, did_you_mean
from pdportal.content.source import Source
from pdportal.feedback.protocols.models import Protocol

LETTERS_A_WORD = 6
"""English with its blanks; so a text has a length in words in scripts that write none apart."""
MOST_WORDS = 1_000_000
_KNOWN = ("kinds", "words", "because")
_EXAMPLE = "Write “suits: {kinds: [goal], words: {min: 1, max: 150}, because: It is short.}”."


class Suggestion(NamedTuple):
    """One protocol, and the reason in words for the author."""

    protocol: Protocol
    because: str


@dataclass(frozen=True)
class Asked:
    """What is known of a request before it is made."""

    kind: str
    texts: Sequence[str]
    used: frozenset[str]
    """The slugs of the protocols that this work had before."""

    @property
    def words(self) -> int:
        """How long the work is."""
        return sum(len(text) for text in self.texts) // LETTERS_A_WORD


def suggest(protocols: Sequence[Protocol], asked: Asked) -> Suggestion | None:
    """The protocol that fits best: one that this work has not had, the most particular, the
    shortest; None where none says that it fits."""
    fitting = [each for each in protocols if _suits(each.data.get("suits"), asked)]
    if not fitting:
        return None
    best = min(
        fitting,
        key=lambda each: (each.slug in asked.used, not each.data["suits"]["kinds"], each.minutes),
    )
    because = best.data["suits"]["because"]
    if asked.used and best.slug not in asked.used:
        because += " " + _(
            "This work had another protocol before; a second way finds other things."
        )
    return Suggestion(best, because)


def read_suits(source: Source, problems: Problems, kinds: Sequence[str]) -> dict[str, Any] | None:
    """What a protocol's file says it is good for: `kinds` of work, `words` from min to max, and
    `because`; None if it says nothing."""
    suits, line = source.meta.get("suits"), source.line_of("suits")
    if suits is None:
        return None
    words = suits.get("words", {}) if isinstance(suits, dict) else None
    if not isinstance(suits, dict) or not isinstance(words, dict):
        problems.error(line, "“suits” cannot be understood.", _EXAMPLE)
        return None
    for key in suits.keys() - set(_KNOWN):
        problems.error(line, f"“{key}” is not known in “suits”.", did_you_mean(str(key), _KNOWN))
    named = [str(kind) for kind in suits.get("kinds") or []]
    for kind in set(named) - set(kinds):
        hint = did_you_mean(kind, kinds, f"Use some of {', '.join(kinds)}.")
        problems.error(line, f"“{kind}” is no kind of work.", hint)
    least, most = words.get("min", 0), words.get("max", MOST_WORDS)
    if not (isinstance(least, int) and isinstance(most, int) and 0 <= least <= most):
        problems.error(line, "The length in “words” cannot be understood.", _EXAMPLE)
        return None
    because = " ".join(str(suits.get("because", "")).split())
    if not because or len(because) > 300:
        problems.error(line, "“suits” gives no reason in at most 300 characters.", _EXAMPLE)
    return {"kinds": named, "words": [least, most], "because": because}


def _suits(suits: dict[str, Any] | None, asked: Asked) -> bool:
    if suits is None or (suits["kinds"] and asked.kind not in suits["kinds"]):
        return False
    least, most = suits["words"]
    return bool(least <= asked.words <= most)
