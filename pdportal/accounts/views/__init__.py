"""The pages of accounts, by noun, on one blueprint."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("accounts", __name__)

from pdportal.accounts.views import account, invitations, people, welcome  # noqa: E402  # they use bp

__all__ = ["account", "bp", "invitations", "people", "welcome"]
