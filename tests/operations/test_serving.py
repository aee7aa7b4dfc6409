"""What the server promises, on a small app of its own."""

from __future__ import annotations

import errno
import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PATIENCE = 60
"""Seconds for what comes at once on a machine that has nothing else to do."""

APP = """
import os, time

def make():
    def app(environ, start_response):
        path = environ["PATH_INFO"]
        if path == "/hold":
            open(f"held-{os.getpid()}-{time.monotonic_ns()}", "x").close()
            while not os.path.exists("go"):
                time.sleep(0.02)
        if path == "/film":
            film = open("film", "rb")
            film.seek(1000)
            length = str(os.path.getsize("film") - 1000)
            start_response("206 Partial Content", [("Content-Length", length)])
            return environ["wsgi.file_wrapper"](film, 262144)
        if path == "/nothing":
            start_response("304 Not Modified", [("ETag", '"1"')])
            return []
        body = str(os.getpid()).encode()
        if environ["REQUEST_METHOD"] == "POST":
            body = str(len(environ["wsgi.input"].read())).encode()
        start_response("200 OK", [("Content-Length", str(len(body)))])
        return [body]
    return app
"""

PROGRAM = """
import os, signal, sys
from importlib import import_module

from pdportal.operations import CannotRun, serving

signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background ignores it

def say(*words):
    os.write(1, (" ".join(map(str, words)) + "\\n").encode())  # one write: several processes speak

serving.IN_GROUPS = sys.argv[2] == "group"
def begin():
    say("jobs begin", os.getpid())
    if sys.argv[3] == "broken":
        raise ValueError("PDPORTAL_COLOUR is not a setting of pdportal.\\nmore of it")

try:
    serving.serve(
        import_module("small").make(), "127.0.0.1", int(sys.argv[1]), workers=2, threads=2,
        on_start=begin, on_stop=lambda: say("jobs end"), on_ready=lambda at: say("ready", at),
        grace=300,
    )
except CannotRun as error:
    sys.exit(f"{type(error).__name__}: {error}")
"""


class Portal:
    """A server under test, and what it has said so far."""

    def __init__(self, folder: Path, shape: str, jobs: str = "", port: int = 0) -> None:
        (folder / "small.py").write_text(APP, encoding="utf-8")
        self.process = subprocess.Popen(  # noqa: S603 — our own program
            [sys.executable, "-c", PROGRAM, str(port), shape, jobs],
            cwd=folder,
            env={**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{folder}"},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.said: list[str] = []
        self.clients: list[socket.socket] = []
        assert self.process.stdout
        for line in self.process.stdout:
            self.said.append(line.strip())
            if line.startswith("ready"):
                self.port = int(line.rsplit(":", 1)[1].strip("/\n"))
                break

    def get(self, path: str = "/") -> str:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        connection.request("GET", path)
        text = connection.getresponse().read().decode()
        connection.close()
        return text

    def connect(self, request: str, body: bytes = b"") -> socket.socket:
        client = socket.socket()
        self.clients.append(client)
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65536)
        client.settimeout(PATIENCE)
        client.connect(("127.0.0.1", self.port))
        client.sendall(f"{request} HTTP/1.1\r\nHost: portal\r\n".encode() + body)
        return client

    def is_gone(self) -> bool:
        """Whether nobody listens any more."""
        with socket.socket() as client:
            client.settimeout(PATIENCE)
            return client.connect_ex(("127.0.0.1", self.port)) == errno.ECONNREFUSED

    def stop(self, number: int = signal.SIGTERM) -> tuple[str, str]:
        self.process.send_signal(number)
        out, err = self.process.communicate(timeout=PATIENCE)
        return out, err

    def end(self) -> None:
        """Leave nothing open, whatever came of the test."""
        for client in self.clients:
            client.close()
        self.process.kill()
        self.process.communicate(timeout=PATIENCE)


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., Portal]]:
    portals: list[Portal] = []

    def go(*args: str, **more: str | int) -> Portal:
        portals.append(Portal(tmp_path, *args, **more))  # type: ignore[arg-type]
        return portals[-1]

    yield go
    for portal in portals:
        portal.end()


@pytest.mark.parametrize("shape", ["group", "alone"])
def test_half_sent_bodies_and_paused_films_do_not_delay_a_page(
    start: Callable[..., Portal], tmp_path: Path, shape: str
) -> None:
    with (tmp_path / "film").open("wb") as film:
        film.truncate(50_000_000)
    portal = start(shape)
    head = b"Content-Length: 1000000\r\n\r\n"
    bodies = [portal.connect("POST /", head + b"x" * 20_000) for _ in range(60)]
    films = [portal.connect("GET /film", b"\r\n") for _ in range(60)]
    for film_reader in films:
        assert b"206" in film_reader.recv(100)
    for _ in range(40):
        assert portal.get().isdecimal(), "pages pass; how fast they are is measured in bench/"
    bodies[0].sendall(b"x" * 980_000)
    answer = b""
    while not answer.endswith(b"1000000") and (more := bodies[0].recv(1000)):
        answer += more
    assert answer.endswith(b"1000000")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
@pytest.mark.parametrize("shape", ["group", "alone"])
def test_a_stop_lets_the_answer_at_hand_finish(
    start: Callable[..., Portal], tmp_path: Path, shape: str, number: int
) -> None:
    portal = start(shape)
    client = portal.connect("GET /hold", b"\r\n")
    wait_until(lambda: held(tmp_path) == 1)
    idle = portal.connect("GET /", b"\r\n")
    idle.recv(1000)
    portal.process.send_signal(number)
    wait_until(portal.is_gone)
    (tmp_path / "go").touch()
    out, err = portal.process.communicate(timeout=PATIENCE)  # less than the grace
    assert b"200 OK" in client.recv(1000)
    assert (out.strip(), err, portal.process.returncode) == ("jobs end", "", 0)


def test_jobs_are_begun_once_and_live_apart(start: Callable[..., Portal]) -> None:
    portal = start("group")
    assert [line.split()[0] for line in portal.said] == ["jobs", "ready"]
    processes = {portal.said[0].split()[-1], portal.get(), str(portal.process.pid)}
    assert len(processes) == 3


def test_a_worker_that_dies_is_replaced(start: Callable[..., Portal]) -> None:
    portal = start("group")
    workers = {portal.get() for _ in range(200)}
    for worker in workers:
        os.kill(int(worker), signal.SIGKILL)
    assert portal.process.stdout
    for _ in workers:
        assert "ended" in portal.process.stdout.readline()
    wait_until(lambda: portal.get().isdecimal())
    assert portal.get() not in workers


def test_nothing_is_left_when_the_parent_is_killed(start: Callable[..., Portal]) -> None:
    portal = start("group")
    portal.process.kill()
    assert portal.process.stdout
    portal.process.stdout.read()  # ends when the last process has closed it
    with pytest.raises(ConnectionRefusedError):
        portal.get()


@pytest.mark.parametrize("shape", ["group", "alone"])
def test_a_taken_port_and_jobs_that_do_not_begin_are_one_plain_line(
    start: Callable[..., Portal], shape: str
) -> None:
    first = start(shape)
    second = start(shape, port=first.port)
    _, err = second.process.communicate(timeout=PATIENCE)
    assert err.startswith(f"PortTaken: port {first.port} on 127.0.0.1 is taken")
    assert second.process.returncode == 1
    third = start(shape, "broken")
    _, err = third.process.communicate(timeout=PATIENCE)
    assert err == "CannotRun: PDPORTAL_COLOUR is not a setting of pdportal.\n"


def test_the_same_port_can_be_had_again_at_once(start: Callable[..., Portal]) -> None:
    first = start("group")
    first.get()
    first.stop()
    assert start("group", port=first.port).get().isdecimal()


def test_an_answer_without_a_body_leaves_its_connection_open(start: Callable[..., Portal]) -> None:
    portal = start("alone")
    connection = http.client.HTTPConnection("127.0.0.1", portal.port, timeout=PATIENCE)
    connection.connect()
    first = connection.sock
    for path, status in (("/nothing", 304), ("/nothing", 304), ("/", 200)):
        connection.request("GET", path)
        answer = connection.getresponse()
        assert (answer.status, answer.getheader("Connection")) == (status, None)
        answer.read()
        assert connection.sock is first
    connection.request("GET", "/nothing", headers={"Connection": "close"})
    assert connection.getresponse().getheader("Connection") == "close"


def held(folder: Path) -> int:
    return len(list(folder.glob("held-*")))


def wait_until(there: Callable[[], bool]) -> None:
    until = time.monotonic() + PATIENCE
    while not there():
        assert time.monotonic() < until
        time.sleep(0.02)


@pytest.mark.parametrize("shape", ["group", "alone"])
def test_writers_wait_and_hold_no_thread_that_a_reader_needs(
    start: Callable[..., Portal], tmp_path: Path, shape: str
) -> None:
    portal = start(shape)
    processes = 2 if shape == "group" else 1
    writers = []
    while held(tmp_path) < processes:  # until each process has one, who takes its place
        writers.append(portal.connect("POST /hold", b"Content-Length: 0\r\n\r\n"))
        time.sleep(0.02 * len(writers))
        assert len(writers) < 60
    writers += [portal.connect("POST /hold", b"Content-Length: 0\r\n\r\n") for _ in range(9)]
    for _ in range(40):
        assert portal.get().isdecimal()
    assert held(tmp_path) == processes
    (tmp_path / "go").touch()
    for writer in writers:
        assert b"200 OK" in writer.recv(1000)


def test_whether_it_lives_is_answered_when_all_threads_are_held(
    start: Callable[..., Portal], tmp_path: Path
) -> None:
    portal = start("alone")
    readers = [portal.connect("GET /hold", b"\r\n") for _ in range(6)]
    wait_until(lambda: held(tmp_path) == 2)
    for _ in range(5):
        assert portal.get("/healthz").isdecimal()
    (tmp_path / "go").touch()
    for reader in readers:
        assert b"200 OK" in reader.recv(1000)
