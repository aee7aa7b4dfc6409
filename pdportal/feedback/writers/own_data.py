"""What somebody wrote in works of others, for their download; and how that ends when they leave."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import ColumnElement, Select, select, update

from pdportal import clock
from pdportal.accounts.models import Person
from pdportal.accounts.own_data import Piece, StoredFile, as_data, file_name
from pdportal.db import db
from pdportal.feedback.comments.models import Comment, Decision, Helped
from pdportal.feedback.files.models import WorkFile
from pdportal.feedback.reviews.models import Review
from pdportal.feedback.rounds.models import Round
from pdportal.feedback.works.models import Draft, Revision, Work, WorkWriter
from pdportal.inbox.services import address, notify_all


def collect(person: Person) -> Iterator[Piece]:
    """With whom they write and since when; the versions they saved, the files they added, and what
    they answered there."""
    joined = select(WorkWriter.work_id).where(WorkWriter.person_id == person.id)
    others = Work.id.in_(joined), Work.author_id != person.id
    times = WorkWriter.invited_at, WorkWriter.wrote_at, WorkWriter.left_at
    works = select(Work.title, Person.name.label("author"), *times).join(
        WorkWriter, WorkWriter.work_id == Work.id
    )
    versions = Revision.number, Revision.made_at, Revision.content, Revision.why
    comments = select(Work.title, Comment.text.label("comment"))
    comments = comments.join_from(Comment, Comment.revision).join(Revision.work).where(*others)
    yield Piece(
        "written_together.json",
        {
            "works": as_data(works.join(Work.author).where(WorkWriter.person_id == person.id)),
            "versions": as_data(_of(Revision, *versions).where(*others, _by(Revision, person))),
            "not_saved": as_data(_of(Draft, Draft.content).where(*others, _by(Draft, person))),
            "answers": as_data(
                comments.join(Comment.decision)
                .add_columns(Decision.verdict, Decision.why)
                .where(Decision.by_id == person.id)
            ),
            "how_it_helped": as_data(
                comments.join(Comment.helped)
                .add_columns(Helped.how, Helped.words)
                .where(Helped.by_id == person.id)
            ),
            "thanks": as_data(
                select(Work.title, Review.thanks)
                .join_from(Review, Review.round)
                .join(Round.work)
                .where(*others, Review.by_id == person.id)
            ),
        },
    )
    files = select(WorkFile).join(WorkFile.work).where(*others, WorkFile.by_id == person.id)
    for file in db.session.scalars(files.order_by(WorkFile.id)):
        name = file_name(file.name.rpartition(".")[0], file.id, file.about.name)
        yield Piece(f"works/files-{file.work_id}/{name}", StoredFile(file.storage_key))


def end_with(person: Person) -> None:
    """Somebody leaves for good: they write nothing more with others, and those who wrote with them
    are told that it is gone."""
    own = select(Work.id).where(Work.author_id == person.id)
    left = update(WorkWriter).where(WorkWriter.left_at.is_(None)).values(left_at=clock.now())
    wrote = WorkWriter.work_id.in_(own), WorkWriter.writes
    told = db.session.scalars(select(WorkWriter.person_id).where(*wrote).distinct()).all()
    for which in (WorkWriter.person_id == person.id, WorkWriter.work_id.in_(own)):
        db.session.execute(left.where(which), execution_options={"synchronize_session": False})
    notify_all(sorted(told), "writers_gone", address("feedback.index"))


def _of(model: type[Revision] | type[Draft], *columns: Any) -> Select[Any]:
    return select(Work.title, *columns).join(model, model.work_id == Work.id)


def _by(model: type[Revision] | type[Draft], person: Person) -> ColumnElement[bool]:
    return model.by_id == person.id
