"""What other features offer to do with what an author will try next, once a round is closed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from pdportal.accounts.models import Person


@dataclass(frozen=True)
class FollowUp:
    """One button on the page of a closed round: it posts `text`, `from_title` and `from_url`."""

    endpoint: str
    label: str
    """Translated when shown, as `done` is."""
    done: str
    """What stands in place of the button once it was pressed: a link to what was made."""
    made: Callable[[Person, str, str], str]
    """The address of what was made of these words from the page of that address; else empty."""


_follow_ups: list[FollowUp] = []


def add_follow_up(follow_up: FollowUp) -> None:
    """Offer it on the page of every closed round that says what its author will try next."""
    if all(each.endpoint != follow_up.endpoint for each in _follow_ups):
        _follow_ups.append(follow_up)


def follow_ups(person: Person, text: str, url: str) -> list[tuple[FollowUp, str]]:
    """All that are offered for a text, each with the address of what was made of it before."""
    return [(each, each.made(person, text, url)) for each in _follow_ups] if text else []
