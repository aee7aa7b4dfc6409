"""Reviews: begun, written stage by stage, given and thanked; or left to somebody else."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import Table, bindparam, update

from pdportal import clock
from pdportal.accounts.models import Person
from pdportal.activity.services import record, record_id
from pdportal.db import db, write_rows
from pdportal.feedback import events
from pdportal.feedback.comments.boxes import as_typed, typed_comment
from pdportal.feedback.comments.models import AnchorKind, Comment
from pdportal.feedback.comments.writing import write
from pdportal.feedback.pairing.services import wish_apart
from pdportal.feedback.protocols.stages import (
    Stage,
    reviewer_stages,
    reviewer_stages_in,
    rubric_stage,
)
from pdportal.feedback.reviews import policy, queries
from pdportal.feedback.reviews.models import DeclineWhy, ReleaseWhy, Review
from pdportal.feedback.rounds import policy as round_policy
from pdportal.feedback.rounds import veil
from pdportal.feedback.rounds.renewal import pass_on
from pdportal.feedback.rounds.showing import draw_letter
from pdportal.feedback.rounds.windows import go_on, is_over, opens_at
from pdportal.feedback.rubrics.cells import Cell, cells_of
from pdportal.feedback.works.policy import writers_of
from pdportal.feedback.works.services import fitting
from pdportal.inbox.services import address, notify, notify_all
from pdportal.web.autosave import check_version
from pdportal.web.errors import Refused, or_404, require

_GIVE = (
    update(cast(Table, Review.__table__))
    .where(Review.id == bindparam("review_id"), Review.is_owed)
    .values(given_at=bindparam("given_at"), stage=bindparam("stage"))
)
"""Sets `given_at` and `stage`, once and for whoever it is still asked of."""


LONGEST_WORD = 500
LONGEST_THANKS = 1_000
MOST_COMMENTS = 60
_MOVES = ("version", "stage", "begun_at", "given_at", "released_at", "release_why")
"""What other windows and people change of a review while it is being written."""


def begin(reviewer: Person, review: Review) -> None:
    """Begin to read: from now on the review stays with its reviewer."""
    _require_asked(reviewer, review)
    if review.begun_at is not None:
        return
    now = clock.now()
    done = db.session.execute(
        update(Review)
        .where(Review.id == review.id, Review.begun_at.is_(None), Review.is_owed)
        .values(begun_at=now)
    )
    if not done.rowcount:  # type: ignore[attr-defined]  # an UPDATE's result has it
        db.session.refresh(review)
        _require_asked(reviewer, review)
        return
    db.session.refresh(review)
    stages = reviewer_stages(review.round.protocol.data)
    while review.stage < len(stages) - 1 and is_over(review.round.opens, review.stage):
        review.stage += 1  # whoever comes later starts with what is open
    _lay_out_boxes(review, review.stage)
    record(reviewer, "began", review)


def decline(
    reviewer: Person, review: Review, words: str = "", why: DeclineWhy = DeclineWhy.UNSAID
) -> None:
    """Leave it to somebody else; the next colleague is asked, and the author reads no reason.

    The reason and the words are for those who run the cohort; that it is about the author is for
    nobody, and from then on the two are not paired any more.
    """
    if review.reviewer_id == reviewer.id and review.release_why is ReleaseWhy.DECLINED:
        return
    _require_asked(reviewer, review)
    words = fitting(words, "words", LONGEST_WORD).strip()
    for_leads = review.round.cohort_id is not None
    review.declined_with, review.decline_why = words if for_leads else "", why
    record(reviewer, "declined", review)
    round_ = review.round
    if round_.cohort_id is None:
        notify_all(
            sorted(writers_of(round_.work)),
            "feedback_declined",
            address("feedback.round_page", round_id=round_.id),
            title=round_.work.title,
            **veil.from_reviewer(review),
        )
    pass_on(review, ReleaseWhy.DECLINED)
    if why is DeclineWhy.PERSON and round_policy.may_know_author(reviewer, round_):
        wish_apart(reviewer, round_.work.author)


def add_comment(reviewer: Person, review: Review, stage_key: str) -> Comment:
    """One more comment in a stage that is open; an empty box that waits there is used first."""
    stage = _open_stage(reviewer, review, stage_key)
    if not stage.kinds:
        raise Refused(_("This stage is for reading only."))
    if _is_rubric(review, stage):
        raise Refused(_("Each criterion has its boxes: write in one of them."))
    comment = next((c for c in _comments_in(review, stage) if c.is_blank), None)
    if comment is None:
        if len(review.comments) >= MOST_COMMENTS:
            raise Refused(_("That is a lot for one review. Send what you have."))
        comment = _blank(review, stage)
        review.comments.append(comment)
    db.session.flush()
    return comment


def save_stage(
    reviewer: Person,
    review: Review,
    stage_key: str,
    boxes: Mapping[int, Mapping[str, str]],
    *,
    version: int,
) -> Review:
    """Save the comments of a stage as they are typed.

    `boxes` holds by each comment's id what its boxes hold, named as in `as_typed`. Raises
    `ChangedElsewhere` when another window saved something else meanwhile.
    """
    _wait_for_turn(review)
    stage = _open_stage(reviewer, review, stage_key)
    comments = [comment for comment in _comments_in(review, stage) if comment.id in boxes]
    stored = {comment.id: as_typed(comment) for comment in comments}
    with db.session.no_autoflush:
        for comment in comments:
            among = () if comment.cell else stage.kinds
            typed = typed_comment(boxes[comment.id], comment.kind, among)
            write(comment, review.round.revision, typed)
    changed = [comment for comment in comments if as_typed(comment) != stored[comment.id]]
    if not changed:
        return review  # sent twice
    if version != review.version:
        for comment in changed:
            db.session.expire(comment)
    check_version(
        version,
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


def remove_comment(reviewer: Person, review: Review, comment_id: int) -> None:
    """Take a comment out of a review that is not given yet; nothing happens if it is not there."""
    _require_begun(reviewer, review)
    for comment in [each for each in review.comments if each.id == comment_id]:
        _open_stage(reviewer, review, comment.stage)
        if comment.cell:
            raise Refused(_("Leave the box empty instead: then nothing is sent from it."))
        review.comments.remove(comment)
        db.session.delete(comment)
        review.version += 1
    db.session.flush()


def next_stage(reviewer: Person, review: Review, done: int) -> None:
    """Go on after the stage number `done` (from 0), once it holds what it asks for."""
    _require_begun(reviewer, review)
    stages = reviewer_stages(review.round.protocol.data)
    if done < review.stage:
        return  # sent twice
    if done > review.stage or done >= len(stages) or opens_at(review.round.opens, done):
        raise Refused(_("Stages come one after the other: this one is not open yet."))
    require_enough(review, stages[done])
    review.stage = done + 1
    if review.stage < len(stages):
        _lay_out_boxes(review, review.stage)
    db.session.flush()
    go_on(review.round)


def give(reviewer: Person, review_id: int) -> None:
    """Hand the review to the author; after that it stays as it is."""
    row = or_404(queries.to_give(reviewer, review_id))
    if row.given_at is not None:
        return
    if row.begun_at is None:
        raise Refused(_("Begin first."))
    if not row.is_wanted:
        raise no_longer_asked(db.session.get_one(Review, review_id))
    stages = reviewer_stages_in(row.stages)
    if row.stage < len(stages) - 1 or opens_at(row.opens, len(stages) - 1):
        raise Refused(_("There are stages you have not opened yet."))
    written = (row.written or "").split(",")
    for number, stage in enumerate(stages):
        if not is_over(row.opens, number):
            _require_enough(stage, written.count(stage.key))
    now_given = {"review_id": review_id, "given_at": clock.now(), "stage": len(stages)}
    if not write_rows(_GIVE, [now_given]):
        now = queries.to_give(reviewer, review_id)
        if now is not None and now.given_at is not None:
            return  # sent twice at once
        raise no_longer_asked(db.session.get_one(Review, review_id))
    record_id(reviewer.id, "gave", "review", review_id, round=row.round_id)
    letter = draw_letter(row.round_id, review_id) if row.hides_reviewers else 0
    giver = veil.signed(reviewer, "giver", veil.reviewer_phrase(letter) if letter else None)
    notify_all(
        [row.author_id, *map(int, row.joined.split(",") if row.joined else ())],
        "feedback_given",
        address("feedback.round_page", round_id=row.round_id),
        title=row.title,
        have=row.given + 1 if row.is_heard else 0,
        needed=row.needed,
        **giver,
    )
    events.review_given.send(review_id, reviewer=reviewer)


def thank(author: Person, review: Review, words: str = "") -> None:
    """Thank a giver, with words if one likes; nobody else sees them."""
    require(round_policy.may_run(author, review.round))
    if not review.is_given:
        raise Refused(_("There is no feedback to thank for yet."))
    words = fitting(words, "thanks", LONGEST_THANKS).strip()
    db.session.refresh(review, ["thanked_at", "thanks"], with_for_update=True)
    review.thanks = words or review.thanks
    if review.thanked_at is not None:
        return
    review.thanked_at, review.by_id = clock.now(), author.id
    record(author, "thanked", review)
    notify(
        review.reviewer_id,
        "feedback_thanked",
        address("feedback.outcome", review_id=review.id),
        **veil.from_author(review.round, by=author),
    )


def stage_number(review: Review, key: str) -> int:
    """Which of the reviewer's stages has this key, from 0; the first if none has."""
    keys = [stage.key for stage in reviewer_stages(review.round.protocol.data)]
    return keys.index(key) if key in keys else 0


def practised(reviewer: Person, *, skipped: bool = False) -> None:
    """Remember that somebody has practised, or would rather not."""
    record(reviewer, "skipped_practice" if skipped else "practised", reviewer)


def no_longer_asked(review: Review) -> Refused:
    """What somebody is told whose review has gone to another or whose round is over, and why."""
    author = veil.person_in(review.reviewer, review.round).name
    if review.release_why is ReleaseWhy.CLOSED:
        why = _("%(name)s has closed this feedback request.", name=author)
    elif review.release_why is ReleaseWhy.TAKEN_BACK:
        why = _("%(name)s has canceled this feedback request.", name=author)
    else:
        why = _("This is no longer asked of you.")
    saved = _("What you had saved before can still be read, by you alone.")
    return Refused(f"{why} {saved}")


def require_enough(review: Review, stage: Stage) -> None:
    """Raise `Refused` (422) with the stage's key as field if it asks for more comments.

    Of a stage whose window has passed nothing more is asked.
    """
    if is_over(review.round.opens, stage_number(review, stage.key)):
        return
    written = [comment for comment in _comments_in(review, stage) if comment.is_written]
    _require_enough(stage, len(written))


def _wait_for_turn(review: Review) -> None:
    """The review as another window, or whoever ended the round, left it a moment ago."""
    seen = review.version
    db.session.refresh(review, _MOVES, with_for_update=True)
    if review.version != seen:
        for comment in review.comments:
            db.session.expire(comment)
        db.session.expire(review, ["comments"])


def _require_asked(reviewer: Person, review: Review) -> None:
    require(review.reviewer_id == reviewer.id)
    if not policy.may_review(reviewer, review):
        if review.is_given:
            raise Refused(_("You have sent this feedback; it can’t be changed."))
        raise no_longer_asked(review)


def _require_begun(reviewer: Person, review: Review) -> None:
    _require_asked(reviewer, review)
    if review.begun_at is None:
        raise Refused(_("Begin first."))


def _open_stage(reviewer: Person, review: Review, key: str) -> Stage:
    _require_begun(reviewer, review)
    for number, stage in enumerate(reviewer_stages(review.round.protocol.data)):
        if stage.key == key:
            if number > review.stage or opens_at(review.round.opens, number):
                raise Refused(_("Stages come one after the other: this one is not open yet."))
            if number < review.stage and is_over(review.round.opens, number):
                raise Refused(_("This stage is over. What you wrote in it stays."))
            return stage
    raise Refused(_("This protocol has no such stage."), status=422)


def _require_enough(stage: Stage, count: int) -> None:
    if count < stage.at_least:
        raise Refused(
            ngettext(
                "“%(stage)s” asks for at least %(num)s comment before you continue.",
                "“%(stage)s” asks for at least %(num)s comments before you continue.",
                stage.at_least,
                stage=stage.name,
            ),
            status=422,
            field=stage.key,
        )


def _comments_in(review: Review, stage: Stage) -> list[Comment]:
    return [comment for comment in review.comments if comment.stage == stage.key]


def _is_rubric(review: Review, stage: Stage) -> bool:
    return bool(review.round.rubric) and stage == rubric_stage(review.round.protocol.data)


def _blank(review: Review, stage: Stage, cell: Cell | None = None) -> Comment:
    """A comment that nobody has written yet, in a cell of the rubric if one is given."""
    return Comment(
        revision_id=review.round.revision_id,
        author_id=review.reviewer_id,
        stage=stage.key,
        kind=cell.column.kind if cell else stage.kinds[0],
        cell=cell.key if cell else None,
        text="",
        anchor=AnchorKind.WHOLE,
    )


def _lay_out_boxes(review: Review, number: int) -> None:
    """Empty boxes for a stage that opens, as many as it asks for."""
    stage = reviewer_stages(review.round.protocol.data)[number]
    if _is_rubric(review, stage):
        filled = {comment.cell for comment in review.comments}
        cells = (cell for cell in cells_of(review.round.rubric) if cell.key not in filled)
        review.comments.extend(_blank(review, stage, cell) for cell in cells)
        db.session.flush()
    elif stage.kinds:
        for _nth in range(max(1, stage.at_least) - len(_comments_in(review, stage))):
            review.comments.append(_blank(review, stage))
        db.session.flush()
