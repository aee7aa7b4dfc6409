"""How far somebody is in a module, in the same words for them and for those who lead them."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from pdportal.web.words import gettext as _


class State(StrEnum):
    """How far one person is in one module."""

    NOT_BEGUN = "not_begun"
    BEGUN = "begun"
    DONE = "done"
    TESTED_OUT = "tested_out"
    """Done by what was known before; counted as done."""
    PAUSED = "paused"
    ANOTHER_WAY = "another_way"
    """Counted as done by an agreement."""

    @property
    def is_done(self) -> bool:
        """In whichever way."""
        return self in {State.DONE, State.TESTED_OUT, State.ANOTHER_WAY}

    @property
    def is_settled(self) -> bool:
        """Nothing is late, and nobody is reminded."""
        return self.is_done or self is State.PAUSED


def state_of(row: Any) -> State:
    """The state of a module for whom a row was read: what is done first, then what waits."""
    if row.tested_out_at:
        return State.TESTED_OUT
    if row.finished_at:
        return State.DONE
    if row.another_way_at:
        return State.ANOTHER_WAY
    if row.is_paused:
        return State.PAUSED
    return State.BEGUN if row.begun_at else State.NOT_BEGUN


def say_state(state: str) -> str:
    """A state in words, as they stand within a line."""
    words: dict[str, str] = {
        State.NOT_BEGUN: _("not started"),
        State.BEGUN: _("started"),
        State.DONE: _("done"),
        State.TESTED_OUT: _("tested out"),
        State.PAUSED: _("paused"),
        State.ANOTHER_WAY: _("done another way"),
    }
    return words[state]
