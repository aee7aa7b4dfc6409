"""What blurring a part of a file takes out of its words, and out of what colleagues quoted of them.

Which words lie under a box is known once the file is read again. Until then, and for good if that
fails, others read none of its words; of a quote they see that it is there, and how long it is.
"""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select

from pdportal.db import db
from pdportal.feedback.comments.anchors import Passage, carried, occurrences
from pdportal.feedback.comments.models import Comment
from pdportal.feedback.comments.writing import LOST
from pdportal.feedback.files.models import WorkFile
from pdportal.feedback.meetings.models import Meeting, MeetingNote
from pdportal.feedback.works.comparison import compare
from pdportal.feedback.works.models import Revision
from pdportal.feedback.works.reading import reading_of
from pdportal.feedback.works.words import letters_of

HIDDEN = "•"
"""Stands for a letter of a quote until it is known what the quote says now."""


def cover_words(file: WorkFile) -> None:
    """Take all words of a file out of the versions that have it, and out of quotes."""
    if not file.text:
        return
    versions = _versions(file)
    for revision in versions:
        revision.content = {**revision.content, file.key: ""}
    reading = reading_of(file.text)
    for quoting in _quoting(versions, file.key, ""):
        quote = quoting.quote or ""
        if not quote.strip(HIDDEN):
            continue  # blurred a moment ago, too
        if quoting.letter is None or not reading.stands(quote, quoting.letter):
            quoting.letter = next((start for start, _end in occurrences(reading, quote)), None)
        if quoting.field or quoting.letter is not None:
            quoting.field, quoting.quote = file.key, HIDDEN * len(letters_of(quote))
        if isinstance(quoting, Comment):
            quoting.before = quoting.after = ""


def uncover_words(file: WorkFile, before: str) -> None:
    """Put back what can be read of a file; a quote says what stands at its place in `before`."""
    versions = _versions(file)
    for revision in versions:
        revision.content = {**revision.content, file.key: file.text}
    comparison = compare({file.key: before}, {file.key: file.text})
    new = comparison.fields[file.key].new
    for quoting in _quoting(versions, file.key):
        start, place = quoting.letter, None
        if start is not None:
            end = start + len(letters_of(quoting.quote or ""))
            place = carried(Passage(file.key, start, end), comparison).passage
        quoting.quote = new.text(place.start, place.end) if place else LOST
        quoting.letter = place.start if place else None


def _versions(file: WorkFile) -> list[Revision]:
    revisions = db.session.scalars(select(Revision).where(Revision.work_id == file.work_id))
    return [revision for revision in revisions if file.is_in(revision.number)]


def _quoting(versions: Iterable[Revision], *fields: str) -> list[Comment | MeetingNote]:
    """The comments and notes on these versions that quote one of these fields."""
    ids = [revision.id for revision in versions]
    comments = select(Comment).where(
        Comment.revision_id.in_(ids), Comment.quote.is_not(None), Comment.field.in_(fields)
    )
    notes = (
        select(MeetingNote)
        .join(Meeting)
        .where(Meeting.revision_id.in_(ids), MeetingNote.quote != "", MeetingNote.field.in_(fields))
    )
    return [*db.session.scalars(comments), *db.session.scalars(notes)]
