"""Offering to change a review, and answering."""

from __future__ import annotations

from flask_babel import gettext as _
from sqlalchemy import select

from pdportal import clock
from pdportal.accounts.models import Person
from pdportal.activity.services import record
from pdportal.db import add_unless_there, db
from pdportal.feedback.reviews import policy
from pdportal.feedback.reviews.models import ReleaseWhy, Review
from pdportal.feedback.rounds import allocation
from pdportal.feedback.swaps.models import Swap
from pdportal.feedback.swaps.queries import swaps_for
from pdportal.inbox.services import address, notify
from pdportal.web.errors import Refused, require


def offer(reviewer: Person, review: Review, other_id: int) -> None:
    """Offer a review for the one with this id; until its reviewer says yes nothing changes."""
    require(policy.may_review(reviewer, review))
    others = {other.id: other for other in swaps_for(review)}
    if other_id not in others:
        raise Refused(_("Choose one of these reviews."), status=422, field="other")
    swap = Swap(mine_id=review.id, theirs_id=other_id)
    if add_unless_there(swap):
        record(reviewer, "offered_swap", swap)
        url = address("feedback.swap", swap_id=swap.id)
        notify(
            others[other_id].reviewer_id, "feedback_swap", url, sender=reviewer, name=reviewer.name
        )


def answer(person: Person, swap: Swap, *, yes: bool) -> None:
    """Say yes, and each owes the other's review from now on; or no, and all stays as it is."""
    ids = [swap.mine_id, swap.theirs_id]
    locked = select(Review).where(Review.id.in_(ids)).order_by(Review.id).with_for_update()
    db.session.scalars(locked.execution_options(populate_existing=True)).all()
    allocation.lock_people(swap.mine.reviewer_id, swap.theirs.reviewer_id)
    db.session.refresh(swap, ["answered_at"])
    if not swap.is_open:
        raise Refused(_("This offer was answered already."))
    mine, theirs = swap.mine, swap.theirs
    if yes and theirs not in swaps_for(mine):
        raise Refused(_("This offer is over: one of the two reviews was begun or is not owed now."))
    swap.answered_at = clock.now()
    record(person, "answered_swap", swap, yes=yes)
    url = address("feedback.index")
    kind = "feedback_swapped" if yes else "feedback_not_swapped"
    notify(mine.reviewer_id, kind, url, sender=person, name=person.name)
    if yes:
        for review in (mine, theirs):
            allocation.release(review, ReleaseWhy.SWAPPED)
        db.session.flush()
        allocation.ask(mine.round, [theirs.reviewer_id])
        allocation.ask(theirs.round, [mine.reviewer_id])
