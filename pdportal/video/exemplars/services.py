"""What owners do with clips to learn from: offer, change, withdraw; and the end on their day."""

from __future__ import annotations

from datetime import date, timedelta

from flask_babel import gettext as _
from sqlalchemy import select

from pdportal import clock
from pdportal.accounts.models import Person
from pdportal.activity.services import record
from pdportal.db import add_unless_there, db
from pdportal.inbox.services import address, notify
from pdportal.video import policy as clip_policy
from pdportal.video.exemplars import policy
from pdportal.video.exemplars.models import Exemplar
from pdportal.video.models import Clip, ClipShare
from pdportal.video.services import page_of, today_of
from pdportal.web.errors import Refused, forbidden, require

WARN_BEFORE = timedelta(days=14)
USUAL = timedelta(days=182)


def usual_review(clip: Clip) -> date:
    """Half a year from now, and not after the clip itself goes."""
    return min(today_of(clip.owner) + USUAL, clip.delete_by)


def offer(
    owner: Person,
    clip: Clip,
    *,
    to_school: bool,
    consent: str,
    look_fors: str,
    review_on: date | None,
) -> Exemplar | None:
    """Offer a clip to learn from, or change how; offering again with a later day renews it."""
    require(clip_policy.may_change(owner, clip))
    if clip.deleted_at is not None:
        raise Refused(_("This clip is deleted; there is nothing left to show."))
    today = today_of(owner)
    last = min(clip.delete_by, today + timedelta(policy.LONGEST_DAYS))
    if review_on is None or not today < review_on <= last:
        message = _("Choose a later day, within a year, on which the clip is still there.")
        raise Refused(message, status=422, field="review_on")
    words = {
        "school_id": owner.school_id if to_school else None,
        "consent": consent,
        "look_fors": look_fors,
        "review_on": review_on,
        "warned_at": None,
    }
    db.session.refresh(clip, ["exemplar"])
    is_new = clip.exemplar is None and add_unless_there(Exemplar(clip_id=clip.id, **words))
    db.session.refresh(clip, ["exemplar"])
    if not is_new:
        for name, value in words.items():
            setattr(clip.exemplar, name, value)
    record(owner, "offered", clip)
    return clip.exemplar


def withdraw(owner: Person, clip: Clip) -> None:
    """Nobody learns from it any more, from this moment on."""
    require(clip_policy.may_change(owner, clip))
    if clip.exemplar is not None:
        clip.exemplar.end()
        record(owner, "took_back", clip)


def ask_for(person: Person, clip: Clip, share: ClipShare | None) -> None:
    """Ask the owner to offer a clip; asked twice, they are told once."""
    if share is None or not policy.may_ask_for(person, share):
        raise forbidden()
    if share.exemplar_asked_at is None:
        share.exemplar_asked_at = clock.now()
        notify(
            clip.owner_id,
            "exemplar_asked",
            address("video.exemplar", clip_id=clip.id),
            sender=person,
            asker=person.name,
            title=clip.title,
        )


def end_exemplars() -> None:
    """End what has come to its review date; tell owners before. May run twice."""
    soon = clock.now().date() + WARN_BEFORE + timedelta(days=1)
    due = select(Exemplar).where(Exemplar.ended_at.is_(None), Exemplar.review_on <= soon)
    for each in db.session.scalars(due.with_for_update(of=Exemplar, skip_locked=True)).all():
        clip, left = each.clip, each.review_on - today_of(each.clip.owner)
        if left <= timedelta(0):
            each.end()
            notify(clip.owner_id, "exemplar_ended", page_of(clip), title=clip.title)
        elif left <= WARN_BEFORE and each.warned_at is None:
            each.warned_at, url = clock.now(), address("video.exemplar", clip_id=clip.id)
            notify(clip.owner_id, "exemplar_ends_soon", url, title=clip.title)
