"""The skills that a work is about, as its author says: of a practice note, of a goal."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import ForeignKey, Row, delete, select
from sqlalchemy.orm import Mapped, mapped_column

from pdportal.accounts.models import Person
from pdportal.db import Base, db
from pdportal.feedback.works.models import Work
from pdportal.skills.frameworks.models import Skill
from pdportal.skills.policy import skills_seen_by

MOST_SKILLS = 2


class WorkSkill(Base):
    """A work is about a skill."""

    __tablename__ = "note_skill"

    work_id: Mapped[int] = mapped_column(ForeignKey("work.id"), primary_key=True)
    skill_id: Mapped[int] = mapped_column(
        ForeignKey("skill.id", ondelete="CASCADE"), primary_key=True, index=True
    )


def skills_of(work: Work) -> Sequence[Row[int, str]]:
    """The skills a work is about: id and name."""
    return db.session.execute(
        select(Skill.id, Skill.name)
        .join(WorkSkill, WorkSkill.skill_id == Skill.id)
        .where(WorkSkill.work_id == work.id)
        .order_by(Skill.id)
    ).all()


def set_skills(author: Person, work: Work, skills: Collection[int]) -> None:
    """Say which skills a work is about, in the place of those said before."""
    db.session.execute(delete(WorkSkill).where(WorkSkill.work_id == work.id))
    ids = known_skills(author, skills)
    db.session.add_all(WorkSkill(work_id=work.id, skill_id=id_) for id_ in ids)


def known_skills(person: Person, ids: Collection[int]) -> Sequence[int]:
    """Of the skills with these ids, `MOST_SKILLS` at most that somebody can choose."""
    known = skills_seen_by(person).where(Skill.id.in_(ids), Skill.gone_at.is_(None))
    in_order = known.with_only_columns(Skill.id).order_by(Skill.id).limit(MOST_SKILLS)
    return db.session.scalars(in_order).all()
