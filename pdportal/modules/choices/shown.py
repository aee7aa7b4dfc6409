"""How a choice looks to one reader: what there is to choose, and which alternative is open."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from markupsafe import Markup

from pdportal.modules.choices import option_key
from pdportal.web.locale import say_minutes

_OPENING = Markup(
    '<details class="alternative{kind}" id="{id}"{state}><summary>{title}{time}</summary>'
)
_TIME = Markup(' <small class="muted">{}</small>')


def shown_choice(data: dict[str, Any], row: Any) -> dict[str, Any]:
    """A choice as its template takes it."""
    chosen = next((each for each in data["options"] if each["key"] == row.chosen), None)
    return {
        "title": data["title"],
        "prompt": data["prompt_html"],
        "options": data["options"],
        "chosen": chosen,
        "why": row.why or "",
        "version": row.why_version or 0,
    }


def choice_state(_data: dict[str, Any], row: Any) -> tuple[Any, ...] | None:
    """A cache key; None for whoever has written why: nobody else gets these words."""
    return None if row.why else (row.chosen, row.why_version)


def openings(
    key: str, options: Sequence[dict[str, Any]], chosen: str | None, looks_around: bool
) -> dict[str, Markup]:
    """What each alternative begins with, by its key on the page: the chosen one is open.

    All are for whoever only looks around, and on paper where nobody's own words are.
    """
    return {
        option_key(key, option["key"]): _OPENING.format(
            id=f"{key}-{option['key']}",
            state=Markup(" open") if looks_around or option["key"] == chosen else "",
            kind=" not-chosen" if chosen not in {None, option["key"]} else "",
            title=option["title"],
            time=_TIME.format(say_minutes(option["minutes"])) if option["minutes"] else "",
        )
        for option in options
    }
