"""What pages about clips read."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from sqlalchemy import Integer, Row, Select, String, bindparam, select
from sqlalchemy.orm import joinedload, with_expression

from pdportal.accounts.models import Away, Person
from pdportal.accounts.queries import named
from pdportal.cohorts.policy import coaches_of, people_known_to
from pdportal.db import db, fetch_one
from pdportal.video import policy
from pdportal.video.edits import Edit
from pdportal.video.models import Clip, ClipFile, ClipShare
from pdportal.web.locale import portal_today


def clip_page(person: Person, clip_id: int) -> Select[Clip]:
    """One clip that somebody may see, with its owner."""
    return policy.clips_seen_by(person.id).where(Clip.id == clip_id).options(joinedload(Clip.owner))


def own_clip(owner: Person, clip_id: int) -> Clip | None:
    """A clip of one's own; its film may be deleted."""
    own = select(Clip).where(Clip.id == clip_id, Clip.owner_id == owner.id)
    return db.session.scalars(own).one_or_none()


def clip_file(
    person: Person, clip_id: int, purpose: str = ""
) -> Row[str, int, str, str, int] | None:
    """What is needed to hand out a file of a clip, to those who may see it now; without a purpose,
    the one that is played."""
    who = {"person": person.id, "clip": clip_id}
    if purpose:
        return fetch_one(_file_for(ClipFile), {**who, "purpose": purpose})
    return fetch_one(_file_for(Clip), who)


@cache
def _file_for(table: type[Clip | ClipFile]) -> Select[str, int, str, str, int]:
    who, clip = (bindparam(name, type_=Integer) for name in ("person", "clip"))
    purpose = ClipFile.purpose == bindparam("purpose", type_=String)
    seen = (
        policy.files_seen_by(who).where(Clip.id == clip)
        if table is Clip
        else policy.further_files_seen_by(who).where(ClipFile.clip_id == clip, purpose)
    )
    return seen.with_only_columns(
        table.storage_key, table.size, table.content_type, table.sha256, Clip.owner_id
    )


def being_made_of(clip: Clip, edits: Sequence[Edit], *, is_silent: bool) -> Clip | None:
    """The new clip that is being made of a clip with just these edits."""
    same_file = Clip.owner_id == clip.owner_id, Clip.sha256 == clip.sha256, Clip.id != clip.id
    waiting = select(Clip).where(*same_file, Clip.processed_at.is_(None), Clip.deleted_at.is_(None))
    for new in db.session.scalars(waiting.where(Clip.is_silent == is_silent)):
        if [Edit.stored(each) for each in new.edits or ()] == list(edits):
            return new
    return None


def purposes_of(clip: Clip) -> dict[str, ClipFile]:
    """The further files of a clip, by what each is for."""
    of_clip = select(ClipFile).where(ClipFile.clip_id == clip.id)
    return {file.purpose: file for file in db.session.scalars(of_clip)}


def shares_of(clip: Clip) -> Sequence[ClipShare]:
    """Everybody with whom a clip is or was shared, with their names, and whether they are away; the
    first first."""
    away = select(Away.person_id).where(Away.person_id == ClipShare.person_id)
    is_away = away.where(Away.on(portal_today())).correlate(ClipShare).exists()
    return db.session.scalars(
        select(ClipShare)
        .where(ClipShare.clip_id == clip.id)
        .options(joinedload(ClipShare.person), with_expression(ClipShare.is_away, is_away))
        .order_by(ClipShare.id)
    ).all()


def share_of(clip: Clip, share_id: int) -> Select[ClipShare]:
    """One share of a clip."""
    return select(ClipShare).where(ClipShare.id == share_id, ClipShare.clip_id == clip.id)


def my_share(person: Person, clip: Clip) -> ClipShare | None:
    """What lets somebody see a clip that is not theirs."""
    return db.session.scalars(
        policy.shares_standing(person.id).where(ClipShare.clip_id == clip.id)
    ).one_or_none()


def people_to_show(
    owner: Person, words: str = ""
) -> Sequence[Row[int, str, str, bool, int | None]]:
    """Those one can share with: one's coaches, and colleagues found by name; coaches first."""
    coach = Person.id.in_(coaches_of(owner.id).order_by(None).with_only_columns(Person.id))
    known = people_known_to(owner).where(Person.id != owner.id)
    found = Person.id.in_(select(named(words, owner.district_id).c.person_id))
    known = known.where(coach | found)
    return db.session.execute(
        known.with_only_columns(
            Person.id,
            Person.name,
            Person.teaches,
            coach.label("is_coach"),
            Person.answers_within,
        )
        .order_by(coach.desc(), Person.sort_key, Person.id)
        .limit(30)
    ).all()


def person_to_show(owner: Person, person_id: int) -> Select[Person]:
    """One of the people one can share with."""
    return people_known_to(owner).where(Person.id == person_id, Person.id != owner.id)
