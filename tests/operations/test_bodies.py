"""A body that finds no room is dropped, and its sender is told."""

from __future__ import annotations

import errno
import os

import pytest
from flask import Flask
from structlog.contextvars import merge_contextvars
from structlog.testing import capture_logs
from waitress.adjustments import Adjustments
from waitress.buffers import TempfileBasedBuffer

from pdportal.feedback.files import store
from pdportal.operations.bodies import Parser
from pdportal.video import files
from pdportal.video.uploads import tus
from pdportal.web.logs import log
from pdportal.web.requests import NOT_TAKEN, ROOM_FOR_WORDS, largest_body
from tests.conftest import Visit
from tests.people import World

HEAD = b"POST /clips/new HTTP/1.1\r\nHost: portal\r\n"


def sent(head: bytes, *pieces: bytes) -> Parser:
    parser = Parser(Adjustments(inbuf_overflow=1000))
    parser.received(HEAD + head + b"\r\n\r\n")
    for piece in pieces:
        while piece:
            piece = piece[parser.received(piece) :]
    return parser


def test_a_body_arrives_whole():
    parser = sent(b"Content-Length: 6000", b"x" * 4000, b"y" * 2000)
    assert parser.completed
    body = parser.get_body_stream()
    assert body.read() == b"x" * 4000 + b"y" * 2000
    assert "X_PDPORTAL_NOT_TAKEN" not in parser.headers
    parser.close()


@pytest.mark.parametrize("how", [b"Content-Length: 60000", b"Transfer-Encoding: chunked"])
def test_what_finds_no_room_is_dropped_at_once_and_taken_in_to_the_end(
    monkeypatch: pytest.MonkeyPatch, how: bytes
):
    written: list[int] = []

    def append(buffer: TempfileBasedBuffer, data: bytes) -> None:
        written.append(buffer.file.fileno())
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(TempfileBasedBuffer, "append", append)
    pieces = [b"x" * 20000] * 3
    if how.startswith(b"Transfer"):
        pieces = [b"4e20\r\n" + piece + b"\r\n" for piece in pieces] + [b"0\r\n\r\n"]
    parser = sent(how, *pieces)
    assert parser.completed
    assert parser.get_body_stream().read() == b""
    assert parser.headers["X_PDPORTAL_NOT_TAKEN"] == f"{errno.ENOSPC}"
    for handle in written:
        with pytest.raises(OSError, match="Bad file"):
            os.fstat(handle)


def test_what_is_larger_than_any_view_takes_is_stored_nowhere(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(Parser, "largest_kept", 5000)
    for how in (b"Content-Length: 6000", b"Transfer-Encoding: chunked"):
        chunk = b"1770\r\n" + b"x" * 6000 + b"\r\n0\r\n\r\n"
        parser = sent(how, b"x" * 6000 if how.startswith(b"Content") else chunk)
        assert parser.completed
        assert parser.get_body_stream().read() == b""
        assert "X_PDPORTAL_NOT_TAKEN" not in parser.headers


def test_the_server_takes_the_largest_body_that_any_view_takes(
    app: Flask, monkeypatch: pytest.MonkeyPatch
):
    """Whatever the settings say: a piece of an upload where clips are small, or large files."""
    settings = app.config["PDPORTAL"]
    with app.app_context():
        for name, megabytes, most in (
            ("MAX_CLIP_MB", 4000, files.largest),
            ("MAX_CLIP_MB", 1, lambda: tus.LARGEST_PIECE),
            ("MAX_FILE_MB", 200, store.most_at_once),
        ):
            monkeypatch.setitem(settings, name, megabytes)
            assert largest_body() >= most() + ROOM_FOR_WORDS


@pytest.mark.parametrize(
    ("why", "status", "words"),
    [
        (f"{errno.ENOSPC}", 507, "There is no room left"),
        (f"{errno.EACCES}", 503, "The place where files are stored cannot be reached"),
        ("x", 503, "The place where files are stored cannot be reached"),
    ],
)
def test_whoever_sent_it_reads_why(world: World, visit: Visit, why: str, status: int, words: str):
    answer = visit(world.ada).post("/account/about", headers={NOT_TAKEN: why})
    assert answer.status_code == status
    assert words in answer.text


def test_a_line_of_the_log_carries_the_id_of_the_request_that_it_is_about(
    world: World, visit: Visit
):
    """Refused before a view is asked, or logged when no request is at hand."""
    browser = visit(world.ada)
    browser.get("/", headers={"X-Request-ID": "before"})
    with capture_logs(processors=[merge_contextvars]) as lines:
        answer = browser.post("/account/about", headers={NOT_TAKEN: "28", "X-Request-ID": "mine"})
        log.error("later")
    assert answer.headers["X-Request-ID"] == "mine"
    ids = {line["event"]: line.get("request_id") for line in lines}
    assert ids == {"no room": "mine", "later": None}
