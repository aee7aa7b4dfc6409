"""Modules that ask for one another."""

from typing import TYPE_CHECKING

from pdportal.content.problems import Problem, did_you_mean

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from pdportal.modules.compiler.compile import Compilation


def check_prerequisites(
    compilations: "Iterable[Compilation]", published: "Collection[str]" = ()
) -> list[Problem]:
    """Say which prerequisites lead round in a circle, and which are nowhere to be found."""
    modules = {each.module.slug: each for each in compilations if each.module}
    known = set(modules) | set(published)
    problems: list[Problem] = []
    for each in modules.values():
        for slug, (path, line) in each.prerequisite_lines.items():
            if slug not in known:
                hint = did_you_mean(slug, known, "Publish it first, or delete this line.")
                problems.append(
                    Problem(path, line, "warning", f"There is no module “{slug}”.", hint)
                )
    for circle in _circles({slug: list(m.prerequisite_lines) for slug, m in modules.items()}):
        path, line = modules[circle[0]].prerequisite_lines[circle[1]]
        way = " → ".join(circle)
        problems.append(
            Problem(
                path,
                line,
                "error",
                f"These modules ask for one another: {way}.",
                "Take one of the prerequisites out.",
            )
        )
    return problems


def _circles(wants: dict[str, list[str]]) -> list[list[str]]:
    """Each circle once, beginning with its first module by name."""
    circles: list[list[str]] = []
    done: set[str] = set()
    for start in sorted(wants):
        way: list[str] = []
        stack = [(start, iter(wants[start]))]
        way.append(start)
        while stack and start not in done:
            slug, rest = stack[-1]
            following = next(rest, None)
            if following is None:
                done.add(slug)
                way.pop()
                stack.pop()
            elif following in way:
                circle = way[way.index(following) :]
                first = circle.index(min(circle))
                circle = circle[first:] + circle[:first]
                if len(circle) > 1 and [*circle, circle[0]] not in circles:
                    circles.append([*circle, circle[0]])
            elif following in wants and following not in done:
                way.append(following)
                stack.append((following, iter(wants[following])))
    return circles
