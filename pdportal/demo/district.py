"""The district: schools, people, cohorts and coaches, and what everybody does every day."""

from __future__ import annotations

import unicodedata

from sqlalchemy import func, select, update

from pdportal import clock
from pdportal.accounts.events import emit
from pdportal.accounts.models import District, Person, Role, RoleName, School
from pdportal.cohorts import services
from pdportal.cohorts.models import Cohort
from pdportal.db import db
from pdportal.demo.telling import LENGTH, Entry, Term, read
from pdportal.feedback.rounds.models import Round
from pdportal.feedback.works.models import Work
from pdportal.inbox import letters
from pdportal.inbox import services as inbox
from pdportal.inbox.models import Door, Notice, Wishes
from pdportal.insights import services as insights
from pdportal.modules.models import Module

DOMAIN = "riverbend.example"
PLAIN = str.maketrans({"ı": "i", "ł": "l", "Ł": "L", "ø": "o", "ß": "ss", "’": ""})

MAIL_FROM = LENGTH - 3
"""The first day whose mail is still to be read as files."""

READ_UNTIL = {"ada": LENGTH - 2, "ben": LENGTH - 2, "cora": LENGTH - 2, "lee": LENGTH - 3}
"""When those with a door last looked at what is new; the others did so on a day of their own."""


class Riverbend:
    """Everybody by the key that the texts call them by."""

    def __init__(self, term: Term) -> None:
        self.term = term
        self.texts: Entry = read("people")
        self.people: dict[str, Person] = {}
        self.cohorts: dict[str, Cohort] = {}
        self.works: dict[str, Work] = {}
        self.rounds: dict[str, Round] = {}
        self.entries = {
            entry["key"]: entry for entry in self.texts["staff"] + self.texts["teachers"]
        }

    def cohort_of(self, key: str) -> Cohort:
        """The cohort that somebody learns in."""
        return self.cohorts[self.entries[key]["cohorts"][0]]

    def lead_of(self, cohort_key: str) -> Person:
        """The lead who looks after a cohort."""
        return self.people["ruth" if cohort_key == "north" else "lee"]


class Story:
    """One entry of the texts, whose acts are put on their days."""

    def __init__(self, riverbend: Riverbend, entry: Entry) -> None:
        self.riverbend = riverbend
        self.entry = entry
        self.term = riverbend.term
        self.people = riverbend.people


def found(riverbend: Riverbend, password: str) -> None:
    """Make the district, its schools and its people; all of them have the demo's password."""
    texts = riverbend.texts
    home = District(name=texts["district"])
    schools = {key: School(district=home, name=name) for key, name in texts["schools"].items()}
    db.session.add_all([home, *schools.values()])
    db.session.flush()
    wishes: dict[str, Wishes] = {}
    for key, entry in riverbend.entries.items():
        school_id = schools[entry["school"]].id if "school" in entry else None
        mail = riverbend.term.random.choices(list(Door), weights=[3, 5, 2])[0]
        riverbend.people[key] = Person(
            district_id=home.id,
            school_id=school_id,
            name=entry["name"],
            called=entry.get("called", entry["name"].split()[0]),
            email=address(entry["name"]),
            teaches=entry["teaches"],
            time_zone=texts["zone"],
            demo_role=entry.get("door"),
            password=password,
            held=[
                Role(name=RoleName(role), school_id=school_id)
                for role in entry.get("roles", ["teacher"])
            ],
        )
        if "door" not in entry:
            wishes[key] = Wishes(door=mail)
    db.session.add_all(riverbend.people.values())
    db.session.flush()
    for key, wish in wishes.items():
        wish.person_id = riverbend.people[key].id
    db.session.add_all(wishes.values())
    for person in riverbend.people.values():
        emit(None, "joined", person)


def plan(riverbend: Riverbend) -> None:
    """Cohorts, coaches, assignments; reading now and then, and the mail of the last days."""
    term = riverbend.term
    for key, entry in riverbend.texts["cohorts"].items():
        term.add(term.at(entry["starts"] - 3, 10), _make_cohort, riverbend, key, entry)
    term.add(term.at(-18, 11), _link_coaches, riverbend)
    for key in riverbend.entries:
        last = READ_UNTIL.get(key) or LENGTH - term.random.choice((1, 1, 2, 3, 5, 9))
        for day in {*range(5, last, 17), last}:
            term.add(term.at(day, 7.2, 14), _read, riverbend, key)
    for day in range(-20, MAIL_FROM):
        term.add(term.at(day, 23, 0.5), _settle_mail)
    for day in range(MAIL_FROM, LENGTH + 1):
        for hour in (7.1, 10, 13, 16, 17, 19, 21):
            term.add(term.at(day, hour, 0.2), letters.write_letters)
    for entry in riverbend.texts["nudges"]:
        term.add(term.at(entry["day"], 9), _nudge, riverbend, entry)


def address(name: str) -> str:
    """The address of somebody: the first and the last of their names, in plain letters."""
    plain = unicodedata.normalize("NFKD", name.translate(PLAIN)).encode("ascii", "ignore").decode()
    first, *_middle, last = plain.lower().split()
    return f"{first}.{last}@{DOMAIN}"


def _make_cohort(riverbend: Riverbend, key: str, planned: Entry) -> None:
    lead, term = riverbend.lead_of(key), riverbend.term
    riverbend.cohorts[key] = cohort = services.create_cohort(
        lead,
        name=planned["name"],
        starts_on=term.day(planned["starts"]),
        ends_on=term.day(planned["ends"]),
        about=planned["about"],
    )
    members = [name for name, entry in riverbend.entries.items() if key in entry.get("cohorts", ())]
    services.add_people(lead, cohort, [riverbend.people[name] for name in members])
    for name in members:
        if key in riverbend.entries[name].get("facilitates", ()):
            services.let_facilitate(lead, cohort, riverbend.people[name], True)


def _link_coaches(riverbend: Riverbend) -> None:
    people = riverbend.people
    for key, entry in riverbend.entries.items():
        if "coach" in entry:
            lead = riverbend.lead_of(entry["cohorts"][0])
            services.link_coach(lead, people[entry["coach"]], people[key])


def _read(riverbend: Riverbend, key: str) -> None:
    person = riverbend.people[key]
    newest = db.session.scalar(select(func.max(Notice.id)).where(Notice.person_id == person.id))
    if newest is not None:
        inbox.read_all(person, newest)


def _settle_mail() -> None:
    """What went out longer ago is not kept as files."""
    db.session.execute(
        update(Notice).where(Notice.mailed_at.is_(None)).values(mailed_at=clock.now()),
        execution_options={"synchronize_session": False},
    )


def _nudge(riverbend: Riverbend, entry: Entry) -> None:
    module_id = db.session.scalars(select(Module.id).where(Module.slug == entry["module"])).one()
    lead, cohort = riverbend.people[entry["by"]], riverbend.cohort_of(entry["who"])
    insights.nudge(lead, cohort, riverbend.people[entry["who"]].id, module_id)
