"""Reading a page: where somebody is, and that a page was read."""

from __future__ import annotations

from flask_babel import gettext as _
from sqlalchemy import update
from werkzeug.exceptions import NotFound

from pdportal import clock
from pdportal.accounts.models import Person
from pdportal.activity.services import record_id
from pdportal.db import add_unless_there, db
from pdportal.modules import policy
from pdportal.modules.enrollments import rule
from pdportal.modules.enrollments.services import begin, finish_if_done
from pdportal.modules.models import Enrollment, PageRead
from pdportal.modules.pages.queries import Opened
from pdportal.web.errors import Refused


def look_at(person: Person, opened: Opened, place: str | None) -> None:
    """Store which page a person has opened last, and at which place of it they are."""
    if opened.enrollment_id is not None and opened.page_id is not None:
        db.session.execute(
            update(Enrollment)
            .where(Enrollment.id == opened.enrollment_id, policy.is_own(person.id))
            .values(last_page_id=opened.page_id, last_place=place, last_at=clock.now())
        )


def mark_read(person: Person, opened: Opened, *, on_to: int | None = None) -> Enrollment:
    """Mark a page read when a person continues from it to the page with the id `on_to`."""
    enrollment, page_id = on_page(person, opened)
    _read(person, enrollment, page_id)
    enrollment.last_page_id, enrollment.last_place = on_to or page_id, None
    finish_if_done(person, enrollment)
    return enrollment


def on_page(person: Person, opened: Opened) -> tuple[Enrollment, int]:
    """The enrollment that an act on a page belongs to (the first act creates it), and the page id.

    Raises `NotFound` where the person may not see the page.
    """
    if opened.page_id is None or opened.section is None:
        raise NotFound
    if not policy.may_see_page(person, opened.section):
        raise NotFound
    enrollment = begin(person, opened.module_id)
    if enrollment.edition_id != opened.edition_id:
        raise Refused(_("A newer version was just published. Reload the page."))
    if enrollment.last_page_id != opened.page_id:
        enrollment.last_page_id, enrollment.last_place = opened.page_id, None
    enrollment.last_at = clock.now()
    return enrollment, opened.page_id


def read_if_done(person: Person, enrollment: Enrollment, page_id: int) -> None:
    """Mark a page read if none of its blocks is left, and the module finished if that was all."""
    db.session.flush()
    if rule.is_page_done(enrollment, page_id):
        _read(person, enrollment, page_id)
    finish_if_done(person, enrollment)


def _read(person: Person, enrollment: Enrollment, page_id: int) -> None:
    if db.session.get(PageRead, (enrollment.id, page_id)) is not None:
        return
    if add_unless_there(PageRead(enrollment_id=enrollment.id, page_id=page_id)):
        record_id(person.id, "read", "page", page_id, module=enrollment.module_id)
