"""Feedback on the change: a round about a difference, the same givers, a round reopened."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from pdportal.accounts.models import Person
from pdportal.activity.services import record
from pdportal.db import db
from pdportal.feedback.meetings.queries import open_meeting
from pdportal.feedback.reviews import policy as review_policy
from pdportal.feedback.rounds import policy, veil
from pdportal.feedback.rounds.models import Round
from pdportal.feedback.works.diffs import diff
from pdportal.feedback.works.marked import FieldDiff
from pdportal.feedback.works.models import Revision
from pdportal.inbox.services import address, notify
from pdportal.web.errors import Refused, require


def what_changed(round_: Round) -> list[FieldDiff]:
    """The fields that changed since the version that a round starts from; none where it does not.

    Fields whose words are the same are left out.
    """
    if round_.since is None:
        return []
    before = db.session.scalars(
        select(Revision).where(Revision.work_id == round_.work_id, Revision.number == round_.since)
    ).one()
    return [field for field in diff(before, round_.revision) if field.is_changed]


def givers_known(author: Person, round_: Round) -> Sequence[int]:
    """The ids of those whom an author can ask again by name.

    Those who gave, as far as the author knows them; where names are hidden, those whom the author
    named, whether they gave or not.
    """
    if round_.hides_reviewers and round_.cohort_id is None:
        return [review.reviewer_id for review in round_.reviews if not review.as_coach]
    return [
        review.reviewer_id
        for review in round_.reviews
        if review.is_given and review_policy.may_know_reviewer(author, review)
    ]


def reopen(author: Person, round_: Round) -> None:
    """Go on with a round that was closed: answers can be given, and asked about, again.

    Nobody more is asked by itself; whoever had not given is not asked again.
    """
    require(policy.may_run(author, round_))
    db.session.refresh(round_, ["taken_back_at", "closed_at", "answered_at"], with_for_update=True)
    if round_.is_open:
        return
    if round_.closed_at is None:
        raise Refused(_("You canceled this feedback request."))
    if open_meeting(round_.work) is not None:
        raise Refused(_("A meeting about this work is planned. Hold it or call it off first."))
    try:
        with db.session.begin_nested():
            round_.answered_at = round_.answered_at or round_.closed_at
            round_.closed_at = None
            db.session.flush()
    except IntegrityError:
        raise Refused(
            _("This work is out for feedback in another request. Close that one first.")
        ) from None
    record(author, "reopened", round_)
    for review in round_.reviews:
        if review.is_given:
            url = address("feedback.outcome", review_id=review.id)
            words = veil.from_author(round_, by=author) | {"title": round_.work.title}
            notify(review.reviewer_id, "feedback_reopened", url, **words)
