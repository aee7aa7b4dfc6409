"""What people fill in: to sign in, about themselves, about others."""

from __future__ import annotations

from typing import cast

from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from wtforms.fields.choices import SelectChoice

__all__ = ["Form", "SelectChoice", "lazy", "lower", "one_line"]


class Form(FlaskForm):
    """A form of ours, with its token."""


def lazy(words: str) -> str:
    """Words translated when they are shown; WTForms takes them, though its types say str."""
    return cast(str, lazy_gettext(words))


def one_line(typed: str | None) -> str | None:
    """What was typed, without line breaks and doubled or outer blanks."""
    return typed if typed is None else " ".join(typed.split())


def lower(typed: str | None) -> str | None:
    """An address as it is stored."""
    return typed if typed is None else typed.strip().lower()
