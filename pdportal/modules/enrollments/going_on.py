"""What comes next in a module: a page, or the check that is left when all pages are read."""

from __future__ import annotations

from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, ScalarSelect, func, select

from pdportal.modules.addresses import check_url, module_url, page_url
from pdportal.modules.checks.models import Check, CheckTry
from pdportal.modules.parts import edition, enrollment

check = Check.__table__.alias("check_left")
"""Joined from outside by `check_to_meet`."""


class NextUp(NamedTuple):
    """What one continues with."""

    title: str
    url: str
    minutes: int = 0
    """Of a check."""
    is_check: bool = False


def check_to_meet() -> ScalarSelect[int]:
    """The id of the first check that an edition requires and a way has not met."""
    its, tries = Check.__table__.alias(), CheckTry.__table__.alias()
    met = (
        select(tries.c.id)
        .where(
            tries.c.enrollment_id == enrollment.c.id,
            tries.c.line == its.c.line,
            tries.c.is_met.is_(True),
        )
        .correlate(its, enrollment)
    )
    return (
        select(its.c.id)
        .where(
            its.c.edition_id == edition.c.id,
            its.c.required.is_(True),
            enrollment.c.finished_at.is_(None),
            ~met.exists(),
        )
        .order_by(its.c.id)
        .limit(1)
        .correlate(edition, enrollment)
        .scalar_subquery()
    )


def check_columns() -> list[ColumnElement[Any]]:
    """What `next_up` reads of the check that is joined, with the try that is open or the latest."""
    tries = CheckTry.__table__.alias()
    is_open = tries.c.handed_in_at.is_(None)
    number = (
        select(func.coalesce(func.max(tries.c.number).filter(is_open), func.max(tries.c.number)))
        .where(tries.c.enrollment_id == enrollment.c.id, tries.c.line == check.c.line)
        .correlate(enrollment, check)
        .scalar_subquery()
    )
    named = [check.c[name].label(f"check_{name}") for name in ("key", "title", "minutes")]
    return [*named, number.label("check_try")]


def next_up(row: Any) -> NextUp:
    """What comes next for a row with `check_columns` and where its pages stand."""
    if row.check_key is not None and row.begun_at and row.pages_read >= row.pages:
        url = check_url(row.slug, row.check_key, row.check_try)
        return NextUp(row.check_title, url, row.check_minutes, is_check=True)
    url = page_url(row.slug, row.page_slug) if row.page_slug else module_url(row.slug)
    return NextUp(row.page_title or row.title, url)
