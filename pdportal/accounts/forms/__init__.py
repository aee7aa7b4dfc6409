"""What people fill in: to sign in, about themselves, about others."""

from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms.fields.choices import SelectChoice

__all__ = ["Form", "SelectChoice", "lower"]


class Form(FlaskForm):
    """A form of ours, with its token."""


def lower(typed: str | None) -> str | None:
    """An address as it is stored."""
    return typed if typed is None else typed.strip().lower()
