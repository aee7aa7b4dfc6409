"""What people typed, as safe HTML; rendered once."""

from __future__ import annotations

from unicodedata import normalize

from markupsafe import Markup

from pdportal.content import text as markdown
from pdportal.web.parts import PartCache

MAX_LETTERS = 8_000_000
"""Of how much HTML a process keeps, in characters."""
_texts = PartCache(MAX_LETTERS)


def render_text(text: str) -> Markup:
    """A text in Markdown, in Unicode's NFC, cached under itself: whoever asks for it has it."""
    return _texts.get_or_render(text, lambda: markdown.render_text(normalize("NFC", text)))
