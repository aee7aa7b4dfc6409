"""What two editions hold, and what one person did in any of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, func, literal, or_, select, union_all
from sqlalchemy.orm import joinedload

from pdportal.cohorts.policy import in_lots
from pdportal.content.notes import APART_SINCE
from pdportal.db import db
from pdportal.modules.checks.models import Check
from pdportal.modules.models import (
    Answer,
    Block,
    BlockKind,
    Chosen,
    Edition,
    Enrollment,
    InBlock,
    Module,
    Page,
    Section,
    TakenUp,
)
from pdportal.modules.parts import Line


def tables_of_blocks() -> list[Any]:
    """The tables of what somebody did in a block."""
    return [Answer, *InBlock.__subclasses__()]


def learners_pages(edition_ids: Iterable[int]) -> Sequence[Line]:
    """The pages of some editions that learners see, in order."""
    return db.session.execute(
        select(
            Page.id, Page.edition_id, Page.number, Page.slug, Page.title, Page.section,
            Page.minutes, Page.body, Page.digest, Page.text,
        )
        .where(Page.edition_id.in_(edition_ids), Page.section != Section.FACILITATORS)
        .order_by(Page.edition_id, Page.number)
    ).all()  # fmt: skip


def learners_blocks(edition_ids: Iterable[int], enrollment_id: int | None = None) -> Sequence[Line]:
    """The blocks of those pages, and all others in which this enrollment did something."""
    done_in = _is_done_in(enrollment_id) if enrollment_id else []
    return db.session.execute(
        _blocks()
        .where(
            or_(Block.edition_id.in_(edition_ids), *done_in),
            Block.kind != BlockKind.NOTE,
            Page.section != Section.FACILITATORS,
        )
        .order_by(Edition.number, Page.number, Block.id)
    ).all()


def blocks_left_behind(enrollment_id: int, edition_id: int) -> Sequence[Line]:
    """The blocks of other editions in which an enrollment did something that stayed there."""
    return db.session.execute(
        _blocks()
        .where(or_(*_is_done_in(enrollment_id)), Block.edition_id != edition_id)
        .order_by(Edition.number.desc(), Page.number, Block.id)
    ).all()


def done_in_blocks(table: Any, enrollment_id: int) -> Sequence[Any]:
    """What an enrollment has in one of `tables_of_blocks`, in the order in which it was done."""
    order = table.id if table is Answer else table.block_id
    rows = select(table).where(table.enrollment_id == enrollment_id).order_by(order)
    if table is TakenUp:
        rows = rows.options(joinedload(TakenUp.step))
    return db.session.scalars(rows).all()


def blocks_written_in(enrollment_id: int) -> dict[int, str]:
    """The ids of blocks in which an enrollment has something other than answers.

    Of a choice, with the key of the alternative that was chosen.
    """
    rows = [
        select(table.block_id, table.option if table is Chosen else literal("")).where(
            table.enrollment_id == enrollment_id
        )
        for table in tables_of_blocks()
        if table is not Answer
    ]
    return dict(db.session.execute(union_all(*rows)).all())


def editions(edition_ids: Iterable[int]) -> tuple[dict[int, Edition], list[Check]]:
    """Editions by their ids; and their checks, in one statement."""
    rows = db.session.execute(
        select(Edition, Check)
        .outerjoin(Check, Check.edition_id == Edition.id)
        .where(Edition.id.in_(edition_ids))
        .order_by(Check.id)
    ).all()
    return {row[0].id: row[0] for row in rows}, [row[1] for row in rows if row[1]]


class Version(NamedTuple):
    """One edition, and how many people are on it, in whole lots (`cohorts.policy.in_lots`)."""

    number: int
    published_at: datetime
    is_current: bool
    people: int


def versions(slug: str) -> list[Version]:
    """The editions of a module and the people on each, newest first: for whoever runs the server.

    No page shows it: read before and after one person moves on, it would tell who that was.
    """
    rows = db.session.execute(
        select(
            Edition.number,
            Edition.published_at,
            Edition.id == func.coalesce(Module.current_id, 0),
            func.count(Enrollment.id),
        )
        .join(Module, Module.id == Edition.module_id)
        .outerjoin(Enrollment, Enrollment.edition_id == Edition.id)
        .where(Module.slug == slug)
        .group_by(Edition.id, Module.id)
        .order_by(Edition.number.desc())
    ).all()
    return [Version(number, at, bool(now), in_lots(count)) for number, at, now, count in rows]


def learners_on_old_compilers(module_ids: Iterable[int]) -> Sequence[Enrollment]:
    """Who is on an edition that may show notes for facilitators, while a newer one is out."""
    return db.session.scalars(
        select(Enrollment)
        .join(Edition, Edition.id == Enrollment.edition_id)
        .join(Module, Module.id == Enrollment.module_id)
        .where(
            Edition.compiler < APART_SINCE,
            Module.id.in_(module_ids),
            Module.current_id != Enrollment.edition_id,
        )
        .options(joinedload(Enrollment.person))
    ).all()


def _is_done_in(enrollment_id: int) -> list[ColumnElement[bool]]:
    return [
        Block.id.in_(select(table.block_id).where(table.enrollment_id == enrollment_id))
        for table in tables_of_blocks()
    ]


def _blocks() -> Select[Any]:
    return (
        select(
            Block.id, Block.edition_id, Block.page_id, Block.key, Block.kind, Block.data,
            Page.title.label("page_title"), Edition.number,
        )
        .join(Page, Page.id == Block.page_id)
        .join(Edition, Edition.id == Block.edition_id)
    )  # fmt: skip
