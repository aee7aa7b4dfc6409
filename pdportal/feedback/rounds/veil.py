"""What a reader may know of the people in a round: pages, mail, lists and downloads all ask here.

A name that a round hides is hidden from everybody but its bearer, from leads, admins and coaches as
well, until its bearer shows it (`rounds.showing`). A letter stands for it: drawn by lot, the same
for all who read the round. Moments of somebody hidden are told by the day.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from flask_babel import gettext as _
from sqlalchemy import case, select

from pdportal.accounts.models import Person
from pdportal.db import db
from pdportal.feedback.comments.models import Comment
from pdportal.feedback.reviews import policy as review_policy
from pdportal.feedback.reviews.models import Review
from pdportal.feedback.rounds import policy
from pdportal.feedback.rounds.models import Round
from pdportal.feedback.works.models import Work
from pdportal.inbox.kinds import Phrase, phrase

AUTHOR, REVIEWER = "hidden_author", "hidden_reviewer"
"""The phrases that stand in notices for their names."""

NAMES_ARE_OPEN = (~Round.hides_reviewers, ~Round.author_is_hidden)
"""The rounds of which counts, lists and what leads do may say who was asked about whose work."""

AUTHOR_COLUMNS = (
    case((Round.author_is_hidden, 0), else_=Person.id),
    case((Round.author_is_hidden, None), else_=Person.name),
)
"""The author's id and name in a list for reviewers, joined with `Round` and the author as `Person`;
0 and None for a hidden author, of whom nothing leaves the database (`author_name` stands there)."""


class Shown(NamedTuple):
    """A person as a page shows them."""

    name: str
    given_name: str
    tone: int
    """The colour of their initials."""
    known: bool = True
    """Whether this is their name, and not what stands for it."""


def person_in(reader: Person, round_: Round, review: Review | None = None) -> Shown:
    """The author of a round's work as `reader` may know them; with a review, who gave that."""
    if review is None:
        if policy.may_know_author(reader, round_):
            return named(round_.work.author)
        return Shown(author_name(), author_name(), 0, known=False)
    if review_policy.may_know_reviewer(reader, review):
        return named(review.reviewer)
    name = reviewer_name(review.letter or 0)
    return Shown(name, name, review.letter or 0, known=False)


def writer_of(reader: Person, comment: Comment) -> Shown:
    """Who wrote a comment or a reply, in a review or in the talk about a work."""
    first = comment.answers or comment
    if first.review is None:
        return named(comment.author)
    if comment.author_id == first.author_id:
        return person_in(reader, first.review.round, first.review)
    if policy.may_know_author(reader, first.review.round):
        return named(comment.author)  # one of those who write the work
    return person_in(reader, first.review.round)


def author_of(reader: Person, comment: Comment) -> Shown:
    """The author of the work that a comment is about."""
    if comment.review is None:
        return named(comment.revision.work.author)
    return person_in(reader, comment.review.round)


def doer(
    reader: Person, work: Work, done: Any, called: str = "", round_: Round | None = None
) -> str:
    """How a sentence names who of those who write a work did something: "" for the reader.

    `done` is the row of it; for whoever reads in a `round_`, its author is `called` so.
    """
    by_id = done.by_id or work.author_id
    if by_id == reader.id:
        return ""
    is_hidden = round_ is not None and not policy.may_know_author(reader, round_)
    if called and (is_hidden or by_id == work.author_id):
        return called
    return str((work.author if by_id == work.author_id else done.by).given_name)


def answerer(reader: Person, comment: Comment, done: Any, called: str = "") -> str:
    """The same of who answered a comment; where all talk, its author alone does."""
    if comment.review is None:
        return called
    round_ = comment.review.round if called else None
    return doer(reader, comment.revision.work, done, called, round_)


def is_hidden_reviewer(person: Person, work_id: int) -> bool:
    """Whether somebody reviews a work in a round that hides it: then it is not noted who looked."""
    hidden = select(Review.id).join(Round, Round.id == Review.round_id)
    mine = Round.work_id == work_id, Review.reviewer_id == person.id, Review.is_hidden
    return db.session.scalar(hidden.where(*mine).limit(1)) is not None


def named(person: Person) -> Shown:
    """A person whom the reader may know."""
    return Shown(person.name, person.given_name, person.id)


def author_name(_number: int = 0) -> str:
    """What stands for the name of a hidden author."""
    return _("Author X")


def reviewer_name(letter: int) -> str:
    """What stands for the name of a hidden reviewer; 0: of one who has not given yet."""
    if not letter:
        return _("A reviewer")
    return _("Reviewer %(letter)s", letter=chr(64 + letter) if letter < 27 else letter)


def from_author(round_: Round, word: str = "author", by: Person | None = None) -> dict[str, Any]:
    """The sender of a notice from the author of a round, and the word of its sentence for them.

    `by` is who of those who write the work did what it tells.
    """
    stands_in = phrase(AUTHOR) if round_.author_is_hidden else None
    return signed(by or round_.work.author, word, stands_in)


def from_reviewer(review: Review, word: str = "giver") -> dict[str, Any]:
    """The same from the reviewer."""
    stands_in = reviewer_phrase(review.letter or 0) if review.is_hidden else None
    return signed(review.reviewer, word, stands_in)


def reviewer_phrase(letter: int) -> Phrase:
    """What stands for a hidden reviewer among the words of a notice."""
    return phrase(REVIEWER, letter)


def signed(person: Person, word: str, stands_in: Phrase | None = None) -> dict[str, Any]:
    """The sender of a notice and the word of its sentence for them; or what stands for both."""
    return {"sender": None if stands_in else person, word: stands_in or person}
