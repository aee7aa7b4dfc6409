"""What people type in works and comments, as safe HTML."""

from __future__ import annotations

import nh3
from markdown import Markdown
from markupsafe import Markup


def render_text(text: str) -> Markup:
    """A small safe Markdown; thread-safe."""
    html = Markdown(extensions=["nl2br", "sane_lists"]).convert(text)
    return Markup(nh3.clean(html))  # noqa: S704 — cleaned just before
