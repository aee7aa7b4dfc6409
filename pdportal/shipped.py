"""Folders that stand beside the package in a checkout, and inside it in an installed wheel."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def shipped(folder: str, inside: str) -> Path:
    """`folder` of a checkout, such as "docs/help"; `inside` the package of an installed wheel."""
    in_checkout = _PACKAGE.parent / folder
    return in_checkout if in_checkout.is_dir() else _PACKAGE / inside
