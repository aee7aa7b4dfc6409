"""The continuum of a skill: its described levels, and the places between them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from flask_babel import gettext as _

from pdportal.skills.frameworks.models import Skill


class Level(NamedTuple):
    """One step of a progression: its name, and what it looks like in practice."""

    name: str
    text: str


def levels_of(skill: Skill) -> list[Level]:
    """The levels of a skill as its framework describes them, else those of any skill."""
    if skill.levels:
        return [Level(level["name"], level["text"]) for level in skill.levels]
    return [
        Level(_("Not yet"), _("I know of it, and it is not part of my teaching.")),
        Level(_("Trying it"), _("I have tried it, with a plan in front of me.")),
        Level(
            _("Part of my teaching"), _("I do it as a matter of course and adapt it to a class.")
        ),
        Level(_("Helping others"), _("Colleagues learn it with me.")),
    ]


def last_position(levels: Sequence[Level]) -> int:
    """The position of the highest level, in halves of a step."""
    return 2 * (len(levels) - 1)


def say_position(levels: Sequence[Level], position: int) -> str:
    """A position in the words of the levels."""
    lower, between = divmod(position, 2)
    if not between:
        return levels[lower].name
    return _(
        "Between “%(lower)s” and “%(higher)s”",
        lower=levels[lower].name,
        higher=levels[lower + 1].name,
    )
