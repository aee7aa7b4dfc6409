"""A later clip answers an earlier one: it shows what its owner changed, comment by comment.

Each clip is a work of its own, with its own sharing, so that nobody comes to see the later one by
having seen the earlier. What it answers is addressed in its revision, and confirmed as always.
"""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import contains_eager

from pdportal.accounts.models import Person
from pdportal.activity.services import record
from pdportal.db import db
from pdportal.feedback.comments import news, policy, services
from pdportal.feedback.comments.models import Comment, Decision
from pdportal.feedback.comments.queries import Thread
from pdportal.feedback.works.models import Ticks, Work
from pdportal.feedback.works.policy import may_write, works_talked_about_by
from pdportal.feedback.works.queries import latest_revision
from pdportal.video.models import Clip
from pdportal.web.errors import Refused, require


def related(person: Person, near: type[Work]) -> ColumnElement[bool]:
    """Whether a clip (`Work`) answers the one that is `near` it, or that one answers it, and
    somebody sees both."""
    seen = works_talked_about_by(person).with_only_columns(Work.id).correlate(None)
    mine = or_(near.author_id == person.id, near.id.in_(seen))
    return and_(or_(near.id == Work.follows_id, near.follows_id == Work.id), mine)


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


def is_offered(comment: Comment) -> bool:
    """Whether a later clip can answer a comment, and none does yet."""
    addressed = comment.decision is not None and comment.decision.is_addressed
    return comment.about.by_version is not None and not addressed


def answer_earlier(
    owner: Person, later: Work, earlier: Work, threads: Sequence[Thread], ticks: Ticks
) -> list[Comment]:
    """Note that a clip answers an earlier one, and which comments there; their givers hear of it.

    `threads` are the talk about the earlier one; `ticks` as for `comments.services.address`, which
    says what this gives and raises.
    """
    require(may_write(owner, later) and may_write(owner, earlier))
    if earlier.id >= later.id or later.follows_id not in (None, earlier.id):
        raise Refused(_("Choose one clip that was there before this one."), status=422)
    revision = latest_revision(later)
    comments = [
        thread.comment
        for thread in threads
        if thread.comment.id in ticks
        and is_offered(thread.comment)
        and policy.may_decide(owner, thread.comment)
    ]
    if later.follows_id is None:
        later.follows_id = earlier.id
        record(owner, "answered", later, work=earlier.id)
    answered = services.address(owner, revision, comments, ticks) if revision else []
    for comment in answered:
        news.decided(owner, comment, db.session.get_one(Decision, comment.id))
    return answered
