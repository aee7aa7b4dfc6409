"""What other features offer to do with what an author will try next, once a round is closed."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from pdportal.accounts.models import Person


@dataclass(frozen=True)
class FollowUp:
    """One button beside what an author wants to do: it posts `text`, `from_title`, `from_url`, and
    perhaps `due_on`."""

    endpoint: str
    label: str
    """Translated when shown, as `done` is."""
    done: str
    """What stands in place of the button once it was pressed: a link to what was made."""
    made: Callable[[Person, str], Mapping[str, str]]
    """What somebody made from the page of an address, or a place on it: by the words, where it is.
    """


MOST = 12
_MARK = re.compile(r"^\s*(?:(?:[-*+]|\d+[.)])\s|•)?\s*|\s+$")
"""What stands before a line of a list, and blanks at the end."""
_follow_ups: list[FollowUp] = []


def add_follow_up(follow_up: FollowUp) -> None:
    """Offer it on the page of every closed round that says what its author will try next."""
    if all(each.endpoint != follow_up.endpoint for each in _follow_ups):
        _follow_ups.append(follow_up)


def offered() -> list[FollowUp]:
    """All that can be done with one thing to try."""
    return list(_follow_ups)


def follow_ups(person: Person, text: str, url: str) -> list[tuple[str, list[tuple[FollowUp, str]]]]:
    """Each line of what somebody will try, with all that is offered for it.

    Beside each stands the address of what was made of it before, from this page; else nothing.
    """
    lines = list(dict.fromkeys(filter(None, (_MARK.sub("", line) for line in text.splitlines()))))
    if not lines:
        return []
    made_by_kind = [(each, each.made(person, url)) for each in _follow_ups]
    return [
        (line, [(each, made.get(line, "")) for each, made in made_by_kind]) for line in lines[:MOST]
    ]
