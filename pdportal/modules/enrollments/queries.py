"""What a module's own page shows, and what one may go on with: one statement each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, bindparam, func, or_, select
from werkzeug.exceptions import NotFound

from pdportal import clock
from pdportal.accounts.models import Person
from pdportal.db import db, fetch_all, fetch_one
from pdportal.modules.checks.models import CheckTry
from pdportal.modules.checks.queries import has_checks, is_left_behind
from pdportal.modules.enrollments.going_on import check, check_columns, check_to_meet
from pdportal.modules.enrollments.models import DoneElsewhere
from pdportal.modules.enrollments.rule import EDITION, block_counts, counts, is_asked, is_left
from pdportal.modules.models import BlockKind, Section
from pdportal.modules.parts import (
    ENROLLMENT,
    ME,
    Line,
    agreement,
    another_way_at,
    answer,
    assigned_to_me,
    assignment,
    assignments_in_cohorts,
    block,
    cohort,
    due_on,
    edition,
    enrollment,
    given_id,
    hand_in,
    is_paused,
    minutes_left,
    module,
    my_editions,
    my_track,
    page,
    page_counts,
    page_to_go_on,
    pages_on_the_way,
    pages_read,
    read,
    reflection,
    taken_up,
)
from pdportal.modules.suggestions.queries import marked
from pdportal.web.locale import zone_here

_go_on = page.alias("go_on")
PACE = ("due_on", "weekly_minutes", "days", "paused_at", "paused_until", "left_at")
"""What somebody chose about their way, and may choose anew."""


def _stayed(table: Any) -> ColumnElement[bool]:
    in_another = and_(table.c.enrollment_id == enrollment.c.id, block.c.edition_id != edition.c.id)
    joined = table.join(block, block.c.id == table.c.block_id)
    return select(1).select_from(joined).where(in_another).correlate(enrollment, edition).exists()


_tried = select(CheckTry.id).where(
    CheckTry.enrollment_id == enrollment.c.id, is_left_behind(edition.c.id)
)
_left_behind = or_(
    *(_stayed(table) for table in (answer, reflection, hand_in, taken_up)),
    _tried.correlate(enrollment, edition).exists(),
)
"""Whether something that was done in another edition stayed there."""

_MODULE = (
    select(
        *module.c["id", "slug", "current_id"],
        *(column for column in edition.c if column.name not in {"id", "module_id", "sort_key"}),
        edition.c.id.label("edition_id"),
        enrollment.c.id.label("enrollment_id"),
        *enrollment.c["begun_at", "finished_at", "finished_in_id", "tested_out_at"],
        has_checks.label("has_checks"),
        _left_behind.label("left_behind"),
        my_track.label("track"),
        *(enrollment.c[name] for name in PACE),
        is_paused.label("is_paused"),
        another_way_at().label("another_way_at"),
        minutes_left().label("minutes_left"),
        _go_on.c.slug.label("go_on_slug"),
        _go_on.c.title.label("go_on_title"),
        *marked(),
    )
    .select_from(my_editions().outerjoin(_go_on, _go_on.c.id == page_to_go_on()))
    .where(module.c.slug == bindparam("slug"))
)

_elsewhere = DoneElsewhere.__table__
_BEFORE = (
    select(
        *module.c["id", "slug"],
        edition.c.title,
        enrollment.c.finished_at,
        _elsewhere.c.at.label("elsewhere_at"),
        or_(enrollment.c.finished_at.is_not(None), _elsewhere.c.at.is_not(None)).label("is_known"),
    )
    .select_from(
        my_editions().outerjoin(
            _elsewhere,
            and_(_elsewhere.c.module_id == module.c.id, _elsewhere.c.person_id == ME),
        )
    )
    .where(module.c.slug.in_(bindparam("slugs", expanding=True)))
    .order_by(edition.c.sort_key, module.c.id)
)

_WAY = (
    select(
        *page.c["id", "number", "slug", "title", "section", "minutes", "break_minutes", "track"],
        page.c.optional,
        read.c.page_id.is_not(None).label("is_read"),
        block.c.kind,
        block_counts.label("counts"),
        is_left.label("is_left"),
    )
    .select_from(
        page.outerjoin(
            read,
            and_(read.c.page_id == page.c.id, read.c.enrollment_id == ENROLLMENT),
        ).outerjoin(block, and_(block.c.page_id == page.c.id, is_asked))
    )
    .where(page.c.edition_id == EDITION)
    .order_by(page.c.number, block.c.id)
)

_PAGES_OF_BOTH = (
    select(page.c.edition_id, page.c.slug, page.c.title, page.c.digest, page.c.minutes)
    .where(
        or_(page.c.edition_id == bindparam("old_id"), page.c.edition_id == bindparam("new_id")),
        page.c.section != Section.FACILITATORS,
    )
    .order_by(page.c.number)
)

_given = (
    select(
        given_id.label("module_id"),
        due_on.label("due_on"),
        assignment.c.why,
        cohort.c.id.label("cohort_id"),
        cohort.c.name.label("cohort"),
        func.row_number()
        .over(
            partition_by=given_id,
            order_by=(due_on.is_(None), due_on, assignment.c.id),
        )
        .label("place"),
    )
    .select_from(assignments_in_cohorts())
    .where(assigned_to_me, agreement.c.done_at.is_(None))
    .subquery("given")
)
_before = page.alias("before")
_position = (
    select(func.count())
    .select_from(_before)
    .where(
        _before.c.edition_id == edition.c.id,
        page_counts(_before),
        _before.c.number <= _go_on.c.number,
    )
    .correlate(edition, enrollment, _go_on)
    .scalar_subquery()
)

_NEXT = (
    select(
        module.c.id.label("module_id"),
        module.c.slug,
        *edition.c["title", "summary", "skills", "cover", "minutes"],
        *enrollment.c["begun_at", "last_at"],
        _go_on.c.slug.label("page_slug"),
        _go_on.c.title.label("page_title"),
        _position.label("page_number"),
        pages_on_the_way().label("pages"),
        pages_read().label("pages_read"),
        minutes_left().label("minutes_left"),
        _given.c.due_on,
        enrollment.c.due_on.label("my_date"),
        *_given.c["why", "cohort_id", "cohort"],
        *check_columns(),
    )
    .select_from(
        my_editions()
        .outerjoin(_given, and_(_given.c.module_id == module.c.id, _given.c.place == 1))
        .outerjoin(_go_on, _go_on.c.id == page_to_go_on())
        .outerjoin(check, check.c.id == check_to_meet())
    )
    .where(
        enrollment.c.finished_at.is_(None),
        enrollment.c.left_at.is_(None),
        func.coalesce(~is_paused, True),
        or_(
            and_(enrollment.c.id.is_not(None), another_way_at().is_(None)),
            _given.c.module_id.is_not(None),
        ),
    )
    .order_by(
        func.coalesce(enrollment.c.due_on, _given.c.due_on).is_(None),
        func.coalesce(enrollment.c.due_on, _given.c.due_on),
        enrollment.c.last_at.is_(None),
        enrollment.c.last_at.desc(),
        edition.c.sort_key,
        module.c.id,
    )
    .limit(50)
)


def module_opened(person: Person, slug: str, *, begun: bool = False) -> Line:
    """A module in the edition this person began, else the current one.

    Raises `NotFound` where there is none, or none that they have `begun`.
    """
    values = {"person_id": person.id, "slug": slug, "today": clock.today(zone_here())}
    row = fetch_one(_MODULE, values)
    if row is None or (begun and row.enrollment_id is None):
        raise NotFound
    return row


def prerequisites(person: Person, slugs: list[str]) -> Sequence[Line]:
    """The modules with these slugs, and whether the person has finished them."""
    if not slugs:
        return []
    values = {"person_id": person.id, "slugs": slugs}
    return db.session.execute(_BEFORE, values).all()


class PageOnWay(NamedTuple):
    """A page as somebody finds it on their way."""

    row: Line
    counts: bool
    """Whether it is read before the module is done."""
    asked: list[BlockKind]
    """The kinds of its blocks that count."""
    left: list[BlockKind]
    """Those of them that are left."""


def pages_of(module: Line) -> list[PageOnWay]:
    """All pages of a module that was opened, in order, and what is left of each."""
    values = {"edition_id": module.edition_id, "enrollment_id": module.enrollment_id}
    pages: dict[int, PageOnWay] = {}
    for row in fetch_all(_WAY, values):
        new = PageOnWay(row, counts(row, module.track), [], [])
        found = pages.setdefault(row.id, new)
        if row.kind is not None and row.counts:
            found.asked.append(row.kind)
            if row.is_left:
                found.left.append(row.kind)
    return list(pages.values())


def changed_pages(old_id: int, new_id: int) -> tuple[list[dict[str, Any]], list[str]]:
    """The pages that are new or different in another edition, and the titles of those gone."""
    rows = fetch_all(_PAGES_OF_BOTH, {"old_id": old_id, "new_id": new_id})
    old = {row.slug: row for row in rows if row.edition_id == old_id}
    new = {row.slug: row for row in rows if row.edition_id == new_id}
    titles = {row.title: slug for slug, row in new.items() if slug not in old}
    for slug, row in list(old.items()):
        if slug not in new and row.title in titles:  # another file name
            old[titles[row.title]] = old.pop(slug)
    changed = [
        {"slug": slug, "title": row.title, "is_new": slug not in old, "minutes": row.minutes}
        for slug, row in new.items()
        if slug not in old or old[slug].digest != row.digest
    ]
    return changed, [row.title for slug, row in old.items() if slug not in new]


def next_to_learn(person: Person) -> Sequence[Line]:
    """What was assigned to a person or begun by them and is not done, soonest first.

    Rows: module_id, slug, title, summary, skills, cover, minutes, begun_at, last_at, page_slug,
    page_title, page_number, pages, pages_read, minutes_left, due_on, why, cohort_id, cohort (these
    four None where nobody assigned it; begun_at and last_at None where it is not begun), and what
    `next_up` reads.
    """
    return fetch_all(_NEXT, {"person_id": person.id, "today": clock.today(zone_here())})
