"""A clip on paper: the talk about it, and all that is kept about it, also as files."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask import current_app, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from pdportal.accounts import me
from pdportal.accounts.models import Person
from pdportal.accounts.own_data import Piece, StoredFile
from pdportal.activity.looks import note_look, who_looked
from pdportal.db import db
from pdportal.feedback.clips.page import fits, seen_work, wanted
from pdportal.feedback.clips.recordings import recorded, recordings_heard_by
from pdportal.feedback.clips.stills import purpose_at
from pdportal.feedback.clips.views import bp
from pdportal.feedback.comments.queries import threads
from pdportal.feedback.reviews.models import Review
from pdportal.feedback.rounds.models import Round
from pdportal.feedback.works.models import Work
from pdportal.video import policy
from pdportal.video.captions.queries import captions_of
from pdportal.video.captions.reading import write_vtt
from pdportal.video.exemplars.models import Exemplar
from pdportal.video.kinds import KINDS
from pdportal.video.models import Clip, ClipFile
from pdportal.video.queries import purposes_of, shares_of
from pdportal.web.errors import require
from pdportal.web.locale import get_locale_code


@bp.get("/<int:clip_id>/print")
def clip_print(clip_id: int) -> ResponseReturnValue:
    """What was said along it, or those comments that were chosen on the page, with pictures."""
    seen = seen_work(clip_id)
    clip, wish = seen.clip, wanted()
    note_look(me(), "clip", clip.id, clip.owner_id)
    is_closed = clip.owner_id == me().id and clip.waits_for_owner
    files = {} if clip.deleted_at or is_closed else purposes_of(clip)
    return render_template(
        "feedback/clip_print.html",
        clip=clip,
        threads=[each for each in threads(me(), Work.id == seen.work.id) if fits(each, wish)],
        still_at=lambda seconds: files.get(purpose_at(seconds)),
    )


@bp.get("/<int:clip_id>/record")
def clip_record(clip_id: int) -> ResponseReturnValue:
    """What was agreed and said, and who could and did see it, for its owner."""
    clip = seen_work(clip_id).clip
    require(policy.may_change(me(), clip))
    record, with_comments = _record(me(), clip), request.args.get("comments") != "no"
    record |= {} if with_comments else {"threads": []}
    return render_template("feedback/clip_record.html", **record, with_comments=with_comments)


def about_clip(owner: Person, clip_id: int) -> Iterator[Piece]:
    """The same as files, for a family that asks: the page, the video, what belongs to it."""
    own = select(Clip).where(Clip.id == clip_id, Clip.owner_id == owner.id)
    clip = db.session.scalars(own).one_or_none()
    if clip is None:
        return
    page = current_app.jinja_env.get_template("feedback/clip_file.html")
    yield Piece("about.html", page.render(lang=get_locale_code(), **_record(owner, clip)))
    if clip.deleted_at is not None:
        return
    for captions in captions_of(clip):
        yield Piece(f"captions.{captions.language}.vtt", write_vtt(captions.cues))
    kind = KINDS.get(clip.content_type)
    yield Piece(f"video{kind.suffix if kind else ''}", StoredFile(clip.storage_key))
    heard = recordings_heard_by(owner).where(ClipFile.clip_id == clip.id)
    yield from recorded(heard)


def _record(owner: Person, clip: Clip) -> dict[str, Any]:
    asked = (
        select(Person.name, Round.shared_at)
        .join(Review, Review.reviewer_id == Person.id)
        .join(Round, Round.id == Review.round_id)
        .join(Work, Work.id == Round.work_id)
        .where(Work.clip_id == clip.id, Review.released_at.is_(None))
        .where(Round.taken_back_at.is_(None))
    )
    offers = select(Exemplar).where(Exemplar.clip_id == clip.id).order_by(Exemplar.id)
    return {
        "clip": clip,
        "shares": shares_of(clip),
        "requests": db.session.execute(asked.order_by(Round.id, Review.id)).all(),
        "offers": db.session.scalars(offers.options(joinedload(Exemplar.school))).all(),
        "looked": who_looked("clip", clip.id),
        "captions": captions_of(clip),
        "threads": threads(owner, Work.clip_id == clip.id),
    }
