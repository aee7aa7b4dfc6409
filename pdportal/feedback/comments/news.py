"""Who hears what of the loop; the words are in `feedback.notices`.

In a round, givers hear of decisions when the author has gone on (`revised`); in a talk, at once.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import or_, select

from pdportal.accounts.models import Person
from pdportal.db import db
from pdportal.feedback.comments.models import Comment, Decision
from pdportal.feedback.kinds import Talk, kind_of, work_url
from pdportal.feedback.reviews.models import Review
from pdportal.feedback.rounds.models import Round
from pdportal.feedback.rounds.veil import from_author, from_reviewer, signed
from pdportal.feedback.works.models import Work
from pdportal.feedback.works.policy import is_heard, writers_of
from pdportal.inbox.models import Notice
from pdportal.inbox.services import address, notify


def commented(person: Person, comment: Comment) -> None:
    """The author of a work hears that somebody has commented in the talk about it."""
    work = comment.revision.work
    talk = _talk(work)
    notify_once(
        work.author_id,
        f"{talk.notices}_commented",
        thread_url(comment, to_author=True) if talk.to_author else work_url(work),
        sender=person,
        giver=person,
        title=work.title,
        said=comment.kind.value,
        again=is_heard(work),
    )


def replied(person: Person, first: Comment, reply: Comment) -> None:
    """Whoever has spoken in the thread hears of a reply, if they may still see the work."""
    work = first.revision.work
    if first.review is not None:
        to_author, heard = person.id == first.author_id, is_heard(work)
        url = thread_url(first, to_author=to_author)
        if to_author and not heard:  # an address for each comment would tell how many there are
            url = address("feedback.round_page", round_id=first.review.round_id)
        words = (
            from_reviewer(first.review, "name")
            if to_author
            else from_author(first.review.round, "name", by=person)
        )
        for person_id in sorted(writers_of(work)) if to_author else [first.author_id]:
            notify_once(person_id, "feedback_replied", url, again=heard, title=work.title, **words)
        return
    talk = _talk(work)
    spoke = select(Comment.author_id).where(
        or_(Comment.id == first.id, Comment.answers_id == first.id), Comment.id != reply.id
    )
    may_hear = {work.author_id, *talk.readers(work)} - {person.id}
    for person_id in sorted(may_hear.intersection(db.session.scalars(spoke.distinct()))):
        notify_once(
            person_id,
            f"{talk.notices}_replied",
            thread_url(first, to_author=person_id == work.author_id),
            sender=person,
            name=person,
            title=work.title,
            again=person_id != work.author_id or is_heard(work),
        )


def decided(author: Person, comment: Comment, decision: Decision) -> None:
    """The giver hears at once of an answer that is read at once, if they still see the work."""
    if not decision.is_out:
        return
    work = comment.revision.work
    if comment.review is not None:
        url = address("feedback.outcome", review_id=comment.review_id)
        words = from_author(comment.review.round, by=author) | {"title": work.title}
        notify_once(comment.author_id, "feedback_decided", url, **words)
        return
    talk = _talk(work)
    if comment.author_id in talk.readers(work):
        notify_once(
            comment.author_id,
            f"{talk.notices}_decided",
            work_url(work),
            sender=author,
            owner=author,
            title=work.title,
        )


def revised(
    author: Person,
    round_: Round,
    answered: Collection[Comment],
    *,
    new: bool,
    kind: str = "feedback_revised",
) -> None:
    """Each giver hears once of a revision: with their comments in it, by a notice of this `kind`,
    or at least their answers.

    `new` is whether there is a revision that was not there before.
    """
    decided = set(
        db.session.scalars(
            select(Comment.review_id)
            .join(Decision, Decision.comment_id == Comment.id)
            .join(Review, Review.id == Comment.review_id)
            .where(Review.round_id == round_.id)
        )
    )
    given = select(Review).where(Review.round_id == round_.id, Review.is_given)
    for review in db.session.scalars(given):
        words = from_author(round_, by=author) | {"title": round_.work.title}
        comments = sum(comment.review_id == review.id for comment in answered)
        url = address("feedback.outcome", review_id=review.id)
        if comments:
            notify(review.reviewer_id, kind, url, **words, comments=comments)
        elif new and review.id in decided:
            notify(review.reviewer_id, "feedback_decided", url, **words)


def helped(author: Person, comment: Comment) -> None:
    """The giver hears that the author says how a comment helped, if they still see the work."""
    review, work = comment.review, comment.revision.work
    if review is None and comment.author_id not in _talk(work).readers(work):
        return
    words = from_author(review.round, by=author) if review else signed(author, "author")
    url = thread_url(comment, to_author=False)
    notify_once(comment.author_id, "feedback_helped", url, title=work.title, **words)


def confirmed(giver: Person, comment: Comment) -> None:
    """Those who write the work hear that a giver is content."""
    _notify_writers(giver, comment, "confirmed")


def asked_again(giver: Person, comment: Comment) -> None:
    """Those who write the work hear that a giver asks again."""
    _notify_writers(giver, comment, "asked_again")


def thread_url(first: Comment, *, to_author: bool) -> str:
    """Where the work's writers, or the giver, read a comment and what was said under it."""
    card = f"comment-{first.id}"
    if first.review is None:
        return f"{work_url(first.revision.work)}#{card}"
    if to_author:
        return address("feedback.comment_page", comment_id=first.id)
    return address("feedback.outcome", review_id=first.review_id) + f"#{card}"


def _notify_writers(giver: Person, comment: Comment, kind: str) -> None:
    work = comment.revision.work
    review = comment.review
    kind = f"{'feedback' if review else _talk(work).notices}_{kind}"
    url = thread_url(comment, to_author=True)
    words = from_reviewer(review) if review else signed(giver, "giver")
    for person_id in sorted(writers_of(work)):
        notify_once(person_id, kind, url, title=work.title, **words)


def notify_once(
    person_id: int, kind: str, url: str, *, sender: Person | None, again: bool = True, **words: Any
) -> None:
    """Notify somebody, unless the same news from the same person still waits to be read; or was
    ever sent, if not `again`: to whoever looks first, as many notices would tell how much is said.
    """
    waiting = select(Notice.id).where(
        Notice.person_id == person_id,
        Notice.kind == kind,
        Notice.url == url,
        Notice.from_id.is_not_distinct_from(sender.id if sender else None),
        *([Notice.read_at.is_(None)] if again else []),
    )
    if db.session.scalar(waiting.limit(1)) is None:
        notify(person_id, kind, url, sender=sender, **words)


def _talk(work: Work) -> Talk:
    talk = kind_of(work).talk
    if talk is None:
        raise LookupError(f"Works of the kind {work.kind} are not talked about.")
    return talk
