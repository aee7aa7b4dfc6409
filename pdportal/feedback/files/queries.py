"""What pages read of the files of works."""

from __future__ import annotations

from sqlalchemy import Row, Select, case, or_, select
from sqlalchemy.orm import joinedload

from pdportal.accounts.models import Person
from pdportal.db import db
from pdportal.feedback.files import policy
from pdportal.feedback.files.models import FilePicture, WorkFile
from pdportal.feedback.meetings.models import Meeting
from pdportal.feedback.rounds.models import Round
from pdportal.feedback.works.models import Revision, Work
from pdportal.feedback.works.policy import is_written_by


def work_file(person: Person, work_id: int, file_id: int) -> Select[WorkFile]:
    """One file that somebody may see, with its work and pictures."""
    return (
        policy.files_seen_by(person)
        .where(WorkFile.id == file_id, WorkFile.work_id == work_id)
        .options(joinedload(WorkFile.work).joinedload(Work.author))
    )


def files_of(person: Person) -> Select[WorkFile]:
    """All files of somebody's works."""
    return select(WorkFile).join(Work).where(Work.author_id == person.id).order_by(WorkFile.id)


def own_picture(person: Person, work_id: int, file_id: int, number: int) -> Select[FilePicture]:
    """A page or picture of a file of a work that somebody writes."""
    return (
        select(FilePicture)
        .join(FilePicture.file)
        .join(WorkFile.work)
        .where(Work.id == work_id, is_written_by(person.id))
        .where(WorkFile.id == file_id, FilePicture.number == number)
        .options(joinedload(FilePicture.file).joinedload(WorkFile.work).joinedload(Work.author))
    )


def picture(
    person: Person, work_id: int, file_id: int, number: int
) -> Row[str | None, int, int] | None:
    """Where a page or picture is stored that somebody may see, and whose looks are not noted."""
    seen = policy.files_seen_by(person).where(WorkFile.work_id == work_id, WorkFile.id == file_id)
    return db.session.execute(
        select(
            FilePicture.storage_key,
            FilePicture.size,
            case((is_written_by(person.id), person.id), else_=Work.author_id).label("owner_id"),
        )
        .join(FilePicture.file)
        .join(WorkFile.work)
        .where(
            WorkFile.id.in_(seen.with_only_columns(WorkFile.id)),
            FilePicture.number == number,
            FilePicture.storage_key.is_not(None),
        )
    ).one_or_none()


def is_shared(file: WorkFile) -> bool:
    """Whether anybody else can see a file, or could."""
    if file.added_in is None:
        return False
    with_it = select(Revision.id).where(
        Revision.work_id == file.work_id, Revision.number >= file.added_in
    )
    if file.gone_in is not None:
        with_it = with_it.where(Revision.number < file.gone_in)
    rounds = select(Round.id).where(Round.revision_id.in_(with_it), Round.taken_back_at.is_(None))
    meetings = select(Meeting.id).where(
        Meeting.revision_id.in_(with_it), Meeting.called_off_at.is_(None)
    )
    return bool(db.session.scalar(select(or_(rounds.exists(), meetings.exists()))))
