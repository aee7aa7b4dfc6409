"""Captions as pages and players read them."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Select, select
from sqlalchemy.orm import contains_eager

from pdportal.accounts.models import Person
from pdportal.db import db
from pdportal.video import policy
from pdportal.video.captions.models import ClipCaptions
from pdportal.video.models import Clip


def captions_of(clip: Clip) -> Sequence[ClipCaptions]:
    """The captions of a clip in hand, one for each language."""
    if clip.deleted_at is not None:
        return []
    of_clip = select(ClipCaptions).where(ClipCaptions.clip_id == clip.id)
    return db.session.scalars(of_clip.order_by(ClipCaptions.language)).all()


def captions_seen(person: Person, clip_id: int, language: str) -> Select[ClipCaptions]:
    """The captions in one language, for whoever may see the clip's file now."""
    seen = policy.files_seen_by(person.id).with_only_columns(Clip.id)
    return (
        select(ClipCaptions)
        .join(ClipCaptions.clip)
        .where(ClipCaptions.clip_id == clip_id, ClipCaptions.language == language)
        .where(ClipCaptions.clip_id.in_(seen))
        .options(contains_eager(ClipCaptions.clip))
    )
