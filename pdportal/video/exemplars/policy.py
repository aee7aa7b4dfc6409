"""Who learns from a clip: the staff of the school or district it is offered to, and only by that.

Leads find it as part of that staff and not by leading. What a coach said about it stays between
owner and coach.
"""

from __future__ import annotations

from sqlalchemy import ColumnElement, Select, or_, select
from sqlalchemy.orm import aliased

from pdportal.accounts.models import LEADING, Person, RoleName
from pdportal.video.exemplars.models import Exemplar
from pdportal.video.models import Clip, ClipShare
from pdportal.video.policy import Who

LONGEST_DAYS = 366


def exemplars_seen_by(who: Who) -> Select[Exemplar]:
    """What is offered now to somebody's school or district, by people who are still there."""
    owner, reader = aliased(Person), aliased(Person)
    return (
        select(Exemplar)
        .join(Clip, Clip.id == Exemplar.clip_id)
        .join(owner, owner.id == Clip.owner_id)
        .join(reader, reader.id == who)
        .where(Exemplar.ended_at.is_(None), Clip.deleted_at.is_(None))
        .where(owner.active, owner.district_id == reader.district_id)
        .where(or_(Exemplar.school_id.is_(None), Exemplar.school_id == reader.school_id))
    )


def is_learned_from(who: Who) -> ColumnElement[bool]:
    """A `Clip` that somebody watches because it is offered to them."""
    return Clip.id.in_(exemplars_seen_by(who).with_only_columns(Exemplar.clip_id))


def may_ask_for(person: Person, share: ClipShare | None) -> bool:
    """A coach or lead asks the owner of a clip that is shared with them; nobody takes it."""
    return share is not None and person.holds(*LEADING, RoleName.COACH)
