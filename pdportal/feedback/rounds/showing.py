"""Letters in place of hidden names, and showing one's own name after all."""

from __future__ import annotations

from flask_babel import gettext as _
from sqlalchemy import select, update

from pdportal import clock
from pdportal.accounts.models import Person
from pdportal.activity.services import record
from pdportal.db import db
from pdportal.feedback.reviews import policy as review_policy
from pdportal.feedback.reviews.models import Review
from pdportal.feedback.rounds import policy, veil
from pdportal.feedback.rounds.allocation import LOTS
from pdportal.feedback.rounds.models import Round
from pdportal.feedback.works.policy import writers_of
from pdportal.inbox.services import address, notify, notify_all
from pdportal.web.errors import Refused, require


def draw_letter(round_id: int, review_id: int) -> int:
    """Give a review that is given in this transaction a letter, by lot among those free."""
    most = db.session.scalar(select(Round.asked).where(Round.id == round_id).with_for_update())
    taken = select(Review.letter).where(Review.round_id == round_id, Review.letter.is_not(None))
    used = set(db.session.scalars(taken))
    free = set(range(1, max(most or 0, len(used) + 1) + 1)) - used
    letter = LOTS.get().choice(sorted(free))
    db.session.execute(update(Review).where(Review.id == review_id).values(letter=letter))
    return letter


def show_author(author: Person, round_: Round) -> None:
    """Let the reviewers of a round know whose work it was; for good."""
    require(policy.may_run(author, round_))
    if not round_.author_is_hidden:
        return
    if not policy.may_show_author(author, round_):
        raise Refused(_("You can show your name once you have moved on or closed the request."))
    was = veil.from_author(round_, "was")["was"]
    round_.author_shown_at = clock.now()
    record(author, "showed_author", round_)
    for review in round_.reviews:
        if review.is_given:
            url = address("feedback.outcome", review_id=review.id)
            words = {"was": was, "name": author, "title": round_.work.title}
            notify(review.reviewer_id, "feedback_shown", url, sender=author, **words)


def show_reviewer(reviewer: Person, review: Review) -> None:
    """Let the author and the other reviewers know who gave a review; for good."""
    require(review.reviewer_id == reviewer.id)
    if not review.is_hidden:
        return
    if not review_policy.may_show_reviewer(reviewer, review):
        raise Refused(_("You can show your name once the author has moved on."))
    was = veil.from_reviewer(review, "was")["was"]
    review.shown_at = clock.now()
    record(reviewer, "showed_reviewer", review)
    url = address("feedback.round_page", round_id=review.round_id)
    words = {"was": was, "name": reviewer, "title": review.round.work.title}
    writers = sorted(writers_of(review.round.work))
    notify_all(writers, "feedback_shown", url, sender=reviewer, **words)
