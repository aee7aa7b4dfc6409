"""A clip of a lesson: shown on its own page, to one person at a time, and talked about there."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, select

from pdportal.accounts.models import Person
from pdportal.db import db
from pdportal.feedback.comments.models import AnchorKind
from pdportal.feedback.kinds import Kind, Talk, add_kind, field
from pdportal.feedback.works.models import Work
from pdportal.inbox.services import address
from pdportal.video import policy
from pdportal.video.models import Clip, ClipShare


def _seen_by(person: Person) -> ColumnElement[bool]:
    return Work.clip_id.in_(policy.clips_seen_by(person.id).with_only_columns(Clip.id))


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
            seconds=lambda work: work.clip.seconds if work.clip else None,
        ),
        no_rounds=_l("A clip is shared on its own page, with one person at a time."),
    )
)
