"""What somebody noted on walks that go on, and the notes on patterns they wrote."""

from __future__ import annotations

from collections.abc import Iterator

from flask_babel import lazy_gettext as _l
from sqlalchemy import delete, select, update

from pdportal import clock
from pdportal.accounts.models import Person
from pdportal.accounts.own_data import OwnPart, Piece, as_data, carry_out, columns_of
from pdportal.coaching.walks.models import Walk, Walker
from pdportal.coaching.walks.services import PATTERNS


def collect(person: Person) -> Iterator[Piece]:
    """Their own notes, and the walks they organized."""
    own = select(Walk.held_on, Walker.notes).join(Walk, Walk.id == Walker.walk_id)
    yield Piece("notes.json", as_data(own.where(Walker.person_id == person.id)))
    columns = columns_of(Walk, "organizer_id", "form_key", "work_id", "version")
    organized = select(*columns).where(Walk.organizer_id == person.id).order_by(Walk.id)
    yield Piece("organized.json", as_data(organized))


def forget(person: Person) -> None:
    """Take their notes out, and close the walks they organized; notes that were sent stay."""
    empty = dict.fromkeys(("problem", "look_fors", *PATTERNS), "")
    organized = Walk.organizer_id == person.id
    unsent = organized & Walk.sent_at.is_(None)
    of_theirs = select(Walk.id).where(organized)
    carry_out(
        delete(Walker).where(Walker.person_id == person.id),
        update(Walker).where(Walker.walk_id.in_(of_theirs)).values(notes={}),
        update(Walk).where(unsent & Walk.is_open).values(closed_at=clock.now()),
        update(Walk).where(unsent).values(**empty),
        update(Walk).where(organized).values(work_id=None),
    )


PART = OwnPart(
    "walks",
    _l("Walks"),
    collect,
    forget,
    goes=_l("Your notes of walks, and walks you organized that left no note."),
    stays=_l("Notes on patterns that went to the staff of a school: they name nobody."),
)
