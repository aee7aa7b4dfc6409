"""Our own frameworks: checked like a program, published without losing where people stand."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select

from pdportal.db import db
from pdportal.skills import queries, services
from pdportal.skills.frameworks.models import Framework, Skill
from pdportal.skills.frameworks.reading import read_framework
from pdportal.skills.frameworks.services import publish_frameworks
from pdportal.skills.models import Source
from tests.people import World

OURS = Path(__file__).parents[2] / "content" / "frameworks"

SMALL = """---
title: Small
summary: Two skills.
levels: [Not yet, Often]
---

## Talk {#talk}

Who is heard.

### Questioning {#questioning}

Ask *good* questions.

Also: questions, wait time

1. I answer them.
2. They do.

### Discussion {#discussion}

Talk with one another.

1. I talk.
2. They do.
"""


@pytest.fixture
def write(tmp_path: Path):
    def _write(text: str = SMALL, name: str = "small.md") -> Path:
        path = tmp_path / name
        path.write_text(text, "utf-8")
        return path

    return _write


def said(path: Path) -> list[str]:
    return [f"{each.line} {each.level} {each.message}" for each in read_framework(path)[1]]


def test_what_comes_with_the_portal_is_sound_and_covers_its_modules(app, world: World):
    assert publish_frameworks(OURS.glob("*.md")) == []
    names = [
        "questioning",
        "discussion",
        "feedback",
        "goals",
        "choice",
        "pace",
        "checks",
        "projects",
        "reflection",
        "questions",
        "revision",
        "planning",
        "growth",
        "observation",
    ]
    names += ["formative assessment", "learner profiles", "being observed", "classroom talk"]
    names += ["growth from mistakes", "working with colleagues", "lesson planning", "Mistakes"]
    with app.test_request_context():
        assert queries.skills_named(world.ada, names).keys() == set(names)


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        (" {#discussion}", "", "20 error “Discussion” has no code."),
        ("{#discussion}", "{#questioning}", "20 error The code “questioning” is used twice"),
        ("{#discussion}", "{#Dis_cussion}", "20 error “Dis_cussion” cannot be a code."),
        ("2. They do.\n\n###", "\n###", "11 error “Questioning” describes 1 levels, not 2."),
        ("Ask *good* questions.\n", "", "11 error “Questioning” has no statement."),
        ("levels: [Not yet, Often]\n", "", "1 error “levels” is missing."),
        ("levels: [Not yet, Often]", "levels: [Often]", "4 error A progression has 2 to 8 levels."),
        ("title: Small\n", "", "1 error “title” is missing."),
        ("## Talk {#talk}\n", "Words.\n\n## Talk {#talk}\n", "7 warning This stands before"),
        ("Who is heard.", "::: question\n- [x] A\n:::", "9 error A block called “question”"),
        ("summary:", "sumary:", "3 warning There is no setting “sumary”."),
    ],
)
def test_a_fault_is_told_with_its_line(write, old: str, new: str, problem: str):
    assert old in SMALL
    assert any(line.startswith(problem) for line in said(write(SMALL.replace(old, new, 1)))), said(
        write(SMALL.replace(old, new, 1))
    )


def test_a_change_keeps_where_people_stand_and_twice_changes_nothing(app, world: World, write):
    publish_frameworks([write()])
    before = db.session.execute(select(Skill.__table__)).all()
    publish_frameworks([write()])
    assert db.session.execute(select(Skill.__table__)).all() == before
    with app.test_request_context():
        skill = queries.skills_named(world.ada, ["wait time"])["wait time"]
        services.place(world.ada, skill, 2, source=Source.SELF)
        changed = SMALL.replace("Ask *good* questions.", "Ask better ones.").replace(
            "[Not yet, Often]", "[Not yet, Now and then, Often]"
        )
        changed = changed.replace("They do.", "They begin.\n3. They do.").replace(
            "### Discussion {#discussion}", "### Talk in pairs {#pairs}"
        )
        assert publish_frameworks([write(changed)]) == []
        db.session.refresh(skill)
        assert skill.statement == "Ask better ones."
        assert [(line.said, line.last) for line, _others in queries.standings(world.ada)] == [
            ("Often", 2)
        ]
        gone = db.session.scalars(select(Skill).where(Skill.identifier == "discussion")).one()
        assert gone.gone_at
        assert "Discussion" not in queries.skills_named(world.ada, ["Discussion"])
        publish_frameworks([write()])
        assert queries.skills_named(world.ada, ["Discussion"])["Discussion"] == gone


def test_an_error_in_one_file_publishes_none(write, world: World):
    good, bad = write(), write("## No front matter", "bad.md")
    assert publish_frameworks([good, bad])
    assert db.session.query(Framework).count() == 0
