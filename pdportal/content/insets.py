"""Code and formulas as HTML."""

import re
from xml.etree.ElementTree import Element

from pdportal.content.tree import make, parse

HIGHLIGHT_LIMIT = 50_000
FORMULA_LIMIT = 1_500
_PLAIN = frozenset({"output", "source", "error", "text", "warning"})
_OTHER_NAMES = {"shell": "bash"}


def language_of(info: str) -> str:
    """The language of a block of code, by the words behind its fence: `{.python}` or `python`."""
    word = re.match(r"\{[.=]?\s*([\w+#-]+)|\s*(\S+)", info)
    language = (word[1] or word[2] or "") if word else ""
    return re.sub(r"[^\w+#.-]", "", language).lower()[:30]


def code(text: str, language: str) -> Element:
    """A block of code, coloured if Pygments knows the language."""
    box = make("pre", class_="highlight", tabindex="0")
    name = "" if language in _PLAIN else _OTHER_NAMES.get(language, language)
    inner = make("code", class_=f"language-{name}" if name else "")
    box.append(inner)
    inner.text = text
    if name and len(text) <= HIGHLIGHT_LIMIT:
        # These are for compiling modules; processes that answer pages do without.
        from pygments import highlight
        from pygments.formatters import HtmlFormatter
        from pygments.lexers import get_lexer_by_name
        from pygments.util import ClassNotFound

        try:
            lexer = get_lexer_by_name(name, stripnl=False)
        except ClassNotFound:
            return box
        coloured = parse(highlight(text, lexer, HtmlFormatter(nowrap=True)))
        inner.text = coloured.text
        inner.extend(list(coloured))
    return box


def formula(tex: str, *, display: bool) -> Element | None:
    """TeX as MathML; None for TeX that cannot be set."""
    if len(tex) > FORMULA_LIMIT:
        return None
    from latex2mathml.converter import convert as tex_to_mathml

    try:
        xml = tex_to_mathml(tex, display="block" if display else "inline")
        math = parse(xml).find("math")
    except Exception:  # the library raises all kinds
        return None
    if math is not None:
        math.attrib.pop("xmlns", None)
    return math
