"""A piece of 8 MB stored: by the portal, and by a bare view that writes the same bytes to a file.

`python -m bench.pieces`: both in one run, in turns, on loopback; the bare view by waitress alone.
"""

from __future__ import annotations

import socket
import statistics
import sys
import tempfile
import time
from contextlib import ExitStack
from http.client import HTTPResponse
from pathlib import Path

import waitress
from flask import Flask, request

from bench.browser import Browser
from bench.processes import Server, free_port, server
from bench.seed import PASSWORD, seed
from pdportal import create_app
from pdportal.db import db
from pdportal.db.migrations import upgrade_database
from pdportal.video.uploads.tus import LARGEST_PIECE

ROUNDS = 40


def main() -> None:
    """Send pieces to both in turns, print."""
    if len(sys.argv) > 1:
        waitress.serve(bare(), host="127.0.0.1", port=int(sys.argv[1]), threads=4)
        return
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="pdportal-pieces-")))
        app = create_app({"DATA": folder / "data"})
        upgrade_database(app)
        reader = seed(app, reviews=1).readers[0]
        with app.app_context():
            db.engine.dispose()
        ports = [free_port(), free_port()]
        settings = {"PDPORTAL_DATA": str(folder / "data"), "PDPORTAL_LOG_LEVEL": "error"}
        serve = ["-m", "pdportal", "serve", "--port", str(ports[0])]
        ours = stack.enter_context(server("portal", serve, ports[0], folder, settings))
        alone = ["-m", "bench.pieces", str(ports[1])]
        other = stack.enter_context(
            server("bare", alone, ports[1], folder, {"TMPDIR": str(folder)})
        )
        browser = Browser(ports[0])
        browser.sign_in(reader, PASSWORD)
        path = browser.begin_upload("a film", ROUNDS * LARGEST_PIECE)
        found: dict[str, list[tuple[float, float]]] = {"portal": [], "bare": []}
        for number in range(ROUNDS):
            head = browser.piece(path, number * LARGEST_PIECE, LARGEST_PIECE)
            found["portal"].append(_sent(ours, head))
            plain = f"PATCH / HTTP/1.1\r\nHost: a\r\nContent-Length: {LARGEST_PIECE}\r\n\r\n"
            found["bare"].append(_sent(other, plain.encode()))
    _show(found)


def bare() -> Flask:
    """Writes what it is sent to a file, and asks nobody."""
    app = Flask(__name__)

    @app.get("/healthz")
    def healthz() -> str:
        return ""

    @app.patch("/")
    def write() -> tuple[str, int]:
        with tempfile.NamedTemporaryFile() as file:
            while some := request.stream.read(1024 * 1024):
                file.write(some)
        return "", 204

    return app


def _sent(to: Server, head: bytes) -> tuple[float, float]:
    """Milliseconds by the clock, and of processor time."""
    before, began = to.cpu_seconds(), time.perf_counter()
    with socket.create_connection(("127.0.0.1", to.port), timeout=60) as line:
        line.sendall(head)
        line.sendall(bytes(LARGEST_PIECE))
        answer = HTTPResponse(line)
        answer.begin()
        if answer.status != 204:
            raise RuntimeError(f"A piece was answered {answer.status}.")
    return (time.perf_counter() - began) * 1000, (to.cpu_seconds() - before) * 1000


def _show(found: dict[str, list[tuple[float, float]]]) -> None:
    for name, runs in found.items():
        clock = statistics.median(run[0] for run in runs)
        cpu = statistics.mean(run[1] for run in runs)
        print(f"{name:>7}: median {clock:6.1f} ms, processor {cpu:6.1f} ms a piece of 8 MB")
    ratios = [
        ours[0] / other[0] for ours, other in zip(found["portal"], found["bare"], strict=True)
    ]
    print(f"portal/bare, median of {ROUNDS} pairs: {statistics.median(ratios):.2f}")


if __name__ == "__main__":
    main()
