"""The loop: works shared, reviewed, decided on, revised, confirmed closed; and some that wait."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import partial
from random import Random
from typing import Any

from sqlalchemy import select

from pdportal import clock
from pdportal.accounts.models import Person
from pdportal.db import db
from pdportal.demo.district import Riverbend
from pdportal.demo.reading import Entry, read
from pdportal.demo.term import LENGTH
from pdportal.feedback.comments import services as comment_services
from pdportal.feedback.comments.models import Comment, Verdict
from pdportal.feedback.protocols.models import Protocol
from pdportal.feedback.protocols.stages import Stage, reviewer_stages
from pdportal.feedback.reviews import queries as review_queries
from pdportal.feedback.reviews import services as review_services
from pdportal.feedback.reviews.models import Review
from pdportal.feedback.rounds import allocation, renewal
from pdportal.feedback.rounds import services as round_services
from pdportal.feedback.rounds.models import Round
from pdportal.feedback.works import services as work_services
from pdportal.feedback.works.models import Revision, Work

SOON = timedelta(days=1, hours=20)
"""Within this time after being asked, those who will give a review have begun it."""

TIME_TO_ANSWER = {"tag": 7, "tuning": 10}
"""The days an author gives."""


def plan(riverbend: Riverbend) -> None:
    """Every work of the district, and the care for reviews that nobody begins."""
    for said in [*read("works"), *read("short_works")]:
        WorkStory(riverbend, said).plan()
    for slug, ways in read("learning").items():
        for way in ways:
            if shared := way.get("share"):
                work = f"{slug} {way['who']}"
                RoundStory(riverbend, work, way["who"], {**shared, "key": work}).plan()
    for day in range(-1, LENGTH + 1):
        riverbend.timeline.add(riverbend.term.at(day, 18.5, 0), renewal.renew_asks)


@contextmanager
def lots_that_fall_alike(random: Random) -> Iterator[None]:
    """Let ties between equally loaded colleagues fall the same way in every demo."""
    before = allocation.LOTS.set(random)
    try:
        yield
    finally:
        allocation.LOTS.reset(before)


class RoundStory:
    """One round on one work, from being shared to where it stands."""

    round: Round

    def __init__(self, riverbend: Riverbend, work: str, author: str, said: Entry) -> None:
        self.riverbend = riverbend
        self.work_key = work
        self.author_key = author
        self.said = said
        self.comments: dict[int, Comment] = {}
        """Those written so far, by the numbers that the texts give them."""

    @property
    def author(self) -> Person:
        return self.riverbend.people[self.author_key]

    @property
    def work(self) -> Work:
        return self.riverbend.works[self.work_key]

    def plan(self) -> None:
        """All acts of the round, each at its moment."""
        said, term, add = self.said, self.riverbend.term, self.riverbend.timeline.add
        now_shared = said.get("state") == "grace"
        shared = term.now - timedelta(minutes=6) if now_shared else term.at(said["day"], 15)
        add(shared, self._share)
        if "taken_back" in said:
            add(shared + timedelta(minutes=said["taken_back"]), self._take_back)
        for declined in said.get("declined", ()):
            add(term.at(declined["day"], 12), partial(self._decline, declined))
        number = 1
        last_given = said["day"]
        for review in said.get("reviews", ()):
            self._plan_review(review, number, shared)
            number += len(review["comments"])
            last_given = max(last_given, review.get("day", 0))
        self._plan_answers(last_given)

    def _plan_review(self, review: Entry, number: int, shared: datetime) -> None:
        term, add = self.riverbend.term, self.riverbend.timeline.add
        if "begun" in review:
            begins = term.at(review["begun"], 16)
            add(begins, partial(self._write_review, review, number, begins, give=False))
            return
        gives = max(term.at(review["day"], 15.8, 4), shared + timedelta(hours=1))
        begins = gives - timedelta(minutes=25)
        if review["by"] in self._asked_first():
            begins = min(begins, shared + SOON)
        add(begins, partial(self._begin_review, review))
        add(gives, partial(self._write_review, review, number, gives, give=True))

    def _plan_answers(self, last_given: int) -> None:
        said, term, add = self.said, self.riverbend.term, self.riverbend.timeline.add
        revised = said.get("revised")
        decided = min(last_given + 1, revised["day"] if revised else LENGTH)
        if any("decision" in comment for _number, comment in self._all_comments()):
            add(term.at(decided, 20, 0.5), self._decide)
        if "drafted" in said:
            add(term.at(decided + 1, 20), self._draft)
        ends = decided + 4
        if revised:
            ends = revised["day"] + 4
            add(max(term.at(revised["day"], 16.5), term.at(decided, 20.6, 0)), self._revise)
            for number, comment in self._all_comments():
                moment = term.at(revised["day"] + 2, 16, 4)
                if comment.get("confirm"):
                    add(moment, partial(self._confirm, number))
                if "ask_again" in comment:
                    add(moment, partial(self._ask_again, number, comment["ask_again"]))
        if "reflection" in said:
            add(term.at(said.get("closed", ends), 17.2), self._close)

    def _all_comments(self) -> list[tuple[int, Entry]]:
        reviews = self.said.get("reviews", ())
        return list(enumerate((c for review in reviews for c in review["comments"]), start=1))

    def _asked_first(self) -> list[str]:
        """Those asked with the sharing, where the texts name them."""
        wanted = self.said["from"]
        if wanted == "cohort":
            wanted = self.said.get("asks") or [one["by"] for one in self.said.get("reviews", ())]
        return list(wanted)

    def _share(self) -> None:
        said = self.said
        protocol = db.session.execute(
            select(Protocol).where(Protocol.slug == said["protocol"], Protocol.is_current)
        ).scalar_one()
        today = clock.now().astimezone(self.riverbend.term.zone).date()
        about: dict[str, Any] = {
            "protocol": protocol,
            "question": said["question"],
            "due_on": today + timedelta(days=TIME_TO_ANSWER[said["protocol"]]),
        }
        named = [self.riverbend.people[key] for key in self._asked_first()]
        if said["from"] != "cohort":
            self.round = round_services.share(self.author, self.work, named=named, **about)
        else:
            cohort = self.riverbend.cohort_of(self.author_key)
            if named:
                self.round = round_services.share(self.author, self.work, named=named, **about)
                self._supplied_by(cohort.id, named=bool(said.get("asks")))
            else:
                self.round = round_services.share(self.author, self.work, cohort=cohort, **about)
        self.riverbend.rounds[said["key"]] = self.round

    def _supplied_by(self, cohort_id: int, *, named: bool) -> None:
        """Let the cohort have supplied the colleagues whom the texts need."""
        round_ = self.round
        round_.cohort_id = cohort_id
        round_.asked = max(round_.asked, 2) if named else 3
        round_.needed = 2
        db.session.flush()
        if not named:
            allocation.keep_asking(round_)

    def _take_back(self) -> None:
        round_services.take_back(self.author, self.round)

    def _decline(self, said: Entry) -> None:
        review = self._review_of(said["by"])
        review_services.decline(review.reviewer, review, said["words"])

    def _begin_review(self, said: Entry) -> None:
        review = self._review_of(said["by"])
        reviewer = review.reviewer
        review_services.begin(reviewer, review)
        work_services.looked(reviewer, self.work)
        if not review_queries.has_practised(reviewer):
            review_services.practised(reviewer, skipped=self.riverbend.term.random.random() < 0.3)

    def _write_review(self, said: Entry, number: int, until: datetime, *, give: bool) -> None:
        """Stage by stage; one that is not given stops where its last sentence breaks off."""
        if not give:
            self._begin_review(said)
        review = self._review_of(said["by"])
        reviewer = review.reviewer
        for place, stage in enumerate(reviewer_stages(review.round.protocol.data)):
            if place:
                review_services.next_stage(reviewer, review, place - 1)
            for offset, comment in enumerate(said["comments"]):
                if comment["stage"] == stage.key:
                    written = self._write_comment(review, stage, comment)
                    self.comments[number + offset] = written
            if not give and stage.key == said["comments"][-1]["stage"]:
                return
        with clock.at(until):
            review_services.give(reviewer, review.id)
        db.session.expire(review)

    def _write_comment(self, review: Review, stage: Stage, said: Entry) -> Comment:
        field, quote = _place(said, review.round.revision)
        comment = review_services.add_comment(review.reviewer, review, stage.key)
        boxes = {
            "text": said["text"],
            "next_move": said.get("next", ""),
            "kind": comment.kind.value,
            "field": field,
            "quote": quote,
        }
        review_services.save_stage(
            review.reviewer, review, stage.key, {comment.id: boxes}, version=review.version
        )
        if quote and quote not in (comment.quote or ""):
            raise LookupError(f"{self.said['key']}: “{quote}” was not kept.")
        return comment

    def _decide(self) -> None:
        thanked: set[int] = set()
        for number, said in self._all_comments():
            if "decision" not in said:
                continue
            comment = self.comments[number]
            comment_services.decide(
                self.author, comment, Verdict(said["decision"]), said.get("why", "")
            )
            if comment.review is not None and comment.review.id not in thanked:
                thanked.add(comment.review.id)
                review_services.thank(self.author, comment.review, self._thanks(comment.author_id))

    def _thanks(self, giver_id: int) -> str:
        for review in self.said["reviews"]:
            if self.riverbend.people[review["by"]].id == giver_id:
                return str(review.get("thanks", ""))
        return ""

    def _draft(self) -> None:
        draft = self.work.draft
        if draft is None:
            raise LookupError(self.said["key"])
        work_services.save_draft(
            self.author,
            self.work,
            {**draft.content, **self.said["drafted"]},
            version=draft.version,
            addressed=[self.comments[number].id for number in (2, 5)],
        )

    def _revise(self) -> None:
        revised = self.said["revised"]
        round_services.revise(
            self.author,
            self.round,
            content=revised["content"],
            why=revised["why"],
            addressed=[self.comments[number].id for number in revised["addresses"]],
        )

    def _confirm(self, number: int) -> None:
        comment = self.comments[number]
        comment_services.confirm(comment.author, comment)

    def _ask_again(self, number: int, words: str) -> None:
        comment = self.comments[number]
        comment_services.ask_again(comment.author, comment, words)

    def _close(self) -> None:
        round_services.close(self.author, self.round, **self.said["reflection"])

    def _review_of(self, key: str) -> Review:
        person = self.riverbend.people[key]
        review = db.session.scalars(
            select(Review).where(
                Review.round_id == self.round.id,
                Review.reviewer_id == person.id,
                Review.released_at.is_(None),
            )
        ).one_or_none()
        if review is None:
            raise LookupError(f"{self.said['key']}: nothing is asked of {person.name}.")
        return review


class WorkStory:
    """One work: begun, and shared for one round or two."""

    def __init__(self, riverbend: Riverbend, said: Entry) -> None:
        self.riverbend = riverbend
        self.said = said

    def plan(self) -> None:
        """Begin it, and plan its rounds."""
        said, term, add = self.said, self.riverbend.term, self.riverbend.timeline.add
        if "goal" in said:
            RoundStory(self.riverbend, f"goal {said['goal']}", said["author"], said).plan()
            return
        if said["state"] == "draft":
            add(term.at(said["day"], 20), self._begin)
            return
        add(term.at(said["day"] - 2, 20), self._begin)
        RoundStory(self.riverbend, said["key"], said["author"], said).plan()
        if second := said.get("second"):
            add(term.at(second["day"] - 1, 20), partial(self._write_on, second))
            again = {**second, "key": f"{said['key']} again"}
            RoundStory(self.riverbend, said["key"], said["author"], again).plan()

    def _begin(self) -> None:
        said = self.said
        self.riverbend.works[said["key"]] = work_services.begin_work(
            self.riverbend.people[said["author"]],
            said["kind"],
            said["title"],
            content=said["content"],
        )

    def _write_on(self, second: Entry) -> None:
        work = self.riverbend.works[self.said["key"]]
        version = work.draft.version if work.draft else 0
        work_services.save_draft(
            work.author, work, second["content"], why=second["why"], version=version
        )


def _place(said: Entry, revision: Revision) -> tuple[str, str]:
    """The field and the words that a comment is about; words that are not there are a mistake."""
    place = said.get("place", "whole")
    if place == "whole":
        return "", ""
    field, quote = (*place, "")[:2]
    if field not in revision.content or quote not in " ".join(revision.content[field].split()):
        raise LookupError(f"“{quote}” is not in “{field}” of “{revision.work.title}”.")
    return field, quote
