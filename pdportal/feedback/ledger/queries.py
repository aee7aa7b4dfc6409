"""The lines of a ledger: a page of comments, newest first, each with how far it has come."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Row, Select, case, func, or_, select
from sqlalchemy.orm import contains_eager, joinedload

from pdportal.accounts.models import Person
from pdportal.db import db
from pdportal.feedback.comments.answers import SETTLING, CommentKind, Verdict
from pdportal.feedback.comments.models import Comment, Decision, Helped
from pdportal.feedback.ledger import policy
from pdportal.feedback.reviews.models import Review
from pdportal.feedback.rounds.models import Round
from pdportal.feedback.works.models import Revision, Work
from pdportal.search.sources import fit

PAGE = 25
MOST_SEARCHED = 5_000
"""So many of the newest are searched for words."""
MOST = 1_000
"""So many stand on one page when all of them are asked for, to be printed."""


class Standing(StrEnum):
    """How far a comment has come; each stands in one of them."""

    OPEN = "open"
    """Not answered, or asked again, and it can be."""
    LEFT = "left"
    """Not answered when its request was closed."""
    PLANNED = "planned"
    """To be used, and no version of the work has it yet."""
    ADDRESSED = "addressed"
    SAID = "said"
    """Thanked, kept, answered in words; or it asked for nothing."""
    DECLINED = "declined"
    CONFIRMED = "confirmed"


@dataclass(frozen=True)
class Wish:
    """Which lines somebody would like to see."""

    standing: Standing | None = None
    kind: CommentKind | None = None
    work_id: int | None = None
    words: str = ""
    page: int = 1
    every: bool = False
    """Whether on one page."""


class Ledger(NamedTuple):
    """A page of lines, and what could be chosen."""

    lines: Sequence[Row[Comment, str]]
    """Each a comment and the value of its `Standing`."""
    counts: Mapping[str, int]
    """How many lines there are by standing, with all else that is chosen."""
    works: Sequence[Row[int, str]]
    total: int
    """How many lines fit."""


def received(person: Person, wish: Wish) -> Ledger:
    """What was said about somebody's works.

    Within a request the lines stand by reviewer, never by time, which would tell who was hidden.
    """
    at = func.coalesce(Round.shared_at, Comment.written_at)
    order = (at.desc(), Round.id.desc(), Review.letter, Comment.id)
    return _ledger(policy.is_received_by(person), _standing(out=None), wish, order)


def given(person: Person, wish: Wish) -> Ledger:
    """What somebody said, and of the answers those that they may read."""
    return _ledger(
        policy.is_given_by(person), _standing(out=is_out()), wish, (Comment.id.desc(),), works=False
    )


def is_out() -> ColumnElement[bool]:
    """Whether the giver reads the answer to a comment; where there is one."""
    return or_(Comment.review_id.is_(None), Decision.is_out)


def joined(*columns: Any) -> Select[Any]:
    """Columns of comments and of all they stand in."""
    return (
        select(*columns)
        .select_from(Comment)
        .join(Comment.revision)
        .join(Revision.work)
        .outerjoin(Comment.review)
        .outerjoin(Review.round)
        .outerjoin(Comment.decision)
    )


def _standing(out: ColumnElement[bool] | None) -> ColumnElement[str]:
    """The `Standing` of a comment; without an answer that is `out` it is open."""
    is_open: ColumnElement[bool] = Comment.is_unanswered.expression
    if out is not None:
        is_open = or_(is_open, Decision.comment_id.is_not(None) & ~out)
    return case(
        (is_open & Round.closed_at.is_(None), Standing.OPEN.value),
        (is_open, Standing.LEFT.value),
        (Decision.confirmed_at.is_not(None), Standing.CONFIRMED.value),
        (Decision.addressed_at.is_not(None), Standing.ADDRESSED.value),
        (Decision.verdict == Verdict.DECLINE, Standing.DECLINED.value),
        (or_(Decision.comment_id.is_(None), Decision.verdict.in_(SETTLING)), Standing.SAID.value),
        else_=Standing.PLANNED.value,
    )


def _ledger(
    whose: ColumnElement[bool],
    standing: ColumnElement[str],
    wish: Wish,
    order: Sequence[Any],
    *,
    works: bool = True,
) -> Ledger:
    chosen = [whose]
    if wish.kind is not None:
        chosen.append(Comment.kind == wish.kind)
    if wish.work_id is not None:
        chosen.append(Work.id == wish.work_id)
    if wish.words:
        chosen.append(Comment.id.in_(_with_words(wish.words, chosen)))
    is_so = standing.label("standing")
    counted = joined(is_so, func.count(Comment.id).label("number"))
    counted = counted.where(*chosen).group_by(is_so)
    counts = {row.standing: row.number for row in db.session.execute(counted)}
    if wish.standing is not None:
        chosen.append(standing == wish.standing.value)
    lines = (
        joined(Comment, is_so)
        .options(
            contains_eager(Comment.revision).contains_eager(Revision.work).joinedload(Work.author),
            contains_eager(Comment.review).contains_eager(Review.round),
            contains_eager(Comment.review).joinedload(Review.reviewer),
            contains_eager(Comment.decision).options(
                joinedload(Decision.addressed_in), joinedload(Decision.by)
            ),
            joinedload(Comment.helped).joinedload(Helped.by),
            joinedload(Comment.author),
        )
        .where(*chosen)
        .order_by(*order)
        .limit(MOST if wish.every else PAGE)
        .offset(0 if wish.every else (wish.page - 1) * PAGE)
    )
    return Ledger(
        db.session.execute(lines).all(),
        counts,
        _works(whose) if works else (),
        counts.get(wish.standing.value, 0) if wish.standing else sum(counts.values()),
    )


def _with_words(words: str, chosen: Sequence[ColumnElement[bool]]) -> list[int]:
    """The comments that have these words, themselves or in the title of the work.

    Not in the answer: not everybody who reads the comment may read that yet.
    """
    texts = joined(Comment.id, Comment.text, Comment.next_move, Work.title).where(*chosen)
    rows = db.session.execute(texts.order_by(Comment.id.desc()).limit(MOST_SEARCHED))
    return [row.id for row in rows if fit(words, row.title, f"{row.text} {row.next_move}")]


def _works(whose: ColumnElement[bool]) -> Sequence[Row[int, str]]:
    """The works that the lines are about, the newest first."""
    about = joined(Work.id, Work.title).where(whose).distinct().order_by(Work.id.desc())
    return db.session.execute(about.limit(200)).all()
