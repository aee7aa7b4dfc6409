"""Who may see and say where somebody stands.

Placements are the person's own: nobody else reads them, not coaches, leads or admins. A coach
places a teacher only on the skill that this teacher asked about, once for each time they asked, as
long as they work together; the coach sees the question and not what was said before. What a coach
or a provider says is the person's to read at once, to hide and to object to.
"""

from __future__ import annotations

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.orm import aliased

from pdportal.accounts.models import Person
from pdportal.skills.frameworks.models import Framework, Skill
from pdportal.skills.models import Placement


def skills_seen_by(person: Person) -> Select[Skill]:
    """Everybody sees the skills of the frameworks that all have, and of those of their district."""
    return (
        select(Skill)
        .join(Framework, Framework.id == Skill.framework_id)
        .where(is_had_in(person.district_id))
    )


def is_had_in(district_id: int) -> ColumnElement[bool]:
    """The rule of `skills_seen_by`, as a condition on `Framework`."""
    return or_(Framework.district_id.is_(None), Framework.district_id == district_id)


def placements_seen_by(person: Person) -> Select[Placement]:
    """One's own, whoever said them; all lines, also those that were corrected or hidden."""
    return select(Placement).where(Placement.person_id == person.id)


def placements_standing(person: Person) -> Select[Placement]:
    """One's own lines that hold: not corrected, not taken back, not hidden."""
    return placements_seen_by(person).where(is_standing())


def is_standing() -> ColumnElement[bool]:
    """Whether a line holds, as a condition on `Placement`."""
    later = aliased(Placement)
    corrected = select(later.id).where(later.corrects_id == Placement.id).exists()
    return and_(Placement.position.is_not(None), Placement.hidden_at.is_(None), ~corrected)
