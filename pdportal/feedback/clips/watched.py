"""The clip of a feedback request, as its pages show it."""

from __future__ import annotations

from collections.abc import Sequence

from pdportal.accounts import me
from pdportal.db import db
from pdportal.feedback.works.models import Work
from pdportal.video import policy
from pdportal.video.captions.models import ClipCaptions
from pdportal.video.captions.queries import captions_of
from pdportal.video.models import Clip


def clip_watched(work: Work) -> tuple[Clip | None, Sequence[ClipCaptions]]:
    """The clip that a work is, with its captions, if whoever is signed in may watch it now."""
    seen = policy.files_seen_by(me().id).where(Clip.id == work.clip_id)
    clip = db.session.scalars(seen).one_or_none()
    return clip, captions_of(clip) if clip else []
