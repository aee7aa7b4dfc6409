"""Email addresses: how they are stored, whatever was typed."""

from __future__ import annotations


def stored_address(typed: str) -> str:
    """An address as it is stored and looked up."""
    return typed.strip().lower()
