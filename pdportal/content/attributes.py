"""Reads what stands in braces: `{#id .class key="value"}`."""

import re
from dataclasses import dataclass, field

_PART = re.compile(
    r"""\s*(?:
        \#(?P<id>[^\s}\#.="']+)
      | \.(?P<cls>[^\s}\#."'=]+)
      | (?P<key>[\w:@-]+)\s*=\s*
        (?: "(?P<double>(?:\\.|[^"\\])*)" | '(?P<single>(?:\\.|[^'\\])*)' | (?P<bare>[^\s}"']+) )
      | (?P<flag>[\w-]+)
    )""",
    re.VERBOSE | re.DOTALL,
)


@dataclass
class Attributes:
    """An id, classes in their order, and named values."""

    id: str = ""
    classes: list[str] = field(default_factory=list)
    values: dict[str, str] = field(default_factory=dict)


def read_attributes(
    text: str, start: int = 0, limit: int = 20_000
) -> tuple[Attributes, int] | None:
    """Attributes from the brace at `start`, and where they end; None if they do not close."""
    if not text.startswith("{", start):
        return None
    attributes = Attributes()
    place = start + 1
    if text.startswith(":", place):
        place += 1
    stop = min(len(text), start + limit)
    while place < stop:
        rest = re.compile(r"\s*\}").match(text, place)
        if rest:
            return attributes, rest.end()
        part = _PART.match(text, place, stop)
        if part is None or part.end() == place:
            return None
        place = part.end()
        if part["id"]:
            attributes.id = attributes.id or part["id"]
        elif part["cls"]:
            attributes.classes.append(part["cls"])
        elif part["key"]:
            quoted = part["double"] if part["double"] is not None else part["single"]
            value = part["bare"] if quoted is None else re.sub(r"\\(.)", r"\1", quoted)
            if part["key"] == "id":
                attributes.id = attributes.id or value
            elif part["key"] == "class":
                attributes.classes.extend(value.split())
            else:
                attributes.values.setdefault(part["key"].lower(), value)
        elif part["flag"]:
            attributes.classes.append(part["flag"])
    return None
