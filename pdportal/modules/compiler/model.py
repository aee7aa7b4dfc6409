"""What a module is once it is compiled: plain values that can be stored as JSON."""

from dataclasses import dataclass, field
from typing import Any, Literal

Kind = Literal["question", "reflection", "task", "tryout", "mirror", "note", "choice", "together"]
Section = Literal["page", "extra", "facilitators"]


@dataclass(frozen=True)
class Asset:
    """A file that pages show or link to, known by its content."""

    path: str
    name: str
    sha256: str
    content_type: str
    size: int
    url: str
    width: int = 0
    height: int = 0
    text: str = ""
    """What a file that we write holds; empty for one of the folder."""


@dataclass(frozen=True)
class CompiledBlock:
    """What a learner answers, writes or does, or a facilitators' note; `data` depends on kind."""

    key: str
    kind: Kind
    data: dict[str, Any]
    optional: bool = False
    within: tuple[str, str] | None = None
    """The keys of the choice and of its alternative in which it stands."""


@dataclass(frozen=True)
class CompiledPage:
    """A page: its body is HTML cut where blocks stand, so that the pieces joined are whole."""

    slug: str
    title: str
    minutes: int = 0
    break_minutes: int = 0
    section: Section = "page"
    track: str = ""
    optional: bool = False
    body: list[dict[str, str]] = field(default_factory=list)
    blocks: list[CompiledBlock] = field(default_factory=list)
    headings: list[tuple[int, str, str]] = field(default_factory=list)
    text: str = ""
    path: str = ""


@dataclass(frozen=True)
class CompiledCheck:
    """A check: parallel forms of questions, and what helps with each skill."""

    key: str
    title: str
    minutes: int
    needed: int
    """How many right answers meet it: of a form, or of each skill."""
    each_skill: bool
    exempts: bool
    required: bool
    again_days: int
    intro: str
    """Safe HTML."""
    skills: list[str]
    levels: dict[str, int]
    """Which level of a skill, counted from 1, is shown by having it right."""
    forms: list[dict[str, Any]]
    """`name`; `body` like that of a page; `questions`: `key`, `skill` and `data` of each."""
    help: dict[str, list[dict[str, str]]]
    """By skill: `kind` (page, module, resource, do), `title`, `url` and `why` of each line."""


@dataclass(frozen=True)
class CompiledModule:
    """A whole module as it is published."""

    slug: str
    title: str
    summary: str = ""
    about: str = ""
    """Safe HTML."""
    language: str = "en"
    minutes: int = 0
    hours: float | None = None
    audience: str = ""
    skills: list[str] = field(default_factory=list)
    outcomes: list[str] = field(default_factory=list)
    prerequisites: list[str] = field(default_factory=list)
    facets: dict[str, list[str]] = field(default_factory=dict)
    levers: dict[str, str] = field(default_factory=dict)
    cover: dict[str, str] = field(default_factory=dict)
    needs: list[str] = field(default_factory=list)
    tracks: list[dict[str, str]] = field(default_factory=list)
    first_track: str = ""
    asks: dict[str, Any] = field(default_factory=dict)
    authors: list[str] = field(default_factory=list)
    licence: str = ""
    pages: list[CompiledPage] = field(default_factory=list)
    assets: list[Asset] = field(default_factory=list)
    checks: list[CompiledCheck] = field(default_factory=list)
    content_hash: str = ""
