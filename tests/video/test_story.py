"""A teacher uploads a clip, shows it to her coach, takes it back, and lets it go."""

from __future__ import annotations

import errno
import gc
import io
import os
import re
import shutil
import sys
import tempfile
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from pdportal import clock, storage
from pdportal.db import db
from pdportal.feedback.works.models import Revision, Work
from pdportal.inbox.models import Notice
from pdportal.uploads import Upload
from pdportal.video import files, services
from pdportal.video.models import Clip, ClipShare
from tests.conftest import Visit
from tests.people import World
from tests.video import given

FETCH = {"X-Requested-With": "fetch", "Accept": "application/json"}


def only_clip() -> Clip:
    return db.session.scalars(select(Clip)).one()


def clips() -> int:
    return db.session.scalar(select(func.count()).select_from(Clip)) or 0


def stored_files(app: Flask) -> set[str]:
    with app.app_context():
        return {key for key, _stored in storage.keys("clips")}


def test_a_clip_is_uploaded_and_only_its_owner_sees_it(app: Flask, world: World, visit: Visit):
    ada = visit(world.ada)
    page = ada.get("/clips/new").text
    assert "2027-06-30" in page
    assert "up to 200 MB" in page
    answer = ada.post("/clips/new", data=given.form())
    clip = only_clip()
    assert answer.location == f"/clips/{clip.id}"
    shown = ada.get(answer.location).text
    assert given.SAID["title"] in shown
    assert f"/clips/{clip.id}/file" in shown
    assert "Only you." in shown
    assert clip.content_type == "video/mp4"
    assert clip.size == len(given.video())
    assert clip.storage_key in stored_files(app)
    assert "IMG_0001" not in clip.storage_key
    work = db.session.scalars(select(Work).where(Work.clip_id == clip.id)).one()
    assert work.kind == "clip"
    assert db.session.scalar(select(Revision.number).where(Revision.work_id == work.id)) == 1
    assert clip.seconds == pytest.approx(2, abs=0.3)


def test_our_script_is_told_where_to_go_on(world: World, visit: Visit):
    answer = visit(world.ada).post("/clips/new", data=given.form(), headers=FETCH)
    assert answer.json == {"url": f"/clips/{only_clip().id}"}


def test_a_form_sent_twice_makes_one_clip(app: Flask, world: World, visit: Visit):
    before = stored_files(app)
    ada = visit(world.ada)
    first = ada.post("/clips/new", data=given.form())
    second = ada.post("/clips/new", data=given.form())
    assert first.location == second.location
    assert clips() == 1
    assert len(stored_files(app) - before) == 1
    ada.post("/clips/new", data=given.form(form_key="two"))
    assert clips() == 2


def test_two_uploads_of_one_form_at_once_are_one_clip(
    app: Flask, world: World, visit: Visit, monkeypatch: pytest.MonkeyPatch
):
    given_first = visit(world.ada).post("/clips/new", data=given.form())
    before = stored_files(app)
    found = services.clip_of_form
    asked = []

    def too_early(owner_id: int, form_key: str) -> Clip | None:
        asked.append(form_key)
        return None if len(asked) == 1 else found(owner_id, form_key)

    monkeypatch.setattr(services, "clip_of_form", too_early)  # the other was not there yet
    answer = visit(world.ada).post("/clips/new", data=given.form())
    assert answer.location == given_first.location
    assert clips() == 1
    assert stored_files(app) == before


@pytest.mark.parametrize(
    ("data", "name", "said"),
    [
        (
            b"My notes about the lesson.\n" * 50,
            "lesson.mp4",
            "This file is not a video",
        ),
        (b"", "lesson.mp4", "This file is empty"),
        (b"\xff\xd8\xff\xe0" + b"\0" * 50, "photo.mov", "This file is not a video"),
        (b"OggS" + bytes(24) + b"\x80flac", "lesson.ogv", "This file is not a video"),
        (None, "", "Choose a video file"),
    ],
)
def test_what_is_not_a_video_is_refused_at_its_box(
    app: Flask, world: World, visit: Visit, data: bytes | None, name: str, said: str
):
    before = stored_files(app)
    answer = visit(world.ada).post("/clips/new", data=given.form(data, name))
    assert answer.status_code == 422
    assert said in answer.text
    for words in (given.SAID["title"], given.SAID["about"], "Nine students of 7b"):
        assert words in answer.text
    assert clips() == 0
    assert stored_files(app) == before


def test_what_only_begins_like_a_film_is_refused_in_plain_words(
    app: Flask, world: World, visit: Visit
):
    before = stored_files(app)
    for data, said in (
        (given.video()[:60] + b"no" * 500, "This file has no video or sound in it"),
        (given.video()[:-500], "This video is incomplete"),
        (given.video("webm")[:-500], "This video is incomplete"),
    ):
        answer = visit(world.ada).post("/clips/new", data=given.form(data))
        assert answer.status_code == 422
        assert said in answer.text
        assert given.SAID["title"] in answer.text
    assert clips() == 0
    assert stored_files(app) == before


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"title": " "}, "Give the clip a title."),
        ({"title": "x" * 161}, "At most 160"),
        ({"consent": ""}, "Say who can be seen"),
        ({"delete_by": ""}, "Choose the day"),
        ({"delete_by": "2026-10-05"}, "still to come"),
        ({"delete_by": "2027-10-07"}, "A clip can be kept until"),
        ({"about": "x" * 4001}, "At most 4000"),
    ],
)
def test_mistakes_in_the_form_are_said_and_store_nothing(
    app: Flask, world: World, visit: Visit, typed: dict[str, str], said: str
):
    before = stored_files(app)
    answer = visit(world.ada).post("/clips/new", data=given.form(**typed))
    assert answer.status_code == 422
    assert said in answer.text
    assert "Choose the file again" in answer.text
    assert clips() == 0
    assert stored_files(app) == before


def test_a_file_that_is_too_large_is_refused_before_it_is_read(
    app: Flask, world: World, visit: Visit
):
    class Unread(io.BytesIO):
        def read(self, _size: int | None = -1) -> bytes:
            raise AssertionError("nobody should read this")

    for fetch in ({}, FETCH):
        answer = visit(world.ada).post(
            "/clips/new",
            environ_overrides={"CONTENT_LENGTH": "300000000", "wsgi.input": Unread()},
            content_type="multipart/form-data; boundary=x",
            headers=fetch,
        )
        assert answer.status_code == 413
        assert "This file has 300 MB; at most 200 MB can be stored" in answer.text
    stranger = visit(None).post(
        "/clips/new",
        environ_overrides={"CONTENT_LENGTH": "150000000", "wsgi.input": Unread()},
        content_type="multipart/form-data; boundary=x",
        headers=FETCH,
    )
    assert stranger.status_code in {401, 413}


def test_a_file_that_grows_beyond_the_limit_leaves_nothing(
    app: Flask, world: World, visit: Visit, monkeypatch: pytest.MonkeyPatch
):
    before = stored_files(app)
    monkeypatch.setattr(files, "largest", lambda: len(given.video()) - 1)
    answer = visit(world.ada).post("/clips/new", data=given.form())
    assert answer.status_code == 413
    assert given.SAID["title"] in answer.text
    assert stored_files(app) == before
    assert clips() == 0


def test_an_upload_that_finds_no_room_is_told_so_and_gives_its_space_back(
    app: Flask, world: World, visit: Visit, monkeypatch: pytest.MonkeyPatch
):
    before = stored_files(app)
    received = storage.receive
    opened = []

    class Full:
        """A disk with room for so many bytes."""

        def __init__(self) -> None:
            self.file = received()
            self.left = 1000
            opened.append(self.file)

        def write(self, data: bytes) -> int:
            self.left -= len(data)
            if self.left < 0:
                raise OSError(errno.ENOSPC, "No space left on device")
            return self.file.write(data)

        def __getattr__(self, name: str) -> Any:
            return getattr(self.file, name)

    monkeypatch.setattr(storage, "receive", Full)
    answer = visit(world.ada).post("/clips/new", data=given.form(), headers=FETCH)
    assert answer.status_code == 507
    assert "no room left" in answer.json["error"]
    assert [file.closed for file in opened] == [True]
    assert clips() == 0
    with app.app_context():
        assert not list(storage.incoming_folder().iterdir())
    assert stored_files(app) == before


def test_what_was_read_of_a_request_takes_no_space_any_more(app: Flask):
    with app.app_context(), tempfile.TemporaryFile(dir=storage.incoming_folder()) as sent:
        sent.write(b"x" * 12_000_000)
        sent.seek(0)
        takes = os.fstat(sent.fileno()).st_blocks
        with Upload(sent) as upload:
            shutil.copyfileobj(sent, upload, 256 * 1024)
            assert upload.size == 12_000_000
        if sys.platform == "linux":
            assert os.fstat(sent.fileno()).st_blocks < takes / 2


@pytest.mark.filterwarnings("ignore::ResourceWarning")  # the parser leaves its file to be collected
def test_an_upload_that_breaks_off_leaves_nothing(app: Flask, world: World, visit: Visit):
    before = stored_files(app)
    body = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.mp4"\r\n\r\nhalf'
    answer = visit(world.ada).post(
        "/clips/new", data=body, content_type="multipart/form-data; boundary=x"
    )
    gc.collect()
    assert answer.status_code in {400, 413, 422}
    assert clips() == 0
    assert stored_files(app) == before


def test_a_row_that_cannot_be_stored_leaves_no_file(
    app: Flask, world: World, visit: Visit, monkeypatch: pytest.MonkeyPatch
):
    before = stored_files(app)

    def fails(*_args: object, **_more: object) -> None:
        raise RuntimeError("no room")

    monkeypatch.setattr(services, "record", fails)
    answer = visit(world.ada).post("/clips/new", data=given.form())
    assert answer.status_code == 500
    assert stored_files(app) == before


def test_a_clip_is_shared_with_a_question_watched_and_taken_back(
    app: Flask, world: World, visit: Visit
):
    ada, cora = visit(world.ada), visit(world.cora)
    clip = given.clip(app, world.ada)
    page, file = f"/clips/{clip.id}", f"/clips/{clip.id}/file"
    assert cora.get(page).status_code == cora.get(file).status_code == 404
    offered = ada.get(f"{page}/share").text
    assert "Cora Mbeki" in offered
    assert "your coach" in offered
    assert "Ben Silva" not in offered
    assert "Ben Silva" in ada.get(f"{page}/share?q=silv").text

    said = {"person": str(world.cora.id), "question": "From 0:01 on: who answers whom?"}
    ada.post(f"{page}/share", data=said)
    ada.post(f"{page}/share", data=said)
    share = db.session.scalars(select(ClipShare)).one()
    shown = cora.get(page).text
    assert "From 0:01 on: who answers whom?" in shown
    assert "Stop sharing" not in shown
    assert "Who looked" in ada.get(page).text
    assert "Ada Okafor shares the clip" in cora.get("/inbox").text
    assert db.session.scalar(select(func.count()).where(Notice.kind == "clip_shared")) == 1

    assert cora.get(file).status_code == 200
    assert cora.get(file, headers={"Range": "bytes=0-1"}).status_code == 206

    ada.post(f"{page}/shares/{share.id}/take-back")
    ada.post(f"{page}/shares/{share.id}/take-back")
    assert cora.get(page).status_code == cora.get(file).status_code == 404
    assert cora.get(file, headers={"Range": "bytes=0-1"}).status_code == 404
    assert "took a clip back" in cora.get("/inbox").text
    assert clip.title not in cora.get("/inbox").text
    ada.post(f"{page}/share", data=said)
    assert cora.get(file).status_code == 200


@pytest.mark.parametrize(
    ("typed", "status"),
    [({}, 422), ({"person": "x"}, 422), ({"person": "999999"}, 404), ({"person": "9" * 12}, 422)],
)
def test_a_share_needs_somebody(
    app: Flask, world: World, visit: Visit, typed: dict[str, str], status: int
):
    clip = given.clip(app, world.ada)
    answer = visit(world.ada).post(
        f"/clips/{clip.id}/share", data={"question": "Who speaks?", **typed}
    )
    assert answer.status_code == status
    if status == 422:
        assert "Who speaks?" in answer.text
    long = {"person": str(world.cora.id), "question": "x" * 1001}
    assert visit(world.ada).post(f"/clips/{clip.id}/share", data=long).status_code == 422


def test_the_words_of_a_clip_are_changed_and_two_tabs_show_both(
    app: Flask, world: World, visit: Visit
):
    ada = visit(world.ada)
    clip = given.clip(app, world.ada)
    edit = f"/clips/{clip.id}/edit"
    found = re.search(r'name="version"[^>]*value="(\d+)"', ada.get(edit).text)
    assert found
    ada.post(edit, data=given.SAID | {"title": "One tab", "version": found[1]})
    other = ada.post(edit, data=given.SAID | {"title": "The other", "version": found[1]})
    assert other.status_code == 409
    assert "One tab" in other.text
    assert "The other" in other.text
    late = ada.post(edit, data=given.SAID | {"delete_by": "2030-01-01", "version": "2"})
    assert late.status_code == 422
    assert db.session.scalars(select(Work.title)).one() == "One tab"


def test_a_clip_is_deleted_at_once_and_its_words_stay(app: Flask, world: World, visit: Visit):
    ada, cora = visit(world.ada), visit(world.cora)
    clip = given.clip(app, world.ada)
    given.shared(app, clip, world.cora)
    page = f"/clips/{clip.id}"
    cora.post(f"{page}/comments", data={"text": "Mina answers Tom.", "start": "0:01"})
    assert "This cannot be undone" in ada.get(f"{page}/edit").text
    ada.post(f"{page}/delete")
    ada.post(f"{page}/delete")
    for who in (ada, cora):
        assert who.get(f"{page}/file").status_code == 404
        shown = who.get(page).text
        assert "The video was deleted" in shown
        assert "Mina answers Tom." in shown
        assert "<video" not in shown
    assert clip.storage_key not in stored_files(app)
    assert ada.post(f"{page}/share", data={"person": str(world.ben.id)}).status_code == 409


def test_what_was_said_of_who_is_on_a_clip_goes_with_it(app: Flask, world: World, visit: Visit):
    ada, cora = visit(world.ada), visit(world.cora)
    for title in ("by date", "at once"):
        ada.post(
            "/clips/new", data=given.form(name="Mina and Tom.mp4", title=title, form_key=title)
        )
    share = {"person": str(world.cora.id), "question": "Does Mina wait for Tom?"}
    ids = list(db.session.scalars(select(Clip.id).order_by(Clip.id)))
    for clip_id in ids:
        ada.post(f"/clips/{clip_id}/share", data=share)
    ada.post(f"/clips/{ids[1]}/delete")
    day = given.UNTIL
    with clock.at(datetime(day.year, day.month, day.day, 15, tzinfo=UTC)):
        services.delete_expired_clips()
        db.session.commit()
    rows = db.session.execute(select(Clip.consent, Clip.file_name)).all()
    assert [tuple(row) for row in rows] == [("", ""), ("", "")]
    assert set(db.session.scalars(select(ClipShare.question))) == {""}
    for clip_id in ids:
        for page in (ada.get(f"/clips/{clip_id}").text, cora.get(f"/clips/{clip_id}").text):
            assert "Nine students" not in page
            assert "Does Mina" not in page
        edit = ada.get(f"/clips/{clip_id}/edit").text
        assert "Who is on it" not in edit
        version = re.search(r'name="version"[^>]*value="(\d+)"', edit)
        assert version
        said = {"title": "Period 3", "about": "A talk.", "version": version[1]}
        assert ada.post(f"/clips/{clip_id}/edit", data=said).status_code == 302
    assert set(db.session.scalars(select(Clip.title))) == {"Period 3"}


def test_a_clip_goes_on_its_day_and_its_owner_is_told_twice_before(
    app: Flask, world: World, visit: Visit
):
    clip = given.clip(app, world.ada)
    key = clip.storage_key

    def pass_to(day: date) -> None:
        with clock.at(datetime(day.year, day.month, day.day, 15, tzinfo=UTC)):
            services.delete_expired_clips()
            db.session.commit()

    def told(kind: str) -> int:
        return db.session.scalar(select(func.count()).where(Notice.kind == kind)) or 0

    for before, times in ((15, 0), (14, 1), (13, 1), (4, 1), (3, 2), (2, 2)):
        pass_to(given.UNTIL - timedelta(days=before))
        assert told("clip_goes_soon") == times, before
    assert key in stored_files(app)
    pass_to(given.UNTIL)
    pass_to(given.UNTIL)
    assert key not in stored_files(app)
    assert (told("clip_goes_soon"), told("clip_gone")) == (2, 1)
    assert visit(world.ada).get(f"/clips/{clip.id}/file").status_code == 404
    assert "is deleted in 3 days" in visit(world.ada).get("/inbox").text


def test_a_portal_says_how_long_clips_are_kept(
    app: Flask, world: World, visit: Visit, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setitem(app.config["PDPORTAL"], "CLIP_DAYS", 60)
    monkeypatch.setitem(app.config["PDPORTAL"], "MAX_CLIP_DAYS", 90)
    assert 'value="2026-12-04"' in visit(world.ada).get("/clips/new").text
    clip = given.clip(app, world.ada, delete_by=date(2026, 10, 12))
    edit, until = f"/clips/{clip.id}/edit", {"version": str(clip.version)}
    late = visit(world.ada).post(edit, data=given.SAID | until | {"delete_by": "2027-01-04"})
    assert (late.status_code, "A clip can be kept until Jan 3, 2027." in late.text) == (422, True)
    services.delete_expired_clips()  # it was chosen a moment ago: no need to be reminded of it
    assert db.session.scalar(select(func.count()).where(Notice.kind == "clip_goes_soon")) == 0


def test_files_of_nobody_are_swept(app: Flask, world: World):
    clip = given.clip(app, world.ada)
    storage.put("clips/orphan", b"left behind")
    files.sweep_files()
    assert {clip.storage_key, "clips/orphan"} <= stored_files(app)
    with clock.at(datetime.now(UTC) + timedelta(days=2)):
        files.sweep_files()
    assert "clips/orphan" not in stored_files(app)
    assert clip.storage_key in stored_files(app)


@pytest.mark.parametrize(
    ("today", "ends"),
    [
        (date(2026, 10, 5), date(2027, 6, 30)),
        (date(2026, 5, 1), date(2026, 6, 30)),
        (date(2026, 6, 15), date(2027, 6, 15)),
        (date(2026, 7, 1), date(2027, 6, 30)),
    ],
)
def test_the_usual_end_is_that_of_the_school_year(app: Flask, today: date, ends: date):
    if today.month == 7:  # after the end of one year comes that of the next
        ends = date(2027, 6, 30)
    with app.app_context():
        assert services.usual_end(today) == ends
