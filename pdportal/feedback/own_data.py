"""Somebody's own works, the feedback on them, and the feedback that they gave."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from flask_babel import lazy_gettext as _l
from sqlalchemy import Executable, Select, delete, or_, select, update
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from pdportal import clock
from pdportal.accounts.models import Person
from pdportal.accounts.own_data import (
    OwnPart,
    Piece,
    Rows,
    StoredFile,
    as_data,
    carry_out,
    file_name,
)
from pdportal.db import db
from pdportal.feedback.clips.drafts import written_by
from pdportal.feedback.clips.models import CommentDraft, FirstLook
from pdportal.feedback.clips.recordings import (
    delete_recordings_of,
    recorded,
    recordings,
    recordings_heard_by,
)
from pdportal.feedback.comments.models import Comment, Decision, Helped
from pdportal.feedback.comments.policy import comments_seen_by
from pdportal.feedback.comments.regions import region_of
from pdportal.feedback.files.attached import fields_in
from pdportal.feedback.files.models import WorkFile
from pdportal.feedback.files.queries import files_of
from pdportal.feedback.files.services import delete_files_of
from pdportal.feedback.meetings import own_data as meetings
from pdportal.feedback.meetings.queries import ahead_of
from pdportal.feedback.meetings.services import take_out_of_calendars
from pdportal.feedback.pairing.models import PairRule
from pdportal.feedback.phrases.models import Phrases
from pdportal.feedback.practice_notes.models import NoteShare
from pdportal.feedback.practice_notes.queries import sharing_of
from pdportal.feedback.protocols import own_data as protocols
from pdportal.feedback.reviews.models import Review
from pdportal.feedback.reviews.policy import may_see
from pdportal.feedback.rounds.models import Round
from pdportal.feedback.rounds.veil import author_of, person_in, writer_of
from pdportal.feedback.rubrics import own_data as rubrics
from pdportal.feedback.rubrics.models import SelfAssessment
from pdportal.feedback.unsent.models import UnsentText
from pdportal.feedback.works.models import Draft, Revision, Work
from pdportal.feedback.works.skills import WorkSkill
from pdportal.feedback.writers import own_data as writers
from pdportal.inbox.services import address, withdraw_pages

GONE = "—"


def _files(person: Person) -> Iterator[Piece]:
    """A file for each work, with all that was said to it; a file for what somebody gave."""
    works = (
        select(Work)
        .where(Work.author_id == person.id)
        .options(selectinload(Work.revisions).joinedload(Revision.by), joinedload(Work.draft))
        .order_by(Work.id)
    )
    own = db.session.scalars(works).unique().all()
    comments, rounds = _comments_by_work(person), _rounds_by_work(person)
    for work in own:
        text = _work(work, comments[work.id], rounds[work.id])
        yield Piece(f"works/{file_name(work.title, work.id, 'md')}", text)
    for file in db.session.scalars(files_of(person)):
        name = file_name(file.name.rpartition(".")[0], file.id, file.about.name)
        yield Piece(f"works/files-{file.work_id}/{name}", StoredFile(file.storage_key))
    yield Piece("feedback_given.md", _given(person))
    for which in (recordings(Comment.author_id == person.id), recordings_heard_by(person)):
        yield from recorded(which)
    shared, skills = sharing_of(person)
    notes = {"shared": as_data(shared), "skills": as_data(skills)}
    yield Piece("practice_notes.json", notes)
    yield from writers.collect(person)
    yield from meetings.collect(person)
    yield from protocols.collect(person)
    yield from rubrics.collect(person)


def _rows(person: Person) -> Mapping[str, Rows]:
    """What goes into the download as it is stored."""
    file, text, rule = WorkFile.__table__.c, UnsentText.__table__.c, PairRule.__table__.c
    first, review = FirstLook.__table__.c, Review.__table__.c
    return {
        "files": files_of(person).with_only_columns(
            *file["work_id", "name", "size", "added_at", "text"]
        ),
        "not_sent": select(*text["kept_at", "place", "why", "texts"])
        .where(UnsentText.person_id == person.id)
        .order_by(UnsentText.id),
        "phrases": select(Phrases.lines).where(Phrases.person_id == person.id),
        "what_i_saw_first": select(*first["pleased", "surprised", "change"], Work.title)
        .join(Work, Work.clip_id == FirstLook.clip_id)
        .where(Work.author_id == person.id),
        "comments_not_sent": written_by(person),
        "declined": select(*review["released_at", "decline_why", "declined_with"])
        .where(Review.reviewer_id == person.id, Review.decline_why.is_not(None))
        .order_by(Review.id),
        "pairs": select(PairRule.kind, Person.name.label("with"), *rule["reason", "at"])
        .join(Person, Person.id == PairRule.other_id)
        .where(PairRule.set_by_id == person.id)
        .order_by(PairRule.id),
    }


def _forget(person: Person) -> None:
    """Take the words out of somebody's works; what they gave to others stays with those."""
    own = _works_of(person)
    writers.end_with(person)
    planned = db.session.scalars(ahead_of(person)).all()
    withdraw_pages(_pages(own, _rounds_on(own)))
    delete_files_of(person)
    delete_recordings_of(person)
    carry_out(
        *_emptied(person, own), *_deleted(person, own), *meetings.forgetting(person, own, GONE)
    )
    for meeting in planned:
        take_out_of_calendars(meeting)
    protocols.forget(person, GONE)


def _emptied(person: Person, own: Select[int]) -> Iterable[Executable]:
    """What stays without its words: works, and what was said on them."""
    revisions = select(Revision.id).where(Revision.work_id.in_(own))
    on_own = select(Comment.id).where(Comment.revision_id.in_(revisions))
    not_given = select(Review.id).where(Review.reviewer_id == person.id, Review.given_at.is_(None))
    written = Comment.author_id == person.id, Comment.is_written
    rounds, now = _rounds_on(own), clock.now()
    open_ = Round.closed_at.is_(None), Round.taken_back_at.is_(None)
    gone = {"question": GONE, "rubric": None, "learned": "", "did_not_work": "", "try_next": ""}
    return [
        update(Revision).where(Revision.work_id.in_(own)).values(content={}, why=""),
        update(Decision).where(Decision.comment_id.in_(on_own)).values(why="", asked_again=""),
        update(Helped).where(Helped.comment_id.in_(on_own)).values(words=""),
        update(Review)
        .where(Review.round_id.in_(rounds))
        .values(thanks="", declined_with="", coach_words=""),
        update(Review).where(Review.reviewer_id == person.id).values(declined_with=""),
        update(Comment).where(Comment.review_id.in_(not_given)).values(text="", next_move=""),
        update(Comment).where(*written, Comment.id.in_(on_own)).values(text=GONE, next_move=""),
        update(Comment).where(Comment.id.in_(on_own)).values(before="", after="", look_for=None),
        update(Comment)
        .where(Comment.id.in_(on_own), Comment.quote.is_not(None))
        .values(quote=GONE),
        update(Round).where(Round.id.in_(rounds)).values(gone),
        update(Round).where(Round.id.in_(rounds), *open_).values(closed_at=now),
        update(Work).where(Work.id.in_(own)).values(title=GONE, put_away_at=now),
        update(PairRule).where(PairRule.set_by_id == person.id).values(reason=""),
    ]


def _deleted(person: Person, own: Select[int]) -> Iterable[Executable]:
    clips = select(Work.clip_id).where(Work.author_id == person.id)
    drafts = or_(CommentDraft.author_id == person.id, CommentDraft.work_id.in_(own))
    paired = or_(PairRule.person_id == person.id, PairRule.other_id == person.id)
    return [
        delete(Draft).where(Draft.work_id.in_(own)),
        delete(SelfAssessment).where(SelfAssessment.round_id.in_(_rounds_on(own))),
        delete(NoteShare).where(NoteShare.work_id.in_(own)),
        delete(WorkSkill).where(WorkSkill.work_id.in_(own)),
        delete(UnsentText).where(UnsentText.person_id == person.id),
        delete(FirstLook).where(FirstLook.clip_id.in_(clips)),
        delete(CommentDraft).where(drafts),
        delete(Phrases).where(Phrases.person_id == person.id),
        delete(PairRule).where(paired),
    ]


def _rounds_on(works: Select[int]) -> Select[int]:
    return select(Round.id).where(Round.work_id.in_(works))


def _pages(works: Select[int], rounds: Select[int]) -> Iterator[str]:
    """Where others could read these works and what was said of them."""
    reviews = select(Review.id).where(Review.round_id.in_(rounds))
    for work_id in db.session.scalars(works):
        yield address("feedback.work_page", work_id=work_id)
        yield address("feedback.writers", work_id=work_id)
        yield address("feedback.note_page", work_id=work_id)
    for round_id in db.session.scalars(rounds):
        yield address("feedback.round_page", round_id=round_id)
    for review_id in db.session.scalars(reviews):
        yield address("feedback.review_page", review_id=review_id)
        yield address("feedback.outcome", review_id=review_id)
    for comment_id in db.session.scalars(select(Comment.id).where(Comment.review_id.in_(reviews))):
        yield address("feedback.comment_page", comment_id=comment_id)


def _work(work: Work, comments: Iterable[Comment], rounds: Iterable[Round]) -> str:
    labels = {field["key"]: field["label"] for field in fields_in(work, *work.revisions)}
    lines = [f"# {work.title}", ""]
    for revision in work.revisions:
        lines += [f"## Version {revision.number}, {revision.made_at:%Y-%m-%d}", ""]
        if revision.writer is not work.author:
            lines += [f"Saved by {revision.writer.name}", ""]
        if revision.why:
            lines += [f"*{revision.why}*", ""]
        lines += _fields(revision.content, labels)
    if work.draft is not None and work.draft.content:
        lines += ["## Not yet saved as a version", "", work.draft.why, ""]
        lines += _fields(work.draft.content, labels)
    return "\n".join(lines + _feedback(work.author, comments) + _reflections(work.author, rounds))


def _comments_by_work(person: Person) -> dict[int, list[Comment]]:
    """What is said on each work and its author may read: given reviews, and talk."""
    comments = (
        comments_seen_by(person)
        .join(Comment.revision)
        .where(Revision.work_id.in_(_works_of(person)))
        .options(contains_eager(Comment.revision))
        .options(joinedload(Comment.author), joinedload(Comment.decision))
        .options(joinedload(Comment.helped))
        .order_by(Comment.id)
    )
    by_work = defaultdict(list)
    for comment in db.session.scalars(comments):
        by_work[comment.revision.work_id].append(comment)
    return by_work


def _rounds_by_work(person: Person) -> dict[int, list[Round]]:
    rounds = (
        select(Round)
        .where(Round.work_id.in_(_works_of(person)))
        .options(selectinload(Round.reviews).joinedload(Review.reviewer))
        .order_by(Round.id)
    )
    by_work = defaultdict(list)
    for round_ in db.session.scalars(rounds):
        by_work[round_.work_id].append(round_)
    return by_work


def _works_of(person: Person) -> Select[int]:
    return select(Work.id).where(Work.author_id == person.id)


def _fields(content: dict[str, str], labels: dict[str, str]) -> list[str]:
    lines = []
    for key, text in content.items():
        if text:
            lines += [f"### {labels.get(key, key)}", "", text, ""]
    return lines


def _feedback(reader: Person, comments: Iterable[Comment]) -> list[str]:
    lines = []
    for comment in comments:
        if not comment.text:
            continue
        lines += [f"- {writer_of(reader, comment).name} ({comment.kind.value}): {comment.text}"]
        if comment.quote:
            lines += [f"  - about “{comment.quote}”"]
        if comment.page is not None:
            lines += [f"  - about a part of picture {comment.page}: {region_of(comment).words}"]
        if comment.look_for:
            lines += [f"  - about: {comment.look_for}"]
        if comment.next_move:
            lines += [f"  - next: {comment.next_move}"]
        if comment.helped is not None:
            lines += [f"  - you told them: {comment.helped.how.value}. {comment.helped.words}"]
        if comment.decision is not None:
            lines += [f"  - your answer: {comment.decision.verdict.value}. {comment.decision.why}"]
            if comment.decision.asked_again:
                lines += [f"  - asked again: {comment.decision.asked_again}"]
    return ["## Feedback", "", *lines, ""] if lines else []


def _reflections(reader: Person, rounds: Iterable[Round]) -> list[str]:
    lines = []
    for round_ in rounds:
        lines += [f"## Feedback request of {round_.shared_at:%Y-%m-%d}", "", round_.question, ""]
        lines += [line for line in (round_.learned, round_.did_not_work, round_.try_next) if line]
        for review in round_.reviews:
            name = person_in(reader, round_, review).name
            if (review.coach_says or review.coach_words) and may_see(reader, review):
                lines += [f"- {name}, your coach: {review.coach_says or ''}. {review.coach_words}"]
            if review.thanks:
                lines += [f"- your thanks to {name}: {review.thanks}"]
            if review.declined_with and not review.decline_why:
                lines += [f"- {name} had no time: {review.declined_with}"]
    return lines


def _given(person: Person) -> str:
    """Only what the person wrote; the works belong to their authors."""
    comments = (
        select(Comment)
        .where(Comment.author_id == person.id, Comment.text != "")
        .options(joinedload(Comment.revision).joinedload(Revision.work).joinedload(Work.author))
        .order_by(Comment.id)
    )
    lines = ["# Feedback you wrote", ""]
    for comment in db.session.scalars(comments):
        author = author_of(person, comment.answers or comment)
        lines += [f"- {comment.written_at:%Y-%m-%d}, to {author.name}: {comment.text}"]
        if comment.next_move:
            lines += [f"  - next: {comment.next_move}"]
    spoken = select(Review).where(Review.reviewer_id == person.id, Review.coach_says.is_not(None))
    for review in db.session.scalars(spoken.order_by(Review.id)):
        name = person_in(person, review.round).name
        lines += [f"- {review.coach_said_at:%Y-%m-%d}, as the coach of {name}: {review.coach_says}"]
        lines += [f"  - {review.coach_words}"] if review.coach_words else []
    return "\n".join([*lines, ""])


PART = OwnPart(
    "feedback",
    _l("Your work and feedback"),
    _rows,
    _files,
    ends=_forget,
    goes=_l(
        "The words and files of everything you wrote or shared, in all versions, your replies and "
        "decisions on it, replies you recorded, feedback you began and did not send, and protocols "
        "you wrote. What you write with others goes for them as well: hand it over first, under "
        "Who writes it."
    ),
    stays=_l(
        "Feedback you gave stays with the colleagues you gave it to, without your name: "
        "they work with it. What they wrote to you stays theirs. Versions you saved of a "
        "colleague’s work stay there, without your name. A protocol of yours stays with "
        "those who are using it, without your name."
    ),
)
