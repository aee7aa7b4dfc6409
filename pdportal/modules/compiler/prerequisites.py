"""Modules that ask for one another."""

from collections.abc import Iterator, Mapping, Set
from graphlib import CycleError, TopologicalSorter
from typing import Literal

from pdportal.content.problems import Problem, did_you_mean

Lines = Mapping[str, tuple[str, int]]
"""The prerequisites of a module by slug, each with the path and line where it is named."""


def check_prerequisites(
    modules: Mapping[str, Lines],
    published: Mapping[str, list[str]],
    *,
    missing: Literal["error", "warning"],
) -> Iterator[tuple[str, Problem]]:
    """Slugs with their problems: prerequisites that are nowhere, or that form a circle.

    `published` has the prerequisites of the modules that need not be among those checked;
    `missing` is the level of a prerequisite that is in neither.
    """
    graph = {**published, **{slug: list(lines) for slug, lines in modules.items()}}
    for slug, lines in modules.items():
        for wanted, (path, line) in lines.items():
            if wanted not in graph:
                hint = did_you_mean(wanted, graph, "Publish it first or together, or delete it.")
                message = f"There is no module “{wanted}”."
                yield slug, Problem(path, line, missing, message, hint)
    for circle in _circles(graph, modules.keys()):
        slug, wanted = circle[:2]
        path, line = modules[slug][wanted]
        message = f"These modules ask for one another: {' → '.join(circle)}."
        yield slug, Problem(path, line, "error", message, "Take one of the prerequisites out.")


def _circles(graph: Mapping[str, list[str]], checked: Set[str]) -> Iterator[list[str]]:
    """Circles until none is left, each from its first checked module by name back to it."""
    left = {slug: [wanted for wanted in wants if wanted != slug] for slug, wants in graph.items()}
    while True:
        try:
            TopologicalSorter(left).prepare()
        except CycleError as error:
            circle: list[str] = error.args[1][:0:-1]  # it lists what is asked for first
            first = circle.index(min(checked & set(circle)))
            circle = [*circle[first:], *circle[: first + 1]]
            left[circle[0]].remove(circle[1])
            yield circle
        else:
            return
