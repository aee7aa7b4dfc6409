"""What may be wrong between modules that are published together, and with those before."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import select

from pdportal.content.problems import Problem
from pdportal.db import db
from pdportal.feedback.protocols.models import Protocol
from pdportal.modules.compiler.compile import Compilation
from pdportal.modules.compiler.prerequisites import check_prerequisites, check_protocols
from pdportal.modules.editions.matching import item_of
from pdportal.modules.models import Block, BlockKind, Edition, Module
from pdportal.modules.questions import kind_of


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
    published = select(Protocol.slug).where(
        Protocol.is_current, Protocol.own_id.is_(None), Protocol.kind == "protocol"
    )
    known = {*protocols, *db.session.scalars(published)}
    for folder, compilation in compiled:
        for problem in check_protocols(compilation.protocols, known):
            yield folder, problem
    for folder, compilation in together.values():
        for problem in _ids_used_again(compilation):
            yield folder, problem


def _ids_used_again(compilation: Compilation) -> Iterator[Problem]:
    """Ids that name something else in the edition that is out: what people did hangs on them."""
    module = compilation.module
    assert module is not None  # noqa: S101  # only such come here
    rows = db.session.execute(
        select(Block.id, Block.key, Block.kind, Block.data)
        .join(Module, Module.current_id == Block.edition_id)
        .where(Module.slug == module.slug, Block.kind != BlockKind.NOTE)
    )
    before = {row.key: row for row in rows if row.key in compilation.ids}
    for block in (block for page in module.pages for block in page.blocks):
        old = before.get(block.key)
        if old is None or block.kind == "note":
            continue
        path, line = compilation.ids[block.key]
        was, now = (_sort(each.kind, each.data) for each in (old, block))
        hint = f"Give what is new another id, such as #{block.key}-2."
        if was != now:
            message = f"The id “{block.key}” named a {was} in the version that is out."
            yield Problem(path, line, "error", f"{message} This is a {now}.", hint)
        elif not item_of(old).is_like(item_of(_Compiled(0, block.key, block.kind, block.data))):
            message = f"The {now} “{block.key}” asks something else than in the version that is out"
            note = "Whoever answered it is asked again."
            yield Problem(path, line, "warning", f"{message}.", f"{hint} {note}")


def _sort(kind: str, data: dict[str, Any]) -> str:
    """What a block is, in an author's words."""
    asked = f"{kind_of(data).name} " if kind == BlockKind.QUESTION else ""
    return f"{asked}{BlockKind(kind).value}".replace("_", " ")


class _Compiled(NamedTuple):
    """A compiled block as a row of one that is stored."""

    id: int
    key: str
    kind: str
    data: dict[str, Any]


def _published() -> dict[str, list[str]]:
    """The prerequisites of each published module, by slug."""
    rows = db.session.execute(
        select(Module.slug, Edition.prerequisites).join(Edition, Edition.id == Module.current_id)
    )
    return {slug: list(prerequisites) for slug, prerequisites in rows}
