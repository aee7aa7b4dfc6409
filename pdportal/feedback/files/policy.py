"""Who may see a file of a work.

A picture is seen as it was drawn for others, without what its author blurred. The file as it was
given is its author's; colleagues get a document, and never a picture with what a camera wrote into
it, or a document with a part that is blurred.
"""

from __future__ import annotations

from sqlalchemy import Select, and_, or_, select

from pdportal.accounts.models import Person
from pdportal.feedback.comments.models import Comment, Decision
from pdportal.feedback.files.models import WorkFile
from pdportal.feedback.kinds import all_kinds
from pdportal.feedback.meetings.models import Meeting
from pdportal.feedback.meetings.policy import meetings_seen_by
from pdportal.feedback.reviews.models import Review
from pdportal.feedback.rounds.models import Round
from pdportal.feedback.works.models import Revision, Work
from pdportal.feedback.works.policy import may_write, works_seen_by, written_by


def files_seen_by(person: Person) -> Select[WorkFile]:
    """Those who write a work see all its files; others those of the versions shared with them, and
    of the versions that answer their feedback.

    A request that was taken back and a meeting that was called off share nothing. A kind of work
    may say which of its files somebody reads besides.
    """
    asked = (
        select(Round.revision_id)
        .join(Review, Review.round_id == Round.id)
        .where(Review.reviewer_id == person.id, or_(Review.is_given, Review.is_wanted))
        .where(Round.work_id.in_(works_seen_by(person).with_only_columns(Work.id)))
    )
    answering = (
        select(Decision.addressed_in_id)
        .join(Comment, Comment.id == Decision.comment_id)
        .join(Review, Review.id == Comment.review_id)
        .where(Review.reviewer_id == person.id, Review.is_given)
    )
    meetings = meetings_seen_by(person).where(Meeting.called_off_at.is_(None))
    met = meetings.with_only_columns(Meeting.revision_id)
    in_a_version = (
        select(Revision.id)
        .where(Revision.work_id == WorkFile.work_id)
        .where(or_(*(Revision.id.in_(shared) for shared in (asked, answering, met))))
        .where(
            WorkFile.added_in <= Revision.number,
            or_(WorkFile.gone_in.is_(None), WorkFile.gone_in > Revision.number),
        )
        .exists()
    )
    read = [kind.files_read_by(person) for kind in all_kinds() if kind.files_read_by]
    shared = or_(in_a_version, *(WorkFile.id.in_(ids) for ids in read))
    shown = and_(WorkFile.read_at.is_not(None), WorkFile.trouble.is_(None), shared)
    return select(WorkFile).where(or_(WorkFile.work_id.in_(written_by(person.id)), shown))


def may_change(person: Person, file: WorkFile) -> bool:
    """Whoever writes the work, while it is in the version being written."""
    return may_write(person, file.work) and file.gone_in is None


def may_blur(person: Person, file: WorkFile) -> bool:
    """Whoever writes the work, also in an old version: others may still read that one."""
    return may_write(person, file.work)


def may_have_original(person: Person, file: WorkFile) -> bool:
    """Its writers; others who see it a document in which nothing is blurred."""
    if may_write(person, file.work):
        return True
    return not file.about.is_picture and not file.is_blurred


def may_unblur(person: Person, file: WorkFile, *, is_shared: bool) -> bool:
    """The author, until others could see it. Afterwards a new version can have the file again."""
    return may_change(person, file) and not is_shared
