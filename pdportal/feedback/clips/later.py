"""A later clip answers an earlier one: it shows what its owner changed, comment by comment.

Each clip is a work of its own, with its own sharing, so that nobody comes to see the later one by
having seen the earlier. What it answers is addressed in its revision, and confirmed as always.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, and_, or_, select, true
from sqlalchemy.orm import contains_eager, joinedload

from pdportal.accounts.models import Person
from pdportal.activity.services import record
from pdportal.db import db
from pdportal.feedback.comments import news, policy, services
from pdportal.feedback.comments.models import Comment, Decision
from pdportal.feedback.comments.queries import threads
from pdportal.feedback.reviews.models import Review
from pdportal.feedback.rounds.models import Round
from pdportal.feedback.rounds.services import answered_elsewhere
from pdportal.feedback.works.models import Revision, Ticks, Work
from pdportal.feedback.works.policy import may_write, works_talked_about_by
from pdportal.feedback.works.queries import latest_revision
from pdportal.video.models import Clip
from pdportal.web.errors import Refused, require


def related(person: Person, near: type[Work]) -> ColumnElement[bool]:
    """Whether a clip (`Work`) answers the one that is `near` it, or that one answers it, and
    somebody sees both."""
    return and_(or_(near.id == Work.follows_id, near.follows_id == Work.id), _sees(person, near))


def _sees(person: Person, work: type[Work]) -> ColumnElement[bool]:
    talked_about = works_talked_about_by(person).with_only_columns(Work.id).correlate(None)
    return or_(work.author_id == person.id, work.id.in_(talked_about))


def earlier_clips(owner: Person, work: Work) -> Sequence[Work]:
    """The clips of one's own that were there before this one, the newest first."""
    return db.session.scalars(
        select(Work)
        .join(Work.clip)
        .options(contains_eager(Work.clip))
        .where(Work.author_id == owner.id, Work.id < work.id, Clip.owner_id == owner.id)
        .order_by(Work.id.desc())
        .limit(50)
    ).all()


def answering(person: Person, comments: Iterable[Comment]) -> Sequence[Work]:
    """The later clips that answer some of these comments, as far as somebody sees them."""
    decisions = [comment.decision for comment in comments if comment.decision]
    ids = {each.addressed_in.work_id for each in decisions if each.addressed_in}
    ids -= {comment.revision.work_id for comment in comments}
    if not ids:
        return []
    return db.session.scalars(select(Work).where(Work.id.in_(ids), _sees(person, Work))).all()


def comments_on(person: Person, earlier: Work) -> list[Comment]:
    """What is said of a clip and can be answered by a later one, as far as somebody reads it.

    First what is said in the talk, along the clip; then what stands in reviews that were given on
    it, in an order that says nothing of who gave them: to its owner all, to others their own.
    """
    mine = earlier.author_id == person.id
    given = (
        policy.comments_seen_by(person)
        .join(Comment.review)
        .join(Comment.revision)
        .where(Revision.work_id == earlier.id, Comment.is_written, Review.is_given)
        .where(true() if mine else Comment.author_id == person.id)
        .options(
            contains_eager(Comment.review).joinedload(Review.round),
            contains_eager(Comment.review).joinedload(Review.reviewer),
            contains_eager(Comment.revision).joinedload(Revision.work),
            joinedload(Comment.decision).joinedload(Decision.addressed_in),
        )
        .order_by(Review.round_id, Review.letter, Comment.id)
    )
    found = threads(person, Work.id == earlier.id)
    return [*(thread.comment for thread in found), *db.session.scalars(given)]


def is_offered(comment: Comment) -> bool:
    """Whether a later clip can answer a comment, and none does yet; in a closed request all stays
    as it is."""
    addressed = comment.decision is not None and comment.decision.is_addressed
    return comment.about.by_version is not None and comment.is_open and not addressed


def answer_earlier(
    owner: Person, later: Work, earlier: Work, on_earlier: Sequence[Comment], ticks: Ticks
) -> list[Comment]:
    """Note that a clip answers an earlier one, and which comments there; their givers hear of it.

    `said` are the comments on the earlier one; `ticks` as for `comments.services.address`, which
    says what this gives and raises.
    """
    require(may_write(owner, later) and may_write(owner, earlier))
    if earlier.id >= later.id or later.follows_id not in (None, earlier.id):
        raise Refused(_("Choose one clip that was there before this one."), status=422)
    revision = latest_revision(later)
    comments = [
        comment
        for comment in on_earlier
        if comment.id in ticks and is_offered(comment) and policy.may_decide(owner, comment)
    ]
    if later.follows_id is None:
        later.follows_id = earlier.id
        record(owner, "answered", later, work=earlier.id)
    answered = services.address(owner, revision, comments, ticks) if revision else []
    in_rounds: dict[Round, list[Comment]] = {}
    for comment in answered:
        if comment.review is None:
            news.decided(owner, comment, db.session.get_one(Decision, comment.id))
        else:
            in_rounds.setdefault(comment.review.round, []).append(comment)
    for round_, comments in in_rounds.items():
        answered_elsewhere(owner, round_, comments)
    return answered
