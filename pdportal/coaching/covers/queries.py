"""What pages read of handovers."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

from sqlalchemy import Row, Select, or_, select
from sqlalchemy.orm import aliased, joinedload

from pdportal.accounts.models import Person
from pdportal.accounts.queries import ANYBODY
from pdportal.coaching.covers import policy
from pdportal.coaching.covers.models import Handover
from pdportal.coaching.notes.models import CoachNote
from pdportal.db import db, fetch_all
from pdportal.video.models import Clip, ClipShare


def covers_and_asks(coach: Person) -> Sequence[Row[*tuple[Any, ...]]]:
    """Who asks for a coach, and the covers one is in, in the order in which they were said."""
    return fetch_all(_covers_and_asks(), {"person_id": coach.id})


@cache
def _covers_and_asks() -> Select[*tuple[Any, ...]]:
    """Built once: every first screen of a coach asks it."""
    asks = policy.asks_seen_by(ANYBODY).with_only_columns(Handover.id)
    covers = policy.covers_by_or_of(ANYBODY).with_only_columns(Handover.id)
    people = {name: aliased(Person) for name in ("giver", "taker", "teacher")}
    names = (person.name.label(name) for name, person in people.items())
    columns = Handover.id, Handover.from_id, Handover.starts_on, Handover.ends_on, Handover.note
    return (
        select(*columns, *names, people["teacher"].teaches)
        .outerjoin(people["giver"], people["giver"].id == Handover.from_id)
        .outerjoin(people["taker"], people["taker"].id == Handover.to_id)
        .outerjoin(people["teacher"], people["teacher"].id == Handover.teacher_id)
        .where(or_(Handover.id.in_(asks), Handover.id.in_(covers)))
        .order_by(Handover.id)
        .limit(50)
    )


def taken_over(coach: Person, teacher_id: int) -> tuple[Sequence[Handover], Sequence[CoachNote]]:
    """From whom a coach took a teacher over, with what words, and the notes that came along."""
    rows = db.session.execute(
        policy.taken_over_by(coach, teacher_id)
        .options(joinedload(Handover.giver).load_only(Person.name))
        .order_by(Handover.id.desc(), CoachNote.id.desc())
        .limit(100)
    ).all()
    ids = dict.fromkeys(row[0] for row in rows)
    return list(ids), [row[1] for row in rows if row[1] is not None]


def clips_to_let_see(teacher: Person) -> Sequence[Row[*tuple[Any, ...]]]:
    """Clips that wait for one coach and that another took over."""
    giver, taker = aliased(Person), aliased(Person)
    named = ClipShare.id.label("share_id"), giver.name.label("giver"), taker.name.label("taker")
    return db.session.execute(
        policy.clips_to_let_see(teacher)
        .join(giver, giver.id == Handover.from_id)
        .join(taker, taker.id == Handover.to_id)
        .with_only_columns(Handover.id, Handover.note, Handover.ends_on, Clip.title, *named)
        .order_by(ClipShare.shared_at, ClipShare.id)
        .limit(20)
    ).all()
