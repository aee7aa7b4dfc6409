"""How a goal changed: its versions, what prompted each, and what was done in between."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, case, or_, select

from pdportal.accounts.models import Person
from pdportal.db import db
from pdportal.feedback.comments.models import Comment, Decision
from pdportal.feedback.reviews.models import Review
from pdportal.feedback.rounds.models import Round
from pdportal.feedback.rounds.queries import rounds_of
from pdportal.feedback.rounds.veil import reviewer_name
from pdportal.feedback.works.models import Revision
from pdportal.feedback.works.queries import history
from pdportal.goals.evidence.queries import evidence_of
from pdportal.goals.models import Evidence, Goal, GoalCause, Step, StepKind
from pdportal.goals.steps.queries import steps_of
from pdportal.inbox.services import address


class Cause(NamedTuple):
    """What prompted a version: words of it, where they stand, and whose comment it was."""

    key: str
    words: str
    url: str
    by: str = ""


class Story(NamedTuple):
    """A goal from its first words to now, the oldest first."""

    turns: list[tuple[datetime, str, Any]]
    """When, what (revision, step, evidence or round), and the row."""
    causes: dict[int, list[Cause]]
    """What prompted each version, by its id."""
    revisions: Sequence[Revision]
    """The newest first."""
    steps: list[Step]
    evidence: Sequence[Evidence]


def story_of(goal: Goal) -> Story:
    """What happened to a goal, in six statements."""
    revisions, evidence = history(goal.work), evidence_of(goal)
    steps = [step for step in steps_of(goal) if step.removed_at is None and step.done_at]
    causes: dict[int, list[Cause]] = {revision.id: [] for revision in revisions}
    for number, cause in _comments_behind(Round.work_id == goal.work_id):
        if number in causes:
            causes[number].append(cause)
    known = {cause.key: cause for cause in (*map(of_step, steps), *map(of_evidence, evidence))}
    for row in db.session.scalars(select(GoalCause).where(GoalCause.revision_id.in_(causes))):
        key = f"step-{row.step_id}" if row.step_id else f"evidence-{row.evidence_id}"
        if key in known:
            causes[row.revision_id].append(known[key])
    turns: list[tuple[datetime, str, Any]] = [
        *((each.made_at, "revision", each) for each in revisions),
        *((step.done_at, "step", step) for step in steps if step.done_at),
        *((piece.added_at, "evidence", piece) for piece in evidence),
        *((row.Round.shared_at, "round", row) for row in rounds_of(goal.work)),
    ]
    turns.sort(key=lambda turn: turn[0])
    return Story(turns, causes, revisions, steps, evidence)


def possible_causes(goal: Goal) -> list[Cause]:
    """What a new version can name: comments, try-outs looked back on, evidence; newest first."""
    comments = [cause for _number, cause in _comments_behind(Round.work_id == goal.work_id)]
    tries = [step for step in steps_of(goal) if step.kind is StepKind.TRYOUT and step.done_at]
    named = [*comments, *map(of_step, tries), *map(of_evidence, evidence_of(goal))]
    kinds = ("comment", "step", "evidence")
    known = {cause.key: cause for cause in named[::-1]}
    return sorted(known.values(), key=lambda cause: kinds.index(cause.key.partition("-")[0]))


def of_step(step: Step) -> Cause:
    """A step that was done, as what prompted a version."""
    words = _("Try-out: %(title)s", title=step.name) if step.kind is StepKind.TRYOUT else step.name
    return Cause(f"step-{step.id}", words, _step_page(step))


def of_evidence(piece: Evidence) -> Cause:
    """A piece of evidence, likewise."""
    page = f"{address('goals.goal_page', goal_id=piece.goal_id)}#evidence"
    return Cause(f"evidence-{piece.id}", _("Evidence: %(name)s", name=piece.name), page)


def _step_page(step: Step) -> str:
    if step.kind is StepKind.TRYOUT:
        return address("goals.tryout_page", step_id=step.id)
    return f"{address('goals.goal_page', goal_id=step.goal_id)}#step-{step.id}"


def _comments_behind(which: ColumnElement[bool]) -> list[tuple[int | None, Cause]]:
    """The comments on a work that its author can read, each with the id of the version that
    answers it, or that it prompted; None: of neither."""
    name = case((Review.is_hidden, None), else_=Person.name)
    version = or_(Revision.id == Decision.addressed_in_id, Revision.id == GoalCause.revision_id)
    rows = db.session.execute(
        select(Comment.id, Comment.text, Review.round_id, name, Review.letter, Revision.id)
        .join(Review, Review.id == Comment.review_id)
        .join(Round, Round.id == Review.round_id)
        .join(Person, Person.id == Comment.author_id)
        .outerjoin(Decision, Decision.comment_id == Comment.id)
        .outerjoin(GoalCause, GoalCause.comment_id == Comment.id)
        .outerjoin(Revision, version)
        .where(which, Review.is_given, Comment.answers_id.is_(None), Comment.text != "")
        .order_by(Comment.id, Revision.id)
    )
    return [
        (
            revision_id,
            Cause(
                f"comment-{ident}",
                text,
                f"{address('feedback.round_page', round_id=round_id)}#comment-{ident}",
                by or reviewer_name(letter or 0),
            ),
        )
        for ident, text, round_id, by, letter, revision_id in rows
    ]
