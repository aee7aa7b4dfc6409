"""Two app servers and two workers over one PostgreSQL, one Valkey and one bucket are one portal."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from itertools import cycle
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from pdportal import clock, create_app
from pdportal.accounts.models import Person
from pdportal.db import committing, db
from pdportal.db.migrations import upgrade_database
from pdportal.feedback.reviews.models import Review
from pdportal.inbox.models import Letter, Notice
from pdportal.operations.doctor import examine
from pdportal.operations.jobs import jobs
from pdportal.video.kinds import KINDS
from pdportal.video.models import Clip
from pdportal.video.private import remove_place_and_device
from pdportal.video.uploads.models import ClipUpload
from pdportal.video.uploads.tus import PIECE, SMALLEST_PIECE, VERSION
from tests.feedback import given
from tests.object_store import KEYS, a_prefix
from tests.operations.servers import PATIENCE, Browser, free_port, wait_until_alive
from tests.people import World
from tests.postgres import another_database
from tests.video.given import PICTURES, SAID, made

PROBE = """#!/bin/sh
for word; do case "$word" in file:*) wc -c < "${word#file:}" >> "$PROBED" ;; esac; done
"""
"""Stands in for ffmpeg: notes the size of the file that it is given, and finds nothing in it."""

LAUNCH = """
import json, os, signal, sys
from importlib import import_module
from importlib.util import find_spec

from pdportal import FEATURES
from pdportal.operations.cli import main

# Imported once and inherited: four processes would each take seconds.
for name in (*FEATURES, *(f"{name}.views" for name in FEATURES)):
    if find_spec(f"pdportal.{name}"):
        import_module(f"pdportal.{name}")
children = []
for words, settings in json.loads(sys.argv[1]):
    child = os.fork()
    if child == 0:
        os.environ.update(settings)
        main(words)
    children.append(child)
stop = lambda *_: [os.kill(child, signal.SIGTERM) for child in children]
signal.signal(signal.SIGTERM, stop)
for child in children:
    os.waitpid(child, 0)
"""
"""Starts several commands of the portal, and passes SIGTERM on to them."""


@cache
def film() -> bytes:
    """A film that does not say how long it is, as a browser's recorder writes it."""
    with TemporaryDirectory() as folder:
        made(Path(folder), "a.webm", *PICTURES, "-c:v", "libvpx", "-live", "1")
        with (Path(folder) / "a.webm").open("r+b") as file:
            remove_place_and_device(file, KINDS["video/webm"])
            return Path(file.name).read_bytes()


@dataclass
class District:
    """A portal on two machines, as somebody in front of it sees it."""

    app: Flask
    servers: list[str]
    folders: list[Path]
    probed: Path

    def wait_for(self, what: str, there: Callable[[], bool]) -> None:
        until = time.monotonic() + PATIENCE
        with self.app.app_context():
            while not there():
                assert time.monotonic() < until, f"{what} did not come"
                db.session.rollback()
                time.sleep(0.1)

    def at_the_full_hour(self, name: str) -> None:
        """What the clocks of both workers do: each asks for the repeated job."""
        queue = jobs(self.app).queue
        for task in queue._registry.periodic_tasks:
            if task.name.startswith(f"{name}_each_"):
                for _worker in self.folders:
                    queue.enqueue(type(task)())


class Uploader(Browser):
    """Somebody who has a film."""

    def upload(self, server: str) -> bytes:
        fields = SAID | {"delete_by": str(clock.now().date() + timedelta(days=30))}
        fields |= {"csrf_token": self.token(f"{server}/clips/new"), "form_key": "one"}
        edge = uuid.uuid4().hex
        parts = [
            f'--{edge}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
            for name, value in fields.items()
        ]
        head = (
            f'--{edge}\r\nContent-Disposition: form-data; name="file"; filename="a.webm"\r\n'
            "Content-Type: video/webm\r\n\r\n"
        )
        body = b"".join([*parts, head.encode(), film(), f"\r\n--{edge}--\r\n".encode()])
        kind = f"multipart/form-data; boundary={edge}"
        status, _headers, answer = self.open(
            f"{server}/clips/new", body, Content_Type=kind, X_Requested_With="fetch"
        )
        assert status == 200, answer[:500]
        return answer

    def upload_by_turns(self, servers: list[str], sent: bytes) -> None:
        """Send a film in pieces, each to another server than the one before, then its words."""
        tus = {"X_CSRFToken": self.token(f"{servers[0]}/account"), "Tus_Resumable": VERSION}
        asked = {"Upload_Length": str(len(sent)), "Upload_Metadata": "fingerprint YQ=="}
        path = self.open(f"{servers[0]}/clips/uploads", b"", **tus, **asked)[1]["Location"]
        for start, server in zip(range(0, len(sent), SMALLEST_PIECE), cycle(servers), strict=False):
            known = self.open(f"{server}{path}", None, "HEAD", **tus)[1]
            assert known["Upload-Offset"] == str(start)
            about = {"Upload_Offset": str(start), "Content_Type": PIECE}
            piece = sent[start : start + SMALLEST_PIECE]
            assert self.open(f"{server}{path}", piece, "PATCH", **tus, **about)[0] == 204
        page = path.rpartition("/")[0]
        words = SAID | {"delete_by": str(clock.now().date() + timedelta(days=30)), "version": "1"}
        words |= {"csrf_token": self.token(f"{servers[0]}{page}")}
        self.open(f"{servers[0]}{page}/add", urllib.parse.urlencode(words).encode())


@pytest.fixture
def district(tmp_path: Path, postgres_url: str, redis_url: str, s3_url: str) -> Iterator[District]:
    with ExitStack() as stack:
        url = stack.enter_context(another_database(postgres_url))
        settings = {
            "PDPORTAL_DATABASE_URL": url.replace("+psycopg", ""),
            "PDPORTAL_FILES": a_prefix(s3_url),
            "PDPORTAL_JOBS_URL": redis_url,
            "PDPORTAL_JOBS": "beside",
            "PDPORTAL_SECRET_KEY": "the same on every machine",
            "PDPORTAL_WORKERS": "1",
            "PDPORTAL_LOG_LEVEL": "warning",
            "PDPORTAL_DATA": str(tmp_path / "test"),
        } | KEYS
        folders = [tmp_path / "one", tmp_path / "two"]
        probe = tmp_path / "bin" / "ffmpeg"
        probe.parent.mkdir()
        probe.write_text(PROBE)
        probe.chmod(probe.stat().st_mode | stat.S_IXUSR)
        places = {
            "PATH": f"{probe.parent}{os.pathsep}{os.environ['PATH']}",
            "PROBED": str(tmp_path / "probed"),
        }
        patch = stack.enter_context(pytest.MonkeyPatch.context())
        for name, value in settings.items():
            patch.setenv(name, value)
        app = create_app()
        stack.callback(_close, app)
        upgrade_database(app)
        ports = [free_port() for _ in folders]
        commands = [
            (words, {"PDPORTAL_DATA": str(folder)})
            for folder, port in zip(folders, ports, strict=True)
            for words in (["serve", "--port", str(port)], ["worker"])
        ]
        launch = [sys.executable, "-c", LAUNCH, json.dumps(commands)]
        process = subprocess.Popen(launch, env=os.environ | places)  # noqa: S603 -- our own program
        stack.callback(_stop, process)
        servers = [f"http://127.0.0.1:{port}" for port in ports]
        for server in servers:
            wait_until_alive(server)
        yield District(app, servers, folders, tmp_path / "probed")


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(20)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _close(app: Flask) -> None:
    jobs(app).queue.storage.close()
    with app.app_context():
        db.engine.dispose()


def test_two_machines_are_one_portal(district: District, tmp_path: Path):
    app = district.app
    with app.test_request_context(), committing():
        world = World()
        tag = given.tag(tmp_path)
        given.shared(given.plan(world.ada), tag, named=[world.ben, world.fay])
        db.session.execute(
            update(Review).values(
                asked_at=clock.now() - timedelta(days=2),
                lease_until=clock.now() + timedelta(hours=6),
            )
        )
        key = world.ada.fs_uniquifier
    first, second = district.servers

    # The doctor misses nothing.
    findings = {finding.what: finding.state for finding in examine()}
    assert "wrong" not in findings.values()
    assert "Several machines can serve this portal: all they need is shared." in findings
    assert "Files are stored in the bucket pdportal." in findings

    # What one machine stores, the other reads.
    ada = Uploader(app, key)
    ada.upload(first)
    with app.app_context():
        clip_id = db.session.scalar(select(Clip.id))
    status, _headers, whole = ada.open(f"{second}/clips/{clip_id}/file")
    assert (status, whole) == (200, film())
    status, headers, part = ada.open(f"{second}/clips/{clip_id}/file", Range="bytes=100-199")
    assert (status, part) == (206, film()[100:200])
    assert headers["Content-Range"] == f"bytes 100-199/{len(film())}"

    # It is looked at once, by whichever worker, with its file in hand.
    def is_processed() -> bool:
        return db.session.scalar(select(Clip.trouble)) == "damaged"

    district.wait_for("the end of its processing", is_processed)
    assert district.probed.read_text().split() == [str(len(film()))]

    # An upload begun at one goes on at the other, piece by piece, and becomes one clip.
    large = film() + bytes(3 * SMALLEST_PIECE)
    ada.upload_by_turns(district.servers, large)

    def is_a_clip() -> bool:
        return db.session.scalar(select(ClipUpload.clip_id)) is not None

    district.wait_for("the clip of several pieces", is_a_clip)
    with app.app_context():
        assert db.session.scalars(select(Clip.size).order_by(Clip.id)).all()[1:] == [len(large)]

    # Both clocks strike, and each reminder and letter goes out once.
    district.at_the_full_hour("renew_asks")

    def are_reminded() -> bool:
        return _count(Notice, Notice.kind == "feedback_lease_ends") >= 2

    district.wait_for("the reminders", are_reminded)
    for name in ("write_letters", "send_letters"):
        district.at_the_full_hour(name)
        jobs(app)._tasks[name]()  # and somebody asks meanwhile

    def is_all_sent() -> bool:
        waiting = _count(Notice, Notice.mailed_at.is_(None))
        return not waiting and not _count(Letter, Letter.sent_at.is_(None))

    district.wait_for("the mail", is_all_sent)
    with app.app_context():
        reminded = db.session.scalars(
            select(Person.name)
            .join(Notice, Notice.person_id == Person.id)
            .where(Notice.kind == "feedback_lease_ends")
        ).all()
        letters = _count(Letter, Letter.sent_at.is_not(None))
        assert not _count(Letter, Letter.tries != 1)
    assert sorted(reminded) == ["Ben Silva", "Fay Haddad"]
    mails = [mail for folder in district.folders for mail in folder.glob("mail/*.eml")]
    assert len(mails) == len({mail.name for mail in mails}) == letters

    # Attempts at one door count at the other, too.
    stranger = Browser(app)
    statuses = []
    for attempt in range(12):
        server = district.servers[attempt % 2]
        form = {"email": "ada@example.org", "password": "guessed", "csrf_token": ""}
        form["csrf_token"] = stranger.token(f"{server}/sign-in")
        sent = urllib.parse.urlencode(form).encode()
        statuses.append(stranger.open(f"{server}/sign-in", sent)[0])
    assert statuses[10:] == [429, 429]
    assert 429 not in statuses[:10]


def _count(kind: type, *where: object) -> int:
    return db.session.scalar(select(func.count()).select_from(kind).where(*where)) or 0  # type: ignore[arg-type]
