"""What a teacher can count on: what was agreed, who looked, and that taken back is taken back."""

from __future__ import annotations

import io
from datetime import timedelta
from zipfile import ZipFile

from flask import Flask
from sqlalchemy import select

from pdportal import clock
from pdportal.activity.looks import Look, store_look
from pdportal.db import db
from pdportal.feedback.protocols.models import Protocol
from pdportal.feedback.works.models import Work
from pdportal.privacy.models import Download
from pdportal.privacy.services import collect, collect_what_waits
from pdportal.video.captions.services import store_captions
from pdportal.video.exemplars.services import offer
from pdportal.video.models import Clip, ClipShare
from tests.conftest import Visit
from tests.feedback import given as feedback
from tests.feedback.conftest import tag
from tests.people import World
from tests.video import given
from tests.video.conftest import NOW

__all__ = ["tag"]

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


def test_all_about_a_clip_is_one_page_for_its_owner_and_a_file(
    app: Flask, world: World, visit: Visit, tag: Protocol
):
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
    with app.test_request_context():
        offer(
            world.ada,
            clip,
            to_school=True,
            consent="Asked.",
            look_fors="",
            review_on=NOW.date() + timedelta(9),
        )
    work = db.session.scalars(select(Work)).one()
    feedback.shared(work, tag, named=[world.ben])
    db.session.commit()
    shown = ada.get(f"{page}/record").text
    for words in (
        *("Nine students of 7b", "Which river?", "One student waits.", "not used for evaluation"),
        *("2 times, ", "Cora Mbeki: shared on", "Ben Silva: asked for feedback on", "Hill School"),
    ):
        assert words in shown, words
    assert "One student waits." not in ada.get(f"{page}/record?comments=no").text
    about = {"about": f"clips-{clip.id}"}
    for wrong in ("clips-x", "clips-", "modules-1", "-"):
        assert ada.post("/account/data", data={"about": wrong}).status_code == 404
    for person in (ada, cora):
        person.post("/account/data", data=about)
        person.post("/account/data", data=about)
    mine, hers = db.session.scalars(select(Download).order_by(Download.id)).all()
    for download in (mine, hers):
        collect(download.id)
    db.session.expire_all()
    assert "all about one clip" in ada.get("/account/data").text
    with ZipFile(io.BytesIO(ada.get(f"/account/data/{mine.id}.zip").data)) as archive:
        assert {"clips/about.html", "clips/captions.en.vtt", "clips/video.mp4", "README.md"} <= set(
            archive.namelist()
        )
        read = archive.read("clips/about.html").decode()
    for words in ("Which river?", "One student waits.", "Ben Silva", "Hill School", "Cora Mbeki"):
        assert words in read, words
    assert "/static/" not in read
    with ZipFile(io.BytesIO(cora.get(f"/account/data/{hers.id}.zip").data)) as archive:
        assert archive.namelist() == ["README.md"], "it is not hers"
    assert "For learning, not for evaluation" in cora.get(page).text
    assert "for learning and not for evaluation" in cora.get("/inbox").text

    ada.post(f"{page}/delete")
    assert ada.get(f"/account/data/{mine.id}.zip").status_code == 404, "it holds the film"
    collect_what_waits()
    with ZipFile(io.BytesIO(ada.get(f"/account/data/{mine.id}.zip").data)) as archive:
        assert set(archive.namelist()) == {"clips/about.html", "README.md"}
        assert "Which river?" not in archive.read("clips/about.html").decode()


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
