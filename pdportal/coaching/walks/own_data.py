"""What somebody noted on walks that go on, and the notes on patterns they wrote."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from flask_babel import lazy_gettext as _l
from sqlalchemy import Executable, delete, select, update

from pdportal import clock
from pdportal.accounts.models import Person
from pdportal.accounts.own_data import OwnPart, Rows, columns_of
from pdportal.coaching.walks.models import Walk, Walker
from pdportal.coaching.walks.services import PATTERNS


def _rows(person: Person) -> Mapping[str, Rows]:
    columns = columns_of(Walk, "organizer_id", "form_key", "work_id", "version")
    return {
        "notes": select(Walk.held_on, Walker.notes)
        .join(Walk, Walk.id == Walker.walk_id)
        .where(Walker.person_id == person.id),
        "organized": select(*columns).where(Walk.organizer_id == person.id).order_by(Walk.id),
    }


def _gone(person: Person) -> Iterable[Executable]:
    """Their notes, and walks they organized are closed; notes that were sent stay."""
    empty = dict.fromkeys(("problem", "look_fors", *PATTERNS), "")
    organized = Walk.organizer_id == person.id
    unsent = organized & Walk.sent_at.is_(None)
    of_theirs = select(Walk.id).where(organized)
    return [
        delete(Walker).where(Walker.person_id == person.id),
        update(Walker).where(Walker.walk_id.in_(of_theirs)).values(notes={}),
        update(Walk).where(unsent & Walk.is_open).values(closed_at=clock.now()),
        update(Walk).where(unsent).values(**empty),
        update(Walk).where(organized).values(work_id=None),
    ]


PART = OwnPart(
    "walks",
    _l("Walks"),
    _rows,
    gone=_gone,
    goes=_l("Your notes of walks, and walks you organized that left no note."),
    stays=_l("Notes on patterns that went to the staff of a school: they name nobody."),
)
