"""Where modules and their pages are found; also outside of a request, where notices are written."""

from __future__ import annotations

from urllib.parse import quote

from pdportal.modules.models import BlockKind


def module_url(slug: str) -> str:
    """The page of a module."""
    return f"/learn/{quote(slug)}"


def page_url(slug: str, page_slug: str, anchor: str = "") -> str:
    """A page of a module, or a place on it."""
    address = f"/learn/{quote(slug)}/{quote(page_slug)}"
    return f"{address}#{anchor}" if anchor else address


def anchor_of(kind: BlockKind, key: str) -> str:
    """The id of a block on its page."""
    return f"question-{key}" if kind == BlockKind.QUESTION else f"block-{key}"
