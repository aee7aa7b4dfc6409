"""Alternatives of a page to choose from: read, watch, try or talk, and for oneself why."""

MEANS = ("read", "watch", "try", "talk")
"""The ways to learn that an alternative may name."""


def option_key(choice: str, option: str) -> str:
    """Under which an alternative stands among the blocks of its page; no id has this sign."""
    return f"{choice}#{option}"
