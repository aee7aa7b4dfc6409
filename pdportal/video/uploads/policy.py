"""Who may do anything with an upload: its owner, and nobody else."""

from __future__ import annotations

from sqlalchemy import Select, select

from pdportal.accounts.models import Person
from pdportal.video.uploads.models import ClipUpload


def uploads_seen_by(person: Person) -> Select[ClipUpload]:
    """One's own uploads, finished ones among them."""
    return select(ClipUpload).where(ClipUpload.owner_id == person.id)


def open_uploads_of(person: Person) -> Select[ClipUpload]:
    """Those that are no clip yet: only they take pieces and words, and can be removed."""
    return uploads_seen_by(person).where(ClipUpload.clip_id.is_(None))
