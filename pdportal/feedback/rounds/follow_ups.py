"""What other features offer to do with what an author will try next, once a round is closed."""

from __future__ import annotations

_follow_ups: dict[str, str] = {}


def add_follow_up(endpoint: str, label: str) -> None:
    """Offer a button on the page of every closed round that says what its author will try next.

    It posts `text`, `from_title` and `from_url` to the endpoint. `label` is translated when shown.
    """
    _follow_ups[endpoint] = label


def follow_ups() -> dict[str, str]:
    """All that are offered: label by endpoint."""
    return dict(_follow_ups)
