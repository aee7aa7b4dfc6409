"""The kinds of notices, and the words of each, made when it is read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

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
    """The notice in words."""
    return _kinds[kind].say(**words)


def link_name(kind: str) -> str:
    """What the notice's link is called."""
    return _kinds[kind].link()


def known(kind: str) -> bool:
    """Whether somebody registered this kind."""
    return kind in _kinds
