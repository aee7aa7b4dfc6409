"""What the processes of a portal with two workers hold after load: `python -m bench.memory`.

Rounds of pages, writes, searches, sign-ins, uploads and ranges of a clip, over the portal's own
server and SQLite. After each round the proportional set size (PSS) of every process is read: what
is its own, and its part of what it shares.
"""

from __future__ import annotations

import argparse
import os
import re
import socket
import tempfile
from collections.abc import Iterator
from contextlib import closing
from http.client import HTTPResponse
from itertools import count, cycle, islice
from pathlib import Path

from bench import loader
from bench.browser import Browser
from bench.many_questions import ANSWERED, SLUG, answer_to_save
from bench.processes import children_of, free_port, server
from bench.seed import PASSWORD, Seeded, seed
from pdportal import create_app
from pdportal.db import db
from pdportal.db.migrations import upgrade_database
from tests.video.given import video

LEVEL = 1.02
"""How much the last round may hold beside the one in the middle."""


def main() -> None:
    """Seed, serve, and say after each round what is held."""
    given = argparse.ArgumentParser(description=__doc__)
    given.add_argument("--rounds", type=int, default=6, help="how many (6)")
    given.add_argument("--seconds", type=float, default=8.0, help="of pages in each (8)")
    options = given.parse_args()
    with tempfile.TemporaryDirectory(prefix="pdportal-memory-") as name:
        folder = Path(name)
        app = create_app({"DATA": folder / "data"})
        upgrade_database(app)
        seeded = seed(app, reviews=options.rounds * 100)
        with app.app_context():
            db.engine.dispose()
        settings = {
            "PDPORTAL_DATA": str(folder / "data"),
            "PDPORTAL_WORKERS": "2",
            "PDPORTAL_LOG_LEVEL": "error",
        }
        port = free_port()
        command = ["-m", "pdportal", "serve", "--port", str(port)]
        with server("portal", command, port, folder, settings) as portal:
            processes = [portal.roots[0], *children_of(portal.roots[0])]
            sums = [_show("after the start", processes)]
            load = Load(port, seeded, options.seconds)
            for number in range(1, options.rounds + 1):
                load.round()
                sums.append(_show(f"after round {number}", processes))
    is_level = sums[-1] <= sums[len(sums) // 2] * LEVEL
    print("level" if is_level else "it grew between the middle and the end")


class Load:
    """What people do in one round."""

    def __init__(self, port: int, seeded: Seeded, seconds: float) -> None:
        self.port = port
        self.seeded = seeded
        self.seconds = seconds
        self.readers = [self._signed_in(email) for email in seeded.readers]
        givers = {ident: self._signed_in(email) for ident, email in seeded.givers.items()}
        self.pages = cycle(self._pages())
        self.reviews = iter(
            [givers[who].posting(f"/feedback/reviews/{nr}/give") for nr, who in seeded.reviews]
        )
        self.answers = (
            who.posting(f"/learn/{SLUG}/last/{ANSWERED}/answer", **answer_to_save(number))
            for number in count()
            for who in self.readers
        )

    def round(self) -> None:
        """Everything once, pages for as long as was asked for."""
        for requests, clients, expect in (
            (self.pages, 8, 200),
            (islice(self.reviews, 100), 8, 302),
            (islice(self.answers, 300), 8, 302),
            (self._sign_ins(16), 4, 302),
            (self._ranges(), 8, 206),
            (self.pages, 8, 200),
        ):
            run = loader.run(self.port, requests, clients, self.seconds / 2, expect)
            if run.wrong:
                raise RuntimeError(f"Some were answered otherwise: {run.wrong}")

    def _pages(self) -> list[bytes]:
        """A page of modules is read most; the request with 200 comments is its author's."""
        author = self.readers[0]
        lead = self._signed_in(self.seeded.lead)
        district_lead = self._signed_in(self.seeded.district_lead)
        busy = [author.getting(self.seeded.round), author.getting(f"{self.seeded.round}/revise")]
        leading = [
            lead.getting(f"/cohorts/{self.seeded.cohort_id}/progress"),
            district_lead.getting("/"),
        ]
        paths = (self.seeded.page, "/", "/learn", "/feedback", "/inbox", "/goals")
        paths += ("/search?q=fractions", "/search?q=ask+students+why", f"/learn/{SLUG}/sixty")
        if missing := [path for path in paths if author.get(path).status != 200]:
            raise RuntimeError(f"These pages are not there: {missing}")
        found = []
        for number, who in enumerate(self.readers):
            found += [who.getting(path) for path in paths]
            found += busy if number % 4 == 0 else leading if number % 4 == 1 else []
        return found

    def _sign_ins(self, many: int) -> Iterator[bytes]:
        for email in islice(cycle(self.seeded.readers), many):
            browser = Browser(self.port)
            browser.get("/sign-in")
            yield browser.posting("/sign-in", email=email, password=PASSWORD)

    def _ranges(self) -> Iterator[bytes]:
        """Upload a clip, and ask for 64 pieces of it."""
        browser = self.readers[0]
        begin, end = browser.clip_form(video() + bytes(range(256)) * 60_000)
        with closing(socket.create_connection(("127.0.0.1", self.port), timeout=60)) as line:
            line.sendall(begin + end)
            answer = HTTPResponse(line)
            answer.begin()
            page = browser.get(answer.getheader("Location") or "").text
        path = re.search(r'src="(/clips/[^"#]+)', page)
        assert path, f"no clip: {answer.status}"
        request = browser.getting(path[1]).removesuffix(b"\r\n")
        for start in range(0, 64 * 200_000, 200_000):
            yield request + f"Range: bytes={start}-{start + 1_000_000}\r\n\r\n".encode()

    def _signed_in(self, email: str) -> Browser:
        browser = Browser(self.port)
        browser.sign_in(email, PASSWORD)
        return browser


def _show(when: str, processes: list[int]) -> float:
    held = [_held(process) for process in processes]
    total = sum(pss for pss, _own in held)
    each = ", ".join(f"{pss:.0f} ({own:.0f})" for pss, own in held)
    print(f"{when:16} {total:6.0f} MiB; each, and what is its own: {each}", flush=True)
    return total


def _held(process: int) -> tuple[float, float]:
    """PSS and the bytes that no other process has, in MiB."""
    lines = Path(f"/proc/{process}/smaps_rollup").read_text(encoding="ascii").splitlines()[1:]
    sizes = {name: int(size) for name, size, *_unit in (line.split() for line in lines)}
    return sizes["Pss:"] / 1024, (sizes["Private_Dirty:"] + sizes["Private_Clean:"]) / 1024


if __name__ == "__main__":
    if not os.path.exists("/proc/self/smaps_rollup"):
        raise SystemExit("Only Linux says what a process shares.")
    main()
