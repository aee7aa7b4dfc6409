"""The filters of the library, as links with counts: plain GET, remembered in the address."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from pdportal.content.languages import name_of
from pdportal.folding import fold
from pdportal.modules.library.queries import FILTERS, LENGTHS, Wish, library_page
from pdportal.modules.models import FORMATS, GRADES, LENSES, Facet
from pdportal.web.locale import get_locale_code, say_minutes

MOST = 24
"""Names under one facet: those that most modules have."""
LONGEST = 80


@dataclass(frozen=True)
class Option:
    """One filter: what it is called, how many modules it leaves, and the address with it."""

    label: str
    modules: int
    url: str
    is_chosen: bool


def wished(args: MultiDict[str, str]) -> Wish:
    """What an address of the library asks for; what it cannot mean is left out."""
    chosen = {facet: args.get(facet, "")[:LONGEST].strip() for facet in FILTERS}
    return Wish(
        words=args.get("q", "")[:200].strip(),
        length=args.get("minutes", "") if args.get("minutes") in LENGTHS else "",
        chosen={facet: name for facet, name in chosen.items() if name},
        page=library_page(args.get("page", "1")[:6]),
    )


def address(wish: Wish, **changed: str | int | None) -> str:
    """The address of the library with something changed, and back on its first page."""
    values: dict[str, Any] = {"q": wish.words, "minutes": wish.length}
    values |= {str(facet): name for facet, name in wish.chosen.items()} | changed
    return url_for("modules.library", **{key: value for key, value in values.items() if value})


def groups(counts: Mapping[Facet, Mapping[str, int]], wish: Wish) -> list[tuple[str, list[Option]]]:
    """The options of each facet that tell modules apart, under its name."""
    shown = []
    for facet, names in _names().items():
        found, chosen = counts[facet], wish.chosen.get(facet)
        most = sorted(found, key=lambda name: (-found[name], fold(name)))[:MOST]
        known = _ORDER.get(facet)
        listed = [name for name in known if name in found] if known else sorted(most, key=fold)
        options = [
            Option(
                say(facet, name),
                found[name],
                address(wish, **{facet: "" if name == chosen else name}),
                name == chosen,
            )
            for name in listed
        ]
        if len(options) > 1 or chosen:
            shown.append((names, options))
    return shown


def chosen(wish: Wish) -> list[tuple[str, str, str]]:
    """What narrows the library: its name in the address, in words, and the address without it."""
    words = {"q": f"“{wish.words}”", "minutes": say_length(wish.length)}
    words |= {facet: say(facet, name) for facet, name in wish.chosen.items()}
    return [(name, words[name], address(wish, **{name: None})) for name in wish.narrows]


def say(facet: Facet, name: str) -> str:
    """One name under a facet, in the reader's language."""
    match facet:
        case Facet.LANGUAGE:
            return name_of(name, get_locale_code())
        case Facet.GRADE:
            return _("PreK") if name == "PK" else _("Grades %(band)s", band=name.replace("-", "–"))
        case Facet.FORMAT | Facet.LENS:
            return _known().get(name, name)
        case _:
            return name


def say_length(length: str) -> str:
    """How long something may take, in words."""
    return _("Longer than 45 minutes") if length == "more" else say_minutes(int(length or 0))


_ORDER = {Facet.GRADE: GRADES, Facet.FORMAT: FORMATS, Facet.LENS: LENSES}


def _names() -> dict[Facet, str]:
    return {
        Facet.GRADE: _("Grades"),
        Facet.SUBJECT: _("Subject"),
        Facet.FORMAT: _("What you do"),
        Facet.LENS: _("Lens"),
        Facet.SKILL: _("Skill"),
        Facet.LANGUAGE: _("Language"),
    }


def _known() -> dict[str, str]:
    return {
        "read": _("Read"),
        "watch": _("Watch"),
        "try": _("Try in class"),
        "talk": _("Talk with colleagues"),
        "design": _("Design"),
        "investment": _("Investment"),
        "theory": _("Theory"),
        "practice": _("Practice"),
    }
