"""The loop, whatever the work is: comment, decide, address, confirm, ask again.

A comment stands in a review, where it is written stage by stage and read once that is given
(`feedback.reviews`), or in the talk about a work, where it is read at once (`kinds.Talk`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import ColumnElement, Select, and_, or_, select

from pdportal import clock
from pdportal.accounts.models import Person
from pdportal.accounts.turns import wait_for_turn
from pdportal.activity.services import record, record_id
from pdportal.db import add_unless_there, db
from pdportal.feedback import events
from pdportal.feedback.comments import news, policy
from pdportal.feedback.comments.answers import ANSWERS, Verdict
from pdportal.feedback.comments.models import Comment, Decision
from pdportal.feedback.comments.writing import Typed, write
from pdportal.feedback.rounds import veil
from pdportal.feedback.works import policy as work_policy
from pdportal.feedback.works.models import Revision, Work
from pdportal.feedback.works.queries import latest_revision
from pdportal.feedback.works.services import clean, fitting
from pdportal.web.autosave import ChangedElsewhere, check_version
from pdportal.web.errors import Reason, Refused, require

LONGEST_WHY = 2_000


def add_comment(person: Person, work: Work, typed: Typed) -> Comment:
    """Comment in the talk about a work; sent twice it is one."""
    require(work_policy.may_talk(person, work))
    revision = latest_revision(work)
    if revision is None:
        raise Refused(_("You can’t comment on this yet."))
    comment, is_new = _add_once(person, revision, typed)
    if is_new:
        record(person, "commented", comment, work=work.id)
        news.commented(person, comment)
        events.commented.send(comment, person=person)
    return comment


def reply(person: Person, first: Comment, text: str) -> Comment:
    """Reply to the first comment of a thread, in a talk or under a given review."""
    if first.answers_id is not None:
        raise Refused(_("Reply to the first comment, please: then it stays in one place."))
    require(policy.may_reply(person, first))
    if not first.is_open:
        raise Refused(_("This feedback request is closed. You could ask in person."))
    comment, is_new = _add_once(person, first.revision, Typed(text), answers_id=first.id)
    if is_new:
        record(person, "replied", comment, work=first.revision.work_id)
        news.replied(person, first, comment)
    return comment


def change_comment(person: Person, comment: Comment, typed: Typed, seen: str | None = None) -> None:
    """Put one's own comment right, within ten minutes and while nobody has answered it.

    `seen` are the words that the form was opened on. Raises `ChangedElsewhere` when another window
    has changed them since.
    """
    _require_unanswered(person, comment)
    if seen is not None and comment.text not in (clean(seen), clean(typed.text)):
        raise ChangedElsewhere(0, {"text": comment.text})
    write(comment, comment.revision, Typed(typed.text) if comment.answers_id else typed)
    _require_words(comment)
    db.session.flush()


def remove_comment(person: Person, comment: Comment) -> None:
    """Take back one's own comment, within ten minutes and while nobody has answered it."""
    _require_unanswered(person, comment)
    record_id(person.id, "removed", "comment", comment.id, work=comment.revision.work_id)
    events.comment_removed.send(comment)
    db.session.delete(comment)
    db.session.flush()


def decide(
    author: Person, comment: Comment, verdict: Verdict, why: str = "", version: int | None = None
) -> Decision:
    """Answer a comment in one of the ways of its kind; that can be changed until a revision does.

    `version` is that of the decision it was typed into. Raises `ChangedElsewhere` when another
    window decided meanwhile.
    """
    require(policy.may_decide(author, comment))
    if not comment.is_open:
        raise Refused(_("This feedback request is closed; your answers stay as they are."))
    why = _fitting_words(comment, verdict, why)
    decision = _decision_on(comment)
    if decision is None:
        decision = Decision(
            comment_id=comment.id, verdict=verdict, why=why, version=1, by_id=author.id
        )
        if not add_unless_there(decision):
            return decide(author, comment, verdict, why, version)
        record(author, "decided", comment, verdict=verdict.value)
    else:
        same = decision.verdict is verdict and decision.why == why
        if same and decision.asked_again_at is None:
            return decision  # sent twice
        if decision.is_addressed:
            raise Refused(_("A version of yours answers this already."))
        stored = {"decision": decision.verdict.value, "why": decision.why}
        by = decision.by.name if decision.by and decision.by_id != author.id else ""
        check_version(version, decision.version, stored, by)
        if decision.change(author, verdict, why):
            record(author, "decided", comment, verdict=verdict.value)
        db.session.flush()
    news.decided(author, comment, decision)
    return decision


class DecidedElsewhere(Refused):
    """Comments that were ticked as answered by a version have been decided on since.

    `comments` are those; whoever ticks them again has read that.
    """

    def __init__(self, comments: Sequence[Comment]) -> None:
        super().__init__(
            ngettext(
                "You answered %(num)s comment in another window after you checked it here. "
                "Read your answer, and check the comment again if this version answers it.",
                "You answered %(num)s comments in another window after you checked them here. "
                "Read your answers, and check those again that this version answers.",
                len(comments),
            )
        )
        self.comments = list(comments)

    @property
    def reason(self) -> Reason:
        """Not closed: it can be sent again."""
        return Reason.CHANGED


def address(
    author: Person,
    revision: Revision,
    comments: Sequence[Comment],
    seen: Mapping[int, int | None],
) -> list[Comment]:
    """Note that a revision answers comments; those answered before stay as they were.

    What was declined or not decided on is used now. `seen` has for each comment the version of the
    decision that `author` saw when ticking it; None where that is not known.
    Gives the comments that this revision answers and none before it did; raises
    `DecidedElsewhere`.
    """
    ids = [comment.id for comment in comments]
    locked = _locked(Decision.comment_id.in_(ids)).order_by(Decision.comment_id)
    decisions = {decision.comment_id: decision for decision in db.session.scalars(locked)}
    waiting = [c for c in comments if c.id not in decisions or not decisions[c.id].is_addressed]
    stale = [c for c in waiting if _decided_since(decisions.get(c.id), seen.get(c.id))]
    for comment in waiting:
        if comment.id not in decisions:
            verdict = comment.about.by_version or Verdict.USE
            decision = Decision(
                comment_id=comment.id, verdict=verdict, version=0, why="", by_id=author.id
            )
            decisions[comment.id] = decision
            if not add_unless_there(decision):
                stale.append(comment)
    if stale:
        raise DecidedElsewhere(stale)
    for comment in waiting:
        decision = decisions[comment.id]
        was_said = decision.version > 0 and decision.verdict is not Verdict.DECLINE
        decision.address(author, revision)
        if not was_said:
            record(author, "decided", comment, verdict=decision.verdict.value)
    db.session.flush()
    return waiting


def confirm(giver: Person, comment: Comment, version: int | None = None) -> None:
    """The giver is content with what became of a comment; `version` is that of what they read."""
    decision = _require_answered(giver, comment)
    if decision.confirmed_at is None:
        _require_seen(giver, decision, version)
    if decision.confirm():
        record(giver, "confirmed", comment)
        news.confirmed(giver, comment)


def ask_again(giver: Person, comment: Comment, words: str, version: int | None = None) -> None:
    """The giver would like another look, and says why; the comment is open again."""
    decision = _require_answered(giver, comment)
    words = fitting(words, "words", LONGEST_WHY).strip()
    if not words:
        raise Refused(_("Say in a few words what is still open."), status=422, field="words")
    if not comment.is_open:
        raise Refused(_("The feedback request is closed. You could ask in person."))
    if decision.asked_again_at is None:
        _require_seen(giver, decision, version)
    if decision.ask_again(words):
        record(giver, "asked_again", comment)
        news.asked_again(giver, comment)


def _require_words(comment: Comment) -> None:
    if not comment.is_written:
        raise Refused(_("Write a few words first."), status=422, field="text")


def _require_unanswered(person: Person, comment: Comment) -> None:
    require(comment.author_id == person.id)
    if not policy.may_change(person, comment):
        raise Refused(_("After ten minutes a comment stays as it is. You can add another."))
    later = and_(Comment.answers_id == comment.answers_id, Comment.id > comment.id)
    answers = or_(Comment.answers_id == comment.id, and_(later, Comment.author_id != person.id))
    replied = select(Comment.id).where(answers).limit(1)
    if comment.decision is not None or db.session.scalar(replied) is not None:
        raise Refused(_("Somebody has answered this already, so it stays as it is."))


def _require_answered(giver: Person, comment: Comment) -> Decision:
    require(comment.author_id == giver.id and policy.may_see(giver, comment))
    decision = _decision_on(comment)
    if decision is None or not policy.may_confirm(giver, decision):
        raise Refused(_("This comment has not been answered yet."))
    return decision


def _require_seen(giver: Person, decision: Decision, version: int | None) -> None:
    """Refuse to judge an answer that was changed since it was read; None compares nothing."""
    if version is not None and version != decision.version:
        name = veil.author_of(giver, decision.comment).name
        raise Refused(_("%(name)s has changed this answer. Read it again first.", name=name))


def _decided_since(decision: Decision | None, seen: int | None) -> bool:
    """Whether a decision is newer than what was seen; a settled comment is not offered to tick."""
    if decision is None:
        return False
    return decision.is_settled if seen is None else decision.version != seen


def _fitting_words(comment: Comment, verdict: Verdict, why: str) -> str:
    """The words of an answer; raises `Refused` (422) for one that its kind of comment has not."""
    if verdict not in comment.about.answers:
        raise Refused(str(comment.about.choose), status=422, field="decision")
    why = fitting(why, "why", LONGEST_WHY)
    if (missing := ANSWERS[verdict].missing) and not why.strip():
        raise Refused(str(missing), status=422, field="why")
    return why


def _add_once(
    person: Person, revision: Revision, typed: Typed, *, answers_id: int | None = None
) -> tuple[Comment, bool]:
    """Add a comment, or give the same one said before; and whether it is new."""
    comment = Comment(
        revision_id=revision.id,
        author_id=person.id,
        answers_id=answers_id,
        written_at=clock.now(),
    )
    write(comment, revision, typed)
    _require_words(comment)
    wait_for_turn(person)
    earlier = _same(comment)
    if earlier is not None:
        return earlier, False
    db.session.add(comment)
    db.session.flush()
    return comment, True


def _decision_on(comment: Comment) -> Decision | None:
    return db.session.scalars(_locked(Decision.comment_id == comment.id)).one_or_none()


def _locked(which: ColumnElement[bool]) -> Select[Decision]:
    """Decisions as they are now, locked until the request is over."""
    return select(Decision).where(which).with_for_update().execution_options(populate_existing=True)


def _same(comment: Comment) -> Comment | None:
    """What somebody has said already in the same words at the same place."""
    columns = (
        Comment.revision_id, Comment.review_id, Comment.author_id, Comment.answers_id,
        Comment.text, Comment.kind, Comment.field, Comment.quote, Comment.starts, Comment.ends,
    )  # fmt: skip
    same = (column.is_not_distinct_from(getattr(comment, column.key)) for column in columns)
    return db.session.scalars(select(Comment).where(*same).limit(1)).first()
