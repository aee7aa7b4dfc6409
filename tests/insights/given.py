"""What tests of progress start from: modules, ways through them, rounds and reviews."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from pdportal import clock
from pdportal.accounts.models import Person
from pdportal.cohorts.models import Cohort
from pdportal.db import db
from pdportal.feedback.comments.answers import CommentKind, Verdict
from pdportal.feedback.comments.models import Comment, Decision
from pdportal.feedback.protocols.models import Protocol
from pdportal.feedback.reviews.models import Review
from pdportal.feedback.rounds.models import Round
from pdportal.feedback.works.models import Revision, Work
from pdportal.modules.models import Assignment, Edition, Enrollment, Module

TITLES = ("Feedback that gets used", "Questions worth waiting for", "A goal you can act on")


def module(title: str = TITLES[0]) -> Module:
    """A published module."""
    module = Module(slug=title.lower().replace(" ", "-"))
    db.session.add(module)
    db.session.flush()
    edition = Edition(
        module_id=module.id,
        number=1,
        content_hash="0" * 64,
        title=title,
        summary="Comments that lead to a next draft.",
        about="",
        language="en",
        minutes=50,
        skills=[],
        outcomes=[],
        prerequisites=[],
        authors=[],
    )
    db.session.add(edition)
    db.session.flush()
    module.current_id = edition.id
    db.session.commit()
    return module


def assigned(cohort: Cohort, module: Module, by: Person, due_on: date | None = None) -> Assignment:
    """The module, given to a cohort."""
    assignment = Assignment(
        cohort_id=cohort.id,
        module_id=module.id,
        assigned_by_id=by.id,
        due_on=due_on,
        why="Our students asked for it in the survey.",
    )
    db.session.add(assignment)
    db.session.commit()
    return assignment


def begun(person: Person, module: Module, at: datetime, finished: bool = False) -> Enrollment:
    """Somebody's way through a module."""
    way = Enrollment(
        person_id=person.id,
        module_id=module.id,
        edition_id=module.current_id,
        begun_at=at,
        last_at=at,
        finished_at=at if finished else None,
    )
    db.session.add(way)
    db.session.commit()
    return way


def protocol() -> Protocol:
    """A protocol; what is in it does not matter here."""
    protocol = Protocol(
        slug="tag",
        content_hash="0" * 64,
        name="TAG",
        summary="Tell, ask, give.",
        minutes=15,
        data={},
    )
    db.session.add(protocol)
    db.session.commit()
    return protocol


def shared(
    author: Person,
    protocol: Protocol,
    at: datetime,
    *,
    needed: int = 2,
    cohort: Cohort | None = None,
) -> Round:
    """A work of the author's, shared."""
    work = Work(
        author_id=author.id,
        kind="text",
        title="The quiet half of the class",
        fields=[{"key": "text", "label": "Text", "hint": "", "rows": 8}],
    )
    db.session.add(work)
    db.session.flush()
    revision = Revision(
        work_id=work.id, number=1, content={"text": "Who speaks, and who does not?"}
    )
    db.session.add(revision)
    db.session.flush()
    round_ = Round(
        work_id=work.id,
        revision_id=revision.id,
        protocol_id=protocol.id,
        cohort_id=cohort.id if cohort else None,
        question="Is the first question clear enough?",
        asked=max(needed, 2),
        needed=needed,
        shared_at=at,
        grace_until=at + timedelta(minutes=30),
    )
    db.session.add(round_)
    db.session.commit()
    return round_


def asked(round_: Round, reviewer: Person, given_at: datetime | None = None) -> Review:
    """One colleague's part in a round, given if it has a moment, with one comment in it."""
    review = Review(
        round_id=round_.id,
        reviewer_id=reviewer.id,
        lease_until=clock.now() + timedelta(days=3),
        begun_at=given_at,
        given_at=given_at,
    )
    db.session.add(review)
    db.session.flush()
    comment = Comment(
        revision_id=round_.revision_id,
        review_id=review.id,
        author_id=reviewer.id,
        kind=CommentKind.SUGGESTION,
        text="Why does Jonas go first?",
    )
    db.session.add(comment)
    db.session.commit()
    return review


def decided(review: Review, verdict: Verdict) -> None:
    """The author's answer to what was said in a review."""
    db.session.add(Decision(comment_id=review.comments[0].id, verdict=verdict))
    db.session.commit()
