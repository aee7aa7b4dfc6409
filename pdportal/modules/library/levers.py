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
    written: Mapping[str, str],
    facets: Mapping[str, Any],
    minutes: Sequence[int],
    *,
    tracks: Sequence[Mapping[str, Any]] = (),
    choices: int = 0,
) -> list[tuple[str, str, bool]]:
    """Each lever: its name, a sentence, and whether the author wrote it.

    `minutes` are those of the pages on the way, `choices` how often there is one to make.
    """
    ways = facets.get("format", [])
    follows = {
        "approach": _approach(ways, [track["title"] for track in tracks]),
        "pace": _pace(minutes),
        "say": _your_say(ways, choices),
    }
    names = {"approach": _("Approach"), "pace": _("Pace"), "say": _("Your say")}
    return [(names[key], written.get(key) or follows[key], bool(written.get(key))) for key in names]


def _approach(ways: Sequence[str], tracks: Sequence[str]) -> str:
    sentences = []
    if tracks:
        sentences.append(_("Choose your track: %(tracks)s.", tracks=" · ".join(tracks)))
    if ways:
        named = ", ".join(say(Facet.FORMAT, way) for way in ways)
        sentences.append(_("Here you can: %(ways)s.", ways=named))
    return " ".join(sentences) or _("Short pages, one thing on each.")


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


def _your_say(ways: Sequence[str], choices: int) -> str:
    if not choices:
        return _of_ways(ways)
    here = ngettext(
        "In %(num)s place you choose how to go on.",
        "In %(num)s places you choose how to go on.",
        choices,
    )
    return f"{here} {_of_ways(ways)}" if {"try", "talk"} & set(ways) else here


def _of_ways(ways: Sequence[str]) -> str:
    if "try" in ways and "talk" in ways:
        return _("You choose what to try, with which class and when, and whom to ask about it.")
    if "try" in ways:
        return _("You choose what to try, with which class and when.")
    if "talk" in ways:
        return _("You choose what to share and whom to ask about it.")
    return _("You choose where to start and what to come back to.")
