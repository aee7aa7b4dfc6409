"""Skills: frameworks with levels, where people say they stand, and who can show what."""

from __future__ import annotations

from flask import Flask


def register(_app: Flask) -> None:
    """Plug skills into the app."""
    from pdportal.accounts.own_data import add_part
    from pdportal.skills import own_data

    add_part(own_data.PART)
