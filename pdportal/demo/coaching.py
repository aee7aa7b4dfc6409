"""What a coach does beside clips: a promise, contacts, notes, hellos and a cycle in its middle."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any

from sqlalchemy import select

from pdportal.coaching.cycles import services as cycles
from pdportal.coaching.cycles.models import Cycle
from pdportal.coaching.hellos.models import HelloAnswer
from pdportal.coaching.hellos.services import answer_hello, say_hello
from pdportal.coaching.notes.models import Contact, Readers
from pdportal.coaching.notes.services import log_contact, save_note
from pdportal.coaching.promises import promise
from pdportal.db import db
from pdportal.demo.district import Riverbend
from pdportal.demo.telling import Entry, read
from pdportal.feedback.protocols.models import Protocol


def plan(riverbend: Riverbend) -> None:
    """Each on its day; without `term.at`, whose draws would move all that is planned after this."""
    texts = read("coaching")
    for key, days in texts["promises"].items():
        _add(riverbend, {"day": 2}, _promise, riverbend, key, days)
    for number, entry in enumerate(texts["contacts"]):
        _add(riverbend, entry, _log, riverbend, entry, f"demo-{number}")
    for entry in texts["often"]:
        _plan_often(riverbend, entry)
    for number, entry in enumerate(texts["notes"]):
        _add(riverbend, entry, _note, riverbend, entry, f"demo-note-{number}")
    for entry in texts["hellos"]:
        _add(riverbend, entry, _hello, riverbend, entry)
    for entry in texts["cycles"]:
        _add(riverbend, entry, _begin, riverbend, entry)


def _add(riverbend: Riverbend, entry: Entry, act: Any, *given: Any) -> None:
    term, hour = riverbend.term, entry.get("hour", 16)
    moment = time(int(hour), round(hour % 1 * 60))
    term.add(datetime.combine(term.day(entry["day"]), moment, term.zone), act, *given)


def _promise(riverbend: Riverbend, key: str, days: int) -> None:
    promise(riverbend.people[key], days)


def _log(riverbend: Riverbend, entry: Entry, key: str) -> None:
    coach, teacher = riverbend.people[entry["by"]], riverbend.people[entry["about"]]
    log_contact(coach, teacher.id, key, Contact(entry["contact"]), entry["minutes"])


def _plan_often(riverbend: Riverbend, entry: Entry) -> None:
    days = range(entry["from"], entry["to"])
    at_school = [day for day in days if riverbend.term.day(day).weekday() < 5][::2]
    for number, day in enumerate(at_school):
        each = {**entry, "day": day, "about": entry["with"][number % len(entry["with"])]}
        _add(riverbend, each, _log, riverbend, each, f"demo-{entry['contact']}-{day}")


def _note(riverbend: Riverbend, entry: Entry, key: str) -> None:
    values = {name: entry[name] for name in ("text", "topic", "minutes")}
    values |= {"readers": Readers(entry["readers"]), "contact": Contact(entry["contact"])}
    values |= {"on_day": riverbend.term.day(entry["day"])}
    values |= {"follow_on": riverbend.term.day(entry["follow"]) if "follow" in entry else None}
    teacher = riverbend.people[entry["about"]]
    save_note(riverbend.people[entry["by"]], teacher.id, key, values, keep=True)


def _hello(riverbend: Riverbend, entry: Entry) -> None:
    receiver = riverbend.people[entry["to"]]
    hello = say_hello(riverbend.people[entry["by"]], receiver, entry["text"])
    answer = {"day": entry["answered"]}
    yes = HelloAnswer(entry["answer"])
    _add(riverbend, answer, answer_hello, receiver, hello, yes, entry["reply"])


def _begin(riverbend: Riverbend, entry: Entry) -> None:
    people = riverbend.people
    current = select(Protocol).where(Protocol.slug == entry["template"], Protocol.is_current)
    template = db.session.scalars(current).one()
    by = people[entry["by"]]
    other = people[entry["coach" if entry["by"] == entry["teacher"] else "teacher"]]
    cycle = cycles.begin_cycle(by, other, template)
    for act in entry["acts"]:
        _add(riverbend, act, _act, riverbend, cycle, act)


def _act(riverbend: Riverbend, cycle: Cycle, entry: Entry) -> None:
    person, term = riverbend.people[entry["by"]], riverbend.term
    if "write" in entry:
        cycles.write(person, cycle, entry["write"], entry["text"])
    elif "suggest" in entry:
        cycles.write(person, cycle, cycles.IDEA, entry["suggest"])
    elif "question" in entry:
        cycles.plan_conference(person, cycle, cycle.phase, [entry["question"]])
    elif "tick" in entry:
        cycles.tick(person, cycle, entry["tick"], on=True)
    elif "phase" in entry:
        cycles.move(person, cycle, entry["phase"])
    elif "step" in entry:
        cycles.choose_step(person, cycle, entry["step"], term.day(entry["due"]))
    else:
        cycles.meet_on(person, cycle, term.day(entry["meet"]))
