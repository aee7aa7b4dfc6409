"""A framework as it was read, whatever it was read from."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from functools import cached_property
from typing import Any

from pdportal.skills.frameworks.models import Origin
from pdportal.skills.frameworks.statements import say_statement


@dataclass(frozen=True)
class Link:
    """An association of an item to another, by the other's identifier."""

    kind: str
    to: str
    place: int = 0
    title: str = ""
    url: str = ""


@dataclass
class Item:
    """One item; `parent` is the identifier of where it stands first, None at the top."""

    identifier: str
    name: str
    code: str = ""
    written: str = ""
    """The statement as its source has it: Markdown, HTML, formulas."""
    parent: str | None = None
    place: int = 0
    levels: list[dict[str, str]] = field(default_factory=list)
    facts: dict[str, Any] = field(default_factory=dict)
    links: list[Link] = field(default_factory=list)

    @cached_property
    def said(self) -> tuple[str, str]:
        """The statement in words, and as safe HTML: see `say_statement`. Takes a millisecond."""
        return say_statement(self.written)

    def digest(self) -> str:
        """Known again as long as nothing about it changes."""
        content = json.dumps(asdict(self), sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(content.encode("utf-8", "surrogatepass")).hexdigest()[:32]


@dataclass
class FrameworkRead:
    """A framework and its items, parents before their children."""

    origin: Origin
    identifier: str
    title: str
    items: list[Item]
    summary: str = ""
    creator: str = ""
    licence: str = ""
    language: str = "en"
    url: str = ""

    def facts(self) -> dict[str, str]:
        """What is stored of it besides its items."""
        return {
            name: getattr(self, name)
            for name in ("title", "summary", "creator", "licence", "language", "url")
        }


def digest_of(facts: dict[str, str], digests: Iterable[str]) -> str:
    """What a framework is known again by."""
    content = json.dumps([facts, list(digests)], ensure_ascii=False)
    return hashlib.sha256(content.encode("utf-8", "surrogatepass")).hexdigest()
