"""Requests that write wait for a place and hold no thread; who waits in vain is told so."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask

from pdportal.db import sqlite
from pdportal.operations import lanes
from pdportal.operations.lanes import Lanes
from pdportal.web.requests import NO_PLACE
from tests.conftest import Visit
from tests.people import World

PATIENCE = 60
"""Seconds for what comes at once on a machine that has nothing else to do."""


class Sent:
    """Stands in for a waitress channel with one request, which is at work until it may end."""

    def __init__(self, command: str, path: str = "/", **headers: str) -> None:
        self.request = SimpleNamespace(command=command, path=path, headers=headers, error=None)
        self.requests = [self.request]
        self.begun, self.may_end = threading.Event(), threading.Event()

    def service(self) -> None:
        self.begun.set()
        if not self.was_refused:
            self.may_end.wait(PATIENCE)

    def cancel(self) -> None:
        self.may_end.set()

    @property
    def was_refused(self) -> bool:
        return "X_PDPORTAL_NO_PLACE" in self.request.headers


@pytest.fixture
def send() -> Iterator[Callable[..., Sent]]:
    """Sends a request to four threads."""
    threads = Lanes(4)
    everything: list[Sent] = []

    def _send(*about: Any, **headers: str) -> Sent:
        everything.append(Sent(*about, **headers))
        threads.add_task(everything[-1])
        return everything[-1]

    _send.threads = threads  # type: ignore[attr-defined]
    yield _send
    for sent in everything:
        sent.may_end.set()
    threads.shutdown()


def test_half_of_the_threads_write_and_the_next_has_the_place_that_is_left(send: Any):
    writers = [send("POST") for _ in range(4)]
    assert all(writer.begun.wait(PATIENCE) for writer in writers[:2])
    reader = send("GET")
    assert reader.begun.wait(PATIENCE)
    assert not any(writer.begun.is_set() for writer in writers[2:])
    writers[1].may_end.set()
    assert writers[2].begun.wait(PATIENCE)
    assert not writers[3].begun.is_set()


def test_files_have_a_place_of_their_own(send: Any):
    for _ in range(3):
        send("POST")
    first = send("GET", "/clips/1/file", RANGE="bytes=0-")
    others = [
        send("GET", "/clips/1/file"),
        send("GET", "/learn/wait/files/0123456789abcdef/room.png"),
        send("GET", "/elsewhere", RANGE="bytes=0-"),
    ]
    assert first.begun.wait(PATIENCE)
    assert send("GET", "/learn/wait").begun.wait(PATIENCE)
    assert not any(other.begun.is_set() for other in others)


def test_the_addresses_of_files_are_those_of_the_portal(app: Flask):
    of_files = {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if lanes.FILES.search(re.sub("<int:[^>]+>", "1", rule.rule))
    }
    assert of_files == {
        *("video.clip_file", "modules.file"),
        *("feedback.work_file", "feedback.work_picture"),
        *("uploads.progress", "uploads.take_piece", "uploads.terminate"),
    }


def test_the_address_for_machines_needs_no_thread(send: Any):
    for _ in range(9):
        send("GET")
    assert send("GET", "/healthz").begun.wait(PATIENCE)


def test_who_finds_too_many_waiting_or_waits_too_long_is_refused(
    send: Any, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(lanes, "MOST_WAITING", 1)
    monkeypatch.setattr(lanes, "LONGEST_WAIT_SECONDS", 0.05)
    at_work = [send("POST") for _ in range(2)]
    waiting, one_too_many = send("POST"), send("POST")
    assert one_too_many.begun.wait(PATIENCE)
    assert one_too_many.was_refused
    assert not waiting.begun.is_set()
    time.sleep(0.1)
    send.threads.refuse_overdue()
    assert waiting.begun.wait(PATIENCE)
    assert waiting.was_refused
    assert not any(writer.was_refused for writer in at_work)


def test_who_is_refused_reads_so_in_plain_words_and_nothing_is_stored(world: World, visit: Visit):
    in_vain = {NO_PLACE: "1"}
    page = visit(world.ada).post("/goals/new", data={"change": "Ask all."}, headers=in_vain)
    assert page.status_code == 503
    assert page.headers["Retry-After"]
    assert "The portal is busy" in page.text
    script = in_vain | {"X-Requested-With": "fetch"}
    answer = visit(world.ada).post("/goals/new", data={"change": "Ask all."}, headers=script)
    assert answer.status_code == 503
    assert answer.json
    assert visit(world.ada).get("/learn/a/files/b/c.png", headers=in_vain).status_code == 503


def test_a_turn_to_write_that_does_not_come_is_given_up(
    tmp_path: Any, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(sqlite, "WRITER_WAIT_SECONDS", 0.2)
    here, elsewhere = (sqlite.WriterQueue(tmp_path / "db.writers") for _ in range(2))
    elsewhere.enter()
    with pytest.raises(TimeoutError, match="busy"):
        here.enter()
    elsewhere.leave()
    here.enter()
    with pytest.raises(TimeoutError, match="busy"):
        elsewhere.enter()
    here.leave()


def test_a_turn_to_write_comes_when_the_one_before_has_ended(tmp_path: Any):
    here, elsewhere = (sqlite.WriterQueue(tmp_path / "db.writers") for _ in range(2))
    elsewhere.enter()
    came = threading.Event()

    def write() -> None:
        here.enter()
        came.set()
        here.leave()

    waiting = threading.Thread(target=write)
    waiting.start()
    assert not came.wait(0.1)
    elsewhere.leave()
    assert came.wait(5)
    waiting.join()


def test_whether_it_lives_asks_no_database(visit: Visit, statements: Any):
    with statements() as said:
        assert visit(None).get("/healthz").json == {"status": "alive"}
    assert said == []
