"""What modules name that is not in them: other modules to come before, and protocols."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Set
from graphlib import CycleError, TopologicalSorter

from pdportal.content.problems import Level, Problem, did_you_mean

Lines = Mapping[str, tuple[str, int]]
"""The prerequisites of a module by slug, each with the path and line where it is named."""


def check_prerequisites(
    modules: Mapping[str, Lines],
    published: Mapping[str, list[str]],
    *,
    missing: Level,
) -> Iterator[tuple[str, Problem]]:
    """Slugs with their problems: prerequisites that are nowhere, or that form a circle.

    `published` has the prerequisites of the modules that need not be among those checked;
    `missing` is the level of a prerequisite that is in neither.
    """
    graph = {**published, **{slug: list(lines) for slug, lines in modules.items()}}
    mend = "Publish it first or together, or delete it."
    if missing == "warning":
        mend += " If the portal has it already, all is well."
    for slug, lines in modules.items():
        for wanted, (path, line) in lines.items():
            if wanted not in graph:
                hint = did_you_mean(wanted, graph, mend)
                message = f"There is no module “{wanted}”."
                yield slug, Problem(path, line, missing, message, hint)
    for circle in _circles(graph, modules.keys()):
        slug, wanted = circle[:2]
        path, line = modules[slug][wanted]
        message = f"These modules ask for one another: {' → '.join(circle)}."
        yield slug, Problem(path, line, "error", message, "Take one of the prerequisites out.")


def check_protocols(
    named: Iterable[tuple[str, str, int]], known: Collection[str]
) -> Iterator[Problem]:
    """Protocols that are nowhere, with the paths and lines where tasks name them.

    One that looks like a misspelt name is an error.
    """
    for name, path, line in named:
        if name not in known:
            near = did_you_mean(name, known)
            level: Level = "error" if near else "warning"
            hint = near or "Publish it, too; until then people choose one themselves."
            yield Problem(path, line, level, f"There is no protocol “{name}”.", hint)


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
