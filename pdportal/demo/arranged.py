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
    term, said = riverbend.term, read("arranged")
    for pair in said["pairs"]:
        term.add(term.at(pair["day"], 9), _pair, riverbend, pair)
    for swap in said["swaps"]:
        term.add(term.at(swap["day"], 23), _offer, riverbend, swap)
    for meeting in said["meetings"]:
        term.add(term.at(meeting["day"], 12), MeetingStory(riverbend, meeting).call)
    for together in said["together"]:
        TogetherStory(riverbend, together).plan_acts()


class TogetherStory(RoundStory):
    """One work that two write: begun by one, changed and shared by the other, answered by both."""

    def plan_acts(self) -> None:
        """One act after the other, on one afternoon."""
        self.work_key, self.comments = self.said["key"], {}
        day = self.term.day(self.said["day"])
        acts = (self._ask, self._join, self._review, self._answer)
        for hour, act in enumerate(acts, 14):
            self.term.add(datetime.combine(day, time(hour, 20), self.term.zone), act)

    def _ask(self) -> None:
        said, author = self.said, self.people[self.said["author"]]
        work = begin_work(author, said["kind"], said["title"], content=said["content"])
        self.riverbend.works[self.work_key] = work
        save_revision(author, work)
        writers.invite(author, work, self.people[said["with"]].id)

    def _join(self) -> None:
        said, other = self.said, self.people[self.said["with"]]
        writers.answer(other, self.work, yes=True)
        content = {**said["content"], **said["changed"]}
        save_revision(other, self.work, content=content, why=said["why"])
        chosen = select(Protocol).where(Protocol.slug == said["protocol"], Protocol.is_current)
        self.round = share(
            other,
            self.work,
            protocol=db.session.scalars(chosen).one(),
            question=said["question"],
            named=[self.people[said["review"]["by"]]],
        )

    def _review(self) -> None:
        review = self._review_of(self.said["review"]["by"])
        begin(review.reviewer, review)
        self._write_review(self.said["review"], 0)

    def _answer(self) -> None:
        for number, said in enumerate(self.said["review"]["comments"]):
            if "decided_by" in said:
                writer = self.people[said["decided_by"]]
                decide(writer, self.comments[number], Verdict(said["decision"]), said["why"])
        for key in (self.said["author"], self.said["with"]):
            known = Notice.person_id == self.people[key].id, Notice.read_at.is_(None)
            about = Notice.words["title"].as_string() == self.work.title
            for notice in db.session.scalars(select(Notice).where(*known, about)):
                open_notice(self.people[key], notice)


def _pair(riverbend: Riverbend, said: Entry) -> None:
    one, other = (riverbend.people[said[name]] for name in ("person", "other"))
    lead, cohort = riverbend.lead_of(said["cohort"]), riverbend.cohorts[said["cohort"]]
    set_pair(lead, cohort, PairKind(said["kind"]), one, other, said["reason"])


def _offer(riverbend: Riverbend, said: Entry) -> None:
    """Whoever was asked first, and can, offers a review for one that this person has not begun."""
    owed = Review.is_wanted, Review.begun_at.is_(None)
    of_theirs = (
        select(Review)
        .join(Review.round)
        .where(Review.reviewer == riverbend.people[said["to"]], *owed)
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
        said, term = self.said, self.term
        author = self.people[said["author"]]
        work = begin_work(author, said["kind"], said["title"], content=said["content"])
        chosen = select(Protocol).where(Protocol.slug == said["protocol"], Protocol.is_current)
        self.meeting = services.call(
            author,
            work,
            protocol=db.session.scalars(chosen).one(),
            question=said["question"],
            people=[self.people[key] for key in said["with"]],
            planned_at=None if "facilitator" in said else self._next_school_day(),
        )
        db.session.refresh(self.meeting)
        for key, text in said.get("own_notes", {}).items():
            notes.save_own(self.people[key], self.meeting, text, version=0)
        if "facilitator" in said:
            term.add(clock.now() + timedelta(hours=3), self._hold)

    def _next_school_day(self) -> datetime:
        """A quarter to four, tomorrow or on Monday."""
        days = (self.term.day(LENGTH + ahead) for ahead in (1, 2, 3))
        day = next(day for day in days if day.weekday() < SATURDAY)
        return datetime.combine(day, time(15, 45), self.term.zone)

    def _hold(self) -> None:
        """Stage by stage, with what was noted in each."""
        lead = self.people[self.said["facilitator"]]
        meeting = self.meeting
        services.take_duty(lead, meeting, Duty.FACILITATOR, whose=lead.id)
        services.begin(lead, meeting)
        for number, stage in enumerate(stages(meeting)):
            if number:
                services.to_stage(lead, meeting, number, seen=number - 1)
            for said in self.said["noted"]:
                if said["stage"] == stage.key:
                    note = typed_comment(said)
                    notes.post(self.people[said["by"]], meeting, stage.key, note)
        services.end(lead, meeting)
