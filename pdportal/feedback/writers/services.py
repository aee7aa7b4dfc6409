"""Writing together: asked, accepted or declined, left, taken off, handed over."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from sqlalchemy import or_, select, update

from pdportal import clock
from pdportal.accounts.models import Person
from pdportal.activity.services import record
from pdportal.db import db
from pdportal.feedback.comments.models import Comment, Decision, Helped
from pdportal.feedback.comments.news import notify_once
from pdportal.feedback.files.models import WorkFile
from pdportal.feedback.meetings.queries import open_meeting
from pdportal.feedback.meetings.services import leave as leave_meeting
from pdportal.feedback.reviews.models import Review
from pdportal.feedback.rounds.models import Round
from pdportal.feedback.rounds.queries import open_round
from pdportal.feedback.works.models import Draft, Revision, Work, WorkWriter
from pdportal.feedback.works.policy import writers_of
from pdportal.feedback.works.services import lock_work, require_owner
from pdportal.feedback.writers import policy
from pdportal.feedback.writers.queries import asked_or_writing
from pdportal.inbox.models import Notice
from pdportal.inbox.services import address, notify, notify_all, withdraw_notices
from pdportal.web.errors import Refused, require

MOST_WRITERS = 8
"""Beside the author."""


def invite(author: Person, work: Work, person_id: int) -> None:
    """Ask somebody to write a work with oneself; asked twice, it is once."""
    require(policy.may_invite(author, work))
    lock_work(work)
    if asked_or_writing(work, person_id) is not None:
        return
    _require_names_open(work)
    if sum(each.left_at is None for each in work.writers) >= MOST_WRITERS:
        raise Refused(_("At most %(most)s people write with you.", most=MOST_WRITERS), status=422)
    if not _may_be_asked(work, person_id):
        raise Refused(_("That is nobody you can ask."), status=422)
    place = next((each for each in work.writers if each.person_id == person_id), None)
    if place is None:
        place = WorkWriter(work_id=work.id, person_id=person_id)
        work.writers.append(place)
    place.invited_by_id, place.invited_at = author.id, clock.now()
    place.accepted_at = place.left_at = None
    db.session.flush()
    record(author, "asked_to_write", work, person=person_id)
    notify(person_id, "writers_asked", page_of(work), sender=author, **_words(author, work))


def answer(person: Person, work: Work, *, yes: bool) -> None:
    """Write a work with its author from now on, or say no; answered twice, the first counts."""
    lock_work(work)
    place = asked_or_writing(work, person.id)
    if place is None:
        raise Refused(_("This was taken back. There is nothing to do."), status=404)
    if not place.is_asked:
        return
    if yes:
        _require_names_open(work)
        if not _may_be_asked(work, person.id):
            raise Refused(_("You can’t join here now: you are asked for feedback on it, or lead."))
        place.accepted_at = clock.now()
        place.wrote_at = place.wrote_at or place.accepted_at
    else:
        place.left_at = clock.now()
    record(person, "joined_writing" if yes else "did_not_join", work)
    kind = "writers_joined" if yes else "writers_declined"
    notify(work.author_id, kind, page_of(work), sender=person, **_words(person, work))


def leave(person: Person, work: Work) -> None:
    """Write it no more; the versions stay, and those who go on are told."""
    if _end(work, person) is not None:
        record(person, "left_writing", work)
        writers = sorted(writers_of(work))
        notify_all(writers, "writers_left", page_of(work), sender=person, **_words(person, work))


def take_off(author: Person, work: Work, person: Person) -> None:
    """Let somebody write it no more, or take the question back."""
    require_owner(author, work)
    ended = _end(work, person)
    if ended is not None:
        record(author, "took_off", work, person=person.id)
        if ended.accepted_at is not None:
            url, words = address("feedback.index"), _words(author, work)
            notify(person.id, "writers_ended", url, sender=author, **words)


def hand_over(author: Person, work: Work, person: Person) -> None:
    """Let somebody who writes it answer for a work; the author goes on as one who writes it."""
    require_owner(author, work)
    lock_work(work)
    place = asked_or_writing(work, person.id)
    if place is None or not place.writes or not person.active:
        raise Refused(_("Only somebody who writes it with you can take it over."))
    if open_round(work) or open_meeting(work):
        raise Refused(_("Close the open request or meeting first. Then hand it over."))
    _sign(author, work)
    work.writers.remove(place)
    db.session.delete(place)
    now = clock.now()
    stays = WorkWriter(work_id=work.id, person_id=author.id, invited_by_id=person.id)
    stays.invited_at = stays.accepted_at = stays.wrote_at = now
    work.writers.append(stays)
    work.author = person
    db.session.flush()
    record(author, "handed_over", work, person=person.id)
    notify(person.id, "writers_handed", page_of(work), sender=author, **_words(author, work))


def revision_saved(work: Work, *, revision: Revision, **_more: object) -> None:
    """The others hear that there is a new version; once, until they have seen that."""
    by, url = revision.writer, address("feedback.work_page", work_id=work.id)
    for person_id in sorted(writers_of(work) - {by.id}):
        notify_once(person_id, "writers_saved", url, sender=by, **_words(by, work))


def page_of(work: Work) -> str:
    """The page that says who writes a work, and asks whoever is asked to."""
    return address("feedback.writers", work_id=work.id)


def _words(person: Person, work: Work) -> dict[str, Any]:
    return {"name": person, "title": work.title}


def _may_be_asked(work: Work, person_id: int) -> bool:
    found = policy.people_to_invite(work).where(Person.id == person_id)
    return db.session.scalar(found.with_only_columns(Person.id)) is not None


def _require_names_open(work: Work) -> None:
    if db.session.scalar(policy.rounds_with_hidden_names(work).limit(1)) is not None:
        raise Refused(
            _("Names are hidden in a feedback request on this, so nobody can join."), status=422
        )


def _end(work: Work, person: Person) -> WorkWriter | None:
    """End somebody's part, and take back what they were told of it; None: they had none."""
    lock_work(work)
    place = asked_or_writing(work, person.id)
    if place is None:
        return None
    place.left_at = clock.now()
    meeting = open_meeting(work)
    if meeting and any(seat.person_id == person.id for seat in meeting.seats):
        leave_meeting(person, meeting)
    rounds = select(Round.id).where(Round.work_id == work.id)
    pages = [address("feedback.work_page", work_id=work.id), page_of(work)]
    pages += [address("feedback.round_page", round_id=each) for each in db.session.scalars(rounds)]
    parts = [Notice.url.startswith(f"{page}#", autoescape=True) for page in pages]
    comments = select(Comment.id).join(Comment.review).where(Review.round_id.in_(rounds))
    pages += [address("feedback.comment_page", comment_id=i) for i in db.session.scalars(comments)]
    withdraw_notices((Notice.person_id == person.id) & or_(Notice.url.in_(pages), *parts))
    return place


def _sign(author: Person, work: Work) -> None:
    """Write down who it was where no name stands for the author, before somebody else is that."""
    revisions = select(Revision.id).where(Revision.work_id == work.id)
    comments = select(Comment.id).where(Comment.revision_id.in_(revisions))
    rounds = select(Round.id).where(Round.work_id == work.id)
    for column, which in (
        (WorkFile.by_id, WorkFile.work_id == work.id),
        (Draft.by_id, Draft.work_id == work.id),
        (Revision.by_id, Revision.work_id == work.id),
        (Decision.by_id, Decision.comment_id.in_(comments)),
        (Helped.by_id, Helped.comment_id.in_(comments)),
        (Review.by_id, Review.round_id.in_(rounds) & Review.thanked_at.is_not(None)),
    ):
        unsigned = update(column.class_).where(which, column.is_(None))
        db.session.execute(unsigned.values({column.key: author.id}))
