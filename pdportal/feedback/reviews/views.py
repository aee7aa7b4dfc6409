"""A reviewer's way: asked, practice, stage by stage, look, give, and what came of it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l

from pdportal.accounts import me
from pdportal.activity.looks import note_look
from pdportal.db import db
from pdportal.feedback.clips.later import answering
from pdportal.feedback.comments import placing
from pdportal.feedback.comments.boxes import as_typed
from pdportal.feedback.comments.in_rounds import newest_answer, said_so_far
from pdportal.feedback.comments.models import Comment
from pdportal.feedback.comments.policy import changeable
from pdportal.feedback.comments.regions import pictures_to_point
from pdportal.feedback.files.attached import fields_in, file_changes
from pdportal.feedback.kinds import kind_of
from pdportal.feedback.meetings import policy as meeting_policy
from pdportal.feedback.meetings.queries import typed_for
from pdportal.feedback.protocols.stages import Stage, reviewer_stages, timed_in_writing
from pdportal.feedback.reviews import policy, queries, services
from pdportal.feedback.reviews.hints import Hint, hints, minutes_left
from pdportal.feedback.reviews.models import DeclineWhy, Review
from pdportal.feedback.reviews.services import require_enough
from pdportal.feedback.rounds import veil
from pdportal.feedback.rounds.again import what_changed
from pdportal.feedback.rounds.windows import is_over, opens_at, windows_of
from pdportal.feedback.rubrics.cells import rows_of
from pdportal.feedback.swaps.queries import offered_to, offers_for
from pdportal.feedback.unsent.models import UnsentText
from pdportal.feedback.unsent.services import unsent
from pdportal.feedback.views import bp, show
from pdportal.feedback.works.diffs import diff
from pdportal.web.autosave import ChangedElsewhere, keeps_words, not_saved, saved, seen_version
from pdportal.web.errors import Refused, one_or_404
from pdportal.web.locale import say_minutes
from pdportal.web.requests import typed, typed_id
from pdportal.web.words import gettext as _

_WORDS = ("text", "next_move")
"""The boxes of a comment that hold words."""
_BOX = re.compile(
    r"(text|next_move|kind|field|quote|letter|start|end|picture|left|top|width|height)-(\d{1,9})"
)


@bp.get("/reviews/<int:review_id>")
def review_page(review_id: int) -> ResponseReturnValue:
    """What a reviewer has before them: the request, a stage, or what they gave."""
    review = one_or_404(queries.own_review(me(), review_id))
    if review.is_given:
        return redirect(url_for(".outcome", review_id=review.id))
    if review.released_at is not None or not review.round.is_open:
        return render_template(
            "feedback/review_over.html",
            review=review,
            comments=_written(review),
            unsent=_unsent(review),
        )
    return _stage_page(review) if review.begun_at else _request_page(review)


@bp.post("/reviews/<int:review_id>/begin")
def begin(review_id: int) -> ResponseReturnValue:
    """Begin to read; whoever never did this practises first, if they like."""
    review = one_or_404(queries.own_review(me(), review_id))
    services.begin(me(), review)
    practice = review.round.protocol.data["practice"] and not queries.has_practised(me())
    to = ".practice" if practice else ".review_page"
    return redirect(url_for(to, review_id=review.id))


@bp.post("/reviews/<int:review_id>/decline")
@keeps_words(words=_l("A note"))
def decline(review_id: int) -> ResponseReturnValue:
    """Not this time."""
    review = one_or_404(queries.own_review(me(), review_id))
    try:
        why = typed("why")
        known = DeclineWhy(why) if why in set(DeclineWhy) else DeclineWhy.UNSAID
        services.decline(me(), review, typed("words"), known)
    except Refused as error:
        show(error)
        return _request_page(review, words=typed("words"), why=typed("why")), 422
    flash(_("That is all right. Somebody else will be asked."), "success")
    return redirect(url_for(".index"))


@bp.post("/reviews/<int:review_id>/write")
def write(review_id: int) -> ResponseReturnValue:
    """Save a stage as it is typed; its buttons add a comment, remove one, or go to the next."""
    review = one_or_404(queries.own_review(me(), review_id))
    key, go, version = typed("stage")[:60], typed("go"), seen_version()
    number = services.stage_number(review, key)
    here = url_for(".review_page", review_id=review.id, stage=number)
    answer: dict[str, Any] = {
        "typed": [("", boxes.get(name, "")) for boxes in _boxes().values() for name in _WORDS],
        "again": lambda refused: _stage_again(review_id, number, refused),
    }

    try:
        services.save_stage(me(), review, key, _boxes(), version=version)
        if go:
            return redirect(_after(go, review, key, number))
    except Refused as refused:
        return not_saved(refused, here, **answer)
    stage = reviewer_stages(review.round.protocol.data)[number]
    return saved(review.version, here, hints=_hints(review, stage))


def _after(go: str, review: Review, key: str, number: int) -> str:
    """Do what a button says once the stage is saved; gives the page to show."""
    here = url_for(".review_page", review_id=review.id, stage=number)
    if go == "add":
        comment = services.add_comment(me(), review, key)
        return f"{here}#{placing.card_id(comment)}"
    if go.startswith("remove-"):
        ident = go.removeprefix("remove-")
        services.remove_comment(me(), review, typed_id(ident))
        return here
    try:
        services.next_stage(me(), review, number)
    except Refused as refused:
        if refused.status != 422:
            raise
        return _at_mistake(review.id, number)  # what was typed is saved all the same
    if number + 1 >= len(reviewer_stages(review.round.protocol.data)):
        return url_for(".look", review_id=review.id)
    return url_for(".review_page", review_id=review.id, stage=number + 1)


@bp.get("/reviews/<int:review_id>/look")
def look(review_id: int) -> ResponseReturnValue:
    """Before giving: this is what the author will read."""
    review = one_or_404(queries.own_review(me(), review_id))
    stages = reviewer_stages(review.round.protocol.data)
    waits = opens_at(review.round.opens, len(stages) - 1)
    if not review.is_owed or not review.begun_at or review.stage < len(stages) - 1 or waits:
        return redirect(url_for(".review_page", review_id=review.id))
    _note_look(review)
    by_key = {stage.key: stage for stage in stages}
    comments = [c for c in _written(review) if c.stage in by_key]
    round_ = review.round
    parts, placed = placing.lay_out(round_.work, round_.revision, comments, round_.rubric)
    return render_template(
        "feedback/look.html",
        review=review,
        work=review.round.work,
        parts=parts,
        placed=placed,
        hints={c.id: hints(c, by_key[c.stage]) for c in comments},
        stage_number={stage.key: number for number, stage in enumerate(stages)},
        last=len(stages) - 1,
    )


@bp.post("/reviews/<int:review_id>/give")
def give(review_id: int) -> ResponseReturnValue:
    """Hand it over."""
    try:
        services.give(me(), review_id)
    except Refused as error:
        if error.status != 422:
            raise
        review = one_or_404(queries.own_review(me(), review_id))
        keys = [stage.key for stage in reviewer_stages(review.round.protocol.data)]
        return redirect(_at_mistake(review_id, keys.index(error.field or keys[-1])))
    flash(_("Thank you. Your feedback can be read now."), "success")
    return redirect(url_for(".outcome", review_id=review_id))


@bp.get("/reviews/<int:review_id>/outcome")
def outcome(review_id: int) -> ResponseReturnValue:
    """What changed because of one's feedback; and what others gave, now that one's own is given."""
    review = one_or_404(queries.own_review(me(), review_id))
    if not review.is_given:
        return redirect(url_for(".review_page", review_id=review.id))
    return outcome_page(review)


def outcome_page(review: Review, mistake: Mapping[str, Any] | None = None) -> str:
    """What became of a given review; `mistake` is a form under a comment that came back."""
    _note_look(review)
    work, revision = review.round.work, review.round.revision
    comments = _written(review)
    parts, placed = placing.lay_out(work, revision, comments, review.round.rubric)
    answer = newest_answer(review)
    compared = diff(revision, answer) if answer else []
    meeting = review.round.meeting
    return render_template(
        "feedback/outcome.html",
        review=review,
        round=review.round,
        work=work,
        parts=parts,
        placed=placed,
        rows=placing.sheet(review.round.rubric, placed),
        answer=answer,
        later=answering(me(), comments),
        compared=[field for field in compared if field.is_changed],
        file_changes=file_changes(revision, answer) if answer else [],
        others=queries.others_given(review),
        my_letter=veil.reviewer_name(review.letter or 0),
        may_show_me=policy.may_show_reviewer(me(), review),
        may_coach=policy.may_speak_as_coach(me(), review),
        may_see_meeting=meeting is not None and meeting_policy.may_see(me(), meeting),
        typed_for_me=typed_for(me(), meeting) if meeting else {},
        out=review.round.answers_are_out,
        mistake=mistake,
        changeable=changeable(me(), (reply for comment in comments for reply in comment.replies)),
        unsent=_unsent(review),
    )


@bp.post("/reviews/<int:review_id>/thank")
def thank(review_id: int) -> ResponseReturnValue:
    """One tap, and words if one likes."""
    review = one_or_404(queries.review_to_answer(me(), review_id))
    services.thank(me(), review, typed("thanks"))
    flash(_("Your thanks are on their way."), "success")
    return redirect(url_for(".round_page", round_id=review.round_id, _anchor=f"review-{review.id}"))


def _request_page(review: Review, words: str = "", why: str = "") -> str:
    _note_look(review)
    parts = placing.parts_of(review.round.work, review.round.revision)
    return render_template(
        "feedback/review_request.html",
        review=review,
        round=review.round,
        work=review.round.work,
        parts=parts,
        changed=what_changed(review.round),
        stages=_stages_of(review),
        windows=windows_of(review.round),
        swap_with=offered_to(review),
        offers=offers_for(review),
        words=words,
        why=why,
    )


def _stages_of(review: Review) -> list[Stage]:
    protocol = review.round.protocol
    return timed_in_writing(protocol.data, protocol.minutes)


def _stage_again(review_id: int, number: int, refused: Refused) -> str:
    """The stage with what was typed, why it was not stored, and what another window stored."""
    db.session.rollback()
    review = one_or_404(queries.own_review(me(), review_id))
    return _stage_page(review, number, typed=_boxes(), refused=refused)


def _at_mistake(review_id: int, number: int) -> str:
    """Where a stage says what it still asks for; the address takes the focus there."""
    return url_for(
        ".review_page", review_id=review_id, stage=number, refused=1, _anchor="stage-mistake"
    )


def _still_asked(review: Review, stage: Stage) -> Refused | None:
    try:
        require_enough(review, stage)
    except Refused as refused:
        return refused
    return None


def _stage_page(
    review: Review,
    number: int | None = None,
    *,
    typed: dict[int, dict[str, str]] | None = None,
    refused: Refused | None = None,
) -> str:
    _note_look(review)
    stages = _stages_of(review)
    opens = review.round.opens
    open_until = min(review.stage, len(stages) - 1)
    waits = opens_at(opens, open_until)
    open_until -= bool(waits)
    if number is None:
        number = request.args.get("stage", open_until, type=int)
    number = number if 0 <= number <= open_until else open_until
    stage = stages[number]
    parts, _placed = placing.lay_out(review.round.work, review.round.revision, _written(review))
    comments = [c for c in review.comments if c.stage == stage.key]
    if refused is None and "refused" in request.args:
        refused = _still_asked(review, stage)
    boxes = [as_typed(c) | (typed or {}).get(c.id, {}) | {"id": c.id} for c in comments]
    cells = {c.cell: [box] for c, box in zip(comments, boxes, strict=True) if c.cell}
    return render_template(
        "feedback/review_stage.html",
        review=review,
        round=review.round,
        work=review.round.work,
        parts=parts,
        changed=what_changed(review.round),
        stage=stage,
        anchors=kind_of(review.round.work).anchors,
        fields=fields_in(review.round.work, review.round.revision),
        pictures=pictures_to_point(part.file for part in parts if part.file),
        number=number,
        steps=_steps(review, stages, number, open_until),
        comments=[] if cells else boxes,
        rows=rows_of(review.round.rubric, cells) if cells else [],
        stored=_stored(comments) if isinstance(refused, ChangedElsewhere) else [],
        hints=_hints(review, stage),
        waits=waits,
        fixed=number < review.stage and is_over(opens, number),
        closes=windows_of(review.round)[number].closes if opens else None,
        said=said_so_far(me(), review.round),
        left=stages[number + 1 :],
        minutes_left=minutes_left(stages[number + 1 :]),
        refused=refused,
        first_empty=next((c.id for c in comments if not c.is_written), None),
        is_last=number == len(stages) - 1,
        may_look=review.stage >= len(stages) - 1,
    )


def _stored(comments: list[Comment]) -> list[tuple[str, str]]:
    return [(_("Comment"), comment.text) for comment in comments if comment.is_written]


def _steps(
    review: Review, stages: list[Stage], number: int, open_until: int
) -> list[dict[str, Any]]:
    steps = []
    for index, stage in enumerate(stages):
        is_open = index <= open_until
        sub = [say_minutes(stage.minutes)] if stage.minutes else []
        state = "now" if index == number else "done" if index < review.stage else "later"
        url = url_for(".review_page", review_id=review.id, stage=index)
        steps.append(
            {
                "name": stage.name,
                "sub": ", ".join(sub if is_open else [*sub, _("opens later")]),
                "state": state,
                "url": url if is_open and index != number else "",
            }
        )
    return steps


def _hints(review: Review, stage: Stage) -> dict[int, list[Hint]]:
    return {c.id: hints(c, stage) for c in review.comments if c.stage == stage.key}


def _boxes() -> dict[int, dict[str, str]]:
    boxes: dict[int, dict[str, str]] = {}
    for name, value in request.form.items():
        box = _BOX.fullmatch(name)
        if box:
            boxes.setdefault(int(box[2]), {})[box[1]] = value
    return boxes


def _note_look(review: Review) -> None:
    """The page hands out the work: its author may know, unless that says who reviews it."""
    if review.is_hidden:
        return
    note_look(me(), "work", review.round.work_id, review.round.work.author_id)


def _unsent(review: Review) -> Sequence[UnsentText]:
    """What its reviewer typed after it was sent or closed."""
    return unsent(me(), url_for(".review_page", review_id=review.id))


def _written(review: Review) -> list[Comment]:
    return [comment for comment in review.comments if comment.is_written]
