"""Divs: the blocks that authors open with `:::`, with `!!!`, or with an HTML element."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches

from pdportal.content.attributes import Attributes, read_attributes
from pdportal.content.problems import Problems, did_you_mean
from pdportal.content.slugs import slug
from pdportal.content.vocabulary import (
    ATTRIBUTES,
    KNOWN,
    NOTES,
    OTHER_NAMES,
    PARTS,
    SILENT,
    is_for_facilitators,
    is_note_title,
    is_unseen,
    looks_for_facilitators,
)

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
    is_open: bool = False
    """Whether nothing closes it, so that it has swallowed what was not meant for it."""

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
    also = [*title.split(), *attributes.values.values()]
    if is_note_title(title) or is_note_title(attributes.values.get("title", "")):
        also.append("instructor")
    kind = _kind(names, also, line, problems)
    if not kind:
        name = names[0] if names else ""
        kind = slug(name) or "plain"
        if name:
            report = problems.warning
            hint = did_you_mean(name, KNOWN - SILENT - PARTS, "It is shown as a plain box.")
            if looks_for_facilitators(name):
                kind, report = "instructor", problems.error
                hint = "Write ::: instructor, or another name: nobody can tell who may read this."
            report(line, f"There is no block called “{name}”.", hint)
    title = " ".join(filter(None, (attributes.values.get("title", ""), title)))
    div = Div(kind, name or kind, line, attributes, title)
    if kind != "question":  # a kind of question has its own
        flags = ["optional"] if kind == "field" else []
        check_attributes(kind, div, problems, ATTRIBUTES.get(kind), flags)
    return div


def check_attributes(
    what: str,
    div: Div,
    problems: Problems,
    known: Iterable[str] | None,
    flags: Iterable[str] = (),
) -> None:
    """A misspelt attribute or flag is an error; others are told, unless `known` is None."""
    every = sorted({*(known or ()), "title"})
    for name in div.attributes.values:
        if name in every or name in {"lang", "dir"}:
            continue
        near = get_close_matches(name, every, n=1, cutoff=0.7)
        message = f"“{name}” means nothing to a {what}."
        if near:
            problems.error(div.line, message, f"Did you mean “{near[0]}”?")
        elif known is not None:
            problems.warning(div.line, message, f"Known are {', '.join(every)}.")
    for name in div.attributes.classes:
        near = get_close_matches(name, list(flags), n=1, cutoff=0.7)
        if near and name not in flags:
            message = f"“{name}” means nothing to a {what}."
            problems.error(div.line, message, f"Did you mean “{near[0]}”?")


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
            attributes.classes = re.findall(r"\.([\w-]+)", text[len(words) :])
            title = text[len(words) :]
    name, _, rest = words.strip().partition(" ")
    if rest.strip():
        title = f"{rest.strip()} {title}".strip()
        problems.warning(
            line, f"“{rest.strip()}” after the name is taken as a title.",
            f'Write {{title="{rest.strip()}"}}.',
        )  # fmt: skip
    return name.strip(":").lower(), attributes, title


def html_wrapper(tag: str, attributes: str, summary: str, line: int, problems: Problems) -> Div:
    """The div that a line with an HTML element opens."""
    read = read_attributes("{" + attributes.replace("/", " ") + "}")
    given = read[0] if read else Attributes(classes=re.findall(r"[\w-]+", attributes))
    names = [each.lower() for each in given.classes]
    title = re.sub(r"<[^>]*>", "", summary)
    if is_unseen(given.values.get("style", "")) or is_note_title(title):
        names.append("instructor")
    kind = _kind(names, given.values.values(), line, problems) or "plain"
    if tag == "details":
        kind = kind if kind in {"solution", "hint", *NOTES} else "spoiler"
    return Div(kind, kind, line, given, title, tag)


def admonition(
    mark: str, name: str, classes: str, title: str, line: int, problems: Problems
) -> Div:
    """The div that `!!! name classes "title"` or `??? name` opens; unknown names become notes."""
    also = [*classes.split(), *(["instructor"] if is_note_title(title) else [])]
    kind = _kind([name.lower()], also, line, problems)
    title = " ".join(filter(None, (classes.strip(), title)))
    if not kind and looks_for_facilitators(name):
        kind = "instructor"
        problems.error(line, f"There is no block called “{name}”.", "Write !!! instructor.")
    if mark.startswith("?"):
        kind = kind if kind in {"solution", "hint", *NOTES} else "spoiler"
    elif not kind:
        kind, title = "note", title or name.capitalize()
    return Div(kind, name, line, Attributes(), title)


def _kind(names: Sequence[str], also: Iterable[str], line: int, problems: Problems) -> str:
    """What a block with these names is; whatever else it says, one for facilitators is theirs.

    `also` are words beside its names, which count where they say exactly that.
    """
    kinds = [OTHER_NAMES.get(name, name) for name in names]
    if not NOTES.isdisjoint(kinds):
        return "instructor"
    beside = [word for word in also if word.lower() in NOTES | {"facilitators", "facilitator"}]
    doubtful = next((word for word in [*kinds, *beside] if is_for_facilitators(word)), "")
    if doubtful:
        problems.warning(
            line, f"“{doubtful}” says that only facilitators read this block.",
            "Write ::: instructor, or another name.",
        )  # fmt: skip
        return "instructor"
    return next((kind for kind in kinds if kind in KNOWN), "")
