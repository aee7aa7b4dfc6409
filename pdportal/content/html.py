"""What HTML may stand in a page, and the words in it."""

import re
from collections.abc import Collection
from typing import Final
from xml.etree.ElementTree import Element

import nh3
from pygments.token import STANDARD_TYPES

from pdportal.content.tree import BLOCK, parse
from pdportal.content.vocabulary import BOXES, HIDDEN, NOTES

MATH: Final = frozenset(
    {
        "math", "mrow", "mi", "mo", "mn", "ms", "mtext", "mspace", "msup", "msub", "msubsup",
        "mfrac", "msqrt", "mroot", "munder", "mover", "munderover", "mtable", "mtr", "mtd",
        "mstyle", "mpadded", "mphantom", "menclose", "mmultiscripts", "mprescripts",
    }
)  # fmt: skip
TAGS: Final = MATH | {
    "a", "abbr", "aside", "b", "bdi", "bdo", "blockquote", "br", "caption", "cite", "code", "col",
    "colgroup", "dd", "del", "details", "dfn", "div", "dl", "dt", "em", "figcaption", "figure",
    "h1", "h2", "h3", "h4", "h5", "h6", "hr", "i", "img", "ins", "kbd", "li", "mark", "ol", "p",
    "pre", "q", "rp", "rt", "ruby", "s", "samp", "section", "small", "span", "strong", "sub",
    "summary", "sup", "table", "tbody", "td", "tfoot", "th", "thead", "time", "tr", "u", "ul",
    "var", "wbr",
}  # fmt: skip
_MATH_ATTRIBUTES: Final = {
    "display", "mathvariant", "stretchy", "fence", "separator", "form", "accent", "accentunder",
    "columnalign", "rowspacing", "columnspacing", "linethickness", "lspace", "rspace", "width",
    "height", "depth", "voffset", "notation", "movablelimits", "largeop", "symmetric", "minsize",
    "maxsize", "displaystyle", "scriptlevel", "columnlines", "rowlines",
}  # fmt: skip
ATTRIBUTES: Final[dict[str, set[str]]] = {
    "*": {"id", "class", "lang", "dir", "title"},
    "a": {"href", "role", "aria-label"},
    "img": {"src", "alt", "width", "height", "loading", "decoding"},
    "figcaption": {"aria-hidden"},
    "span": {"role", "aria-label", "aria-hidden"},
    "ol": {"start", "type", "reversed"},
    "li": {"value"},
    "details": {"open"},
    "td": {"colspan", "rowspan", "data-label", "headers"},
    "th": {"colspan", "rowspan", "scope"},
    "col": {"span"},
    "colgroup": {"span"},
    "pre": {"tabindex"},
    "div": {"tabindex", "role", "aria-label"},
    "time": {"datetime"},
    "blockquote": {"cite"},
    "q": {"cite"},
    **dict.fromkeys(MATH, _MATH_ATTRIBUTES),
}
SCHEMES: Final = {"http", "https", "mailto"}
CLASSES: Final = frozenset(
    {
        "callout", "callout-title", "callout-kind", "solution", "spoiler", "hint", "table-wrap",
        "figure-missing", "highlight", "footnote", "footnote-ref", "footnote-backref",
        "align-right", "align-center", "align-left", "math-source", "muted", "term",
    }
) | {f"callout-{kind}" for kind in BOXES | NOTES | HIDDEN | {"plain"}}  # fmt: skip
_CODE_CLASSES: Final = frozenset(name for name in STANDARD_TYPES.values() if name)
GONE: Final = frozenset({
    "script", "style", "iframe", "object", "embed", "applet", "noscript", "template", "svg",
    "textarea", "select", "title", "audio", "video",
})  # fmt: skip
"""Elements that are taken out with all they hold."""


UNWRAPPED: Final = frozenset(
    {
        "acronym", "address", "article", "base", "basefont", "bgsound", "big", "blink", "body",
        "center", "data", "datalist", "dialog", "dir", "fieldset", "font", "footer", "frame",
        "frameset", "head", "header", "hgroup", "html", "label", "legend", "main", "map", "area",
        "marquee", "menu", "menuitem", "meter", "nav", "nobr", "noframes", "optgroup", "option",
        "output", "param", "picture", "progress", "search", "source", "strike", "track", "tt",
    }
)  # fmt: skip
"""HTML elements that are left out, while what they hold stays."""

UNWELCOME: Final = frozenset({"form", "input", "button", "meta", "link"})
"""The same, and told."""


def is_html(tag: str) -> bool:
    """Whether a name is that of an HTML element; others are words in angle brackets."""
    return tag in TAGS or tag in GONE or tag in UNWRAPPED or tag in UNWELCOME


def sanitise(html: str) -> str:
    """HTML with only the tags, classes and addresses we know; links get `rel="noopener"`."""
    return nh3.clean(
        html,
        tags=set(TAGS),
        clean_content_tags=set(GONE),
        attributes=ATTRIBUTES,
        attribute_filter=_filter,
        strip_comments=True,
        link_rel="noopener",
        url_schemes=SCHEMES,
    )


def plain_text(html: str | Element, leave: Collection[Element] = ()) -> str:
    """The words of a page: blocks apart, nothing of the markup or of the source's own lines.

    What stands in the elements to `leave` is left out.
    """
    parts: list[str] = []
    _collect(parse(html) if isinstance(html, str) else html, parts, leave)
    lines = (" ".join(line.split()) for line in "".join(parts).split("\n"))
    return "\n".join(line for line in lines if line)


def _collect(element: Element, parts: list[str], leave: Collection[Element]) -> None:
    apart = element.tag in BLOCK or element.tag == "br"
    if apart:
        parts.append("\n")
    if element.tag == "img" and element.get("alt"):
        parts.append(f" {element.get('alt')} ")
    parts.append((element.text or "").replace("\n", " "))
    for child in element:
        if child not in leave:
            _collect(child, parts, leave)
        parts.append((child.tail or "").replace("\n", " "))
    if apart:
        parts.append("\n")


def _filter(tag: str, name: str, value: str) -> str | None:
    if name == "class":
        classes = [each for each in value.split() if _known_class(tag, each)]
        return " ".join(classes) or None
    if name in {"id", "name"}:
        return value if re.fullmatch(r"[^\s\"'<>&]{1,200}", value) else None
    if name == "src":
        return value if tag == "img" else None
    if name == "tabindex":
        return "0"
    if name == "type":
        return value if value in {"1", "a", "A", "i", "I"} else None
    if name in {"width", "height"} and tag == "img":
        return value if value.isdecimal() and len(value) < 6 else None
    if name == "role":
        return value if value in {"doc-noteref", "doc-backlink", "img", "region"} else None
    return value


def _known_class(tag: str, name: str) -> bool:
    if tag == "span" and name in _CODE_CLASSES:
        return True
    if tag == "code" and re.fullmatch(r"language-[\w+#.-]{1,30}", name):
        return True
    return name in CLASSES
