"""Kinds of work: one file each, which says all that is particular to the kind.

A file here adds its kind when it is imported; another feature adds its own (`goals/kind.py`).
Nothing else in the portal asks which kind a work is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from pkgutil import iter_modules
from typing import Any, Protocol

from flask import url_for
from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, Select, false

from pdportal.accounts.models import Person
from pdportal.feedback.comments.models import AnchorKind
from pdportal.feedback.works.models import Work

Field = dict[str, Any]
"""One field of a work: `{"key", "label", "hint", "rows"}`."""
ON_TEXT = frozenset({AnchorKind.WHOLE, AnchorKind.FIELD, AnchorKind.PASSAGE})
NO_STUDENTS = _l(
    "Leave out the names of students and families, and whatever only one of them could be: write "
    "“one student”, “the boy by the door”."
)


class Brought(Protocol):
    """A work, or a row about one, as far as the address of its page needs it."""

    @property
    def id(self) -> int: ...

    @property
    def clip_id(self) -> int | None: ...


@dataclass(frozen=True)
class Start:
    """How a kind is offered to authors who begin a work, in words translated when shown."""

    title: str
    about: str
    button: str
    title_hint: str
    order: int = 50
    """Where it stands among the others."""


@dataclass(frozen=True)
class Talk:
    """How people comment on works that are not sent out in rounds: all read a comment at once."""

    seen_by: Callable[[Person], ColumnElement[bool]]
    """Who sees such a work and may comment on it: a condition on `Work`."""
    readers: Callable[[Work], Iterable[int]]
    """The same for a work in hand: the ids of those who see it now, its author apart."""
    notices: str
    """What the names of its notices begin with: `…_commented`, `…_replied`, `…_decided`,
    `…_confirmed`, `…_asked_again` (`feedback.notices`)."""
    to_author: bool = False
    """Whether the author alone reads what somebody says, instead of all who see the work."""
    waits: Callable[[], ColumnElement[bool]] = false
    """A condition on `Work`: its author does not read yet what others say."""
    seconds: Callable[[Work], float | None] = lambda _work: None
    """How long it lasts, where moments are commented on; None: not known."""


@dataclass(frozen=True)
class Kind:
    """One kind of work."""

    name: str
    """As `Work.kind` stores it."""
    word: str
    """What pages call it, translated when shown."""
    fields: Callable[[], list[Field]]
    """What a new work is made of, in order."""
    own_page: Callable[[Brought], str] | None = None
    """The address of the page where a work is read, and talked about; None: the page that feedback
    has for every text. Works that do not `start` here have a form of their own there, too."""
    anchors: frozenset[AnchorKind] = ON_TEXT
    """Where on it a comment may stand."""
    compared: Callable[[Sequence[Field]], Sequence[Field]] = lambda fields: fields
    """Which of its fields a comparison of two revisions shows."""
    start: Start | None = None
    """How authors begin one on the pages of feedback; None: it begins elsewhere."""
    reminder: str = ""
    """What authors are reminded of while they write and before they share; empty: nothing."""
    asks: str = ""
    """The field that has the author's question, which a request for feedback then asks."""
    requires: Callable[[Mapping[str, str]], None] = lambda _content: None
    """Raises `Refused` (422), with the key of its field, for what cannot stand in a revision."""
    talk: Talk | None = None
    """How it is commented on without rounds; None: in rounds."""
    together: bool = False
    """Whether several people can write it (`feedback.writers`)."""
    has_files: bool = False
    """Whether it has files beside what is typed (`feedback.files`)."""
    files_read_by: Callable[[Person], Select[int | None]] | None = None
    """The ids of files of such works that somebody reads without being asked; None: of none."""
    shown_for_modules: bool = True
    """Whether its author can show a version of it to a lead, in place of a module's work."""
    no_rounds: str = ""
    """Why it is not sent out in rounds, for whoever tries; empty: it is."""
    names_author: str = _l(
        "Work of this kind says itself whose it is, so your name can’t be hidden."
    )
    """Why its author cannot be hidden from those who give feedback; empty: they can."""
    names_readers: bool = False
    """Whether its author sees who looked, so that nobody who gives feedback can be hidden."""
    ended: Callable[[Work], str] = lambda _work: ""
    """Why no feedback can be asked for on this work any more; empty: it can."""

    def address(self, work: Brought) -> str:
        """The page of a work of this kind."""
        if self.own_page is None:
            return url_for("feedback.work_page", work_id=work.id)
        return self.own_page(work)


_kinds: dict[str, Kind] = {}


def add_kind(kind: Kind) -> Kind:
    """Let people bring works of this kind."""
    _kinds[kind.name] = kind
    return kind


def load_kinds() -> None:
    """Add the kinds that stand in this folder."""
    for module in iter_modules(__path__):
        import_module(f"{__name__}.{module.name}")


def kind_of(work: Work) -> Kind:
    """The kind of a work."""
    return _kinds[work.kind]


def work_url(work: Work) -> str:
    """The page of a work."""
    return kind_of(work).address(work)


def kind_named(name: str) -> Kind:
    """The kind of this name."""
    return _kinds[name]


def all_kinds() -> list[Kind]:
    """Every kind, in the order in which they were added."""
    return list(_kinds.values())


def kinds_begun_here() -> list[Kind]:
    """The kinds that authors begin on the pages of feedback, in the order shown."""
    starts = [(kind, kind.start.order) for kind in all_kinds() if kind.start]
    return [kind for kind, _order in sorted(starts, key=lambda each: each[1])]


def field(key: str, label: str, hint: str = "", *, rows: int) -> Field:
    """One field of a work, with a box of so many rows."""
    return {"key": key, "label": label, "hint": hint, "rows": rows}
