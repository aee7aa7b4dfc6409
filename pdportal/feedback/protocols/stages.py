"""The stages of a protocol, by who speaks in them."""

from __future__ import annotations

from typing import Any


def reviewer_stages(data: dict[str, Any]) -> list[dict[str, Any]]:
    """The stages a reviewer goes through in writing, in order."""
    return [stage for stage in data["stages"] if stage["speaks"] != "author"]


def author_stages(data: dict[str, Any]) -> list[dict[str, Any]]:
    """The author's part."""
    return [stage for stage in data["stages"] if stage["speaks"] == "author"]
