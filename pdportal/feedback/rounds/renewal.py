"""What rounds do by themselves: remind, release what was not begun, ask the next."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import Select, and_, or_, select, tuple_
from sqlalchemy.orm import contains_eager, joinedload

from pdportal import clock
from pdportal.accounts.models import Away, Person
from pdportal.cohorts.models import Member
from pdportal.db import db
from pdportal.feedback.reviews.models import ReleaseWhy, Review
from pdportal.feedback.rounds import allocation, windows
from pdportal.feedback.rounds.models import Round
from pdportal.feedback.rounds.queries import given_count
from pdportal.feedback.rounds.veil import NAMES_ARE_OPEN, from_author
from pdportal.feedback.works.models import Work, WorkWriter
from pdportal.inbox.services import address, notify
from pdportal.web.locale import portal_today


def renew_asks() -> None:
    """Every hour: remind, let go whoever did not begin in time or is gone, and ask the next."""
    now = clock.now()
    for review in db.session.scalars(_to_remind()).unique():
        review.reminded_at = now
        notify(
            review.reviewer_id,
            "feedback_lease_ends",
            address("feedback.review_page", review_id=review.id),
            title=review.round.work.title,
            **from_author(review.round) | {"sender": None},
        )
    away = set(db.session.scalars(select(Away.person_id).where(Away.on(portal_today()))))
    for review in db.session.scalars(_to_release()).unique():
        _release(review, away=review.reviewer_id in away)
    db.session.flush()
    for round_ in db.session.scalars(_with_windows()).unique():
        windows.go_on(round_)
    for round_ in db.session.scalars(_short_of_help()).unique():
        allocation.keep_asking(round_)


def member_left(member: Member, **_more: object) -> None:
    """Somebody left a cohort: what they had not begun for it goes to others at once."""
    gone = _open_reviews().where(
        Review.reviewer_id == member.person_id,
        Review.begun_at.is_(None),
        Review.as_coach.is_(False),
        Round.cohort_id == member.cohort_id,
    )
    _pass_on(list(db.session.scalars(gone).unique()), ReleaseWhy.LEFT)


def person_deactivated(_app: object, person: Person, **_more: object) -> None:
    """Somebody can no longer sign in: all they owed goes to others at once."""
    gone = _open_reviews().where(Review.reviewer_id == person.id)
    _pass_on(list(db.session.scalars(gone).unique()), ReleaseWhy.INACTIVE)


def person_away(_app: object, person: Person, **_more: object) -> None:
    """Somebody is away from today: what they had not begun goes to others at once."""
    away = select(Away.person_id).where(Away.on(portal_today()))
    gone = _open_reviews().where(
        Review.reviewer_id == person.id, Review.begun_at.is_(None), Review.reviewer_id.in_(away)
    )
    _pass_on(list(db.session.scalars(gone).unique()), ReleaseWhy.AWAY)


def kept_apart(first: int, second: int, cohort_id: int) -> None:
    """Two people of a cohort are not to meet: what they had not begun for one another goes to
    others, where no name is hidden."""
    pairs = [(first, second), (second, first)]
    of_writer = (
        select(WorkWriter.work_id)
        .where(WorkWriter.work_id == Work.id, WorkWriter.writes)
        .where(tuple_(WorkWriter.person_id, Review.reviewer_id).in_(pairs))
        .correlate(Work, Review)
    )
    gone = _open_reviews().where(
        or_(tuple_(Work.author_id, Review.reviewer_id).in_(pairs), of_writer.exists()),
        Review.begun_at.is_(None),
        Round.cohort_id == cohort_id,
        *NAMES_ARE_OPEN,
    )
    _pass_on(list(db.session.scalars(gone).unique()), ReleaseWhy.ARRANGED)


def pass_on(review: Review, why: ReleaseWhy) -> None:
    """Take a review off somebody's desk and ask the next."""
    _pass_on([review], why)


def _pass_on(reviews: Sequence[Review], why: ReleaseWhy) -> None:
    for review in reviews:
        allocation.release(review, why)
    db.session.flush()
    for review in reviews:
        allocation.keep_asking(review.round)


def _release(review: Review, *, away: bool) -> None:
    if not review.reviewer.active:
        allocation.release(review, ReleaseWhy.INACTIVE)
    elif away:
        allocation.release(review, ReleaseWhy.AWAY)
    elif review.lease_until > clock.now():
        allocation.release(review, ReleaseWhy.LEFT)
    else:
        allocation.release(review, ReleaseWhy.LEASE_OVER)
        notify(
            review.reviewer_id,
            "feedback_passed_on",
            address("feedback.review_page", review_id=review.id),
            **from_author(review.round) | {"sender": None},
        )


def _open_reviews() -> Select[Review]:
    return (
        select(Review)
        .join(Review.round)
        .join(Round.work)
        .where(Review.is_wanted)
        .options(
            contains_eager(Review.round).contains_eager(Round.work).joinedload(Work.author),
            contains_eager(Review.round).joinedload(Round.protocol),
            joinedload(Review.reviewer),
        )
        .order_by(Review.id)
    )


def _to_remind() -> Select[Review]:
    now = clock.now()
    return (
        _open_reviews()
        .where(
            Review.begun_at.is_(None),
            Review.reminded_at.is_(None),
            Review.lease_until > now,
            Review.lease_until <= now + timedelta(days=1),
            Review.asked_at <= now - timedelta(hours=12),
        )
        .with_for_update(of=Review, skip_locked=True)
    )


def _to_release() -> Select[Review]:
    """Not begun, and the lease over, the cohort left or away; or owed by somebody deactivated."""
    member = (
        select(Member.id)
        .where(
            Member.cohort_id == Round.cohort_id,
            Member.person_id == Review.reviewer_id,
            Member.is_current,
        )
        .correlate(Round, Review)
        .exists()
    )
    once = (
        select(Member.id)
        .where(Member.cohort_id == Round.cohort_id, Member.person_id == Review.reviewer_id)
        .correlate(Round, Review)
        .exists()
    )
    inactive = select(Person.id).where(Person.id == Review.reviewer_id, Person.active.is_(False))
    away = Review.reviewer_id.in_(select(Away.person_id).where(Away.on(portal_today())))
    gone = and_(once, ~member, Review.as_coach.is_(False), Round.cohort_id.is_not(None))
    return (
        _open_reviews()
        .where(
            or_(
                and_(
                    Review.begun_at.is_(None),
                    or_(Review.lease_until <= clock.now(), gone, away),
                ),
                inactive.correlate(Review).exists(),
            )
        )
        .with_for_update(of=Review, skip_locked=True)
    )


def _with_windows() -> Select[Round]:
    return (
        select(Round)
        .where(Round.is_open, Round.opens.is_not(None))
        .options(joinedload(Round.work).joinedload(Work.author), joinedload(Round.protocol))
        .order_by(Round.id)
        .with_for_update(of=Round, skip_locked=True)
    )


def _short_of_help() -> Select[Round]:
    """Open rounds whose author waits for more than has come."""
    return (
        select(Round)
        .join(Round.work)
        .join(Person, Person.id == Work.author_id)
        .where(
            Round.is_waiting,
            Person.active,
            given_count() < Round.needed,
        )
        .options(contains_eager(Round.work).joinedload(Work.author), joinedload(Round.protocol))
        .order_by(Round.shared_at, Round.id)
        .with_for_update(of=Round, skip_locked=True)
    )
