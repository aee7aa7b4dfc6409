"""How somebody's feedback grew: what was used of it, and what it was; for their own eyes only."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from sqlalchemy import and_, case, extract, func, select

from pdportal.accounts.models import Person
from pdportal.db import db
from pdportal.feedback.comments.answers import USED, CommentKind, Verdict
from pdportal.feedback.comments.models import AnchorKind, Comment, Decision
from pdportal.feedback.ledger import policy
from pdportal.feedback.ledger.queries import is_out, joined
from pdportal.feedback.reviews.models import Review

ASKING = frozenset({CommentKind.SUGGESTION, CommentKind.NOTE})
"""Kinds that an author can use or decline."""
ENOUGH = 3
"""Of fewer answers no share is told: it would say more about chance than about feedback."""
SCHOOL_YEAR = 8
"""The month in which a school year begins."""


@dataclass
class Share:
    """How many of some comments were used, of those answered one way or the other."""

    used: int = 0
    answered: int = 0

    @property
    def is_telling(self) -> bool:
        """Whether there are enough to say something."""
        return self.answered >= ENOUGH

    def count(self, verdict: Verdict | None, number: int) -> None:
        """Add so many comments with the same answer."""
        if verdict in USED:
            self.used += number
        if verdict in USED or verdict is Verdict.DECLINE:
            self.answered += number


@dataclass
class Year:
    """What somebody said in one school year."""

    first: int
    """The calendar year in which it began."""
    kinds: dict[CommentKind, int] = field(default_factory=lambda: defaultdict(int))
    used: Share = field(default_factory=Share)


class Said(NamedTuple):
    """Comments that have all of this in common, and how many they are."""

    year: int
    month: int
    kind: CommentKind
    verdict: Verdict | None
    pointed: bool
    """Whether it stands at a place of the work."""
    moves: bool
    """Whether it says what to do next."""
    number: int


@dataclass(frozen=True)
class Growth:
    """All that the page says of it."""

    years: list[Year]
    """The newest first."""
    pointed: tuple[Share, Share]
    """With a place of the work, and without."""
    moves: tuple[Share, Share]
    """With a next move, and without."""
    reviews: int
    thanked: int

    @property
    def used(self) -> Share:
        """Over all years."""
        shares = [year.used for year in self.years]
        return Share(sum(each.used for each in shares), sum(each.answered for each in shares))

    @property
    def kinds(self) -> dict[CommentKind, int]:
        """How many of each kind, over all years."""
        return {kind: sum(year.kinds[kind] for year in self.years) for kind in CommentKind}


def growth_of(person: Person) -> Growth:
    """What became of somebody's feedback, as far as they know it: two statements."""
    verdict = case((is_out(), Decision.verdict)).label("verdict")
    same = (
        extract("year", Comment.written_at).label("year"),
        extract("month", Comment.written_at).label("month"),
        Comment.kind,
        verdict,
        (Comment.anchor != AnchorKind.WHOLE).label("pointed"),
        (Comment.next_move != "").label("moves"),
    )
    counted = joined(*same, func.count()).where(policy.is_given_by(person)).group_by(*same)
    given = and_(Review.reviewer_id == person.id, Review.is_given)
    reviews = select(func.count(), func.count(Review.thanked_at)).where(given)
    return grown(
        [Said(*row) for row in db.session.execute(counted)], *db.session.execute(reviews).one()
    )


def grown(comments: Iterable[Said], reviews: int = 0, thanked: int = 0) -> Growth:
    """The figures of these comments."""
    years: dict[int, Year] = {}
    pointed, moves = (Share(), Share()), (Share(), Share())
    for each in comments:
        first = int(each.year) - (each.month < SCHOOL_YEAR)
        year = years.setdefault(first, Year(first))
        year.kinds[each.kind] += each.number
        if each.kind in ASKING:
            for share in (year.used, pointed[not each.pointed], moves[not each.moves]):
                share.count(each.verdict, each.number)
    newest_first = sorted(years.values(), key=lambda year: -year.first)
    return Growth(newest_first, pointed, moves, reviews, thanked)
