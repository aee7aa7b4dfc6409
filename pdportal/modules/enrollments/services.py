"""Going through a module: begin it, move on to a newer edition, finish it.

Nobody has to say that they are done: it follows from the pages read, the questions answered and the
tasks handed in, and it stays so.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Select, and_, func, insert, select, update
from werkzeug.exceptions import NotFound

from pdportal import clock
from pdportal.accounts.models import Person
from pdportal.activity.services import record
from pdportal.db import add_unless_there, db
from pdportal.modules import policy
from pdportal.modules.enrollments.queries import is_left
from pdportal.modules.events import module_finished
from pdportal.modules.models import (
    Answer,
    Block,
    BlockKind,
    Enrollment,
    HandIn,
    Module,
    Page,
    PageRead,
    Reflection,
    Section,
    TakenUp,
)


def begin(person: Person, module_id: int) -> Enrollment:
    """The enrollment of a person in a module; created in the current edition if there is none."""
    enrollment = _enrollment(person, module_id)
    if enrollment is not None:
        return enrollment
    edition_id = db.session.scalar(
        policy.modules_seen_by(person)
        .where(Module.id == module_id)
        .with_only_columns(Module.current_id)
    )
    if edition_id is None:
        raise NotFound
    enrollment = Enrollment(person_id=person.id, module_id=module_id, edition_id=edition_id)
    if not add_unless_there(enrollment):  # two tabs began at once
        other = _enrollment(person, module_id)
        assert other is not None  # noqa: S101 — the constraint has just said so
        return other
    record(person, "began", enrollment, module=module_id)
    return enrollment


def move_on(person: Person, module_id: int) -> Enrollment:
    """Move an enrollment to the current edition, with its reads, answers, texts and hand-ins.

    Pages are matched by slug, blocks by key and kind. What has no counterpart in the new edition
    stays with the old one. A finished enrollment stays finished.
    """
    enrollment = _enrollment(person, module_id)
    if enrollment is None:
        raise NotFound
    # Of two windows one moves on, and the other finds it done.
    db.session.refresh(enrollment, with_for_update={"of": Enrollment})
    current_id = db.session.scalar(select(Module.current_id).where(Module.id == module_id))
    if current_id is None or current_id == enrollment.edition_id:
        return enrollment
    _move_blocks(enrollment, current_id)
    pages = dict(_counterparts(Page, Page.slug, enrollment.edition_id, current_id))
    _copy_reads(enrollment, pages)
    enrollment.edition_id = current_id
    enrollment.last_page_id = pages.get(enrollment.last_page_id or 0)
    enrollment.last_at = clock.now()
    db.session.flush()
    record(person, "moved_on", enrollment, module=module_id)
    finish_if_done(person, enrollment)
    return enrollment


def finish_if_done(person: Person, enrollment: Enrollment) -> None:
    """Mark an enrollment finished, once, when all pages are read and no block of them is left."""
    if enrollment.finished_at is not None:
        return
    db.session.flush()
    on_the_way = select(Page.id).where(
        Page.edition_id == enrollment.edition_id, Page.section == Section.PAGE
    )
    read = select(PageRead.page_id).where(PageRead.enrollment_id == enrollment.id)
    unread = on_the_way.where(Page.id.not_in(read)).with_only_columns(func.count())
    left = blocks_left(enrollment).where(Block.page_id.in_(on_the_way))
    if db.session.scalar(select(unread.scalar_subquery() + left.scalar_subquery())):
        return
    finished = db.session.scalar(
        update(Enrollment)
        .where(Enrollment.id == enrollment.id, Enrollment.finished_at.is_(None))
        .values(finished_at=clock.now())
        .returning(Enrollment.id)
    )
    if finished is not None:
        db.session.refresh(enrollment, ["finished_at"])
        record(person, "finished", enrollment, module=enrollment.module_id)
        module_finished.send(
            person,
            module_id=enrollment.module_id,
            edition_id=enrollment.edition_id,
            enrollment_id=enrollment.id,
        )


def blocks_left(enrollment: Enrollment) -> Select[int]:
    """Counts the blocks that `is_left` holds for; add a condition on `Block` to narrow it."""
    return select(func.count()).select_from(Block).where(is_left(enrollment.id))


def _move_blocks(enrollment: Enrollment, edition_id: int) -> None:
    """Move answers, reflections, hand-ins and try-outs to the same blocks of another edition."""
    for old_id, new_id in _counterparts(Block, Block.key, enrollment.edition_id, edition_id):
        for table in (Answer, Reflection, HandIn, TakenUp):
            db.session.execute(
                update(table)
                .where(table.enrollment_id == enrollment.id, table.block_id == old_id)
                .values(block_id=new_id)
            )


def _copy_reads(enrollment: Enrollment, pages: Mapping[int, int]) -> None:
    """Mark pages of the new edition read where their old ones are: `pages` maps old ids to new."""
    reads = dict(
        db.session.execute(
            select(PageRead.page_id, PageRead.at).where(PageRead.enrollment_id == enrollment.id)
        ).all()
    )
    rows = [
        {"enrollment_id": enrollment.id, "page_id": new, "at": reads[old]}
        for old, new in pages.items()
        if old in reads and new not in reads  # an edition may come back, and what was read in it
    ]
    if rows:
        db.session.execute(insert(PageRead), rows)


def _counterparts(
    model: type[Block] | type[Page], name: Any, old_id: int, new_id: int
) -> Sequence[Any]:
    """Pairs of ids of pages or blocks with the same name in two editions, and of the same kind."""
    old, new = model.__table__.alias("old"), model.__table__.alias("new")
    same = [new.c[name.key] == old.c[name.key], new.c.edition_id == new_id]
    if model is Block:
        same += [new.c.kind == old.c.kind, old.c.kind != BlockKind.NOTE]
    return db.session.execute(
        select(old.c.id, new.c.id).join(new, and_(*same)).where(old.c.edition_id == old_id)
    ).all()


def _enrollment(person: Person, module_id: int) -> Enrollment | None:
    return db.session.scalars(
        policy.enrollments_of(person).where(Enrollment.module_id == module_id)
    ).one_or_none()
