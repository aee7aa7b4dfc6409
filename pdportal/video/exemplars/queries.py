"""Clips to learn from, as pages read them."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload

from pdportal.accounts.models import Person
from pdportal.db import db
from pdportal.video.exemplars import policy
from pdportal.video.exemplars.models import Exemplar
from pdportal.video.models import Clip


def exemplars(person: Person) -> Sequence[Exemplar]:
    """All that somebody can learn from, the newest first."""
    return db.session.scalars(_shown(person).order_by(Exemplar.id.desc()).limit(200)).all()


def exemplar_page(person: Person, exemplar_id: int) -> Select[Exemplar]:
    """One of them."""
    return _shown(person).where(Exemplar.id == exemplar_id)


def _shown(person: Person) -> Select[Exemplar]:
    clip = joinedload(Exemplar.clip)
    return policy.exemplars_seen_by(person.id).options(
        clip.joinedload(Clip.owner).joinedload(Person.school), joinedload(Exemplar.school)
    )


def was_offered(clip_id: int) -> bool:
    """Whether a clip is or was offered to learn from."""
    return bool(db.session.scalar(select(select(Exemplar).filter_by(clip_id=clip_id).exists())))
