"""The pages of accounts, by noun, on one blueprint."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("accounts", __name__)
