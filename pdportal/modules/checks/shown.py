"""How a form, its result and the record of a check look to the one person who took it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from flask_babel import gettext as _
from flask_babel import ngettext
from markupsafe import Markup

from pdportal.accounts.models import Person
from pdportal.modules.checks import queries
from pdportal.modules.checks.judging import Standing, form_of, standings
from pdportal.modules.checks.models import CheckTry, PlanUse
from pdportal.modules.questions import sheet
from pdportal.modules.questions.sheet import Boxes


class Change(NamedTuple):
    """One skill, as the first and the latest try say."""

    skill: str
    first: Standing
    latest: Standing


class Record(NamedTuple):
    """The tries that were handed in, what was used between the first and the latest, the change."""

    tries: Sequence[CheckTry]
    changes: Sequence[Change]
    used: Sequence[tuple[str, datetime]]


def said(standing: Standing) -> str:
    """A standing in words."""
    words = {
        Standing.KNOWN: _("You know this"),
        Standing.PARTLY: _("Partly"),
        Standing.NOT_YET: _("Not yet"),
    }
    return words[standing]


def say_required(titles: Sequence[str]) -> str:
    """The checks that a module asks for, in words that end “Done when: ”."""
    return ngettext(
        "the check “%(titles)s” met",
        "the checks %(titles)s met",
        len(titles),
        titles=", ".join(titles),
    )


def pieces(
    try_: CheckTry,
    typed: Mapping[str, Boxes] | None = None,
    mistakes: Mapping[str, str] | None = None,
) -> Markup:
    """The body of a form: to fill in, with `typed` in place of what is stored, or as handed in."""
    form = form_of(try_.check, try_.form)
    answers = try_.answers if try_.handed_in_at else None
    return sheet.pieces(
        form["body"], form["questions"], try_.typed,
        answers=answers, typed=typed, mistakes=mistakes, seed=try_.id, tells=True,
    )  # fmt: skip


def record_of(tries: Iterable[CheckTry], uses: Sequence[PlanUse], person: Person) -> Record:
    """The linked record of one check: tries, what was used in between, and change by skill."""
    over = [each for each in tries if each.handed_in_at is not None]
    if len(over) < 2:
        return Record(over, [], [])
    first, latest = over[0], over[-1]
    stood = {each.id: _standings(each) for each in (first, latest)}
    changes = [
        Change(skill, stood[first.id].get(skill, Standing.NOT_YET), standing)
        for skill, standing in stood[latest.id].items()
    ]
    begin, end = first.handed_in_at, latest.handed_in_at
    assert begin is not None and end is not None  # noqa: S101, PT018  # both are over
    titles = {(each.id, line["key"]): line["title"] for each in over for line in each.plan}
    used = [
        *((row.title, row.at) for row in queries.pages_read(first.enrollment_id, begin)),
        *(
            (row.title, row.at)
            for row in queries.finished_about(
                person, latest.check.skills, latest.enrollment.module_id, begin
            )
        ),
        *((titles.get((use.try_id, use.line), ""), use.at) for use in uses),
    ]
    between = {
        title: at for title, at in sorted(used, key=lambda use: use[1]) if title and at <= end
    }
    return Record(over, changes, list(between.items()))


def _standings(try_: CheckTry) -> dict[str, Standing]:
    return standings(try_.check, form_of(try_.check, try_.form), try_.answers)


def known_and_rest(try_: CheckTry) -> tuple[list[str], list[tuple[str, str]]]:
    """The skills somebody knows, and the others with how they stand, in words."""
    stands = _standings(try_)
    known = [skill for skill, standing in stands.items() if standing is Standing.KNOWN]
    rest = [(skill, said(standing)) for skill, standing in stands.items() if skill not in known]
    return known, rest
