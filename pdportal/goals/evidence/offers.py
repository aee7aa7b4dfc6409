"""What somebody can name as evidence: their clips, and what other features offer."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple

from flask_babel import gettext as _

from pdportal.accounts.models import Person
from pdportal.db import db
from pdportal.inbox.services import address
from pdportal.video import policy
from pdportal.video.models import Clip
from pdportal.web.errors import Refused

MOST_CLIPS = 30


class Offer(NamedTuple):
    """One thing to choose; its label stands in the evidence as it is now."""

    key: str
    label: str
    url: str


_sources: list[Callable[[Person], Iterable[Offer]]] = []


def add_offers(source: Callable[[Person], Iterable[Offer]]) -> None:
    """Let a feature above offer what somebody has there."""
    _sources.append(source)


def offers(person: Person) -> list[Offer]:
    """All that somebody can name, clips first."""
    clips = db.session.execute(
        policy.files_seen_by(person.id)
        .where(Clip.owner_id == person.id)
        .with_only_columns(Clip.id, Clip.title)
        .order_by(Clip.id.desc())
        .limit(MOST_CLIPS)
    )
    own = [
        Offer(f"clip-{clip.id}", _("Clip: %(title)s", title=clip.title), _clip_page(clip.id))
        for clip in clips
    ]
    return own + [offer for source in _sources for offer in source(person)]


def offered(person: Person, key: str) -> Offer | None:
    """What a form's choice names; "" names none. Raises `Refused` (422) for what is not theirs."""
    if not key:
        return None
    for offer in offers(person):
        if offer.key == key:
            return offer
    raise Refused(_("Choose one of these."), status=422, field="offer")


def _clip_page(clip_id: int) -> str:
    return address("clips.clip_page", clip_id=clip_id)
