"""Who collects comments on a clip, and who lists what to look for on it."""

from __future__ import annotations

from sqlalchemy import ColumnElement, Select, and_, or_, select

from pdportal.accounts.models import Person
from pdportal.cohorts.policy import teachers_of
from pdportal.feedback.clips.models import CommentDraft, FirstLook
from pdportal.feedback.works.models import Work
from pdportal.feedback.works.policy import works_talked_about_by
from pdportal.video.models import Clip


def drafts_seen_by(person: Person) -> Select[CommentDraft]:
    """One's own, of works that one may still talk about."""
    works = works_talked_about_by(person).with_only_columns(Work.id)
    return select(CommentDraft).where(
        CommentDraft.author_id == person.id, CommentDraft.work_id.in_(works)
    )


def lists_look_fors(person: Person) -> ColumnElement[bool]:
    """A `Clip` whose look-fors somebody may list: its owner, and a coach of theirs who sees it."""
    teachers = teachers_of(person).with_only_columns(Person.id)
    return or_(Clip.owner_id == person.id, Clip.owner_id.in_(teachers))


def reads_first_look(person: Person) -> ColumnElement[bool]:
    """What its owner saw first on a `Clip` that somebody sees: theirs to read if they are its
    owner, or a coach of theirs and the owner says so (`FirstLook.to_coach`)."""
    teachers = teachers_of(person).with_only_columns(Person.id)
    return or_(Clip.owner_id == person.id, and_(FirstLook.to_coach, Clip.owner_id.in_(teachers)))
