"""Which reviews may be changed for one another."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from sqlalchemy import Row, Select, and_, select
from sqlalchemy.orm import aliased, joinedload

from pdportal.accounts.models import Person
from pdportal.cohorts.models import Member
from pdportal.db import db
from pdportal.feedback.pairing.queries import rules_of
from pdportal.feedback.pairing.rules import Desk, Party, may_swap
from pdportal.feedback.reviews.models import Review
from pdportal.feedback.rounds.allocation import is_here
from pdportal.feedback.rounds.models import Round
from pdportal.feedback.rounds.veil import NAMES_ARE_OPEN
from pdportal.feedback.swaps.models import Swap
from pdportal.feedback.works.models import Work, WorkWriter


def swaps_for(review: Review) -> list[Review]:
    """The reviews of colleagues in the same cohort for which somebody could change their own."""
    cohort_id = review.round.cohort_id
    rows = db.session.execute(_not_begun(cohort_id)).all() if cohort_id else []
    if review.id not in {row.Review.id for row in rows} or cohort_id is None:
        return []
    asked = defaultdict(set)
    rounds = [row.Review.round_id for row in rows]
    pairs = select(Review.round_id, Review.reviewer_id).where(Review.round_id.in_(rounds))
    for round_id, person_id in db.session.execute(pairs):
        asked[round_id].add(person_id)
    with_author = select(Round.id, WorkWriter.person_id).join(
        WorkWriter, WorkWriter.work_id == Round.work_id
    )
    for round_id, person_id in db.session.execute(with_author.where(Round.id.in_(rounds))):
        asked[round_id].add(person_id)  # nobody gives feedback on what they wrote
    desks = {
        row.Review: Desk(
            Party(row.author_id, row.author_school, row.author_group),
            Party(row.Review.reviewer_id, row.school_id, row.group_name),
            asked[row.Review.round_id],
        )
        for row in rows
    }
    rules, mine = rules_of(cohort_id), desks[review]
    return [each for each, desk in desks.items() if may_swap(rules, mine, desk)]


def offered_to(review: Review) -> Sequence[str]:
    """The names of those who were offered a review and may still say yes."""
    offers = (
        select(Person.name)
        .join(Review, Review.reviewer_id == Person.id)
        .join(Swap, Swap.theirs_id == Review.id)
        .where(Swap.mine_id == review.id, Swap.is_open, Review.is_owed, Review.begun_at.is_(None))
    )
    return db.session.scalars(offers.order_by(Swap.id)).all()


def offers_for(review: Review) -> Sequence[Row[int, str]]:
    """The open offers for a review that somebody owes: which, and whose; they have not begun."""
    offers = (
        select(Swap.id, Person.name)
        .join(Review, Review.id == Swap.mine_id)
        .join(Person, Person.id == Review.reviewer_id)
        .where(Swap.theirs_id == review.id, Swap.is_open, Review.is_owed, Review.begun_at.is_(None))
    )
    return db.session.execute(offers.order_by(Swap.id)).all()


def _not_begun(cohort_id: int) -> Select[Review, int, int | None, str, int | None, str]:
    author, owner = aliased(Person), aliased(Member)
    here = Member.cohort_id == cohort_id, owner.cohort_id == cohort_id
    return (
        select(
            Review,
            author.id.label("author_id"),
            author.school_id.label("author_school"),
            owner.group_name.label("author_group"),
            Person.school_id,
            Member.group_name,
        )
        .join(Review.round)
        .join(Work, Work.id == Round.work_id)
        .join(author, author.id == Work.author_id)
        .join(owner, and_(owner.person_id == author.id, owner.is_current))
        .join(Person, Person.id == Review.reviewer_id)
        .join(Member, and_(Member.person_id == Person.id, Member.is_current))
        .where(Round.cohort_id == cohort_id, Round.is_waiting, Review.is_wanted, *here)
        .where(*NAMES_ARE_OPEN)
        .where(Review.begun_at.is_(None), Review.as_coach.is_(False), Person.active, is_here())
        .options(joinedload(Review.reviewer), joinedload(Review.round).joinedload(Round.protocol))
        .order_by(Person.sort_key, Review.id)
    )
