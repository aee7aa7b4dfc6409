"""Who may hand over, cover and claim, and what the coach who takes over gets to see.

Nothing that was shared with a coach by name comes to another one by a handover: the teacher is
shown what waits, and lets the other see it or not. Private notes stay with their author. Notes
shared with the pair are read by the coach to whom the teacher was handed over for good, as long as
the two work together.
"""

from __future__ import annotations

from sqlalchemy import Select, and_, or_, select
from sqlalchemy.orm import aliased

from pdportal.accounts.models import Person, Role, RoleName
from pdportal.coaching.covers.models import Handover
from pdportal.coaching.notes.models import CoachNote
from pdportal.cohorts.models import Coaching
from pdportal.cohorts.policy import coaches_of, people_known_to, teachers_of
from pdportal.db import db
from pdportal.video.models import Clip, ClipShare
from pdportal.video.policy import shares_standing


def coaches_beside(coach: Person) -> Select[Person]:
    """The other active coaches of one's district."""
    coaches = select(Role.person_id).where(Role.name == RoleName.COACH)
    return people_known_to(coach).where(Person.id.in_(coaches), Person.id != coach.id)


def covers_by_or_of(coach: Person) -> Select[Handover]:
    """Covers that go on or are to come, on either side."""
    return select(Handover).where(
        Handover.ends_on.is_not(None),
        Handover.is_open,
        or_(Handover.from_id == coach.id, Handover.to_id == coach.id),
    )


def may_cover(coach: Person) -> bool:
    """Whoever has an account and is a coach, as long as that is so."""
    return coach.active and coach.holds(RoleName.COACH)


def asks_seen_by(coach: Person) -> Select[Handover]:
    """Active teachers of one's district who ask for a coach; only coaches see that they do."""
    role = select(Role.person_id).where(Role.person_id == coach.id, Role.name == RoleName.COACH)
    own = aliased(Person)
    district = select(own.district_id).where(own.id == coach.id, own.id.in_(role))
    return (
        select(Handover)
        .join(Person, Person.id == Handover.teacher_id)
        .where(
            Handover.from_id.is_(None),
            Handover.to_id.is_(None),
            Handover.is_open,
            Person.active,
            Person.district_id.in_(district),
            Person.id != coach.id,
        )
    )


def own_asks(teacher: Person) -> Select[Handover]:
    """One's own question for a coach, while nobody has claimed it."""
    return select(Handover).where(
        Handover.teacher_id == teacher.id,
        Handover.from_id.is_(None),
        Handover.to_id.is_(None),
        Handover.is_open,
    )


def may_ask(teacher: Person) -> bool:
    """Somebody without a coach asks for one."""
    return db.session.scalar(select(coaches_of(teacher.id).order_by(None).exists())) is not True


def may_hand_over(coach: Person, teacher_id: int) -> bool:
    """A coach hands over teachers they work with, and not those they only cover."""
    own = teachers_of(coach).where(Person.id == teacher_id, Coaching.covers_id.is_(None))
    return db.session.scalar(select(own.exists())) is True


def clips_to_let_see(teacher: Person) -> Select[Handover]:
    """A teacher's clips that wait for one coach and that another took over, each with both."""
    mine = select(Coaching.coach_id).where(Coaching.teacher_id == teacher.id, Coaching.is_current)
    other = aliased(ClipShare)
    seen = select(other.person_id).where(other.clip_id == Clip.id, other.taken_back_at.is_(None))
    return (
        select(Handover)
        .join(ClipShare, ClipShare.person_id == Handover.from_id)
        .join(Clip, Clip.id == ClipShare.clip_id)
        .where(
            Handover.is_open,
            Handover.began_at.is_not(None),
            Clip.owner_id == teacher.id,
            Clip.deleted_at.is_(None),
            ClipShare.taken_back_at.is_(None),
            ClipShare.finished_at.is_(None),
            or_(Handover.clip_id == Clip.id, Handover.to_id.in_(mine)),
            or_(Handover.clip_id.is_(None), Handover.clip_id == Clip.id),
            or_(Handover.teacher_id.is_(None), Handover.teacher_id == teacher.id),
            Handover.to_id.not_in(seen),
        )
    )


def taken_over_by(coach: Person, teacher_id: int) -> Select[Handover, CoachNote]:
    """How a teacher whom one works with came to one from another coach for good, with each note
    that this coach had shared with the teacher, or None."""
    shared = and_(
        CoachNote.author_id == Handover.from_id,
        CoachNote.teacher_id == Handover.teacher_id,
        CoachNote.shared_at.is_not(None),
        CoachNote.is_there,
    )
    return (
        select(Handover, CoachNote)
        .outerjoin(CoachNote, shared)
        .where(
            Handover.to_id == coach.id,
            Handover.teacher_id == teacher_id,
            Handover.from_id.is_not(None),
            Handover.clip_id.is_(None),
            Handover.ends_on.is_(None),
            Handover.teacher_id.in_(teachers_of(coach).with_only_columns(Person.id)),
        )
    )


def may_hand_clip_over(coach: Person, clip_id: int, teacher_id: int) -> bool:
    """A clip of this teacher's that is shared with the coach now."""
    seen = (
        shares_standing(coach.id).join(Clip).where(Clip.id == clip_id, Clip.owner_id == teacher_id)
    )
    return db.session.scalar(select(seen.exists())) is True
