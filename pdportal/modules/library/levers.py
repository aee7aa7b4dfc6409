"""The three levers of personal learning on a module's page: approach, pace, your say.

The definition is the US Department of Education's: a change of approach, of pace, and the learner's
part in the choice. What the author says comes first, else what follows from the module's parts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from pdportal.modules.library.filters import say
from pdportal.modules.models import Facet


def levers(
    said: Mapping[str, str], facets: Mapping[str, Any], minutes: Sequence[int]
) -> list[tuple[str, str, bool]]:
    """Each lever: its name, a sentence, and whether the author wrote it.

    `minutes` are those of the pages on the way.
    """
    ways = facets.get("format", [])
    follows = {"approach": _approach(ways), "pace": _pace(minutes), "say": _your_say(ways)}
    names = {"approach": _("Approach"), "pace": _("Pace"), "say": _("Your say")}
    return [(names[key], said.get(key) or follows[key], bool(said.get(key))) for key in names]


def _approach(ways: Sequence[str]) -> str:
    if not ways:
        return _("Short pages, one thing on each.")
    return _("Here you can: %(ways)s.", ways=", ".join(say(Facet.FORMAT, way) for way in ways))


def _pace(minutes: Sequence[int]) -> str:
    longest = max(minutes, default=0)
    if not longest:
        return _("Stop anywhere. Your place is saved.")
    return ngettext(
        "%(num)s page, up to %(longest)s minutes. Set your own date; stop anywhere.",
        "%(num)s pages of up to %(longest)s minutes. Set your own date; stop anywhere.",
        len(minutes),
        longest=longest,
    )


def _your_say(ways: Sequence[str]) -> str:
    if "try" in ways and "talk" in ways:
        return _("You choose what to try, with which class and when, and whom to ask about it.")
    if "try" in ways:
        return _("You choose what to try, with which class and when.")
    if "talk" in ways:
        return _("You choose what to share and whom to ask about it.")
    return _("You choose where to start and what to come back to.")
