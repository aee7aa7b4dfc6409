"""Whose ledger a comment stands in: conditions on `Comment`, joined as in `ledger.queries`.

Nobody opens the ledger of somebody else: no page of it takes a person.
"""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, or_

from pdportal.accounts.models import Person
from pdportal.feedback.comments.models import Comment
from pdportal.feedback.reviews.models import Review
from pdportal.feedback.works.models import Work
from pdportal.feedback.works.policy import is_heard_by_author, is_written_by, works_talked_about_by


def is_own_work(person: Person) -> ColumnElement[bool]:
    """A `Work` that one writes: what did not work in it is one's own, too."""
    return is_written_by(person.id)


def is_received_by(person: Person) -> ColumnElement[bool]:
    """What others said about work that one writes: in given reviews, and in the talk about it.

    Not while one looks first."""
    is_sent = or_(Comment.review_id.is_(None), Review.is_given)
    is_others = Comment.author_id != person.id
    return and_(is_written_by(person.id), is_others, is_sent, is_heard_by_author(), _is_said())


def is_given_by(person: Person) -> ColumnElement[bool]:
    """What one said about the work of others, where one may still read that work."""
    talked_about = works_talked_about_by(person).with_only_columns(Work.id)
    is_sent = or_(Review.is_given, and_(Comment.review_id.is_(None), Work.id.in_(talked_about)))
    return and_(Comment.author_id == person.id, Work.author_id != person.id, is_sent, _is_said())


def _is_said() -> ColumnElement[bool]:
    return and_(Comment.answers_id.is_(None), Comment.is_written)
