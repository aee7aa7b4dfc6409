"""What is suggested to somebody and why, and what is theirs: saved, put aside, recommended."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Row, and_, func, literal, or_, select, union_all

from pdportal import clock
from pdportal.accounts.models import Person
from pdportal.accounts.queries import named
from pdportal.cohorts.models import Cohort
from pdportal.db import db
from pdportal.modules.enrollments.going_on import check, check_columns, check_to_meet
from pdportal.modules.parts import (
    ME,
    TODAY,
    Line,
    another_way_at,
    edition,
    enrollment,
    is_paused,
    module,
    my_editions,
    page,
    page_to_go_on,
    pages_on_the_way,
    pages_read,
)
from pdportal.modules.suggestions import policy
from pdportal.modules.suggestions.models import ModuleMark, Recommendation
from pdportal.modules.suggestions.sources import NEEDS, ROWS, speaks_of, with_skills
from pdportal.web.locale import zone_here

MOST = 3
MOST_ROWS = 300

mark = ModuleMark.__table__
my_mark = and_(mark.c.module_id == module.c.id, mark.c.person_id == ME)


class Suggested(NamedTuple):
    """A module, and the reason that weighs most."""

    module: Line
    weight: int
    reason: str


def suggestions(
    person: Person, skills: Collection[str], without: Collection[int] = (), *, most: int = MOST
) -> list[Suggested]:
    """Up to `most` modules that somebody has neither begun nor put aside, each with its reason.

    `skills` are the names that modules go by, which the library has counted; `without` are modules
    shown already. What weighs most comes first, then what came last, then by title: always the
    same. Two statements.
    """
    needed = _needed(person, skills) if skills else {}
    parts = [select(literal(name).label("source"), source.ask(person).subquery())
             for name, source in ROWS.items()]  # fmt: skip
    if needed:
        parts.append(select(literal("skill").label("source"), with_skills(needed).subquery()))
    reasons = union_all(*parts).subquery("reasons")
    rows = db.session.execute(
        select(
            *(module.c[name] for name in ("id", "slug")),
            *(edition.c[name] for name in ("title", "summary", "minutes", "skills", "cover")),
            *(reasons.c[name] for name in ("source", "about", "by", "at")),
        )
        .select_from(
            my_editions().join(reasons, reasons.c.module_id == module.c.id).outerjoin(mark, my_mark)
        )
        .where(
            enrollment.c.id.is_(None),
            mark.c.put_aside_at.is_(None),
            module.c.id.not_in(list(without)),
        )
        .order_by(reasons.c.source, reasons.c.at.desc(), edition.c.sort_key, module.c.id)
        .limit(MOST_ROWS),
        {ME.key: person.id},
    ).all()
    best: dict[int, Suggested] = {}
    for row in rows:
        suggested = _reason(row, needed)
        if row.id not in best or suggested.weight > best[row.id].weight:
            best[row.id] = suggested
    return sorted(best.values(), key=lambda each: -each.weight)[:most]


def what_follows(person: Person, finished: Line) -> list[Suggested]:
    """Up to `MOST` modules that build on one somebody finished, and one more; one statement."""
    found = suggestions(person, (), {finished.id}, most=MOST_ROWS)
    build_on = [
        each
        for each in found
        if (each.module.source, each.module.about) == ("follows", finished.title)
    ]
    others = [each for each in found if each not in build_on]
    return build_on[:MOST] + others[:1]


def _reason(row: Line, needed: dict[str, tuple[int, str]]) -> Suggested:
    source = ROWS.get(row.source)
    if source is not None:
        return Suggested(row, source.weight, source.say(row.about, row.by))
    return Suggested(row, *needed[row.about])


def _needed(person: Person, skills: Iterable[str]) -> dict[str, tuple[int, str]]:
    """The skills that somebody's needs speak of: the weight and the sentence of each."""
    parts = [select(literal(name).label("source"), source.ask(person).subquery())
             for name, source in NEEDS.items()]  # fmt: skip
    needs = db.session.execute(union_all(*parts)).all()
    found: dict[str, tuple[int, str]] = {}
    sentences = [(NEEDS[need.source], words) for need in needs
            for words in NEEDS[need.source].read(need.words)]  # fmt: skip
    for skill in skills if sentences else ():
        for source, words in sentences:
            weighs_more = skill not in found or source.weight > found[skill][0]
            if weighs_more and speaks_of(words, skill, is_exact=source.is_exact):
                found[skill] = source.weight, source.say(skill, words)
    return found


def marked() -> list[ColumnElement[Any]]:
    """What a module's own page asks of the person `ME`: saved, put aside, recommended by or to."""
    mine = Recommendation.__table__
    is_mine = or_(mine.c.to_id == ME, mine.c.from_id == ME)
    told = select(func.count()).where(mine.c.module_id == module.c.id, is_mine)
    return [
        *(select(mark.c[name]).where(my_mark).correlate(module).scalar_subquery().label(name)
          for name in ("saved_at", "put_aside_at")),
        told.correlate(module).scalar_subquery().label("recommended"),
    ]  # fmt: skip


def recommended_here(person: Person, module_id: int) -> Sequence[Row[*tuple[Any, ...]]]:
    """What was recommended of a module to somebody or by them, the last first."""
    giver, receiver = Person.__table__.alias(), Person.__table__.alias()
    mine = Recommendation.__table__
    return db.session.execute(
        select(
            *mine.c["id", "from_id", "why", "at", "thanked_at"],
            giver.c.name.label("giver"),
            func.coalesce(Cohort.name, receiver.c.name).label("to"),
            Cohort.name.label("cohort"),
        )
        .select_from(
            mine.join(giver, giver.c.id == mine.c.from_id)
            .join(receiver, receiver.c.id == mine.c.to_id)
            .outerjoin(Cohort.__table__, Cohort.id == mine.c.cohort_id)
        )
        .where(
            mine.c.module_id == module_id,
            or_(mine.c.to_id == person.id, mine.c.from_id == person.id),
        )
        .order_by(mine.c.at.desc(), mine.c.id.desc())
        .limit(100)
    ).all()


def colleagues(person: Person, words: str = "") -> Sequence[Row[int, str, str]]:
    """Whom one may recommend a module to: those near, or those found by name; by name."""
    found = Person.id.in_(select(named(words, person.district_id).c.person_id))
    return db.session.execute(
        policy.people_to_recommend_to(person)
        .where(found if words.strip() else policy.is_near(person))
        .with_only_columns(Person.id, Person.name, Person.teaches)
        .order_by(Person.sort_key, Person.id)
        .limit(40)
    ).all()


def cohorts(person: Person) -> Sequence[Row[int, str]]:
    """The cohorts one may recommend a module to."""
    return db.session.execute(
        policy.cohorts_to_recommend_to(person)
        .with_only_columns(Cohort.id, Cohort.name)
        .order_by(Cohort.sort_key, Cohort.id)
    ).all()


def my_modules(person: Person) -> Sequence[Line]:
    """Each module that somebody began, saved or put aside, with where they are in it."""
    go_on = page.alias("go_on")
    return db.session.execute(
        select(
            *module.c["id", "slug"],
            *(edition.c[name] for name in ("title", "summary", "minutes", "cover", "language")),
            *enrollment.c["begun_at", "finished_at", "tested_out_at", "left_at"],
            is_paused.label("is_paused"),
            another_way_at().label("another_way_at"),
            *mark.c["saved_at", "put_aside_at", "reason"],
            go_on.c.slug.label("page_slug"),
            go_on.c.title.label("page_title"),
            pages_on_the_way().label("pages"),
            pages_read().label("pages_read"),
            *check_columns(),
        )
        .select_from(
            my_editions()
            .outerjoin(mark, my_mark)
            .outerjoin(go_on, go_on.c.id == page_to_go_on())
            .outerjoin(check, check.c.id == check_to_meet())
        )
        .where(
            or_(
                enrollment.c.id.is_not(None),
                mark.c.module_id.is_not(None),
                another_way_at().is_not(None),
            )
        )
        .order_by(
            enrollment.c.finished_at.desc(),
            enrollment.c.last_at.desc(),
            mark.c.saved_at.desc(),
            edition.c.sort_key,
            module.c.id,
        )
        .limit(500),
        {ME.key: person.id, TODAY.key: clock.today(zone_here())},
    ).all()
