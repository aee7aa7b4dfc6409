"""The library: cards, filters and search, with as many statements for 2,000 modules as for 20."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Select, and_, func, or_, select

from pdportal.accounts.models import Person
from pdportal.db import db
from pdportal.folding import words_of
from pdportal.modules.library import search
from pdportal.modules.models import ModuleSkill
from pdportal.modules.parts import (
    ME,
    Line,
    assigned_to_me,
    assignment,
    assignments_in_cohorts,
    edition,
    enrollment,
    minutes_left,
    module,
    my_editions,
    page,
    page_to_go_on,
    pages_on_the_way,
    pages_read,
)

PER_PAGE = 24
MOST_SKILLS = 24
SITTINGS = {"20": 20, "45": 45}
"""Minutes somebody has now: for what is left of a module, or for its next page."""
LONGER = 45
LENGTHS = (*SITTINGS, "more")

skill = ModuleSkill.__table__
next_page = page.alias("next_page")


@dataclass(frozen=True)
class Wish:
    """What somebody looks for in the library."""

    words: str = ""
    length: str = ""
    skill: str = ""
    page: int = 1

    @property
    def is_open(self) -> bool:
        """Whether nothing narrows the library."""
        return not (self.words.strip() or self.length or self.skill)


def library(person: Person, wish: Wish) -> tuple[Sequence[Line], bool]:
    """The cards of one page of the library, and whether all words were found on them.

    Searched, the best come first; else by title. Where none has all the words, those with some.
    """
    words = words_of(wish.words)
    if wish.words.strip() and not words:
        return [], True
    rows = _cards(person, wish, words, every=True)
    if rows or len(words) < 2:
        return rows, True
    return _cards(person, wish, words, every=False), False


def library_page(number: str) -> int:
    """The number of a page as typed in an address; 1 for anything that is no number."""
    return (
        min(int(number), 10_000) if number.isascii() and number.isdecimal() and int(number) else 1
    )


def skills() -> Sequence[Line]:
    """The skills most modules are about, in alphabetical order."""
    most = (
        select(skill.c.name, func.count().label("modules"))
        .group_by(skill.c.name)
        .order_by(func.count().desc(), skill.c.name)
        .limit(MOST_SKILLS)
        .subquery()
    )
    return db.session.execute(select(most).order_by(most.c.name)).all()


def _cards(person: Person, wish: Wish, words: list[str], *, every: bool) -> Sequence[Line]:
    cards = _all_cards().limit(PER_PAGE).offset(PER_PAGE * (wish.page - 1))
    cards = _matching(cards, words, every) if words else cards.select_from(_with_next_page())
    cards = cards.order_by(edition.c.title, module.c.id)
    if wish.length in SITTINGS:
        cards = cards.where(_fits(SITTINGS[wish.length]))
    elif wish.length:
        cards = cards.where(edition.c.minutes > LONGER)
    if wish.skill:
        cards = cards.where(
            select(skill.c.name)
            .where(skill.c.module_id == module.c.id, skill.c.name == wish.skill)
            .correlate(module)
            .exists()
        )
    return db.session.execute(cards, {ME.key: person.id}).all()


def _fits(minutes: int) -> ColumnElement[bool]:
    """What is left of a module that is not finished, or its next page, takes no longer."""
    left = minutes_left().between(1, minutes)
    return and_(
        enrollment.c.finished_at.is_(None), or_(left, next_page.c.minutes.between(1, minutes))
    )


def _all_cards() -> Select[Any]:
    """The columns of a card, without a FROM."""
    due = (
        select(func.min(assignment.c.due_on))
        .select_from(assignments_in_cohorts())
        .where(assigned_to_me, assignment.c.module_id == module.c.id)
        .correlate(module)
    )
    return select(
        module.c.id,
        module.c.slug,
        edition.c.title,
        edition.c.summary,
        edition.c.minutes,
        edition.c.skills,
        edition.c.outcomes,
        edition.c.language,
        enrollment.c.begun_at,
        enrollment.c.finished_at,
        pages_on_the_way().label("pages"),
        pages_read().label("pages_read"),
        minutes_left().label("minutes_left"),
        next_page.c.slug.label("next_slug"),
        next_page.c.title.label("next_title"),
        next_page.c.minutes.label("next_minutes"),
        due.with_only_columns(func.count()).scalar_subquery().label("given"),
        due.scalar_subquery().label("due_on"),
        func.count().over().label("all_of_them"),
    )


def _with_next_page() -> FromClause:
    return my_editions().outerjoin(next_page, next_page.c.id == page_to_go_on())


def _matching(cards: Select[Any], words: list[str], every: bool) -> Select[Any]:
    """The modules with these words, each with its best page, the best first."""
    matches = search.matching(words, every=every)
    hit = page.alias("hit")
    return (
        cards.add_columns(
            hit.c.slug.label("hit_slug"),
            hit.c.title.label("hit_title"),
            hit.c.text.label("hit_text"),
        )
        .select_from(
            _with_next_page()
            .join(matches, matches.c.module_id == module.c.id)
            .outerjoin(hit, hit.c.id == matches.c.page_id)
        )
        .order_by(matches.c.score)
    )
