"""The teacher looks first: what others say opens once they have, or when they say so."""

from __future__ import annotations

import io

from flask import Flask
from sqlalchemy import select, update

from pdportal import clock, storage
from pdportal.accounts.models import Person
from pdportal.db import db
from pdportal.feedback.clips.models import FirstLook
from pdportal.feedback.comments import policy
from pdportal.feedback.comments.models import Comment
from pdportal.feedback.protocols.models import Protocol
from pdportal.feedback.reviews import policy as review_policy
from pdportal.feedback.rounds.models import Round
from pdportal.feedback.works.models import Work
from pdportal.inbox.models import Notice
from pdportal.video.models import ClipFile
from tests.conftest import Visit
from tests.feedback import given
from tests.people import World
from tests.video import given as clips

FETCH = {"X-Requested-With": "fetch"}
SAID = "Two students wait by the door."
SAW = {"pleased": "It was quiet.", "surprised": "I look left.", "change": "", "version": "0"}


def test_comments_open_once_the_owner_has_looked(app: Flask, world: World, visit: Visit):
    ada, cora, ben = visit(world.ada), visit(world.cora), visit(world.ben)
    clip = clips.clip(app, world.ada)
    clip.processed_at = clock.now()
    db.session.commit()
    page, look = f"/clips/{clip.id}", f"/clips/{clip.id}/first-look"
    shared = {"person": str(world.cora.id), "looks_first": "y"}
    ada.post(f"{page}/share", data=shared)
    ada.post(f"{page}/share", data=shared | {"person": str(world.ben.id)})
    cora.post(f"{page}/comments", data={"text": SAID, "start": "0:01"})
    comment = db.session.scalars(select(Comment)).one()
    assert SAID in cora.get(page).text
    assert "Look first yourself" in ada.get(page).text
    assert "What others wrote opens once you have looked" in ada.get(page).text
    for url in (page, f"{page}/record", "/feedback/comments"):
        assert SAID not in ada.get(url).text, url
    assert not policy.may_see(world.ada, comment)
    decided = ada.post(f"/feedback/comments/{comment.id}/decide", data={"decision": "use"})
    assert decided.status_code == 404

    assert ada.post(look, data=SAW, headers=FETCH).json["version"] == 1
    assert ada.post(look, data=SAW, headers=FETCH).json["version"] == 1  # sent twice
    other = ada.post(look, data=SAW | {"pleased": "Other"}, headers=FETCH)
    assert (other.status_code, other.json["values"]["pleased"]) == (409, "It was quiet.")
    empty = dict.fromkeys(SAW, "") | {"version": "1", "open": "with"}
    refused = ada.post(look, data=empty)
    assert (refused.status_code, "Write a sentence first" in refused.text) == (422, True)
    assert SAID not in ada.get(page).text
    for person in (cora, ben):
        assert "It was quiet." not in person.get(page).text
        assert person.post(look, data=SAW).status_code == 403
    assert visit(world.lee).post(look, data=SAW).status_code == 404

    ada.post(look, data=SAW | {"version": "1", "open": "with", "to_coach": "1"})
    assert SAID in ada.get(page).text
    assert SAID in ada.get("/feedback/comments").text
    assert "It was quiet." in cora.get(page).text  # her coach, as she ticked
    assert "It was quiet." not in ben.get(page).text
    assert db.session.scalars(select(FirstLook.surprised)).one() == "I look left."


def test_what_a_request_brings_and_all_counts_are_closed_as_well(
    app: Flask, world: World, visit: Visit, tag: Protocol
):
    ada, cora = visit(world.ada), visit(world.cora)
    clip = clips.clip(app, world.ada)
    page = f"/clips/{clip.id}"
    ada.post(f"{page}/share", data={"person": str(world.cora.id)})
    assert "You can look first" in ada.get(page).text
    assert cora.post(f"{page}/look-first").status_code == 403
    ada.post(f"{page}/look-first")
    cora.post(f"{page}/comments", data={"text": SAID, "kind": "question"})
    db.session.execute(update(Notice).values(read_at=clock.now()))
    db.session.commit()
    cora.post(f"{page}/comments", data={"text": f"{SAID} Again."})
    cora.post(f"{page}/done")
    work = db.session.scalars(select(Work)).one()
    share = f"/feedback/works/{work.id}/share"
    assert 'name="looks_first"' in ada.get(share).text
    asked = {"protocol": tag.slug, "question": "Who talks?", "who": "named", "since": "0"}
    ada.post(share, data=asked | {"named": str(world.ben.id), "looks_first": "y"})
    round_ = db.session.scalars(select(Round)).one()
    given.given(round_, world.ben)
    db.session.commit()
    kinds = select(Notice.kind).where(Notice.person_id == world.ada.id).order_by(Notice.id)
    told = ["clip_commented", "clip_done", "feedback_given"]
    assert db.session.scalars(kinds).all() == told, "one of who comments, however often"
    review, here = given.review_of(round_, world.ben), f"/feedback/rounds/{round_.id}"
    said = [each.text for each in review.comments if each.text]
    assert len(said) > 1
    for each in review.comments:
        if each.text:
            more = {"text": "One more thought."}
            visit(world.ben).post(f"/feedback/comments/{each.id}/reply", data=more)
    replied = select(Notice.url).where(Notice.kind == "feedback_replied")
    assert db.session.scalars(replied).all() == [here], "one, wherever he replied"
    tells = (SAID, *said, "1 comment", "2 comments", "1 of 1", "1 review", "enough to continue")
    history, end = f"/feedback/works/{work.id}/history", f"{here}/close"
    places = ("/", "/feedback", "/feedback/comments", "/coaching", "/inbox", history, end, page)
    for url in places:
        shown = ada.get(url).text
        assert not [words for words in tells if words in shown], url
    assert "opens once you have looked yourself" in ada.get("/feedback").text
    assert "is done with" in ada.get("/inbox").text
    closed = ada.get(here)
    assert closed.location == page
    assert "Look first yourself" in ada.get(page).text
    assert "have no answer yet" not in ada.get(f"{here}/close").text
    for person in world.everyone:
        reads = db.session.scalars(review_policy.reviews_seen_by(person)).all()
        assert (review in reads) == review_policy.may_see(person, review) == (person is world.ben)
    open_now = dict.fromkeys(SAW, "") | {"version": "0", "open": "now"}
    ada.post(f"{page}/first-look", data=open_now)
    assert said[0] in ada.get(here).text
    assert "comments to respond to" in ada.get("/").text
    assert "1 review is here" in ada.get("/feedback").text
    assert 'name="looks_first"' not in ada.get(f"{page}/share").text, "it is open now"
    assert review_policy.may_see(world.ada, review)


def test_they_open_at_once_when_the_owner_says_so_and_the_choice_is_kept(
    app: Flask, world: World, visit: Visit
):
    ada = visit(world.ada)
    first, second = clips.clip(app, world.ada, "First"), clips.clip(app, world.ada, "Second")
    shared = {"person": str(world.cora.id), "looks_first": "y"}
    ada.post(f"/clips/{first.id}/share", data=shared)
    visit(world.cora).post(f"/clips/{first.id}/comments", data={"text": SAID})
    look = f"/clips/{first.id}/first-look"
    ada.post(look, data=dict.fromkeys(SAW, "") | {"version": "0", "open": "now"})
    assert SAID in ada.get(f"/clips/{first.id}").text
    box = ada.get(f"/clips/{second.id}/share?q=cora").text.split('name="looks_first"')
    assert "checked" in (box[0].rpartition("<input")[2] + box[1][:90])


def test_a_form_that_was_opened_before_does_not_open_what_is_said(
    app: Flask, world: World, visit: Visit, tag: Protocol
):
    ada, clip = visit(world.ada), clips.clip(app, world.ada)
    share = f"/clips/{clip.id}/share"
    work = db.session.scalars(select(Work)).one()
    ask = f"/feedback/works/{work.id}/share"
    hidden = '<input type="hidden" name="looks_first" value="shown">'
    assert hidden not in ada.get(f"{share}?q=cora").text + ada.get(ask).text
    ada.post(f"/clips/{clip.id}/look-first")  # in another window
    sent = {"question": "Who talks?", "who": "named", "named": str(world.ben.id), "since": "0"}
    ada.post(share, data={"person": str(world.cora.id)})
    ada.post(ask, data=sent | {"protocol": tag.slug})
    assert db.session.scalars(select(Round)).one()
    assert clip.looks_first
    again = ada.get(f"{share}?q=dee").text
    assert hidden in again
    refused = ada.post(share, data={"looks_first": "shown", "q": "dee"})
    assert hidden in refused.text, "it still says what it showed"
    ada.post(share, data={"person": str(world.dee.id), "looks_first": "shown"})
    assert not clip.looks_first, "they saw it ticked, and ticked it off"


def test_no_file_tells_what_is_said_before_the_owner_has_looked(
    app: Flask, world: World, visit: Visit
):
    ada, cora = visit(world.ada), visit(world.cora)
    clip = clips.clip(app, world.ada)
    page = f"/clips/{clip.id}"
    for person in (world.cora, world.ben):
        ada.post(f"{page}/share", data={"person": str(person.id), "looks_first": "y"})
    cora.post(f"{page}/comments", data={"text": SAID, "start": "0:01"})
    first = db.session.scalars(select(Comment.id)).one()
    recording = {"text": "Hear me.", "recording": (io.BytesIO(clips.video("webm")), "a.webm")}
    visit(world.ben).post(f"{page}/comments/{first}/reply", data=recording)
    with app.test_request_context():
        for name in ("still-1", "poster"):
            storage.put(f"clips/{name}", b"A picture")
            of_file = {"storage_key": f"clips/{name}", "content_type": "image/jpeg"}
            row = ClipFile(clip_id=clip.id, purpose=name, size=9, sha256="0", **of_file)
            db.session.add(row)
        db.session.commit()
    talk = select(ClipFile.purpose).where(ClipFile.purpose != "poster")
    of_talk = [f"{page}/file/{name}" for name in db.session.scalars(talk)]
    assert len(of_talk) == 2
    ada.post(f"{page}/comments", data={"text": "My own note.", "start": "0:01"})
    printed = ada.get(f"{page}/print").text
    assert ("My own note." in printed, "still-1" in printed) == (True, False)

    def answers(person: Person) -> set[int]:
        return {visit(person).get(url).status_code for url in of_talk}

    assert (answers(world.ada), answers(world.cora)) == ({404}, {200})
    assert ada.get(f"{page}/file/poster").status_code == 200
    open_now = dict.fromkeys(SAW, "") | {"version": "0", "open": "now"}
    ada.post(f"{page}/first-look", data=open_now)
    assert answers(world.ada) == {200}
    assert "still-1" in ada.get(f"{page}/print").text


def test_what_was_told_before_leads_to_the_clip_once_it_is_closed(
    app: Flask, world: World, visit: Visit, tag: Protocol
):
    ada, ben = visit(world.ada), visit(world.ben)
    clip = clips.clip(app, world.ada)
    work = db.session.scalars(select(Work)).one()
    round_ = given.shared(work, tag, named=[world.ben])
    review = given.given(round_, world.ben)
    told, untold, *_more = [each for each in review.comments if each.text]
    ben.post(f"/feedback/comments/{told.id}/reply", data={"text": "One more thought."})
    url = f"/feedback/comments/{told.id}"
    notice = db.session.scalars(select(Notice).where(Notice.url == url)).one()
    assert ada.post(f"/inbox/{notice.id}/open").location == url
    assert ada.get(url).status_code == 200
    ada.post(f"/clips/{clip.id}/look-first")
    led = ada.get(url)
    assert led.location == f"/clips/{clip.id}"
    assert "Look first yourself." in ada.get(f"/clips/{clip.id}").text
    assert ada.get(f"/feedback/comments/{untold.id}").status_code == 404, "it would count them"
    for person in (world.cora, world.dee, world.lee):
        assert visit(person).get(url).status_code == 404
    assert ben.get(url).location.endswith(f"#comment-{told.id}")
