"""What people typed, as safe HTML; rendered once."""

from __future__ import annotations

from unicodedata import normalize

from markupsafe import Markup

from pdportal.content import text as markdown
from pdportal.web.parts import PartCache

MAX_BYTES = 4 * 1024**2
"""Of how much HTML a process keeps."""
_texts = PartCache(MAX_BYTES)


def render_text(text: str) -> Markup:
    """A text in Markdown, in Unicode's NFC, cached under itself: whoever asks for it has it."""
    return _texts.get_or_render(text, lambda: markdown.render_text(normalize("NFC", text)))
