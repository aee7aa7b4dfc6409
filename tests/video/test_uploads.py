"""A video comes in by pieces: stopped, gone on with, sent twice, of no use, forgotten."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from pdportal import clock, storage
from pdportal.db import db
from pdportal.feedback.clips.services import work_of
from pdportal.inbox.models import Notice
from pdportal.stores import StorageUnavailable
from pdportal.video import files
from pdportal.video.models import Clip
from pdportal.video.uploads import joining, services, tus
from pdportal.video.uploads.models import ClipUpload, UploadPiece
from tests.conftest import Visit
from tests.people import CAST, World
from tests.video import given

PIECE = 3000
TUS = {"Tus-Resumable": tus.VERSION, "X-Requested-With": "fetch"}
WORDS = {**given.SAID, "version": "1"}


@pytest.fixture(autouse=True)
def small_pieces(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """The files of other tests are not rolled back with their rows."""
    monkeypatch.setattr(tus, "SMALLEST_PIECE", PIECE)
    for key in pieces(app):
        with app.app_context():
            storage.delete(key)


@dataclass
class Sender:
    """A tus client, as our page has one."""

    client: FlaskClient
    data: bytes = field(default_factory=given.video)
    name: str = "IMG_0001.mp4"
    url: str = ""
    earlier: int | None = None

    def begin(self, instead_of: int | None = None, **more: Any) -> TestResponse:
        about = {"filename": self.name, "fingerprint": f"{hash(self.data):x}"}
        about |= {"insteadof": str(instead_of)} if instead_of else {}
        about |= {"earlier": str(self.earlier)} if self.earlier else {}
        said = ",".join(
            f"{name} {b64encode(text.encode()).decode()}" for name, text in about.items()
        )
        headers = {**TUS, "Upload-Length": str(len(self.data)), "Upload-Metadata": said, **more}
        answer = self.client.post("/clips/uploads", headers=headers)
        self.url = answer.headers.get("Location", self.url)
        return answer

    def offset(self) -> int:
        return int(self.client.head(self.url, headers=TUS).headers["Upload-Offset"])

    def piece(self, start: int, size: int = PIECE, **more: str) -> TestResponse:
        headers = {**TUS, "Upload-Offset": str(start), "Content-Type": tus.PIECE, **more}
        return self.client.patch(self.url, data=self.data[start : start + size], headers=headers)

    def rest(self) -> None:
        while (start := self.offset()) < len(self.data):
            assert self.piece(start).status_code == 204

    @property
    def page(self) -> str:
        return self.url.rpartition("/")[0]

    @property
    def id(self) -> int:
        return int(self.page.rpartition("/")[2])

    def words(self, verb: str = "add", **more: str) -> TestResponse:
        return self.client.post(f"{self.page}/{verb}", data=WORDS | more)


def join(app: Flask, sender: Sender) -> None:
    with app.test_request_context():
        joining.join_upload(sender.id)


def pieces(app: Flask) -> set[str]:
    with app.app_context():
        return {key for key, _stored in storage.keys(services.PREFIX)}


def count(model: type[Any]) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def test_a_video_comes_in_by_pieces_while_its_words_are_typed(
    app: Flask, world: World, visit: Visit
):
    ada = Sender(visit(world.ada))
    new = ada.client.get("/clips/new")
    assert "camera=(self)" in new.headers["Permissions-Policy"]
    assert "media-src 'self' blob:" in new.headers["Content-Security-Policy"]
    assert "camera=()" in ada.client.get("/coaching").headers["Permissions-Policy"]

    begun = ada.begin()
    assert begun.status_code == 201
    assert begun.headers["Upload-Offset"] == "0"
    assert ada.piece(0).headers["Upload-Offset"] == str(PIECE)
    # Sent twice, from another place, too much: nothing is stored for it.
    for start, size in ((0, PIECE), (PIECE + 1, PIECE)):
        assert ada.piece(start, size).status_code == 409
    too_much = b"x" * len(ada.data)
    headers = {**TUS, "Upload-Offset": str(PIECE), "Content-Type": tus.PIECE}
    assert ada.client.patch(ada.url, data=too_much, headers=headers).status_code == 409
    assert ada.offset() == PIECE
    assert len(pieces(app)) == count(UploadPiece) == 1

    # The page goes on where it was, after a reload and in another window.
    again = Sender(visit(world.ada))
    assert again.begin().headers["Location"] == ada.url
    shown = again.client.get(again.page).text
    assert "IMG_0001.mp4" in shown
    assert "choose the same video again" in shown
    for page in ("/coaching", "/clips/new"):
        listed = again.client.get(page).text
        assert "Not finished" in listed
        assert again.page in listed
    typed = again.client.post(
        f"{again.page}/words",
        data={"title": "Rivers", "version": "1"},
        headers={"X-Requested-With": "fetch", "Accept": "application/json"},
    )
    assert typed.json["version"] == 2
    assert "Rivers" in ada.client.get(ada.page).text
    other = ada.words("words", title="Lakes")
    assert other.status_code == 409
    assert "Rivers" in other.text
    assert "Lakes" in other.text

    assert "Give the clip a title." in ada.words(title=" ", version="2").text
    assert "still to come" in ada.words(delete_by="2026-10-05", version="2").text
    assert ada.words(version="2").location == ada.page
    assert ada.words().location == ada.page, "sent twice"
    late = ada.words("words", title="Too late")
    assert late.status_code == 409
    assert "Nothing more to type" in ada.client.get(ada.page).text
    join(app, ada)
    assert count(Clip) == 0, "its bytes are not here"

    ada.rest()
    assert "We are checking it" in ada.client.get(ada.page).text
    for _twice in range(2):
        join(app, ada)
    clip = db.session.scalars(select(Clip)).one()
    assert clip.title == given.SAID["title"]
    assert clip.file_name == "IMG_0001.mp4"
    assert clip.size == len(given.video())
    with app.app_context():
        assert storage.read(clip.storage_key) == given.video()
    ready = ada.client.get(ada.page).text
    assert f'href="/clips/{clip.id}"' in ready
    assert pieces(app) == set()
    assert ada.piece(0).status_code == ada.client.delete(ada.url, headers=TUS).status_code == 404
    assert "Not finished" not in ada.client.get("/coaching").text
    row = db.session.scalars(select(ClipUpload)).one()
    assert (row.title, row.about, row.consent, row.file_name) == ("", "", "", "")


def test_a_file_of_no_use_goes_and_the_words_stay_for_another(
    app: Flask, world: World, visit: Visit
):
    ada = Sender(visit(world.ada), b"My notes about the lesson.\n" * 500, "notes.mp4")
    ada.begin()
    ada.rest()
    ada.words()
    join(app, ada)
    page = ada.client.get(ada.page).text
    assert "This file is not a video" in page
    assert given.SAID["title"] in page
    assert pieces(app) == set()
    told = db.session.scalars(select(Notice).where(Notice.kind == "upload_failed")).one()
    assert told.url == ada.page

    film = Sender(ada.client)
    assert film.begin(instead_of=ada.id).status_code == 201
    assert film.page == ada.page
    assert film.url != ada.url
    assert ada.piece(0).status_code == 404, "a piece of the file before"
    film.rest()
    assert film.words(version="2").status_code == 302
    join(app, film)
    assert count(Clip) == 1


def test_a_date_that_is_over_when_the_bytes_are_here_is_asked_for_again(
    app: Flask, world: World, visit: Visit
):
    ada = Sender(visit(world.ada))
    ada.begin()
    ada.words(delete_by="2026-10-06")
    ada.rest()
    with clock.at(clock.now() + timedelta(days=3)):
        join(app, ada)
        page = ada.client.get(ada.page).text
        assert "Choose a date that is still to come." in page
        assert "All of it is here." in page
        ada.words(version="2")
        join(app, ada)
    assert count(Clip) == 1


def test_two_windows_that_send_the_same_piece_store_it_once(
    app: Flask, world: World, visit: Visit, monkeypatch: pytest.MonkeyPatch
):
    one, two = Sender(visit(world.ada)), Sender(visit(world.ada))
    one.begin()
    two.begin()
    put = storage.put_received

    def meanwhile(key: str, file: Any) -> None:
        put(key, file)
        monkeypatch.setattr(storage, "put_received", put)
        assert two.piece(0).status_code == 204

    monkeypatch.setattr(storage, "put_received", meanwhile)
    assert one.piece(0).status_code == 409
    assert one.offset() == PIECE
    assert len(pieces(app)) == count(UploadPiece) == 1


def test_what_fails_is_tried_again_and_then_said(
    app: Flask, world: World, visit: Visit, monkeypatch: pytest.MonkeyPatch
):
    ada = Sender(visit(world.ada))
    ada.begin()
    ada.rest()
    ada.words()

    def away(*_any: object) -> None:
        raise StorageUnavailable("The store for files does not answer.")

    with monkeypatch.context() as broken:
        broken.setattr(files, "store_file", away)
        for _time in range(joining.MOST_TRIES):
            with pytest.raises(StorageUnavailable):
                join(app, ada)
        with app.test_request_context():
            joining.join_uploads()
        db.session.commit()
    assert "something is wrong with the portal" in ada.client.get(ada.page).text
    ada.words(version="2")
    upload = db.session.scalars(select(ClipUpload)).one()
    assert upload.tries == 0
    # A worker that was killed holds it for a while.
    upload.join_after = clock.now() + joining.JOINING
    db.session.commit()
    join(app, ada)
    assert count(Clip) == 0
    with clock.at(clock.now() + joining.JOINING):
        join(app, ada)
    assert count(Clip) == 1


def test_a_removed_upload_leaves_nothing_even_while_it_is_put_together(
    app: Flask, world: World, visit: Visit, monkeypatch: pytest.MonkeyPatch
):
    ada = Sender(visit(world.ada))
    ada.begin()
    ada.rest()
    ada.words()
    with app.app_context():
        before = {key for key, _stored in storage.keys(files.PREFIX)}
    store = files.store_file

    def meanwhile(*some: Any) -> Any:
        stored = store(*some)
        assert ada.client.post(f"{ada.page}/remove").status_code == 302
        return stored

    monkeypatch.setattr(files, "store_file", meanwhile)
    join(app, ada)
    assert count(Clip) == count(ClipUpload) == count(UploadPiece) == 0
    with app.app_context():
        assert {key for key, _stored in storage.keys(files.PREFIX)} == before
    assert pieces(app) == set()
    assert ada.client.get(ada.page).status_code == 404


def test_how_much_may_be_begun(
    app: Flask, world: World, visit: Visit, monkeypatch: pytest.MonkeyPatch
):
    ada = visit(world.ada)
    large = Sender(ada).begin(**{"Upload-Length": "4100000000"})
    assert large.status_code == 413
    assert "at most 4000 MB" in large.json["error"]
    assert Sender(ada, b"").begin().status_code == 422
    with monkeypatch.context() as full:
        full.setattr(storage, "has_room_for", lambda _size: False)
        answer = Sender(ada).begin()
        assert answer.status_code == 507
        assert "no room for this video" in answer.json["error"]
    for number in range(services.MOST_OPEN):
        assert Sender(ada, f"{number}".encode() * 99).begin().status_code == 201
    refused = Sender(ada, b"One more").begin()
    assert refused.status_code == 409
    assert "5 uploads that are not finished" in refused.json["error"]
    assert Sender(visit(world.ben)).begin().status_code == 201
    # Whose file was of no use, and what is being added, are not begun any more.
    failed, joining_ = db.session.scalars(
        select(ClipUpload).where(ClipUpload.owner_id == world.ada.id).limit(2)
    )
    services.replace_file(failed, services.File("lesson.mp4", "", 99))
    joining_.received, joining_.asked_at = joining_.size, clock.now()
    db.session.commit()
    for number in range(2):
        assert Sender(ada, f"more {number}".encode() * 99).begin().status_code == 201
    assert Sender(ada, b"One more").begin().status_code == 409


def test_an_upload_says_which_earlier_clip_it_answers(app: Flask, world: World, visit: Visit):
    first, bens = given.clip(app, world.ada, "Rivers"), given.clip(app, world.ben, "Bridges")
    work = {clip.id: work_of(clip) for clip in (first, bens)}
    ada = Sender(visit(world.ada), earlier=first.id)
    asked = ada.client.get(f"/clips/new?earlier={first.id}").text
    assert f'name="earlier_id" value="{first.id}" checked' in " ".join(asked.split())
    for other in (str(bens.id), "9" * 12, "x", ""):
        assert "earlier_id" not in ada.client.get(f"/clips/new?earlier={other}").text
    ada.begin()
    ada.rest()
    assert f'value="{first.id}"' in ada.client.get(ada.page).text
    kept = ada.words("words", earlier_id="", version="1")
    assert kept.status_code == 302
    assert "earlier_id" not in ada.client.get(ada.page).text
    ada.words(earlier_id=str(first.id), version="2")
    join(app, ada)
    made = db.session.scalars(select(Clip).order_by(Clip.id.desc())).first()
    assert made is not None
    assert work_of(made).follows_id == work[first.id].id
    shown = ada.client.get(f"/clips/{made.id}").text
    assert f'<a href="/clips/{made.id}/beside"' in shown
    assert db.session.scalars(select(ClipUpload.earlier_id)).all() == [None]

    for earlier, follows in ((first, work[first.id].id), (bens, None)):
        form = given.form(form_key=f"key-{earlier.id}", earlier_id=str(earlier.id))
        sent = ada.client.post("/clips/new", data=form)
        clip = db.session.get_one(Clip, int(sent.location.rpartition("/")[2]))
        assert work_of(clip).follows_id == follows
    theirs = Sender(ada.client, b"Another video", earlier=bens.id)
    theirs.begin()
    assert db.session.get_one(ClipUpload, theirs.id).earlier_id is None


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Tus-Resumable": "0.2.0"}, 412),
        ({"Upload-Length": "many"}, 400),
        ({"Upload-Length": "-1"}, 400),
        ({"Upload-Length": "9" * 30}, 400),
        ({"Upload-Metadata": ""}, 400),
        ({"Upload-Metadata": "fingerprint %%%"}, 400),
        ({"Upload-Metadata": "fingerprint /w=="}, 400),
        ({"Upload-Metadata": "fingerprint " + "A" * 5000}, 400),
        ({"Upload-Metadata": "fingerprint YQ==,insteadof OTk5OTk5OTk5OTk5"}, 404),
    ],
)
def test_what_is_not_tus_begins_nothing(
    world: World, visit: Visit, headers: dict[str, str], status: int
):
    assert Sender(visit(world.ada)).begin(**headers).status_code == status
    assert count(ClipUpload) == 0


def test_what_is_no_piece_is_not_stored(app: Flask, world: World, visit: Visit):
    ada = Sender(visit(world.ada))
    ada.begin()
    assert ada.piece(0, **{"Content-Type": "video/mp4"}).status_code == 415
    assert ada.piece(0, **{"Upload-Offset": "x"}).status_code == 400
    assert ada.piece(0, size=0).status_code == 411
    asked = ada.client.options("/clips/uploads").headers
    assert asked["Tus-Extension"] == "creation,termination,expiration"
    assert asked["Tus-Max-Size"] == "4000000000"
    assert pieces(app) == set()
    hostile = Sender(ada.client, b"x" * 50, "../../\u202eetc/passwd\x00<b>.mp4")
    assert hostile.begin().status_code == 201
    assert "passwd&lt;b&gt;.mp4" in ada.client.get(hostile.page).text
    assert ada.client.delete(ada.url, headers=TUS).status_code == 204
    assert ada.client.head(ada.url, headers=TUS).status_code == 404


def test_what_nobody_finishes_goes_after_a_week(app: Flask, world: World, visit: Visit):
    ada = Sender(visit(world.ada))
    ada.begin()
    ada.piece(0)
    with app.app_context():
        storage.put(f"{services.PREFIX}/0/late", b"of a window that was a moment too late")
    for days, left in ((6, 1), (8, 0)):
        with clock.at(clock.now() + timedelta(days=days)), app.test_request_context():
            joining.remove_abandoned()
            db.session.commit()
        assert count(ClipUpload) == count(UploadPiece) == left
    with clock.at(clock.now() + timedelta(days=99)), app.test_request_context():
        joining.sweep_pieces()
    assert pieces(app) == set()


def test_a_later_video_is_another_clip_even_if_its_upload_has_the_number_of_one_that_went(
    app: Flask, world: World, visit: Visit
):
    later = clock.now() + timedelta(days=8)
    for data, now in ((given.video(), clock.now()), (given.video(seconds=3), later)):
        with clock.at(now):
            with app.test_request_context():
                joining.remove_abandoned()
                db.session.commit()
            ada = Sender(visit(world.ada), data)
            ada.begin()
            ada.rest()
            ada.words()
            join(app, ada)
    assert count(Clip) == 2


VERBS = (
    ("HEAD", "{url}"),
    ("PATCH", "{url}"),
    ("DELETE", "{url}"),
    ("GET", "{page}"),
    ("POST", "{page}/words"),
    ("POST", "{page}/add"),
    ("POST", "{page}/remove"),
)


@pytest.mark.parametrize("who", [name for name in CAST if name != "ada"])
def test_others_find_no_upload_by_any_verb(app: Flask, world: World, visit: Visit, who: str):
    ada = Sender(visit(world.ada))
    ada.begin()
    ada.piece(0)
    other = visit(getattr(world, who))
    piece = {**TUS, "Upload-Offset": str(PIECE), "Content-Type": tus.PIECE}
    for method, address in VERBS:
        path = address.format(url=ada.url, page=ada.page)
        data = b"x" if method == "PATCH" else WORDS if method == "POST" else None
        headers = piece if method == "PATCH" else TUS
        answer = other.open(path, method=method, data=data, headers=headers)
        assert answer.status_code == 404, (who, method, path)
    assert Sender(other, name="mine.mp4").begin(instead_of=ada.id).status_code == 404
    assert "IMG_0001" not in other.get("/clips/new").text
    own = Sender(other)
    own.begin()
    assert own.url != ada.url, "the same file of two people is two uploads"
    assert ada.offset() == PIECE


def test_strangers_are_sent_to_the_door(app: Flask, world: World, visit: Visit):
    ada = Sender(visit(world.ada))
    ada.begin()
    stranger = visit(None)
    for method, address in (("POST", "/clips/uploads"), ("OPTIONS", "/clips/uploads"), *VERBS):
        path = address.format(url=ada.url, page=ada.page)
        answer = stranger.open(path, method=method, headers=TUS)
        assert answer.status_code == 401, (method, path)
    assert ada.offset() == 0


def test_a_list_of_uploads_costs_one_statement(
    app: Flask, world: World, visit: Visit, statements: Any
):
    ada = visit(world.ada)
    costs = []
    for number in (1, 2):
        for _more in range(2 * number - 1):
            Sender(ada, bytes([count(ClipUpload)]) * 99).begin()
        with statements() as seen:
            assert ada.get("/clips/new").text.count("Continue<span") == count(ClipUpload)
        costs.append(len(seen))
    assert costs[0] == costs[1]
