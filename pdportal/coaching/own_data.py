"""What coaching holds of a person: notes they wrote, and what was shared with them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, Executable, or_, select, update

from pdportal import clock
from pdportal.accounts.models import Person
from pdportal.accounts.own_data import OwnPart, Rows
from pdportal.coaching.covers.models import Handover
from pdportal.coaching.covers.services import stop_covering
from pdportal.coaching.cycles.models import Cycle, CycleEntry, EntryKind
from pdportal.coaching.cycles.policy import cycles_seen_by
from pdportal.coaching.cycles.queries import cycles_of
from pdportal.coaching.hellos.models import Hello
from pdportal.coaching.hellos.policy import hellos_seen_by
from pdportal.coaching.notes import policy
from pdportal.coaching.notes.models import CoachNote

GONE = "—"
READ = ("on_day", "contact", "minutes", "topic", "text", "shared_at", "deleted_at")
NOTE = [CoachNote.__table__.c[name] for name in READ]
"""What both who know of a note read of it."""


def _rows(person: Person) -> Mapping[str, Rows]:
    """Notes of one's own with whom they are about, and those that coaches shared with one."""
    own = policy.notes_by(person).join(Person, Person.id == CoachNote.teacher_id)
    shared = policy.notes_shared_with(person).join(Person, Person.id == CoachNote.author_id)
    hello = Hello.from_id, Hello.to_id, Hello.about, Hello.text, Hello.sent_at, Hello.reply
    entry = CycleEntry.cycle_id, CycleEntry.at, CycleEntry.kind, CycleEntry.key, CycleEntry.text
    written = cycles_seen_by(person).join(CycleEntry, CycleEntry.cycle_id == Cycle.id)
    written = written.join(Person, Person.id == CycleEntry.author_id)
    told = Handover.said_at, Handover.note, Handover.starts_on, Handover.ends_on
    mine = own.with_only_columns(Person.name, *NOTE, CoachNote.follow_on)
    messages = hellos_seen_by(person).with_only_columns(*hello, Hello.answer)
    return {
        "notes_of_mine": mine.order_by(CoachNote.id),
        "notes_shared_with_me": shared.with_only_columns(Person.name, *NOTE).order_by(CoachNote.id),
        "messages": messages.order_by(Hello.id),
        "cycles": written.with_only_columns(Person.name, *entry).order_by(CycleEntry.id),
        "handovers": select(*told).where(_is_handed(person)).order_by(Handover.id),
    }


def _gone(person: Person) -> Iterable[Executable]:
    """The words one wrote for oneself, and all that was written about one.

    What a coach shared stays with its teacher. The contacts stay, without words.
    """
    now = clock.now()
    private = (CoachNote.author_id == person.id) & CoachNote.shared_at.is_(None)
    taught = select(Cycle.id).where(Cycle.teacher_id == person.id)
    wordy = CycleEntry.kind.in_([EntryKind.WORDS, EntryKind.STEP])
    going_on = Cycle.id.in_([each.id for each in cycles_of(person, ended=False)])
    return [
        update(CoachNote)
        .where(or_(private, CoachNote.teacher_id == person.id))
        .values(text="", topic="", follow_on=None, deleted_at=now),
        update(Hello).where(Hello.from_id == person.id).values(text=GONE, about="", reply=""),
        update(Hello).where(Hello.to_id == person.id).values(text=GONE, reply=""),
        update(Handover).where(_is_handed(person)).values(note="", ended_at=now),
        update(CycleEntry).where(CycleEntry.cycle_id.in_(taught), wordy).values(text=GONE),
        update(Cycle).where(going_on).values(ended_at=now, ended_by_id=person.id),
    ]


def _is_handed(person: Person) -> ColumnElement[bool]:
    return or_(Handover.teacher_id == person.id, Handover.from_id == person.id)


PART = OwnPart(
    "coaching",
    _l("Coaching"),
    _rows,
    ends=lambda person: stop_covering(None, person),
    gone=_gone,
    goes=_l(
        "Notes that you wrote for yourself as a coach, all that coaches noted about you, and the"
        " words of cycles in which you were coached."
    ),
    stays=_l("What you shared with a teacher, or wrote in a cycle, as their coach."),
)
