"""What is said along a clip: at a moment, in reply, decided on, done."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from pdportal import clock, storage
from pdportal.accounts.models import Person
from pdportal.activity.models import Event
from pdportal.db import db
from pdportal.feedback import own_data
from pdportal.feedback.clips import stills
from pdportal.feedback.clips.models import CommentDraft
from pdportal.feedback.comments import policy
from pdportal.feedback.comments import services as comment_services
from pdportal.feedback.comments.answers import Verdict
from pdportal.feedback.comments.models import AnchorKind, Comment, Decision
from pdportal.feedback.protocols.models import Protocol
from pdportal.feedback.works.models import Work
from pdportal.inbox.models import Notice
from pdportal.video import services
from pdportal.video.captions.services import store_captions
from pdportal.video.exemplars.services import offer
from pdportal.video.models import Clip, ClipFile, ClipShare
from pdportal.video.moments import parse_moment
from pdportal.web.errors import Refused
from tests.conftest import Visit
from tests.feedback.given import shared
from tests.people import World
from tests.video import given
from tests.video.conftest import NOW, in_october

__all__ = ["in_october"]


@pytest.fixture
def clip(app: Flask, world: World) -> Clip:
    """Ada's clip, shared with her coach."""
    made = given.clip(app, world.ada)
    given.shared(app, made, world.cora, "Who answers whom?")
    return made


def said() -> list[Comment]:
    return list(db.session.scalars(select(Comment).order_by(Comment.id)))


def told(kind: str) -> int:
    return db.session.scalar(select(func.count()).where(Notice.kind == kind)) or 0


def test_a_coach_comments_at_a_moment_and_the_teacher_answers(
    world: World, visit: Visit, clip: Clip
):
    page = f"/clips/{clip.id}"
    cora, ada = visit(world.cora), visit(world.ada)
    words = {
        "text": "Mina answers **Tom**, not you.",
        "kind": "strength",
        "start": "0:01",
        "end": "0:02",
    }
    cora.post(f"{page}/comments", data=words)
    cora.post(f"{page}/comments", data=words)
    cora.post(f"{page}/comments", data={"text": "What did you hope for here?", "kind": "question"})
    first, whole = said()
    assert (first.anchor, first.starts, first.ends) == (AnchorKind.MOMENT, 1, 2)
    assert (whole.anchor, whole.starts) == (AnchorKind.WHOLE, None)
    assert first.review_id is None
    share = db.session.scalars(select(ClipShare)).one()
    assert share.answered_at == NOW
    assert share.finished_at is None
    assert told("clip_commented") == 1

    shown = ada.get(page).text
    assert "Mina answers <strong>Tom</strong>, not you." in shown
    assert f'data-moment="{first.starts}"' in shown
    assert "0:01–0:02" in shown
    ada.post(f"{page}/comments/{whole.id}/reply", data={"text": "That they name the river."})
    assert "That they name the river." in cora.get(page).text
    assert told("clip_replied") == 1
    cora.post(f"{page}/comments/{whole.id}/reply", data={"text": "Then ask for a name."})
    decide = f"/feedback/comments/{first.id}/decide"
    ada.post(decide, data={"decision": "keep", "why": "I will wait for the next one, too."})
    ada.post(decide, data={"decision": "keep", "why": "I will wait for the next one, too."})
    assert "I will wait for the next one, too." in cora.get(page).text
    assert ada.post(decide, data={"decision": "decline", "why": "No."}).status_code == 422
    ada.post(decide, data={"decision": "thank", "why": "On Thursdays."})
    decision = db.session.scalars(select(Decision)).one()
    assert (decision.verdict, decision.why) == (Verdict.THANK, "On Thursdays.")
    assert told("clip_decided") == 1

    cora.post(f"{page}/done")
    cora.post(f"{page}/done")
    assert told("clip_done") == 1
    assert "left 2 comments" in ada.get("/inbox").text
    assert "You finished" in cora.get(page).text
    acts = select(Event.verb).where(Event.object_type == "comment").order_by(Event.id)
    verbs = db.session.scalars(acts).all()
    assert verbs == ["commented", "commented", "replied", "replied", "decided", "decided"]


def test_the_giver_confirms_an_answer_or_asks_again(world: World, visit: Visit, clip: Clip):
    page = f"/clips/{clip.id}"
    cora, ada = visit(world.cora), visit(world.ada)
    cora.post(f"{page}/comments", data={"text": "Count to three.", "kind": "suggestion"})
    (comment,) = said()
    url = f"/feedback/comments/{comment.id}"
    assert "That answers it" not in cora.get(page).text
    assert cora.post(f"{url}/confirm").status_code == 409  # nothing is answered yet
    answer = {"decision": "adapt", "why": "To two."}
    ada.post(f"{url}/decide", data=answer)
    assert "That answers it" in cora.get(page).text
    assert "That answers it" not in ada.get(page).text

    empty = cora.post(f"{url}/ask-again", data={"words": " "})
    assert empty.status_code == 422
    assert "Say in a few words what is still open." in empty.text
    long = cora.post(f"{url}/ask-again", data={"words": "x" * 2001})
    assert long.status_code == 422
    assert "x" * 2001 in long.text
    for _nth in range(2):
        again = cora.post(f"{url}/ask-again", data={"words": "Why not three?"})
        assert again.location.endswith(f"#comment-{comment.id}")
    assert "You asked again" in cora.get(page).text
    shown = ada.get(page).text
    assert "Why not three?" in shown
    assert "Answer again" in shown
    assert told("clip_asked_again") == 1

    ada.post(f"{url}/decide", data=answer)  # the same words are an answer, too
    ada.post(f"{url}/decide", data=answer)
    decision = db.session.scalars(select(Decision)).one()
    assert decision.asked_again_at is None
    for _nth in range(2):
        assert cora.post(f"{url}/confirm").status_code == 302
    assert "You confirmed it." in cora.get(page).text
    assert "Confirmed" in ada.get(page).text
    assert told("clip_confirmed") == 1
    inbox = ada.get("/inbox").text
    assert "confirmed what you made of a comment" in inbox
    assert "asks again about a comment" in inbox
    # Another answer is to be confirmed anew.
    ada.post(f"{url}/decide", data={"decision": "use", "why": "To three."})
    db.session.refresh(decision)
    assert decision.confirmed_at is None
    acts = select(Event.verb).where(Event.object_type == "comment").order_by(Event.id)
    assert db.session.scalars(acts).all() == [
        "commented", "decided", "asked_again", "decided", "confirmed", "decided",
    ]  # fmt: skip


def test_of_two_windows_the_second_sees_what_the_first_decided(
    world: World, visit: Visit, clip: Clip
):
    visit(world.cora).post(f"/clips/{clip.id}/comments", data={"text": "Count to three."})
    ada, url = visit(world.ada), f"/feedback/comments/{said()[0].id}/decide"
    first = {"decision": "use", "why": "From Monday.", "version": "0"}
    assert ada.post(url, data=first).status_code == 302
    second = ada.post(url, data={"decision": "decline", "why": "No time.", "version": "0"})
    assert second.status_code == 409
    for words in ("changed in another window", "From Monday.", "No time."):
        assert words in second.text
    assert db.session.scalars(select(Decision.why)).one() == "From Monday."


def test_what_was_said_on_a_clip_waits_on_its_owners_first_screen_until_it_is_answered(
    world: World, visit: Visit, clip: Clip
):
    cora, ada, page = visit(world.cora), visit(world.ada), f"/clips/{clip.id}"
    link = f'href="{page}"'
    ada.post(f"{page}/comments", data={"text": "A note of my own.", "kind": "note"})
    assert link not in ada.get("/").text
    cora.post(f"{page}/comments", data={"text": "Count to three.", "kind": "suggestion"})
    comment = max(said(), key=lambda one: one.id)
    ada.post(f"{page}/comments/{comment.id}/reply", data={"text": "To three?"})
    for where in ("/", "/feedback"):
        told_there = ada.get(where).text
        assert link in told_there
        assert clip.title in told_there
    assert "1 comment to respond to" in ada.get("/").text
    assert page not in visit(world.lee).get("/").text
    url = f"/feedback/comments/{comment.id}"
    ada.post(f"{url}/decide", data={"decision": "use", "why": ""})
    assert link not in ada.get("/").text
    cora.post(f"{url}/ask-again", data={"words": "When?"})
    assert link in ada.get("/").text


@pytest.mark.parametrize(
    ("who", "status"),
    [
        *(("cora", 302), ("ada", 403), ("ben", 403), ("dee", 404), ("zoe", 404), ("fay", 404)),
        *(("lee", 404), ("max", 404), ("olu", 404)),
    ],
)
@pytest.mark.parametrize("act", ["confirm", "ask-again"])
def test_only_the_giver_confirms_or_asks_again(
    app: Flask, world: World, visit: Visit, clip: Clip, who: str, status: int, act: str
):
    given.shared(app, clip, world.ben)
    visit(world.cora).post(f"/clips/{clip.id}/comments", data={"text": "Count to three."})
    url = f"/feedback/comments/{said()[0].id}"
    visit(world.ada).post(f"{url}/decide", data={"decision": "use"})
    answer = visit(getattr(world, who)).post(f"{url}/{act}", data={"words": "Why?"})
    assert answer.status_code == status
    assert told("clip_confirmed") + told("clip_asked_again") == (status == 302)


def test_whoever_may_see_a_clip_no_more_confirms_nothing(
    app: Flask, world: World, visit: Visit, clip: Clip
):
    visit(world.cora).post(f"/clips/{clip.id}/comments", data={"text": "Count to three."})
    comment = said()[0]
    url = f"/feedback/comments/{comment.id}"
    visit(world.ada).post(f"{url}/decide", data={"decision": "use"})
    with app.test_request_context():
        services.take_back(world.ada, clip, db.session.scalars(select(ClipShare)).one())
        db.session.commit()
        with pytest.raises(Refused) as refused:
            comment_services.confirm(world.cora, comment)
    assert refused.value.status == 403
    for act in ("confirm", "ask-again"):
        assert visit(world.cora).post(f"{url}/{act}", data={"words": "Why?"}).status_code == 404


def test_a_teacher_notes_moments_for_herself(world: World, visit: Visit, clip: Clip):
    visit(world.ada).post(f"/clips/{clip.id}/comments", data={"text": "Here.", "start": "1"})
    assert said()[0].starts == 1
    assert told("clip_commented") == 0
    assert db.session.scalars(select(ClipShare.answered_at)).one() is None
    decide = f"/feedback/comments/{said()[0].id}/decide"
    assert visit(world.ada).post(decide, data={"decision": "use"}).status_code == 403


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ({"text": " "}, "Write a few words first."),
        ({"text": "x" * 6001}, "longer than 6000"),
        ({"text": "Here", "start": "soon"}, "Write a moment like 1:05"),
        ({"text": "Here", "start": "1:75"}, "Write a moment like 1:05"),
        ({"text": "Here", "start": "0:02", "end": "0:01"}, "cannot end before"),
        ({"text": "Here", "end": "0:01"}, "Say where it starts"),
        ({"text": "Here", "start": "59:59"}, "shorter than that"),
    ],
)
def test_what_was_typed_stays_when_something_is_wrong(
    world: World, visit: Visit, clip: Clip, typed: dict[str, str], message: str
):
    answer = visit(world.cora).post(f"/clips/{clip.id}/comments", data=typed)
    assert answer.status_code == 422
    assert message in answer.text
    assert typed["text"].strip() in answer.text
    assert typed.get("start", "") in answer.text
    assert said() == []


@pytest.mark.parametrize(
    ("typed", "seconds"),
    [
        ("", None),
        ("65", 65),
        ("1:05", 65),
        (" 0:07 ", 7),
        ("1:02:03", 3723),
        ("0:01.5", 1.5),
        ("٣", 3),
    ],
)
def test_moments_are_read_as_people_write_them(typed: str, seconds: float | None):
    assert parse_moment(typed) == seconds


@pytest.mark.parametrize("typed", ["1:60", "a", "-1", "1:", ":5", "1:2:3:4", "1e3"])
def test_other_words_are_no_moment(app: Flask, typed: str):
    with app.test_request_context(), pytest.raises(Refused) as refused:
        parse_moment(typed)
    assert refused.value.field == "start"


def test_one_s_own_comment_is_changed_or_taken_back_within_ten_minutes(
    world: World, visit: Visit, clip: Clip
):
    cora, ada = visit(world.cora), visit(world.ada)
    page = f"/clips/{clip.id}"
    cora.post(f"{page}/comments", data={"text": "Tpyo", "start": "0:01", "kind": "note"})
    (comment,) = said()
    edit = f"/feedback/comments/{comment.id}/edit"
    assert "Tpyo" in cora.get(edit).text
    bad = cora.post(edit, data={"text": "", "start": "0:02"})
    assert bad.status_code == 422
    cora.post(edit, data={"text": "Typo", "start": "", "kind": "question"})
    db.session.refresh(comment)
    assert (comment.text, comment.starts, comment.anchor) == ("Typo", None, AnchorKind.WHOLE)
    with clock.at(NOW + timedelta(minutes=11)):
        assert edit not in cora.get(page).text
        late = cora.post(edit, data={"text": "Later"})
        assert late.status_code == 409
        assert "Later" in late.text
        assert cora.post(f"/feedback/comments/{comment.id}/remove").status_code == 409
    ada.post(f"{page}/comments/{comment.id}/reply", data={"text": "Yes?"})
    assert cora.post(f"/feedback/comments/{comment.id}/remove").status_code == 409
    assert cora.post(edit, data={"text": "Something else"}).status_code == 409
    assert edit not in cora.get(page).text
    cora.post(f"{page}/comments", data={"text": "And one more"})
    cora.post(f"/feedback/comments/{said()[-1].id}/remove")
    assert "And one more" not in cora.get(page).text


def test_replies_stay_in_one_place(world: World, visit: Visit, clip: Clip):
    cora = visit(world.cora)
    page = f"/clips/{clip.id}"
    cora.post(f"{page}/comments", data={"text": "First"})
    first = said()[0]
    empty = cora.post(f"{page}/comments/{first.id}/reply", data={"text": " "})
    assert empty.status_code == 422
    cora.post(f"{page}/comments/{first.id}/reply", data={"text": "Second"})
    second = said()[1]
    deeper = cora.post(f"{page}/comments/{second.id}/reply", data={"text": "Third"})
    assert deeper.status_code == 409
    decide = visit(world.ada).post(
        f"/feedback/comments/{second.id}/decide", data={"decision": "use"}
    )
    assert decide.status_code == 403
    odd = visit(world.ada).post(f"/feedback/comments/{first.id}/decide", data={"decision": "shred"})
    assert odd.status_code == 422
    long = visit(world.ada).post(
        f"/feedback/comments/{first.id}/decide", data={"decision": "use", "why": "x" * 2001}
    )
    assert long.status_code == 422
    assert "longer than 2000" in long.text


def test_after_taking_back_nothing_is_left_to_read(app: Flask, world: World, visit: Visit):
    clip = given.clip(app, world.ada)
    share = given.shared(app, clip, world.cora)
    visit(world.cora).post(f"/clips/{clip.id}/comments", data={"text": "Mine"})
    visit(world.cora).post(f"/clips/{clip.id}/drafts", data={"text": "Collected"})
    with app.test_request_context():
        services.take_back(world.ada, clip, share)
    db.session.commit()
    answer = visit(world.cora).post(f"/clips/{clip.id}/comments", data={"text": "More"})
    assert answer.status_code == 404
    assert "no longer shared with you" in answer.text
    assert "More" in answer.text
    assert "More" in visit(world.cora).get("/feedback/unsent").text
    assert "Collected" in visit(world.cora).get("/feedback/unsent").text
    assert drafts_of(world.cora) == []
    assert visit(world.cora).post(f"/clips/{clip.id}/comments", data={}).status_code == 404
    comment = said()[0]
    visit(world.ada).post(f"/clips/{clip.id}/comments/{comment.id}/reply", data={"text": "Thanks"})
    assert told("clip_replied") == 0


def test_whoever_may_see_a_clip_no_more_hears_of_no_decision(
    app: Flask, world: World, visit: Visit, clip: Clip
):
    visit(world.cora).post(f"/clips/{clip.id}/comments", data={"text": "Count to three."})
    with app.test_request_context():
        services.take_back(world.ada, clip, db.session.scalars(select(ClipShare)).one())
        db.session.commit()
    url = f"/feedback/comments/{said()[0].id}/decide"
    assert visit(world.ada).post(url, data={"decision": "use"}).status_code == 302
    assert told("clip_decided") == 0


def test_lists_and_pages_agree_about_comments(app: Flask, world: World, visit: Visit, clip: Clip):
    others = given.clip(app, world.ben, "Ben's")
    visit(world.cora).post(f"/clips/{clip.id}/comments", data={"text": "Of Ada's"})
    visit(world.ben).post(f"/clips/{others.id}/comments", data={"text": "Of Ben's"})
    for person in world.everyone:
        seen = set(db.session.scalars(policy.comments_seen_by(person)))
        assert seen == {one for one in said() if policy.may_see(person, one)}, person.name
    seen = db.session.scalars(policy.comments_seen_by(world.cora)).all()
    assert [comment.text for comment in seen] == ["Of Ada's"]


def test_where_a_work_leads(world: World, visit: Visit, clip: Clip):
    work_id = said_work(clip)
    for person in (world.cora, world.ada):
        answer = visit(person).get(f"/feedback/works/{work_id}")
        assert answer.location == f"/clips/{clip.id}"
    assert visit(world.ben).get(f"/feedback/works/{work_id}").status_code == 404


def said_work(clip: Clip) -> int:
    return db.session.scalars(select(Work.id).where(Work.clip_id == clip.id)).one()


@pytest.mark.parametrize("rows", [2, 20])
def test_the_page_costs_the_same_for_many_comments(
    world: World, visit: Visit, clip: Clip, statements: Callable[[], Any], rows: int
):
    cora, ada, page = visit(world.cora), visit(world.ada), f"/clips/{clip.id}"
    for number in range(rows):
        cora.post(f"{page}/comments", data={"text": f"Seen {number}", "start": "0:01"})
        one = said()[-1]
        ada.post(f"/feedback/comments/{one.id}/decide", data={"decision": "use", "why": "Yes"})
        ada.post(f"{page}/comments/{one.id}/reply", data={"text": f"Reply {number}"})
    db.session.expire_all()
    db.session.commit()
    with statements() as asked:
        shown = cora.get(page).text
    assert len(asked) == 6
    with statements() as asked:
        ada.get(page)
    assert len(asked) <= 6
    assert len(re.findall(r'class="comment comment-', shown)) == rows


def drafts_of(person: Person) -> list[CommentDraft]:
    own = select(CommentDraft).where(CommentDraft.author_id == person.id)
    return list(db.session.scalars(own.order_by(CommentDraft.id)))


def test_a_coach_collects_comments_and_sends_them_together(world: World, visit: Visit, clip: Clip):
    page = f"/clips/{clip.id}"
    cora, ada = visit(world.cora), visit(world.ada)
    look_fors = "Wait time\n\n Wait time \nWho answers whom"
    ada.post(f"{page}/look-fors", data={"look_fors": look_fors, "version": "1"})
    cora.post(f"{page}/look-fors", data={"look_fors": "Wait time\nTalk in pairs", "version": "2"})
    db.session.refresh(clip)
    assert clip.look_fors == ["Wait time", "Talk in pairs"]
    first = {"text": "Three hands go up.", "start": "0:01", "kind": "question"}
    for _nth in range(2):  # sent twice
        assert cora.post(f"{page}/drafts", data=first).status_code == 302
    cora.post(f"{page}/drafts", data={"text": "You wait.", "kind": "strength"})
    assert said() == []
    one, two = drafts_of(world.cora)
    shown = cora.get(page).text
    assert "2 comments not sent" in shown
    assert "Send 2 comments" in shown
    assert "Three hands go up." not in ada.get(page).text
    kept = cora.post(f"{page}/done")
    assert kept.location.endswith("#not-sent")
    assert told("clip_commented") + told("clip_done") == 0

    save, script = f"{page}/drafts/{two.id}", {"X-Requested-With": "fetch"}
    new = {"text": "You wait for two.", "start": "soon", "kind": "strength"}
    new |= {"look_for": "Wait time", "version": "1"}
    answer = cora.post(save, data=new, headers=script)
    assert answer.json["version"] == 2
    stale = cora.post(save, data=new | {"text": "Other"}, headers=script)
    assert (stale.status_code, stale.json["reason"]) == (409, "changed")
    assert stale.json["values"]["text"] == "You wait for two."
    refused = cora.post(f"{page}/drafts/send")
    assert refused.status_code == 422
    assert "Write a moment like 1:05" in refused.text
    assert said() == []
    cora.post(save, data=new | {"start": "0:02", "version": "2", "send": "1"})
    assert [(each.text, each.starts, each.look_for) for each in said()] == [
        ("You wait for two.", 2, "Wait time")
    ]
    cora.post(f"{page}/drafts", data={"text": "Not this"})
    cora.post(f"{page}/drafts/{drafts_of(world.cora)[-1].id}/remove")
    for _nth in range(2):
        cora.post(f"{page}/drafts/send")
    assert drafts_of(world.cora) == []
    assert [each.text for each in said()] == ["You wait for two.", "Three hands go up."]
    assert told("clip_commented") == 1
    assert cora.post(f"{page}/drafts/{one.id}", data={"text": "Late"}).status_code == 404
    assert cora.post(f"{page}/done").location.endswith(page)
    assert "You wait for two." in ada.get(f"{page}?kind=strength&look_for=Wait+time").text
    for which in ("kind=note", f"person={world.ada.id}", "look_for=Talk", "kind=strength&at=x"):
        assert "Three hands go up." not in ada.get(f"{page}?{which}").text
    assert "#t=65" in ada.get(f"{page}?at=1:05").text


@pytest.mark.parametrize(
    ("who", "status"), [("ben", 404), ("dee", 404), ("zoe", 404), ("lee", 404)]
)
def test_nobody_else_comes_to_what_is_collected(
    world: World, visit: Visit, clip: Clip, who: str, status: int
):
    page = f"/clips/{clip.id}"
    visit(world.cora).post(f"{page}/drafts", data={"text": "Mine"})
    (draft,) = drafts_of(world.cora)
    for person, expected in ((getattr(world, who), status), (world.ada, 404)):
        for act in ("", "/remove"):
            url = f"{page}/drafts/{draft.id}{act}"
            assert visit(person).post(url, data={"text": "x"}).status_code == expected
        assert visit(person).post(f"{page}/drafts/send").status_code in (expected, 302)
    assert drafts_of(world.cora) == [draft]


@pytest.mark.parametrize(
    ("who", "status"), [("ada", 302), ("cora", 302), ("ben", 403), ("zoe", 404)]
)
def test_the_owner_and_a_coach_list_what_to_look_for(
    app: Flask, world: World, visit: Visit, clip: Clip, who: str, status: int
):
    given.shared(app, clip, world.ben)
    url = f"/clips/{clip.id}/look-fors"
    typed = {"look_fors": "Talk", "version": "1"}
    assert visit(getattr(world, who)).post(url, data=typed).status_code == status
    db.session.refresh(clip)
    assert (clip.look_fors == ["Talk"]) is (status == 302)
    if status == 302:
        long = visit(world.ada).post(
            url, data={"look_fors": "x" * 121}, headers={"X-Requested-With": "fetch"}
        )
        assert (long.status_code, list(long.json["fields"])) == (422, ["look_fors"])


def test_a_later_clip_answers_an_earlier_one(
    app: Flask,
    world: World,
    visit: Visit,
    clip: Clip,
    tag: Protocol,
    statements: Callable[[], Any],
):
    cora, ada, page = visit(world.cora), visit(world.ada), f"/clips/{clip.id}"
    given.shared(app, clip, world.ben)
    for kind, text in (("suggestion", "Wait longer."), ("strength", "Calm."), ("note", "Look up.")):
        cora.post(f"{page}/comments", data={"text": text, "kind": kind, "start": "0:01"})
    wait, _calm, look_up = said()
    ada.post(f"/feedback/comments/{wait.id}/decide", data={"decision": "use", "version": "0"})
    newer = given.clip(app, world.ada, "Period 3, a week later")
    beside = f"/clips/{newer.id}/beside"
    assert "Which clip came before?" in ada.get(beside).text
    chosen = ada.get(f"{beside}?earlier={clip.id}").text
    assert "Wait longer." in chosen
    assert "Calm." not in chosen  # there is nothing to change
    assert cora.get(f"{beside}?earlier={clip.id}").status_code == 404
    stale = {"earlier": clip.id, "addressed": [f"{wait.id}:0"]}
    assert "Answered in another window:" in ada.post(beside, data=stale).text
    ticked = {"earlier": clip.id, "addressed": [f"{wait.id}:1"], "show_to": [world.ben.id]}
    for _nth in range(2):
        assert ada.post(beside, data=ticked).location == beside
    shown = cora.get(page).text
    assert "Answered by a later clip" in shown
    assert newer.title not in shown
    assert visit(world.ben).get(beside).status_code == 404  # he said nothing of the earlier one
    assert told("clip_decided") == 1
    again = ada.post(
        beside,
        data=ticked
        | {"addressed": f"{look_up.id}:0", "show_to": world.cora.id, "looks_first": "y"},
    )
    assert again.status_code == 302
    assert newer.looks_first
    assert visit(world.ben).get(beside).status_code == 404
    assert newer.title in cora.get(page).text
    both = cora.get(beside).text
    assert both.count("Answered by a later clip.") == 2
    assert "That answers it" in both
    assert cora.post(beside, data=ticked).status_code == 403
    cora.post(f"/feedback/comments/{wait.id}/confirm", data={"version": "2"})
    assert "Confirmed" in ada.get(page).text
    assert "Answered by a later clip." in cora.get("/feedback/given").text
    backward = ada.post(f"{page}/beside", data={"earlier": newer.id})
    assert backward.status_code == 422
    with app.test_request_context():
        for each in (clip, newer):
            store_captions(world.ada, each, "en", b"00:00 --> 00:01\nWhich river?")
    shared(db.session.get_one(Work, said_work(newer)), tag, named=[world.ben])
    db.session.commit()
    later = f"/clips/{newer.id}"
    for person in (ada, cora):
        with statements() as asked:
            both = person.get(later).text
        assert len(asked) <= 8
        assert f'href="{beside}"' in both
        with statements() as asked:
            person.get(beside)
        assert len(asked) <= 8


def test_a_reply_by_video_goes_with_its_words_and_with_the_clip(
    app: Flask, world: World, visit: Visit, clip: Clip
):
    cora, ada, page = visit(world.cora), visit(world.ada), f"/clips/{clip.id}"
    cora.post(f"{page}/comments", data={"text": "Who speaks here?", "start": "0:01"})
    url = f"{page}/comments/{said()[0].id}/reply"

    def recorded(text: str, data: bytes = given.video("webm")) -> dict[str, Any]:
        return {"text": text, "recording": (io.BytesIO(data), "reply.webm")}

    for person, where in ((ada, page), (cora, page), (ada, "/clips/new")):
        shown = person.get(where).headers
        assert "microphone=(self)" in shown["Permissions-Policy"], where
        assert "blob:" in shown["Content-Security-Policy"], "what was recorded is looked at"
    assert "microphone=()" in ada.get("/coaching").headers["Permissions-Policy"]
    silent = ada.post(url, data=recorded(" "))
    assert silent.status_code == 422
    assert "for whoever cannot listen" in silent.text
    assert ada.post(url, data=recorded("Words", b"Not a film at all.")).status_code == 422
    unclean = b"RIFF\x24\0\0\0WAVEfmt \x10\0\0\0 iXML with the place"
    assert ada.post(url, data=recorded("Words", unclean)).status_code == 422
    assert ada.post(url, data=recorded("A girl by the window.")).status_code == 302
    assert ada.post(url, data=recorded("A girl by the window.")).status_code == 302  # sent twice
    reply = said()[1]
    file = f"{page}/file/said-{reply.id}"
    assert f'src="{file}"' in cora.get(page).text
    for person in (world.ada, world.cora):
        assert visit(person).get(file).status_code == 200
    for person in (world.ben, world.zoe, world.lee):
        assert visit(person).get(file).status_code == 404
    with app.test_request_context():
        storage.put("clips/poster", b"A picture")
        poster = {"purpose": "poster", "storage_key": "clips/poster", "content_type": "image/jpeg"}
        db.session.add(ClipFile(clip_id=clip.id, size=9, sha256="0", **poster))
        offer(world.ada, clip, to_school=True, consent="", look_fors="", review_on=clip.delete_by)
        db.session.commit()
    for name, status in (("poster", 200), (f"said-{reply.id}", 404)):
        got = visit(world.ben).get(f"{page}/file/{name}")
        assert got.status_code == status, "who learns from a clip reads and hears no talk about it"
    cora.post(url, data=recorded("I nod."))
    heard = said()[-1]
    for person, hears in ((world.ada, True), (world.cora, True), (world.ben, False)):
        own = [piece.path for piece in own_data.PART.collect(person)]
        assert (f"recordings/{heard.id}-Cora-Mbeki.webm" in own) is hears, person.name
        assert (f"recordings/{reply.id}-Ada-Okafor.webm" in own) is (person is world.ada)
    cora.post(f"/feedback/comments/{heard.id}/remove")
    talked = ClipFile.purpose != "poster"
    key = db.session.scalars(select(ClipFile.storage_key).where(talked)).one()
    ada.post(f"/feedback/comments/{reply.id}/remove")
    assert cora.get(file).status_code == 404
    assert not storage.exists(key)
    ada.post(url, data=recorded("Again."))
    with app.test_request_context():
        services.delete_now(world.ada, clip)
        db.session.commit()
    late = ada.post(url, data=recorded("Too late to be heard."))
    assert (late.status_code, "Too late to be heard." in late.text) == (422, True)
    assert db.session.scalars(select(ClipFile)).all() == []
    assert "Again." in cora.get(page).text
    assert "Your recording" not in cora.get(page).text


def test_each_moment_has_a_picture_on_paper(app: Flask, world: World, visit: Visit, clip: Clip):
    cora, page = visit(world.cora), f"/clips/{clip.id}"
    for start in ("0:01", "0:01", ""):
        cora.post(f"{page}/comments", data={"text": f"Seen at {start} <b>", "start": start})
        cora.post(f"{page}/comments", data={"text": f"Kind {start}", "kind": "strength"})
    for _nth in range(2):
        with app.test_request_context():
            stills.draw_stills(clip.id)
        db.session.commit()
    still = f"{page}/file/still-1"
    paper = cora.get(f"{page}/print").text
    assert paper.count(f'src="{still}"') == 1
    assert "Seen at 0:01 &lt;b&gt;" in paper
    assert cora.get(still).mimetype == "image/jpeg"
    assert visit(world.ben).get(still).status_code == 404
    assert visit(world.ben).get(f"{page}/print").status_code == 404
    assert "Seen at" not in cora.get(f"{page}/print?kind=strength").text
    for one in said():
        if one.starts is not None:
            cora.post(f"/feedback/comments/{one.id}/remove")
    with app.test_request_context():
        stills.draw_stills(clip.id)
    db.session.commit()
    assert cora.get(still).status_code == 404


def test_no_picture_is_left_of_what_was_blurred(app: Flask, world: World, visit: Visit):
    clip, ada = given.clip(app, world.ada), visit(world.ada)
    page = f"/clips/{clip.id}"

    def draw() -> int:
        ada.post(f"{page}/comments", data={"text": "A badge can be read.", "start": "0:01"})
        with app.test_request_context():
            stills.draw_stills(clip.id)
        db.session.commit()
        return ada.get(f"{page}/file/still-1").status_code

    assert draw() == 200
    ada.post(f"/feedback/comments/{said()[0].id}/remove")
    clip.processed_at = NOW
    db.session.commit()
    blur = {"act0": "soften", "end0": "0:02", "do": "make"}
    assert ada.post(f"{page}/edit-video", data=blur).location == page
    assert ada.get(f"{page}/file/still-1").status_code == 404
    assert draw() == 404, "not while it is being blurred"
