"""Going through a module: begin it, finish it; `editions` moves people on to a newer one.

Nobody has to say that they are done: it follows from the pages read, the questions answered and the
tasks handed in, and it stays so.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import bindparam, select, update
from werkzeug.exceptions import NotFound

from pdportal import clock
from pdportal.accounts.models import Person
from pdportal.activity.services import record
from pdportal.db import add_unless_there, db
from pdportal.modules import policy
from pdportal.modules.enrollments import rule
from pdportal.modules.enrollments.models import DoneElsewhere
from pdportal.modules.enrollments.queries import prerequisites
from pdportal.modules.enrollments.reminders import forget_reminders
from pdportal.modules.events import module_finished
from pdportal.modules.models import Edition, Enrollment, Module
from pdportal.modules.parts import ME
from pdportal.web.errors import Refused, or_404

_OWN = select(Enrollment).where(policy.is_own(ME), Enrollment.module_id == bindparam("module_id"))


def begin(person: Person, module_id: int, track: str = "") -> Enrollment:
    """The enrollment of a person in a module; created in the current edition if there is none.

    A new one is on this track, or else on the first; how to switch is `choose_track`.
    """
    enrollment = enrollment_of(person, module_id)
    if enrollment is not None:
        if enrollment.left_at is not None:
            enrollment.left_at = None
            record(person, "came_back", enrollment, module=module_id)
        return enrollment
    current = or_404(
        db.session.execute(
            policy.modules_seen_by(person)
            .join(Edition, Edition.id == Module.current_id)
            .where(Module.id == module_id)
            .with_only_columns(Edition.id, Edition.tracks, Edition.needs)
        ).one_or_none()
    )
    if missing := missing_before(person, current.needs):
        titles = ", ".join(f"“{row.title}”" for row in missing)
        raise Refused(_("This module builds on %(titles)s. Please do that first.", titles=titles))
    enrollment = Enrollment(
        person_id=person.id,
        module_id=module_id,
        edition_id=current.id,
        track=track_of(current.tracks, track),
    )
    if not add_unless_there(enrollment):  # two tabs began at once
        other = enrollment_of(person, module_id)
        assert other is not None  # noqa: S101  # the constraint has just said so
        return other
    record(person, "began", enrollment, module=module_id)
    return enrollment


def missing_before(person: Person, needs: Sequence[str]) -> list[Any]:
    """The modules that are needed first and neither finished nor known from elsewhere."""
    return [row for row in prerequisites(person, list(needs)) if not row.is_known]


def say_done_elsewhere(person: Person, module_id: int) -> None:
    """Take somebody's word that they know what a module is about."""
    add_unless_there(DoneElsewhere(person_id=person.id, module_id=module_id))


def set_pace(
    person: Person, module_id: int, *, due_on: date | None, weekly: int | None, days: str
) -> Enrollment:
    """Choose by when one wants to be done, or how many minutes a week, and on which days."""
    enrollment = _own(person, module_id)
    pace = (due_on, None if due_on else weekly, days)
    if (enrollment.due_on, enrollment.weekly_minutes, enrollment.days) != pace:
        enrollment.due_on, enrollment.weekly_minutes, enrollment.days = pace
        forget_reminders(person, enrollment)
        record(person, "set_pace", enrollment, module=module_id)
    return enrollment


def pause(person: Person, module_id: int, until: date | None, *, everything: bool = False) -> None:
    """Be left in peace until a day, or until one resumes: no reminder, and never late.

    In one module that one has begun, or with it in `everything` one has in progress.
    """
    own = _own(person, module_id)
    in_progress = policy.enrollments_of(person).where(Enrollment.left_at.is_(None))
    for enrollment in db.session.scalars(in_progress) if everything else [own]:
        if enrollment.finished_at is None:
            enrollment.paused_at, enrollment.paused_until = clock.now(), until
            forget_reminders(person, enrollment)
            record(person, "paused", enrollment, module=enrollment.module_id)


def resume(person: Person, module_id: int) -> None:
    """Go on after a pause."""
    enrollment = _own(person, module_id)
    if enrollment.paused_at is not None:
        enrollment.paused_at = enrollment.paused_until = None
        record(person, "resumed", enrollment, module=module_id)


def leave(person: Person, module_id: int) -> None:
    """Leave a module: it is on none of one's lists until one comes back, and nothing is lost."""
    enrollment = _own(person, module_id)
    if enrollment.left_at is None and enrollment.finished_at is None:
        enrollment.left_at = clock.now()
        forget_reminders(person, enrollment)
        record(person, "left", enrollment, module=module_id)


def _own(person: Person, module_id: int) -> Enrollment:
    return or_404(enrollment_of(person, module_id))


def choose_track(person: Person, module_id: int, track: str) -> Enrollment:
    """Go on by another track, at any time; what was read and done on others stays.

    What is finished stays finished. The module is finished if that was all the track asks for.
    """
    enrollment = begin(person, module_id, track)
    edition = db.session.get_one(Edition, enrollment.edition_id)
    if track not in {each["key"] for each in edition.tracks}:
        raise NotFound
    if enrollment.track != track:
        enrollment.track = track
        record(person, "chose_track", enrollment, module=module_id)
    finish_if_done(person, enrollment)
    return enrollment


def track_of(tracks: Sequence[Mapping[str, str]], wanted: str) -> str:
    """The key of the track that is wanted, or else of the first; empty where there are none."""
    keys = [track["key"] for track in tracks]
    return wanted if wanted in keys else next(iter(keys), "")


def finish_if_done(person: Person, enrollment: Enrollment) -> None:
    """Mark an enrollment finished, once, when nothing is left of what `rule` asks for."""
    if enrollment.finished_at is None:
        db.session.flush()
        if rule.is_done(enrollment):
            finish(person, enrollment)


def finish(person: Person, enrollment: Enrollment, *, tested_out: bool = False) -> None:
    """Mark an enrollment finished, once, and let others hear of it; it stays so.

    Tested out: by what its reader knew before reading.
    """
    now = clock.now()
    finished = db.session.scalar(
        update(Enrollment)
        .where(Enrollment.id == enrollment.id, Enrollment.finished_at.is_(None))
        .values(
            finished_at=now,
            finished_in_id=enrollment.edition_id,
            tested_out_at=now if tested_out else None,
        )
        .returning(Enrollment.id)
    )
    if finished is not None:
        db.session.refresh(enrollment, ["finished_at", "tested_out_at"])
        verb = "tested_out" if tested_out else "finished"
        record(person, verb, enrollment, module=enrollment.module_id)
        module_finished.send(
            person,
            module_id=enrollment.module_id,
            edition_id=enrollment.edition_id,
            enrollment_id=enrollment.id,
        )


def enrollment_of(person: Person, module_id: int) -> Enrollment | None:
    """Somebody's way through a module, if they have begun it."""
    values = {ME.key: person.id, "module_id": module_id}
    return db.session.scalars(_OWN, values).one_or_none()
