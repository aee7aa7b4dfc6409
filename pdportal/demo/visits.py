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
    said = read("visits")
    for each in said["visits"]:
        story = VisitStory(riverbend, each)
        riverbend.term.add(moment(riverbend, each["proposed"]), story.propose)
    walk = WalkStory(riverbend, said["walk"])
    riverbend.term.add(moment(riverbend, said["walk"]["planned"]), walk.organize)
    trip = said["elsewhere"]
    riverbend.term.add(moment(riverbend, trip["planned"]), _go_elsewhere, riverbend, trip)


def moment(riverbend: Riverbend, day: int, at: str = "17:20") -> datetime:
    """A time of a day of term. Not by `term.at`: a draw there would move what others planned."""
    on_the_wall = time.fromisoformat(at)
    return datetime.combine(riverbend.term.day(day), on_the_wall, riverbend.term.zone)


def lesson(riverbend: Riverbend, said: Entry) -> datetime:
    """The same, on the day or the first school day after it."""
    at = moment(riverbend, said["day"], said["at"])
    return at + timedelta(days=max(0, 7 - at.weekday()) if at.weekday() >= SATURDAY else 0)


class VisitStory(Story):
    """One visit; those that are over have notes, which were shared."""

    visit: Visit

    def propose(self) -> None:
        """Propose it; who hosts says what to look for."""
        said = self.said
        self.visitor, self.host = self.people[said["visitor"]], self.people[said["host"]]
        self.visit = services.propose(
            self.people[said["by"]],
            self.visitor,
            self.host,
            starts_at=lesson(self.riverbend, said),
            minutes=20,
            place=said["place"],
            why=said["why"],
        )
        if "wants" in said:
            services.save_before(self.host, self.visit, said, version=0)
            services.save_before(self.visitor, self.visit, said, version=0)
            self.term.add(clock.now() + timedelta(hours=2), self._accept)

    def _accept(self) -> None:
        other = self.host if self.visit.proposed_by_id == self.visitor.id else self.visitor
        services.answer(other, self.visit, accepts=True)
        if "notes" in self.said:
            self.term.add(self.visit.ends_at, self._note)

    def _note(self) -> None:
        for minute, tag, text, *out in self.said["notes"]:
            with clock.at(self.visit.starts_at + timedelta(minutes=minute)):
                notes.save_lines(self.visitor, self.visit, notes.read_plain(text, tag))
            if out:
                line = self.visit_lines()[-1]
                boxes = {f"text-{line}": text, f"out-{line}": "on"}
                notes.change_lines(self.visitor, self.visit, boxes, version=0)
        self.term.add(moment(self.riverbend, self.said["shared"]), self._share)

    def visit_lines(self) -> list[int]:
        """The ids of its lines."""
        return [line.id for line in queries.lines(self.visitor, self.visit)]

    def _share(self) -> None:
        said, visit = self.said, self.visit
        notes.share(self.visitor, visit)
        for number, (key, text) in enumerate(said["said"]):
            with clock.at(clock.now() + timedelta(hours=number + 1)):
                notes.say(self.people[key], visit, text, f"said-{number}")
        follow_up = self.term.day(said["follow_up"])
        services.agree_on_step(self.visitor, visit, said["step"], follow_up, version=0)
        add_step(
            self.host,
            None,
            said["step"],
            due_on=follow_up,
            from_title=f"{self.visitor.name} visits you",
            from_url=services.page_of(visit),
        )


class WalkStory(Story):
    """A walk, and the note it left."""

    walk: Walk

    def organize(self) -> None:
        """Plan it, and ask the others along."""
        said = self.said
        school = db.session.get_one(School, self.people[said["with"][0]].school_id)
        self.walk = walks.plan(
            self.people[said["organizer"]],
            school,
            [self.people[key] for key in said["with"]],
            starts_at=lesson(self.riverbend, said),
            minutes=90,
            rooms=said["rooms"],
            problem=said["problem"],
            look_fors=said["look_fors"],
            form_key="demo",
        )
        self.term.add(moment(self.riverbend, said["sent"]), self._send)

    def _send(self) -> None:
        said = self.said
        for key, rooms in said["notes"].items():
            walks.save_notes(self.people[key], self.walk, rooms, version=0)
        organizer = self.people[said["organizer"]]
        walks.save_patterns(organizer, self.walk, said, version=0)
        walks.close(organizer, self.walk, send=True)


def _go_elsewhere(riverbend: Riverbend, said: Entry) -> None:
    owner, day = riverbend.people[said["owner"]], riverbend.term.day(said["day"])
    visit = elsewhere.plan(owner, said["place"], PlaceKind.SCHOOL, day, form_key="demo")
    elsewhere.save(owner, visit, said, version=0)
    for text in said["steps"]:
        page = elsewhere.page_of(visit)
        add_step(owner, None, text, from_title=said["place"], from_url=page)
