"""What the stories of feedback begin with."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlalchemy import select

from pdportal.accounts.models import Person
from pdportal.cohorts.models import Cohort
from pdportal.db import db
from pdportal.feedback.comments import services as comment_services
from pdportal.feedback.comments.answers import Verdict
from pdportal.feedback.comments.models import Comment
from pdportal.feedback.protocols.models import Protocol
from pdportal.feedback.protocols.services import publish_protocols
from pdportal.feedback.protocols.stages import reviewer_stages
from pdportal.feedback.reviews import services as review_services
from pdportal.feedback.reviews.models import Review
from pdportal.feedback.rounds import services as round_services
from pdportal.feedback.rounds.models import Round
from pdportal.feedback.works import services as work_services
from pdportal.feedback.works.models import Work

TAG = """\
---
name: TAG
summary: Tell what works, ask, give one suggestion.
purpose: Quick feedback on something early.
family: quick
group: {min: 2, max: 6}
minutes: 8
trust: 1
origin: Passed on from classroom to classroom.
license: CC BY 4.0
---

## Stage: Tell {#tell}
speaks: reviewers
silent: author
minutes: 2
kind: strength
at_least: 1
place: asked
next_move: no

Tell one thing that *works*.

- What works here is …
- Keep this, because …

## Stage: Ask {#ask}
speaks: reviewers
silent: author
minutes: 2
kind: question
at_least: 0
place: optional

Ask what you would really like to know.

## Stage: Give {#give}
speaks: reviewers
silent: author
minutes: 3
kind: suggestion, note
at_least: 1
place: asked
next_move: yes

Give one suggestion for this week.

## Stage: Respond {#respond}
speaks: author
silent: reviewers
minutes: 10
kind: none

Read everything once, then decide.

## Practice

### The work

A plan for a lesson on magnets.

### A model answer

**Tell:** the first minute raises a question at once.

## For students

### Three kind things

Be kind, and be useful.

### Step: Tell (2 min)

Say what works.

### Step: Ask

Ask one thing.

### For the teacher

Do it aloud first.
"""

PLAN = {
    "aim": "Students can place thirds and quarters on a number line.",
    "plan": "Warm-up with halves (5).\n\nIn pairs they talk for two minutes, then share.",
    "check": "An exit card with three numbers.",
    "worry": "Will the quiet ones get a word in?",
}


def tag(folder: Path, text: str = TAG) -> Protocol:
    """The protocol TAG, published."""
    file = folder / "tag.md"
    file.write_text(text, encoding="utf-8")
    problems = publish_protocols([file])
    assert not [problem for problem in problems if problem.is_error], problems
    return db.session.scalars(
        select(Protocol).where(Protocol.slug == "tag", Protocol.is_current)
    ).one()


def plan(author: Person, title: str = "Fractions on a line", **content: str) -> Work:
    """A lesson plan with its first revision."""
    work = work_services.begin_work(author, "lesson_plan", title, content=PLAN | content)
    work_services.save_revision(author, work)
    return work


def shared(work: Work, protocol: Protocol, *, cohort: Cohort | None = None, **more: Any) -> Round:
    """A round on a work; named colleagues by `named=[…]`."""
    more.setdefault("question", "Will the quiet ones have time?")
    return round_services.share(work.author, work, protocol=protocol, cohort=cohort, **more)


def review_of(round_: Round, person: Person) -> Review:
    """Somebody's review in a round."""
    return db.session.scalars(
        select(Review).where(Review.round_id == round_.id, Review.reviewer_id == person.id)
    ).one()


def begun(round_: Round, person: Person) -> Review:
    """The same, begun."""
    review = review_of(round_, person)
    review_services.begin(person, review)
    return review


def written(reviewer: Person, review: Review, stage: str, text: str, **more: str) -> Comment:
    """A comment of a review, written in a stage that is open, and what else is in its boxes."""
    comment = review_services.add_comment(reviewer, review, stage)
    boxes = {"text": text, "kind": comment.kind.value} | more
    review_services.save_stage(reviewer, review, stage, {comment.id: boxes}, version=review.version)
    return comment


def given(round_: Round, person: Person, **said: str) -> Review:
    """A review given, with a comment in each stage: `tell="…"`, `ask="…"`, `give="…"`."""
    review = ready(round_, person, **said)
    review_services.give(person, review.id)
    db.session.refresh(review)
    return review


def ready(round_: Round, person: Person, **said: str) -> Review:
    """The same, written and not sent yet."""
    said = {"tell": "The aim is clear.", "give": "Let them write first."} | said
    review = begun(round_, person)
    stages = reviewer_stages(round_.protocol.data)
    for number, stage in enumerate(stages):
        if said.get(stage.key):
            quote = "talk for two minutes" if stage.key == "give" else ""
            written(person, review, stage.key, said[stage.key], quote=quote)
        review_services.next_stage(person, review, number)
    db.session.flush()
    return review


def said_by(review: Review, stage: str) -> Comment:
    """The first comment of a review in a stage."""
    return db.session.scalars(
        select(Comment)
        .where(Comment.review_id == review.id, Comment.stage == stage, Comment.text != "")
        .order_by(Comment.id)
    ).first() or _none(stage)


def decided(comment: Comment, verdict: Verdict, why: str = "") -> Comment:
    """The author's decision on a comment."""
    assert comment.review is not None
    comment_services.decide(comment.review.round.work.author, comment, verdict, why)
    return comment


def _none(stage: str) -> Comment:
    raise AssertionError(f"Nothing was said in {stage}.")
