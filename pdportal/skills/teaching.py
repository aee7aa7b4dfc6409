"""What teaches a skill: features above say it here, and none of them is known below."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple

from flask import Flask, current_app

from pdportal.accounts.models import Person


class Taught(NamedTuple):
    """Something that teaches a skill."""

    title: str
    url: str
    minutes: int
    sub: str = ""


Teach = Callable[[Person, frozenset[str]], Iterable[Taught]]
"""What teaches a skill of these folded names, as somebody may see it; in one statement."""


def add_teaching(app: Flask, teach: Teach) -> None:
    """Let a feature say what of it teaches a skill."""
    app.extensions.setdefault("pdportal.teaching", []).append(teach)


def taught(person: Person, names: frozenset[str]) -> list[Taught]:
    """All that teaches a skill of these names, the shortest first."""
    sources: list[Teach] = current_app.extensions.get("pdportal.teaching", [])
    found = [each for teach in sources for each in teach(person, names)]
    return sorted(found, key=lambda each: (each.minutes, each.title))
