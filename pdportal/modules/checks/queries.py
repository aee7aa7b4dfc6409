"""What pages about checks read, and what other features ask of checks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import BindParameter, ColumnElement, Select, and_, bindparam, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, aliased, contains_eager

from pdportal.accounts.models import Person
from pdportal.cohorts.models import Member
from pdportal.db import db, fetch_all, fetch_one
from pdportal.modules import policy
from pdportal.modules.checks.models import Check, CheckTry, PlanUse
from pdportal.modules.models import Edition, Enrollment, Facet, Module, ModuleTag, Page, PageRead
from pdportal.modules.parts import ENROLLMENT, Line

EDITION: BindParameter[int] = bindparam("edition_id")

has_checks = select(Check.id).where(Check.edition_id == Edition.id).correlate(Edition).exists()
"""Of `Edition`: whether its module has any."""


_asked = Check.__table__.alias("asked")


def is_left_behind(
    edition_id: ColumnElement[int] | InstrumentedAttribute[int],
) -> ColumnElement[bool]:
    """Of `CheckTry`: the edition that its owner is on does not have its check."""
    same = select(_asked.c.id).where(
        _asked.c.edition_id == edition_id, _asked.c.line == CheckTry.line
    )
    return ~same.correlate_except(_asked).exists()


def check_opened(person: Person, slug: str, key: str) -> Select[Check, Edition, int, bool]:
    """A check in the edition that somebody began, else the current one; with its module's id.

    Where that edition has none, the one of their last try; `is_gone` says so.
    """
    mine = and_(Enrollment.module_id == Module.id, policy.is_own(person.id))
    is_gone = Check.edition_id != func.coalesce(Enrollment.edition_id, Module.current_id)
    tried = select(CheckTry.id).where(
        CheckTry.check_id == Check.id, CheckTry.enrollment_id == Enrollment.id
    )
    return (
        select(Check, Edition, Module.id.label("module_id"), is_gone.label("is_gone"))
        .select_from(Module)
        .outerjoin(Enrollment, mine)
        .join(Edition, Edition.module_id == Module.id)
        .join(Check, Check.edition_id == Edition.id)
        .where(Module.slug == slug, Check.key == key)
        .where(or_(~is_gone, tried.correlate(Check, Enrollment).exists()))
        .order_by(is_gone, Edition.number.desc())
        .limit(1)
    )


def is_asked(try_: CheckTry) -> bool:
    """Whether the edition that its owner is on has the check of a try."""
    gone = select(is_left_behind(Enrollment.edition_id)).join(CheckTry.enrollment)
    return not db.session.scalar(gone.select_from(CheckTry).where(CheckTry.id == try_.id))


def tries_left_behind(enrollment_id: int) -> Sequence[CheckTry]:
    """The tries at checks that the edition somebody is on does not have; newest edition first."""
    return db.session.scalars(
        select(CheckTry)
        .join(CheckTry.enrollment)
        .join(CheckTry.check)
        .join(Check.edition)
        .options(contains_eager(CheckTry.check).contains_eager(Check.edition))
        .where(CheckTry.enrollment_id == enrollment_id, is_left_behind(Enrollment.edition_id))
        .order_by(Edition.number.desc(), CheckTry.line, CheckTry.number)
    ).all()


def tries(person: Person, module_id: int, key: str) -> list[CheckTry]:
    """One's own tries at checks of a key, of all editions, in order."""
    return list(
        db.session.scalars(
            tries_of(person)
            .where(Enrollment.module_id == module_id, CheckTry.key == key)
            .order_by(CheckTry.number)
        )
    )


def tries_of(person: Person) -> Select[CheckTry]:
    """One's own tries, with their checks; nobody sees another's."""
    return (
        select(CheckTry)
        .join(CheckTry.enrollment)
        .join(CheckTry.check)
        .options(contains_eager(CheckTry.enrollment), contains_eager(CheckTry.check))
        .where(policy.is_own(person.id))
    )


_OF_MODULE = (
    select(
        Check.key,
        Check.title,
        Check.minutes,
        Check.exempts,
        Check.required,
        func.count(CheckTry.id).label("tries"),
        func.max(CheckTry.handed_in_at).label("handed_in_at"),
        func.count(CheckTry.id).filter(CheckTry.is_met.is_(True)).label("met"),
        func.max(CheckTry.number).filter(CheckTry.handed_in_at.is_(None)).label("open"),
        func.max(CheckTry.number).filter(CheckTry.handed_in_at.is_not(None)).label("latest"),
    )
    .select_from(Check)
    .outerjoin(CheckTry, and_(CheckTry.line == Check.line, CheckTry.enrollment_id == ENROLLMENT))
    .where(Check.edition_id == EDITION)
    .group_by(Check.id, Check.key, Check.title, Check.minutes, Check.exempts, Check.required)
    .order_by(Check.required.desc(), Check.id)
)


def checks_of(edition_id: int, enrollment_id: int | None) -> Sequence[Line]:
    """The checks of an edition, and how far somebody is with each."""
    return fetch_all(_OF_MODULE, {"edition_id": edition_id, "enrollment_id": enrollment_id})


def left(wanted: ColumnElement[bool]) -> Select[int]:
    """Counts the checks of the edition `EDITION` that are `wanted` and not met by `ENROLLMENT`."""
    met = select(CheckTry.id).where(
        CheckTry.enrollment_id == ENROLLMENT, CheckTry.line == Check.line, CheckTry.is_met.is_(True)
    )
    return (
        select(func.count().label("left"))
        .select_from(Check)
        .where(Check.edition_id == EDITION, wanted, ~met.correlate(Check).exists())
    )


REQUIRED_LEFT = left(Check.required.is_(True)).scalar_subquery()
_LEFT_TO_TEST_OUT = left(or_(Check.exempts, Check.required))


def may_test_out(enrollment: Enrollment) -> bool:
    """Whether every check that exempts, or is required, is met."""
    values = {"enrollment_id": enrollment.id, "edition_id": enrollment.edition_id}
    row = fetch_one(_LEFT_TO_TEST_OUT, values)
    return row is not None and not row.left


def first_forms(person: Person, module_id: int, line: str) -> Sequence[Line]:
    """How often each form was the first one: `mine` among those in one's cohorts, and `all`."""
    my_cohorts = select(Member.cohort_id).where(Member.person_id == person.id, Member.is_current)
    before = aliased(CheckTry)
    is_first = ~select(before.id).where(
        before.enrollment_id == CheckTry.enrollment_id,
        before.line == CheckTry.line,
        before.number < CheckTry.number,
    ).exists()  # fmt: skip
    colleagues = select(Member.person_id).where(Member.cohort_id.in_(my_cohorts), Member.is_current)
    return db.session.execute(
        select(
            CheckTry.form,
            func.count().label("all"),
            func.count().filter(Enrollment.person_id.in_(colleagues)).label("mine"),
        )
        .join(Enrollment, Enrollment.id == CheckTry.enrollment_id)
        .where(Enrollment.module_id == module_id, CheckTry.line == line, is_first)
        .group_by(CheckTry.form)
    ).all()


def pages_read(enrollment_id: int, since: datetime | None = None) -> Sequence[Line]:
    """The pages somebody read, since a moment; title and when."""
    read = (
        select(Page.title, PageRead.at)
        .join(Page, Page.id == PageRead.page_id)
        .where(PageRead.enrollment_id == enrollment_id)
        .order_by(PageRead.at, Page.number)
    )
    return db.session.execute(read if since is None else read.where(PageRead.at >= since)).all()


def uses_of(try_ids: Iterable[int]) -> list[PlanUse]:
    """What was used of the plans of some tries."""
    wanted = list(try_ids)
    if not wanted:
        return []
    return list(
        db.session.scalars(
            select(PlanUse).where(PlanUse.try_id.in_(wanted)).order_by(PlanUse.at, PlanUse.line)
        )
    )


def modules_about(person: Person, skills: Sequence[str], not_id: int) -> Sequence[Line]:
    """Other modules about these skills that somebody has not finished: name, slug, title."""
    finished = select(Enrollment.module_id).where(
        policy.is_own(person.id), Enrollment.finished_at.is_not(None)
    )
    return db.session.execute(
        select(ModuleTag.name, Module.slug, Edition.title)
        .join(Module, Module.id == ModuleTag.module_id)
        .join(Edition, Edition.id == Module.current_id)
        .where(_is_about(skills), Module.id != not_id, Module.id.not_in(finished))
        .order_by(Edition.title)
    ).all()


def finished_about(
    person: Person, skills: Sequence[str], not_id: int, since: datetime
) -> Sequence[Line]:
    """Other modules about these skills that somebody finished since a moment; title, when."""
    about = select(ModuleTag.module_id).where(_is_about(skills))
    return db.session.execute(
        select(Edition.title, Enrollment.finished_at.label("at"))
        .join(Edition, Edition.id == Enrollment.edition_id)
        .where(
            policy.is_own(person.id),
            Enrollment.finished_at >= since,
            Enrollment.module_id.in_(about),
            Enrollment.module_id != not_id,
        )
        .order_by(Enrollment.finished_at)
    ).all()


def _is_about(skills: Sequence[str]) -> ColumnElement[bool]:
    """Of `ModuleTag`: names one of these skills."""
    return and_(ModuleTag.facet == Facet.SKILL, ModuleTag.name.in_(skills))
