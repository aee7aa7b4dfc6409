"""Where suggestions come from: one small function each, all asked in two statements.

A source of `NEEDS` gives what somebody needs or likes, in words; modules with a skill of that name
are suggested. A source of `ROWS` gives modules by itself. What weighs more is shown first.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import DateTime, Select, Text, cast, literal, null, select
from sqlalchemy.orm import aliased

from pdportal.accounts.models import Person
from pdportal.feedback.works.models import Work
from pdportal.folding import folded_words, has_no_blanks
from pdportal.goals import policy as goals
from pdportal.goals.models import Goal
from pdportal.modules.checks.models import CheckTry
from pdportal.modules.models import Edition, Enrollment, Facet, Module, ModuleTag
from pdportal.modules.suggestions import policy
from pdportal.modules.suggestions.models import Recommendation
from pdportal.skills.profiles.models import Part, ProfilePart
from pdportal.skills.queries import standing_rows

BEGINNING = 5
"""Words are the same from so many letters on: "question", "questions", "questioning"."""


@dataclass(frozen=True)
class Source:
    """A source: how much its reason weighs, what it asks, and its reason in one sentence."""

    weight: int
    ask: Callable[[Person], Select[*tuple[Any, ...]]]
    say: Callable[[str, str], str]
    """Of what it is about and who or what says so."""
    is_exact: bool = False
    """Whether a need names a skill, and is no text that may speak of one."""
    read: Callable[[str], Iterable[str]] = lambda words: (words,)
    """The needs in what was asked for."""


def goal_words(person: Person) -> Select[*tuple[Any, ...]]:
    """The goals somebody works on, by their titles."""
    mine = goals.goals_seen_by(person).join(Work, Work.id == Goal.work_id)
    return mine.where(Goal.is_open, ~Goal.is_draft).with_only_columns(Work.title.label("words"))


def open_in_checks(person: Person) -> Select[*tuple[Any, ...]]:
    """The plans of the last tries at checks that somebody has not met, for `skills_of_plan`."""
    later = aliased(CheckTry)
    is_over = select(later.id).where(
        later.enrollment_id == CheckTry.enrollment_id,
        later.line == CheckTry.line,
        later.number > CheckTry.number,
        later.handed_in_at.is_not(None),
    )
    return (
        select(cast(CheckTry.plan, Text).label("words"))
        .join(Enrollment, Enrollment.id == CheckTry.enrollment_id)
        .where(
            Enrollment.person_id == person.id,
            CheckTry.handed_in_at.is_not(None),
            CheckTry.is_met.is_(False),
            ~is_over.exists(),
        )
    )


def skills_of_plan(stored: str) -> list[str]:
    """The skills that a plan helps with, once each."""
    return list(dict.fromkeys(line["skill"] for line in json.loads(stored)))


def placed_skills(person: Person) -> Select[*tuple[Any, ...]]:
    """The skills somebody stands on below the highest level."""
    now = standing_rows(person).subquery()
    return select(now.c.name.label("words")).where(now.c.position < now.c.last)


def interests(person: Person) -> Select[*tuple[Any, ...]]:
    """The interests of a profile whose owner lets suggestions use them."""
    return select(ProfilePart.words.label("words")).where(
        ProfilePart.person_id == person.id,
        ProfilePart.part == Part.INTERESTS,
        ProfilePart.suggests,
    )


def recommended(person: Person) -> Select[*tuple[Any, ...]]:
    """What colleagues recommended, the last first."""
    return (
        policy.recommendations_to(person)
        .join(Person, Person.id == Recommendation.from_id)
        .with_only_columns(
            Recommendation.module_id,
            Recommendation.why.label("about"),
            Person.name.label("by"),
            Recommendation.at.label("at"),
        )
    )


def follows(person: Person) -> Select[*tuple[Any, ...]]:
    """The modules that come after one somebody finished."""
    return (
        select(
            ModuleTag.module_id,
            Edition.title.label("about"),
            literal("").label("by"),
            Enrollment.finished_at.label("at"),
        )
        .join(Module, Module.slug == ModuleTag.name)
        .join(Enrollment, Enrollment.module_id == Module.id)
        .join(Edition, Edition.id == Enrollment.edition_id)
        .where(
            ModuleTag.facet == Facet.AFTER,
            Enrollment.person_id == person.id,
            Enrollment.finished_at.is_not(None),
        )
    )


def with_skills(names: Iterable[str]) -> Select[*tuple[Any, ...]]:
    """The modules that are about one of these skills."""
    return select(
        ModuleTag.module_id,
        ModuleTag.name.label("about"),
        literal("").label("by"),
        cast(null(), DateTime).label("at"),
    ).where(ModuleTag.facet == Facet.SKILL, ModuleTag.name.in_(list(names)))


ROWS: dict[str, Source] = {
    "recommended": Source(
        50, recommended, lambda about, by: _("%(name)s: “%(why)s”", name=by, why=about)
    ),
    "follows": Source(
        20,
        follows,
        lambda about, _by: _("It follows “%(title)s”, which you finished.", title=about),
    ),
}
NEEDS: dict[str, Source] = {
    "check": Source(
        45,
        open_in_checks,
        lambda about, _by: _(
            "It is about %(skill)s, which your last check left open.", skill=about
        ),
        is_exact=True,
        read=skills_of_plan,
    ),
    "placement": Source(
        40,
        placed_skills,
        lambda about, _by: _("It helps toward your next level in %(skill)s.", skill=about),
        is_exact=True,
    ),
    "goal": Source(
        30,
        goal_words,
        lambda about, by: _(
            "It is about %(skill)s, as is your goal “%(goal)s”.", skill=about, goal=by.rstrip(".")
        ),
    ),
    "interest": Source(
        10,
        interests,
        lambda about, _by: _("It is about %(skill)s, which is among your interests.", skill=about),
    ),
}
"""By name."""


def speaks_of(words: str, skill: str, *, is_exact: bool) -> bool:
    """Whether a text names a skill: all its words that are long enough, by their beginnings.

    In scripts that say much with few letters, or write words without blanks, anywhere in it.
    """
    spoken, named = folded_words(words), folded_words(skill)
    if is_exact:
        return spoken == named
    sought = [word for word in named if len(word) >= (2 if _is_dense(word) else 4)]
    return bool(sought) and all(any(_alike(word, other) for other in spoken) for word in sought)


def _is_dense(word: str) -> bool:
    return word >= "\u2e80"


def _alike(word: str, other: str) -> bool:
    if _is_dense(word) or has_no_blanks(word):
        return word in other
    return word == other or (
        min(len(word), len(other)) >= BEGINNING and word[:BEGINNING] == other[:BEGINNING]
    )
