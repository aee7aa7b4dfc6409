"""The blueprint that all pages about skills and profiles belong to."""

from __future__ import annotations

from importlib import import_module

from flask import Blueprint

bp = Blueprint("skills", __name__)


def load_views() -> None:
    """Let each room add its pages to the blueprint."""
    for views in ("views", "frameworks.views", "profiles.views", "results.views"):
        import_module(f"pdportal.skills.{views}")
