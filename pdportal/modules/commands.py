"""`pdportal content check` and `content publish`: sources are checked like a program."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pdportal.content.problems import Problem
from pdportal.operations import CannotRun
from pdportal.shipped import shipped

if TYPE_CHECKING:
    from pdportal.modules.compiler.compile import Compilation

PROTOCOLS = "protocols"
CYCLES = "cycles"
FRAMEWORKS = "frameworks"
CONTENT = shipped("content", "shipped_content")
EXISTING = click.Path(exists=True, path_type=Path)
PATHS = click.argument("paths", metavar="PATH…", nargs=-1, required=True, type=EXISTING)
SHAPE = click.option(
    "--format", "shape", type=click.Choice(["text", "json"]), default="text", show_default=True
)


@dataclass
class Sources:
    """What some paths hold: folders of modules, files of protocols and of frameworks."""

    modules: list[Path] = field(default_factory=list)
    protocols: list[Path] = field(default_factory=list)
    frameworks: list[Path] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


@click.group()
def content() -> None:
    """Check and publish modules, protocols and frameworks written in Markdown."""


@content.command()
@PATHS
@SHAPE
def check(paths: tuple[Path, ...], shape: str) -> None:
    """Say what is wrong in the sources, with file, line and how to mend it.

    PATH is the folder of a module, a Sandpaper lesson, a protocol file, a folder of protocols, of
    frameworks, or of any of these. Errors (exit code 1) keep something from being published;
    warnings and hints do not.
    """
    from pdportal.modules.compiler.cache import compile_cached
    from pdportal.modules.compiler.facets import check_levers
    from pdportal.modules.compiler.mirror import check_mirror
    from pdportal.modules.compiler.prerequisites import check_prerequisites, check_protocols

    sources = find_sources(paths)
    problems = [*sources.problems, *_check_protocols(sources.protocols)]
    problems += _check_frameworks(sources.frameworks)
    compiled = [compile_cached(folder) for folder in sources.modules]
    problems += [problem for compilation in compiled for problem in compilation.problems]
    for folder, compilation in zip(sources.modules, compiled, strict=True):
        problems += [*check_mirror(folder, compilation), *check_levers(folder, compilation.module)]
    lines = {each.module.slug: each.prerequisite_lines for each in compiled if each.module}
    beside: dict[str, list[str]] = {slug: [] for slug in _beside(sources.modules)}
    found = check_prerequisites(lines, beside, missing="warning")
    problems += [problem for _, problem in found]
    named = [protocol for compilation in compiled for protocol in compilation.protocols]
    problems += check_protocols(named, _protocols_beside(sources))
    _report(problems, sources, shape)
    if shape == "text":
        _say_sizes(compiled)
    _end(problems)


def _say_sizes(compiled: Iterable[Compilation]) -> None:
    """How large the videos are that readers' phones have to load."""
    for module in (compilation.module for compilation in compiled if compilation.module):
        for asset in module.assets:
            if asset.content_type.startswith("video/"):
                click.echo(f"{module.slug}/{asset.path}: {asset.size / 1_000_000:.1f} MB")


@content.command()
@PATHS
@SHAPE
@click.option(
    "--mend", is_flag=True,
    help="Move on whoever is on a version that may show notes for facilitators to learners.",
)  # fmt: skip
def publish(paths: tuple[Path, ...], shape: str, mend: bool) -> None:
    """Publish modules and protocols: all that is given, or nothing if anything has an error.

    What has not changed stays as it is. People in the middle of a module stay in the edition they
    began, and are told on its page that there is a newer one. With --mend, those on an edition
    that an old compiler made are moved to the new one, with all they did.
    """
    from pdportal.operations.cli import portal_app

    sources = find_sources(paths)
    if any(problem.is_error for problem in sources.problems):
        _report(sources.problems, sources, shape)
        _end(sources.problems)
    app = portal_app()
    with app.app_context():
        problems, news = publish_sources(sources, mend=mend)
    problems = [*sources.problems, *problems]
    _report(problems, sources, shape, news)
    _end(problems)


@content.command()
@click.argument("slug")
def editions(slug: str) -> None:
    """Say which versions of the module SLUG there are, and how many people are on each.

    Counts are in fives, as on pages: nobody learns what one person does.
    """
    from pdportal.modules.editions.queries import versions
    from pdportal.operations.cli import portal_app

    with portal_app().app_context():
        found = versions(slug)
    if not found:
        raise CannotRun(f"there is no module “{slug}”.")
    for version in found:
        people = f"{version.people} people or more" if version.people else "fewer than 5 people"
        where = " (in the library)" if version.is_current else ""
        click.echo(f"version {version.number}, {version.published_at:%Y-%m-%d}{where}: {people}")


@content.command("withdraw")
@click.argument("slug")
def withdraw_module(slug: str) -> None:
    """Take the module SLUG out of the library. Those who began it keep reading.

    Publishing its folder again brings it back.
    """
    from pdportal.db import committing
    from pdportal.modules.publishing.services import withdraw
    from pdportal.operations.cli import portal_app

    with portal_app().app_context(), committing():
        try:
            others = withdraw(slug)
        except LookupError:
            raise CannotRun(f"there is no module “{slug}” in the library.") from None
    click.echo(f"Withdrawn: {slug}. Those who began it keep reading; nobody else finds it.")
    if others:
        click.echo(f"These name it as one that comes before them: {', '.join(others)}.")


def publish_sources(sources: Sources, *, mend: bool = False) -> tuple[list[Problem], list[str]]:
    """Publish all of it in one transaction, or nothing; what was wrong, and what is new.

    With `mend`, nobody is left on an edition of these modules that an old compiler made.
    """
    from pdportal.db import committing, db
    from pdportal.modules.compiler.cache import compile_cached
    from pdportal.modules.editions.services import move_from_old_compilers
    from pdportal.modules.publishing.services import publish_all

    with committing():
        # Modules first: they are compiled before the first statement, while others still write.
        results = []
        if sources.modules:
            together = [file.stem for file in sources.protocols]
            results = publish_all(sources.modules, compiler=compile_cached, protocols=together)
        problems = [problem for result in results for problem in result.problems]
        if sources.protocols:
            from pdportal.feedback.protocols.services import publish_protocols

            problems += publish_protocols(sources.protocols)
        if sources.frameworks:
            from pdportal.skills.frameworks.services import publish_frameworks

            problems += publish_frameworks(sources.frameworks)
        if any(problem.is_error for problem in problems):
            db.session.rollback()
            return problems, []
        if mend:
            move_from_old_compilers(result.edition for result in results if result.edition)
        return problems, [
            f"{result.edition.title} (edition {result.edition.number})"
            for result in results
            if result.edition is not None and result.changed
        ]


def find_sources(paths: Iterable[Path]) -> Sources:
    """The modules, lessons, protocols and frameworks at these paths and in the folders below."""
    sources = Sources()
    for path in paths:
        found = list(_walk(path))
        for listed, source in found:
            if source not in getattr(sources, listed):
                getattr(sources, listed).append(source)
        if not found:
            message = "There is no module, lesson, protocol or framework in this folder."
            hint = "A module has a file module.md, a Sandpaper lesson has config.yaml."
            if path.is_file():
                message = "This is not a Markdown file."
                hint = "Give the folder of a module, or the file of a protocol."
            sources.problems.append(Problem(path.as_posix(), 1, "error", message, hint))
    return sources


def _walk(path: Path, depth: int = 0) -> Iterator[tuple[str, Path]]:
    """What is at a path and below it, each with the list of `Sources` it belongs to."""
    folder = path.parent if path.is_file() else path
    listed = {PROTOCOLS: "protocols", CYCLES: "protocols", FRAMEWORKS: "frameworks"}.get(
        folder.resolve().name
    )
    if path.is_file() and path.suffix != ".md":
        return
    if _is_module(folder):
        yield "modules", folder
    elif path.is_file():
        yield listed or "protocols", path
    elif listed:
        yield from ((listed, file) for file in sorted(path.glob("*.md")) if file.is_file())
    elif depth < 4:
        for inner in sorted(path.iterdir()):
            if inner.is_dir() and not inner.name.startswith("."):
                yield from _walk(inner, depth + 1)


def _is_module(folder: Path) -> bool:
    return (folder / "module.md").is_file() or (folder / "config.yaml").is_file()


def _check_protocols(files: Sequence[Path]) -> list[Problem]:
    if not files:
        return []
    from pdportal.feedback.kinds import load_kinds
    from pdportal.feedback.meetings import models  # noqa: F401 -- what a round of a protocol names
    from pdportal.feedback.protocols.compiler import compile_protocol
    from pdportal.goals import kind  # noqa: F401 -- adds one more that protocols may name

    load_kinds()
    return [problem for file in files for problem in compile_protocol(file)[1]]


def _check_frameworks(files: Sequence[Path]) -> list[Problem]:
    if not files:
        return []
    from pdportal.skills.frameworks.reading import read_framework

    return [problem for file in files for problem in read_framework(file)[1]]


def _beside(folders: Iterable[Path]) -> set[str]:
    """The modules that stand beside those checked: prerequisites may be there."""
    return {
        folder.name
        for parent in {folder.resolve().parent for folder in folders}
        for folder in parent.iterdir()
        if _is_module(folder)
    }


def _protocols_beside(sources: Sources) -> set[str]:
    """The protocols that are checked, stand beside the modules, or come with the portal."""
    places = {CONTENT / PROTOCOLS}
    for folder in sources.modules:
        places |= {parent / PROTOCOLS for parent in folder.resolve().parents[:2]}
    files = [*sources.protocols, *(file for place in places for file in place.glob("*.md"))]
    return {file.stem for file in files}


def _report(
    problems: Sequence[Problem], sources: Sources, shape: str, news: Sequence[str] | None = None
) -> None:
    problems = sorted(problems)
    levels = Counter(problem.level for problem in problems)
    if shape == "json":
        facts: dict[str, Any] = {
            listed: [path.as_posix() for path in getattr(sources, listed)]
            for listed in ("modules", "protocols", "frameworks")
        }
        facts |= {f"{level}s": levels[level] for level in ("error", "warning", "hint")}
        facts["problems"] = [asdict(problem) for problem in problems]
        if news is not None:
            facts["published"] = list(news)
        click.echo(json.dumps(facts, ensure_ascii=False, indent=2))
        return
    for problem in problems:
        click.echo(str(problem))
    looked_at = _count(
        module=len(sources.modules),
        protocol=len(sources.protocols),
        framework=len(sources.frameworks),
    )
    counts = _count(error=levels["error"], warning=levels["warning"])
    more = f", {_count(hint=levels['hint'])}" if levels["hint"] else ""
    click.echo(f"{looked_at or 'Nothing'} checked: {counts or 'nothing is wrong'}{more}.")
    if news is not None and not levels["error"]:
        click.echo(f"Published: {'; '.join(news)}." if news else "Nothing is new.")


def _count(**numbers: int) -> str:
    """Those of some things that there are: `2 modules, 1 protocol`."""
    return ", ".join(
        f"{number} {thing}{'s' if number > 1 else ''}"
        for thing, number in numbers.items()
        if number
    )


def _end(problems: Iterable[Problem]) -> None:
    if errors := sum(problem.is_error for problem in problems):
        raise CannotRun(f"{_count(error=errors)}; nothing can be published until it is mended.")
