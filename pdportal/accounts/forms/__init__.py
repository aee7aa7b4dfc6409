"""What people fill in: to sign in, about themselves, about others."""

from __future__ import annotations


def one_line(typed: str | None) -> str | None:
    """What was typed, without line breaks and doubled or outer blanks."""
    return typed if typed is None else " ".join(typed.split())


def lower(typed: str | None) -> str | None:
    """An address as it is stored."""
    return typed if typed is None else typed.strip().lower()
