"""A page of a module as HTML whose words can be compared: no controls, pictures or formulas."""

from __future__ import annotations

import re
from xml.etree.ElementTree import Element

import nh3
from markupsafe import Markup, escape

from pdportal.content.tree import parse
from pdportal.feedback.works.reading import INLINE

_KEPT = INLINE | {
    *("p", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "blockquote", "pre", "div", "br", "hr"),
    *("table", "thead", "tbody", "tr", "th", "td", "caption", "dl", "dt", "dd", "figcaption"),
}
"""What is left of the markup of a page; pictures and formulas are shown by their words."""
_PICTURE = re.compile(r'<img[^>]*?\balt="([^"]+)"[^>]*>')
_CONTROLS = re.compile(r'<button.*?</button>|<p class="block-kind">.*?</p>', re.DOTALL)
_FORMULA = re.compile(r"<math.*?</math>", re.DOTALL)
_SELECT = re.compile(r"<select.*?</select>", re.DOTALL)
_OPTION = re.compile(r'<option value="[^"]+"[^>]*>([^<]*)</option>')
_BETWEEN = {"msup": "^", "mover": "^", "msub": "_", "munder": "_", "mfrac": "/"}


def simple(html: str) -> Markup:
    """A page with the tags that words need, and nothing else."""
    html = _PICTURE.sub(r"<em>[\1]</em>", _CONTROLS.sub("", html))
    html = _FORMULA.sub(lambda found: str(escape(_linear(parse(found[0])))), html)
    html = nh3.clean(html, tags=set(_KEPT), attributes={"ol": {"start"}}, link_rel=None)
    return Markup(html)  # noqa: S704  # it has just been cleaned


def without_lists(html: str) -> str:
    """A question whose lists to choose from are words in brackets, each list once.

    Numbers to give say nothing, and are left out.
    """
    seen = {""}

    def words(found: re.Match[str]) -> str:
        options = [option for option in _OPTION.findall(found[0]) if not option.isdigit()]
        listed = " / ".join(sorted(options))
        is_new = listed not in seen
        seen.add(listed)
        return f"({listed})" if is_new else ""

    return _SELECT.sub(words, html)


def _linear(element: Element) -> str:
    """A formula in one line: x^2 + 1/2."""
    parts = [element.text or "", *(_linear(child) for child in element)]
    words = [part.strip() for part in parts if part.strip()]
    if element.tag == "msqrt":
        return f"√({' '.join(words)})"
    if element.tag in _BETWEEN:
        words = [f"({word})" if " " in word else word for word in words]
        return _BETWEEN[element.tag].join(words)
    return " ".join(words)
