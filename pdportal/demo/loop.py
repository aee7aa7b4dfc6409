"""The loop: works shared, reviewed, decided on, revised, confirmed closed; and some that wait."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from random import Random

from sqlalchemy import select

from pdportal import clock
from pdportal.accounts.models import Person
from pdportal.activity.looks import store_look
from pdportal.db import db
from pdportal.demo.district import Story
from pdportal.demo.telling import LENGTH, Entry
from pdportal.feedback.comments import services as comment_services
from pdportal.feedback.comments.answers import Verdict
from pdportal.feedback.comments.helping import say_how_it_helped
from pdportal.feedback.comments.models import Comment, Decision
from pdportal.feedback.protocols.models import Protocol
from pdportal.feedback.protocols.stages import reviewer_stages
from pdportal.feedback.reviews import queries as review_queries
from pdportal.feedback.reviews import services as review_services
from pdportal.feedback.reviews.models import DeclineWhy, Review
from pdportal.feedback.rounds import allocation
from pdportal.feedback.rounds import services as round_services
from pdportal.feedback.rounds.hiding import Hides
from pdportal.feedback.rounds.models import Round
from pdportal.feedback.rubrics.cells import cells_of
from pdportal.feedback.rubrics.services import save_self_assessment
from pdportal.feedback.works import services as work_services
from pdportal.feedback.works.models import Work

SOON = timedelta(days=1, hours=20)
"""Within this time after being asked, those who will give a review have begun it."""

TIME_TO_ANSWER = {
    "tag": 7,
    "tuning": 10,
    "consultancy": 10,
    "atlas-student-work": 10,
    "single-point-rubric": 7,
}
"""The days an author gives."""


@contextmanager
def lots_that_fall_alike(random: Random) -> Iterator[None]:
    """Let ties between equally loaded colleagues fall the same way in every demo."""
    before = allocation.LOTS.set(random)
    try:
        yield
    finally:
        allocation.LOTS.reset(before)


class RoundStory(Story):
    """One round on one work, from being shared to where it stands."""

    round: Round

    @property
    def work(self) -> Work:
        return self.riverbend.works[self.work_key]

    def plan(self, work_key: str, author_key: str) -> None:
        """All acts of the round, each at its moment."""
        entry, term = self.entry, self.term
        self.work_key, self.author_key = work_key, author_key
        self.author: Person = self.people[author_key]
        self.comments: dict[int, Comment] = {}
        """Those written so far, by the numbers that the texts give them."""
        reviews = entry.get("reviews", ())
        self.texts = list(enumerate((c for review in reviews for c in review["comments"]), 1))
        now_shared = entry.get("state") == "grace"
        shared = term.now - timedelta(minutes=6) if now_shared else term.at(entry["day"], 15)
        term.add(shared, self._share)
        if "taken_back" in entry:
            moment = shared + timedelta(minutes=entry["taken_back"])
            term.add(moment, lambda: round_services.take_back(self.author, self.round))
        for declined in entry.get("declined", ()):
            term.add(term.at(declined["day"], 12), self._decline, declined)
        number = 1
        for review in reviews:
            self._plan_review(review, number, shared)
            number += len(review["comments"])
        if own := entry.get("own"):
            term.add(term.at(own["day"], 8), self._look_oneself, own["said"])
        last_given = max([entry["day"], *(review.get("day", 0) for review in reviews)])
        self._plan_answers(last_given)

    def _plan_review(self, review: Entry, number: int, shared: datetime) -> None:
        term = self.term
        if "begun" in review:
            begins = term.at(review["begun"], 16)
            term.add(begins, self._begin_review, review)
            term.add(begins, self._write_review, review, number)
            return
        gives = max(term.at(review["day"], 15.8, 4), shared + timedelta(hours=1))
        begins = gives - timedelta(minutes=25)
        if review["by"] in self._asked_first():
            begins = min(begins, shared + SOON)
        term.add(begins, self._begin_review, review)
        term.add(gives, self._write_review, review, number)

    def _plan_answers(self, last_given: int) -> None:
        entry, term = self.entry, self.term
        revised = entry.get("revised")
        decided = min(last_given + 1, revised["day"] if revised else LENGTH)
        if any("decision" in comment for _number, comment in self.texts):
            term.add(term.at(decided, 20, 0.5), self._decide)
        if "drafted" in entry:
            term.add(term.at(decided + 1, 20), self._draft)
        ends = decided + 4
        if revised:
            ends = revised["day"] + 4
            term.add(max(term.at(revised["day"], 16.5), term.at(decided, 20.6, 0)), self._revise)
            for number, comment in self.texts:
                moment = term.at(revised["day"] + 2, 16, 4)
                if comment.get("confirm") or "ask_again" in comment:
                    term.add(moment, self._confirm, number, comment.get("ask_again"))
        if "reflection" in entry:
            term.add(term.at(entry.get("closed", ends), 17.2), self._close)

    def _asked_first(self) -> list[str]:
        """Those asked with the sharing, where the texts name them."""
        wanted = self.entry["from"]
        if wanted == "cohort":
            wanted = self.entry.get("asks") or [
                entry["by"] for entry in self.entry.get("reviews", ())
            ]
        return list(wanted)

    def _share(self) -> None:
        entry = self.entry
        protocol = db.session.scalars(
            select(Protocol).where(Protocol.slug == entry["protocol"], Protocol.is_current)
        ).one()
        today = clock.now().astimezone(self.term.zone).date()
        named = [self.people[key] for key in self._asked_first()]
        supplied = entry["from"] == "cohort"
        cohort = self.riverbend.cohort_of(self.author_key) if supplied else None
        self.round = round_services.share(
            self.author,
            self.work,
            protocol=protocol,
            question=entry["question"],
            criteria=entry.get("criteria", ""),
            due_on=today + timedelta(days=TIME_TO_ANSWER[entry["protocol"]]),
            hides=Hides(entry.get("hides", "nobody")),
            since=entry.get("since"),
            **({"named": named} if named else {"cohort": cohort}),
        )
        if cohort and named:
            self._supplied_by(cohort.id, named=bool(entry.get("asks")))
        self.riverbend.rounds[entry["key"]] = self.round

    def _supplied_by(self, cohort_id: int, *, named: bool) -> None:
        """Let the cohort have supplied the colleagues whom the texts need."""
        round_ = self.round
        round_.cohort_id = cohort_id
        round_.asked = max(round_.asked, 2) if named else 3
        round_.needed = 2
        db.session.flush()
        if not named:
            allocation.keep_asking(round_)

    def _look_oneself(self, entry: dict[str, str]) -> None:
        words = {self._cell(name): text for name, text in entry.items()}
        save_self_assessment(self.author, self.round, words, version=0)

    def _cell(self, name: str) -> str:
        """The key of a cell that the texts call `met 2`."""
        cells = cells_of(self.round.rubric)
        return {f"{cell.column.value} {cell.number}": cell.key for cell in cells}[name]

    def _decline(self, entry: Entry) -> None:
        review = self._review_of(entry["by"])
        why = DeclineWhy(entry.get("why", "busy"))
        review_services.decline(review.reviewer, review, entry["words"], why)

    def _begin_review(self, entry: Entry) -> None:
        review = self._review_of(entry["by"])
        reviewer = review.reviewer
        review_services.begin(reviewer, review)
        if not review.is_hidden:
            store_look("work", self.work.id, reviewer.id, clock.now())
        if not review_queries.has_practised(reviewer):
            review_services.practised(reviewer, skipped=self.term.random.random() < 0.3)

    def _write_review(self, entry: Entry, number: int) -> None:
        """Stage by stage; one that is not given stops where its last sentence breaks off."""
        review = self._review_of(entry["by"])
        reviewer = review.reviewer
        for place, stage in enumerate(reviewer_stages(review.round.protocol.data)):
            if place:
                review_services.next_stage(reviewer, review, place - 1)
            for offset, comment in enumerate(entry["comments"]):
                if comment["stage"] == stage.key:
                    self.comments[number + offset] = self._write_comment(review, comment)
            if "begun" in entry and stage.key == entry["comments"][-1]["stage"]:
                return
        review_services.give(reviewer, review.id)
        db.session.expire(review)

    def _write_comment(self, review: Review, entry: Entry) -> Comment:
        """Raises `LookupError` for a place that the work does not have."""
        field, quote = "", ""
        if (place := entry.get("place", "whole")) != "whole":
            field, quote = (*place, "")[:2]
        if cell := entry.get("cell"):
            comment = next(c for c in review.comments if c.cell == self._cell(cell))
        else:
            comment = review_services.add_comment(review.reviewer, review, entry["stage"])
        boxes = {
            "text": entry["text"],
            "next_move": entry.get("next", ""),
            "kind": comment.kind.value,
            "field": field,
            "quote": quote,
            **({"picture": f"{field}:1", **entry["part"]} if "part" in entry else {}),
        }
        review_services.save_stage(
            review.reviewer, review, entry["stage"], {comment.id: boxes}, version=review.version
        )
        if field not in ("", *review.round.revision.content) or quote not in (comment.quote or ""):
            raise LookupError(f"“{quote}” is not in “{field}” of {self.entry['key']}.")
        return comment

    def _decide(self) -> None:
        """On each comment with a decision, with thanks to those whose feedback is used."""
        for number, entry in self.texts:
            if "decision" in entry:
                verdict = Verdict(entry["decision"])
                comment = self.comments[number]
                comment_services.decide(self.author, comment, verdict, entry.get("why", ""))
                if "helped" in entry:
                    say_how_it_helped(self.author, comment, *entry["helped"])
        for entry in self.entry["reviews"]:
            if any("decision" in comment for comment in entry["comments"]):
                review = self._review_of(entry["by"])
                review_services.thank(self.author, review, entry.get("thanks", ""))

    def _draft(self) -> None:
        draft = self.work.draft
        if draft is None:
            raise LookupError(self.entry["key"])
        work_services.save_draft(
            self.author,
            self.work,
            {**draft.content, **self.entry["drafted"]},
            version=draft.version,
            ticks=self._ticks((2, 5)),
        )

    def _ticks(self, numbers: Iterable[int]) -> dict[int, int | None]:
        """These comments as ticked by somebody who sees what was decided on them."""
        ids = [self.comments[number].id for number in numbers]
        decided = select(Decision.comment_id, Decision.version).where(Decision.comment_id.in_(ids))
        versions = {row.comment_id: row.version for row in db.session.execute(decided)}
        return {ident: versions.get(ident, 0) for ident in ids}

    def _revise(self) -> None:
        revised = self.entry["revised"]
        round_services.revise(
            self.author,
            self.round,
            content=revised["content"],
            why=revised["why"],
            ticks=self._ticks(revised["addresses"]),
        )

    def _confirm(self, number: int, again: str | None) -> None:
        comment = self.comments[number]
        if again is None:
            comment_services.confirm(comment.author, comment)
        else:
            comment_services.ask_again(comment.author, comment, again)

    def _close(self) -> None:
        round_services.close(self.author, self.round, **self.entry["reflection"])

    def _review_of(self, key: str) -> Review:
        return db.session.scalars(
            select(Review).where(
                Review.round_id == self.round.id,
                Review.reviewer_id == self.people[key].id,
                Review.released_at.is_(None),
            )
        ).one()
