"""What a teacher can count on: what was agreed, who looked, and that taken back is taken back."""

from __future__ import annotations

from datetime import timedelta

from flask import Flask
from sqlalchemy import select

from pdportal import clock
from pdportal.activity.looks import Look, store_look
from pdportal.db import db
from pdportal.video.captions.services import store_captions
from pdportal.video.models import Clip, ClipShare
from tests.conftest import Visit
from tests.people import World
from tests.video import given
from tests.video.conftest import NOW

FETCH = {"X-Requested-With": "fetch"}
NOTE = {
    "consent": "Nine students from behind.",
    "agreed": "My own learning, until June.",
    "agreed_by": "Families, on the district’s form.",
    "agreed_on": "2026-09-15",
}


def test_the_consent_note_is_saved_while_it_is_typed(app: Flask, world: World, visit: Visit):
    ada, clip = visit(world.ada), given.clip(app, world.ada)
    page = f"/clips/{clip.id}/consent"
    assert "is not written down yet" in ada.get(f"/clips/{clip.id}").text
    saved = ada.post(page, data=NOTE | {"version": "1"}, headers=FETCH)
    assert (saved.status_code, saved.json["version"]) == (200, 2)
    again = ada.post(page, data=NOTE | {"version": "1"}, headers=FETCH)
    assert again.json["version"] == 2
    other = ada.post(page, data=NOTE | {"version": "1", "agreed": "Other"}, headers=FETCH)
    assert (other.status_code, other.json["values"]["agreed"]) == (409, NOTE["agreed"])
    for wrong in ({"consent": ""}, {"agreed_on": "soon"}):
        refused = ada.post(page, data=NOTE | {"version": "2"} | wrong, headers=FETCH)
        assert (refused.status_code, list(refused.json["fields"])) == (422, list(wrong))
        typed = ada.post(page, data=NOTE | {"version": "2", "agreed": "Kept"} | wrong)
        assert (typed.status_code, "Kept" in typed.text) == (422, True)
    assert ada.post(page, data=NOTE | {"version": "2", "agreed": "For us."}).status_code == 302
    assert "is not written down yet" not in ada.get(f"/clips/{clip.id}").text
    assert "For us." in ada.get(f"/clips/{clip.id}/share?q=cora").text
    ada.post(f"/clips/{clip.id}/delete")
    assert ada.get(page).status_code == 404
    db.session.expire_all()
    row = db.session.scalars(select(Clip)).one()
    assert (row.agreed, row.agreed_by, row.agreed_on) == ("", "", None)


def test_all_about_a_clip_is_one_page_for_its_owner(app: Flask, world: World, visit: Visit):
    ada, cora, clip = visit(world.ada), visit(world.cora), given.clip(app, world.ada)
    page = f"/clips/{clip.id}"
    given.shared(app, clip, world.cora)
    with app.test_request_context():
        store_captions(world.ada, clip, "en", b"00:00 --> 00:01\nWhich river?")
    db.session.commit()
    cora.post(f"{page}/comments", data={"text": "One student waits.", "start": "0:01"})
    for minutes in (0, 10, 50):
        store_look("clip", clip.id, world.cora.id, NOW + timedelta(minutes=minutes))
    db.session.commit()
    assert db.session.scalars(select(Look.times)).one() == 2  # ten minutes later it is the same one
    shown = ada.get(f"{page}/record").text
    for words in (
        *("Nine students of 7b", "Which river?", "One student waits.", "not used for evaluation"),
        *("2 times, last", f"{page}/file", "Cora Mbeki: shared"),
    ):
        assert words in shown, words
    assert "One student waits." not in ada.get(f"{page}/record?comments=no").text
    assert "For learning, not for evaluation" in cora.get(page).text
    assert "for learning and not for evaluation" in cora.get("/inbox").text


def test_what_is_taken_back_ends_on_open_pages_too(app: Flask, world: World, visit: Visit):
    ada, cora, clip = visit(world.ada), visit(world.cora), given.clip(app, world.ada)
    share = given.shared(app, clip, world.cora)
    with app.test_request_context():
        store_captions(world.ada, clip, "en", b"00:00 --> 00:01\nWhich river?")
    db.session.commit()
    page = f"/clips/{clip.id}"
    urls = (f"{page}/file", f"{page}/captions/en.vtt", f"{page}/standing")
    assert f'data-standing-url-value="{page}/standing"' in cora.get(page).text
    assert [cora.get(url).status_code for url in urls] == [200, 200, 204]
    ada.post(f"{page}/shares/{share.id}/take-back")
    part = {"Range": "bytes=10-20"}
    assert [cora.get(url, headers=part).status_code for url in urls] == [404, 404, 404]
    assert ada.get(urls[2]).status_code == 204
    ada.post(f"{page}/delete")
    assert [ada.get(url).status_code for url in urls] == [404, 404, 404]
    assert db.session.scalars(select(ClipShare.person_id)).all() == [world.cora.id]
    assert clock.now() == NOW
