"""Going through a module: begin it, finish it; `editions` moves people on to a newer one.

Nobody has to say that they are done: it follows from the pages read, the questions answered and the
tasks handed in, and it stays so.
"""

from __future__ import annotations

from sqlalchemy import Select, func, select, update
from werkzeug.exceptions import NotFound

from pdportal import clock
from pdportal.accounts.models import Person
from pdportal.activity.services import record
from pdportal.db import add_unless_there, db
from pdportal.modules import policy
from pdportal.modules.enrollments.queries import is_left
from pdportal.modules.events import module_finished
from pdportal.modules.models import (
    Block,
    Enrollment,
    Module,
    Page,
    PageRead,
    Section,
)


def begin(person: Person, module_id: int) -> Enrollment:
    """The enrollment of a person in a module; created in the current edition if there is none."""
    enrollment = enrollment_of(person, module_id)
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
        other = enrollment_of(person, module_id)
        assert other is not None  # noqa: S101 — the constraint has just said so
        return other
    record(person, "began", enrollment, module=module_id)
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
        .values(finished_at=clock.now(), finished_in_id=enrollment.edition_id)
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


def enrollment_of(person: Person, module_id: int) -> Enrollment | None:
    """Somebody's way through a module, if they have begun it."""
    return db.session.scalars(
        policy.enrollments_of(person).where(Enrollment.module_id == module_id)
    ).one_or_none()
