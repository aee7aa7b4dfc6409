"""A coach's word on a work as a whole: accept, or please revise; apart from any comment."""

from __future__ import annotations

from flask_babel import gettext as _

from pdportal import clock
from pdportal.accounts.models import Person
from pdportal.activity.services import record
from pdportal.db import db
from pdportal.feedback.comments.in_rounds import newest_answer
from pdportal.feedback.reviews import policy
from pdportal.feedback.reviews.models import CoachSays, Review
from pdportal.feedback.works.policy import is_heard
from pdportal.feedback.works.services import fitting
from pdportal.inbox.services import address, notify
from pdportal.web.errors import Refused, require

LONGEST = 2_000


def speak_as_coach(coach: Person, review: Review, says: str, words: str = "") -> None:
    """Say of the version one has seen last that it is accepted, or to be revised.

    The last word holds; the author is told of each that is new, unless they look first.
    """
    require(policy.may_speak_as_coach(coach, review))
    words = fitting(words, "words", LONGEST).strip()
    if says not in list(CoachSays):
        message = _("Choose first: accept it, or ask for a revision.")
        raise Refused(message, status=422, field="says")
    seen = newest_answer(review) or review.round.revision
    word = (CoachSays(says), words, seen.number)
    if word == (review.coach_says, review.coach_words, review.coach_said_on):
        return  # sent twice
    review.coach_says, review.coach_words, review.coach_said_on = word
    review.coach_said_at = clock.now()
    db.session.flush()
    record(coach, "spoke_as_coach", review, says=says)
    if not is_heard(review.round.work):
        return  # it opens with all the rest
    notify(
        review.round.work.author_id,
        f"feedback_coach_{says}",
        address("feedback.round_page", round_id=review.round_id) + "#coach",
        sender=coach,
        giver=coach,
        title=review.round.work.title,
    )
