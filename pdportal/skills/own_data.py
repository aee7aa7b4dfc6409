"""Where somebody stands on skills, what they asked and offered, and their learner profile."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import Executable, delete, or_, select, update

from pdportal.accounts.models import Person
from pdportal.accounts.own_data import OwnPart, Rows, columns_of
from pdportal.cohorts.models import Cohort
from pdportal.skills.frameworks.models import Framework, Skill
from pdportal.skills.models import Offer, Placement, ProfilePart, ProfileShare, SkillRequest


def _rows(person: Person) -> Mapping[str, Rows]:
    """Every line about somebody, also those that were corrected or hidden."""
    asked = (SkillRequest.words, SkillRequest.asked_at, SkillRequest.ended_at)
    offered = (Offer.words, Offer.to_district, Offer.offered_at, Offer.taken_back_at)
    shared = ProfileShare.parts, ProfileShare.shared_at, ProfileShare.taken_back_at
    return {
        "placements": _on_skills(Placement, person, *columns_of(Placement, "person_id", "key")),
        "asked_my_coach": _on_skills(SkillRequest, person, *asked),
        "what_i_can_show": _on_skills(Offer, person, *offered),
        "profile": select(*columns_of(ProfilePart, "person_id"))
        .where(ProfilePart.person_id == person.id)
        .order_by(ProfilePart.part),
        "profile_shared_with": select(
            Person.name.label("with"), Cohort.name.label("with_cohort"), *shared
        )
        .outerjoin_from(ProfileShare, Person, Person.id == ProfileShare.person_id)
        .outerjoin(Cohort, Cohort.id == ProfileShare.cohort_id)
        .where(ProfileShare.owner_id == person.id)
        .order_by(ProfileShare.id),
    }


def _on_skills(
    kind: type[Placement] | type[SkillRequest] | type[Offer], person: Person, *columns: Any
) -> Rows:
    return (
        select(Skill.name.label("skill"), Framework.title.label("framework"), *columns)
        .join_from(kind, Skill, Skill.id == kind.skill_id)
        .join(Framework, Framework.id == Skill.framework_id)
        .where(kind.person_id == person.id)
        .order_by(kind.id)
    )


def _gone(person: Person) -> Iterable[Executable]:
    """What others were placed by this person stays theirs, without a name."""
    mine = or_(SkillRequest.person_id == person.id, SkillRequest.coach_id == person.id)
    own = select(Placement.id).where(Placement.person_id == person.id)
    return [
        delete(SkillRequest).where(or_(mine, SkillRequest.placement_id.in_(own))),
        update(Placement)
        .where(Placement.person_id == person.id)
        .values(corrects_id=None, position=0),
        delete(Placement).where(Placement.person_id == person.id),
        delete(Offer).where(Offer.person_id == person.id),
        delete(ProfilePart).where(ProfilePart.person_id == person.id),
        delete(ProfileShare).where(
            or_(ProfileShare.owner_id == person.id, ProfileShare.person_id == person.id)
        ),
    ]


PART = OwnPart(
    "skills",
    _l("Skills and learner profile"),
    _rows,
    gone=_gone,
    goes=_l(
        "Where you stand on skills, what you asked your coach, what you offered to show, and your "
        "learner profile."
    ),
    stays=_l("Where you, as a coach, placed somebody else: that line is theirs."),
)
