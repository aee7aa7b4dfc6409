"""Comments collected while watching: saved as typed, sent together or one by one, or deleted."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import gettext as _
from sqlalchemy import Select, func, select

from pdportal import clock
from pdportal.accounts.models import Person
from pdportal.accounts.turns import wait_for_turn
from pdportal.db import db
from pdportal.feedback.clips import policy
from pdportal.feedback.clips.models import CommentDraft
from pdportal.feedback.comments import services
from pdportal.feedback.comments.boxes import typed_comment
from pdportal.feedback.comments.models import Comment
from pdportal.feedback.comments.writing import LONGEST_COMMENT
from pdportal.feedback.unsent.models import UnsentText
from pdportal.feedback.works.models import Work
from pdportal.feedback.works.policy import may_talk
from pdportal.feedback.works.services import fitting
from pdportal.inbox.services import address
from pdportal.video.models import Clip
from pdportal.web.autosave import check_version
from pdportal.web.errors import Refused, require

BOXES = ("text", "kind", "start", "end", "look_for")
MOST = 100
"""So many comments of one person can wait on one work."""


class NotSent(Refused):
    """One of several drafts does not fit, so that none was sent; `draft` is that one."""

    def __init__(self, draft: CommentDraft, why: Refused) -> None:
        super().__init__(why.message, status=why.status, field=why.field)
        self.draft = draft


def drafts_of(person: Person, work: Work) -> Select[CommentDraft]:
    """What somebody has collected on a work, in the order in which it was begun."""
    own = policy.drafts_seen_by(person).where(CommentDraft.work_id == work.id)
    return own.order_by(CommentDraft.id)


def collect(person: Person, work: Work, typed: Mapping[str, str]) -> CommentDraft:
    """Save a comment that is not sent yet; sent twice it is one."""
    require(may_talk(person, work))
    boxes = _boxes(typed)
    if not boxes["text"].strip():
        raise Refused(_("Write a few words first."), status=422, field="text")
    typed_comment(boxes)  # a moment that is none is said while it can still be seen
    wait_for_turn(person)
    own = db.session.scalars(drafts_of(person, work)).all()
    if same := next((draft for draft in own if draft.boxes == boxes), None):
        return same
    if len(own) >= MOST:
        raise Refused(_("You have %(num)s comments here. Send some of them first.", num=MOST))
    draft = CommentDraft(work_id=work.id, author_id=person.id, boxes=boxes)
    db.session.add(draft)
    db.session.flush()
    return draft


def save(draft: CommentDraft, typed: Mapping[str, str], version: int) -> int:
    """Save what is being typed and give the new version; raises `ChangedElsewhere`."""
    boxes = _boxes(typed)
    db.session.refresh(draft, with_for_update=True)
    new = draft.boxes | {name: text for name, text in boxes.items() if name in typed}
    if new != draft.boxes:
        check_version(version, draft.version, draft.boxes)
        draft.boxes, draft.version, draft.saved_at = new, draft.version + 1, clock.now()
        db.session.flush()
    return draft.version


def send(person: Person, work: Work, only: CommentDraft | None = None) -> list[Comment]:
    """Make comments of all one's drafts on a work, or of `one`; raises `NotSent`.

    Those that another window has sent or deleted meanwhile count for nothing.
    """
    waiting = drafts_of(person, work).with_for_update(of=CommentDraft)
    sent = []
    for draft in db.session.scalars(waiting).all():
        if only not in (None, draft):
            continue
        try:
            sent.append(services.add_comment(person, work, typed_comment(draft.boxes)))
        except Refused as refused:
            raise NotSent(draft, refused) from refused
        db.session.delete(draft)
    db.session.flush()
    return sent


def count(person: Person, work: Work) -> int:
    """How many comments somebody has collected on a work and not sent."""
    own = drafts_of(person, work).order_by(None).with_only_columns(func.count(CommentDraft.id))
    return db.session.scalar(own) or 0


def remove(draft: CommentDraft) -> None:
    """Its writer needs it no more."""
    db.session.delete(draft)


def keep_as_unsent(clip: Clip, person_id: int) -> None:
    """Somebody sees a clip no more: what they had collected is kept with all that was not sent."""
    left = select(CommentDraft).join(CommentDraft.work)
    mine = left.where(Work.clip_id == clip.id, CommentDraft.author_id == person_id)
    why = _("This is no longer here, or no longer shared with you.")
    for draft in db.session.scalars(mine).all():
        place = address("clips.clip_page", clip_id=clip.id)
        texts = [[_("Comment"), draft.boxes["text"]]]
        db.session.add(
            UnsentText(
                person_id=person_id, place=place, form=f"{place}/drafts", why=why, texts=texts
            )
        )
        db.session.delete(draft)


def written_by(person: Person) -> Select[str, dict[str, str]]:
    """All that somebody has collected, with the title of the work: for their download."""
    return (
        select(Work.title, CommentDraft.boxes)
        .join(Work, Work.id == CommentDraft.work_id)
        .where(CommentDraft.author_id == person.id)
        .order_by(CommentDraft.id)
    )


def _boxes(typed: Mapping[str, str]) -> dict[str, str]:
    """The boxes of a comment, each as long as one may be."""
    longest = dict.fromkeys(BOXES, 120) | {"text": LONGEST_COMMENT}
    return {name: fitting(typed.get(name, ""), name, longest[name]) for name in BOXES}
