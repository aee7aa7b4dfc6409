"""Publishing: folders of Markdown become immutable editions, all of them or none."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from pdportal import storage
from pdportal.accounts.models import Person
from pdportal.activity.services import record
from pdportal.content.problems import Problem
from pdportal.db import db
from pdportal.modules.addresses import storage_key
from pdportal.modules.checks.changes import line_of
from pdportal.modules.checks.models import Check
from pdportal.modules.compiler.compile import Compilation, compile_folder
from pdportal.modules.compiler.folder import COMPILER
from pdportal.modules.compiler.model import CompiledCheck, CompiledModule, CompiledPage
from pdportal.modules.library.indexing import make_findable, make_unfindable
from pdportal.modules.models import Asset, Block, BlockKind, Edition, Module, Page, Section
from pdportal.modules.publishing.together import problems_between

_TERM = re.compile(r'<a [^<>]*class=\\"term\\"[^<>]*>(.*?)</a>')
"""A link to what a word means, as it stands in JSON."""


@dataclass(frozen=True)
class Published:
    """The result for one folder: its edition, None where there are errors; whether it is new."""

    folder: Path
    edition: Edition | None
    problems: list[Problem] = field(default_factory=list)
    changed: bool = False


def publish_all(
    folders: Sequence[Path],
    by: Person | None = None,
    compiler: Callable[[Path], Compilation] = compile_folder,
    protocols: Sequence[str] = (),
) -> list[Published]:
    """Publish folders in one transaction; with an error in one, none is published.

    `protocols` are published after them, in the same transaction.

    One whose content has changed gets its next edition.
    """
    compiled = [(folder, compiler(folder)) for folder in folders]
    problems = {folder: list(compilation.problems) for folder, compilation in compiled}
    for folder, problem in problems_between(compiled, protocols):
        problems[folder].append(problem)
    for folder, compilation in compiled:
        problems[folder] += _problems_of_size(folder, compilation)
    if any(problem.is_error for each in problems.values() for problem in each):
        return [Published(folder, None, problems[folder]) for folder, _compilation in compiled]
    modules = [
        (folder, compilation.module)
        for folder, compilation in compiled
        if compilation.module is not None
    ]
    current = _current_editions([module.slug for _folder, module in modules])
    published = []
    for folder, module in modules:
        edition, changed = current.get(module.slug), False
        if edition is None or edition.content_hash != module.content_hash:
            edition, changed = _store(folder, module, by)
        edition.compiler = COMPILER  # its hash has the compiler in it: this one made the same
        published.append(Published(folder, edition, problems[folder], changed))
    return published


def withdraw(slug: str) -> list[str]:
    """Take a module out of the library; those who began it read on.

    Gives the slugs of modules that name it as one that comes before them. Raises `LookupError`
    where no such module is in the library.
    """
    module = db.session.scalars(
        select(Module).where(Module.slug == slug, Module.current_id.is_not(None))
    ).one_or_none()
    if module is None:
        raise LookupError(slug)
    module.current_id = None
    make_unfindable(module)
    record(None, "withdrew", module)
    others = select(Module.slug, Edition.prerequisites).join(
        Edition, Edition.id == Module.current_id
    )
    return [other for other, before in db.session.execute(others) if slug in before]


def _current_editions(slugs: Sequence[str]) -> dict[str, Edition]:
    """The editions that are out, by the slugs of their modules."""
    return dict(
        db.session.execute(
            select(Module.slug, Edition)
            .join(Edition, Edition.id == Module.current_id)
            .where(Module.slug.in_(slugs))
        ).all()
    )


def _store(folder: Path, compiled: CompiledModule, by: Person | None) -> tuple[Edition, bool]:
    module = db.session.scalars(
        select(Module).where(Module.slug == compiled.slug).with_for_update()
    ).one_or_none()
    if module is None:
        module = Module(slug=compiled.slug)
        db.session.add(module)
        db.session.flush()
    edition = db.session.scalars(
        select(Edition).where(
            Edition.module_id == module.id, Edition.content_hash == compiled.content_hash
        )
    ).one_or_none()
    if edition is not None and module.current_id == edition.id:
        return edition, False
    if edition is None:
        edition = _new_edition(folder, module, compiled, by)
    module.current_id = edition.id
    db.session.flush()
    make_findable(edition)
    record(by, "published", edition, module=module.id, number=edition.number)
    return edition, True


def _new_edition(
    folder: Path, module: Module, compiled: CompiledModule, by: Person | None
) -> Edition:
    last = db.session.scalar(select(func.max(Edition.number)).where(Edition.module_id == module.id))
    edition = Edition(
        module_id=module.id,
        number=(last or 0) + 1,
        compiler=COMPILER,
        published_by_id=by.id if by else None,
        **_told(compiled, Edition),
    )
    db.session.add(edition)
    db.session.flush()
    for number, page in enumerate(compiled.pages, 1):
        _add_page(edition, number, page)
    for asset in compiled.assets:
        storage.put(storage_key(asset.sha256), asset.text.encode() or folder / asset.path)
        db.session.add(Asset(edition_id=edition.id, **_told(asset, Asset)))
    _add_checks(edition, compiled.checks)
    return edition


def _add_checks(edition: Edition, checks: Sequence[CompiledCheck]) -> None:
    of_module = select(Check).join(Check.edition).where(Edition.module_id == edition.module_id)
    earlier = db.session.scalars(of_module.order_by(Edition.number.desc())).all()
    for check in checks:
        line = line_of(check, edition.number, (old for old in earlier if old.key == check.key))
        db.session.add(Check(edition_id=edition.id, line=line, **vars(check)))
    db.session.flush()


def _add_page(edition: Edition, number: int, compiled: CompiledPage) -> None:
    page = Page(
        edition_id=edition.id,
        number=number,
        **_told(compiled, Page) | {"section": Section(compiled.section)},
        digest=_digest(compiled),
    )
    db.session.add(page)
    db.session.flush()
    ids: dict[str, int] = {}
    for block in compiled.blocks:
        choice, option = block.within or ("", "")
        row = Block(
            edition_id=edition.id,
            page_id=page.id,
            **_told(block, Block) | {"kind": BlockKind(block.kind)},
            choice_id=ids.get(choice),
            option=option,
        )
        db.session.add(row)
        if row.kind == BlockKind.CHOICE:
            db.session.flush()  # what stands in it names it
            ids[row.key] = row.id
    db.session.flush()


def _told(compiled: Any, table: Any) -> dict[str, Any]:
    """What the compiler says in the words of a table."""
    columns = table.__table__.columns
    return {name: value for name, value in vars(compiled).items() if name in columns}


def _digest(page: CompiledPage) -> str:
    """A hash of what learners see; notes for facilitators and links to words do not count."""
    notes = {block.key for block in page.blocks if block.kind == "note"}
    seen: list[Any] = [page.title]
    seen += [segment for segment in page.body if segment.get("block") not in notes]
    seen += [[block.key, block.data] for block in page.blocks if block.key not in notes]
    content = _TERM.sub(r"\1", json.dumps(seen, sort_keys=True))
    return hashlib.sha256(content.encode()).hexdigest()


def _problems_of_size(folder: Path, compilation: Compilation) -> list[Problem]:
    """Texts that are longer than their columns."""
    module = compilation.module
    if module is None:
        return []
    long: list[tuple[str, str, int]] = [
        ("name of the folder", module.slug, 80),
        ("title", module.title, 200),
        ("language", module.language, 16),
        ("licence", module.licence, 200),
    ]
    for page in module.pages:
        long += [
            ("title of the page", page.title, 200),
            ("name of the page's file", page.slug, 120),
        ]
        long += [("name of a block", block.key, 80) for block in page.blocks]
    long += [("title of the check", check.title, 200) for check in module.checks]
    for asset in module.assets:
        long += [("path of a file", asset.path, 300), ("name of a file", asset.name, 200)]
    return [
        Problem(
            folder.as_posix(), 1, "error",
            f"The {what} “{text[:60]}…” is longer than {most} characters.", "Shorten it.",
        )
        for what, text, most in long
        if len(text) > most
    ]  # fmt: skip
