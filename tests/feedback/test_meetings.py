"""Meetings: a protocol run live, with a clock, roles and silence kept by the server."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import TimeoutError as NoConnection

from pdportal import clock
from pdportal.accounts.models import Person
from pdportal.accounts.own_data import parts
from pdportal.accounts.services import people
from pdportal.db import db
from pdportal.feedback.comments.answers import CommentKind, Verdict
from pdportal.feedback.comments.models import AnchorKind, Comment
from pdportal.feedback.comments.writing import Typed
from pdportal.feedback.meetings import clocks, notes, policy, queries, services
from pdportal.feedback.meetings.models import Duty, Meeting, MeetingNote, Seat
from pdportal.feedback.meetings.stages import stages
from pdportal.feedback.protocols.models import Protocol
from pdportal.feedback.reviews.models import Review
from pdportal.feedback.rounds import renewal
from pdportal.feedback.rounds import services as round_services
from pdportal.feedback.works.models import Work
from pdportal.inbox.models import Notice
from pdportal.web.errors import Refused
from tests.coaching.appointments.given import event_of, mails
from tests.conftest import Visit
from tests.feedback import given
from tests.feedback.given import TAG
from tests.people import World

SCRIPT = {"X-Requested-With": "fetch"}
NOW = datetime(2026, 11, 10, 15, 0, tzinfo=UTC)
LIVE = TAG.replace("trust: 1", "trust: 1\nways: [writing, live]").replace(
    "## Stage: Tell {#tell}", "## Stage: Look {#look}\nspeaks: nobody\nminutes: 2\n\n"
    "Read it.\n\n## Stage: Tell {#tell}",
).replace("kind: suggestion, note\n", "kind: suggestion, note\nleaves: list\n")  # fmt: skip
"""Look (nobody speaks), tell and ask (reviewers), give (a list), respond (the author)."""


@pytest.fixture
def live(world: World, tmp_path: Path) -> Protocol:
    protocol = given.tag(tmp_path, LIVE)
    db.session.commit()
    return protocol


@pytest.fixture
def meeting(world: World, live: Protocol, addresses: object) -> Meeting:
    """Ada's plan, with Ben and Dee; nobody facilitates yet."""
    made = called(given.plan(world.ada), live, world.ben, world.dee)
    db.session.commit()
    return made


def test_a_closed_request_leads_to_the_meeting_that_is_planned_about_its_work(
    world: World, visit: Visit, live: Protocol, tag: Protocol, addresses: object
):
    round_ = given.shared(given.plan(world.ada), tag, named=[world.ben])
    given.given(round_, world.ben)
    round_services.close(world.ada, round_)
    meeting = called(round_.work, live, world.ben)
    db.session.commit()
    ada, url = visit(world.ada), f"/feedback/rounds/{round_.id}"
    for page in (ada.get(url).text, ada.get(f"{url}?standing=1").text):
        assert "Reopen" not in page
        assert "Ask for feedback again" not in page
        assert f'href="/feedback/meetings/{meeting.id}"' in page
    assert ada.post(f"{url}/reopen").status_code == 409
    share = ada.get(f"/feedback/works/{round_.work_id}/share")
    assert share.location == f"/feedback/meetings/{meeting.id}", "before a form is filled in"
    services.call_off(world.ada, meeting)
    db.session.commit()
    assert "Reopen" in ada.get(url).text


def called(work: Work, protocol: Protocol, *people: Person) -> Meeting:
    question = "Will the quiet ones have time?"
    return services.call(
        work.author, work, protocol=protocol, question=question, people=list(people)
    )


def at_stage(meeting: Meeting, person: Person, key: str) -> None:
    """Begin, and go on until this stage."""
    services.begin(person, meeting)
    while stages(meeting)[meeting.stage].key != key:
        services.to_stage(person, meeting, meeting.stage + 1, seen=meeting.stage)


def seat(meeting: Meeting, person: Person) -> Seat:
    return next(each for each in meeting.seats if each.person_id == person.id)


def test_a_meeting_is_held_and_its_author_goes_on_with_what_was_said(
    world: World, visit: Visit, live: Protocol
):
    work = given.plan(world.ada)
    db.session.commit()
    ada, ben, dee = visit(world.ada), visit(world.ben), visit(world.dee)
    assert "Meet about it" in ada.get(f"/feedback/works/{work.id}").text
    form = {"protocol": "tag", "question": "Will the quiet ones have time?"}
    form_page = f"/feedback/works/{work.id}/meet"
    assert "Ben Silva" in ada.get(form_page).text
    made = ada.post(form_page, data=form | {"named": [world.ben.id, world.dee.id]})
    page = made.location
    assert "invites you to a meeting" in ben.get("/inbox").text
    assert "Fractions on a line" in ben.get("/feedback").text

    # Everybody reads the work at once; Ben facilitates.
    assert "they talk for two minutes" in ben.get(page).text
    ben.post(f"{page}/here")
    ben.post(f"{page}/duty", data={"duty": "facilitator"})
    assert "The facilitator begins." in dee.get(page).text
    assert dee.post(f"{page}/run", data={"what": "begin"}).status_code == 403
    ben.post(f"{page}/run", data={"what": "begin"})
    assert "Silence" in ada.get(page).text
    ben.post(f"{page}/run", data={"what": "next", "seen": 0})

    # Colleagues speak; Ada listens.
    assert "Your colleagues speak. You listen." in ada.get(page).text
    assert "Ada listens" in dee.get(page).text
    note = {"stage": "tell", "text": "The number line.", "quote": "talk for two minutes"}
    dee.post(f"{page}/note", data=note | {"field": "plan"})
    assert "The number line." in dee.get(page).text
    assert "The number line." not in ben.get(page).text
    assert "1 note. You read it when" in ada.get(page).text
    refused = ada.post(f"{page}/note", data={"stage": "tell", "text": "But I meant …"})
    assert "But I meant" not in dee.get(page).text
    assert refused.status_code in (302, 422)
    for seen in (1, 2):
        ben.post(f"{page}/run", data={"what": "next", "seen": seen})
    assert "The number line." in ada.get(page).text

    # A list: one idea to a line. Then the meeting ends.
    ben.post(f"{page}/note", data={"stage": "give", "text": "- Write first\n\n- Use cards"})
    for seen in (3, 4):
        ben.post(f"{page}/run", data={"what": "next", "seen": seen})
    assert "how did this way of working serve us?" in ada.get(page).text
    ben.post(f"{page}/note", data={"stage": "look-back", "text": "The silence helped."})
    ben.post(f"{page}/run", data={"what": "end"})

    # What was said waits for Ada's answers, like any other feedback.
    over = ada.get(page).text
    assert "Answer what was said" in over
    assert "The silence helped." in over
    round_page = re.search(r"/feedback/rounds/\d+", over)
    assert round_page
    text = ada.get(round_page[0]).text
    for said in ("The number line.", "Write first", "Use cards"):
        assert said in text
    assert "The silence helped." not in text
    comment = db.session.scalars(select(Comment).where(Comment.text == "The number line.")).one()
    assert (comment.anchor, comment.quote) == (AnchorKind.PASSAGE, "talk for two minutes")
    assert "you will see what became of it" in dee.get(page).text


@pytest.mark.parametrize(
    ("stage", "who", "may"),
    [
        ("look", "ben", False), ("look", "ada", False), ("tell", "ben", True),
        ("tell", "ada", False), ("respond", "ben", False), ("respond", "ada", True),
        ("look-back", "ada", True), ("look-back", "dee", True),
    ],
)  # fmt: skip
def test_only_those_whose_turn_it_is_note_for_all(
    world: World, meeting: Meeting, stage: str, who: str, *, may: bool
):
    person = getattr(world, who)
    at_stage(meeting, world.ben, stage)
    if may:
        notes.post(person, meeting, stage, Typed("Something."))
        return
    with pytest.raises(Refused, match="time to listen"):
        notes.post(person, meeting, stage, Typed("Something."))
    services.take_duty(world.ben, meeting, Duty.SCRIBE, whose=person.id)
    if stage == "look" or who == "ada":  # silence is everybody's; who listens does not write
        with pytest.raises(Refused, match="time to listen"):
            notes.post(person, meeting, stage, Typed("Something."))
    else:
        notes.post(person, meeting, stage, Typed("Noted for the others."))


def test_the_author_may_answer_where_the_protocol_asks_no_silence(
    world: World, visit: Visit, tmp_path: Path, addresses: object
):
    answered = re.sub(r"(\{#ask\}\nspeaks: reviewers\n)silent: author\n", r"\1", LIVE)
    meeting = called(given.plan(world.ada), given.tag(tmp_path, answered), world.ben, world.dee)
    services.take_duty(world.ben, meeting, Duty.FACILITATOR, whose=world.ben.id)
    at_stage(meeting, world.ben, "tell")
    db.session.commit()
    ada, dee = visit(world.ada), visit(world.dee)
    page = f"/feedback/meetings/{meeting.id}"
    assert "Your colleagues speak. You listen." in ada.get(page).text
    ada.post(f"{page}/here")
    visit(world.ben).post(f"{page}/run", data={"what": "next", "seen": meeting.stage})
    assert "Your colleagues speak. You may answer, briefly." in ada.get(page).text
    assert "You speak. Ada may answer, briefly." in dee.get(page).text


def test_a_note_for_a_stage_that_is_over_is_refused_and_its_words_stay(
    world: World, visit: Visit, meeting: Meeting
):
    at_stage(meeting, world.ben, "give")
    db.session.commit()
    page = f"/feedback/meetings/{meeting.id}"
    for stage in ("tell", "respond", "nowhere", ""):
        late = {"stage": stage, "text": "Too late"}
        answer = visit(world.dee).post(f"{page}/note", data=late, headers=SCRIPT)
        assert answer.status_code == 422
        assert "gone on to “Give”" in answer.json["error"]
    draft = {"text": "Too late", "version": "0"}
    saved = visit(world.dee).post(f"{page}/draft", data=draft, headers=SCRIPT)
    assert saved.json["version"] == 1
    other = visit(world.dee).post(f"{page}/draft", data=draft | {"text": "Other"}, headers=SCRIPT)
    assert other.json["values"] == {"text": "Too late"}
    assert "Too late" in visit(world.dee).get(page).text
    assert "Too late" not in visit(world.ben).get(page).text


def test_whoever_comes_late_is_where_the_room_is(world: World, visit: Visit, meeting: Meeting):
    page = f"/feedback/meetings/{meeting.id}"
    at_stage(meeting, world.ben, "tell")
    notes.post(
        world.ben, meeting, "tell", Typed(text="The number line.", kind=CommentKind.STRENGTH)
    )
    for seen in (1, 2):
        services.to_stage(world.ben, meeting, seen + 1, seen=seen)
    clocks.pause(meeting)
    meeting.seconds_left = 100
    db.session.commit()
    dee = visit(world.dee)
    late = dee.get(page).text
    for there in ("Stage 4 of 6", "One idea to a line", 'data-stage="give"', "The number line.",
                  'data-seconds="100"'):  # fmt: skip
        assert there in late
    before = visit(world.ben).get(f"{page}/now").headers["ETag"]
    dee.post(f"{page}/here")
    assert visit(world.ben).get(f"{page}/now").headers["ETag"] != before
    dee.post(f"{page}/note", data={"stage": "give", "text": "Let them write first."})
    assert "Let them write first." in dee.get(page).text


def test_whoever_signed_out_meanwhile_keeps_what_was_typed(
    world: World, visit: Visit, meeting: Meeting
):
    page = f"/feedback/meetings/{meeting.id}"
    at_stage(meeting, world.ben, "give")
    db.session.commit()
    dee = visit(world.dee)
    dee.post("/sign-out")
    assert dee.get(f"{page}/now", headers=SCRIPT).status_code == 401
    typed = {"stage": "give", "text": "Let them write first."}
    told = dee.post(f"{page}/note", data=typed, headers={"Origin": "http://localhost"})
    assert told.status_code in (400, 401)
    assert "nothing you typed is lost" in told.text
    assert "Let them write first." in told.text
    saved = dee.post(f"{page}/draft", data=typed, headers=SCRIPT)
    assert saved.get_json()["reason"] == "signed_out"
    assert not db.session.scalars(select(MeetingNote)).all()


def test_post_pressed_as_the_meeting_goes_on_is_posted_where_it_was_written(
    world: World, meeting: Meeting
):
    at_stage(meeting, world.ben, "ask")
    notes.post(world.dee, meeting, "tell", Typed("The number line."))
    assert [(note.stage, note.kind) for note in meeting.notes] == [("tell", CommentKind.STRENGTH)]
    with pytest.raises(Refused, match="not your turn in “Tell”"):
        notes.post(world.ada, meeting, "tell", Typed("But I meant …"))


def test_a_note_stays_what_it_was_begun_for(world: World, visit: Visit, meeting: Meeting):
    at_stage(meeting, world.ben, "tell")
    notes.save_draft(world.dee, meeting, "The line", version=0, stage="tell")
    at_stage(meeting, world.ben, "respond")
    db.session.commit()
    dee, page = visit(world.dee), f"/feedback/meetings/{meeting.id}"
    text = dee.get(page).text
    assert "You began this in “Tell”" in text.replace("&#34;", '"')
    assert 'name="stage" value="tell"' in text
    draft = {"text": "The number line", "version": "1", "stage": "respond"}
    dee.post(f"{page}/draft", data=draft, headers=SCRIPT)
    assert seat(meeting, world.dee).draft_stage == "tell"
    dee.post(f"{page}/note", data={"stage": "tell", "text": "The number line."})
    assert [(note.stage, note.kind) for note in meeting.notes] == [("tell", CommentKind.STRENGTH)]
    assert 'name="stage"' not in dee.get(page).text
    late = dee.post(f"{page}/note", data={"stage": "tell", "text": "And"}, headers=SCRIPT)
    assert late.status_code == 422

    # Whose turn it was not, or is not any more, is told so and keeps the words.
    notes.save_draft(world.ada, meeting, "But I", version=0, stage="give")
    db.session.commit()
    refused = visit(world.ada).post(
        f"{page}/note", data={"stage": "give", "text": "But I"}, headers=SCRIPT
    )
    assert "not your turn in “Give”" in refused.json["error"]
    assert "But I" in visit(world.ada).get(page).text


HAND_MADE = {
    # What somebody sends by hand while the stage "tell" goes on (Ben facilitates), and the answer.
    "the author, who listens": ("ada", "note", {"stage": "tell", "text": "x"}, 422),
    "the author, as somebody else": ("ada", "note", {"stage": "tell", "said_by": "dee"}, 403),
    "somebody as another": ("dee", "note", {"stage": "tell", "said_by": "ben"}, 403),
    "the facilitator as another, on their own screen": (
        "ben", "note", {"stage": "tell", "said_by": "dee"}, 403),
    "in the silence before": ("dee", "note", {"stage": "look", "text": "x"}, 422),
    "in a stage to come": ("dee", "note", {"stage": "give", "text": "x"}, 422),
    "in a stage to come, by a draft": ("dee", "draft", {"stage": "give", "text": "x"}, 200),
    "in none": ("dee", "note", {"text": "x"}, 422),
    "next, and not the facilitator": ("dee", "run", {"what": "next", "seen": 1}, 403),
    "back, and not the facilitator": ("ada", "run", {"what": "back", "seen": 1}, 403),
    "the clock, and not its keeper": ("dee", "run", {"what": "+5"}, 403),
    "another's hand": ("dee", "run", {"what": "lower", "number": "ben"}, 403),
    "the end": ("dee", "run", {"what": "end"}, 403),
    "the facilitator's role": ("dee", "duty", {"duty": "facilitator"}, 403),
    "a role for another": ("dee", "duty", {"duty": "scribe", "whose": "ada"}, 403),
    "a role for one outside": ("ben", "duty", {"duty": "scribe", "whose": "zoe"}, 422),
    "one screen": ("dee", "run", {"what": "one-screen"}, 403),
}  # fmt: skip


def test_silence_order_and_roles_hold_against_requests_made_by_hand(
    world: World, visit: Visit, meeting: Meeting
):
    services.note_here(seat(meeting, world.ben))
    services.note_here(seat(meeting, world.ada))
    services.take_duty(world.ben, meeting, Duty.FACILITATOR, whose=world.ben.id)
    at_stage(meeting, world.ben, "tell")
    notes.post(world.ben, meeting, "tell", Typed("Ben's own."))
    db.session.commit()
    page = f"/feedback/meetings/{meeting.id}"
    for title, (who, act, data, status) in HAND_MADE.items():
        sent = {"text": "x"} | {
            name: str(getattr(world, value).id) if name in ("said_by", "whose", "number") else value
            for name, value in data.items()
        }
        them = visit(getattr(world, who))
        answer = them.post(f"{page}/{act}", data=sent, headers=SCRIPT)
        assert answer.status_code == status, title
    taken = {"remove": meeting.notes[0].id}
    assert visit(world.dee).post(f"{page}/note", data=taken, headers=SCRIPT).status_code == 403
    db.session.expire_all()
    assert (meeting.stage, [note.text for note in meeting.notes]) == (1, ["Ben's own."])
    assert seat(meeting, world.dee).draft_stage == "tell"  # not the stage to come


def test_one_screen_for_a_room_notes_who_said_what(world: World, visit: Visit, meeting: Meeting):
    at_stage(meeting, world.ben, "tell")
    notes.save_own(world.ben, meeting, "Dee is quick.", version=0)
    db.session.commit()
    ben, page = visit(world.ben), f"/feedback/meetings/{meeting.id}"
    ben.post(f"{page}/run", data={"what": "one-screen"})
    text = ben.get(page).text
    assert "Everybody but Ada speaks" in text
    offered = re.findall(r'<option value="(\d+)"', text.split('name="said_by"')[1])
    assert offered == [str(world.ben.id), str(world.dee.id)], "Not Ada, who listens."
    assert "Dee is quick." not in text
    said = {"stage": "tell", "text": "The number line."}
    assert ben.post(f"{page}/note", data=said, headers=SCRIPT).status_code == 422
    for who, status in ((world.ada, 422), (world.zoe, 403), (world.dee, 200)):
        answer = ben.post(f"{page}/note", data=said | {"said_by": who.id}, headers=SCRIPT)
        assert answer.status_code == status
    assert "Dee Tran · noted by Ben" in " ".join(ben.get(page).text.split())
    note = meeting.notes[0]
    for each, may in ((world.ben, True), (world.dee, True), (world.ada, False)):
        assert policy.may_take_out(each, note) is may
    ben.post(f"{page}/run", data={"what": "own-screen"})
    assert "Dee is quick." in ben.get(page).text
    visit(world.dee).post(f"{page}/run", data={"what": "end"})
    assert meeting.round is not None
    assert [review.reviewer_id for review in meeting.round.reviews] == [world.dee.id]


def test_whoever_left_is_told_of_words_under_their_name_where_they_can_read_them(
    world: World, visit: Visit, meeting: Meeting
):
    at_stage(meeting, world.ben, "tell")
    services.share_screen(world.ben, meeting, shared=True)
    notes.post(world.ben, meeting, "tell", Typed("Number line."), said_by=world.dee.id)
    services.leave(world.dee, meeting)
    services.end(world.ben, meeting)
    db.session.commit()
    assert meeting.round is not None
    url = f"/feedback/reviews/{meeting.round.reviews[0].id}/outcome"
    told = select(Notice.url).where(Notice.kind == "feedback_noted_for")
    assert list(db.session.scalars(told)) == [url]
    page = visit(world.dee).get(url)
    assert page.status_code == 200
    assert f'href="/feedback/meetings/{meeting.id}"' not in page.text

    # There they put it right, too; nobody else does.
    note = {"remove": meeting.notes[0].id, "text": "The number line helps."}
    assert "Not what you said?" in page.text
    for somebody, status in ((world.ada, 403), (world.ben, 403), (world.zoe, 404)):
        there = f"/feedback/meetings/{meeting.id}/note"
        assert visit(somebody).post(there, data=note).status_code == status
    answer = visit(world.dee).post(f"/feedback/meetings/{meeting.id}/note", data=note)
    assert answer.headers["Location"] == url
    assert "The number line helps." in visit(world.dee).get(url).text
    assert (
        "The number line helps."
        in visit(world.ada).get(f"/feedback/rounds/{meeting.round.id}").text
    )


def test_whose_words_another_typed_is_told_and_puts_them_right(
    world: World, visit: Visit, meeting: Meeting
):
    """Ben types for Dee, who is not in the room, and for Ada, who brings the work."""
    at_stage(meeting, world.ben, "tell")
    services.share_screen(world.ben, meeting, shared=True)
    for text in ("Wrong.", "Not mine.", "Number line."):
        notes.post(world.ben, meeting, "tell", Typed(text), said_by=world.dee.id)
    at_stage(meeting, world.ben, "respond")
    notes.post(world.ben, meeting, "respond", Typed("I give up."), said_by=world.ada.id)
    wrong, not_mine, kept, of_ada = [note.id for note in meeting.notes]
    services.end(world.ben, meeting)
    db.session.commit()
    page = f"/feedback/meetings/{meeting.id}"
    ada, ben, dee = visit(world.ada), visit(world.ben), visit(world.dee)
    for them in (ada, dee):
        assert "Ben Silva noted what you said in the meeting" in them.get("/inbox").text
        assert "noted by Ben" in them.get(page).text
    assert "Ben Silva noted what you said" not in ben.get("/inbox").text
    assert "Not what you said?" not in ben.get(page).text
    for somebody, note in ((ben, wrong), (ada, wrong), (dee, of_ada)):
        assert somebody.post(f"{page}/note", data={"remove": note}).status_code == 403
    assert meeting.round is not None
    review, round_page = meeting.round.reviews[0], f"/feedback/rounds/{meeting.round_id}"
    for where in (dee.get(f"/feedback/reviews/{review.id}/outcome"), ada.get(round_page)):
        assert f'href="{page}"' in where.text
    dee.post(f"{page}/note", data={"remove": wrong, "text": "Strong."})
    for _twice in range(2):
        dee.post(f"{page}/note", data={"remove": not_mine})
    ada.post(f"{page}/note", data={"remove": of_ada, "text": " "})
    texts = [note.text for note in db.session.get_one(Meeting, meeting.id).notes]
    assert texts == ["Strong.", "Number line."]
    said = ada.get(round_page).text
    assert ("Strong." in said, "Wrong." in said, "Not mine." in said) == (True, False, False)

    # What is answered stays; without a word left there is no review.
    comment = db.session.scalars(select(Comment).where(Comment.text == "Number line.")).one()
    decided = given.decided(comment, Verdict.KEEP)
    db.session.commit()
    assert "has answered this already" in dee.post(f"{page}/note", data={"remove": kept}).text
    db.session.delete(decided.decision)
    db.session.commit()
    for note in (kept, wrong):
        dee.post(f"{page}/note", data={"remove": note})
    db.session.expire_all()
    assert (review.is_given, review.is_owed) == (False, False)
    said = ada.get(round_page).text
    assert ("Strong." in said, "Number line." in said) == (False, False)
    assert "Dee Tran" in said
    renewal.renew_asks()
    assert db.session.scalars(select(Notice).where(Notice.kind == "feedback_go_on")).all() == []


def test_a_meeting_is_one_click_away_from_where_people_are(
    world: World, visit: Visit, meeting: Meeting
):
    page = f"/feedback/meetings/{meeting.id}"
    for person in (world.ada, world.ben):
        assert f'href="{page}"' in visit(person).get("/").text
    assert "See the meeting" in visit(world.ben).get("/inbox").text
    for person in (world.zoe, world.lee):
        assert page not in visit(person).get("/").text
    services.note_here(seat(meeting, world.ada))
    at_stage(meeting, world.ben, "tell")
    db.session.commit()
    late = visit(world.dee).get("/inbox").text
    assert "has begun" in late
    assert "invites you" not in late
    assert "has begun" not in visit(world.ada).get("/inbox").text
    services.end(world.ada, meeting)
    db.session.commit()
    assert page not in visit(world.ben).get("/").text
    assert f'href="{page}"' in visit(world.ada).get(f"/feedback/works/{meeting.work_id}").text


def test_the_facilitator_leads_and_nobody_waits_for_one_who_is_gone(world: World, meeting: Meeting):
    with clock.at(NOW):
        services.note_here(seat(meeting, world.ben))
        services.take_duty(world.ben, meeting, Duty.FACILITATOR, whose=world.ben.id)
        with pytest.raises(Refused):
            services.begin(world.dee, meeting)
        with pytest.raises(Refused):
            services.take_duty(world.dee, meeting, Duty.FACILITATOR, whose=world.dee.id)
        services.begin(world.ben, meeting)
    with clock.at(NOW + timedelta(minutes=2)):
        services.to_stage(world.dee, meeting, 1, seen=0)
        services.take_duty(world.dee, meeting, Duty.FACILITATOR, whose=world.dee.id)
        assert seat(meeting, world.ben).duty is None
        services.note_here(seat(meeting, world.dee))
        with pytest.raises(Refused):
            services.end(world.ben, meeting)


def test_two_who_press_next_at_once_go_on_by_one_stage(world: World, meeting: Meeting):
    services.begin(world.ben, meeting)
    services.to_stage(world.ben, meeting, 1, seen=0)
    services.to_stage(world.dee, meeting, 1, seen=0)
    assert meeting.stage == 1


def test_the_clock_runs_stands_and_is_made_longer(world: World, meeting: Meeting):
    with clock.at(NOW):
        services.begin(world.ben, meeting)
        assert clocks.seconds_left(meeting) == 120
    with clock.at(NOW + timedelta(seconds=30)):
        services.keep_time(world.ben, meeting, "pause")
    with clock.at(NOW + timedelta(seconds=90)):
        assert clocks.seconds_left(meeting) == 90
        services.keep_time(world.ben, meeting, "+5")
        services.keep_time(world.ben, meeting, "go")
    with clock.at(NOW + timedelta(seconds=100)):
        assert clocks.seconds_left(meeting) == 380
        services.keep_time(world.ben, meeting, "-60")
        assert clocks.seconds_left(meeting) == 0
        services.keep_time(world.ben, meeting, "+999999")
        services.keep_time(world.ben, meeting, "x")
        assert clocks.seconds_left(meeting) == 0


def test_a_page_that_is_new_costs_no_page(world: World, visit: Visit, meeting: Meeting):
    ben, page = visit(world.ben), f"/feedback/meetings/{meeting.id}/now"
    first = ben.get(page)
    assert first.status_code == 200
    seen = {"If-None-Match": first.headers["ETag"]}
    assert ben.get(page, headers=seen).status_code == 304
    visit(world.dee).post(f"/feedback/meetings/{meeting.id}/hand", data={"up": "yes"})
    assert ben.get(page, headers=seen).status_code == 200

    # Somebody's page is gone: nobody did anything, and those who are there may go on.
    with clock.at(NOW):
        services.note_here(seat(meeting, world.dee))
        db.session.commit()
        seen = {"If-None-Match": ben.get(page).headers["ETag"]}
        assert ben.get(page, headers=seen).status_code == 304
    with clock.at(NOW + timedelta(minutes=2)):
        assert ben.get(page, headers=seen).status_code == 200


def test_nobody_without_a_seat_learns_of_a_meeting(world: World, visit: Visit, meeting: Meeting):
    notes.save_own(world.ben, meeting, "Ada looks tired.", version=0)
    db.session.commit()
    page = f"/feedback/meetings/{meeting.id}"
    for person in (world.zoe, world.cora, world.lee, world.max, world.fay, world.olu):
        them = visit(person)
        for path in (
            page,
            f"{page}/now",
            f"{page}/invite",
            f"/feedback/works/{meeting.work_id}/meet",
        ):
            assert them.get(path).status_code == 404
        for act in ("here", "run", "duty", "hand", "note", "draft", "own", "leave", "call-off",
                    "round", "invite"):  # fmt: skip
            assert them.post(f"{page}/{act}", data={"text": ""}).status_code == 404
        assert "Fractions" not in them.get("/feedback").text
    for person in (world.ada, world.dee):
        assert "Ada looks tired" not in visit(person).get(page).text
    assert "Ada looks tired" in visit(world.ben).get(page).text
    for person in world.everyone:
        listed = set(db.session.scalars(policy.meetings_seen_by(person)))
        assert (meeting in listed) == policy.may_see(person, meeting)


@pytest.mark.parametrize("who", ["ben", "dee"])
def test_only_the_author_says_who_sees_the_work(
    world: World, visit: Visit, meeting: Meeting, who: str
):
    page = f"/feedback/meetings/{meeting.id}"
    them = visit(getattr(world, who))
    assert them.post(f"{page}/invite", data={"named": [world.zoe.id]}).status_code == 404
    assert them.post(f"{page}/call-off").status_code == 403
    assert them.post(f"{page}/round").status_code == 404
    assert (
        visit(world.ada).post(f"{page}/invite", data={"named": [world.zoe.id]}).status_code == 302
    )
    assert visit(world.zoe).get(page).status_code == 200


def test_whoever_leaves_sees_the_work_no_more_and_what_they_noted_stays(
    world: World, visit: Visit, meeting: Meeting
):
    at_stage(meeting, world.ben, "tell")
    notes.post(world.dee, meeting, "tell", Typed("Keep the line."))
    db.session.commit()
    page = f"/feedback/meetings/{meeting.id}"
    visit(world.dee).post(f"{page}/leave")
    assert visit(world.dee).get(page).status_code == 404
    services.end(world.ben, meeting)
    assert meeting.round is not None
    assert [comment.text for comment in meeting.round.reviews[0].comments] == ["Keep the line."]


def test_a_meeting_called_off_leaves_nothing_and_the_work_can_be_shared(
    world: World, meeting: Meeting, live: Protocol
):
    with pytest.raises(Refused, match="A meeting about this work"):
        given.shared(meeting.work, live, named=[world.ben])
    services.call_off(world.ada, meeting)
    kinds = [notice.kind for notice in db.session.scalars(select(Notice).order_by(Notice.id))]
    assert kinds.count("feedback_meeting") == 0
    assert kinds.count("feedback_meeting_off") == 2
    given.shared(meeting.work, live, named=[world.ben])


def test_a_meeting_with_a_time_is_in_the_calendars_of_those_who_take_part(
    app: Flask, world: World, live: Protocol
):
    work = given.plan(world.ada)
    asked = {"question": "Will they have time?", "planned_at": NOW + timedelta(days=3)}
    with clock.at(NOW):
        people = [world.ben, world.dee]
        meeting = services.call(world.ada, work, protocol=live, people=people, **asked)
    db.session.commit()
    made = {who: event_of(mail) for who, mail in mails(app, NOW)}
    assert {who: method for who, (method, _event) in made.items()} == dict.fromkeys(
        ("ada", "ben", "dee"), "REQUEST"
    )
    event = made["ben"][1]
    assert event.decoded("dtstart") == meeting.planned_at
    assert "Dee" not in event.to_ical().decode(), "guests learn no address of one another"
    with clock.at(NOW):
        services.leave(world.dee, meeting)
        services.call_off(world.ada, meeting)
    db.session.commit()
    ended = [(who, event_of(mail)) for who, mail in mails(app, NOW + timedelta(minutes=5))]
    assert sorted(who for who, _read in ended) == ["ada", "ben", "dee"]
    for who, (method, event) in ended:
        assert (method, event["uid"]) == ("CANCEL", made[who][1]["uid"])
        assert event["sequence"] > made[who][1]["sequence"]


def test_two_meetings_planned_at_once_are_both_in_the_authors_calendar(
    app: Flask, world: World, live: Protocol
):
    with clock.at(NOW):
        for days in (3, 4):
            asked = {"question": "Which?", "planned_at": NOW + timedelta(days=days)}
            work = given.plan(world.ada)
            services.call(world.ada, work, protocol=live, people=[world.ben], **asked)
    db.session.commit()
    told = [(who, event_of(mail)[0]) for who, mail in mails(app, NOW)]
    assert sorted(told) == [("ada", "REQUEST")] * 2 + [("ben", "REQUEST")] * 2


@pytest.mark.parametrize("leaves_for_good", [False, True])
def test_a_planned_meeting_goes_out_of_calendars_when_its_author_is_there_no_longer(
    app: Flask, world: World, live: Protocol, leaves_for_good: bool
):
    with clock.at(NOW):
        asked = {"question": "Why?", "planned_at": NOW + timedelta(days=3)}
        work = given.plan(world.ada)
        services.call(world.ada, work, protocol=live, people=[world.ben], **asked)
        db.session.commit()
        mails(app, NOW)
        with app.test_request_context():
            if leaves_for_good:
                for part in reversed(parts()):
                    part.forget(world.ada)
            else:
                people.switch_off(world.max, world.ada)
        db.session.commit()
    read = [(who, mail) for who, mail in mails(app, NOW + timedelta(minutes=5)) if who == "ben"]
    off = [event_of(mail)[0] for _who, mail in read if list(mail.iter_attachments())]
    assert off == ["CANCEL"]


def test_a_meeting_where_nothing_was_said_makes_no_round(
    world: World, visit: Visit, meeting: Meeting
):
    services.begin(world.ben, meeting)
    notes.save_draft(world.ben, meeting, "Never posted.", version=0)
    services.end(world.ben, meeting)
    assert meeting.round_id is None
    assert db.session.scalars(select(Review)).all() == []
    db.session.commit()
    page = f"/feedback/meetings/{meeting.id}"
    assert "Never posted." in visit(world.ben).get(page).text
    assert "Never posted." not in visit(world.ada).get(page).text


def test_a_note_refused_without_a_script_is_not_lost(world: World, visit: Visit, meeting: Meeting):
    at_stage(meeting, world.ben, "tell")
    db.session.commit()
    ada, page = visit(world.ada), f"/feedback/meetings/{meeting.id}"
    assert "or when this stage is over" not in ada.get(page).text, "who listens has no box"
    answer = ada.post(f"{page}/note", data={"stage": "tell", "text": "But I meant …"})
    assert answer.status_code == 422
    assert "Now is the time to listen." in answer.text
    assert "But I meant …" in answer.text


def test_called_twice_noted_twice_it_is_there_once(world: World, meeting: Meeting, live: Protocol):
    assert called(meeting.work, live, world.ben) is meeting
    at_stage(meeting, world.ben, "tell")
    for _twice in range(2):
        notes.post(world.ben, meeting, "tell", Typed("Once."))
    assert len(meeting.notes) == 1


def test_of_which_kind_a_note_becomes_a_comment(world: World, meeting: Meeting):
    at_stage(meeting, world.ben, "give")
    notes.post(world.ben, meeting, "give", Typed("One\nTwo", kind=CommentKind.NOTE))
    notes.post(world.dee, meeting, "give", Typed("Three", kind=CommentKind.STRENGTH))
    at_stage(meeting, world.ben, "respond")
    services.take_duty(world.ben, meeting, Duty.SCRIBE, whose=world.dee.id)
    notes.post(world.dee, meeting, "respond", Typed("For Ada"))
    assert [(note.text, note.kind) for note in meeting.notes] == [
        ("One", CommentKind.NOTE),
        ("Two", CommentKind.NOTE),
        ("Three", CommentKind.SUGGESTION),
        ("For Ada", None),
    ]


@pytest.mark.parametrize("count", [1, 12])
def test_the_page_costs_as_many_statements_for_many_notes_as_for_one(
    world: World, visit: Visit, meeting: Meeting, statements: Callable[[], Any], count: int
):
    at_stage(meeting, world.ben, "give")
    for number in range(count):
        person = world.ben if number % 2 else world.dee
        notes.post(person, meeting, "give", Typed(f"Idea {number}"))
    db.session.commit()
    ben, page = visit(world.ben), f"/feedback/meetings/{meeting.id}"
    ben.get(page)
    with statements() as said:
        ben.get(page)
    assert len(said) <= 8
    seen = {"If-None-Match": f'"{queries.state_of(meeting)}"'}
    with statements() as said:
        assert ben.get(f"{page}/now", headers=seen).status_code == 304
    assert len(said) == 1

    # It is told only to those with a seat, and as long as their session holds.
    for them, status in ((visit(world.zoe), 404), (visit(None), 401)):
        for tag in (seen["If-None-Match"], '"None"'):
            asks = {"If-None-Match": tag} | SCRIPT
            assert them.get(f"{page}/now", headers=asks).status_code == status
    with ben.session_transaction() as session:
        session["since"] = began = clock.now().timestamp()
    assert ben.get(f"{page}/now", headers=seen).status_code == 304
    world.ben.ended_sessions = [began]
    db.session.commit()
    assert ben.get(f"{page}/now", headers=seen | SCRIPT).status_code == 401
    world.ben.ended_sessions, world.ben.active = None, False
    db.session.commit()
    assert ben.get(f"{page}/now", headers=seen | SCRIPT).status_code == 401


def test_a_tick_is_told_that_the_database_is_away(
    world: World, visit: Visit, meeting: Meeting, monkeypatch: pytest.MonkeyPatch
):
    def fails(_meeting_id: int) -> None:
        raise NoConnection

    ben, seen = visit(world.ben), {"If-None-Match": '"1"'} | SCRIPT
    monkeypatch.setattr(queries, "state", fails)
    assert ben.get(f"/feedback/meetings/{meeting.id}/now", headers=seen).status_code == 503


def test_what_somebody_noted_goes_with_them(world: World, meeting: Meeting):
    at_stage(meeting, world.ben, "tell")
    notes.post(world.ben, meeting, "tell", Typed("Keep it.", quote="two minutes"))
    notes.save_own(world.ada, meeting, "For me.", version=0)
    from pdportal.feedback import own_data

    pieces = {piece.path: piece for piece in own_data.PART.collect(world.ada)}
    assert "meetings.json" in pieces
    own_data.PART.forget(world.ada)
    db.session.expire_all()
    note = db.session.scalars(select(MeetingNote)).one()
    assert (note.text, note.quote) == ("Keep it.", "")
    assert meeting.question == own_data.GONE
    assert not meeting.is_open


def test_whoever_leaves_keeps_their_own_notes(world: World, visit: Visit, meeting: Meeting):
    notes.save_own(world.dee, meeting, "Ask Ada about the cards.", version=0)
    notes.save_draft(world.dee, meeting, "Half a note", version=0)
    db.session.commit()
    visit(world.dee).post(f"/feedback/meetings/{meeting.id}/leave")
    kept = visit(world.dee).get("/feedback/unsent").text
    assert "Ask Ada about the cards." in kept
    assert "Half a note" in kept


def test_nobody_begins_next_weeks_meeting_today_but_its_author_and_facilitator(
    world: World, meeting: Meeting
):
    with clock.at(NOW):
        meeting.planned_at = NOW + timedelta(days=7)
        services.take_duty(world.ben, meeting, Duty.FACILITATOR, whose=world.ben.id)
        assert [policy.may_run(each) for each in (seat(meeting, p) for p in (
            world.ada, world.ben, world.dee))] == [True, True, False]  # fmt: skip
        with pytest.raises(Refused):
            services.begin(world.dee, meeting)
    with clock.at(NOW + timedelta(days=7)):
        services.begin(world.dee, meeting)
        services.note_here(seat(meeting, world.ada))
        with pytest.raises(Refused):
            services.end(world.dee, meeting)
        services.end(world.ada, meeting)


@pytest.mark.parametrize("what", ["+" + "9" * 5000, "-", "+", "", "+100", "٣", "+٣"])
def test_nonsense_does_not_turn_the_clock(world: World, visit: Visit, meeting: Meeting, what: str):
    services.begin(world.ben, meeting)
    left = meeting.ends_at
    db.session.commit()
    answer = visit(world.ben).post(f"/feedback/meetings/{meeting.id}/run", data={"what": what})
    assert answer.status_code == 302
    assert meeting.ends_at == left or what == "+٣"
