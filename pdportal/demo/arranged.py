"""What is arranged between colleagues: who meets whom, an offer to swap, meetings, and a plan that
two write together."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from sqlalchemy import select

from pdportal import clock
from pdportal.db import db
from pdportal.demo.district import Riverbend, Story
from pdportal.demo.loop import RoundStory
from pdportal.demo.telling import LENGTH, Entry, read
from pdportal.feedback.comments.answers import Verdict
from pdportal.feedback.comments.boxes import typed_comment
from pdportal.feedback.comments.services import decide
from pdportal.feedback.meetings import notes, services
from pdportal.feedback.meetings.models import Duty, Meeting
from pdportal.feedback.meetings.stages import stages
from pdportal.feedback.pairing.models import PairKind
from pdportal.feedback.pairing.services import set_pair
from pdportal.feedback.protocols.models import Protocol
from pdportal.feedback.reviews.models import Review
from pdportal.feedback.reviews.services import begin
from pdportal.feedback.rounds.services import share
from pdportal.feedback.swaps.queries import swaps_for
from pdportal.feedback.swaps.services import offer
from pdportal.feedback.works.services import begin_work, save_revision
from pdportal.feedback.writers import services as writers
from pdportal.inbox.models import Notice
from pdportal.inbox.services import open_notice

SATURDAY = 5


def plan(riverbend: Riverbend) -> None:
    """Each on its day."""
    term, texts = riverbend.term, read("arranged")
    for pair in texts["pairs"]:
        term.add(term.at(pair["day"], 9), _pair, riverbend, pair)
    for swap in texts["swaps"]:
        term.add(term.at(swap["day"], 23), _offer, riverbend, swap)
    for meeting in texts["meetings"]:
        term.add(term.at(meeting["day"], 12), MeetingStory(riverbend, meeting).call)
    for together in texts["together"]:
        TogetherStory(riverbend, together).plan_acts()


class TogetherStory(RoundStory):
    """One work that two write: begun by one, changed and shared by the other, answered by both."""

    def plan_acts(self) -> None:
        """One act after the other, on one afternoon."""
        self.work_key, self.comments = self.entry["key"], {}
        day = self.term.day(self.entry["day"])
        acts = (self._ask, self._join, self._review, self._answer)
        for hour, act in enumerate(acts, 14):
            self.term.add(datetime.combine(day, time(hour, 20), self.term.zone), act)

    def _ask(self) -> None:
        entry, author = self.entry, self.people[self.entry["author"]]
        work = begin_work(author, entry["kind"], entry["title"], content=entry["content"])
        self.riverbend.works[self.work_key] = work
        save_revision(author, work)
        writers.invite(author, work, self.people[entry["with"]].id)

    def _join(self) -> None:
        entry, other = self.entry, self.people[self.entry["with"]]
        writers.answer(other, self.work, yes=True)
        content = {**entry["content"], **entry["changed"]}
        save_revision(other, self.work, content=content, why=entry["why"])
        chosen = select(Protocol).where(Protocol.slug == entry["protocol"], Protocol.is_current)
        self.round = share(
            other,
            self.work,
            protocol=db.session.scalars(chosen).one(),
            question=entry["question"],
            named=[self.people[entry["review"]["by"]]],
        )

    def _review(self) -> None:
        review = self._review_of(self.entry["review"]["by"])
        begin(review.reviewer, review)
        self._write_review(self.entry["review"], 0)

    def _answer(self) -> None:
        for number, entry in enumerate(self.entry["review"]["comments"]):
            if "decided_by" in entry:
                writer = self.people[entry["decided_by"]]
                decide(writer, self.comments[number], Verdict(entry["decision"]), entry["why"])
        for key in (self.entry["author"], self.entry["with"]):
            known = Notice.person_id == self.people[key].id, Notice.read_at.is_(None)
            about = Notice.words["title"].as_string() == self.work.title
            for notice in db.session.scalars(select(Notice).where(*known, about)):
                open_notice(self.people[key], notice)


def _pair(riverbend: Riverbend, entry: Entry) -> None:
    person, other = (riverbend.people[entry[name]] for name in ("person", "other"))
    lead, cohort = riverbend.lead_of(entry["cohort"]), riverbend.cohorts[entry["cohort"]]
    set_pair(lead, cohort, PairKind(entry["kind"]), person, other, entry["reason"])


def _offer(riverbend: Riverbend, entry: Entry) -> None:
    """Whoever was asked first, and can, offers a review for one that this person has not begun."""
    owed = Review.is_wanted, Review.begun_at.is_(None)
    of_theirs = (
        select(Review)
        .join(Review.round)
        .where(Review.reviewer == riverbend.people[entry["to"]], *owed)
    )
    pairs = [
        (mine, theirs)
        for theirs in db.session.scalars(of_theirs.order_by(Review.id))
        for mine in swaps_for(theirs)
    ]
    for mine, theirs in sorted(pairs, key=lambda pair: pair[0].id)[:1]:
        offer(mine.reviewer, mine, theirs.id)


class MeetingStory(Story):
    """One meeting: called, and held if it has somebody who facilitated it."""

    meeting: Meeting

    def call(self) -> None:
        """Bring the work, invite colleagues; each writes what they have in mind already."""
        entry, term = self.entry, self.term
        author = self.people[entry["author"]]
        work = begin_work(author, entry["kind"], entry["title"], content=entry["content"])
        chosen = select(Protocol).where(Protocol.slug == entry["protocol"], Protocol.is_current)
        self.meeting = services.call(
            author,
            work,
            protocol=db.session.scalars(chosen).one(),
            question=entry["question"],
            people=[self.people[key] for key in entry["with"]],
            planned_at=None if "facilitator" in entry else self._next_school_day(),
        )
        db.session.refresh(self.meeting)
        for key, text in entry.get("own_notes", {}).items():
            notes.save_own(self.people[key], self.meeting, text, version=0)
        if "facilitator" in entry:
            term.add(clock.now() + timedelta(hours=3), self._hold)

    def _next_school_day(self) -> datetime:
        """A quarter to four, tomorrow or on Monday."""
        days = (self.term.day(LENGTH + ahead) for ahead in (1, 2, 3))
        day = next(day for day in days if day.weekday() < SATURDAY)
        return datetime.combine(day, time(15, 45), self.term.zone)

    def _hold(self) -> None:
        """Stage by stage, with what was noted in each."""
        lead = self.people[self.entry["facilitator"]]
        meeting = self.meeting
        services.take_duty(lead, meeting, Duty.FACILITATOR, whose=lead.id)
        services.begin(lead, meeting)
        for number, stage in enumerate(stages(meeting)):
            if number:
                services.to_stage(lead, meeting, number, seen=number - 1)
            for entry in self.entry["noted"]:
                if entry["stage"] == stage.key:
                    note = typed_comment(entry)
                    notes.post(self.people[entry["by"]], meeting, stage.key, note)
        services.end(lead, meeting)
