"""The blueprint that all pages of modules belong to."""

from __future__ import annotations

from importlib import import_module

from flask import Blueprint

bp = Blueprint("modules", __name__)

VIEWS = (
    *("library.views", "enrollments.views", "enrollments.pace_views", "pages.views", "pages.files"),
    *("blocks.views", "editions.views", "notes.views", "booklet.views"),
    *("assignments.views", "assignments.proposal_views", "checks.views"),
    *("suggestions.views", "together.views"),
)


def load_views() -> None:
    """Let each room add its pages to the blueprint."""
    for views in VIEWS:
        import_module(f"pdportal.modules.{views}")
