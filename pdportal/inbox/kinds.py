"""The kinds of notices, and the words of each, made when it is read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _

Say = Callable[..., str]


@dataclass(frozen=True)
class Kind:
    """One kind of notice: its sentence from its words, and what the link is called."""

    name: str
    say: Say
    link: Callable[[], str]


_kinds: dict[str, Kind] = {}


def add_kind(name: str, say: Say, link: Callable[[], str]) -> None:
    """Teach the inbox one kind: `say(**words)` gives the sentence in the reader's language."""
    _kinds[name] = Kind(name, say, link)


def sentence(kind: str, words: dict[str, Any]) -> str:
    """The notice in words; general ones where an older version left what nobody can say now."""
    known_kind = _kinds.get(kind)
    if known_kind is not None:
        try:
            return str(known_kind.say(**words))
        except (TypeError, KeyError, ValueError):  # it was written with other words
            pass
    return _("There is something new for you.")


def link_name(kind: str) -> str:
    """What the notice's link is called."""
    known_kind = _kinds.get(kind)
    return str(known_kind.link()) if known_kind is not None else _("Open it")


def known(kind: str) -> bool:
    """Whether somebody registered this kind."""
    return kind in _kinds
