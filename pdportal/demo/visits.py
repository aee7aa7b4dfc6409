"""Visits to lessons, a walk through a school, and a visit elsewhere."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from pdportal import clock
from pdportal.accounts.models import School
from pdportal.coaching.elsewhere import services as elsewhere
from pdportal.coaching.elsewhere.models import PlaceKind
from pdportal.coaching.visits import notes, queries, services
from pdportal.coaching.visits.models import Visit
from pdportal.coaching.walks import services as walks
from pdportal.coaching.walks.models import Walk
from pdportal.db import db
from pdportal.demo.arranged import SATURDAY
from pdportal.demo.district import Riverbend, Story
from pdportal.demo.telling import Entry, read
from pdportal.goals.steps.services import add_step


def plan(riverbend: Riverbend) -> None:
    """Each on its day."""
    texts = read("visits")
    for each in texts["visits"]:
        story = VisitStory(riverbend, each)
        riverbend.term.add(moment(riverbend, each["proposed"]), story.propose)
    walk = WalkStory(riverbend, texts["walk"])
    riverbend.term.add(moment(riverbend, texts["walk"]["planned"]), walk.organize)
    trip = texts["elsewhere"]
    riverbend.term.add(moment(riverbend, trip["planned"]), _go_elsewhere, riverbend, trip)


def moment(riverbend: Riverbend, day: int, at: str = "17:20") -> datetime:
    """A time of a day of term. Not by `term.at`: a draw there would move what others planned."""
    on_the_wall = time.fromisoformat(at)
    return datetime.combine(riverbend.term.day(day), on_the_wall, riverbend.term.zone)


def lesson(riverbend: Riverbend, entry: Entry) -> datetime:
    """The same, on the day or the first school day after it."""
    at = moment(riverbend, entry["day"], entry["at"])
    return at + timedelta(days=max(0, 7 - at.weekday()) if at.weekday() >= SATURDAY else 0)


class VisitStory(Story):
    """One visit; those that are over have notes, which were shared."""

    visit: Visit

    def propose(self) -> None:
        """Propose it; who hosts says what to look for."""
        entry = self.entry
        self.visitor, self.host = self.people[entry["visitor"]], self.people[entry["host"]]
        self.visit = services.propose(
            self.people[entry["by"]],
            self.visitor,
            self.host,
            starts_at=lesson(self.riverbend, entry),
            minutes=20,
            place=entry["place"],
            why=entry["why"],
        )
        if "wants" in entry:
            services.save_before(self.host, self.visit, entry, version=0)
            services.save_before(self.visitor, self.visit, entry, version=0)
            self.term.add(clock.now() + timedelta(hours=2), self._accept)

    def _accept(self) -> None:
        other = self.host if self.visit.proposed_by_id == self.visitor.id else self.visitor
        services.answer(other, self.visit, accepts=True)
        if "notes" in self.entry:
            self.term.add(self.visit.ends_at, self._note)

    def _note(self) -> None:
        for minute, tag, text, *out in self.entry["notes"]:
            with clock.at(self.visit.starts_at + timedelta(minutes=minute)):
                notes.save_lines(self.visitor, self.visit, notes.read_plain(text, tag))
            if out:
                line = self.visit_lines()[-1]
                boxes = {f"text-{line}": text, f"out-{line}": "on"}
                notes.change_lines(self.visitor, self.visit, boxes, version=0)
        self.term.add(moment(self.riverbend, self.entry["shared"]), self._share)

    def visit_lines(self) -> list[int]:
        """The ids of its lines."""
        return [line.id for line in queries.lines(self.visitor, self.visit)]

    def _share(self) -> None:
        entry, visit = self.entry, self.visit
        notes.share(self.visitor, visit)
        for number, (key, text) in enumerate(entry["said"]):
            with clock.at(clock.now() + timedelta(hours=number + 1)):
                notes.say(self.people[key], visit, text, f"said-{number}")
        follow_up = self.term.day(entry["follow_up"])
        services.agree_on_step(self.visitor, visit, entry["step"], follow_up, version=0)
        add_step(
            self.host,
            None,
            entry["step"],
            due_on=follow_up,
            from_title=f"{self.visitor.name} visits you",
            from_url=services.page_of(visit),
        )


class WalkStory(Story):
    """A walk, and the note it left."""

    walk: Walk

    def organize(self) -> None:
        """Plan it, and ask the others along."""
        entry = self.entry
        school = db.session.get_one(School, self.people[entry["with"][0]].school_id)
        self.walk = walks.plan(
            self.people[entry["organizer"]],
            school,
            [self.people[key] for key in entry["with"]],
            starts_at=lesson(self.riverbend, entry),
            minutes=90,
            rooms=entry["rooms"],
            problem=entry["problem"],
            look_fors=entry["look_fors"],
            form_key="demo",
        )
        self.term.add(moment(self.riverbend, entry["sent"]), self._send)

    def _send(self) -> None:
        entry = self.entry
        for key, rooms in entry["notes"].items():
            walks.save_notes(self.people[key], self.walk, rooms, version=0)
        organizer = self.people[entry["organizer"]]
        walks.save_patterns(organizer, self.walk, entry, version=0)
        walks.close(organizer, self.walk, send=True)


def _go_elsewhere(riverbend: Riverbend, entry: Entry) -> None:
    owner, day = riverbend.people[entry["owner"]], riverbend.term.day(entry["day"])
    visit = elsewhere.plan(owner, entry["place"], PlaceKind.SCHOOL, day, form_key="demo")
    elsewhere.save(owner, visit, entry, version=0)
    for text in entry["steps"]:
        page = elsewhere.page_of(visit)
        add_step(owner, None, text, from_title=entry["place"], from_url=page)
