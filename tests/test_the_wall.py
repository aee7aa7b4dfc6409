"""The wall: what a teacher drafts, uploads, writes or receives is seen by whom it was shared with.

Here Ada has everything that the portal can hold, and every text in it says HUSH. Ben, whom she
asked, reads his part. Everybody else opens every page there is, and must read HUSH nowhere. A new
table or column of text joins in by itself, or the last test asks for it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import islice, product
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from flask import Flask
from sqlalchemy import JSON, Column, Enum, String, Table, func, or_, select
from werkzeug.routing import Rule

from pdportal import clock, storage
from pdportal.accounts.models import Person, RoleName
from pdportal.coaching.appointments.models import (
    Appointment,
    AppointmentKind,
    Guest,
    HoursQuestion,
    Thanks,
    TimeOffer,
)
from pdportal.coaching.covers.models import Handover
from pdportal.coaching.cycles.models import Cycle, CycleEntry, EntryKind
from pdportal.coaching.elsewhere.models import PlaceKind, VisitElsewhere
from pdportal.coaching.hellos.models import Hello, HelloAnswer
from pdportal.coaching.notes.models import CoachNote, Contact, Readers
from pdportal.coaching.visits.models import Visit as ClassVisit
from pdportal.coaching.visits.models import VisitLine
from pdportal.coaching.walks.models import Walk, Walker
from pdportal.db import Base, db
from pdportal.feedback.clips.models import CommentDraft, FirstLook
from pdportal.feedback.comments.answers import CommentKind, How, Verdict
from pdportal.feedback.comments.models import AnchorKind, Comment, Decision, Helped
from pdportal.feedback.files.models import FilePicture, WorkFile
from pdportal.feedback.meetings.models import Meeting, MeetingNote, Seat
from pdportal.feedback.phrases.models import Phrases
from pdportal.feedback.practice_notes.models import NoteShare
from pdportal.feedback.protocols.models import OwnProtocol, Protocol
from pdportal.feedback.protocols.services import publish_protocols
from pdportal.feedback.reviews.models import CoachSays, Review
from pdportal.feedback.rounds.models import Round
from pdportal.feedback.rubrics.models import SelfAssessment
from pdportal.feedback.unsent.models import UnsentText
from pdportal.feedback.works.models import Draft, Revision, Work
from pdportal.goals.models import Evidence, Goal, GoalPartner, Outcome, Step, StepKind
from pdportal.modules.assignments.models import Proposal, ProposalKind, ProposalLine
from pdportal.modules.checks.models import Check, CheckTry
from pdportal.modules.models import (
    Answer,
    Assignment,
    Block,
    BlockKind,
    Chosen,
    Enrollment,
    HandIn,
    Module,
    Page,
    Reflection,
    TakenUp,
)
from pdportal.modules.notes.models import OwnNote
from pdportal.modules.publishing.services import publish_all
from pdportal.modules.suggestions.models import ModuleMark, Recommendation
from pdportal.modules.together.models import Group, Sheet
from pdportal.skills.frameworks.models import Framework, Origin, Skill
from pdportal.skills.models import (
    Offer,
    Placement,
    ProfilePart,
    ProfileShare,
    SkillRequest,
    Source,
)
from pdportal.skills.profiles.models import Part
from pdportal.video.captions.models import ClipCaptions
from pdportal.video.exemplars.models import Exemplar
from pdportal.video.models import Clip, ClipFile, ClipShare, Purpose
from pdportal.video.uploads.models import ClipUpload, UploadPiece
from tests.conftest import Visit
from tests.insights import given
from tests.people import World

CONTENT = Path(__file__).resolve().parent.parent / "content"

HUSH = "hushhush"
AT = datetime(2026, 11, 3, 15, 0, tzinfo=UTC)

OUTSIDERS = ("dee", "fay", "zoe", "cora", "lee", "max", "olu", "sam")
"""Dee is in the same cohort but was not asked; Fay facilitates it; Cora coaches Ada, who shared
nothing with her; Sam coaches somebody else."""

OPEN_TO_ALL = frozenset(
    {
        *("district", "school", "person", "person_word", "role", "passkey", "invitation"),
        *("cohort", "member", "coaching", "event", "notice", "letter", "notice_fan_out"),
        "undelivered",
        *("module", "edition", "page", "block", "asset", "module_tag", "protocol"),
        "module_check",
        "goal_start",
        *("assignment", "nudge", "agreement", "own_definition"),
        *("framework", "skill", "skill_name", "skill_link", "provider"),
    }
)
"""Tables of people, of published things and of what was told: nothing in them is Ada's work."""

NO_WORDS = frozenset(
    {
        "work.fields",  # what the boxes are called
        "clip.content_type",
        "clip.sha256",
        "clip_captions.language",
        "clip.storage_key",
        "clip_upload.fingerprint",
        "upload_piece.storage_key",
        "clip.edits",  # numbers
        "clip.edits_typed",
        "clip_file.purpose",
        "clip_file.content_type",
        "clip_file.sha256",
        "clip_file.storage_key",
        "download.storage_key",
        "download.about",  # the name of a part, and a number
        "comment.stage",  # a stage of the protocol
        "round.opens",  # moments
        "comment.cell",  # the key of a criterion
        "work.rubric",  # the criteria of a task
        "comment.field",  # the key of a box
        "comment.region",  # numbers
        "meeting_note.region",
        "calendar_feed.token_hash",
        "goal.form_key",
        "goal.poster",  # names of parts, and ids
        "draft.addressed",  # ids of comments
        "step.from_url",
        "job_run.name",  # a repeated job of ours
        "look.object_type",  # the name of a table
        "work.kind",  # the name of a kind
        "own_note.page_slug",  # the name of a page
        "own_note.form_key",
        "placement.from_url",
        "enrollment.days",  # numbers of days of the week
        "placement.key",
        "profile_share.parts",  # names of parts
        "check_try.key",
        "together_group.key",
        "together_group.digest",
        "meeting_note.stage",
        "meeting_note.field",
        "visit_line.key",
        "walk.form_key",
        "visit_elsewhere.form_key",
        "work_file.key",
        "work_file.kind",
        "work_file.sha256",
        "work_file.storage_key",
        "work_file.trouble",
        "file_picture.storage_key",
        "file_picture.boxes",  # four numbers each
        "notice_wishes.doors",  # topics and ways
        "notice_wishes.off",  # kinds
        "appointment.zone",
        "appointment.uid",
        "plan_use.line",  # the key of a line of a plan
        "coach_note.form_key",
        "protocol.kind",
        "cycle.phase",
        "cycle_entry.key",
        "pair_rule.reason",  # of a lead, for leads: tests/feedback/test_pairing.py
    }
)
"""Columns of text that hold no words of Ada's or of those who answer her."""


@pytest.fixture
def hushed(world: World, app: Flask) -> World:
    """Ada with a work under review, a goal, a try-out, a clip and her way through a module."""
    world.sam = world.person("Sam Ito", RoleName.COACH)
    _feedback(world)
    _own_protocol(world)
    _meeting(world)
    _files(world)
    _clip(world)
    _practice_note(world)
    _appointment(world)
    _offered_times(world)
    _goal(world)
    _module(world)
    _skills(world)
    _coaching(world)
    _visit(world)
    db.session.commit()
    return world


def hush(model: type[Base], **known: Any) -> Any:
    """A row with HUSH in every column of text that is not given."""
    table: Table = model.__table__
    for column in table.columns:
        if column.name in known or not _holds_words(column) or _name(column) in NO_WORDS:
            continue
        if isinstance(column.type, String):
            known[column.name] = f"{HUSH} {table.name} {column.name}"[: column.type.length]
    row = model(**known)
    db.session.add(row)
    db.session.flush()
    return row


def _work(world: World, kind: str, **more: Any) -> tuple[Work, Revision]:
    keys = ("change", "why", "know") if kind == "goal" else ("aim", "plan", "check", "worry")
    fields = [{"key": key, "label": key.title(), "hint": "", "rows": 3} for key in keys]
    work = hush(Work, author_id=world.ada.id, kind=kind, fields=fields, **more)
    content = {key: f"{HUSH} revision {key}, which somebody quotes" for key in keys}
    revision = hush(Revision, work_id=work.id, number=1, content=content)
    hush(Revision, work_id=work.id, number=2, content=content | {keys[0]: f"{HUSH} changed"})
    hush(Draft, work_id=work.id, content=content | {keys[0]: f"{HUSH} draft"})
    return work, revision


def _meeting(world: World) -> None:
    """One that goes on, with Ben in it."""
    work, revision = _work(world, "lesson_plan")
    protocol_id = db.session.scalars(select(Protocol.id).order_by(Protocol.id)).first()
    meeting = hush(
        Meeting, work_id=work.id, revision_id=revision.id, protocol_id=protocol_id, began_at=AT
    )
    hush(Seat, meeting_id=meeting.id, person_id=world.ada.id)
    db.session.add(Seat(meeting_id=meeting.id, person_id=world.ben.id))
    for person in (world.ada, world.ben):
        note = {"author_id": person.id, "stage": "tell", "kind": CommentKind.NOTE}
        hush(MeetingNote, meeting_id=meeting.id, **note)


def _feedback(world: World) -> None:
    assert publish_protocols([CONTENT / "protocols", CONTENT / "cycles"]) == []
    protocol = db.session.scalars(select(Protocol).order_by(Protocol.id)).first()
    for closed in (True, False):
        _plan, revision = _work(world, "lesson_plan")
        round_ = hush(
            Round,
            work_id=revision.work_id,
            revision_id=revision.id,
            protocol_id=protocol.id,
            cohort_id=world.autumn.id,
            asked=3,
            needed=2,
            shared_at=AT - timedelta(days=5),
            grace_until=AT - timedelta(days=5),
            closed_at=AT if closed else None,
            rubric=[{"key": "1", "html": f"{HUSH} criterion", "more_html": ""}],
        )
        hush(SelfAssessment, round_id=round_.id, said={"met:1": f"{HUSH} my own look"})
        given_review = hush(
            Review,
            round_id=round_.id,
            reviewer_id=world.ben.id,
            lease_until=AT,
            begun_at=AT,
            given_at=AT,
            thanked_at=AT,
            release_why=None,
            coach_says=CoachSays.REVISE,
            coach_said_at=AT,
            coach_said_on=1,
        )
        # Zoe was asked once and declined: what she may read ended with that.
        hush(
            Review,
            round_id=round_.id,
            reviewer_id=world.zoe.id,
            lease_until=AT,
            released_at=AT,
            release_why="declined",
        )
        for anchor, more in (
            (AnchorKind.WHOLE, {"field": None, "quote": None}),
            (AnchorKind.FIELD, {"field": "aim", "quote": None}),
            (AnchorKind.PASSAGE, {"field": "aim", "quote": f"{HUSH} revision aim"}),
        ):
            comment = hush(
                Comment,
                revision_id=revision.id,
                review_id=given_review.id,
                author_id=world.ben.id,
                kind=CommentKind.SUGGESTION,
                anchor=anchor,
                **more,
            )
            hush(Decision, comment_id=comment.id, verdict=Verdict.ADAPT)
            hush(Helped, comment_id=comment.id, how=How.HELPED)
    hush(UnsentText, person_id=world.ada.id, texts=[["", f"{HUSH} typed after the end"]])


def _files(world: World) -> None:
    """A document and its picture, shared with Ben in the round that is open."""
    round_ = db.session.scalars(select(Round).where(Round.closed_at.is_(None))).one()
    round_.work.kind = "files"
    for name in ("given", "drawn"):
        storage.put(f"works/{name}", f"{HUSH} {name}".encode())
    about = {"key": "file-1", "kind": "docx", "size": 20, "sha256": "0" * 64, "trouble": None}
    file = hush(
        WorkFile, work_id=round_.work_id, storage_key="works/given", added_in=1, read_at=AT, **about
    )
    size = {"width": 10, "height": 10, "size": 20}
    drawn = {"storage_key": "works/drawn", "boxes": []}
    db.session.add(FilePicture(file_id=file.id, number=1, **size, **drawn))
    db.session.flush()


def _own_protocol(world: World) -> None:
    """One that only Ada uses, published."""
    said = {"slug": "tag", "name": f"{HUSH} name", "origin": f"{HUSH} origin", "licence": ""}
    draft = {"name": f"{HUSH} draft", "stages": "a", "s-a-name": f"{HUSH} stage"}
    own = hush(
        OwnProtocol, author_id=world.ada.id, district_id=world.district.id, boxes=draft,
        name=draft["name"], markdown=f"---\nname: {HUSH} draft\n---\n", based_on=[said],
    )  # fmt: skip
    data = db.session.scalars(select(Protocol.data).order_by(Protocol.id)).first()
    hush(
        Protocol, slug=own.slug, content_hash="0", minutes=1, own_id=own.id, name=HUSH,
        summary=HUSH, data={**data, "purpose": f"{HUSH} purpose", "based_on": [said]},
    )  # fmt: skip


def _clip(world: World) -> None:
    key = "clips/0123456789abcdef0123456789abcdef"
    storage.put(key, f"{HUSH}: the bytes of a clip".encode())
    clip = hush(
        Clip,
        owner_id=world.ada.id,
        file_name=f"{HUSH}-clip.mp4",
        content_type="video/mp4",
        size=25,
        sha256="0" * 64,
        storage_key=key,
        cleaned_at=AT,
        seconds=61.0,
        look_fors=[f"{HUSH} look-for of a clip"],
        delete_by=date(2027, 6, 30),
    )
    line = {"key": "1", "start": 0.5, "end": 2.0, "text": f"{HUSH} is said"}
    hush(ClipCaptions, clip_id=clip.id, language="en", lines=[line])
    for purpose in Purpose:
        storage.put(f"{key}-{purpose}", f"{HUSH}: the {purpose} of a clip".encode())
        about = {"purpose": purpose, "content_type": "video/mp4", "size": 30, "sha256": "0" * 64}
        hush(ClipFile, clip_id=clip.id, storage_key=f"{key}-{purpose}", **about)
    hush(FirstLook, clip_id=clip.id)
    hush(Exemplar, clip_id=clip.id, school_id=world.hill.id, review_on=date(2027, 1, 31))
    hush(ClipShare, clip_id=clip.id, person_id=world.ben.id)
    upload = hush(ClipUpload, owner_id=world.ada.id, size=25, received=25, fingerprint="1")
    upload.touched_at = clock.now()
    db.session.add(UploadPiece(upload_id=upload.id, start=0, size=25, storage_key=f"uploads/{key}"))
    # Cora could see it once; that was taken back.
    hush(ClipShare, clip_id=clip.id, person_id=world.cora.id, taken_back_at=AT)
    work, revision = _work(world, "clip", clip_id=clip.id)
    hush(Phrases, person_id=world.ada.id, lines=[f"{HUSH} phrase of my own"])
    hush(
        CommentDraft,
        work_id=work.id,
        author_id=world.ada.id,
        boxes={"text": f"{HUSH} comment that is not sent"},
    )
    hush(
        Comment,
        revision_id=revision.id,
        author_id=world.ben.id,
        kind=CommentKind.QUESTION,
        anchor=AnchorKind.MOMENT,
        field=None,
        quote=None,
        starts=12.5,
    )


def _practice_note(world: World) -> None:
    """Shared with Hill School, where Ben is and no outsider."""
    work, revision = _work(world, "practice_note")
    db.session.add(NoteShare(work_id=work.id, school_id=world.hill.id))
    more = {"field": None, "quote": None, "anchor": AnchorKind.WHOLE}
    kind = CommentKind.VISIT
    hush(Comment, revision_id=revision.id, author_id=world.ben.id, kind=kind, **more)


def _appointment(world: World) -> None:
    """With Ben; Cora was to come, and does not."""
    ends = AT + timedelta(minutes=20)
    about = {"kind": AppointmentKind.VISIT, "starts_at": AT, "ends_at": ends, "zone": "UTC"}
    visit = hush(Appointment, host_id=world.ada.id, **about)
    db.session.add(Guest(appointment_id=visit.id, person_id=world.ben.id))
    db.session.add(Guest(appointment_id=visit.id, person_id=world.cora.id, left_at=AT))


def _offered_times(world: World) -> None:
    """To Hill School, where Ben is and no outsider; and a question to Ben's office hours."""
    later = datetime(2100, 1, 4, 15, 0, tzinfo=UTC)
    offer = hush(TimeOffer, school_id=world.hill.id)
    times = {"starts_at": later, "ends_at": later + timedelta(hours=1), "zone": "UTC"}
    times |= {"offer_id": offer.id}
    hush(Appointment, host_id=world.ada.id, kind=AppointmentKind.CLASSROOM, **times)
    hours = Appointment(host_id=world.ben.id, kind=AppointmentKind.HOURS, **times)
    db.session.add(hours)
    db.session.flush()
    to_ben = {"appointment_id": hours.id}
    hush(HoursQuestion, asker_id=world.ada.id, asked_at=AT, answered_at=AT, **to_ben)
    hush(Thanks, person_id=world.ada.id, **to_ben)


def _goal(world: World) -> None:
    work, _revision = _work(world, "goal")
    known = {"form_key": None, "kept_at": AT, "met_at": AT, "peers": {"easy": ["yes", HUSH]}}
    goal = hush(Goal, work_id=work.id, owner_id=world.ada.id, **known)
    goal.shows_all = True
    db.session.add(GoalPartner(goal_id=goal.id, person_id=world.ben.id))
    step = hush(Step, owner_id=world.ada.id, goal_id=goal.id, from_url="/feedback", done_at=AT)
    hush(Evidence, goal_id=goal.id, step_id=step.id, url=f"https://example.org/{HUSH}")
    hush(
        Step,
        owner_id=world.ada.id,
        goal_id=goal.id,
        kind=StepKind.TRYOUT,
        from_url="/learn",
        done_at=AT,
        outcome=Outcome.ADAPT,
    )


def _module(world: World) -> None:
    edition = publish_all([CONTENT / "modules" / "feedback-that-gets-used"])[0].edition
    assert edition is not None
    module = db.session.get_one(Module, edition.module_id)
    given.assigned(world.autumn, module, world.lee, due_on=date(2026, 10, 1))
    of_edition = select(Page).where(Page.edition_id == edition.id)
    page = db.session.scalars(of_edition.order_by(Page.number).limit(1)).one()
    enrollment = Enrollment(
        person_id=world.ada.id,
        module_id=module.id,
        edition_id=edition.id,
        last_page_id=page.id,
        last_place=f"{HUSH} place",
        track=f"{HUSH} track",
        days="01",
        finished_at=AT,
    )
    db.session.add(enrollment)
    db.session.flush()
    blocks = {
        kind: db.session.scalars(
            select(Block)
            .where(Block.edition_id == edition.id, Block.kind == kind)
            .order_by(Block.id)
        ).first()
        for kind in BlockKind
    }
    at = {"enrollment_id": enrollment.id}
    hush(Chosen, block_id=blocks[BlockKind.REFLECTION].id, **at)
    given_here = db.session.scalars(select(Assignment).order_by(Assignment.id)).first()
    proposal = hush(
        Proposal, assignment_id=given_here.id, person_id=world.ada.id, to_id=world.ben.id,
        kind=ProposalKind.EVIDENCE, accepted=False,
    )  # fmt: skip
    hush(ProposalLine, proposal_id=proposal.id, author_id=world.ada.id)
    answer = [f"{HUSH} answer"]
    hush(Answer, block_id=blocks[BlockKind.QUESTION].id, answer=answer, verdict=True, **at)
    hush(Reflection, block_id=blocks[BlockKind.REFLECTION].id, **at)
    work, _revision = _work(world, "task")
    hush(HandIn, block_id=blocks[BlockKind.TASK].id, work_id=work.id, handed_in_at=AT, **at)
    step = hush(Step, owner_id=world.ada.id, goal_id=None, kind=StepKind.TRYOUT, from_url="")
    hush(TakenUp, block_id=blocks[BlockKind.TRYOUT].id, step_id=step.id, **at)
    place = {"module_id": module.id, "page_id": page.id, "page_slug": page.slug}
    hush(OwnNote, person_id=world.ada.id, form_key="k", **place)
    hush(ModuleMark, person_id=world.ada.id, module_id=module.id, put_aside_at=AT)
    hush(Recommendation, module_id=module.id, from_id=world.ben.id, to_id=world.ada.id)
    _checks(enrollment, blocks[BlockKind.QUESTION])
    _together(world, enrollment, blocks[BlockKind.QUESTION])


def _checks(enrollment: Enrollment, block: Block) -> None:
    """A check that was handed in and not met, and one that is being typed."""
    question = {"key": block.key, "skill": "feedback", "data": block.data}
    form = {"name": "A", "body": [{"block": block.key}], "questions": [question]}
    check = Check(
        **{"edition_id": enrollment.edition_id, "key": "check", "title": "A check", "minutes": 3},
        **{"needed": 1, "each_skill": False, "exempts": True, "required": False, "again_days": 14},
        **{"intro": "", "skills": ["feedback"], "levels": {}, "forms": [form, form], "help": {}},
    )
    db.session.add(check)
    db.session.flush()
    line = {"key": "0-0", "skill": check.skills[0], "kind": "do", "url": "", "why": "It helps."}
    plan = [line | {"title": f"{HUSH} plan"}]
    for number, handed_in_at in ((1, AT), (2, None)):
        hush(
            CheckTry,
            enrollment_id=enrollment.id,
            check_id=check.id,
            key=check.key,
            number=number,
            form=number - 1,
            typed={block.key: [["q1-option", f"{HUSH} typed"]]},
            answers={block.key: {"answer": [f"{HUSH} answered"], "right": False}},
            plan=plan if handed_in_at else [],
            handed_in_at=handed_in_at,
            is_met=False,
        )


def _visit(world: World) -> None:
    """Ben was with Ada: notes that he shared, and Ada's answer."""
    two = {"visitor_id": world.ben.id, "host_id": world.ada.id, "proposed_by_id": world.ada.id}
    when = {"starts_at": AT, "minutes": 20, "accepted_at": AT, "shared_at": AT}
    visit = hush(ClassVisit, **two, **when)
    line = {"visit_id": visit.id, "at": AT, "shared_at": AT}
    hush(VisitLine, author_id=world.ben.id, key="a", **line)
    hush(VisitLine, author_id=world.ada.id, key="b", is_after=True, **line)
    # A walk that Ada organizes, with Ben; and where she goes by herself.
    ends = AT + timedelta(minutes=90)
    walk_at = Appointment(
        kind=AppointmentKind.WALK, host_id=world.ada.id, starts_at=AT, ends_at=ends, zone="UTC"
    )
    db.session.add(walk_at)
    db.session.flush()
    of = {"organizer_id": world.ada.id, "school_id": world.hill.id, "appointment_id": walk_at.id}
    walk = hush(Walk, held_on=AT.date(), rooms=3, form_key="w", **of)
    hush(Walker, walk_id=walk.id, person_id=world.ada.id, notes={"A": f"{HUSH} in a room"})
    db.session.add(Walker(walk_id=walk.id, person_id=world.ben.id))
    trip = {"owner_id": world.ada.id, "form_key": "e", "kind": PlaceKind.SCHOOL}
    hush(VisitElsewhere, on_day=AT.date(), **trip)


def _together(world: World, enrollment: Enrollment, block: Block) -> None:
    """A group of Ada and Ben that corrects, and one of Ada alone who still types."""
    asked = [{"key": block.key, "data": block.data}]
    data = {"title": "Together", "size": 2, "intro_html": "", "body": [], "questions": asked}
    of_ben = Enrollment(
        person_id=world.ben.id, module_id=enrollment.module_id, edition_id=enrollment.edition_id
    )
    both = [
        Block(
            edition_id=block.edition_id, page_id=block.page_id, key=f"together-{name}",
            kind=BlockKind.TOGETHER, data=data,
        )
        for name in ("corrected", "typed")
    ]  # fmt: skip
    db.session.add_all([of_ben, *both])
    db.session.flush()
    group = hush(
        Group, module_id=enrollment.module_id, block_id=both[0].id, key=both[0].key, digest="0",
        cohort_id=world.autumn.id, size=2, lease_until=AT, started_at=AT, version=1,
        texts={block.key: [["text", f"{HUSH} agreed"]]},
    )  # fmt: skip
    typed = {block.key: [["text", f"{HUSH} typed together"]]}
    answers = {block.key: {"answer": [f"{HUSH} answered together"], "right": False}}
    given = {"block_id": both[0].id, "group_id": group.id, "handed_in_at": AT}
    hush(Sheet, enrollment_id=enrollment.id, typed=typed, answers=answers, **given)
    db.session.add(Sheet(enrollment_id=of_ben.id, typed={}, answers={}, **given))
    hush(Sheet, enrollment_id=enrollment.id, block_id=both[1].id, typed=typed, answers={})


def _skills(world: World) -> None:
    framework = Framework(
        origin=Origin.CONTENT, identifier="teaching", title="Teaching", content_hash=""
    )
    db.session.add(framework)
    db.session.flush()
    skill = Skill(framework_id=framework.id, identifier="questioning", name="Questioning")
    db.session.add(skill)
    db.session.flush()
    of_ada = {"person_id": world.ada.id, "skill_id": skill.id}
    hush(Placement, position=1, last=6, source=Source.SELF, **of_ada)
    hush(Placement, position=2, last=6, source=Source.PROVIDER, said_by_id=world.lee.id, **of_ada)
    # Cora was asked once, and Ada showed this once: both were taken back.
    hush(SkillRequest, coach_id=world.cora.id, ended_at=AT, **of_ada)
    hush(Offer, to_district=True, taken_back_at=AT, **of_ada)
    scales = {"with_others": f"{HUSH} scale"}
    for part in Part:
        hush(ProfilePart, person_id=world.ada.id, part=part, scales=scales)
    shared = {"owner_id": world.ada.id, "parts": list(Part)}
    db.session.add(ProfileShare(person_id=world.ben.id, **shared))
    db.session.add(ProfileShare(cohort_id=world.autumn.id, taken_back_at=AT, **shared))


def _coaching(world: World) -> None:
    """A note that Ben shared with Ada when he coached her."""
    known = {"author_id": world.ben.id, "teacher_id": world.ada.id, "form_key": "n"}
    known |= {"readers": Readers.PAIR, "contact": Contact.VISIT, "on_day": AT.date()}
    hush(CoachNote, kept_at=AT, shared_at=AT, **known)
    handed = {"from_id": world.ben.id, "to_id": world.zoe.id, "teacher_id": world.ada.id}
    hush(Handover, starts_on=AT.date(), **handed)
    cycles = select(Protocol).where(Protocol.kind == "cycle").order_by(Protocol.id)
    template = db.session.scalars(cycles.limit(1)).one()
    pair = {"teacher_id": world.ada.id, "coach_id": world.ben.id, "template_id": template.id}
    first = template.data["phases"][0]["key"]
    cycle = hush(Cycle, phase=first, started_by_id=world.ada.id, **pair)
    said = {"cycle_id": cycle.id, "author_id": world.ada.id}
    hush(CycleEntry, kind=EntryKind.WORDS, key=f"{first}:w0", **said)
    hush(CycleEntry, kind=EntryKind.WORDS, key=f"{first}:plan", **said)
    hush(Hello, from_id=world.ada.id, to_id=world.ben.id, answer=HelloAnswer.YES, answered_at=AT)


def addresses(app: Flask) -> list[str]:
    """Every page there is, with every id and name of this world that may stand in its address."""
    found = []
    names = _names()
    for rule in app.url_map.iter_rules():
        if "GET" not in (rule.methods or ()) or rule.endpoint.startswith(BEFORE_THE_WALL):
            continue
        choices = [
            [(name, value) for value in _values(rule, name, names)] for name in _ordered(rule)
        ]
        for chosen in islice(product(*choices), 60):
            with app.test_request_context():
                path = app.url_map.bind("").build(rule.endpoint, dict(chosen))
            found.append(path)
            if not rule.arguments or path.endswith("/compare"):
                found.append(f"{path}?from=1&to=2&q=which")
    return found


BEFORE_THE_WALL = ("static", "security.", "health.")
"""Ways to sign in and answers for machines: they know of nobody's work."""


def _ordered(rule: Rule) -> list[str]:
    return sorted(rule.arguments)


def _values(rule: Rule, name: str, names: dict[str, list[Any]]) -> list[Any]:
    converter = rule._converters[name]
    if type(converter).__name__ in {"IdConverter", "IntegerConverter"}:
        return names.get(name.removesuffix("_id"), names["any"])
    room = rule.endpoint.partition(".")[0]
    return [*names.get(f"{room}.{name}", names.get(name, [])), "nothing"]


def _names() -> dict[str, list[Any]]:
    """What may stand in an address: ids by the table they are of, slugs and keys."""
    ids: dict[str, list[Any]] = defaultdict(list)
    for table in Base.metadata.sorted_tables:
        if "id" in table.c:
            ids[table.name] = list(db.session.scalars(select(table.c.id)))
    ids["person"] = ids["person"][:2]  # Ada and Ben: a page of the others is like Ben's
    ids["number"] = [1, 2]
    ids["any"] = sorted({*ids["work"], *ids["review"], *ids["clip"]})
    ids["tryout"], ids["own"] = ids["step"], ids["own_protocol"]
    ids["file"] = ids["work_file"]
    ids["note"] = ids["coach_note"]

    ids["exemplar"] = ids["clip_exemplar"]
    ids["language"] = ["en"]
    ids["member"] += ids["person"]
    ids["modules.slug"] = list(db.session.scalars(select(Module.slug)))
    # Those that somebody uses; of the others there is nothing to say.
    ids["slug"] = list(
        db.session.scalars(
            select(Protocol.slug).where(
                or_(Protocol.id.in_(select(Round.protocol_id)), Protocol.own_id.is_not(None))
            )
        )
    )
    ids["page_slug"] = list(db.session.scalars(select(Page.slug)))
    one_of_each_kind = select(func.min(Block.key)).group_by(Block.kind)
    ids["key"] = list(db.session.scalars(one_of_each_kind.union(select(Check.key))))
    ids["storage_key"] = [quote(key) for key in db.session.scalars(select(Clip.storage_key))]
    return ids


def read_all(visit: Visit, person: Person, pages: list[str]) -> Iterator[tuple[str, str]]:
    """Each page as somebody is answered who has just signed in, with its headers."""
    for page in pages:
        answer = visit(person).get(page)
        assert answer.status_code < 500, page
        yield page, f"{answer.headers}\n{answer.get_data().decode(errors='replace')}".lower()


def test_no_page_says_what_was_not_shared(hushed: World, app: Flask, visit: Visit):
    pages = addresses(app)
    leaks = [
        (who, page)
        for who in OUTSIDERS
        for page, said in read_all(visit, getattr(hushed, who), pages)
        if HUSH in said
    ]
    assert leaks == []


def test_the_walk_does_come_to_the_pages_that_hold_it(hushed: World, app: Flask, visit: Visit):
    pages = addresses(app)
    for person, least in ((hushed.ada, 20), (hushed.ben, 2)):
        seen = [page for page, said in read_all(visit, person, pages) if HUSH in said]
        assert len(seen) >= least, seen


def test_what_others_are_told_does_not_say_it(hushed: World):
    for name in ("event", "notice", "letter"):
        rows = db.session.execute(select(Base.metadata.tables[name])).all()
        assert not [row for row in rows if HUSH in str(row).lower()]


def test_every_column_of_text_is_watched(hushed: World):
    unwatched = []
    for table in Base.metadata.sorted_tables:
        if table.name in OPEN_TO_ALL:
            continue
        for column in table.columns:
            if not _holds_words(column) or _name(column) in NO_WORDS:
                continue
            said = db.session.scalars(select(column)).all()
            if not any(HUSH in str(words) for words in said):
                unwatched.append(_name(column))
    assert unwatched == [], "Let Ada have some of it above, or say that it holds no words."


def _holds_words(column: Column[Any]) -> bool:
    return isinstance(column.type, String | JSON) and not isinstance(column.type, Enum)


def _name(column: Column[Any]) -> str:
    return f"{column.table.name}.{column.name}"
