"""Reading a page: where somebody is, and that a page was read."""

from __future__ import annotations

from flask_babel import gettext as _
from sqlalchemy import bindparam, update
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

_LOOK = (
    update(Enrollment)
    .where(Enrollment.id == bindparam("way"), policy.is_own(bindparam("whose")))
    .values(last_page_id=bindparam("page"), last_place=bindparam("place"), last_at=bindparam("now"))
)


def look_at(person: Person, opened: Opened, place: str | None) -> None:
    """Store which page a person has opened last, and at which place of it they are."""
    if opened.enrollment_id is not None and opened.page_id is not None:
        where = {"way": opened.enrollment_id, "page": opened.page_id, "place": place}
        values = where | {"whose": person.id, "now": clock.now()}
        db.session.connection().execute(_LOOK, values)


def mark_read(person: Person, opened: Opened, *, on_to: int | None = None) -> Enrollment:
    """Mark a page read when a person continues from it to the page with the id `on_to`."""
    opened = on_page(person, opened)
    enrollment = db.session.get_one(Enrollment, opened.enrollment_id)
    _read(person, enrollment, opened.page_id)
    enrollment.last_page_id, enrollment.last_place = on_to or opened.page_id, None
    finish_if_done(person, enrollment)
    return enrollment


def on_page(person: Person, opened: Opened) -> Opened:
    """The page with the enrollment that an act on it belongs to: the first act creates it.

    Raises `NotFound` where the person may not see the page.
    """
    if opened.section is None or not policy.may_see_page(person, opened.section):
        raise NotFound
    if opened.enrollment_id is None or opened.left_at is not None:
        enrollment = begin(person, opened.module_id)
        if enrollment.edition_id != opened.edition_id:
            raise Refused(_("A newer version was just published. Reload the page."))
        opened = opened.but(enrollment_id=enrollment.id)
    look_at(person, opened, opened.last_place if opened.last_page_id == opened.page_id else None)
    return opened


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
