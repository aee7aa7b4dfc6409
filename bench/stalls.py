"""How long a page that only reads takes while others write: run it by `python -m bench.stalls`.

Four spells in one run, on loopback, over the portal's own server and SQLite: quiet; eight uploads
that finish together, again and again; 40 pieces of uploads that stop half-way; the database locked
by another program while people save.
"""

from __future__ import annotations

import argparse
import socket
import sqlite3
import statistics
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import partial
from http.client import HTTPResponse
from pathlib import Path

from bench.browser import Browser
from bench.processes import free_port, server
from bench.seed import PASSWORD, Seeded, seed
from pdportal import create_app
from pdportal.db import db
from pdportal.db.migrations import upgrade_database
from pdportal.video.uploads import tus
from tests.video.given import video

UPLOADERS = 8
WRITERS = 8
STALLED = 40
SECONDS_BETWEEN_PAGES = 0.02


@dataclass
class Spell:
    """What readers and writers met during one spell."""

    name: str
    waits: dict[str, list[float]] = field(default_factory=lambda: {"page": [], "/healthz": []})
    """Milliseconds by what was asked for."""
    answers: Counter[int] = field(default_factory=Counter)
    """What writers were answered, by status; 0 for no answer."""


def main() -> None:
    """Seed, serve, measure each spell, print."""
    given = argparse.ArgumentParser(description=__doc__)
    given.add_argument("--seconds", type=float, default=20.0, help="of each spell")
    given.add_argument("--megabytes", type=int, default=50, help="of each upload")
    options = given.parse_args()
    with tempfile.TemporaryDirectory(prefix="pdportal-stalls-") as name:
        folder = Path(name)
        data = folder / "data"
        app = create_app({"DATA": data})
        upgrade_database(app)
        seeded = seed(app, reviews=1)
        with app.app_context():
            db.engine.dispose()
        port = free_port()
        command = ["-m", "pdportal", "serve", "--port", str(port)]
        settings = {"PDPORTAL_DATA": str(data), "PDPORTAL_LOG_LEVEL": "error"}
        with server("portal", command, port, folder, settings):
            stalls = Stalls(port, seeded, options.seconds)
            stalls.spell("quiet", lambda _spell: None)
            film = video() + bytes(range(256)) * (options.megabytes * 4000)
            stalls.spell("8 uploads together", lambda spell: stalls.upload(spell, film))
            stalls.spell("40 stalled pieces", stalls.stall)
            with locked(data / "pdportal.sqlite3", options.seconds):
                stalls.spell("database locked", stalls.save)
            stalls.show()


class Stalls:
    """One portal, two readers who never stop, and what others do meanwhile."""

    def __init__(self, port: int, seeded: Seeded, seconds: float) -> None:
        self.port = port
        self.seconds = seconds
        self.page = seeded.page
        self.browsers = []
        for email in seeded.readers[: max(UPLOADERS, WRITERS) + 1]:
            self.browsers.append(Browser(port))
            self.browsers[-1].sign_in(email, PASSWORD)
        self.spells: list[Spell] = []

    def spell(self, name: str, others: Callable[[Spell], object]) -> None:
        """Read for the whole spell while others do what they do, which they begin on their own."""
        spell = Spell(name)
        self.spells.append(spell)
        until = time.monotonic() + self.seconds
        readers = [
            threading.Thread(target=self._read, args=(spell, path, until))
            for path in (self.page, "/healthz")
        ]
        for reader in readers:
            reader.start()
        others(spell)
        for reader in readers:
            reader.join()

    def upload(self, spell: Spell, film: bytes) -> None:
        """Uploads whose last bytes arrive at the same moment, until the spell is over."""
        until = time.monotonic() + self.seconds
        while time.monotonic() < until:
            together = threading.Barrier(UPLOADERS)
            self._at_once(UPLOADERS, partial(self._upload, spell, film, together))

    def stall(self, spell: Spell) -> None:
        """Pieces of which half has come, and then nothing until the spell is over."""
        with ExitStack() as lines:
            for number in range(STALLED):
                browser = self.browsers[number % UPLOADERS]
                path = browser.begin_upload(f"{number}", tus.LARGEST_PIECE)
                line = socket.create_connection(("127.0.0.1", self.port), timeout=120)
                lines.enter_context(line)
                line.sendall(browser.piece(path, 0, tus.LARGEST_PIECE))
                line.sendall(bytes(tus.LARGEST_PIECE // 2))
                spell.answers[0] += 1
            time.sleep(self.seconds)

    def save(self, spell: Spell) -> None:
        """People who save again and again, and wait a second after each answer."""
        until = time.monotonic() + self.seconds

        def save(number: int) -> None:
            while time.monotonic() < until:
                answer = self.browsers[number].post("/goals/new", change="Everybody is asked.")
                spell.answers[answer.status] += 1
                time.sleep(1)

        self._at_once(WRITERS, save)

    def show(self) -> None:
        """Print percentiles, and what each is of the quiet spell."""
        quiet = {path: self.spells[0].waits[path] for path in self.spells[0].waits}
        for spell in self.spells:
            print(f"{spell.name}: writers were answered {dict(spell.answers)}")
            for path, waits in spell.waits.items():
                half, most = statistics.median(waits), percentile(waits, 0.99)
                ratio = most / percentile(quiet[path], 0.99)
                print(
                    f"  {path:>9}  {len(waits):>5} answers  median {half:7.1f} ms  "
                    f"p99 {most:7.1f} ms  longest {max(waits):7.1f} ms  p99/quiet {ratio:5.1f}"
                )

    def _read(self, spell: Spell, path: str, until: float) -> None:
        waits = spell.waits["/healthz" if path == "/healthz" else "page"]
        while time.monotonic() < until:
            began = time.perf_counter()
            status = self.browsers[-1].get(path).status
            waits.append((time.perf_counter() - began) * 1000)
            if status != 200:
                raise RuntimeError(f"{path} was answered {status}")
            time.sleep(SECONDS_BETWEEN_PAGES)

    def _upload(self, spell: Spell, film: bytes, together: threading.Barrier, number: int) -> None:
        begin, end = self.browsers[number].clip_form(film)
        with socket.create_connection(("127.0.0.1", self.port), timeout=120) as line:
            line.sendall(begin)
            together.wait(120)
            line.sendall(end)
            answer = HTTPResponse(line)
            answer.begin()
            spell.answers[answer.status] += 1

    @staticmethod
    def _at_once(count: int, act: Callable[[int], None]) -> None:
        threads = [threading.Thread(target=act, args=(number,)) for number in range(count)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()


def percentile(waits: list[float], part: float) -> float:
    """The wait that this part of the answers did not exceed."""
    return sorted(waits)[min(len(waits) - 1, int(part * len(waits)))]


@contextmanager
def locked(database: Path, seconds: float) -> Iterator[None]:
    """Another program writes, and does not end, for so long."""
    other = sqlite3.connect(database, isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    release = threading.Timer(seconds, other.rollback)
    release.start()
    try:
        yield
    finally:
        release.join()
        other.close()


if __name__ == "__main__":
    main()
