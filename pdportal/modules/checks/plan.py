"""The result of a check is a plan: what helps with the rest, from where, and why."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import chain, zip_longest
from typing import Any, NamedTuple

from flask import url_for
from flask_babel import gettext as _

from pdportal.accounts.models import Person
from pdportal.cohorts.policy import coaches_of
from pdportal.db import db
from pdportal.modules.addresses import module_url
from pdportal.modules.checks import queries
from pdportal.modules.checks.judging import Standing, form_of, standings
from pdportal.modules.checks.models import Check, CheckTry, PlanUse
from pdportal.skills.queries import offers_of_others

SHOWN_FIRST = 3
PEOPLE_FIRST = 2
"""So many of them are people, where there are any."""


class PlanLine(NamedTuple):
    """One thing that helps, and what became of it."""

    key: str
    skill: str
    kind: str
    """`page`, `module`, `resource`, `do` or `person`."""
    title: str
    url: str
    why: str
    use: PlanUse | None = None


def lines_for(
    person: Person,
    check: Check,
    module_id: int,
    form: Mapping[str, Any],
    answers: Mapping[str, Any],
    standings: Mapping[str, Standing],
) -> list[dict[str, Any]]:
    """What is stored as the plan: for each skill that is not known, what its author says helps.

    Then where the questions say it helps that were not right, then another module about the skill.
    """
    rest = [skill for skill, standing in standings.items() if standing != Standing.KNOWN]
    by_skill: dict[str, list[dict[str, Any]]] = {
        skill: [*check.help.get(skill, ())] for skill in rest
    }
    for number, question in enumerate(form["questions"], 1):
        see = question["data"].get("see")
        lines = by_skill.get(question["skill"], [])
        known = {line["url"] for line in lines}
        if see and not answers[question["key"]]["right"] and see["url"] not in known:
            title = see.get("title") or ""
            lines.append({"kind": "page", "title": title, "url": see["url"], "question": number})
    for other in queries.modules_about(person, rest, module_id) if rest else ():
        lines = by_skill[other.name]
        if not any(line["kind"] == "module" for line in lines):
            lines.append({"kind": "module", "title": other.title, "url": module_url(other.slug)})
    return [
        {"key": f"{check.skills.index(skill)}-{number}", "skill": skill, **line}
        for skill, lines in by_skill.items()
        for number, line in enumerate(lines)
    ]


def shown(person: Person, try_: CheckTry, uses: Iterable[PlanUse]) -> list[PlanLine]:
    """The plan as its reader sees it: the skills by turns, and last the people who can help."""
    used = {use.line: use for use in uses if use.try_id == try_.id}
    by_skill: dict[str, list[PlanLine]] = {}
    for line in try_.plan:
        of_skill = by_skill.setdefault(line["skill"], [])
        of_skill.append(
            PlanLine(
                line["key"],
                line["skill"],
                line["kind"],
                line["title"] or _("Read about it again"),
                line["url"],
                line.get("why") or _why(line),
                used.get(line["key"]),
            )
        )
    turns = chain(*zip_longest(*by_skill.values()))
    lines = sorted(_each_once(line for line in turns if line is not None), key=_is_done)
    stands = standings(try_.check, form_of(try_.check, try_.form), try_.answers)
    rest = [skill for skill, standing in stands.items() if standing != Standing.KNOWN]
    people = _people(person, rest, used) if rest else []
    at = SHOWN_FIRST - len(people[:PEOPLE_FIRST])
    mixed = [*lines[:at], *people[:PEOPLE_FIRST], *lines[at:], *people[PEOPLE_FIRST:]]
    return sorted(mixed, key=_is_done)


def _is_done(line: PlanLine) -> bool:
    return line.use is not None and line.use.done_at is not None


def _each_once(lines: Iterable[PlanLine]) -> list[PlanLine]:
    """What helps with two skills stands once: the line that was used, or else the first."""
    found: dict[str, PlanLine] = {}
    for line in lines:
        place = line.url or line.key
        if place not in found or (line.use and not found[place].use):
            found[place] = line
    return list(found.values())


def _why(line: Mapping[str, Any]) -> str:
    if "question" in line:
        return _("It helps with question %(number)s.", number=line["question"])
    return _("It is about “%(skill)s”, too.", skill=line["skill"])


def _people(person: Person, rest: Sequence[str], used: Mapping[str, PlanUse]) -> list[PlanLine]:
    """Whoever coaches somebody, and colleagues who offer to show one of these skills."""

    def ask(id_: int, name: str, skill: str, why: str, url: str = "") -> PlanLine:
        title = _("Ask %(name)s about “%(skill)s”", name=name, skill=skill)
        key = f"person-{id_}"
        return PlanLine(key, skill, "person", title, url, why, used.get(key))

    found: dict[int, PlanLine] = {}
    for coach in db.session.scalars(coaches_of(person.id).limit(1)):
        why = _("Your coach knows your classes, and can look at one lesson with you.")
        found[coach.id] = ask(coach.id, coach.name, rest[0], why, url_for("coaching.coaching"))
    for skill, offer in offers_of_others(person, rest):
        why = _("They offer to show this.")
        if offer.words:
            why = _("They offer to show this: “%(words)s”", words=offer.words)
        url = url_for("skills.skill_page", skill_id=offer.skill_id, _anchor="who")
        found.setdefault(offer.person_id, ask(offer.person_id, offer.person.name, skill, why, url))
    return list(found.values())
