"""What coaching holds of a person: notes they wrote, and what was shared with them."""

from __future__ import annotations

from collections.abc import Iterator

from flask_babel import lazy_gettext as _l
from sqlalchemy import or_, update

from pdportal import clock
from pdportal.accounts.models import Person
from pdportal.accounts.own_data import OwnPart, Piece, as_data
from pdportal.coaching.notes import policy
from pdportal.coaching.notes.models import CoachNote
from pdportal.db import db

NOTE = (
    CoachNote.on_day,
    CoachNote.contact,
    CoachNote.minutes,
    CoachNote.topic,
    CoachNote.text,
    CoachNote.follow_on,
    CoachNote.shared_at,
    CoachNote.deleted_at,
)


def collect(person: Person) -> Iterator[Piece]:
    """Notes of one's own with whom they are about, and those that coaches shared with one."""
    own = policy.notes_by(person).join(Person, Person.id == CoachNote.teacher_id)
    shared = policy.notes_shared_with(person).join(Person, Person.id == CoachNote.author_id)
    for name, notes in (("notes_of_mine", own), ("notes_shared_with_me", shared)):
        columns = notes.with_only_columns(Person.name, *NOTE).order_by(CoachNote.id)
        yield Piece(f"{name}.json", as_data(columns))


def forget(person: Person) -> None:
    """Take the words out of what one wrote for oneself, and of all that was written about one.

    What a coach shared stays with its teacher. The contacts stay, without words.
    """
    private = (CoachNote.author_id == person.id) & CoachNote.shared_at.is_(None)
    about = CoachNote.teacher_id == person.id
    db.session.execute(
        update(CoachNote)
        .where(or_(private, about))
        .values(text="", topic="", follow_on=None, deleted_at=clock.now()),
        execution_options={"synchronize_session": False},
    )
    db.session.expire_all()


PART = OwnPart(
    "coaching",
    _l("Coaching"),
    collect,
    forget,
    goes=_l("Notes that you wrote for yourself as a coach, and all that coaches noted about you."),
    stays=_l("What you shared with a teacher as their coach: it is theirs, too."),
)
