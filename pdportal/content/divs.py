"""Divs: the blocks that authors open with `:::`, with `!!!`, or with an HTML element."""

import re
from dataclasses import dataclass, field

from pdportal.content.attributes import Attributes, read_attributes
from pdportal.content.problems import Problems, did_you_mean
from pdportal.content.slugs import slug
from pdportal.content.vocabulary import KNOWN, OTHER_NAMES, PARTS, SILENT

HTML_WRAPPERS = "div|details|section|article|aside|center|main"


@dataclass
class Div:
    """A div: its kind in our vocabulary, the name its author wrote, and its line."""

    kind: str
    name: str
    line: int
    attributes: Attributes = field(default_factory=Attributes)
    title: str = ""
    html: str = ""
    """The HTML element that opened it; empty for `:::` and `!!!`."""

    @property
    def id(self) -> str:
        """The id its author gave, or nothing."""
        return self.attributes.id

    @property
    def opener(self) -> str:
        """How its author opened it, for messages."""
        return f"<{self.html}>" if self.html else f"::: {self.name}"


def fenced(text: str, line: int, problems: Problems) -> Div:
    """The div that the text after `:::` opens: `name {#id .class key="value"}`."""
    name, attributes, title = _opener(text, line, problems)
    names = ([name] if name else []) + [each.lower() for each in attributes.classes]
    kind = next((each for each in map(_kind, names) if each in KNOWN), "")
    if not kind:
        name = names[0] if names else ""
        kind = slug(name) or "plain"
        if name:
            hint = did_you_mean(name, KNOWN - SILENT - PARTS, "It is shown as a plain box.")
            problems.warning(line, f"There is no block called “{name}”.", hint)
    title = " ".join(filter(None, (attributes.values.get("title", ""), title)))
    return Div(kind, name or kind, line, attributes, title)


def _opener(text: str, line: int, problems: Problems) -> tuple[str, Attributes, str]:
    attributes = Attributes()
    title = ""
    words, brace, _ = text.partition("{")
    if brace:
        read = read_attributes(text, len(words))
        if read:
            attributes = read[0]
            title = text[read[1] :].strip().strip(":").strip()
        else:
            problems.warning(line, "These attributes cannot be read.", 'Write {#name key="value"}.')
            title = text[len(words) :]
    name, _, rest = words.strip().partition(" ")
    if rest.strip():
        title = f"{rest.strip()} {title}".strip()
        problems.warning(
            line, f"“{rest.strip()}” after the name is taken as a title.",
            f'Write {{title="{rest.strip()}"}}.',
        )  # fmt: skip
    return name.strip(":").lower(), attributes, title


def html_wrapper(tag: str, attributes: str, summary: str, line: int) -> Div:
    """The div that a line with an HTML element opens."""
    read = read_attributes("{" + attributes.replace("/", " ") + "}")
    given = read[0] if read else Attributes()
    kind = next((k for k in map(_kind, map(str.lower, given.classes)) if k in KNOWN), "plain")
    if tag == "details":
        kind = kind if kind in {"solution", "hint"} else "spoiler"
    return Div(kind, kind, line, given, re.sub(r"<[^>]*>", "", summary), tag)


def admonition(mark: str, name: str, title: str, line: int) -> Div:
    """The div that `!!! name "title"` or `??? name` opens; unknown names become notes."""
    kind = _kind(name.lower())
    if mark.startswith("?"):
        kind = kind if kind in {"solution", "hint"} else "spoiler"
    elif kind not in KNOWN:
        kind, title = "note", title or name.capitalize()
    return Div(kind, name, line, Attributes(), title)


def _kind(name: str) -> str:
    return OTHER_NAMES.get(name, name)
