"""What the page of a clip shows: the player, what is said along it, and what can be done there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import abort, render_template, request
from sqlalchemy import Row, select
from sqlalchemy.orm import contains_eager

from pdportal.accounts import me
from pdportal.activity.looks import note_look, who_looked
from pdportal.db import db
from pdportal.feedback.clips.drafts import drafts_of
from pdportal.feedback.clips.first_look import first_look_seen
from pdportal.feedback.clips.later import is_related, related
from pdportal.feedback.clips.policy import lists_look_fors
from pdportal.feedback.clips.recordings import by_reply
from pdportal.feedback.comments import policy
from pdportal.feedback.comments import queries as comment_queries
from pdportal.feedback.comments.models import Comment
from pdportal.feedback.comments.queries import Thread
from pdportal.feedback.rounds.queries import rounds_of
from pdportal.feedback.views import whole_number
from pdportal.feedback.works.models import Work
from pdportal.video import queries
from pdportal.video.captions.queries import captions_of
from pdportal.video.exemplars.models import Exemplar
from pdportal.video.exemplars.policy import may_ask_for
from pdportal.video.models import Clip
from pdportal.video.moments import parse_moment
from pdportal.video.page import shown_of
from pdportal.video.policy import is_seen_by
from pdportal.web.errors import Refused
from pdportal.web.locale import say_clock

Seen = Row[Work, Clip, bool, bool]
"""A `Clip`, the `Work` that it is, whether one `lists` look-fors, and if others are `related`."""


def seen_work(clip_id: int) -> Seen:
    """A clip with its work, for whoever sees it; or 404."""
    row = db.session.execute(
        select(Work, Clip, lists_look_fors(me()).label("lists"), is_related().label("related"))
        .join(Work.clip)
        .where(Clip.id == clip_id, is_seen_by(me().id))
        .options(
            contains_eager(Work.clip).joinedload(Clip.owner),
            contains_eager(Work.clip).joinedload(Clip.exemplar).joinedload(Exemplar.school),
        )
    ).one_or_none()
    return row if row is not None else abort(404)


@dataclass(frozen=True)
class Wish:
    """Which comments somebody would like to see; None: of every one."""

    kind: str | None = None
    person: int | None = None
    look_for: str | None = None

    @classmethod
    def asked(cls) -> Wish:
        """What the address asks for."""
        asked = request.args
        return cls(
            asked.get("kind") or None,
            whole_number(asked.get("person", "")) or None,
            asked.get("look_for") or None,
        )

    def fits(self, thread: Thread) -> bool:
        """Whether a comment is one of these."""
        said = thread.comment
        return (
            self.kind in (None, said.kind.value)
            and self.person in (None, said.author_id)
            and self.look_for in (None, said.look_for)
        )


def clip_page_of(seen: Seen, mistake: Refused | None = None, **places: int) -> str:
    """The page; `places` names the comment whose form shows the mistake, by what is done there."""
    work, clip, lists, is_near = seen
    note_look(me(), "clip", clip.id, clip.owner_id)
    mine = clip.owner_id == me().id
    threads = comment_queries.threads(me(), Work.id == work.id)
    wish = Wish.asked()
    shown = [thread for thread in threads if wish.fits(thread)]
    film = shown_of(clip, mine=mine)
    shares = queries.shares_of(clip) if mine else []
    share = None if mine else queries.my_share(me(), clip)
    return render_template(
        "feedback/clip_page.html",
        clip=clip,
        work=work,
        related=related(me(), work) if is_near else [],
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
        confirmable=confirmable(threads),
        captions=captions_of(clip),
        first=first_look_seen(me(), clip) if clip.looks_first else None,
        waits=mine and clip.looks_first and clip.opened_at is None,
        **film,
        recordings=by_reply(film["files"]),
        requests=rounds_of(work) if mine else [],
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
    said = [thread.comment for thread in threads]
    tagged = Counter(comment.look_for for comment in said if comment.look_for)
    return {
        "kinds": Counter(comment.kind for comment in said),
        "people": Counter(comment.author for comment in said),
        "look_fors": {words: tagged[words] for words in [*listed, *tagged]},
    }


def _moment_asked() -> float | None:
    """The moment that the address names, as `?at=65` or `?at=1:05`."""
    try:
        return parse_moment(request.args.get("at", ""))
    except Refused:
        return None


def _mark(comment: Comment) -> dict[str, Any]:
    """A comment on the time line of the player."""
    return {
        "id": f"comment-{comment.id}",
        "start": comment.starts,
        "end": comment.ends,
        "kind": comment.kind.value,
        "label": f"{say_clock(comment.starts or 0)} {comment.author.name}",
    }


def _changeable(threads: list[Thread]) -> frozenset[int]:
    """The ids of those comments that are one's own, new, and not answered."""
    comments = [thread.comment for thread in threads if not thread.is_answered]
    replies = [reply for thread in threads for reply in thread.replies]
    return policy.changeable(me(), comments + replies)


def confirmable(threads: list[Thread]) -> set[int]:
    """The ids of those comments whose answer one may confirm."""
    decisions = (thread.comment.decision for thread in threads)
    return {each.comment_id for each in decisions if each and policy.may_confirm(me(), each)}
