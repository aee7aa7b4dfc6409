"""A clip is handed out whole or in the part that a player asks for."""

from __future__ import annotations

from urllib.error import HTTPError
from urllib.request import Request, urlopen

import obstore
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from waitress.buffers import ReadOnlyFileBasedBuffer

from pdportal import storage
from pdportal.activity.looks import Look
from pdportal.db import db
from pdportal.video import ranges
from pdportal.video.models import Clip
from pdportal.video.uploads import tus
from tests.conftest import Visit
from tests.object_store import a_prefix, use_files
from tests.people import World
from tests.video import given
from tests.video.test_uploads import PIECE, Sender, join, pieces


@pytest.fixture
def ada(world: World, visit: Visit) -> FlaskClient:
    return visit(world.ada)


@pytest.fixture(params=["folder", "s3"])
def page(
    app: Flask, world: World, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> str:
    """The address of a clip's file, which lies in a folder or in a bucket."""
    if request.param == "s3":
        use_files(app, monkeypatch, a_prefix(request.getfixturevalue("s3_url")))
    return f"/clips/{given.clip(app, world.ada).id}/file"


def test_the_proxy_is_told_which_file_to_send_and_only_for_whoever_may_see_it(
    app: Flask, world: World, visit: Visit, monkeypatch: pytest.MonkeyPatch
):
    clip = given.clip(app, world.ada)
    monkeypatch.setitem(app.config["PDPORTAL"], "HAND_OVER", True)
    page = f"/clips/{clip.id}/file"
    answer = visit(world.ada).get(page, headers={"Range": "bytes=0-9"})
    assert answer.status_code == 200
    assert answer.data == b""
    assert answer.headers["X-Accel-Redirect"] == f"/_files/{clip.storage_key}"
    assert answer.content_type == "video/mp4"
    assert "no-store" in answer.headers["Cache-Control"]
    assert "Accept-Ranges" not in answer.headers, "the proxy says so itself"
    for person in (world.ben, None):
        refused = visit(person).get(page)
        assert "X-Accel-Redirect" not in refused.headers
    assert visit(world.ada).get(f"/_files/{clip.storage_key}").status_code == 404


def test_the_whole_file(ada: FlaskClient, page: str):
    answer = ada.get(page)
    assert answer.status_code == 200
    assert answer.data == given.video()
    assert answer.headers["Accept-Ranges"] == "bytes"
    assert answer.headers["Content-Type"] == "video/mp4"
    assert answer.headers["Content-Length"] == str(len(given.video()))
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert answer.headers["Content-Disposition"].startswith("inline; filename=")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"].endswith("; sandbox")
    assert "Content-Encoding" not in answer.headers
    assert "Content-Range" not in answer.headers


@pytest.mark.parametrize(
    ("asked", "start", "stop"),
    [
        ("bytes=0-0", 0, 1),
        ("bytes=0-99", 0, 100),
        ("bytes=100-", 100, None),
        ("bytes=-10", -10, None),
        ("bytes=-999999999", 0, None),
        ("bytes=5-999999999", 5, None),
        ("BYTES=7-8", 7, 9),
    ],
)
def test_a_range(ada: FlaskClient, page: str, asked: str, start: int, stop: int | None):
    answer = ada.get(page, headers={"Range": asked})
    whole = given.video()
    assert answer.status_code == 206
    assert answer.data == whole[start:stop]
    first = start if start >= 0 else len(whole) + start
    last = (stop if stop is not None else len(whole)) - 1
    assert answer.headers["Content-Range"] == f"bytes {first}-{last}/{len(whole)}"
    assert int(answer.headers["Content-Length"]) == len(answer.data)


def test_the_whole_as_a_range_is_the_whole(ada: FlaskClient, page: str):
    answer = ada.get(page, headers={"Range": "bytes=0-"})
    assert answer.status_code == 206
    assert answer.data == given.video()


@pytest.mark.parametrize("asked", ["bytes=99999999-", "bytes=99999999-100000000"])
def test_a_range_beyond_the_end(ada: FlaskClient, page: str, asked: str):
    answer = ada.get(page, headers={"Range": asked})
    assert answer.status_code == 416
    assert answer.headers["Content-Range"] == f"bytes */{len(given.video())}"
    assert answer.data == b""


@pytest.mark.parametrize(
    "asked", ["bytes=0-1,5-6", "lines=1-2", "bytes", "bytes=", "bytes=a-b", "bytes=9-2", "bytes=-0"]
)
def test_what_is_not_one_range_is_answered_with_the_whole(ada: FlaskClient, page: str, asked: str):
    answer = ada.get(page, headers={"Range": asked})
    assert answer.status_code == 200
    assert answer.data == given.video()


def test_a_range_of_another_file_is_answered_with_the_whole(ada: FlaskClient, page: str):
    etag = ada.get(page).headers["ETag"]
    same = ada.get(page, headers={"Range": "bytes=0-9", "If-Range": etag})
    assert same.status_code == 206
    other = ada.get(page, headers={"Range": "bytes=0-9", "If-Range": '"another"'})
    assert other.status_code == 200
    assert other.data == given.video()


def test_a_head_says_how_large_it_is(ada: FlaskClient, page: str):
    answer = ada.head(page, headers={"Range": "bytes=0-9"})
    assert answer.status_code == 200
    assert answer.headers["Content-Length"] == str(len(given.video()))
    assert answer.data == b""


def test_waitress_is_given_the_file_itself(app: Flask, world: World):
    clip = given.clip(app, world.ada)
    environ = {
        "wsgi.file_wrapper": ReadOnlyFileBasedBuffer,
        "waitress.client_disconnected": lambda: False,
    }
    asked = {"Range": "bytes=10-29"}
    with app.test_request_context(headers=asked, environ_overrides=environ):
        answer = ranges.answer(clip.storage_key, clip.size, "video/mp4", "etag", "clip.mp4")
    file = answer.response
    assert isinstance(file, ReadOnlyFileBasedBuffer)
    assert file.prepare(20) == 20
    assert file.get(7) == given.video()[10:17]
    assert file.get(7, True) == given.video()[10:17]
    assert file.get() == given.video()[17:30]
    file.close()


def test_large_files_go_out_in_large_pieces(
    app: Flask, world: World, ada: FlaskClient, monkeypatch: pytest.MonkeyPatch
):
    data = given.video() + b"\0" * (2 * storage.PIECE)
    clip = given.clip(app, world.ada, data=data)
    answer = ada.get(f"/clips/{clip.id}/file", buffered=False)
    sizes = [len(piece) for piece in answer.response]
    assert max(sizes) == storage.PIECE
    assert len(sizes) == 3


def test_a_bucket_answers_a_long_range_with_its_beginning(
    app: Flask,
    world: World,
    ada: FlaskClient,
    s3_url: str,
    monkeypatch: pytest.MonkeyPatch,
):
    use_files(app, monkeypatch, a_prefix(s3_url))
    monkeypatch.setattr("pdportal.storage.LONGEST_FETCH", 1000)
    whole = given.video()
    page = f"/clips/{given.clip(app, world.ada).id}/file"
    answer = ada.get(page, headers={"Range": "bytes=10-"})
    assert answer.status_code == 206
    assert answer.data == whole[10:1010]
    assert answer.headers["Content-Range"] == f"bytes 10-1009/{len(whole)}"
    assert ada.get(page).data == whole


def test_who_may_is_sent_to_the_bucket_for_some_minutes(
    app: Flask, world: World, visit: Visit, s3_url: str, monkeypatch: pytest.MonkeyPatch
):
    use_files(app, monkeypatch, a_prefix(s3_url), signed_minutes="3")
    clip = given.clip(app, world.ada)
    share = given.shared(app, clip, world.cora)
    page, cora = f"/clips/{clip.id}/file", visit(world.cora)
    assert visit(world.ben).get(page).status_code == 404
    sent = cora.get(page, headers={"Range": "bytes=5-9"})
    assert sent.status_code == 307
    assert sent.headers["Cache-Control"] == "no-store"
    assert "X-Amz-Expires=180&" in sent.location
    asked = Request(sent.location, headers={"Range": "bytes=5-9"})  # noqa: S310 -- our own
    with urlopen(asked) as answer:  # noqa: S310
        assert (answer.status, answer.read()) == (206, given.video()[5:10])
        assert answer.headers["Content-Type"] == "video/mp4"
    with pytest.raises(HTTPError, match="403"):
        urlopen(sent.location.partition("?")[0])  # noqa: S310
    assert cora.head(page).headers["Content-Length"] == str(clip.size)
    assert cora.get(page, headers={"Sec-Fetch-Dest": "document"}).data == given.video(), "saved"
    untyped = {"Content-Type": "binary/octet-stream"}  # what S3 says of a file it was told none of
    obstore.put(storage._store(), clip.storage_key, given.video(), attributes=untyped)
    storage._is_typed.cache_clear()
    older = cora.get(page)
    assert (older.status_code, older.content_type) == (200, "video/mp4")
    assert older.data == given.video()
    visit(world.ada).post(f"/clips/{clip.id}/shares/{share.id}/take-back")
    assert cora.get(page).status_code == 404
    looked = select(Look.person_id).where(Look.object_type == "clip", Look.object_id == clip.id)
    assert db.session.scalars(looked).all() == [world.cora.id]


def test_a_bucket_that_does_not_answer_is_no_mistake_of_ours(
    app: Flask, world: World, ada: FlaskClient, s3_url: str, monkeypatch: pytest.MonkeyPatch
):
    use_files(app, monkeypatch, a_prefix(s3_url))
    clip = given.clip(app, world.ada)
    use_files(app, monkeypatch, "s3://pdportal?endpoint=http://127.0.0.1:9")
    answer = ada.get(f"/clips/{clip.id}/file", headers={"Range": "bytes=0-9"})
    assert answer.status_code == 503
    assert answer.headers["Retry-After"]
    assert "where files are stored cannot be reached" in answer.text


def test_a_file_that_is_gone_is_not_found(app: Flask, world: World, ada: FlaskClient):
    clip = given.clip(app, world.ada)
    storage.delete(clip.storage_key)
    assert ada.get(f"/clips/{clip.id}/file").status_code == 404


def test_a_range_costs_two_statements(ada: FlaskClient, page: str, statements):
    with statements() as said:
        ada.get(page, headers={"Range": "bytes=0-9"})
    assert len(said) == 2


def test_pieces_lie_in_a_bucket_as_in_a_folder(
    app: Flask, world: World, visit: Visit, monkeypatch: pytest.MonkeyPatch, s3_url: str
):
    use_files(app, monkeypatch, a_prefix(s3_url))
    monkeypatch.setattr(tus, "SMALLEST_PIECE", PIECE)
    ada = Sender(visit(world.ada))
    ada.begin()
    ada.rest()
    assert len(pieces(app)) == -(-len(ada.data) // PIECE)
    ada.words()
    join(app, ada)
    clip = db.session.scalars(select(Clip)).one()
    with app.app_context():
        assert storage.read(clip.storage_key) == ada.data
    assert pieces(app) == set()
