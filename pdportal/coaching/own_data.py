"""What coaching holds of a person: notes they wrote, and what was shared with them."""

from __future__ import annotations

from collections.abc import Iterator

from flask_babel import lazy_gettext as _l
from sqlalchemy import or_, select, update

from pdportal import clock
from pdportal.accounts.models import Person
from pdportal.accounts.own_data import OwnPart, Piece, as_data
from pdportal.coaching.covers.models import Handover
from pdportal.coaching.covers.services import stop_covering
from pdportal.coaching.cycles.models import Cycle, CycleEntry, EntryKind
from pdportal.coaching.cycles.policy import cycles_seen_by
from pdportal.coaching.cycles.queries import cycles_of
from pdportal.coaching.hellos.models import Hello
from pdportal.coaching.hellos.policy import hellos_seen_by
from pdportal.coaching.notes import policy
from pdportal.coaching.notes.models import CoachNote
from pdportal.db import db

GONE = "—"
NOTE = (
    CoachNote.on_day,
    CoachNote.contact,
    CoachNote.minutes,
    CoachNote.topic,
    CoachNote.text,
    CoachNote.shared_at,
    CoachNote.deleted_at,
)


def collect(person: Person) -> Iterator[Piece]:
    """Notes of one's own with whom they are about, and those that coaches shared with one."""
    own = policy.notes_by(person).join(Person, Person.id == CoachNote.teacher_id)
    shared = policy.notes_shared_with(person).join(Person, Person.id == CoachNote.author_id)
    mine = own.with_only_columns(Person.name, *NOTE, CoachNote.follow_on)
    read = shared.with_only_columns(Person.name, *NOTE)
    for name, notes in (("notes_of_mine", mine), ("notes_shared_with_me", read)):
        yield Piece(f"{name}.json", as_data(notes.order_by(CoachNote.id)))
    hello = (Hello.from_id, Hello.to_id, Hello.about, Hello.text, Hello.sent_at, Hello.reply)
    seen = hellos_seen_by(person).with_only_columns(*hello, Hello.answer).order_by(Hello.id)
    yield Piece("messages.json", as_data(seen))
    entry = (CycleEntry.cycle_id, CycleEntry.at, CycleEntry.kind, CycleEntry.key, CycleEntry.text)
    written = (
        cycles_seen_by(person)
        .join(CycleEntry, CycleEntry.cycle_id == Cycle.id)
        .join(Person, Person.id == CycleEntry.author_id)
        .with_only_columns(Person.name, *entry)
        .order_by(CycleEntry.id)
    )
    yield Piece("cycles.json", as_data(written))
    told = (Handover.said_at, Handover.note, Handover.starts_on, Handover.ends_on)
    about = or_(Handover.teacher_id == person.id, Handover.from_id == person.id)
    handed = select(*told).where(about).order_by(Handover.id)
    yield Piece("handovers.json", as_data(handed))


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
    db.session.execute(
        update(Hello).where(Hello.from_id == person.id).values(text=GONE, about="", reply="")
    )
    db.session.execute(update(Hello).where(Hello.to_id == person.id).values(text=GONE, reply=""))
    stop_covering(None, person)
    about_them = or_(Handover.teacher_id == person.id, Handover.from_id == person.id)
    over = {"note": "", "ended_at": clock.now()}
    db.session.execute(update(Handover).where(about_them).values(over))
    taught = select(Cycle.id).where(Cycle.teacher_id == person.id)
    wordy = CycleEntry.kind.in_([EntryKind.WORDS, EntryKind.STEP])
    own = update(CycleEntry).where(CycleEntry.cycle_id.in_(taught), wordy)
    db.session.execute(own.values(text=GONE), execution_options={"synchronize_session": False})
    going_on = [each.id for each in cycles_of(person) if each.is_open]
    ends = {"ended_at": clock.now(), "ended_by_id": person.id}
    db.session.execute(update(Cycle).where(Cycle.id.in_(going_on)).values(ends))
    db.session.expire_all()


PART = OwnPart(
    "coaching",
    _l("Coaching"),
    collect,
    forget,
    goes=_l(
        "Notes that you wrote for yourself as a coach, all that coaches noted about you, and the"
        " words of cycles in which you were coached."
    ),
    stays=_l("What you shared with a teacher, or wrote in a cycle, as their coach."),
)
