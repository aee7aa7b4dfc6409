"""The district itself: schools, people, cohorts, and who coaches whom."""

from __future__ import annotations

import unicodedata
from functools import partial

from pdportal.accounts.events import emit
from pdportal.accounts.models import District, MailChoice, Person, Role, RoleName, School
from pdportal.cohorts import services
from pdportal.cohorts.models import Cohort
from pdportal.db import db
from pdportal.demo.reading import Entry, read
from pdportal.demo.term import Term, Timeline
from pdportal.feedback.rounds.models import Round
from pdportal.feedback.works.models import Work

DOMAIN = "riverbend.example"
PLAIN = str.maketrans({"ı": "i", "ł": "l", "Ł": "L", "ø": "o", "ß": "ss", "’": ""})


class Riverbend:
    """Everybody by the key that the texts call them by."""

    def __init__(self, term: Term, timeline: Timeline) -> None:
        self.term = term
        self.timeline = timeline
        self.said: Entry = read("people")
        self.people: dict[str, Person] = {}
        self.cohorts: dict[str, Cohort] = {}
        self.works: dict[str, Work] = {}
        self.rounds: dict[str, Round] = {}
        self.entries: list[Entry] = [*self.said["staff"], *self.said["teachers"]]

    def cohort_of(self, key: str) -> Cohort:
        """The cohort that somebody learns in."""
        entry = next(entry for entry in self.entries if entry["key"] == key)
        return self.cohorts[entry["cohorts"][0]]

    def lead_of(self, cohort_key: str) -> Person:
        """The lead who looks after a cohort."""
        return self.people["ruth" if cohort_key == "north" else "lee"]


def found(riverbend: Riverbend, password: str) -> None:
    """Make the district, its schools and its people; all of them have the demo's password."""
    said = riverbend.said
    home = District(name=said["district"])
    schools = {key: School(district=home, name=name) for key, name in said["schools"].items()}
    db.session.add_all([home, *schools.values()])
    db.session.flush()
    for entry in riverbend.entries:
        school = schools.get(entry.get("school", ""))
        person = Person(
            district_id=home.id,
            school_id=school.id if school else None,
            name=entry["name"],
            email=address(entry["name"]),
            teaches=entry["teaches"],
            time_zone=said["zone"],
            mail_choice=_mail_choice(riverbend, entry),
            demo_role=entry.get("door"),
            password=password,
            held=[
                Role(name=role, school_id=school.id if school else None)
                for role in map(RoleName, entry.get("roles", ["teacher"]))
            ],
        )
        db.session.add(person)
        riverbend.people[entry["key"]] = person
    db.session.flush()
    for person in riverbend.people.values():
        emit(None, "added", person)


def plan(riverbend: Riverbend) -> None:
    """Cohorts are made shortly before they start; coaches are linked with the first of them."""
    for key, said in riverbend.said["cohorts"].items():
        riverbend.timeline.add(
            riverbend.term.at(said["starts"] - 3, hour=10),
            partial(_make_cohort, riverbend, key, said),
        )
    riverbend.timeline.add(riverbend.term.at(-18, hour=11), partial(_link_coaches, riverbend))


def address(name: str) -> str:
    """The address of somebody: the first and the last of their names, in plain letters."""
    plain = unicodedata.normalize("NFKD", name.translate(PLAIN)).encode("ascii", "ignore").decode()
    first, *_middle, last = plain.lower().split()
    return f"{first}.{last}@{DOMAIN}"


def _make_cohort(riverbend: Riverbend, key: str, said: Entry) -> None:
    lead = riverbend.lead_of(key)
    cohort = services.create_cohort(
        lead,
        name=said["name"],
        starts_on=riverbend.term.day(said["starts"]),
        ends_on=riverbend.term.day(said["ends"]),
        about=said["about"],
    )
    riverbend.cohorts[key] = cohort
    members = [entry for entry in riverbend.entries if key in entry.get("cohorts", ())]
    services.add_people(lead, cohort, [riverbend.people[entry["key"]] for entry in members])
    for entry in members:
        if key in entry.get("facilitates", ()):
            services.let_facilitate(lead, cohort, riverbend.people[entry["key"]], True)


def _link_coaches(riverbend: Riverbend) -> None:
    for entry in riverbend.entries:
        if coach := entry.get("coach"):
            lead = riverbend.lead_of(entry["cohorts"][0])
            services.link_coach(lead, riverbend.people[coach], riverbend.people[entry["key"]])


def _mail_choice(riverbend: Riverbend, entry: Entry) -> MailChoice:
    if "door" in entry:
        return MailChoice.AT_ONCE
    return riverbend.term.random.choices(list(MailChoice), weights=[3, 5, 2])[0]
