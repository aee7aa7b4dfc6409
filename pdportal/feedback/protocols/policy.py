"""Who may read, use, copy, change and recommend a protocol.

What comes with the portal is everybody's. What somebody wrote is theirs alone until they say who
else may use it; those who run it in a round or a meeting read on what they began with.
"""

from __future__ import annotations

from sqlalchemy import ColumnElement, Select, and_, false, or_, select

from pdportal.accounts.models import Person
from pdportal.accounts.policy import leads_district
from pdportal.cohorts.policy import cohort_ids_of
from pdportal.feedback.meetings.models import Meeting, Seat
from pdportal.feedback.protocols.models import OwnProtocol, Protocol, Readers
from pdportal.feedback.reviews.models import Review
from pdportal.feedback.rounds.models import Round
from pdportal.feedback.works.policy import written_by


def protocols_chosen_by(person: Person) -> Select[Protocol]:
    """Current editions: those that come with the portal, and own ones that somebody may use."""
    return _offered_to(person).where(Protocol.kind == "protocol")


def cycles_chosen_by(person: Person) -> Select[Protocol]:
    """The same rule for templates of coaching cycles."""
    return _offered_to(person).where(Protocol.kind == "cycle")


def protocols_seen_by(person: Person) -> Select[Protocol]:
    """What they may choose or wrote, and the editions in rounds and meetings of theirs, but not of
    a meeting that was called off.
    """
    own = select(OwnProtocol.id).where(OwnProtocol.author_id == person.id)
    chosen = _offered_to(person).with_only_columns(Protocol.id)
    asked = select(Review.round_id).where(
        Review.reviewer_id == person.id, or_(Review.is_given, Review.is_wanted)
    )
    works = written_by(person.id)
    rounds = select(Round.protocol_id).where(or_(Round.work_id.in_(works), Round.id.in_(asked)))
    meetings = (
        select(Meeting.protocol_id)
        .join(Seat, Seat.meeting_id == Meeting.id)
        .where(Seat.person_id == person.id, Meeting.called_off_at.is_(None))
    )
    return select(Protocol).where(
        or_(
            Protocol.id.in_(chosen),
            Protocol.own_id.in_(own),
            Protocol.id.in_(rounds),
            Protocol.id.in_(meetings),
        )
    )


def own_protocols_of(person: Person) -> Select[OwnProtocol]:
    """Only its author sees a draft, changes it, says who may use it, and withdraws it."""
    return select(OwnProtocol).where(OwnProtocol.author_id == person.id)


def may_recommend(person: Person, own: OwnProtocol) -> bool:
    """Leads of the whole district recommend what its author lets the whole district use."""
    return (
        leads_district(person)
        and own.district_id == person.district_id
        and own.readers is Readers.DISTRICT
        and own.is_shown
    )


def _is_usable(person: Person) -> ColumnElement[bool]:
    """The condition on `OwnProtocol`: its author's, or shown to somebody like this."""
    of_school = (
        and_(
            OwnProtocol.readers == Readers.SCHOOL,
            OwnProtocol.district_id == person.district_id,
            OwnProtocol.school_id == person.school_id,
        )
        if person.school_id is not None
        else false()
    )
    of_cohort = and_(
        OwnProtocol.readers == Readers.COHORT, OwnProtocol.cohort_id.in_(cohort_ids_of(person))
    )
    of_district = and_(
        OwnProtocol.readers == Readers.DISTRICT, OwnProtocol.district_id == person.district_id
    )
    shown = and_(OwnProtocol.is_shown, or_(of_school, of_cohort, of_district))
    return or_(OwnProtocol.author_id == person.id, shown)


def _offered_to(person: Person) -> Select[Protocol]:
    usable = select(OwnProtocol.id).where(_is_usable(person))
    return select(Protocol).where(
        Protocol.is_current, or_(Protocol.own_id.is_(None), Protocol.own_id.in_(usable))
    )
