"""A clip of a lesson: shown on its own page, to one person at a time, and talked about there."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, or_, select

from pdportal.accounts.models import Person
from pdportal.db import db
from pdportal.feedback.comments.models import AnchorKind
from pdportal.feedback.kinds import Kind, Talk, add_kind, field
from pdportal.feedback.reviews.models import Review
from pdportal.feedback.rounds.models import Round
from pdportal.feedback.works.models import Work
from pdportal.inbox.services import address
from pdportal.video import policy
from pdportal.video.models import Clip, ClipShare


def _seen_by(person: Person) -> ColumnElement[bool]:
    return Work.clip_id.in_(policy.clips_seen_by(person.id).with_only_columns(Clip.id))


def _waits() -> ColumnElement[bool]:
    waiting = Clip.id == Work.clip_id, Clip.waits_for_owner
    return select(Clip.id).where(*waiting).correlate(Work).exists()


def is_watched_in_a_round(who: policy.Who) -> ColumnElement[bool]:
    """A `Clip` on which somebody was asked for feedback: while it is wanted, and once it is given.

    Until its owner stops showing it to all who were asked so far.
    """
    asked = (
        select(Work.clip_id)
        .join(Round, Round.work_id == Work.id)
        .join(Review, Review.round_id == Round.id)
        .where(Review.reviewer_id == who, or_(Review.is_given, Review.is_wanted))
        .where(
            Work.clip_id == Clip.id,
            or_(Clip.closed_to_rounds_at.is_(None), Round.shared_at > Clip.closed_to_rounds_at),
        )
        .correlate(Clip)
    )
    return asked.exists()


policy.add_viewers(is_watched_in_a_round)


def _ended(work: Work) -> str:
    is_deleted = work.clip is not None and work.clip.deleted_at is not None
    return _("This clip is deleted; there is nothing left to show.") if is_deleted else ""


def _readers(work: Work) -> set[int]:
    standing = select(ClipShare.person_id).where(
        ClipShare.clip_id == work.clip_id, ClipShare.taken_back_at.is_(None)
    )
    return set(db.session.scalars(standing))


CLIP = add_kind(
    Kind(
        "clip",
        word=_l("A clip"),
        fields=lambda: [field("about", _("About this clip"), rows=4)],
        own_page=lambda work: address("clips.clip_page", clip_id=work.clip_id),
        anchors=frozenset({AnchorKind.WHOLE, AnchorKind.MOMENT}),
        compared=lambda _fields: (),
        talk=Talk(
            seen_by=_seen_by,
            readers=_readers,
            notices="clip",
            waits=_waits,
            seconds=lambda work: work.clip.seconds if work.clip else None,
        ),
        names_author=_l(
            "A clip shows you, and you see who has watched it, so no name can be hidden."
        ),
        names_readers=True,
        shown_for_modules=False,
        ended=_ended,
    )
)
