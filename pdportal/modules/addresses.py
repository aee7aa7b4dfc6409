"""Where modules, their pages and files are found; also outside of a request, for notices."""

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


def check_url(slug: str, key: str, number: int | None = None) -> str:
    """A check; or somebody's own try at it: by its number, so that it leads nobody else to it."""
    address = f"/learn/{quote(slug)}/check/{quote(key)}"
    return f"{address}/{number}" if number else address


def anchor_of(kind: BlockKind, key: str) -> str:
    """The id of a block on its page."""
    return f"question-{key}" if kind == BlockKind.QUESTION else f"block-{key}"


def option_key(choice: str, option: str) -> str:
    """Under which an alternative stands among the blocks of its page; no id has this sign."""
    return f"{choice}#{option}"


def storage_key(sha256: str) -> str:
    """Under which a figure or file is stored: the same file once."""
    return f"modules/{sha256[:2]}/{sha256}"
