"""Feedback is asked for on a clip: those asked watch it while they are, and comment at moments."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from pdportal.db import db
from pdportal.feedback.comments.models import AnchorKind, Comment, Decision
from pdportal.feedback.protocols.models import Protocol
from pdportal.feedback.rounds.hiding import Hides, hideable
from pdportal.feedback.rounds.models import Round
from pdportal.feedback.works.models import Work
from pdportal.inbox.models import Notice
from pdportal.video.captions.services import store_captions
from pdportal.video.models import Clip, ClipShare
from tests.conftest import Visit
from tests.feedback import given
from tests.people import World
from tests.video import given as clips


@pytest.fixture
def work(app: Flask, world: World) -> Work:
    """Ada's clip, with captions."""
    clip = clips.clip(app, world.ada, "Rivers")
    with app.test_request_context():
        store_captions(world.ada, clip, "en", b"00:00 --> 00:01\nWhich river?")
    db.session.commit()
    return db.session.scalars(select(Work)).one()


def test_a_clip_goes_round_with_a_protocol(
    world: World, visit: Visit, work: Work, tag: Protocol, statements: Callable[[], Any]
):
    ada, ben, page = visit(world.ada), visit(world.ben), f"/clips/{work.clip_id}"
    assert f"/feedback/works/{work.id}/share" in ada.get(page).text
    offered = ada.get(f"/feedback/works/{work.id}/share").text
    assert "no name can be hidden" in offered
    assert hideable(work) == (Hides.NOBODY,)
    sent = {"question": "Who answers whom?", "who": "named", "named": str(world.ben.id)}
    hidden = ada.post(
        f"/feedback/works/{work.id}/share",
        data={**sent, "protocol": str(tag.id), "hides": "reviewers"},
    )
    assert (hidden.status_code, db.session.scalars(select(Round)).all()) == (422, [])
    round_ = given.shared(work, tag, named=[world.ben], question="Who answers whom?")
    db.session.commit()
    urls = (f"{page}/file", f"{page}/captions/en.vtt", f"{page}/standing")

    def answers(person: Any) -> set[int]:
        return {visit(person).get(url).status_code for url in urls}

    review = given.review_of(round_, world.ben)
    here = f"/feedback/reviews/{review.id}"
    assert f'src="{urls[0]}"' in ben.get(here).text
    assert ben.get(page).status_code == 404  # the talk with the coach is not theirs
    assert answers(world.ben) == {200, 204}
    for person in (world.dee, world.fay, world.zoe, world.cora, world.lee, world.max, world.olu):
        assert answers(person) == {404}, person.name

    ben.post(f"{here}/begin")
    stage = ben.get(here).text
    assert "Which river?" in stage
    comment = db.session.scalars(select(Comment).where(Comment.author_id == world.ben.id)).first()
    assert comment is not None
    n, version = comment.id, str(review.version)
    box = {f"text-{n}": "They answer you.", "stage": "tell", "version": version}
    late = ben.post(f"{here}/write", data=box | {f"start-{n}": "9:00"})
    assert (late.status_code, "shorter than that" in late.text) == (422, True)
    ben.post(f"{here}/write", data=box | {f"start-{n}": "0:01", f"end-{n}": "1.5"})
    db.session.expire_all()
    assert (comment.anchor, comment.starts, comment.ends) == (AnchorKind.MOMENT, 1.0, 1.5)
    assert 'value="0:01.5"' in ben.get(here).text
    with statements() as asked:
        ben.get(here)
    assert len(asked) <= 8
    given.given(round_, world.ben)
    db.session.commit()
    assert answers(world.ben) == {200, 204}
    assert 'data-moment="1.0"' in ben.get(f"{here}/outcome", follow_redirects=True).text
    read = ada.get(f"/feedback/rounds/{round_.id}").text
    assert "Upload a later clip" in read
    assert f'href="/clips/new?earlier={round_.work.clip_id}"' in read
    assert "Write the next version" not in read
    assert 'data-moment="1.0"' in read
    assert f'src="{urls[0]}"' in read
    with statements() as asked:
        assert "They answer you." not in ada.get(page).text
    assert len(asked) <= 8
    assert "Rivers" in ada.get("/feedback").text

    ada.post(f"{page}/stop-in-requests")
    assert answers(world.ben) == {404}
    ended = ben.get(f"{here}/outcome", follow_redirects=True).text
    assert "can no longer be watched" in ended
    assert "Which river?" not in ended
    ada.post(f"{page}/delete")
    assert ada.get(f"/feedback/rounds/{round_.id}").status_code == 200


def test_a_request_that_is_over_or_declined_shows_no_clip(
    app: Flask, world: World, visit: Visit, work: Work, tag: Protocol
):
    round_ = given.shared(work, tag, named=[world.ben, world.dee])
    db.session.commit()
    file = f"/clips/{work.clip_id}/file"
    visit(world.ben).post(f"/feedback/reviews/{given.review_of(round_, world.ben).id}/decline")
    assert visit(world.ben).get(file).status_code == 404
    assert visit(world.dee).get(file).status_code == 200
    visit(world.ada).post(f"/feedback/rounds/{round_.id}/close")
    assert visit(world.dee).get(file).status_code == 404
    visit(world.ada).post(f"/clips/{work.clip_id}/delete")
    ask = {"question": "Again?", "protocol": str(tag.id), "who": "named", "named": world.ben.id}
    again = visit(world.ada).post(f"/feedback/works/{work.id}/share", data=ask)
    assert again.status_code in {409, 422}


@pytest.fixture
def asked(app: Flask, world: World, work: Work, tag: Protocol) -> tuple[Round, Comment, Comment]:
    """A request on Ada's clip, in which Ben and Dee have given; and what each suggests."""
    round_ = given.shared(work, tag, named=[world.ben, world.dee])
    for person in (world.ben, world.dee):
        given.given(round_, person, give=f"Wait longer, says {person.given_name}.")
    db.session.commit()
    suggested = select(Comment).where(Comment.text.startswith("Wait longer")).order_by(Comment.id)
    of_ben, of_dee = db.session.scalars(suggested)
    return round_, of_ben, of_dee


def test_a_later_clip_answers_what_was_said_in_a_request(
    app: Flask,
    world: World,
    visit: Visit,
    work: Work,
    asked: tuple[Round, Comment, Comment],
    statements: Callable[[], Any],
):
    ada, ben, dee = visit(world.ada), visit(world.ben), visit(world.dee)
    round_, of_ben, of_dee = asked
    page = f"/feedback/rounds/{round_.id}"
    decided = {"decision": "decline", "why": "Not in my room.", "version": "0"}
    ada.post(f"/feedback/comments/{of_dee.id}/decide", data=decided)
    newer = clips.clip(app, world.ada, "Rivers, a week later")
    beside = f"/clips/{newer.id}/beside"
    chosen = f"{beside}?earlier={work.clip_id}"
    with statements() as asked_of:
        offered = ada.get(chosen).text
    assert len(asked_of) <= 8
    for words in ("Wait longer, says Ben.", "Ben Silva", f"/feedback/comments/{of_ben.id}"):
        assert words in offered
    stale = {"earlier": work.clip_id, "addressed": [f"{of_ben.id}:0", f"{of_dee.id}:0"]}
    refused = ada.post(beside, data=stale)
    assert (refused.status_code, "Answered in another window:" in refused.text) == (409, True)
    assert db.session.get(Decision, of_ben.id) is None, "all of them or none"
    ticked = stale | {"addressed": [f"{of_ben.id}:0"], "show_to": [world.ben.id, world.cora.id]}
    for _nth in range(2):
        assert ada.post(beside, data=ticked).location == beside
    assert db.session.scalars(select(ClipShare.person_id)).all() == [world.ben.id]
    assert round_.answered_at is not None
    told = select(Notice.person_id, Notice.url).where(Notice.kind == "feedback_filmed")
    outcome = f"/feedback/reviews/{of_ben.review_id}/outcome"
    assert db.session.execute(told).all() == [(world.ben.id, outcome)]
    decline = select(Notice.person_id).where(Notice.kind == "feedback_decided")
    assert db.session.scalars(decline).all() == [world.dee.id], "all answers are out now"
    assert "Answered by a later clip" in ada.get(page).text

    read = ben.get(outcome).text
    assert "Answered by a later clip." in read
    assert newer.title in read
    assert ben.get(beside).location == f"/clips/{newer.id}", "he does not see the earlier one"
    share_id = db.session.scalars(select(ClipShare.id)).one()
    ada.post(f"/clips/{newer.id}/shares/{share_id}/take-back")
    assert newer.title not in ben.get(outcome).text
    assert f'href="{beside}"' not in dee.get(f"/feedback/reviews/{of_dee.review_id}/outcome").text
    again = {"words": "Who waits?", "version": "1"}
    ben.post(f"/feedback/comments/{of_ben.id}/ask-again", data=again)
    once = ada.get(beside).text
    assert once.count(f'id="comment-{of_ben.id}"') == 1, "to be answered anew, and told once"
    assert "Who waits?" in once
    ada.post(beside, data=ticked | {"addressed": [f"{of_ben.id}:2"]})
    ben.post(f"/feedback/comments/{of_ben.id}/confirm", data={"version": "3"})
    assert db.session.get_one(Decision, of_ben.id).confirmed_at is not None
    assert "Confirmed" in ada.get(page).text


def test_whoever_sees_both_clips_is_led_from_the_request_to_them(
    app: Flask, world: World, visit: Visit, work: Work, asked: tuple[Round, Comment, Comment]
):
    _round, of_ben, of_dee = asked
    newer = clips.clip(app, world.ada, "Rivers, a week later")
    for each in (db.session.get_one(Clip, work.clip_id), newer):
        clips.shared(app, each, world.ben)
    beside = f"/clips/{newer.id}/beside"
    both = [f"{of_ben.id}:0", f"{of_dee.id}:0"]
    visit(world.ada).post(beside, data={"earlier": work.clip_id, "addressed": both})
    ben = visit(world.ben)
    read = ben.get(f"/feedback/reviews/{of_ben.review_id}/outcome").text
    assert f'href="{beside}"' in read
    shown = ben.get(beside).text
    assert ("says Ben." in shown, "says Dee." in shown) == (True, False), "his own alone"
    assert "That answers it" in shown
    for person in (world.dee, world.cora, world.lee):
        assert visit(person).get(beside).status_code == 404


def test_names_that_a_request_hides_stay_hidden_beside_a_later_clip(
    app: Flask, world: World, visit: Visit, work: Work, asked: tuple[Round, Comment, Comment]
):
    round_, of_ben, _of_dee = asked
    round_.hides_reviewers = True
    db.session.commit()
    ada, newer = visit(world.ada), clips.clip(app, world.ada, "A week later")
    beside = f"/clips/{newer.id}/beside"
    shown = ada.get(f"{beside}?earlier={work.clip_id}").text
    assert "Wait longer, says" in shown
    assert "A reviewer" in shown
    names = ("Ben Silva", "Dee Tran", 'name="show_to"')
    assert not [name for name in names if name in shown.replace("says Dee.", "")]
    ticked = {"earlier": work.clip_id, "addressed": [f"{of_ben.id}:0"], "show_to": [world.ben.id]}
    assert ada.post(beside, data=ticked).status_code == 302
    assert db.session.scalars(select(ClipShare)).all() == [], "sharing would tell who they are"
    after = ada.get(beside).text
    assert not [name for name in names if name in after.replace("says Dee.", "")]


def test_what_cannot_be_answered_by_a_later_clip(
    app: Flask, world: World, visit: Visit, work: Work, asked: tuple[Round, Comment, Comment]
):
    round_, of_ben, _of_dee = asked
    ada = visit(world.ada)
    newer = clips.clip(app, world.ada, "A week later")
    beside = f"/clips/{newer.id}/beside"
    ticked = {"earlier": work.clip_id, "addressed": [f"{of_ben.id}:0"]}
    for person in (world.ben, world.cora, world.lee):
        assert visit(person).post(beside, data=ticked).status_code == 404
    ada.post(f"/clips/{work.clip_id}/look-first")
    assert "Wait longer" not in ada.get(f"{beside}?earlier={work.clip_id}").text
    ada.post(beside, data=ticked)
    open_now = {"pleased": "", "surprised": "", "change": "", "version": "0", "open": "now"}
    ada.post(f"/clips/{work.clip_id}/first-look", data=open_now)
    ada.post(f"/feedback/rounds/{round_.id}/close")
    assert "Wait longer" not in ada.get(f"{beside}?earlier={work.clip_id}").text, "it is closed"
    ada.post(beside, data=ticked)
    assert db.session.scalars(select(Decision)).all() == []


def test_the_authors_page_may_begin_without_a_session(
    world: World, visit: Visit, work: Work, tag: Protocol
):
    url = f"/feedback/rounds/{given.shared(work, tag, named=[world.ben]).id}"
    clip, ada = f'src="/clips/{work.clip_id}/file"', visit(world.ada)
    db.session.commit()
    db.session.remove()
    assert clip in ada.get(url).text
