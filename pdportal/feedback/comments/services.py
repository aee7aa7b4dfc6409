"""The loop, whatever the work is: comment, decide, address, confirm, ask again.

A comment stands in a review, where it is written stage by stage and read once that is given
(`feedback.reviews`), or in the talk about a work, where it is read at once (`kinds.Talk`).
"""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.exc import IntegrityError

from pdportal import clock
from pdportal.accounts.models import Person
from pdportal.activity.services import record, record_id
from pdportal.db import db
from pdportal.feedback import events
from pdportal.feedback.comments import news, policy
from pdportal.feedback.comments.models import Comment, Decision, Verdict
from pdportal.feedback.comments.writing import Typed, write
from pdportal.feedback.works import policy as work_policy
from pdportal.feedback.works.models import Revision, Work
from pdportal.feedback.works.queries import latest_revision
from pdportal.feedback.works.services import fitting
from pdportal.web.autosave import check_version
from pdportal.web.errors import Refused, forbidden

LONGEST_WHY = 2_000


def add_comment(
    person: Person, work: Work, typed: Typed, *, answers: Comment | None = None
) -> Comment:
    """Comment in the talk about a work, or reply to a comment there; sent twice it is one."""
    if not work_policy.may_talk(person, work):
        raise forbidden()
    revision = latest_revision(work)
    if revision is None:
        raise Refused(_("You can’t comment on this yet."))
    if answers is not None:
        if answers.answers_id is not None:
            raise Refused(_("Reply to the first comment, please: then it stays in one place."))
        typed = Typed(typed.text)
    comment = Comment(
        revision_id=revision.id,
        author_id=person.id,
        answers_id=answers.id if answers else None,
        written_at=clock.now(),
    )
    write(comment, revision, typed)
    _require_words(comment)
    _wait_for_turn(person)
    earlier = _same(comment)
    if earlier is not None:
        return earlier
    db.session.add(comment)
    db.session.flush()
    record(person, "replied" if answers else "commented", comment, work=work.id)
    if answers is not None:
        news.replied(person, answers, comment)
    else:
        news.commented(person, comment)
        events.commented.send(comment, person=person)
    return comment


def change_comment(person: Person, comment: Comment, typed: Typed) -> None:
    """Put one's own comment right, within ten minutes and while nobody has answered it."""
    _require_unanswered(person, comment)
    write(comment, comment.revision, Typed(typed.text) if comment.answers_id else typed)
    _require_words(comment)
    db.session.flush()


def remove_comment(person: Person, comment: Comment) -> None:
    """Take back one's own comment, within ten minutes and while nobody has answered it."""
    _require_unanswered(person, comment)
    record_id(person.id, "removed", "comment", comment.id, work=comment.revision.work_id)
    db.session.delete(comment)
    db.session.flush()


def decide(
    author: Person, comment: Comment, verdict: Verdict, why: str = "", version: int | None = None
) -> Decision:
    """Say what becomes of a comment; it can be changed until a revision answers it.

    `version` is that of the decision it was typed into. Raises `ChangedElsewhere` when another
    window decided meanwhile.
    """
    if not policy.may_decide(author, comment):
        raise forbidden()
    if not comment.is_open:
        raise Refused(_("This feedback request is closed; your answers stay as they are."))
    why = fitting(why, "why", LONGEST_WHY)
    decision = _decision_on(comment)
    if decision is None:
        decision = Decision(comment_id=comment.id, verdict=verdict, why=why, version=1)
        if not _stored(decision):
            return decide(author, comment, verdict, why, version)
        record(author, "decided", comment, verdict=verdict.value)
    else:
        same = decision.verdict is verdict and decision.why == why
        if same and decision.asked_again_at is None:
            return decision  # sent twice
        if decision.is_addressed:
            raise Refused(_("A version of yours answers this already."))
        stored = {"decision": decision.verdict.value, "why": decision.why}
        check_version(version, decision.version, stored)
        if decision.change(verdict, why):
            record(author, "decided", comment, verdict=verdict.value)
        db.session.flush()
    news.decided(author, comment)
    return decision


def address(revision: Revision, comments: Sequence[Comment]) -> list[Comment]:
    """Note that a revision answers comments; those answered before stay as they were.

    What its author had declined or not decided on is used now. Gives the comments that this
    revision answers and none before it did.
    """
    ids = [comment.id for comment in comments]
    locked = _locked(Decision.comment_id.in_(ids)).order_by(Decision.comment_id)
    decisions = {decision.comment_id: decision for decision in db.session.scalars(locked)}
    answered = []
    for comment in comments:
        decision = decisions.get(comment.id)
        if decision is None:
            decision = Decision(comment_id=comment.id, verdict=Verdict.USE, version=0, why="")
            if not _stored(decision):
                decision = db.session.scalars(_locked(Decision.comment_id == comment.id)).one()
        if not decision.is_addressed:
            if decision.version == 0 or decision.verdict is Verdict.DECLINE:
                record(revision.work.author, "decided", comment, verdict=Verdict.USE.value)
            decision.address(revision)
            answered.append(comment)
    db.session.flush()
    return answered


def confirm(giver: Person, comment: Comment) -> None:
    """The giver is content with what became of a comment."""
    if _require_answered(giver, comment).confirm():
        record(giver, "confirmed", comment)
        news.confirmed(giver, comment)


def ask_again(giver: Person, comment: Comment, words: str) -> None:
    """The giver would like another look, and says why; the comment is open again."""
    decision = _require_answered(giver, comment)
    words = fitting(words, "words", LONGEST_WHY).strip()
    if not words:
        raise Refused(_("Say in a few words what is still open."), status=422, field="words")
    if not comment.is_open:
        raise Refused(_("The feedback request is closed. You could ask in person."))
    if decision.ask_again(words):
        record(giver, "asked_again", comment)
        news.asked_again(giver, comment)


def _require_words(comment: Comment) -> None:
    if not comment.is_written:
        raise Refused(_("Write a few words first."), status=422, field="text")


def _require_unanswered(person: Person, comment: Comment) -> None:
    if comment.author_id != person.id:
        raise forbidden()
    if not policy.may_change(person, comment):
        raise Refused(_("After ten minutes a comment stays as it is. You can add another."))
    replied = select(Comment.id).where(Comment.answers_id == comment.id).limit(1)
    if comment.decision is not None or db.session.scalar(replied) is not None:
        raise Refused(_("Somebody has answered this already, so it stays as it is."))


def _require_answered(giver: Person, comment: Comment) -> Decision:
    if comment.author_id != giver.id or not policy.may_see(giver, comment):
        raise forbidden()
    decision = _decision_on(comment)
    if decision is None or not policy.may_confirm(giver, decision):
        raise Refused(_("This comment has not been answered yet."))
    return decision


def _decision_on(comment: Comment) -> Decision | None:
    return db.session.scalars(_locked(Decision.comment_id == comment.id)).one_or_none()


def _locked(which: ColumnElement[bool]) -> Select[Decision]:
    """Decisions as they are now, locked until the request is over."""
    return select(Decision).where(which).with_for_update().execution_options(populate_existing=True)


def _stored(decision: Decision) -> bool:
    """Store the first decision on a comment; False if another window was quicker by a moment."""
    try:
        with db.session.begin_nested():
            db.session.add(decision)
    except IntegrityError:
        return False
    return True


def _wait_for_turn(person: Person) -> None:
    """What one person sends twice at once is done one after the other."""
    row = select(Person.id).where(Person.id == person.id).with_for_update(key_share=True)
    db.session.execute(row).all()


def _same(comment: Comment) -> Comment | None:
    """What somebody has said already in the same words at the same place."""
    columns = (
        Comment.revision_id, Comment.review_id, Comment.author_id, Comment.answers_id,
        Comment.text, Comment.kind, Comment.field, Comment.quote, Comment.starts, Comment.ends,
    )  # fmt: skip
    same = (column.is_not_distinct_from(getattr(comment, column.key)) for column in columns)
    return db.session.scalars(select(Comment).where(*same).limit(1)).first()
