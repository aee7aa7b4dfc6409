"""What may be wrong between modules that are published together, and with those before."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from sqlalchemy import select

from pdportal.content.problems import Problem
from pdportal.db import db
from pdportal.feedback.protocols.models import Protocol
from pdportal.modules.compiler.compile import Compilation
from pdportal.modules.compiler.prerequisites import check_prerequisites, check_protocols
from pdportal.modules.models import Edition, Module


def problems_between(
    compiled: Sequence[tuple[Path, Compilation]], protocols: Iterable[str]
) -> Iterator[tuple[Path, Problem]]:
    """Two folders of one name; prerequisites that are nowhere or lead round in a circle.

    So are protocols that are neither published nor among those published together.
    """
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
    for slug, problem in check_prerequisites(lines, _published(), missing="error"):
        yield together[slug][0], problem
    known = {*protocols, *db.session.scalars(select(Protocol.slug).where(Protocol.is_current))}
    for folder, compilation in compiled:
        for problem in check_protocols(compilation.protocols, known):
            yield folder, problem


def _published() -> dict[str, list[str]]:
    """The prerequisites of each published module, by slug."""
    rows = db.session.execute(
        select(Module.slug, Edition.prerequisites).join(Edition, Edition.id == Module.current_id)
    )
    return {slug: list(prerequisites) for slug, prerequisites in rows}
