"""What may be wrong between modules that are published together, and with those before."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from sqlalchemy import select

from pdportal.content.problems import Problem, did_you_mean
from pdportal.db import db
from pdportal.modules.compiler import Compilation
from pdportal.modules.models import Edition, Module


def problems_between(
    compiled: Sequence[tuple[Path, Compilation]],
) -> Iterator[tuple[Path, Problem]]:
    """Two folders of one name, and prerequisites that are nowhere or lead round in a circle."""
    together: dict[str, tuple[Path, Compilation]] = {}
    for folder, compilation in compiled:
        if compilation.module is None:
            continue
        slug = compilation.module.slug
        if slug in together:
            message = f"There are two modules called “{slug}”."
            hint = f"Rename this folder or {together[slug][0]}."
            yield folder, Problem(folder.as_posix(), 1, "error", message, hint)
        else:
            together[slug] = folder, compilation
    lines = {slug: compilation.prerequisite_lines for slug, (_, compilation) in together.items()}
    for slug, problem in _problems_of_prerequisites(lines):
        yield together[slug][0], problem


def _problems_of_prerequisites(
    lines: Mapping[str, Mapping[str, tuple[str, int]]],
) -> Iterator[tuple[str, Problem]]:
    """Of modules by slug, with the path and line of each prerequisite."""
    wants = _published_prerequisites() | {slug: list(before) for slug, before in lines.items()}
    reported: set[frozenset[str]] = set()
    for slug, prerequisites in lines.items():
        for before, (path, line) in prerequisites.items():
            if before not in wants:
                message = f"There is no module “{before}”."
                hint = did_you_mean(
                    before, wants, "Publish it first or together, or delete it here."
                )
                yield slug, Problem(path, line, "error", message, hint)
                continue
            circle = _path(wants, before, slug)
            if circle and frozenset(circle) not in reported:
                reported.add(frozenset(circle))
                arrows = " → ".join([slug, *circle])
                message = f"These modules ask for one another: {arrows}."
                hint = "Take one of the prerequisites out."
                yield slug, Problem(path, line, "error", message, hint)


def _published_prerequisites() -> dict[str, list[str]]:
    rows = db.session.execute(
        select(Module.slug, Edition.prerequisites).join(Edition, Edition.id == Module.current_id)
    )
    return {slug: list(prerequisites) for slug, prerequisites in rows}


def _path(wants: dict[str, list[str]], start: str, goal: str) -> list[str]:
    """The path from one module to another by what comes before each; empty if there is none."""
    came: dict[str, str | None] = {start: None}
    queue = [start]
    for slug in queue:
        if slug == goal:
            path: list[str] = []
            step: str | None = slug
            while step is not None:
                path.insert(0, step)
                step = came[step]
            return path
        for before in wants.get(slug, []):
            if before not in came:
                came[before] = slug
                queue.append(before)
    return []
