"""What a lead does about somebody who waits for feedback."""

from __future__ import annotations

from flask_babel import gettext as _
from sqlalchemy import select

from pdportal import clock
from pdportal.accounts.models import Person
from pdportal.activity.services import record
from pdportal.cohorts.models import Cohort
from pdportal.db import db
from pdportal.feedback.reviews.models import ReleaseWhy, Review
from pdportal.feedback.rounds import allocation
from pdportal.feedback.rounds.models import Round
from pdportal.feedback.works.policy import writers_of
from pdportal.inbox.services import address, notify, notify_all
from pdportal.insights.services import require_help, waiting_round
from pdportal.insights.waiting import queries
from pdportal.web.errors import Refused


def remind(actor: Person, cohort: Cohort, *, round_id: int = 0, person_id: int = 0) -> bool:
    """Remind those who owe feedback to a request, or one person of all they owe; False: of nothing.

    Nobody is reminded of the same twice a day or more than three times, and of whom it was is not
    said: names may be hidden. Of hidden reviewers it is always True: else it would tell when one of
    them left and another was asked.
    """
    require_help(actor, cohort)
    now = clock.now()
    which = {"round_id": round_id, "person_id": person_id}
    reviews = db.session.scalars(queries.to_remind(cohort.id, now, **which)).all()
    for review in reviews:
        review.nudged_at, review.nudges = now, review.nudges + 1
        notify(
            review.reviewer_id,
            "feedback_reminded",
            address("feedback.review_page", review_id=review.id),
            sender=actor,
            name=actor.name,
            title=review.round.work.title,
        )
    if reviews:
        record(actor, "reminded", cohort, count=len(reviews))
    asked_here = select(Round).filter_by(id=round_id, cohort_id=cohort.id, hides_reviewers=True)
    hidden = asked_here.where(~Round.author_is_hidden)
    return bool(reviews) or db.session.scalars(hidden).first() is not None


def ask_coach(actor: Person, cohort: Cohort, round_id: int) -> bool:
    """Ask the author's coach now, if the author agreed to that; False if there is none to ask.

    Not where reviewers are hidden: whoever asks would know one of them.
    """
    require_help(actor, cohort)
    round_, _wait = waiting_round(cohort, round_id)
    if round_.hides_reviewers:
        raise Refused(_("Names are hidden here. Ask another colleague instead."))
    asked = allocation.ask_coach(round_)
    if asked:
        record(actor, "asked_coach", round_, cohort=cohort.id)
    return asked


def end_asking(actor: Person, cohort: Cohort, round_id: int) -> None:
    """Ask nobody more, and tell the author that they may go on with what has come.

    What was begun may still come. The request stays its author's, to close or to name somebody.
    """
    require_help(actor, cohort)
    round_, wait = waiting_round(cohort, round_id)
    round_.asking_ended_at = round_.nobody_left_at = clock.now()
    not_begun = select(Review).where(
        Review.round_id == round_.id, Review.is_owed, Review.begun_at.is_(None)
    )
    for review in db.session.scalars(not_begun.with_for_update()):
        allocation.release(review, ReleaseWhy.ARRANGED)
    record(actor, "ended_asking", round_, cohort=cohort.id)
    url = address("feedback.round_page", round_id=round_.id)
    writers = sorted(writers_of(round_.work))
    notify_all(writers, "feedback_go_on", url, title=round_.work.title, have=wait.have)
