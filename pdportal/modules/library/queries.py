"""The library: cards, filters and search, with as many statements for 2,000 modules as for 20."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Integer,
    Select,
    Subquery,
    and_,
    case,
    cast,
    func,
    literal,
    null,
    or_,
    select,
    union_all,
)

from pdportal import clock
from pdportal.accounts.models import Person
from pdportal.db import db
from pdportal.folding import words_of
from pdportal.modules.library import search
from pdportal.modules.models import ANY, Facet, ModuleTag, Section
from pdportal.modules.parts import (
    ME,
    TODAY,
    Line,
    agreement,
    another_way_at,
    assigned_to_me,
    assignment,
    assignments_in_cohorts,
    due_on,
    edition,
    enrollment,
    given_id,
    is_paused,
    minutes_left,
    module,
    my_editions,
    page,
    page_to_go_on,
    pages_on_the_way,
    pages_read,
)
from pdportal.web.locale import zone_here

PER_PAGE = 24
SITTINGS = {"10": 10, "20": 20, "45": 45}
"""Minutes somebody has now: for what is left of a module, or for its next page."""
LONGER = 45
LENGTHS = (*SITTINGS, "more")
FILTERS = (Facet.GRADE, Facet.SUBJECT, Facet.FORMAT, Facet.LENS, Facet.SKILL, Facet.LANGUAGE)
FOR_ALL = {Facet.GRADE, Facet.SUBJECT}
"""A module that names none of these is for all of them."""

tag = ModuleTag.__table__
next_page = page.alias("next_page")


@dataclass(frozen=True)
class Wish:
    """What somebody looks for in the library."""

    words: str = ""
    length: str = ""
    chosen: Mapping[Facet, str] = field(default_factory=dict)
    page: int = 1

    @property
    def is_open(self) -> bool:
        """Whether nothing narrows the library."""
        return not (self.words.strip() or self.length or self.chosen)

    def without(self, name: str) -> Wish:
        """The same with less: without its words (`q`), its length (`minutes`) or one facet."""
        if name == "q":
            return replace(self, words="")
        if name == "minutes":
            return replace(self, length="")
        return replace(self, chosen={key: at for key, at in self.chosen.items() if key != name})

    @property
    def narrows(self) -> list[str]:
        """The names of what narrows it, as they stand in an address."""
        first = [("q", self.words.strip()), ("minutes", self.length)]
        return [name for name, value in (*first, *self.chosen.items()) if value]


def library(person: Person, wish: Wish) -> tuple[Sequence[Line], bool]:
    """The cards of one page of the library, and whether all words were found on them.

    Searched, the best come first; else what is begun and assigned where minutes are given; else by
    title. Where none has all the words, those with some.
    """
    words = words_of(wish.words)
    if wish.words.strip() and not words:
        return [], True
    rows = _cards(person, _found(wish, words))
    if rows or not search.is_divisible(words):
        return rows, True
    return _cards(person, _found(wish, words, every=False)), False


def library_page(number: str) -> int:
    """The number of a page as typed in an address; 1 for anything that is no number."""
    return (
        min(int(number), 10_000) if number.isascii() and number.isdecimal() and int(number) else 1
    )


def counts(person: Person, wish: Wish, *, every: bool = True) -> Mapping[Facet, Mapping[str, int]]:
    """How many modules each name of each facet would leave, with all else that is chosen."""
    words = words_of(wish.words)
    found_ids = _found(replace(wish, chosen={}, page=1), words, every=every, all_of_them=True)
    base = select(found_ids).cte("base").prefix_with("MATERIALIZED")  # not once for each tag
    others = [or_(tag.c.facet == facet, _is_tagged(facet, name, base.c.id))
              for facet, name in wish.chosen.items()]  # fmt: skip
    rows = db.session.execute(
        select(tag.c.facet, tag.c.name, func.count().label("modules"))
        .select_from(tag.join(base, base.c.id == tag.c.module_id))
        .where(tag.c.facet.in_(FILTERS), *others)
        .group_by(tag.c.facet, tag.c.name),
        {ME.key: person.id},
    )
    found: dict[Facet, dict[str, int]] = {facet: {} for facet in FILTERS}
    for facet, name, modules in rows:
        found[facet][name] = modules
    for facet in FOR_ALL:
        of_all = found[facet].pop(ANY, 0)
        found[facet] = {name: modules + of_all for name, modules in found[facet].items()}
    return found


def loosened(person: Person, wish: Wish) -> dict[str, int]:
    """How many modules there are without one of the things that narrow the library."""
    ways = [
        select(literal(name).label("name"), func.count().label("modules")).select_from(
            _found(less := wish.without(name), words_of(less.words), all_of_them=True)
        )
        for name in wish.narrows
    ]
    if not ways:
        return {}
    rows = db.session.execute(union_all(*ways), {ME.key: person.id})
    return {row.name: row.modules for row in rows if row.modules}


def _found(
    wish: Wish, words: list[str], *, every: bool = True, all_of_them: bool = False
) -> Subquery:
    """The modules of one page in order: `id`, `page_id`, `place`, `all_of_them`; or all ids.

    What nothing asks for is left out: a word that every module has takes long enough.
    """
    found, order = select(module.c.id), _order(wish)
    tables: FromClause = module
    if wish.length or not (words or all_of_them):
        tables = my_editions()
    if words:
        matches = search.matching(words, every=every, ranked=not all_of_them)
        tables = tables.join(matches, matches.c.module_id == module.c.id)
    found = found.select_from(tables).where(
        module.c.current_id.is_not(None),
        *(_is_tagged(facet, name, module.c.id) for facet, name in wish.chosen.items()),
    )
    if wish.length in SITTINGS:
        found = found.where(_fits(SITTINGS[wish.length]))
    elif wish.length:
        found = found.where(edition.c.minutes > LONGER)
    if all_of_them:
        return found.subquery()
    if words:
        found, order = found.add_columns(matches.c.page_id), [matches.c.score, module.c.id]
    else:
        found = found.add_columns(cast(null(), Integer).label("page_id"))
    places = func.row_number().over(order_by=order).label("place")
    found = found.add_columns(places, func.count().over().label("all_of_them"))
    start = PER_PAGE * (wish.page - 1)
    return found.order_by(places).limit(PER_PAGE).offset(start).subquery()


def _order(wish: Wish) -> list[ColumnElement[Any]]:
    order: list[ColumnElement[Any]] = []
    if wish.length in SITTINGS:
        order += [enrollment.c.last_at.is_(None), enrollment.c.last_at.desc(), _given() == 0]
    order += [
        case((_is_tagged(facet, name, module.c.id, or_any=False), 0), else_=1)
        for facet, name in wish.chosen.items()
        if facet in FOR_ALL
    ]
    return [*order, edition.c.sort_key, module.c.id]


def _is_tagged(
    facet: Facet, name: str, module_id: ColumnElement[int], *, or_any: bool = True
) -> ColumnElement[bool]:
    own = tag.alias()
    names = [name, ANY] if facet in FOR_ALL and or_any else [name]
    return (
        select(own.c.name)
        .where(own.c.module_id == module_id, own.c.facet == facet, own.c.name.in_(names))
        .correlate_except(own)
        .exists()
    )


def _fits(minutes: int) -> ColumnElement[bool]:
    """What is left of a module that is not finished, or its next page, takes no longer.

    Of one that is not begun the first page is enough to know.
    """
    at, first = page.alias(), page.alias()
    following = select(at.c.minutes).where(at.c.id == page_to_go_on()).scalar_subquery()
    beginning = (
        select(first.c.minutes)
        .where(first.c.edition_id == edition.c.id, first.c.section == Section.PAGE)
        .order_by(first.c.number)
        .limit(1)
        .correlate(edition)
        .scalar_subquery()
    )
    next_up = case(
        (enrollment.c.id.is_(None), beginning),
        (minutes_left().between(1, minutes), minutes),
        else_=following,
    )
    return and_(enrollment.c.finished_at.is_(None), next_up.between(1, minutes))


def _given() -> ColumnElement[int]:
    """How often a module is assigned to the person `ME`."""
    return (
        select(func.count())
        .select_from(assignments_in_cohorts())
        .where(assigned_to_me, agreement.c.done_at.is_(None), given_id == module.c.id)
        .correlate(module)
        .scalar_subquery()
    )


def _instead() -> ColumnElement[str | None]:
    """The title of the module agreed with the person `ME` in place of one that is assigned."""
    other, its = module.alias(), edition.alias()
    return (
        select(func.min(its.c.title))
        .select_from(
            assignments_in_cohorts()
            .join(other, other.c.id == agreement.c.instead_id)
            .join(its, its.c.id == other.c.current_id)
        )
        .where(assigned_to_me, assignment.c.module_id == module.c.id)
        .correlate(module)
        .scalar_subquery()
    )


def _cards(person: Person, found: Subquery) -> Sequence[Line]:
    """The columns of a card, for the modules that were found."""
    hit = page.alias("hit")
    due = (
        select(func.min(due_on))
        .select_from(assignments_in_cohorts())
        .where(assigned_to_me, agreement.c.done_at.is_(None), given_id == module.c.id)
        .correlate(module)
        .scalar_subquery()
    )
    cards: Select[Any] = (
        select(
            *module.c["id", "slug"],
            *edition.c["title", "summary", "minutes", "skills", "outcomes", "language", "facets"],
            *edition.c["cover", "prerequisites", "needs"],
            *enrollment.c["begun_at", "finished_at", "tested_out_at"],
            is_paused.label("is_paused"),
            another_way_at().label("another_way_at"),
            pages_on_the_way().label("pages"),
            pages_read().label("pages_read"),
            minutes_left().label("minutes_left"),
            *(next_page.c[name].label(f"next_{name}") for name in ("slug", "title", "minutes")),
            _given().label("given"),
            due.label("due_on"),
            _instead().label("instead"),
            *(hit.c[name].label(f"hit_{name}") for name in ("slug", "title", "text")),
            found.c.all_of_them,
        )
        .select_from(
            my_editions()
            .join(found, found.c.id == module.c.id)
            .outerjoin(next_page, next_page.c.id == page_to_go_on())
            .outerjoin(hit, hit.c.id == found.c.page_id)
        )
        .order_by(found.c.place)
    )
    values = {ME.key: person.id, TODAY.key: clock.today(zone_here())}
    return db.session.execute(cards, values).all()
