"""Reads what the front matter of a protocol says."""

from __future__ import annotations

from collections.abc import Iterable

from pdportal.content.problems import Problems, did_you_mean
from pdportal.content.settings import Settings
from pdportal.content.source import Source
from pdportal.feedback.kinds import all_kinds
from pdportal.feedback.protocols.models import Protocol
from pdportal.feedback.protocols.stages import Role, Way
from pdportal.feedback.protocols.suggesting import read_suits

FAMILIES = ("quick", "work", "dilemma", "data", "success", "visit", "cycle")
REQUIRED = ("name", "summary", "purpose", "family", "group", "minutes", "trust", "origin")
KNOWN = (*REQUIRED, "license", "licence", "suits", "roles", "artifact", "ways", "after")
ROLES = (Role.FACILITATOR, "timekeeper", "scribe")
"""Who has something to do in a meeting beside the author and the reviewers."""
ARTIFACT = ("needed", "optional", "none")
AFTER = ("respond", "revise", "debrief", "steps")
"""What follows: the author answers, revises; all look back on the process; steps are planned."""


def read_facts(source: Source, protocol: Protocol, problems: Problems) -> None:
    """Fill a protocol with its facts; what is wrong with them is noted."""
    settings = Settings(source, problems)
    settings.check_keys(KNOWN)
    require(settings, REQUIRED)
    protocol.name = words(settings, "name", 120)
    protocol.summary = words(settings, "summary", 400)
    protocol.minutes = number(settings, "minutes", 1, 600)
    family = settings.text("family")
    if family and family not in FAMILIES:
        hint = did_you_mean(family, FAMILIES, f"Use one of {', '.join(FAMILIES)}.")
        problems.error(settings.line("family"), f"“{family}” is no family.", hint)
    artifact = settings.some_of("artifact", ARTIFACT)
    if len(artifact) > 1:
        problems.error(settings.line("artifact"), "“artifact” is one word.")
    protocol.data = {
        "purpose": words(settings, "purpose", 2000),
        "family": family,
        "group": _group(settings),
        "trust": number(settings, "trust", 1, 3),
        "roles": settings.some_of("roles", ROLES),
        "artifact": (artifact or ["needed"])[0],
        "ways": settings.some_of("ways", tuple(Way)) or [Way.WRITING.value],
        "after": settings.some_of("after", AFTER) or ["respond", "revise"],
        "origin": words(settings, "origin", 2000),
        "licence": words(settings, "license", 200) or words(settings, "licence", 200),
        "suits": read_suits(source, problems, [kind.name for kind in all_kinds()]),
        "stages": [],
        "rubric": None,
        "practice": None,
        "students": [],
    }


def _group(settings: Settings) -> dict[str, int]:
    group = settings.source.meta.get("group")
    if isinstance(group, dict):
        least, most = group.get("min"), group.get("max")
        if isinstance(least, int) and isinstance(most, int) and 0 < least <= most <= 100:
            return {"min": least, "max": most}
    if group:
        hint = "Write “group: {min: 2, max: 6}”."
        settings.problems.error(settings.line("group"), "The group cannot be understood.", hint)
    return {"min": 1, "max": 100}


def require(settings: Settings, keys: Iterable[str]) -> None:
    """Note which of these settings are missing."""
    for key in keys:
        if settings.source.meta.get(key) in (None, "", [], {}):
            problem = f"“{key}” is missing."
            settings.problems.error(settings.line(key), problem, f"Add a line “{key}: …”.")


def words(settings: Settings, key: str, longest: int) -> str:
    """A text of at most so many characters; one that is longer is noted."""
    text = settings.text(key)
    if len(text) > longest:
        message = f"“{key}” is longer than {longest} characters."
        settings.problems.error(settings.line(key), message)
    return text[:longest]


def number(settings: Settings, key: str, least: int, most: int) -> int:
    """A whole number between these two; `least` where there is none."""
    value = settings.source.meta.get(key)
    if value is None:
        return least
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        message = f"“{key}” should be a whole number from {least} to {most}."
        settings.problems.error(settings.line(key), message)
        return least
    return value
