"""What people type in works and comments, as safe HTML."""

import re
import threading
from typing import Final

import nh3
from markdown import Markdown
from markupsafe import Markup

from pdportal.content.blocks import BlockReader
from pdportal.content.boxes import show_ticks
from pdportal.content.document import Document, finish
from pdportal.content.problems import Problems
from pdportal.content.tree import inner_html, parse, unwrap

LIMIT: Final = 60_000
_TAGS: Final = {
    "p", "br", "em", "strong", "a", "code", "pre", "ul", "ol", "li", "blockquote", "h4", "h5", "h6",
    "hr", "del",
}  # fmt: skip
_SOURCE_TAGS: Final = _TAGS | {"h1", "h2", "h3"}
_ATTRIBUTES: Final = {"a": {"href"}, "ol": {"start"}}
_SCHEMES: Final = {"http", "https", "mailto"}
_LOWER: Final = {"h1": "h4", "h2": "h5", "h3": "h6", "h4": "h6", "h5": "h6", "h6": "h6"}
_CROWD: Final = re.compile(r"[\[\]*_`<>~()!]{40,}|(?:[\[*_`<(!>]\s?){60,}")
_HEAVY: Final = 2_500
_LONG: Final = 3_000


def render_text(text: str) -> Markup:
    """Paragraphs, lists, emphasis, links and code; a line break stays, HTML is shown as typed."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").strip("\n")
    if not text.strip():
        return Markup("")
    if (
        len(text) > LIMIT
        or text.count("\n") > _LONG
        or _CROWD.search(text)
        or sum(map(text.count, "[*_`<~")) > _HEAVY
    ):
        return _plain(text)
    try:
        html = _html(text)
    except RecursionError:
        return _plain(text)
    return Markup(html)  # noqa: S704 -- sanitised just before


def _html(text: str) -> str:
    reader = BlockReader(Problems(""), plain=True)
    made = _engines.get().convert(reader.read(text))
    root = parse(
        nh3.clean(
            made, tags=_SOURCE_TAGS, attributes=_ATTRIBUTES, link_rel=None, url_schemes=_SCHEMES
        )
    )
    document = Document(root, reader)
    finish(document)
    show_ticks(document, root)
    for element in root.iter():
        element.tag = _LOWER.get(element.tag, element.tag)
    for parent in list(root.iter()):
        for child in list(parent):
            if child.tag == "a" and not child.get("href"):
                unwrap(parent, child)
    return nh3.clean(
        inner_html(root),
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        link_rel="noopener nofollow",
        url_schemes=_SCHEMES,
    ).strip()


class _Engines(threading.local):
    """One engine a thread, made when first asked for."""

    def __init__(self) -> None:
        self.made: Markdown | None = None

    def get(self) -> Markdown:
        """The engine, remembering nothing of the text before."""
        if self.made is None:
            self.made = _engine()
        self.made.reset()
        return self.made


_engines = _Engines()


def _engine() -> Markdown:
    engine = Markdown(
        extensions=["nl2br", "pymdownx.tilde", "pymdownx.magiclink"],
        extension_configs={"pymdownx.tilde": {"subscript": False}},
    )
    engine.preprocessors.deregister("html_block")
    for name in ("reference", "code", "setextheader"):
        engine.parser.blockprocessors.deregister(name)
    for name in (
        "html", "entity", "image_link", "image_reference", "short_image_ref", "reference",
        "short_reference",
    ):  # fmt: skip
        engine.inlinePatterns.deregister(name)
    return engine


def _plain(text: str) -> Markup:
    """Text as it was typed, where reading it as Markdown would take too long."""
    paragraphs = [each for each in re.split(r"\n{2,}", text) if each.strip()]
    return Markup("\n").join(
        Markup("<p>{}</p>").format(Markup("<br>\n").join(each.split("\n"))) for each in paragraphs
    )
