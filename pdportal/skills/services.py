"""Saying where somebody stands on a skill."""

from __future__ import annotations

from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import select

from pdportal import clock
from pdportal.accounts.models import Person
from pdportal.activity.services import record
from pdportal.db import add_unless_there, db
from pdportal.skills.frameworks.models import Skill
from pdportal.skills.levels import last_position, levels_of, say_position
from pdportal.skills.models import Placement, Source
from pdportal.web.errors import Refused


def place(
    person: Person,
    skill: Skill,
    position: int,
    *,
    source: Source,
    said_by: Person | None = None,
    at: datetime | None = None,
    words: str = "",
    provider: str = "",
    from_title: str = "",
    from_url: str = "",
    key: str | None = None,
    corrects: Placement | None = None,
) -> Placement:
    """Add a line that says where `person` stands: `position` in halves of a step, see `Placement`.

    `said_by` is who says so, where that is somebody else. Whoever calls this has asked whether they
    may. With a `key` ("check:17:questioning") the line is added once, however often it is sent.
    Raises `Refused` where the skill takes no placement or has no such position.
    """
    if key and (there := _sent_before(person, key)):
        return there
    levels = levels_of(skill)
    last = last_position(levels)
    if not skill.takes_placement or not 0 <= position <= last:
        raise Refused(_("Choose one of the levels."), status=422, field="position")
    line = Placement(
        person_id=person.id,
        skill_id=skill.id,
        position=position,
        last=last,
        said=say_position(levels, position),
        source=source,
        said_by_id=said_by.id if said_by else None,
        at=at or clock.now(),
        words=words,
        provider=provider,
        from_title=from_title[:200],
        from_url=from_url[:300],
        key=key,
        corrects_id=corrects.id if corrects else None,
    )
    if not add_unless_there(line):
        if key and (there := _sent_before(person, key)):
            return there
        raise Refused(_("This line was corrected in another window."))
    record(said_by or person, "placed", line, source=source.value)
    return line


def _sent_before(person: Person, key: str) -> Placement | None:
    return db.session.scalars(
        select(Placement).where(Placement.person_id == person.id, Placement.key == key)
    ).one_or_none()
