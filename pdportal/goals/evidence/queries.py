"""What pages read of the evidence for a goal."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from sqlalchemy import Select, and_, select

from pdportal.accounts.models import Person
from pdportal.db import db
from pdportal.feedback.files.models import FilePicture, WorkFile
from pdportal.goals import policy
from pdportal.goals.models import Evidence, EvidenceSkill, Goal
from pdportal.skills.frameworks.models import Skill


class Shown(NamedTuple):
    """The first page or picture of a file."""

    work_id: int
    file_id: int
    storage_key: str
    width: int
    height: int


@dataclass
class Gathered:
    """One piece of evidence, with what is shown of it and the skills it is about."""

    piece: Evidence
    picture: Shown | None
    skills: list[str] = field(default_factory=list)


def evidence_of(goal: Goal) -> list[Gathered]:
    """What was gathered for a goal, the oldest first, also what was removed; one statement."""
    pieces: dict[int, Gathered] = {}
    rows: Iterable[Any] = db.session.execute(
        select(
            Evidence,
            Skill.name,
            WorkFile.work_id,
            WorkFile.id,
            FilePicture.storage_key,
            FilePicture.width,
            FilePicture.height,
        )
        .outerjoin(EvidenceSkill, EvidenceSkill.evidence_id == Evidence.id)
        .outerjoin(Skill, Skill.id == EvidenceSkill.skill_id)
        .outerjoin(WorkFile, WorkFile.id == Evidence.file_id)
        .outerjoin(FilePicture, and_(FilePicture.file_id == WorkFile.id, FilePicture.number == 1))
        .where(Evidence.goal_id == goal.id)
        .order_by(Evidence.added_at, Evidence.id, Skill.id)
    )
    for piece, skill, *shown in rows:
        picture = Shown(*shown) if shown[2] else None
        row = pieces.setdefault(piece.id, Gathered(piece, picture))
        row.skills += [skill] if skill else []
    return list(pieces.values())


def evidence(person: Person, goal: Goal, evidence_id: int) -> Select[Evidence]:
    """One piece of one's own evidence for a goal."""
    return policy.evidence_seen_by(person).where(
        Evidence.id == evidence_id, Evidence.goal_id == goal.id
    )
