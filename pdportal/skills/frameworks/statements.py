"""What a statement says: in plain words, and as safe HTML where it is more than that."""

from __future__ import annotations

import re

from pdportal.content.boxes import safe_html
from pdportal.content.html import plain_text
from pdportal.content.read import read_markdown
from pdportal.content.tree import replace

_MARKUP = re.compile(r"[<>&*_`$\\\[\]#|~^]|\n\s*(?:[-+]|\d+[.)])\s|\n\s*\n|::|!!!")
_DELIMITERS = ((re.compile(r"\\\((.+?)\\\)"), r"$\1$"), (re.compile(r"\\\[(.+?)\\\]"), r"$$\1$$"))
_FORMULA = re.compile(r"\$\$.+?\$\$|\$(?=\S)[^$\n]+(?<=\S)\$(?!\d)", re.DOTALL)
LONGEST = 20_000


def say_statement(written: str) -> tuple[str, str]:
    """A statement's words, and its HTML; "" for that where the words are all.

    Others write Markdown, HTML or formulas (`$…$`, LaTeX's own delimiters): all three are read, and
    what a page may not hold is taken out. A picture of somebody else's server is its description.
    """
    written = written[:LONGEST].replace("\r\n", "\n").strip()
    if not _MARKUP.search(written):
        return " ".join(written.split()), ""
    for pattern, dollars in _DELIMITERS:
        written = pattern.sub(dollars, written)
    html = _read(written)
    in_words = _read(_FORMULA.sub(r"`\g<0>`", written)) if "<math" in html else html
    words = " ".join(plain_text(in_words).split())
    return (words, html) if words else (" ".join(written.split()), "")


def _read(written: str) -> str:
    document = read_markdown(written)
    for parent in list(document.root.iter()):
        for picture in parent.findall("img"):
            replace(parent, picture, [], text=picture.get("alt", ""))
    return safe_html(document, document.root)
