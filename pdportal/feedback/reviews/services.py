"""Reviews: begun, written stage by stage, given and thanked; or left to somebody else."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import Table, bindparam, update
from werkzeug.exceptions import NotFound

from pdportal import clock
from pdportal.accounts.models import Person
from pdportal.activity.services import record, record_id
from pdportal.db import db
from pdportal.feedback import events
from pdportal.feedback.comments import anchors
from pdportal.feedback.comments.models import AnchorKind, Comment, CommentKind
from pdportal.feedback.protocols.stages import reviewer_stages
from pdportal.feedback.reviews import policy, queries
from pdportal.feedback.reviews.models import ReleaseWhy, Review
from pdportal.feedback.rounds.renewal import pass_on
from pdportal.feedback.works import queries as work_queries
from pdportal.feedback.works.models import Revision
from pdportal.feedback.works.services import MovedOn, clean, too_long
from pdportal.inbox.services import address, notify
from pdportal.web.errors import Refused, forbidden

_review = cast(Table, Review.__table__)


_GIVE = update(_review).where(
    _review.c.id == bindparam("review_id"),
    Review.is_owed,
)
"""Sets `given_at` and `stage`, once and for whoever it is still asked of."""


LONGEST_COMMENT = 6_000


LONGEST_QUOTE = 1_000


LONGEST_WORD = 500


MOST_COMMENTS = 60


_MOVES = ("version", "stage", "begun_at", "given_at", "released_at", "release_why")
"""What other windows and people change of a review while it is being written."""


def begin(reviewer: Person, review: Review) -> None:
    """Begin to read: from now on the review stays with its reviewer."""
    _must_review(reviewer, review)
    if review.begun_at is not None:
        return
    now = clock.now()
    done = db.session.execute(
        update(Review)
        .where(Review.id == review.id, Review.begun_at.is_(None), Review.is_owed)
        .values(begun_at=now)
    )
    if not done.rowcount:  # type: ignore[attr-defined]
        db.session.refresh(review)
        _must_review(reviewer, review)
        return
    db.session.refresh(review)
    _lay_out_boxes(review, 0)
    record(reviewer, "began", review)


def decline(reviewer: Person, review: Review, words: str = "") -> None:
    """Leave it to somebody else, with a kind word if one likes; the next colleague is asked."""
    if review.reviewer_id == reviewer.id and review.release_why is ReleaseWhy.DECLINED:
        return
    _must_review(reviewer, review)
    words = clean(words).strip()
    if len(words) > LONGEST_WORD:
        raise too_long("words", LONGEST_WORD)
    review.declined_with = words
    record(reviewer, "declined", review)
    round_ = review.round
    if round_.cohort_id is None:
        notify(
            round_.work.author_id,
            "feedback_declined",
            address("feedback.round_page", round_id=round_.id),
            sender=reviewer,
            giver=reviewer.name,
            title=round_.work.title,
        )
    pass_on(review, ReleaseWhy.DECLINED)


def add_comment(
    reviewer: Person,
    review: Review,
    stage_key: str,
    *,
    text: str = "",
    field: str = "",
    quote: str = "",
    before: str = "",
    after: str = "",
) -> Comment:
    """One more comment in a stage that is open; an empty box that waits there is used first."""
    stage = _open_stage(reviewer, review, stage_key)
    if not stage["kinds"]:
        raise Refused(_("In this stage one only reads."))
    waiting = next(
        (c for c in review.comments if c.stage == stage_key and _is_blank(c)),
        None,
    )
    if waiting is None:
        if len(review.comments) >= MOST_COMMENTS:
            raise Refused(_("That is a lot for one review. Give what you have."))
        waiting = _blank(review, stage)
        review.comments.append(waiting)
    if text or quote or field:
        boxes = {"text": text, "field": field, "quote": quote, "prefix": before, "suffix": after}
        _write(waiting, review, stage, boxes)
        review.version += 1
    db.session.flush()
    return waiting


def save_stage(
    reviewer: Person,
    review: Review,
    stage_key: str,
    typed: Mapping[int, Mapping[str, str]],
    *,
    version: int,
) -> Review:
    """Keep the comments of a stage as they are typed.

    `typed` holds by each comment's id what its boxes hold: text, next_move, kind, field, quote,
    prefix, suffix. Raises `MovedOn` when another window saved something else meanwhile.
    """
    _wait_for_turn(review)
    stage = _open_stage(reviewer, review, stage_key)
    there = [comment for comment in review.comments if comment.stage == stage_key]
    changed: list[Comment] = []
    stored = {comment.id: typed_values(comment) for comment in there}
    with db.session.no_autoflush:
        for comment in there:
            boxes = typed.get(comment.id)
            if boxes is not None:
                was = _state(comment)
                _write(comment, review, stage, boxes)
                if _state(comment) != was:
                    changed.append(comment)
    if not changed:
        return review  # sent twice
    if version != review.version:
        for comment in changed:
            db.session.expire(comment)
        raise MovedOn(
            review.version,
            {
                f"{name}-{ident}": value
                for ident, values in stored.items()
                for name, value in values.items()
            },
        )
    for comment in changed:
        comment.written_at = clock.now()
    review.version += 1
    db.session.flush()
    return review


def remove_comment(reviewer: Person, comment: Comment) -> None:
    """Take back a comment that was not given yet."""
    review = comment.review
    if review is None or comment.author_id != reviewer.id:
        raise forbidden()
    _must_write(reviewer, review)
    review.comments.remove(comment)
    db.session.delete(comment)
    review.version += 1
    db.session.flush()


def next_stage(reviewer: Person, review: Review, done: int) -> None:
    """Go on after the stage number `done` (from 0), once it holds what it asks for."""
    _must_write(reviewer, review)
    stages = reviewer_stages(review.round.protocol.data)
    if done < review.stage:
        return  # sent twice
    if done > review.stage or done >= len(stages):
        raise Refused(_("One stage after the other: this one is not open yet."))
    must_have_enough(review, stages[done])
    review.stage = done + 1
    if review.stage < len(stages):
        _lay_out_boxes(review, review.stage)
    db.session.flush()


def give(reviewer: Person, review_id: int) -> None:
    """Hand the review to the author; after that it stays as it is."""
    row = queries.to_give(reviewer, review_id)
    if row is None:
        raise NotFound
    if row.given_at is not None:
        return
    if row.begun_at is None:
        raise Refused(_("Begin first."))
    if not row.is_wanted:
        raise no_longer_asked()
    stages = reviewer_stages(row.data)
    if row.stage < len(stages) - 1:
        raise Refused(_("There are stages you have not been to yet."))
    written = (row.written or "").split(",")
    for stage in stages:
        _check_enough(stage, written.count(stage["key"]))
    done = db.session.connection().execute(
        _GIVE, {"review_id": review_id, "given_at": clock.now(), "stage": len(stages)}
    )
    if not done.rowcount:
        row = queries.to_give(reviewer, review_id)
        if row is not None and row.given_at is not None:
            return  # sent twice at once
        raise no_longer_asked()
    record_id(reviewer.id, "gave", "review", review_id, round=row.round_id)
    notify(
        row.author_id,
        "feedback_given",
        address("feedback.round_page", round_id=row.round_id),
        sender=reviewer,
        giver=reviewer.name,
        title=row.title,
        have=row.given + 1,
        needed=row.needed,
    )
    events.review_given.send(review_id, reviewer=reviewer)


def practised(reviewer: Person, *, skipped: bool = False) -> None:
    """Remember that somebody has practised, or would rather not."""
    record(reviewer, "skipped_practice" if skipped else "practised", reviewer)


def no_longer_asked() -> Refused:
    """What somebody is told whose review has gone to another or whose round is over."""
    return Refused(_("This is no longer asked of you. What you wrote is kept for you alone."))


def typed_values(comment: Comment) -> dict[str, str]:
    """A comment as the boxes of its form hold it."""
    return {
        "text": comment.text,
        "next_move": comment.next_move,
        "kind": comment.kind.value,
        "field": comment.field or "",
        "quote": comment.quote or "",
        "prefix": comment.before,
        "suffix": comment.after,
    }


def lacks(comment: Comment, stage: dict[str, Any]) -> list[str]:
    """What a comment could still say: "place", "next_move". A hint, never a bar."""
    missing = []
    if comment.is_written:
        if stage["place"] == "asked" and comment.anchor is AnchorKind.WHOLE:
            missing.append("place")
        if stage["next_move"] and not comment.next_move.strip():
            missing.append("next_move")
    return missing


def must_have_enough(review: Review, stage: dict[str, Any]) -> None:
    """A stage holds as many comments as it asks for; else it says how many these are."""
    said = [c for c in review.comments if c.stage == stage["key"] and c.is_written]
    _check_enough(stage, len(said))


def _wait_for_turn(review: Review) -> None:
    """The review as another window, or whoever ended the round, left it a moment ago."""
    seen = review.version
    db.session.refresh(review, _MOVES, with_for_update=True)
    if review.version != seen:
        for comment in review.comments:
            db.session.expire(comment)
        db.session.expire(review, ["comments"])


def _must_review(reviewer: Person, review: Review) -> None:
    if review.reviewer_id != reviewer.id:
        raise forbidden()
    if not policy.may_review(reviewer, review):
        if review.is_given:
            raise Refused(_("You have given this review; it stays as it is."))
        raise no_longer_asked()


def _must_write(reviewer: Person, review: Review) -> None:
    _must_review(reviewer, review)
    if review.begun_at is None:
        raise Refused(_("Begin first."))


def _open_stage(reviewer: Person, review: Review, key: str) -> dict[str, Any]:
    _must_write(reviewer, review)
    stages = reviewer_stages(review.round.protocol.data)
    for number, stage in enumerate(stages):
        if stage["key"] == key:
            if number > review.stage:
                raise Refused(_("One stage after the other: this one is not open yet."))
            return stage
    raise Refused(_("This protocol has no such stage."), status=422)


def _check_enough(stage: dict[str, Any], count: int) -> None:
    if count < stage["at_least"]:
        raise Refused(
            ngettext(
                "“%(stage)s” asks for at least %(num)s comment before you go on.",
                "“%(stage)s” asks for at least %(num)s comments before you go on.",
                stage["at_least"],
                stage=stage["name"],
            ),
            status=422,
            field=stage["key"],
        )


def _lay_out_boxes(review: Review, number: int) -> None:
    """Empty boxes for a stage that opens, as many as it asks for."""
    stage = reviewer_stages(review.round.protocol.data)[number]
    if not stage["kinds"]:
        return
    there = sum(1 for comment in review.comments if comment.stage == stage["key"])
    for _nth in range(max(1, stage["at_least"]) - there):
        review.comments.append(_blank(review, stage))
    db.session.flush()


def _write(
    comment: Comment, review: Review, stage: dict[str, Any], boxes: Mapping[str, str]
) -> None:
    text = _fits(boxes.get("text", ""), "text", LONGEST_COMMENT)
    comment.text = text if text.strip() else ""
    comment.next_move = _fits(boxes.get("next_move", ""), "next_move", LONGEST_COMMENT)
    if boxes.get("kind") in stage["kinds"]:
        comment.kind = CommentKind(boxes["kind"])
    _place(
        comment,
        review.round.revision,
        boxes.get("field", ""),
        boxes.get("quote", ""),
        boxes.get("prefix", ""),
        boxes.get("suffix", ""),
    )


def _blank(review: Review, stage: dict[str, Any]) -> Comment:
    return Comment(
        revision_id=review.round.revision_id,
        author_id=review.reviewer_id,
        stage=stage["key"],
        kind=CommentKind(stage["kinds"][0]),
        text="",
        anchor=AnchorKind.WHOLE,
    )


def _is_blank(comment: Comment) -> bool:
    return not comment.is_written and comment.anchor is AnchorKind.WHOLE


def _state(comment: Comment) -> tuple[object, ...]:
    return (
        comment.text,
        comment.next_move,
        comment.kind,
        comment.anchor,
        comment.field,
        comment.quote,
        comment.before,
        comment.after,
    )


def _fits(text: str, field: str, longest: int) -> str:
    text = clean(text)
    if len(text) > longest:
        raise too_long(field, longest)
    return text


def _place(
    comment: Comment, revision: Revision, field: str, quote: str, before: str, after: str
) -> None:
    """Tie a comment to the words quoted, else to a field, else to the whole."""
    keys = list(revision.content)
    field = field if field in keys else ""
    quote = anchors.one_line(_fits(quote, "quote", LONGEST_QUOTE))
    if quote:
        found = _field_of(revision, field, anchors.Passage(quote, before, after))
        comment.anchor = AnchorKind.PASSAGE
        comment.field = found or field or keys[0]
        comment.quote = quote
        comment.before = anchors.one_line(clean(before))[-anchors.CONTEXT :]
        comment.after = anchors.one_line(clean(after))[: anchors.CONTEXT]
        return
    comment.anchor = AnchorKind.FIELD if field else AnchorKind.WHOLE
    comment.field = field or None
    comment.quote = None
    comment.before = comment.after = ""


def _field_of(revision: Revision, field: str, passage: anchors.Passage) -> str:
    """The field in which the quoted words stand: the one chosen, or the first that has them."""
    for key in [field, *revision.content] if field else list(revision.content):
        if passage.quote in anchors.plain(str(work_queries.rendered(revision.content[key]))):
            return key
    return ""


LONGEST_THANKS = 1_000


def thank(author: Person, review: Review, words: str = "") -> None:
    """Thank a giver, with words if one likes; nobody else sees them."""
    if review.round.work.author_id != author.id:
        raise forbidden()
    if not review.is_given:
        raise Refused(_("There is nothing to thank for yet."))
    words = clean(words).strip()
    if len(words) > LONGEST_THANKS:
        raise too_long("thanks", LONGEST_THANKS)
    db.session.refresh(review, ["thanked_at", "thanks"], with_for_update=True)
    review.thanks = words or review.thanks
    if review.thanked_at is not None:
        return
    review.thanked_at = clock.now()
    record(author, "thanked", review)
    notify(
        review.reviewer_id,
        "feedback_thanked",
        address("feedback.outcome", review_id=review.id),
        sender=author,
        author=author.name,
    )
