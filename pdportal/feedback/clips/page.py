"""What the page of a clip shows: the player, what is said along it, and what can be done there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from flask import abort, render_template, request
from sqlalchemy import and_, select
from sqlalchemy.orm import aliased, contains_eager

from pdportal.accounts import me
from pdportal.activity.looks import note_look, who_looked
from pdportal.db import db
from pdportal.feedback.clips.drafts import drafts_of
from pdportal.feedback.clips.later import related
from pdportal.feedback.clips.models import FirstLook
from pdportal.feedback.clips.policy import lists_look_fors, reads_first_look
from pdportal.feedback.clips.recordings import by_reply
from pdportal.feedback.comments import policy
from pdportal.feedback.comments import queries as comment_queries
from pdportal.feedback.comments.models import Comment
from pdportal.feedback.comments.queries import Thread
from pdportal.feedback.rounds.models import Round
from pdportal.feedback.rounds.queries import rounds_of
from pdportal.feedback.works.models import Work
from pdportal.video import queries
from pdportal.video.captions.models import ClipCaptions
from pdportal.video.captions.queries import captions_of
from pdportal.video.exemplars.models import Exemplar
from pdportal.video.exemplars.policy import may_ask_for
from pdportal.video.models import Clip
from pdportal.video.moments import parse_moment
from pdportal.video.page import shown_of
from pdportal.video.policy import files_seen_by, is_seen_by
from pdportal.web.errors import Refused
from pdportal.web.headers import allow_recording
from pdportal.web.locale import say_clock


class Seen(NamedTuple):
    """A clip with its work, for whoever sees it; nothing further is read that is not there."""

    work: Work
    clip: Clip
    first: FirstLook | None
    """What its owner saw first, for those who read that."""
    lists: bool
    """Whether one lists look-fors."""
    has_captions: bool
    was_asked: bool
    related: list[Work]
    """Those that it answers, or that answer it, as far as one sees them."""


def seen_work(clip_id: int) -> Seen:
    """A clip with its work, for whoever sees it; or 404."""
    near = aliased(Work)
    rows = db.session.execute(
        select(
            Work,
            Clip,
            FirstLook,
            lists_look_fors(me()),
            select(ClipCaptions.id).where(ClipCaptions.clip_id == Clip.id).exists(),
            select(Round.id).where(Round.work_id == Work.id).exists(),
            near,
        )
        .join(Work.clip)
        .outerjoin(FirstLook, and_(FirstLook.clip_id == Clip.id, reads_first_look(me())))
        .outerjoin(near, related(me(), near))
        .where(Clip.id == clip_id, is_seen_by(me().id))
        .order_by(near.id)
        .options(
            contains_eager(Work.clip).joinedload(Clip.owner),
            contains_eager(Work.clip).joinedload(Clip.exemplar).joinedload(Exemplar.school),
        )
    ).all()
    if not rows:
        abort(404)
    work, clip, first, lists, has_captions, was_asked, _other = rows[0]
    others = [other for *_same, other in rows if isinstance(other, Work)]
    return Seen(work, clip, first, lists, has_captions, was_asked, others)


def clip_watched(work: Work) -> tuple[Clip | None, Sequence[ClipCaptions]]:
    """The clip that a work is, with its captions, if whoever is signed in may watch it now."""
    clip = db.session.scalars(files_seen_by(me().id).where(Clip.id == work.clip_id)).one_or_none()
    return clip, captions_of(clip) if clip else []


def wanted() -> Mapping[str, str]:
    """Which comments the address asks for, by kind, person and look-for; empty: every one."""
    return {name: request.args.get(name, "") for name in ("kind", "person", "look_for")}


def fits(thread: Thread, wish: Mapping[str, str]) -> bool:
    """Whether a comment is one of these."""
    comment = thread.comment
    has = {
        "kind": comment.kind.value,
        "person": str(comment.author_id),
        "look_for": comment.look_for,
    }
    return all(not words or has[name] == words for name, words in wish.items())


def clip_page_of(seen: Seen, mistake: Refused | None = None, **places: int) -> str:
    """The page; `places` names the comment whose form shows the mistake, by what is done there."""
    work, clip, first, lists, has_captions, was_asked, near = seen
    allow_recording()
    note_look(me(), "clip", clip.id, clip.owner_id)
    mine = clip.owner_id == me().id
    threads, wish = comment_queries.threads(me(), Work.id == work.id), wanted()
    shown = [thread for thread in threads if fits(thread, wish)]
    film = shown_of(clip, mine=mine)
    shares = queries.shares_of(clip) if mine else []
    share = None if mine else queries.my_share(me(), clip)
    return render_template(
        "feedback/clip_page.html",
        clip=clip,
        work=work,
        related=near,
        mine=mine,
        lists=lists,
        all_threads=threads,
        threads=shown,
        wish=wish,
        choices=_choices(threads, clip.look_fors or ()),
        drafts=[] if mine else db.session.scalars(drafts_of(me(), work)).all(),
        marks=[_mark(thread.comment) for thread in shown if thread.comment.starts is not None],
        at=_moment_asked(),
        changeable=_changeable(threads),
        confirmable=confirmable(thread.comment for thread in threads),
        captions=captions_of(clip) if has_captions else [],
        first=first if clip.looks_first else None,
        waits=mine and clip.waits_for_owner,
        others_said=any(thread.comment.author_id != me().id for thread in threads),
        **film,
        recordings=by_reply(film["files"]),
        requests=rounds_of(work) if mine and was_asked else [],
        standing=[share for share in shares if share.taken_back_at is None],
        my_share=share,
        may_ask_for=may_ask_for(me(), share),
        looked=who_looked("clip", clip.id) if mine else [],
        mistake=mistake,
        places=places,
        typed=request.form,
    )


def _choices(threads: Sequence[Thread], listed: Sequence[str]) -> Mapping[str, Mapping[Any, int]]:
    """What comments can be chosen by, each with how many there are: kinds, people, look-fors."""
    comments = [thread.comment for thread in threads]
    tagged = Counter(comment.look_for for comment in comments if comment.look_for)
    return {
        "kinds": Counter(comment.kind for comment in comments),
        "people": Counter(comment.author for comment in comments),
        "look_fors": {words: tagged[words] for words in [*listed, *tagged]},
    }


def _moment_asked() -> float | None:
    """The moment that the address names, as `?at=65` or `?at=1:05`."""
    try:
        return parse_moment(request.args.get("at", ""))
    except Refused:
        return None


def _mark(comment: Comment) -> dict[str, Any]:
    """A comment on the time line of the player: its kind is a shape there, and said to those who
    hear the page."""
    where = f"{say_clock(comment.starts or 0)} {comment.author.name}"
    return {
        "id": f"comment-{comment.id}",
        "start": comment.starts,
        "end": comment.ends,
        "kind": comment.kind.value,
        "label": f"{comment.about.label}, {where}",
    }


def _changeable(threads: list[Thread]) -> frozenset[int]:
    """The ids of those comments that are one's own, new, and not answered."""
    comments = [thread.comment for thread in threads if not thread.is_answered]
    replies = [reply for thread in threads for reply in thread.replies]
    return policy.changeable(me(), comments + replies)


def confirmable(comments: Iterable[Comment]) -> set[int]:
    """The ids of those comments whose answer one may confirm."""
    decisions = (comment.decision for comment in comments)
    return {each.comment_id for each in decisions if each and policy.may_confirm(me(), each)}
