"""Where on a page a reader can be: at its headings, and at what is to be done."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup

from pdportal.content.html import plain_text
from pdportal.modules.addresses import anchor_of
from pdportal.modules.models import BlockKind

Heading = tuple[int, str, str]

MOST_LISTED = 24
"""With more headings, a table of contents has the main ones only."""
LONGEST_NAME = 70
LONGEST_PLACE = 200
"""Letters of an id that is stored."""

PLACES = ":is(h2, h3, h4)[id], .block[id]"
"""What a script looks for, to say where its reader is."""
_ID = re.compile(r'<h[2-4]\b[^>]*?\sid="([^"]+)"')


def listed(headings: Sequence[Heading]) -> tuple[Heading, ...]:
    """The headings of a table of contents: two levels, or one where there are many."""
    deepest = 3 if len(headings) <= MOST_LISTED else 2
    return tuple((level, name, words) for level, name, words in headings if level <= deepest)


def where_one_stops(
    body: Sequence[Markup | str],
    blocks: Mapping[str, tuple[BlockKind, dict[str, Any]]],
    headings: Sequence[Heading],
) -> dict[str, str]:
    """The ids of headings and blocks in the order of the page, each with a name for a link."""
    named = {name: words for _level, name, words in headings}
    places: dict[str, str] = {}
    for piece in body:
        if isinstance(piece, Markup):
            found = [(name, named[name]) for name in _ID.findall(piece) if name in named]
        elif piece in blocks and blocks[piece][0] != BlockKind.NOTE:
            kind, data = blocks[piece]
            found = [(anchor_of(kind, piece), data.get("title") or _first_words(data))]
        else:
            continue
        places |= {place: name for place, name in found if name and len(place) <= LONGEST_PLACE}
    return places


def _first_words(data: Mapping[str, Any]) -> str:
    words = " ".join(plain_text(str(data.get("prompt_html", ""))).split())
    return words if len(words) <= LONGEST_NAME else words[:LONGEST_NAME].rpartition(" ")[0] + " …"
