"""Rounds: shared, taken back, closed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from pdportal import clock
from pdportal.accounts.models import Person
from pdportal.activity.services import record
from pdportal.cohorts.models import Cohort
from pdportal.db import db
from pdportal.feedback import events
from pdportal.feedback.comments import news
from pdportal.feedback.comments import services as comment_services
from pdportal.feedback.comments.in_rounds import given_comments
from pdportal.feedback.comments.models import Comment
from pdportal.feedback.kinds import kind_of
from pdportal.feedback.meetings.queries import open_meeting
from pdportal.feedback.protocols.models import Protocol
from pdportal.feedback.reviews.models import ReleaseWhy, Review
from pdportal.feedback.rounds import allocation, policy, veil
from pdportal.feedback.rounds.asking import counts_of, require_here, setting
from pdportal.feedback.rounds.hiding import Hides, require_hideable
from pdportal.feedback.rounds.models import Round
from pdportal.feedback.rounds.queries import open_round
from pdportal.feedback.rounds.windows import moments_of, plan_windows
from pdportal.feedback.rubrics.services import rubric_to_share
from pdportal.feedback.works.models import Revision, Ticks, Work
from pdportal.feedback.works.policy import writers_of
from pdportal.feedback.works.queries import latest_revision
from pdportal.feedback.works.services import fitting, save_revision, save_to_share
from pdportal.inbox.services import address, notify, notify_all
from pdportal.web.autosave import replace_values
from pdportal.web.errors import Refused, require
from pdportal.web.locale import zone_here

LONGEST_QUESTION = 600
LONGEST_REFLECTION = 8_000


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
    criteria: str = "",
    hides: Hides = Hides.NOBODY,
    stage_days: int | None = None,
    since: int | None = None,
) -> Round:
    """Ask for feedback on what is written now: of colleagues named, or of those a cohort supplies.

    Whoever writes it with its author asks in cohorts that both are in, and not the author's coach.
    `hides` says whose names nobody learns (`rounds.veil`); with `since` it is about what changed
    from that version on.

    Sent twice, it is one round: the database allows one open round for each work.
    """
    if open_meeting(work) is not None:
        raise Refused(_("A meeting about this work is planned. Hold it or call it off first."))
    revision = revision_to_share(author, work)
    question = _fitting_question(question)
    asked, needed = counts_of(author, work, cohort, named)
    require_hideable(author, work, protocol, hides, cohort, named)
    opens = _windows(protocol, stage_days, hides)
    round_ = Round(
        work_id=work.id,
        revision_id=revision.id,
        protocol_id=protocol.id,
        cohort_id=cohort.id if cohort else None,
        question=question,
        rubric=rubric_to_share(protocol, work, criteria),
        asked=asked,
        needed=needed,
        coach_may=coach_may and work.author_id == author.id,
        opens=opens,
        since=_fitting_since(revision, since),
        due_on=moments_of(opens)[-1].astimezone(zone_here()).date() if opens else due_on,
        hides_author=hides.author,
        hides_reviewers=hides.reviewers,
        grace_until=clock.now() + timedelta(minutes=setting("GRACE_MINUTES")),
    )
    _add_only_open_round(round_)
    record(author, "shared", round_, asked=asked, needed=needed, named=len(named))
    if cohort is not None:
        allocation.keep_asking(round_)
    else:
        allocation.ask(round_, [person.id for person in named])
    url = address("feedback.round_page", round_id=round_.id)
    others = sorted(writers_of(work))
    notify_all(others, "writers_shared", url, sender=author, name=author, title=work.title)
    events.round_shared.send(round_)
    return round_


def take_back(author: Person, round_: Round) -> None:
    """Undo the sharing, as long as the grace time lasts and nobody has begun."""
    require(policy.may_run(author, round_))
    reviews = _locked_reviews(round_)
    if round_.taken_back_at is not None:
        return
    begun = any(review.begun_at for review in reviews)
    if not policy.may_take_back(author, round_, begun=begun):
        raise Refused(
            _("Somebody has begun to read it. You can close the request instead.")
            if begun
            else _("It is too late to cancel. You can close the request instead.")
        )
    round_.taken_back_at = clock.now()
    for review in reviews:
        if review.is_owed:
            allocation.release(review, ReleaseWhy.TAKEN_BACK)
            _notify_reviewer(author, review, "feedback_taken_back", "feedback.review_page")
    record(author, "took_back", round_)


def ask_also(author: Person, round_: Round, person: Person) -> Review:
    """Ask one more colleague by name; whoever was asked before is not asked twice."""
    require(policy.may_run(author, round_))
    if not round_.is_open:
        raise Refused(_("This feedback request is closed."))
    if policy.asks_by_turns(round_) or not policy.may_ask(author, person, work=round_.work):
        raise Refused(_("That is nobody you can ask."), status=422, field="named")
    reviews = _locked_reviews(round_)
    if round_.hides_reviewers or not any(each.reviewer_id == person.id for each in reviews):
        require_here([person])
    for review in reviews:
        if review.reviewer_id == person.id:
            if review.is_owed or round_.hides_reviewers:
                return review  # sent twice, or somebody of whom the author must not learn that
            raise Refused(
                _("%(name)s was asked in this request already.", name=person.name), status=422
            )
    try:
        with db.session.begin_nested():
            return allocation.ask(round_, [person.id])[0]
    except IntegrityError:  # asked at this moment, from another window or by turns
        return db.session.scalars(
            select(Review).where(Review.round_id == round_.id, Review.reviewer_id == person.id)
        ).one()


def revise(
    author: Person,
    round_: Round,
    *,
    content: Mapping[str, str] | None = None,
    why: str = "",
    ticks: Ticks | None = None,
) -> Revision:
    """Save the next revision and note which comments it answers; the rest stay open on it.

    `ticks` are those comments, or those ticked in the draft; ids of others count for nothing.
    Raises `DecidedElsewhere`.
    """
    require(policy.may_run(author, round_))
    if not round_.is_open:
        raise Refused(_("This request is closed. Edit the work, and share it again if you like."))
    before = latest_revision(round_.work)
    revision = save_revision(author, round_.work, why=why, content=content, ticks=ticks)
    new = before is None or revision.id != before.id
    if not new and revision.id == round_.revision_id:
        raise Refused(
            _("The text has not changed. Change something, or close this without a new version."),
            status=422,
        )
    if not new:
        _go_on(author, round_, revision, ticks or {}, new=False)
    elif round_.answered_at is None:
        _go_on(author, round_, revision, {}, new=True)
    return revision


def revision_saved(work: Work, *, revision: Revision, ticks: Ticks) -> None:
    """A work has a new revision, from whichever page: its writers go on in the open round."""
    round_ = open_round(work)
    if round_ is not None and (ticks or any(review.is_given for review in round_.reviews)):
        _go_on(revision.writer, round_, revision, ticks, new=True)


def answered_elsewhere(author: Person, round_: Round, answered: Sequence[Comment]) -> None:
    """A later work of the author answers comments of an open round: they have gone on. Those who
    gave them hear that one does, and not which."""
    require(policy.may_run(author, round_))
    new = round_.answered_at is None
    _went_on(author, round_, answered)
    news.revised(author, round_, answered, new=new, kind="feedback_filmed")


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
    require(policy.may_run(author, round_))
    db.session.refresh(round_, ["taken_back_at", "closed_at"], with_for_update=True)
    if not round_.is_open:
        raise Refused(_("This feedback request is closed."))
    typed = _reflection(learned=learned, did_not_work=did_not_work, try_next=try_next)
    replace_values(round_, typed, version, "reflection_version")
    db.session.flush()
    return round_


def close(
    author: Person, round_: Round, *, learned: str = "", did_not_work: str = "", try_next: str = ""
) -> None:
    """End a round with what was learned; whoever still owes a review is let go, kindly."""
    require(policy.may_run(author, round_))
    typed = _reflection(learned=learned, did_not_work=did_not_work, try_next=try_next)
    reviews = _locked_reviews(round_)  # reviews before rounds, everywhere: nobody waits in a circle
    if round_.closed_at is not None:
        return
    if round_.taken_back_at is not None:
        raise Refused(_("You canceled this feedback request."))
    for name, text in typed.items():
        setattr(round_, name, text)
    round_.closed_at = clock.now()
    round_.reflection_version += 1
    for review in reviews:
        if review.is_given:
            title = round_.work.title
            _notify_reviewer(author, review, "feedback_closed", "feedback.outcome", title=title)
        elif review.is_owed:
            allocation.release(review, ReleaseWhy.CLOSED)
            _notify_reviewer(author, review, "feedback_closed_early", "feedback.review_page")
    given = sum(review.is_given for review in reviews)
    record(author, "closed", round_, given=given)
    events.round_closed.send(round_)


def _go_on(author: Person, round_: Round, revision: Revision, ticks: Ticks, *, new: bool) -> None:
    """Somebody has gone on to a revision, which may be `new`; those it answers are told."""
    comments = db.session.scalars(given_comments(round_).where(Comment.id.in_(list(ticks))))
    answered = comment_services.address(author, revision, comments.all(), ticks)
    _went_on(author, round_, answered, revision=revision.number)
    news.revised(author, round_, answered, new=new)


def _went_on(author: Person, round_: Round, answered: Sequence[Comment], **about: int) -> None:
    round_.answered_at = round_.answered_at or clock.now()
    db.session.flush()
    record(author, "revised", round_, answered=len(answered), **about)


def _add_only_open_round(round_: Round) -> None:
    try:
        with db.session.begin_nested():
            db.session.add(round_)
    except IntegrityError:
        raise Refused(
            _("This work is out for feedback already. Close that request first.")
        ) from None


def _windows(protocol: Protocol, days: int | None, hides: Hides) -> list[str] | None:
    """When stages open; not where names are hidden, since who is done when would tell."""
    if hides is Hides.NOBODY:
        return plan_windows(protocol.data, days)
    if days:
        message = _("With hidden names each goes at their own pace: leave the days empty.")
        raise Refused(message, status=422, field="stage_days")
    return None


def _fitting_since(revision: Revision, since: int | None) -> int | None:
    """The version whose difference to `revision` a round is about; raises `Refused` (422)."""
    if since is not None and not 0 < since < revision.number:
        message = _("Nothing has changed since version %(number)s.", number=since)
        raise Refused(message, status=422, field="since")
    return since


def _fitting_question(question: str) -> str:
    question = fitting(question, "question", LONGEST_QUESTION).strip()
    if not question:
        message = _("Ask one question: what should they look at?")
        raise Refused(message, status=422, field="question")
    return question


def revision_to_share(author: Person, work: Work) -> Revision:
    """The revision that others are to see: what is written now is saved as one."""
    if why_not := kind_of(work).no_rounds or kind_of(work).ended(work):
        raise Refused(str(why_not))
    return save_to_share(author, work)


def _reflection(**typed: str) -> dict[str, str]:
    return {name: fitting(text, name, LONGEST_REFLECTION) for name, text in typed.items()}


def _notify_reviewer(
    author: Person, review: Review, kind: str, endpoint: str, **words: Any
) -> None:
    url = address(endpoint, review_id=review.id)
    words |= veil.from_author(review.round, by=author)
    notify(review.reviewer_id, kind, url, **words)


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
