"""1 MiB ranges of a clip: from the portal alone, by nginx on its word, and from nginx alone.

`python -m bench.ranges`, with nginx installed. All three in one run, in shuffled rounds, on
loopback.
"""

from __future__ import annotations

import os
import random
import re
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from http.client import HTTPResponse
from pathlib import Path

from bench import loader
from bench.browser import Browser
from bench.processes import Server, free_port, server
from bench.seed import PASSWORD, seed
from pdportal import create_app
from pdportal.db import db
from pdportal.db.migrations import upgrade_database
from tests.video.given import video

MIB = 1 << 20
CLIP_MIB, CLIENTS, ROUNDS, SECONDS = 64, 8, 5, 2.0
SITES = """
daemon off; pid {folder}/nginx.pid; error_log {folder}/nginx.log; worker_processes 2; {user}
events {{}}
http {{
  access_log off; sendfile on; keepalive_requests 1000000; {temporary}
  server {{ listen 127.0.0.1:{alone}; location / {{ root {files}; }} }}
  server {{
    listen 127.0.0.1:{front};
    location / {{
      proxy_pass http://127.0.0.1:{portal}; proxy_http_version 1.1;
      proxy_set_header Host 127.0.0.1:{portal};
    }}
    location /_files/ {{ internal; alias {files}/; }}
  }}
}}
"""
"""As `deploy/nginx.conf`, without a certificate, and the folder of files beside it."""


def main() -> None:
    """Upload a clip, ask for ranges of it by each way, print."""
    nginx = shutil.which("nginx") or sys.exit("This measures beside nginx, which is not installed.")
    random.seed(1)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="pdportal-ranges-")))
        app = create_app({"DATA": folder / "data"})
        upgrade_database(app)
        reader = seed(app, reviews=1).readers[0]
        with app.app_context():
            db.engine.dispose()
        ports = {name: free_port() for name in ("portal", "handing", "alone", "front")}
        settings = {
            "PDPORTAL_DATA": str(folder / "data"),
            "PDPORTAL_LOG_LEVEL": "error",
            "PDPORTAL_JOBS": "beside",  # nobody converts the clip meanwhile
        }
        by_itself, handing = (
            stack.enter_context(
                _portal(name, ports[name], folder, settings | {"PDPORTAL_HAND_OVER": word})
            )
            for name, word in (("portal", "no"), ("handing", "yes"))
        )
        request = _uploaded(ports["portal"], reader)
        files = folder / "data" / "files"
        largest = max(files.rglob("*"), key=lambda file: file.is_file() and file.stat().st_size)
        process = stack.enter_context(_nginx(nginx, folder, files, ports))
        sites = Server(ports["alone"], (process,), 0, folder / "nginx.log")
        both = Server(ports["front"], (process, *handing.roots), 0, folder / "nginx.log")
        direct = f"GET /{largest.relative_to(files)} HTTP/1.1\r\nHost: a\r\n".encode()
        ways = {
            "nginx alone": (sites, direct),
            "portal alone": (by_itself, request),
            "nginx on the portal's word": (both, request),
        }
        found: dict[str, list[loader.Run]] = {name: [] for name in ways}
        for _round in range(ROUNDS):
            for name in random.sample(list(ways), len(ways)):
                found[name].append(_measured(*ways[name]))
    _show(found)


def _portal(
    name: str, port: int, folder: Path, settings: dict[str, str]
) -> AbstractContextManager[Server]:
    return server(name, ["-m", "pdportal", "serve", "--port", str(port)], port, folder, settings)


def _uploaded(port: int, reader: str) -> bytes:
    """The beginning of a request for the file of a new clip."""
    browser = Browser(port)
    browser.sign_in(reader, PASSWORD)
    begin, end = browser.clip_form(video() + bytes(range(256)) * (CLIP_MIB * MIB // 256))
    with socket.create_connection(("127.0.0.1", port), timeout=60) as line:
        line.sendall(begin + end)
        answer = HTTPResponse(line)
        answer.begin()
        place = answer.getheader("Location") or ""
    page = browser.get(place).text
    path = re.search(r'<source[^>]* src="([^"#]+)', page) or re.search(
        r'src="(/clips/[^"#]+)', page
    )
    if not path:
        raise RuntimeError(f"No clip on {place}, answered {answer.status}.")
    return browser.getting(path[1]).removesuffix(b"\r\n")


@contextmanager
def _nginx(nginx: str, folder: Path, files: Path, ports: dict[str, int]) -> Iterator[int]:
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    text = SITES.format(
        folder=folder,
        files=files,
        user="user root;" if os.geteuid() == 0 else "",
        temporary=" ".join(f"{kind}_temp_path {folder}/{kind};" for kind in kinds),
        alone=ports["alone"],
        front=ports["front"],
        portal=ports["handing"],
    )
    (folder / "nginx.conf").write_text(text)
    process = subprocess.Popen([nginx, "-c", str(folder / "nginx.conf")], stderr=subprocess.DEVNULL)
    try:
        for _try in range(100):
            with socket.socket() as line:
                if line.connect_ex(("127.0.0.1", ports["front"])) == 0:
                    break
            time.sleep(0.05)
        yield process.pid
    finally:
        process.terminate()
        process.wait(timeout=10)


def _measured(at: Server, request: bytes) -> loader.Run:
    def ranges() -> Iterator[bytes]:
        while True:
            start = random.randrange(CLIP_MIB - 1) * MIB  # noqa: S311 -- nobody has to guess it
            yield request + f"Range: bytes={start}-{start + MIB - 1}\r\n\r\n".encode()

    before = at.cpu_seconds()
    run = loader.run(at.port, ranges(), CLIENTS, SECONDS, 206)
    time.sleep(0.2)
    if run.wrong:
        raise RuntimeError(f"Some were answered otherwise: {run.wrong}")
    run.cpu_ms = (at.cpu_seconds() - before) * 1000 / len(run.waits)
    return run


def _show(found: dict[str, list[loader.Run]]) -> None:
    print(
        f"1 MiB ranges, {CLIENTS} clients, {ROUNDS} rounds of {SECONDS:.0f} s: median [min to max]"
    )
    bare = found["nginx alone"]
    for name, runs in found.items():
        parts = [run.rate / beside.rate for run, beside in zip(runs, bare, strict=True)]
        costs = [run.cpu_ms or 0 for run in runs]
        print(
            f"  {name:<27} {statistics.median(run.rate for run in runs):7.0f}/s  "
            f"{statistics.median(costs):5.2f} ms of CPU  "
            f"{statistics.median(parts):5.2f} [{min(parts):.2f} to {max(parts):.2f}] of nginx"
        )


if __name__ == "__main__":
    main()
