"""The verbs of the loop: decide, address in a revision, confirm, ask again."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from flask_babel import gettext as _
from sqlalchemy import Select, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import joinedload

from pdportal import clock
from pdportal.accounts.models import Person
from pdportal.activity.services import record
from pdportal.db import db
from pdportal.feedback.comments import policy
from pdportal.feedback.comments.models import Comment, Decision, Verdict
from pdportal.feedback.reviews.models import Review
from pdportal.feedback.rounds import policy as round_policy
from pdportal.feedback.rounds.models import Round
from pdportal.feedback.works.models import Revision
from pdportal.feedback.works.services import (
    MovedOn,
    clean,
    keep_revision,
    latest_revision,
    too_long,
)
from pdportal.inbox.services import address, notify
from pdportal.web.errors import Refused, forbidden

LONGEST_WHY = 2_000


def decide(
    author: Person, comment: Comment, verdict: Verdict, why: str = "", version: int | None = None
) -> Decision:
    """Say what becomes of a comment; it can be changed until a revision answers it."""
    if not policy.may_decide(author, comment):
        raise forbidden()
    review = comment.review
    if review is None or not review.round.is_open:
        raise Refused(_("This round is closed; your answers stay as they are."))
    why = clean(why)
    if len(why) > LONGEST_WHY:
        raise too_long("why", LONGEST_WHY)
    decision = decision_on(comment)
    if decision is None:
        decision = Decision(comment_id=comment.id, verdict=verdict, why=why, version=1)
        try:
            with db.session.begin_nested():
                db.session.add(decision)
        except IntegrityError:  # another window was quicker by a moment
            return decide(author, comment, verdict, why, version)
        record(author, "decided", comment, verdict=verdict.value)
        return decision
    if decision.verdict is verdict and decision.why == why and decision.asked_again_at is None:
        return decision  # sent twice
    if decision.addressed_at is not None and decision.asked_again_at is None:
        raise Refused(_("A version of yours answers this already."))
    if version is not None and version != decision.version:
        raise MovedOn(decision.version, {"decision": decision.verdict.value, "why": decision.why})
    if decision.verdict is not verdict or decision.asked_again_at is not None:
        record(author, "decided", comment, verdict=verdict.value)
    decision.verdict = verdict
    decision.why = why
    decision.version += 1
    decision.decided_at = clock.now()
    decision.confirmed_at = None
    if decision.asked_again_at is not None:
        decision.asked_again_at = None
        decision.addressed_at = decision.addressed_in_id = None
    db.session.flush()
    return decision


def revise(
    author: Person,
    round_: Round,
    *,
    content: Mapping[str, str] | None = None,
    why: str = "",
    addressed: Collection[int] = (),
) -> Revision:
    """Keep the next revision and note which comments it answers; the rest stay open on it."""
    if not round_policy.may_run(author, round_):
        raise forbidden()
    if not round_.is_open:
        raise Refused(_("This round is closed. Edit the work, and share it again if you like."))
    before = latest_revision(round_.work)
    revision = keep_revision(author, round_.work, why=why, content=content)
    if before is not None and revision.id == before.id and revision.id == round_.revision_id:
        raise Refused(
            _("The text is as it was. Change something, or close the round without a new version."),
            status=422,
        )
    now = clock.now()
    answered: dict[int, int] = {}
    _lock_decisions(round_)
    for comment in db.session.scalars(_given_comments(round_)).unique():
        review = comment.review
        decision = comment.decision
        if comment.id not in addressed or review is None:
            continue
        if decision is not None and decision.is_settled and decision.addressed_at is not None:
            continue
        if decision is None or decision.verdict is Verdict.DECLINE:
            decision = decision or _undecided(comment)
            decision.verdict = Verdict.USE
            decision.decided_at = now
        decision.version += 1
        decision.addressed_in_id = revision.id
        decision.addressed_at = now
        decision.asked_again_at = None
        decision.confirmed_at = None
        answered[review.id] = answered.get(review.id, 0) + 1
    if round_.answered_at is None:
        round_.answered_at = now
    db.session.flush()
    record(author, "revised", round_, revision=revision.number, answered=sum(answered.values()))
    _tell_givers(author, round_, answered, new=before is None or revision.id != before.id)
    return revision


def confirm(giver: Person, comment: Comment) -> None:
    """The giver is content with what became of a comment."""
    decision = _answered(giver, comment)
    if decision.confirm():
        record(giver, "confirmed", comment)
        _tell_author(giver, comment, "feedback_confirmed")


def ask_again(giver: Person, comment: Comment, words: str) -> None:
    """The giver would like another look, and says why; the comment is open again."""
    decision = _answered(giver, comment)
    words = still_open(words)
    review = comment.review
    if review is None or not review.round.is_open:
        raise Refused(_("The round is closed. You could ask in person."))
    if decision.ask_again(words):
        record(giver, "asked_again", comment)
        _tell_author(giver, comment, "feedback_asked_again")


def still_open(words: str) -> str:
    """Why somebody asks again; without words nobody could answer."""
    words = clean(words).strip()
    if not words:
        raise Refused(_("Say in a few words what is still open."), status=422, field="words")
    if len(words) > LONGEST_WHY:
        raise too_long("words", LONGEST_WHY)
    return words


def not_answered_yet() -> Refused:
    """What a giver is told who confirms what nobody has answered."""
    return Refused(_("This comment has not been answered yet."))


def decision_on(comment: Comment) -> Decision | None:
    """The decision on a comment, locked until the request is over."""
    return db.session.scalars(
        select(Decision)
        .where(Decision.comment_id == comment.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()


def _undecided(comment: Comment) -> Decision:
    """A decision to fill in; where another window has just made one, that one."""
    try:
        with db.session.begin_nested():
            decision = Decision(comment_id=comment.id, verdict=Verdict.USE, version=0, why="")
            db.session.add(decision)
    except IntegrityError:
        return db.session.scalars(select(Decision).where(Decision.comment_id == comment.id)).one()
    return decision


def _lock_decisions(round_: Round) -> None:
    """Nobody decides on the comments of a round until the request is over."""
    db.session.scalars(
        select(Decision)
        .join(Comment, Comment.id == Decision.comment_id)
        .join(Review, Review.id == Comment.review_id)
        .where(Review.round_id == round_.id)
        .order_by(Decision.comment_id)
        .with_for_update(of=Decision)
        .execution_options(populate_existing=True)
    ).all()


def _answered(giver: Person, comment: Comment) -> Decision:
    if comment.author_id != giver.id or comment.review is None:
        raise forbidden()
    decision = decision_on(comment)
    if decision is None or not policy.may_confirm(giver, decision):
        raise not_answered_yet()
    return decision


def _given_comments(round_: Round) -> Select[Comment]:
    return (
        select(Comment)
        .join(Review, Review.id == Comment.review_id)
        .where(Review.round_id == round_.id, Review.is_given, Comment.is_written)
        .options(joinedload(Comment.decision), joinedload(Comment.review))
        .order_by(Comment.id)
    )


def _tell_givers(author: Person, round_: Round, answered: dict[int, int], *, new: bool) -> None:
    """Each giver hears once of a version: with their comments in it, or at least their answers."""
    decided = set(
        db.session.scalars(
            select(Comment.review_id)
            .join(Decision, Decision.comment_id == Comment.id)
            .join(Review, Review.id == Comment.review_id)
            .where(Review.round_id == round_.id)
        )
    )
    for review in db.session.scalars(
        select(Review).where(Review.round_id == round_.id, Review.is_given)
    ):
        words = {"author": author.name, "title": round_.work.title}
        url = address("feedback.outcome", review_id=review.id)
        if answered.get(review.id):
            notify(
                review.reviewer_id, "feedback_revised", url,
                sender=author, comments=answered[review.id], **words,
            )  # fmt: skip
        elif new and review.id in decided:
            notify(review.reviewer_id, "feedback_decided", url, sender=author, **words)


def _tell_author(giver: Person, comment: Comment, kind: str) -> None:
    review = comment.review
    if review is not None:
        notify(
            review.round.work.author_id,
            kind,
            address("feedback.round_page", round_id=review.round_id) + f"#comment-{comment.id}",
            sender=giver,
            giver=giver.name,
            title=review.round.work.title,
        )
