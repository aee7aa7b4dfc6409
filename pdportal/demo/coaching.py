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
    for number, said in enumerate(texts["contacts"]):
        _add(riverbend, said, _log, riverbend, said, f"demo-{number}")
    for number, said in enumerate(texts["notes"]):
        _add(riverbend, said, _note, riverbend, said, f"demo-note-{number}")
    for said in texts["hellos"]:
        _add(riverbend, said, _hello, riverbend, said)
    for said in texts["cycles"]:
        _add(riverbend, said, _begin, riverbend, said)


def _add(riverbend: Riverbend, said: Entry, act: Any, *given: Any) -> None:
    term, hour = riverbend.term, said.get("hour", 16)
    moment = time(int(hour), round(hour % 1 * 60))
    term.add(datetime.combine(term.day(said["day"]), moment, term.zone), act, *given)


def _promise(riverbend: Riverbend, key: str, days: int) -> None:
    promise(riverbend.people[key], days)


def _log(riverbend: Riverbend, said: Entry, key: str) -> None:
    coach, teacher = riverbend.people[said["by"]], riverbend.people[said["about"]]
    log_contact(coach, teacher.id, key, Contact(said["contact"]), said["minutes"])


def _note(riverbend: Riverbend, said: Entry, key: str) -> None:
    values = {name: said[name] for name in ("text", "topic", "minutes")}
    values |= {"readers": Readers(said["readers"]), "contact": Contact(said["contact"])}
    values |= {"on_day": riverbend.term.day(said["day"])}
    values |= {"follow_on": riverbend.term.day(said["follow"]) if "follow" in said else None}
    teacher = riverbend.people[said["about"]]
    save_note(riverbend.people[said["by"]], teacher.id, key, values, keep=True)


def _hello(riverbend: Riverbend, said: Entry) -> None:
    receiver = riverbend.people[said["to"]]
    hello = say_hello(riverbend.people[said["by"]], receiver, said["text"])
    answer = {"day": said["answered"]}
    yes = HelloAnswer(said["answer"])
    _add(riverbend, answer, answer_hello, receiver, hello, yes, said["reply"])


def _begin(riverbend: Riverbend, said: Entry) -> None:
    people = riverbend.people
    current = select(Protocol).where(Protocol.slug == said["template"], Protocol.is_current)
    template = db.session.scalars(current).one()
    by = people[said["by"]]
    other = people[said["coach" if said["by"] == said["teacher"] else "teacher"]]
    cycle = cycles.begin_cycle(by, other, template)
    for act in said["acts"]:
        _add(riverbend, act, _act, riverbend, cycle, act)


def _act(riverbend: Riverbend, cycle: Cycle, said: Entry) -> None:
    person, term = riverbend.people[said["by"]], riverbend.term
    if "write" in said:
        cycles.write(person, cycle, said["write"], said["text"])
    elif "suggest" in said:
        cycles.write(person, cycle, cycles.IDEA, said["suggest"])
    elif "question" in said:
        cycles.plan_conference(person, cycle, cycle.phase, [said["question"]])
    elif "tick" in said:
        cycles.tick(person, cycle, said["tick"], on=True)
    elif "phase" in said:
        cycles.move(person, cycle, said["phase"])
    elif "step" in said:
        cycles.choose_step(person, cycle, said["step"], term.day(said["due"]))
    else:
        cycles.meet_on(person, cycle, term.day(said["meet"]))
