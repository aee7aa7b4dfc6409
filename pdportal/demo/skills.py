"""Skills: where people stand over the term, what a coach says, who offers what, two profiles."""

from __future__ import annotations

from collections.abc import Callable

from pdportal.accounts.models import Person
from pdportal.demo.district import Riverbend
from pdportal.demo.telling import Entry, read
from pdportal.skills import queries, services
from pdportal.skills.frameworks.models import Skill
from pdportal.skills.models import Source
from pdportal.skills.profiles import services as profile_verbs
from pdportal.skills.profiles.models import Part


def plan(riverbend: Riverbend) -> None:
    """Everything on its day."""
    texts, term, people = read("skills"), riverbend.term, riverbend.people

    def on_days(kind: str, act: Callable[[Person, Entry], None], hour: float) -> None:
        for entry in texts[kind]:
            term.add(term.at(entry["day"], hour), act, people[entry["who"]], entry)

    def answer(person: Person, entry: Entry) -> None:
        skill = _skill(person, entry)
        request = services.ask_coach(person, skill, people["cora"])
        services.answer_request(people["cora"], request, entry["position"], entry["words"])

    def ask(person: Person, entry: Entry) -> None:
        services.ask_coach(person, _skill(person, entry), people["cora"], entry["words"])

    def write(person: Person, entry: Entry) -> None:
        for part in Part:
            if told := entry.get(part.value):
                profile_verbs.save_part(
                    person,
                    part,
                    told["words"],
                    told.get("scales", {}),
                    suggests=told.get("suggests", False),
                    version=None,
                )
        share = entry["share"]
        parts = [Part(part) for part in share["parts"]]
        profile_verbs.share(person, people[share["with"]], parts)

    on_days("placements", _place, 16.5)
    on_days("answers", answer, 15.2)
    on_days("asks", ask, 17)
    on_days("offers", _offer, 12.5)
    on_days("profiles", write, 19.5)


def _skill(person: Person, entry: Entry) -> Skill:
    return queries.skills_named(person, [entry["skill"]])[entry["skill"]]


def _place(person: Person, entry: Entry) -> None:
    position, words = entry["position"], entry["words"]
    services.place(person, _skill(person, entry), position, source=Source.SELF, words=words)


def _offer(person: Person, entry: Entry) -> None:
    to_district = entry.get("district", False)
    services.offer(person, _skill(person, entry), entry["words"], to_district=to_district)
