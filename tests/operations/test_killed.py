"""`kill -9` while reviews, a video and answers are sent, and in a meeting: what came is there."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from http.client import HTTPException
from itertools import count
from pathlib import Path
from urllib.parse import urlencode

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, text

from pdportal import clock, create_app, storage
from pdportal.activity.models import Event
from pdportal.db import Base, committing, db
from pdportal.db.migrations import newest_step
from pdportal.feedback.comments.models import Comment
from pdportal.feedback.meetings import services
from pdportal.feedback.meetings.models import Duty, Meeting, MeetingNote, Seat
from pdportal.feedback.reviews.models import Review
from pdportal.inbox.models import Notice
from pdportal.modules.models import Enrollment
from pdportal.modules.publishing.services import publish_all
from pdportal.modules.together.models import Sheet
from pdportal.video.models import Clip
from pdportal.video.processing import LEASE, process_clip
from pdportal.video.uploads import joining
from pdportal.video.uploads.tus import SMALLEST_PIECE
from tests.feedback import given
from tests.feedback.test_meetings import LIVE, at_stage, called
from tests.modules.given import write_module
from tests.modules.together.given import PAGE, TOGETHER, URL, agree, hand_in
from tests.operations.servers import PATIENCE, Browser, free_port, wait_until_alive
from tests.people import World
from tests.video.given import clip, video
from tests.video.test_uploads import TUS, Sender

REVIEWS = 12
KILLED_AFTER = 3
"""So many answers of each kind come, then whoever answers is killed; twice."""


@pytest.fixture
def portal(tmp_path: Path) -> Iterator[Flask]:
    """A portal with a database in a file, as this process sees it."""
    settings = {"DATA": tmp_path / "data", "LOG_LEVEL": "error", "JOBS": "beside", "WORKERS": 2}
    app = create_app(settings)
    with app.app_context():
        Base.metadata.create_all(db.engine)
        with committing():
            db.session.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32))"))
            at = text("INSERT INTO alembic_version VALUES (:step)")
            db.session.execute(at, {"step": newest_step()})
    yield app
    with app.app_context():
        db.engine.dispose()


class Busy(threading.Thread):
    """Somebody who sends one form after the other, and remembers which were answered."""

    def __init__(self, browser: Browser, url: str, forms: Iterator[tuple[str, dict[str, str]]]):
        super().__init__()
        self.browser, self.url, self.forms = browser, url, forms
        self.answered: list[str] = []
        self.refused: list[int] = []
        self.is_over = False

    def run(self) -> None:
        token = self.browser.token(f"{self.url}/account")
        for path, fields in self.forms:
            sent = urlencode(fields | {"csrf_token": token}).encode()
            until = time.monotonic() + PATIENCE
            while time.monotonic() < until:
                try:
                    status = self.browser.open(f"{self.url}{path}", sent)[0]
                except (OSError, HTTPException):  # killed before it answered: as a person, again
                    if self.is_over:
                        return
                    time.sleep(0.02)
                else:
                    self.answered.append(fields.get("text") or path)
                    self.refused += [status] if status != 200 else []
                    break


def test_what_was_answered_is_there_and_the_room_goes_on(portal: Flask, tmp_path: Path):
    with portal.test_request_context(), committing():
        world = World()
        live = given.tag(tmp_path, LIVE)
        plans = [given.plan(world.ada) for _number in range(REVIEWS + 1)]
        rounds = [given.shared(plan, live, named=[world.ben]) for plan in plans[1:]]
        reviews = [given.ready(round_, world.ben).id for round_ in rounds]
        meeting = called(plans[0], live, world.ben, world.dee)
        services.take_duty(world.ben, meeting, Duty.FACILITATOR, whose=world.ben.id)
        at_stage(meeting, world.ben, "give")
        room = f"/feedback/meetings/{meeting.id}"
        publish_all([write_module(tmp_path, pages={"01-one-second.md": PAGE + TOGETHER})])
        keys = {who: getattr(world, who).fs_uniquifier for who in ("ada", "ben", "dee", "zoe")}
    sent = [f"/feedback/reviews/{each}/give" for each in reviews]
    forms: dict[str, Iterator[tuple[str, dict[str, str]]]] = {
        "ben": ((path, {}) for path in sent),
        "dee": ((f"{room}/note", {"stage": "give", "text": f"Wait {n} s."}) for n in count()),
        "ada": ((f"{room}/own", {"own_notes": f"Line {n}", "version": f"{n}"}) for n in count()),
        "zoe": ((f"{URL}/answers", {"q2-text": f"Line {n}", "version": f"{n}"}) for n in count()),
    }
    with served(tmp_path / "data") as (server, url):
        upload = begun_upload(Browser(portal, keys["ada"]), url)
        people = [Busy(Browser(portal, keys[who]), url, forms[who]) for who in forms]
        for person in people:
            person.start()
        wait_for_answers(people, KILLED_AFTER)
        for worker in children(server.pid):
            os.kill(worker, signal.SIGKILL)  # their people go on with those that take their place
        wait_for_answers(people, 2 * KILLED_AFTER)
        os.killpg(server.pid, signal.SIGKILL)
        for person in people:
            person.is_over = True
            person.join()
    assert [person.refused for person in people] == [[], [], [], []]
    given_, noted, typed, filled_in = (person.answered for person in people)

    with portal.app_context():
        assert db.session.scalar(text("PRAGMA integrity_check")) == "ok"
        there = are_whole(reviews)
        assert {sent.index(path) for path in given_} <= {reviews.index(each) for each in there}
        notes = db.session.scalars(select(MeetingNote.text)).all()
        assert len(set(notes)) == len(notes)
        assert set(noted) <= set(notes)
        own = db.session.scalars(select(Seat.own_notes).where(Seat.own_notes != "")).one()
        assert int(own.removeprefix("Line ")) >= len(typed) - 1
        sheet = db.session.scalars(select(Sheet)).one()
        assert sheet.typed["say"] == [["text", f"Line {sheet.version - 1}"]]
        assert sheet.version >= len(filled_in)

    # An upload goes on after its first piece, through another server.
    portal.config["WTF_CSRF_ENABLED"] = False
    ada = Sender(signed_in(portal, keys["ada"]), film(), url=upload)
    assert ada.offset() == SMALLEST_PIECE
    assert ada.piece(SMALLEST_PIECE, SMALLEST_PIECE).status_code == 204
    ada.words(delete_by=str(clock.now().date() + timedelta(days=30)))
    with portal.app_context():
        joining.join_upload(ada.id)
        made = db.session.scalars(select(Clip)).one()
        assert storage.read(made.storage_key).startswith(video())

    # Answers go on where they were: handed in and corrected, the module is done, once.
    zoe = signed_in(portal, keys["zoe"])
    hand_in(zoe, alone=True)
    assert agree(zoe, "After an answer.", "Say more.").status_code == 302
    with portal.app_context():
        assert db.session.scalars(select(Sheet)).one().done_at is not None
        assert db.session.scalars(select(Enrollment)).one().finished_at is not None

    # What was not answered is sent again, the meeting goes on where it was, and ends.
    client = signed_in(portal, keys["ben"])
    for path in sent:
        assert client.post(path).status_code == 302
    for number in (3, 4):
        client.post(f"{room}/run", data={"what": "next", "seen": str(number)})
    client.post(f"{room}/run", data={"what": "end"})
    with portal.app_context():
        assert are_whole(reviews) == reviews
        meeting = db.session.scalars(select(Meeting)).one()
        assert meeting.ended_at is not None
        kept = select(Comment.text).join(Review).where(Review.round_id == meeting.round_id)
        assert sorted(db.session.scalars(kept)) == sorted(notes)


@contextmanager
def served(data: Path) -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    """The portal over a folder that is there already, in a group of processes of its own."""
    port = free_port()
    settings = {"DATA": str(data), "WORKERS": "2", "JOBS": "beside", "LOG_LEVEL": "error"}
    server = subprocess.Popen(  # noqa: S603 -- our own program
        [sys.executable, "-m", "pdportal", "serve", "--port", str(port)],
        env=os.environ | {f"PDPORTAL_{name}": value for name, value in settings.items()},
        start_new_session=True,
        stderr=subprocess.DEVNULL,  # the address, and that processes were killed
    )
    try:
        wait_until_alive(f"http://127.0.0.1:{port}")
        yield server, f"http://127.0.0.1:{port}"
    finally:
        with suppress(ProcessLookupError):
            os.killpg(server.pid, signal.SIGKILL)
        server.wait()


def begun_upload(browser: Browser, url: str) -> str:
    """The address of an upload of which one piece is there."""
    tus = {"X_CSRFToken": browser.token(f"{url}/account"), **TUS}
    asked = {"Upload_Length": str(len(film())), "Upload_Metadata": "fingerprint YQ=="}
    path = browser.open(f"{url}/clips/uploads", b"", **tus, **asked)[1]["Location"]
    piece = {"Upload_Offset": "0", "Content_Type": "application/offset+octet-stream"}
    sent = film()[:SMALLEST_PIECE]
    assert browser.open(f"{url}{path}", sent, "PATCH", **tus, **piece)[0] == 204
    return path


def film() -> bytes:
    """A video that comes in two pieces."""
    return video() + bytes(SMALLEST_PIECE)


def signed_in(portal: Flask, key: str) -> FlaskClient:
    """A browser in this process."""
    client = portal.test_client()
    with client.session_transaction() as session:
        session["_user_id"], session["_fresh"] = key, True
    return client


def children(process: int) -> list[int]:
    """The processes that a process has started, by whichever thread, and that still run."""
    lists = Path(f"/proc/{process}/task").glob("*/children")
    return [int(each) for some in lists for each in some.read_text().split()]


def is_alive(process: int) -> bool:
    """Whether it runs; one that has ended and waits for its parent does not."""
    try:
        return ") Z " not in Path(f"/proc/{process}/stat").read_text()
    except OSError:
        return False


def wait_for_answers(people: list[Busy], many: int) -> None:
    """Until each has had so many."""
    until = time.monotonic() + PATIENCE
    while any(len(person.answered) < many for person in people):
        assert time.monotonic() < until, [len(person.answered) for person in people]
        time.sleep(0.01)


def are_whole(reviews: list[int]) -> list[int]:
    """Those that were given; each with its event and its notice, once, and no other has any."""
    found = select(Review.id).where(Review.id.in_(reviews), Review.is_given).order_by(Review.id)
    there = list(db.session.scalars(found))
    gave = select(Event.object_id).where(Event.verb == "gave", Event.object_id.in_(reviews))
    assert sorted(db.session.scalars(gave)) == there
    told = select(func.count()).select_from(Notice).where(Notice.kind == "feedback_given")
    assert db.session.scalar(told) == len(there)
    return there


def test_a_clip_whose_worker_is_killed_is_processed_once_more_and_never_twice_at_once(
    portal: Flask, tmp_path: Path
):
    with portal.test_request_context(), committing():
        clip_id = clip(portal, World().ada).id
    slow = tmp_path / "bin" / "ffmpeg"
    slow.parent.mkdir()
    slow.write_text(f"#!/bin/sh\ntouch {tmp_path}/began\nexec sleep 600\n")
    slow.chmod(0o700)
    settings = {"PDPORTAL_DATA": str(tmp_path / "data"), "PDPORTAL_JOBS": "beside"}
    worker = subprocess.Popen(
        [sys.executable, "-m", "pdportal", "worker"],
        env=os.environ | settings | {"PATH": f"{slow.parent}:{os.environ['PATH']}"},
        start_new_session=True,
        stderr=subprocess.DEVNULL,
    )
    try:
        until = time.monotonic() + PATIENCE
        while not (tmp_path / "began").exists():
            assert time.monotonic() < until
            time.sleep(0.05)
        program = children(worker.pid)
    finally:
        worker.kill()
        worker.wait()
    assert len(program) == 1
    while is_alive(program[0]):  # ffmpeg goes with its worker
        assert time.monotonic() < until
        time.sleep(0.05)

    with portal.test_request_context():
        before = set(storage.keys("clips"))
        process_clip(clip_id)
        row = db.session.get_one(Clip, clip_id, populate_existing=True)
        assert (row.tries, row.processed_at) == (1, None), "for all we know, somebody is at it"
        with clock.at(clock.now() + LEASE):
            process_clip(clip_id)
        row = db.session.get_one(Clip, clip_id, populate_existing=True)
        assert (row.tries, row.trouble, row.processed_at is None) == (2, None, False)
        made = {key for key, _at in storage.keys("clips")} - {key for key, _at in before}
        assert made == {row.storage_key, *(file.storage_key for file in row.files)}
        told = select(func.count()).select_from(Notice).where(Notice.person_id == row.owner_id)
        assert db.session.scalar(told) == 1, "once, kept or converted"
        assert not list(storage.incoming_folder().iterdir())
