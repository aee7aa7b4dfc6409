"""Who may see and say where somebody stands.

Placements are the person's own: nobody else reads them, not coaches, leads or admins. A coach
places a teacher only on the skill that this teacher asked about, once for each time they asked, as
long as they work together; the coach sees the question and not what was said before. What a coach
or a provider says is the person's to read at once, to hide and to object to; what is hidden or
objected to says nothing any more. Offers are seen by colleagues of the school, or of the district.
Nobody sees how many people said where they stand: one could be told from the others by it.
"""

from __future__ import annotations

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.orm import aliased

from pdportal.accounts.models import Person
from pdportal.accounts.policy import leads_district
from pdportal.cohorts.models import Coaching
from pdportal.skills.frameworks.models import Framework, Skill
from pdportal.skills.models import Offer, Placement, SkillRequest, Source


def frameworks_seen_by(person: Person) -> Select[Framework]:
    """The frameworks that all have, and those of somebody's district."""
    return select(Framework).where(is_had_in(person.district_id))


def may_import(person: Person) -> bool:
    """Whoever leads the whole district brings frameworks in; they are seen by all its people."""
    return leads_district(person)


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
    """One's own lines that hold: not corrected, taken back, hidden or objected to."""
    return placements_seen_by(person).where(is_standing())


def is_standing() -> ColumnElement[bool]:
    """Whether a line holds, as a condition on `Placement`."""
    later = aliased(Placement)
    corrected = select(later.id).where(later.corrects_id == Placement.id).exists()
    return and_(
        Placement.position.is_not(None),
        Placement.hidden_at.is_(None),
        Placement.objected_at.is_(None),
        ~corrected,
    )


def may_take_back(person: Person, line: Placement) -> bool:
    """What one said oneself; of others' lines one says that they are wrong, or hides them."""
    return line.person_id == person.id and line.source is Source.SELF


def may_answer_back(person: Person, line: Placement) -> bool:
    """Hide and object to what others said of oneself."""
    return line.person_id == person.id and line.source is not Source.SELF


def requests_to_answer(coach: Person) -> Select[SkillRequest]:
    """What teachers ask their coach about themselves, as long as they work together."""
    return (
        select(SkillRequest)
        .join(
            Coaching,
            and_(
                Coaching.coach_id == SkillRequest.coach_id,
                Coaching.teacher_id == SkillRequest.person_id,
                Coaching.is_current,
            ),
        )
        .where(SkillRequest.coach_id == coach.id, SkillRequest.is_open)
    )


def offers_seen_by(person: Person) -> Select[Offer]:
    """The offers of active colleagues of one's district, or of one's school; and one's own."""
    near: ColumnElement[bool] = or_(Offer.to_district, Person.school_id == person.school_id)
    theirs = and_(Person.active, Person.district_id == person.district_id, near)
    return (
        select(Offer)
        .join(Person, Person.id == Offer.person_id)
        .where(Offer.is_open, or_(theirs, Offer.person_id == person.id))
    )
