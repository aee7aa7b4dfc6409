"""Making placements of a provider's list: all lines, or none; the same line once, whenever."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, time

from flask_babel import gettext as _
from sqlalchemy import select

from pdportal import clock
from pdportal.accounts.models import Person
from pdportal.accounts.policy import people_seen_by
from pdportal.content.problems import Problem, Problems
from pdportal.db import db, find_or_add
from pdportal.inbox.services import address, notify_all
from pdportal.skills import policy
from pdportal.skills.frameworks.models import Skill
from pdportal.skills.levels import last_position, levels_of
from pdportal.skills.models import Placement, Source
from pdportal.skills.results.models import Provider
from pdportal.skills.results.reading import Sheet, read_days
from pdportal.skills.services import place
from pdportal.web.errors import Refused
from pdportal.web.requests import typed_id

LEFT_OUT = "-"
"""The choice for what is not entered."""


@dataclass(frozen=True)
class Reading:
    """How a list is read: headings by role, and what courses and results mean."""

    columns: Mapping[str, str]
    courses: Mapping[str, str]
    """By name: the id of a skill, or `LEFT_OUT`."""
    results: Mapping[str, str]
    """By what is written: the number of a level, or `LEFT_OUT`."""
    leaves_strangers_out: bool = False
    """Whether lines of people who are not here are left out; otherwise they are faults."""


@dataclass(frozen=True)
class Result:
    """One line of a list, understood."""

    person: Person
    skill: Skill
    level: int
    at: datetime
    course: str


@dataclass
class Outcome:
    """What a list would enter, and what is wrong with it."""

    results: list[Result] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    left_out: int = 0


def remember(lead: Person, name: str) -> Provider:
    """The provider of this name in somebody's district; a new one if there is none."""
    own = select(Provider).where(Provider.district_id == lead.district_id, Provider.name == name)
    provider, _is_new = find_or_add(own, lambda: Provider(district_id=lead.district_id, name=name))
    return provider


def understand(lead: Person, sheet: Sheet, reading: Reading, name: str) -> Outcome:
    """Read every line as it is mapped; people are those whom the lead leads, by their address."""
    problems, outcome = Problems(name), Outcome()
    columns = {role: sheet.column(head) for role, head in reading.columns.items()}
    emails = [email.lower() for email in columns["email"]]
    led = db.session.scalars(people_seen_by(lead).where(Person.email.in_(set(emails))))
    people = {person.email.lower(): person for person in led}
    chosen = set(map(typed_id, reading.courses.values()))
    skills = {
        skill.id: skill
        for skill in db.session.scalars(policy.skills_seen_by(lead).where(Skill.id.in_(chosen)))
    }
    days = read_days(columns["date"])
    for number, (line, _cells) in enumerate(sheet.rows):
        course, result = columns["course"][number], columns["result"][number]
        skill_id, level = reading.courses.get(course, ""), reading.results.get(result, "")
        person, day = people.get(emails[number]), days[number]
        is_stranger = person is None and reading.leaves_strangers_out
        if is_stranger or LEFT_OUT in (skill_id, level):
            outcome.left_out += 1
            continue
        skill = skills.get(typed_id(skill_id))
        if person is None:
            problems.error(
                line, _("Nobody here has the address “%(email)s”.", email=emails[number])
            )
        if day is None and columns["date"][number]:
            problems.error(line, _("“%(day)s” is not a date.", day=columns["date"][number]))
        if skill is None or not skill.takes_placement:
            problems.error(line, _("Choose a skill for “%(course)s”.", course=course))
        if not level.isdecimal():
            problems.error(line, _("Choose a level for “%(result)s”.", result=result))
        elif skill is not None and 2 * int(level) > last_position(levels_of(skill)):
            problems.error(line, _("“%(skill)s” has no such level.", skill=skill.name))
        elif person is not None and skill is not None and skill.takes_placement:
            at = datetime.combine(day, time(12), UTC) if day else clock.now()
            outcome.results.append(Result(person, skill, int(level), at, course))
    outcome.problems = problems.found
    return outcome


def enter(lead: Person, provider: Provider, outcome: Outcome, reading: Reading) -> int:
    """Enter every line, or none; gives how many are new. People are told, without any result."""
    if outcome.problems:
        raise Refused(_("Nothing was entered: some lines cannot be read."), status=422)
    by_key = {_key(provider, result, reading): result for result in outcome.results}
    known = select(Placement.person_id, Placement.key).where(
        Placement.provider == provider.name,
        Placement.person_id.in_({result.person.id for result in outcome.results}),
    )
    entered = {(row.person_id, row.key) for row in db.session.execute(known)}
    new = {key: each for key, each in by_key.items() if (each.person.id, key[1]) not in entered}
    for (_person_id, key), result in new.items():
        place(
            result.person,
            result.skill,
            2 * result.level,
            source=Source.PROVIDER,
            said_by=lead,
            at=result.at,
            provider=provider.name,
            from_title=result.course,
            key=key,
        )
    provider.columns, provider.changed_at = dict(reading.columns), clock.now()
    provider.courses = provider.courses | dict(reading.courses)
    provider.results = provider.results | dict(reading.results)
    told = {result.person.id for result in new.values()}
    url = address("skills.skill_list")
    notify_all(told, "placement_provider", url, sender=lead, by=lead.name, provider=provider.name)
    return len(new)


def _key(provider: Provider, result: Result, reading: Reading) -> tuple[int, str]:
    """Whose line it is, and what it is known again by."""
    day = result.at.date().isoformat() if reading.columns.get("date") else ""
    content = f"{result.course}\n{result.skill.id}\n{result.level}\n{day}"
    digest = hashlib.sha256(content.encode("utf-8", "surrogatepass")).hexdigest()
    return result.person.id, f"provider:{provider.id}:{digest[:40]}"
