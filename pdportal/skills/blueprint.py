"""The blueprint that all pages about skills and profiles belong to."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("skills", __name__)
