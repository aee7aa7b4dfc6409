"""What a meeting leaves behind: a round with what each colleague said, to go on with in writing."""

from __future__ import annotations

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from pdportal import clock
from pdportal.activity.services import record
from pdportal.db import db
from pdportal.feedback import events
from pdportal.feedback.comments.answers import CommentKind
from pdportal.feedback.comments.models import AnchorKind, Comment
from pdportal.feedback.comments.regions import stored_region
from pdportal.feedback.comments.writing import Typed, write
from pdportal.feedback.meetings.models import Meeting, MeetingNote
from pdportal.feedback.protocols.stages import reviewer_stages
from pdportal.feedback.reviews.models import ReleaseWhy, Review
from pdportal.feedback.rounds.models import Round
from pdportal.feedback.works.policy import writers_of
from pdportal.inbox.services import address, notify, notify_all
from pdportal.web.errors import Refused
from pdportal.web.typed import has_visible


def make_round(meeting: Meeting) -> None:
    """Make a round of the comments, one review from each who said something; none without any.

    Where the work was shared in writing meanwhile, the notes stay with the meeting; it can be done
    later. Done twice, it is done once.
    """
    by_giver: dict[int, list[MeetingNote]] = {}
    for note in meeting.notes:
        if note.kind is not None:
            by_giver.setdefault(note.author_id, []).append(note)
    if meeting.round_id is not None or not by_giver:
        return
    try:
        with db.session.begin_nested():
            round_ = _round(meeting, len(by_giver))
            for giver_id, notes in by_giver.items():
                _review(meeting, round_, giver_id, notes)
    except IntegrityError:
        return
    meeting.round_id = round_.id
    record(meeting.work.author, "met", round_, meeting=meeting.id, reviews=len(by_giver))
    events.round_shared.send(round_)
    for review in round_.reviews:
        events.review_given.send(review.id, reviewer=review.reviewer)
    notify_all(
        sorted(writers_of(meeting.work)),
        "feedback_met",
        address("feedback.round_page", round_id=round_.id),
        title=meeting.work.title,
        count=sum(map(len, by_giver.values())),
    )


def notify_speakers(meeting: Meeting) -> None:
    """Tell those for whom somebody else typed: what they said is told under their name.

    Whoever gave up their seat reads it where they read what became of it, if it came to that.
    """
    typed = {(note.author, note.typed_by) for note in meeting.notes if note.typed_by is not None}
    url, title = address("feedback.meeting", meeting_id=meeting.id), meeting.work.title
    pages = {seat.person_id: url for seat in meeting.seats}
    of_round = select(Review).where(Review.round_id == meeting.round_id)
    for review in db.session.scalars(of_round) if meeting.round_id else ():
        pages.setdefault(review.reviewer_id, address("feedback.outcome", review_id=review.id))
    for speaker, typist in sorted(typed, key=lambda pair: (pair[0].id, pair[1].id)):
        if speaker.id in pages:
            words = {"name": typist.name, "title": title}
            notify(speaker.id, "feedback_noted_for", pages[speaker.id], sender=typist, **words)


def put_right(note: MeetingNote, text: str) -> None:
    """Give the comment that was made of a note other words, or none: then nobody sees it."""
    of_note = (
        select(Comment)
        .join(Review, Review.id == Comment.review_id)
        .where(
            Review.round_id == note.meeting.round_id,
            Comment.author_id == note.author_id,
            Comment.stage == note.stage,
            Comment.text == note.text,
        )
        .with_for_update(of=Comment)
    )
    comment = db.session.scalars(of_note).first()
    if comment is None or comment.review is None:
        return
    if comment.decision or comment.helped or comment.replies:
        name = note.meeting.work.author.name
        raise Refused(_("%(name)s has answered this already. You can reply to it.", name=name))
    review, comment.text = comment.review, text if has_visible(text) else ""
    if review.thanked_at is None and not any(each.is_written for each in review.comments):
        round_, now = review.round, clock.now()
        review.given_at, review.released_at, review.release_why = None, now, ReleaseWhy.ARRANGED
        round_.asked = round_.needed = max(1, round_.needed - 1)
        round_.asking_ended_at = now  # it was a meeting: nobody is waited for


def require_round(meeting: Meeting) -> Round:
    """The same, asked for by hand; raises `Refused` where it cannot be done yet."""
    make_round(meeting)
    if meeting.round_id is None:
        raise Refused(_("This work is out for feedback. Close that request first."))
    return db.session.get_one(Round, meeting.round_id)


def _round(meeting: Meeting, givers: int) -> Round:
    began = meeting.began_at or clock.now()
    round_ = Round(
        work_id=meeting.work_id,
        revision_id=meeting.revision_id,
        protocol_id=meeting.protocol_id,
        question=meeting.question,
        asked=givers,
        needed=givers,
        coach_may=False,
        shared_at=began,
        grace_until=began,
    )
    db.session.add(round_)
    db.session.flush()
    return round_


def _review(meeting: Meeting, round_: Round, giver_id: int, notes: list[MeetingNote]) -> None:
    now = clock.now()
    review = Review(
        round=round_,
        reviewer_id=giver_id,
        asked_at=round_.shared_at,
        begun_at=round_.shared_at,
        lease_until=now,
        given_at=now,
        stage=len(reviewer_stages(meeting.protocol.data)),
    )
    db.session.add(review)
    for note in notes:
        comment = Comment(
            revision_id=meeting.revision_id,
            author_id=giver_id,
            stage=note.stage,
            anchor=AnchorKind.WHOLE,
            written_at=note.written_at,
        )
        typed = Typed(
            text=note.text,
            kind=note.kind or CommentKind.NOTE,
            field=note.field,
            quote=note.quote,
            letter=note.letter,
            picture=(note.field, note.page) if note.page is not None else None,
            region=stored_region(note.region),
        )
        write(comment, meeting.revision, typed)
        review.comments.append(comment)
    db.session.flush()
