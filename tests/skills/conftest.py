"""A small framework that stories about skills begin with."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

from pdportal.db import db
from pdportal.folding import fold
from pdportal.skills.frameworks.models import Framework, Origin, Skill, SkillName
from tests.conftest import visit

__all__ = ["visit"]

LEVELS = [
    {"name": "Not yet", "text": "I answer my own questions."},
    {"name": "Trying it", "text": "I count to three."},
    {"name": "Part of my teaching", "text": "Everybody has time to think."},
]

GivenSkill = Callable[..., Skill]


@pytest.fixture
def given_skill(app: Flask) -> GivenSkill:
    """A skill of a framework, found by these names."""

    def _given(name: str = "Questioning", *names: str, **about: object) -> Skill:
        framework = db.session.query(Framework).filter_by(**_which(about)).one_or_none()
        if framework is None:
            framework = Framework(title="Teaching", content_hash="", **_which(about))
            db.session.add(framework)
            db.session.flush()
        skill = Skill(
            framework_id=framework.id,
            identifier=about.get("code", fold(name)),
            name=name,
            found_by=fold(name),
            levels=about.get("levels", LEVELS),
        )
        db.session.add(skill)
        db.session.flush()
        known = dict.fromkeys(map(fold, (name, *names)))
        db.session.add_all(SkillName(skill_id=skill.id, name=known_as) for known_as in known)
        db.session.commit()
        return skill

    return _given


def _which(about: dict[str, object]) -> dict[str, object]:
    return {
        "origin": about.get("origin", Origin.CONTENT),
        "identifier": about.get("framework", "teaching"),
        "district_id": about.get("district_id"),
    }
