"""Reads the pages of help."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from flask_babel import lazy_gettext as _l
from markupsafe import Markup

from pdportal.content.boxes import safe_html
from pdportal.content.glossary import GLOSSARY, take_terms
from pdportal.content.html import plain_text, sanitise
from pdportal.content.outline import make_outline
from pdportal.content.problems import Problems
from pdportal.content.read import read_markdown
from pdportal.content.source import read_source
from pdportal.content.tree import inner_html
from pdportal.shipped import shipped

FOLDER = shipped("docs/help", "shipped_help")


class Reader(StrEnum):
    """Whom a page of help is for; the name of its file."""

    TEACHERS = "teachers"
    COACHES = "coaches"
    LEADS = "leads"
    WORDS = "words"
    """For everybody: what the words on the pages mean."""


LABELS = {
    Reader.TEACHERS: _l("Teachers"),
    Reader.COACHES: _l("Coaches"),
    Reader.LEADS: _l("PD leads"),
    Reader.WORDS: _l("Our words"),
}


@dataclass(frozen=True)
class Section:
    """What stands below one heading: its address on the page, and its words."""

    address: str
    heading: str
    text: str
    html: Markup
    """The definition of a word of the glossary, ready to be shown; the last block of a section."""


@dataclass(frozen=True)
class HelpPage:
    """One reader's page."""

    title: str
    summary: str
    sections: tuple[Section, ...]
    html: Markup


@cache
def read_page(reader: Reader) -> HelpPage:
    """The text of `docs/help`, or the glossary with an address for each word; read once."""
    is_glossary = reader is Reader.WORDS
    source, _faults = read_source(GLOSSARY if is_glossary else FOLDER / f"{reader}.md")
    document = read_markdown(source.body)
    list(take_terms(document.root))
    make_outline(document, Problems(source.path))
    texts: list[tuple[str, str, list[str]]] = []
    shown: dict[str, Markup] = {}
    for element in document.root[0] if is_glossary else document.root:
        if element.tag in {"h2", "dt"}:
            texts.append((element.get("id", ""), plain_text(element), []))
        elif texts:
            texts[-1][2].append(plain_text(element))
            shown[texts[-1][0]] = Markup(sanitise(inner_html(element)))  # noqa: S704 -- our own
    sections = tuple(
        Section(id, heading, "\n".join(text), shown.get(id, Markup()))
        for id, heading, text in texts
    )
    html = Markup(safe_html(document, document.root))  # noqa: S704 -- our own, and sanitised
    return HelpPage(str(source.meta["title"]), str(source.meta["summary"]), sections, html)
