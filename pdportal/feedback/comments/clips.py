"""What is said about a clip: comments at a moment, a range or the whole, replies and decisions.

A clip is a work with one revision. There is no review and no round: what is said can be read at
once, by the owner and by those with whom the clip is shared now, and by nobody else.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from flask import Flask, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import Select, func, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import joinedload

from pdportal import clock
from pdportal.accounts.models import Person
from pdportal.activity.services import record, record_id
from pdportal.db import db
from pdportal.feedback.comments.models import AnchorKind, Comment, CommentKind, Decision, Verdict
from pdportal.feedback.comments.services import decision_on, not_answered_yet, still_open
from pdportal.feedback.works.links import add_work_page
from pdportal.feedback.works.models import Revision, Work, WorkKind
from pdportal.feedback.works.services import (
    MovedOn,
    begin_work,
    clean,
    keep_revision,
    retitle,
    too_long,
)
from pdportal.inbox.kinds import add_kind
from pdportal.inbox.models import Notice
from pdportal.inbox.services import notify
from pdportal.video import policy as clips
from pdportal.video.events import clip_added, clip_changed
from pdportal.video.models import Clip, ClipShare
from pdportal.web.errors import Refused, forbidden

LONGEST = 4_000


LONGEST_WHY = 2_000


TIME_TO_CHANGE = timedelta(minutes=10)
"""How long one may put one's own comment right, while nobody has answered it."""


def register(app: Flask) -> None:
    """Plug the pages of clips into the app; a clip is a work from the day it is uploaded."""
    from pdportal.feedback.comments.clip_views import bp

    app.register_blueprint(bp)
    add_work_page(WorkKind.CLIP, lambda work_id: url_for("clips.of_work", work_id=work_id))
    clip_added.connect(_bring)
    clip_changed.connect(_rename)
    add_kind("clip_commented", _commented, lambda: _("Read it"))
    add_kind("clip_done", _done, lambda: _("See the clip"))
    add_kind("clip_replied", _replied, lambda: _("Read it"))
    add_kind("clip_decided", _decided, lambda: _("See the answers"))
    add_kind("clip_confirmed", _confirmed, lambda: _("See it"))
    add_kind("clip_asked_again", _asked_again, lambda: _("Answer it"))


def comments_seen_by(person: Person) -> Select[Comment]:
    """What is said about the clips somebody may see."""
    return (
        select(Comment)
        .join(Revision, Revision.id == Comment.revision_id)
        .join(Work, Work.id == Revision.work_id)
        .join(Clip, Clip.id == Work.clip_id)
        .where(Comment.review_id.is_(None), clips.is_seen_by(person))
    )


def may_see_comment(person: Person, comment: Comment) -> bool:
    """The same rule as `comments_seen_by`, for a comment already in hand."""
    clip = comment.revision.work.clip
    return comment.review_id is None and clip is not None and clips.may_see(person, clip)


def may_comment(person: Person, clip: Clip) -> bool:
    """Whoever sees a clip may say something about it."""
    return clips.may_see(person, clip)


def may_change(person: Person, comment: Comment) -> bool:
    """Authors put right what they just wrote."""
    return comment.author_id == person.id and comment.written_at + TIME_TO_CHANGE >= clock.now()


def may_decide(person: Person, clip: Clip, comment: Comment) -> bool:
    """Owners decide on what others say about their clips."""
    return (
        clip.owner_id == person.id and comment.author_id != person.id and comment.answers_id is None
    )


def may_confirm(person: Person, comment: Comment) -> bool:
    """Givers say whether the owner's answer is what they meant."""
    return comment.author_id == person.id and comment.decision is not None


@dataclass
class Thread:
    """A comment with the replies to it."""

    comment: Comment
    replies: list[Comment] = field(default_factory=list)


def threads(person: Person, clip: Clip) -> list[Thread]:
    """All that is said about a clip: first about the whole, then along the clip."""
    comments = db.session.scalars(
        comments_seen_by(person)
        .where(Clip.id == clip.id)
        .options(joinedload(Comment.author), joinedload(Comment.decision))
        .order_by(Comment.id)
    ).unique()
    found: dict[int, Thread] = {}
    replies: dict[int, list[Comment]] = defaultdict(list)
    for comment in comments:
        if comment.answers_id is None:
            found[comment.id] = Thread(comment)
        else:
            replies[comment.answers_id].append(comment)
    for ident, some in replies.items():
        if ident in found:
            found[ident].replies = some
    return sorted(
        found.values(),
        key=lambda thread: (
            thread.comment.starts is not None,
            thread.comment.starts or 0,
            thread.comment.id,
        ),
    )


def comment_on(person: Person, clip: Clip, comment_id: int) -> Select[Comment]:
    """One comment on a clip that somebody may see."""
    return (
        comments_seen_by(person)
        .where(Clip.id == clip.id, Comment.id == comment_id)
        .options(joinedload(Comment.decision), joinedload(Comment.author))
    )


def clip_of_work(person: Person, work_id: int) -> Select[Clip]:
    """The clip that a work is about."""
    return clips.clips_seen_by(person).join(Work, Work.clip_id == Clip.id).where(Work.id == work_id)


def add_comment(
    person: Person,
    clip: Clip,
    *,
    text: str,
    kind: CommentKind = CommentKind.NOTE,
    starts: float | None = None,
    ends: float | None = None,
    next_move: str = "",
    answers: Comment | None = None,
) -> Comment:
    """Say something about a clip, at a moment, over a range or about the whole, or in reply.

    Sent twice it is said once. With the first word of somebody the clip is shared with, it no
    longer waits for them.
    """
    if not may_comment(person, clip):
        raise forbidden()
    text, next_move = _words(text, "text"), _words(next_move, "next_move", needed=False)
    starts, ends = _span(clip, starts, ends)
    if answers is not None:
        kind, starts, ends = CommentKind.NOTE, None, None
        if answers.answers_id is not None:
            raise Refused(_("Reply to the first comment, please: then it stays in one place."))
    revision_id = _revision_of(clip)
    _take_turn(person)
    there = _same(person, revision_id, text, kind, starts, ends, answers)
    if there is not None:
        return there
    comment = Comment(
        revision_id=revision_id,
        author_id=person.id,
        answers_id=answers.id if answers else None,
        kind=kind,
        text=text,
        next_move=next_move,
        anchor=AnchorKind.WHOLE if starts is None else AnchorKind.MOMENT,
        starts=starts,
        ends=ends,
        written_at=clock.now(),
    )
    db.session.add(comment)
    db.session.flush()
    record(person, "replied" if answers else "commented", comment, clip=clip.id)
    if answers is not None:
        _tell_of_reply(person, clip, answers, comment)
    elif person.id != clip.owner_id:
        _answered(person, clip)
        tell_once(
            clip.owner_id,
            "clip_commented",
            _page(clip),
            person,
            giver=person.name,
            title=clip.title,
        )
    return comment


def change_comment(
    person: Person,
    clip: Clip,
    comment: Comment,
    *,
    text: str,
    kind: CommentKind,
    starts: float | None,
    ends: float | None,
    next_move: str = "",
) -> None:
    """Put one's own comment right, within ten minutes and while nobody has answered it."""
    _still_mine(person, comment)
    comment.text = _words(text, "text")
    comment.next_move = _words(next_move, "next_move", needed=False)
    if comment.answers_id is None:
        comment.kind = kind
        comment.starts, comment.ends = _span(clip, starts, ends)
        comment.anchor = AnchorKind.WHOLE if comment.starts is None else AnchorKind.MOMENT
    db.session.flush()


def remove_comment(person: Person, clip: Clip, comment: Comment) -> None:
    """Take back one's own comment, within ten minutes and while nobody has answered it."""
    _still_mine(person, comment)
    record_id(person.id, "removed", "comment", comment.id, clip=clip.id)
    db.session.delete(comment)
    db.session.flush()


def decide(
    owner: Person,
    clip: Clip,
    comment: Comment,
    verdict: Verdict,
    why: str = "",
    version: int | None = None,
) -> Decision:
    """Say what one makes of a comment; it can be changed."""
    if not may_decide(owner, clip, comment):
        raise forbidden()
    why = clean(why).strip()
    if len(why) > LONGEST_WHY:
        raise too_long("why", LONGEST_WHY)
    decision = decision_on(comment)
    same = decision is not None and (decision.verdict, decision.why) == (verdict, why)
    if decision is not None and same and decision.asked_again_at is None:
        return decision  # sent twice
    if decision is None:
        decision = Decision(comment_id=comment.id, verdict=verdict, why=why, version=1)
        try:
            with db.session.begin_nested():
                db.session.add(decision)
        except IntegrityError:  # another window was quicker by a moment
            return decide(owner, clip, comment, verdict, why, version)
    else:
        if version is not None and version != decision.version:
            raise MovedOn(
                decision.version, {"decision": decision.verdict.value, "why": decision.why}
            )
        decision.verdict, decision.why = verdict, why
        decision.version += 1
        decision.decided_at = clock.now()
        decision.confirmed_at = decision.asked_again_at = None
    record(owner, "decided", comment, verdict=verdict.value)
    tell_once(
        comment.author_id, "clip_decided", _page(clip), owner, owner=owner.name, title=clip.title
    )
    return decision


def confirm(giver: Person, clip: Clip, comment: Comment) -> None:
    """The giver is content with the owner's answer."""
    if _decision_for(giver, comment).confirm():
        record(giver, "confirmed", comment)
        _tell_owner(giver, clip, comment, "clip_confirmed")


def ask_again(giver: Person, clip: Clip, comment: Comment, words: str) -> None:
    """The giver would like another look, and says why; the comment is open again."""
    decision = _decision_for(giver, comment)
    if decision.ask_again(still_open(words)):
        record(giver, "asked_again", comment)
        _tell_owner(giver, clip, comment, "clip_asked_again")


def finish(person: Person, clip: Clip) -> None:
    """Somebody the clip was shared with is done with it; its owner is told, once."""
    share = _share_of(person, clip)
    if share is None:
        raise forbidden()
    if share.finished_at is not None:
        return
    now = clock.now()
    share.answered_at = share.answered_at or now
    share.finished_at = now
    record(person, "finished", clip)
    said = db.session.scalar(
        comments_seen_by(person)
        .where(Clip.id == clip.id, Comment.author_id == person.id, Comment.answers_id.is_(None))
        .with_only_columns(func.count(Comment.id))
    )
    notify(
        clip.owner_id,
        "clip_done",
        _page(clip),
        sender=person,
        giver=person.name,
        title=clip.title,
        comments=said or 0,
    )


def tell_once(person_id: int, kind: str, url: str, sender: Person, **words: str | int) -> None:
    """Tell somebody, unless the same news from the same person still waits to be read."""
    waiting = select(Notice.id).where(
        Notice.person_id == person_id,
        Notice.kind == kind,
        Notice.url == url,
        Notice.from_id == sender.id,
        Notice.read_at.is_(None),
    )
    if db.session.scalar(waiting.limit(1)) is None:
        notify(person_id, kind, url, sender=sender, **words)


def _bring(clip: Clip, *, owner: Person) -> None:
    about = {"about": clip.about or clip.title}
    work = begin_work(owner, WorkKind.CLIP, clip.title, content=about, clip_id=clip.id)
    keep_revision(owner, work)


def _rename(clip: Clip) -> None:
    work = db.session.scalars(select(Work).where(Work.clip_id == clip.id)).one_or_none()
    if work is not None and work.title != clip.title:
        retitle(work.author, work, clip.title)


def _revision_of(clip: Clip) -> int:
    newest = (
        select(Revision.id)
        .join(Work, Work.id == Revision.work_id)
        .where(Work.clip_id == clip.id)
        .order_by(Revision.number.desc())
        .limit(1)
    )
    found = db.session.scalar(newest)
    if found is None:
        raise Refused(_("Nothing can be said about this clip."))
    return found


def _words(text: str, box: str, *, needed: bool = True) -> str:
    text = clean(text).strip()
    if needed and not text:
        raise Refused(_("Write a few words first."), status=422, field=box)
    if len(text) > LONGEST:
        raise too_long(box, LONGEST)
    return text


def _span(
    clip: Clip, starts: float | None, ends: float | None
) -> tuple[float | None, float | None]:
    if starts is None:
        if ends is not None:
            raise Refused(_("Say where it begins, too."), status=422, field="start")
        return None, None
    if clip.seconds is not None and max(starts, ends or 0) > clip.seconds + 1:
        raise Refused(_("The clip is shorter than that."), status=422, field="start")
    if ends is not None and ends < starts:
        raise Refused(_("It cannot end before it begins."), status=422, field="start")
    return starts, ends if ends != starts else None


def _same(
    person: Person,
    revision_id: int,
    text: str,
    kind: CommentKind,
    starts: float | None,
    ends: float | None,
    answers: Comment | None,
) -> Comment | None:
    same: Sequence[Any] = (
        Comment.revision_id == revision_id,
        Comment.review_id.is_(None),
        Comment.author_id == person.id,
        Comment.text == text,
        Comment.kind == kind,
        Comment.starts.is_(None) if starts is None else Comment.starts == starts,
        Comment.ends.is_(None) if ends is None else Comment.ends == ends,
        Comment.answers_id == answers.id if answers else Comment.answers_id.is_(None),
    )
    return db.session.scalars(select(Comment).where(*same).limit(1)).first()


def _still_mine(person: Person, comment: Comment) -> None:
    if comment.author_id != person.id:
        raise forbidden()
    if not may_change(person, comment):
        raise Refused(_("After ten minutes a comment stays as it is. You can add another."))
    replied = select(Comment.id).where(Comment.answers_id == comment.id).limit(1)
    if comment.decision is not None or db.session.scalar(replied) is not None:
        raise Refused(_("Somebody has answered this already, so it stays as it is."))


def _decision_for(giver: Person, comment: Comment) -> Decision:
    if comment.author_id != giver.id or not may_see_comment(giver, comment):
        raise forbidden()
    decision = decision_on(comment)
    if decision is None:
        raise not_answered_yet()
    return decision


def _tell_owner(giver: Person, clip: Clip, comment: Comment, kind: str) -> None:
    url = f"{_page(clip)}#comment-{comment.id}"
    tell_once(clip.owner_id, kind, url, giver, giver=giver.name, title=clip.title)


def _share_of(person: Person, clip: Clip) -> ClipShare | None:
    return db.session.scalars(
        clips.shares_standing(person).where(ClipShare.clip_id == clip.id)
    ).one_or_none()


def _answered(person: Person, clip: Clip) -> None:
    share = _share_of(person, clip)
    if share is not None and share.answered_at is None:
        share.answered_at = clock.now()


def _tell_of_reply(person: Person, clip: Clip, first: Comment, reply: Comment) -> None:
    """Whoever has spoken in the thread hears of a reply, if they may still see the clip."""
    spoke = select(Comment.author_id).where(
        or_(Comment.id == first.id, Comment.answers_id == first.id), Comment.id != reply.id
    )
    standing = select(ClipShare.person_id).where(
        ClipShare.clip_id == clip.id, ClipShare.taken_back_at.is_(None)
    )
    hearers = {ident for ident in db.session.scalars(spoke.distinct()) if ident != person.id}
    allowed = {clip.owner_id, *db.session.scalars(standing)}
    for ident in sorted(hearers & allowed):
        tell_once(
            ident,
            "clip_replied",
            f"{_page(clip)}#comment-{first.id}",
            person,
            name=person.name,
            title=clip.title,
        )


def _take_turn(person: Person) -> None:
    """What one person sends twice at once is done one after the other."""
    one = select(Person.id).where(Person.id == person.id).with_for_update(key_share=True)
    db.session.execute(one).all()


def _page(clip: Clip) -> str:
    return url_for("clips.clip_page", clip_id=clip.id)


def _commented(giver: str, title: str) -> str:
    return _("%(giver)s comments on your clip “%(title)s”.", giver=giver, title=title)


def _done(giver: str, title: str, comments: int) -> str:
    if not comments:
        return _("%(giver)s has watched your clip “%(title)s”.", giver=giver, title=title)
    return ngettext(
        "%(giver)s has watched your clip “%(title)s” and left %(num)s comment.",
        "%(giver)s has watched your clip “%(title)s” and left %(num)s comments.",
        comments,
        giver=giver,
        title=title,
    )


def _replied(name: str, title: str) -> str:
    return _("%(name)s replied to you on the clip “%(title)s”.", name=name, title=title)


def _decided(owner: str, title: str) -> str:
    return _(
        "%(owner)s answered what you said about the clip “%(title)s”.", owner=owner, title=title
    )


def _confirmed(giver: str, title: str) -> str:
    return _(
        "%(giver)s confirmed what you made of a comment on the clip “%(title)s”.",
        giver=giver,
        title=title,
    )


def _asked_again(giver: str, title: str) -> str:
    return _(
        "%(giver)s asks again about a comment on the clip “%(title)s”.", giver=giver, title=title
    )
