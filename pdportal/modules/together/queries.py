"""What the page of a `together` reads, and the groups that the hourly job looks at."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.orm import aliased, contains_eager, joinedload

from pdportal import clock
from pdportal.accounts.models import Person
from pdportal.cohorts.models import Cohort
from pdportal.db import db
from pdportal.modules.models import Assignment, Block, BlockKind, Edition, Enrollment, Module, Page
from pdportal.modules.policy import is_own, may_see_page
from pdportal.modules.together import policy
from pdportal.modules.together.models import Group, Sheet


class Place(NamedTuple):
    """A `together` as one person meets it."""

    module_id: int
    slug: str
    page_slug: str
    block: Block
    """Of the edition they are in; of their group once they are in one."""
    edition: Edition
    sheet: Sheet | None


def digest_of(data: Mapping[str, Any]) -> str:
    """The same for blocks that ask the same, in whatever edition."""
    text = json.dumps(data["questions"], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def place(person: Person, slug: str, key: str) -> Place | None:
    """The block at an address: that of one's own sheet, else of one's edition or the current."""
    group_block = aliased(Block)
    mine = (
        policy.own_sheets(person)
        .join(Sheet.block)
        .outerjoin(Sheet.group)
        .outerjoin(group_block, group_block.id == Group.block_id)
        .join(Page, Page.id == func.coalesce(group_block.page_id, Block.page_id))
        .join(Edition, Edition.id == Page.edition_id)
        .join(Module, Module.id == Enrollment.module_id)
        .where(Module.slug == slug, or_(Block.key == key, Group.key == key))
        .order_by(Sheet.block_id.desc())
        .limit(1)
        .options(
            contains_eager(Sheet.enrollment),
            contains_eager(Sheet.block),
            contains_eager(Sheet.group).joinedload(Group.block),
        )
        .add_columns(Module.id, Page.slug, Edition)
    )
    row = db.session.execute(mine).first()
    if row is not None:
        sheet, module_id, page_slug, edition = row
        block = sheet.group.block if sheet.group else sheet.block
        return Place(module_id, slug, page_slug, block, edition, sheet)
    way = and_(Enrollment.module_id == Module.id, is_own(person.id))
    row = db.session.execute(
        select(Module.id, Page.slug, Page.section, Block, Edition)
        .select_from(Module)
        .outerjoin(Enrollment, way)
        .join(Edition, Edition.id == func.coalesce(Enrollment.edition_id, Module.current_id))
        .join(Page, Page.edition_id == Edition.id)
        .join(Block, Block.page_id == Page.id)
        .where(Module.slug == slug, Block.key == key, Block.kind == BlockKind.TOGETHER)
    ).first()
    if row is None or not may_see_page(person, row.section):
        return None
    return Place(row.id, slug, row.slug, row.Block, row.Edition, None)


def group_of(person: Person, sheet: Sheet | None) -> Group | None:
    """The group of one's own sheet, while one is in it."""
    if sheet is None or sheet.group_id is None:
        return None
    return db.session.scalars(
        policy.groups_of(person).where(Group.id == sheet.group_id)
    ).one_or_none()


def people_in(person: Person, group_id: int) -> list[Sheet]:
    """The sheets of a group one is in, with their people, in the order in which they came."""
    return _with_people(policy.people_seen_by(person).where(Sheet.group_id == group_id))


def sheets_in(group_id: int) -> list[Sheet]:
    """The same, for what the group does by itself."""
    return _with_people(select(Sheet).where(Sheet.group_id == group_id))


def _with_people(sheets: Select[Sheet]) -> list[Sheet]:
    people = joinedload(Sheet.enrollment).joinedload(Enrollment.person)
    in_order = sheets.options(people).order_by(Sheet.handed_in_at, Sheet.enrollment_id)
    return list(db.session.scalars(in_order))


def cohorts_for(person: Person, module_id: int) -> Sequence[Cohort]:
    """The cohorts to choose from: those the module is assigned to; if there are none, all."""
    rows = db.session.execute(
        policy.cohorts_to_join(person, module_id).add_columns(Assignment.id.label("given"))
    ).all()
    given = [row.Cohort for row in rows if row.given is not None]
    return given or [row.Cohort for row in rows]


def gathering(cohort_id: int, block: Block, module_id: int, digest: str) -> Select[Group]:
    """The groups of a cohort that still wait for people with these questions, the oldest first."""
    people = (
        select(func.count()).where(Sheet.group_id == Group.id).correlate(Group).scalar_subquery()
    )
    return (
        select(Group)
        .where(
            Group.cohort_id == cohort_id,
            Group.module_id == module_id,
            Group.key == block.key,
            Group.digest == digest,
            Group.started_at.is_(None),
            people.between(1, Group.size - 1),
        )
        .order_by(Group.id)
        .limit(1)
        .with_for_update(of=Group)
    )


def waited_long() -> Select[Group]:
    """Groups that have not started and whose lease is over."""
    return (
        select(Group)
        .where(Group.started_at.is_(None), Group.lease_until <= clock.now())
        .order_by(Group.id)
        .with_for_update(of=Group, skip_locked=True)
    )


def sheets_with(person_id: int, cohort_id: int | None = None) -> list[Sheet]:
    """Somebody's sheets in groups of a cohort, or of all cohorts."""
    where = Group.cohort_id.is_not(None) if cohort_id is None else Group.cohort_id == cohort_id
    return list(
        db.session.scalars(
            select(Sheet)
            .join(Sheet.enrollment)
            .join(Sheet.group)
            .where(Enrollment.person_id == person_id, where)
            .options(contains_eager(Sheet.enrollment), contains_eager(Sheet.group))
        )
    )
