"""Rounds: shared, taken back, closed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from random import Random

from flask import current_app
from flask_babel import gettext as _
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from pdportal import clock
from pdportal.accounts.models import Person
from pdportal.activity.services import record
from pdportal.cohorts.models import Cohort
from pdportal.cohorts.policy import coaches_of, cohort_ids_of
from pdportal.db import db
from pdportal.feedback import events
from pdportal.feedback.protocols.models import Protocol
from pdportal.feedback.reviews.models import ReleaseWhy, Review
from pdportal.feedback.rounds import allocation, policy
from pdportal.feedback.rounds.models import Round
from pdportal.feedback.works import policy as work_policy
from pdportal.feedback.works.models import Work, WorkKind
from pdportal.feedback.works.services import (
    MovedOn,
    clean,
    has_unkept,
    keep_revision,
    latest_revision,
    too_long,
)
from pdportal.inbox.services import address, notify
from pdportal.web.errors import Refused, forbidden

LONGEST_QUESTION = 600


LONGEST_REFLECTION = 8_000


MOST_NAMED = 8


def share(
    author: Person,
    work: Work,
    *,
    protocol: Protocol,
    question: str,
    cohort: Cohort | None = None,
    named: Sequence[Person] = (),
    due_on: date | None = None,
    coach_may: bool = True,
    random: Random | None = None,
) -> Round:
    """Ask for feedback on what is written now: of colleagues named, or of those a cohort supplies.

    Sent twice, it is one round: the database allows one open round for each work.
    """
    if not work_policy.may_write(author, work):
        raise forbidden()
    if work.kind is WorkKind.CLIP:
        raise Refused(_("A clip is shared on its own page, with one person at a time."))
    question = clean(question).strip()
    if not question:
        raise Refused(
            _("Ask one question: what should they look at?"), status=422, field="question"
        )
    if len(question) > LONGEST_QUESTION:
        raise too_long("question", LONGEST_QUESTION)
    if has_unkept(work):
        draft = work.draft
        keep_revision(author, work, why=draft.why if draft else "")
    revision = latest_revision(work)
    if revision is None:
        raise Refused(_("Write something first: there is nothing to share yet."), status=422)
    asked, needed = _counts(author, cohort, named)
    now = clock.now()
    round_ = Round(
        work_id=work.id,
        revision_id=revision.id,
        protocol_id=protocol.id,
        cohort_id=cohort.id if cohort else None,
        question=question,
        asked=asked,
        needed=needed,
        coach_may=coach_may,
        due_on=due_on,
        shared_at=now,
        grace_until=now + timedelta(minutes=current_app.config["PDPORTAL"]["GRACE_MINUTES"]),
    )
    try:
        with db.session.begin_nested():
            db.session.add(round_)
    except IntegrityError:
        raise already_shared() from None
    record(author, "shared", round_, asked=asked, needed=needed, named=len(named))
    if cohort is not None:
        allocation.keep_asking(round_, random=random)
    else:
        allocation.ask(round_, [person.id for person in named])
    events.round_shared.send(round_)
    return round_


def already_shared() -> Refused:
    """What somebody is told who shares a work that is shared."""
    return Refused(_("This work is out for feedback already. Close that round first."))


def take_back(author: Person, round_: Round) -> None:
    """Undo the sharing, as long as the grace time lasts and nobody has begun."""
    if not policy.may_run(author, round_):
        raise forbidden()
    reviews = _locked_reviews(round_)
    if round_.taken_back_at is not None:
        return
    begun = any(review.begun_at for review in reviews)
    if not policy.may_take_back(author, round_, begun=begun):
        raise Refused(
            _("Somebody has begun to read it. You can close the round instead.")
            if begun
            else _("The time to take it back is over. You can close the round instead.")
        )
    round_.taken_back_at = clock.now()
    for review in reviews:
        if review.is_owed:
            allocation.release(review, ReleaseWhy.TAKEN_BACK)
            notify(
                review.reviewer_id,
                "feedback_taken_back",
                address("feedback.review_page", review_id=review.id),
                sender=author,
                author=author.name,
            )
    record(author, "took_back", round_)


def ask_also(author: Person, round_: Round, person: Person) -> Review:
    """Ask one more colleague by name; whoever was asked before is not asked twice."""
    if not policy.may_run(author, round_):
        raise forbidden()
    if not round_.is_open:
        raise Refused(_("This round is closed."))
    if not policy.may_ask(author, person):
        raise Refused(_("That is nobody you can ask."), status=422, field="named")
    for review in _locked_reviews(round_):
        if review.reviewer_id == person.id:
            if review.is_owed:
                return review  # sent twice
            raise Refused(
                _("%(name)s was asked in this round already.", name=person.name), status=422
            )
    try:
        with db.session.begin_nested():
            return allocation.ask(round_, [person.id])[0]
    except IntegrityError:  # asked at this moment, from another window or by turns
        return db.session.scalars(
            select(Review).where(Review.round_id == round_.id, Review.reviewer_id == person.id)
        ).one()


def save_reflection(
    author: Person,
    round_: Round,
    *,
    learned: str,
    did_not_work: str,
    try_next: str,
    version: int,
) -> Round:
    """Keep the closing reflection as it is typed."""
    if not policy.may_run(author, round_):
        raise forbidden()
    if not round_.is_open:
        raise Refused(_("This round is closed."))
    db.session.refresh(round_, with_for_update={"of": Round})
    typed = _reflection(learned, did_not_work, try_next)
    stored = {name: getattr(round_, name) for name in typed}
    if typed == stored:
        return round_
    if version != round_.reflection_version:
        raise MovedOn(round_.reflection_version, stored)
    for name, text in typed.items():
        setattr(round_, name, text)
    round_.reflection_version += 1
    db.session.flush()
    return round_


def close(
    author: Person, round_: Round, *, learned: str = "", did_not_work: str = "", try_next: str = ""
) -> None:
    """End a round with what was learned; whoever still owes a review is let go, kindly."""
    if not policy.may_run(author, round_):
        raise forbidden()
    typed = _reflection(learned, did_not_work, try_next)
    reviews = _locked_reviews(round_)  # reviews before rounds, everywhere: nobody waits in a circle
    if round_.closed_at is not None:
        return
    if round_.taken_back_at is not None:
        raise Refused(_("You took this round back."))
    for name, text in typed.items():
        setattr(round_, name, text)
    round_.closed_at = clock.now()
    round_.reflection_version += 1
    given = 0
    for review in reviews:
        url = address("feedback.review_page", review_id=review.id)
        if review.is_given:
            given += 1
            notify(
                review.reviewer_id,
                "feedback_closed",
                address("feedback.outcome", review_id=review.id),
                sender=author,
                author=author.name,
                title=round_.work.title,
            )
        elif review.released_at is None:
            allocation.release(review, ReleaseWhy.CLOSED)
            notify(
                review.reviewer_id, "feedback_closed_early", url, sender=author, author=author.name
            )
    record(author, "closed", round_, given=given)
    events.round_closed.send(round_)


def _counts(author: Person, cohort: Cohort | None, named: Sequence[Person]) -> tuple[int, int]:
    settings = current_app.config["PDPORTAL"]
    usual = {"asked": settings["REVIEWS_ASKED"], "needed": settings["REVIEWS_NEEDED"]}
    if cohort is not None:
        mine = cohort_ids_of(author).where(Cohort.id == cohort.id)
        if db.session.scalar(mine) is None:
            raise Refused(_("You are not in that cohort."), status=422, field="cohort")
        others = allocation.members_to_ask(cohort.id, author.id).with_only_columns(func.count())
        count = db.session.scalar(others.order_by(None)) or 0
        if not count and db.session.scalars(coaches_of(author.id)).first() is None:
            raise Refused(
                _("There is nobody else in %(cohort)s yet. Name a colleague instead.",
                  cohort=cohort.name),
                status=422,
                field="cohort",
            )  # fmt: skip
        return allocation.counts(count, **usual)
    if not named:
        raise Refused(_("Choose who should look at it."), status=422, field="named")
    if len({person.id for person in named}) > MOST_NAMED:
        raise Refused(
            _("Name at most %(most)s colleagues.", most=MOST_NAMED), status=422, field="named"
        )
    if not all(policy.may_ask(author, person) for person in named):
        raise Refused(_("That is nobody you can ask."), status=422, field="named")
    count = len({person.id for person in named})
    return count, min(usual["needed"], max(1, count - 1))


def _reflection(learned: str, did_not_work: str, try_next: str) -> dict[str, str]:
    typed = {"learned": learned, "did_not_work": did_not_work, "try_next": try_next}
    for name, text in typed.items():
        typed[name] = clean(text)
        if len(text) > LONGEST_REFLECTION:
            raise too_long(name, LONGEST_REFLECTION)
    return typed


def _locked_reviews(round_: Round) -> list[Review]:
    """The reviews of a round, locked until the request is over, and the round as it is then."""
    reviews = list(
        db.session.scalars(
            select(Review)
            .where(Review.round_id == round_.id)
            .order_by(Review.id)
            .with_for_update()
            .execution_options(populate_existing=True)
        )
    )
    db.session.refresh(round_, ["taken_back_at", "closed_at", "answered_at"])
    return reviews
