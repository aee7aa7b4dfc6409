"""The blueprint that all pages of modules belong to."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("modules", __name__)
