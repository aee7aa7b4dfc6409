"""A comment as the page of it reads it, made of rows."""

from __future__ import annotations

from functools import cache
from typing import Any

from sqlalchemy import Select, bindparam, select

from pdportal.accounts.models import Person
from pdportal.accounts.queries import PERSON_COLUMNS
from pdportal.db import fetch_entities, relate
from pdportal.feedback.comments import policy
from pdportal.feedback.comments.models import Comment, Decision, Helped
from pdportal.feedback.reviews.models import Review
from pdportal.feedback.works.models import Revision


def comment_to_read(person_id: int, comment_id: int) -> Comment | None:
    """A comment in a review that somebody was given as a writer of the work, with its answer and
    replies."""
    found = fetch_entities(_comment_to_read(), {"person_id": person_id, "comment_id": comment_id})
    for comment, revision, review, reviewer, decision, addressed_in, by, helped in found:
        relate(review, reviewer=reviewer)
        if decision is not None:
            relate(decision, comment=comment, addressed_in=addressed_in, by=by)
        relate(comment, revision=revision, review=review, decision=decision, helped=helped)
        replies = fetch_entities(_replies_to(), {"comment_id": comment.id})
        for reply, author in replies:
            relate(reply, author=author, answers=comment)
        relate(comment, replies=[reply for reply, _author in replies])
        return comment  # type: ignore[no-any-return]  # a row of entities is of any
    return None


@cache
def _comment_to_read() -> Select[*tuple[Any, ...]]:
    reviewer, by = Person.__table__.alias("reviewer"), Person.__table__.alias("by")
    answering = Revision.__table__.alias("answering")
    columns = (*Comment.__table__.c, *Revision.__table__.c, *Review.__table__.c)
    answer = (
        *Decision.__table__.c,
        *(each for each in answering.c if each.name != "content"),
        *(by.c[each.name] for each in PERSON_COLUMNS),
    )
    return (
        policy.comments_received_by(bindparam("person_id"))
        .with_only_columns(
            *columns,
            *(reviewer.c[each.name] for each in PERSON_COLUMNS),
            *answer,
            *Helped.__table__.c,
        )
        .where(Comment.id == bindparam("comment_id"))
        .join(reviewer, reviewer.c.id == Review.reviewer_id)
        .outerjoin(Decision, Decision.comment_id == Comment.id)
        .outerjoin(answering, answering.c.id == Decision.addressed_in_id)
        .outerjoin(by, by.c.id == Decision.by_id)
        .outerjoin(Helped, Helped.comment_id == Comment.id)
    )


@cache
def _replies_to() -> Select[*tuple[Any, ...]]:
    return (
        select(*Comment.__table__.c, *PERSON_COLUMNS)
        .join(Person, Person.id == Comment.author_id)
        .where(Comment.answers_id == bindparam("comment_id"))
        .order_by(Comment.id)
    )
