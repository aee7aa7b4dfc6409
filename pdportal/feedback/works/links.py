"""Where a work has its page: kinds that belong to another feature have theirs there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from flask import url_for

from pdportal.feedback.works.models import WorkKind

_pages: dict[WorkKind, Callable[[int], str]] = {}


class Brought(Protocol):
    """A work, or a row with its id and kind."""

    @property
    def id(self) -> int: ...

    @property
    def kind(self) -> WorkKind: ...


def add_work_page(kind: WorkKind, address: Callable[[int], str]) -> None:
    """Let another feature show its kind of work to the author: `address(work_id)` gives the URL."""
    _pages[kind] = address


def work_url(work: Brought) -> str:
    """The author's page of a work, wherever it is."""
    return page_url(work.kind, work.id)


def page_url(kind: WorkKind, work_id: int) -> str:
    """The same, by kind and id."""
    address = _pages.get(kind)
    return address(work_id) if address else url_for("feedback.work_page", work_id=work_id)


def has_own_page(kind: WorkKind) -> bool:
    """Whether another feature shows works of this kind."""
    return kind in _pages
