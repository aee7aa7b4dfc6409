"""The bench: the hot pages beside a bare page, in one run, in shuffled rounds."""

from __future__ import annotations

import argparse
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import count, cycle, islice
from pathlib import Path

from flask import Flask
from sqlalchemy import event, text

from bench import loader
from bench.bare import bare_engine
from bench.browser import Browser
from bench.loader import Run
from bench.many_questions import ANSWERED, SLUG, answer_to_save
from bench.processes import HAS_PROC, Server, free_port, parent_of, server
from bench.seed import PASSWORD, Seeded, database_address, seed, set_bare_page
from pdportal import create_app
from pdportal.db import db

SETTLE_SECONDS = 0.2
"""After a run, for what is still on its way to end before the processor time is read."""


@dataclass
class Target:
    """One thing to measure."""

    name: str
    server: Server
    requests: Callable[[], Iterator[bytes]]
    expect: int = 200
    beside: str = ""
    """The bare target that is its measure."""
    at_most: int = 0
    """How many requests one run may send; 0: as many as fit in its time."""
    runs: dict[int, list[Run]] = field(default_factory=dict)


def main() -> None:
    """Seed, serve, sign in, measure, print."""
    given = _arguments()
    random.seed(1)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="pdportal-bench-")))
        settings: dict[str, str] = {"PDPORTAL_DATA": str(folder / "data")}
        others: list[int] = []
        if given.database == "postgresql":
            from tests.postgres import fresh_postgres

            settings["PDPORTAL_DATABASE_URL"] = stack.enter_context(fresh_postgres())
        app = create_app({name.removeprefix("PDPORTAL_"): to for name, to in settings.items()})
        _say(f"· seeding a folder of its own on {given.database}")
        began = time.perf_counter()
        stock = given.rounds * len(given.clients) * given.reviews
        _build(app)
        seeded = seed(app, stock, given.others)
        _say(f"  {seeded.rows:,} rows in {time.perf_counter() - began:.1f} s")
        if given.database == "postgresql" and HAS_PROC:
            with app.app_context():
                others.append(
                    parent_of(int(db.session.execute(text("SELECT pg_backend_pid()")).scalar_one()))
                )
                db.session.remove()
        _say("· statements for each page")
        statements = _count_statements(app, seeded)
        with app.app_context():
            db.engine.dispose()
        _say(
            "· starting the portal as `pdportal serve` does, and the bare pages on the same server"
        )
        port = free_port()
        command = ["-m", "pdportal", "serve", "--port", str(port)]
        portal = stack.enter_context(server("portal", command, port, folder, settings, *others))
        _say(f"  the portal answered after {portal.ready_after:.1f} s")
        address = database_address(app)
        settings |= {"BENCH_DATABASE": address, "BENCH_PEOPLE": str(seeded.people)}
        port = free_port()
        bare = stack.enter_context(
            server("bare pages", ["-m", "bench.bare", str(port)], port, folder, settings, *others)
        )
        _say("· signing people in")
        targets = _targets(portal, bare, seeded, given.reviews, address)
        _measure(targets, given.rounds, given.seconds, given.clients)
        first = Browser(portal.port).first_visit("/sign-in")
        signed_in = Browser(portal.port)
        signed_in.sign_in(seeded.readers[0], PASSWORD)
        second = signed_in.first_visit(seeded.page)
        _report(targets, given, statements, {"/sign-in": first, "module page": second})


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--database", choices=["sqlite", "postgresql"], default="sqlite")
    parser.add_argument("--rounds", type=int, default=5, help="how often each is measured (5)")
    parser.add_argument("--seconds", type=float, default=2.0, help="how long each time (2)")
    parser.add_argument(
        "--reviews", type=int, default=300, help="reviews given each time, at most (300)"
    )
    parser.add_argument(
        "--others", type=int, default=0, help="rows of a district that nobody reads (0)"
    )
    parser.add_argument(
        "--clients",
        type=lambda text: [int(part) for part in text.split(",")],
        default=[1, 8, 32],
        help="how many at once (1,8,32)",
    )
    return parser.parse_args()


def _build(app: Flask) -> None:
    from pdportal.db.migrations import upgrade_database

    upgrade_database(app)


def _targets(
    portal: Server, bare: Server, seeded: Seeded, reviews: int, address: str
) -> list[Target]:
    """What can be measured: a page that is not there (yet) is named and left out."""
    readers = [_signed_in(portal, email) for email in seeded.readers]
    givers = {ident: _signed_in(portal, email) for ident, email in seeded.givers.items()}
    lead = _signed_in(portal, seeded.lead)
    engine = bare_engine(address)
    targets = []
    pages = {
        "module page": (seeded.page, readers),
        "home": ("/", readers),
        "cohort page": (f"/cohorts/{seeded.cohort_id}/progress", [lead]),
        "lead’s home": ("/", [_signed_in(portal, seeded.district_lead)]),
        "request, 60 comments": (seeded.round, readers[:1]),
        "revise, 60 comments": (f"{seeded.round}/revise", readers[:1]),
    }
    for name, (path, people) in pages.items():
        answer = people[0].get(path)
        if answer.status != 200:
            _say(f"  {name}: {path} answers {answer.status}, left out")
            continue
        size = len(answer.text.encode())
        label = f"bare page, {size / 1000:.0f} kB"
        set_bare_page(engine, name[:4], max(0, size - 1200))
        bare_path = f"/page/{name[:4]}"
        targets += [
            Target(label, bare, _again([Browser(bare.port).getting(bare_path)])),
            Target(name, portal, _again([who.getting(path) for who in people]), beside=label),
        ]
        if name == "module page":
            packed = [who.getting(path, Accept_Encoding="br, gzip") for who in people]
            targets.append(Target(f"{name}, brotli", portal, _again(packed), beside=label))
    targets += _of_questions(portal, readers)
    engine.dispose()
    ready = iter(
        [givers[who].posting(f"/feedback/reviews/{review}/give") for review, who in seeded.reviews]
    )
    written = Browser(bare.port).posting("/write", said="Good.")
    label = "bare write"
    targets += [
        Target(label, bare, _again([written]), 302, at_most=reviews),
        Target("review given", portal, lambda: ready, 302, beside=label, at_most=reviews),
        Target("answer saved", portal, _answers(readers), 302, beside=label, at_most=reviews),
    ]
    return targets


def _of_questions(portal: Server, people: list[Browser]) -> list[Target]:
    """A page with 60 questions, measured by one with 6."""
    six, sixty = "page, 6 questions", "page, 60 questions"
    few, many = (
        _again([who.getting(f"/learn/{SLUG}/{page}") for who in people])
        for page in ("six", "sixty")
    )
    return [Target(six, portal, few), Target(sixty, portal, many, beside=six)]


def _answers(people: list[Browser]) -> Callable[[], Iterator[bytes]]:
    """One answer after the other, of each person in turn; none is the same twice running."""
    path = f"/learn/{SLUG}/last/{ANSWERED}/answer"
    every = (who.posting(path, **answer_to_save(number)) for number in count() for who in people)
    return lambda: every


def _signed_in(portal: Server, email: str) -> Browser:
    browser = Browser(portal.port)
    browser.sign_in(email, PASSWORD)
    return browser


def _again(requests: list[bytes]) -> Callable[[], Iterator[bytes]]:
    return lambda: cycle(requests)


def _measure(targets: list[Target], rounds: int, seconds: float, clients: list[int]) -> None:
    for target in targets:
        if not target.at_most:
            loader.run(target.server.port, islice(target.requests(), 200), 4, 5, target.expect)
    steps = [(target, number) for target in targets for number in clients]
    for nth in range(rounds):
        random.shuffle(steps)
        _say(f"· round {nth + 1} of {rounds}")
        for target, number in steps:
            before = target.server.cpu_seconds()
            requests = target.requests()
            if target.at_most:
                requests = islice(requests, target.at_most)
            run = loader.run(target.server.port, requests, number, seconds, target.expect)
            time.sleep(SETTLE_SECONDS)
            if HAS_PROC and run.waits:
                used = target.server.cpu_seconds() - before
                run.cpu_ms = used * 1000 / len(run.waits)
            target.runs.setdefault(number, []).append(run)


def _count_statements(app: Flask, seeded: Seeded) -> dict[str, int]:
    """How many statements a page takes, the one that finds who is signed in among them."""
    app.config["WTF_CSRF_ENABLED"] = False
    found: dict[str, int] = {}
    with app.app_context():
        people = {
            row.email: row.fs_uniquifier
            for row in db.session.execute(text("SELECT email, fs_uniquifier FROM person"))
        }
        engine = db.engine
        db.session.remove()
    said: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if not statement.startswith(("BEGIN", "SAVEPOINT", "RELEASE", "ROLLBACK", "PRAGMA")):
            said.append(statement)

    review, giver = seeded.reviews.pop()
    asked = {
        "module page": ("GET", seeded.page, seeded.readers[0]),
        "page, 60 questions": ("GET", f"/learn/{SLUG}/sixty", seeded.readers[0]),
        "home": ("GET", "/", seeded.readers[0]),
        "cohort page": ("GET", f"/cohorts/{seeded.cohort_id}/progress", seeded.lead),
        "lead’s home": ("GET", "/", seeded.district_lead),
        "request, 60 comments": ("GET", seeded.round, seeded.readers[0]),
        "revise, 60 comments": ("GET", f"{seeded.round}/revise", seeded.readers[0]),
        "review given": ("POST", f"/feedback/reviews/{review}/give", seeded.givers[giver]),
    }
    event.listen(engine, "before_cursor_execute", note)
    for name, (method, path, email) in asked.items():
        client = app.test_client()
        with client.session_transaction() as session:
            session["_user_id"] = people[email]
            session["_fresh"] = True
        if method == "GET":
            client.get(path)  # what never changes is asked once, by whoever comes first
        said.clear()
        if client.open(path, method=method).status_code < 400:
            found[name] = len(said)
    event.remove(engine, "before_cursor_execute", note)
    return found


def _report(
    targets: list[Target],
    given: argparse.Namespace,
    statements: dict[str, int],
    visits: dict[str, tuple[int, int]],
) -> None:
    by_name = {target.name: target for target in targets}
    print(
        f"\n{given.database}, {given.rounds} rounds of {given.seconds:g} s, median [min to max]\n"
    )
    print(f"{'':22}{'clients':>8}{'requests/s':>12}{'p50 ms':>8}{'p99 ms':>8}", end="")
    print(f"{'CPU ms a request':>24}{'of the bare: rate':>20}{'CPU':>20}")
    for target in targets:
        for number, runs in sorted(target.runs.items()):
            beside = by_name[target.beside].runs[number] if target.beside else []
            rates = [run.rate / other.rate for run, other in zip(runs, beside, strict=False)]
            costs = [
                run.cpu_ms / other.cpu_ms
                for run, other in zip(runs, beside, strict=False)
                if run.cpu_ms and other.cpu_ms
            ]
            line = f"{target.name:22}{number:>8}{_median([run.rate for run in runs]):>12.0f}"
            line += f"{_median([run.percentile(0.5) for run in runs]):>8.1f}"
            line += f"{_median([run.percentile(0.99) for run in runs]):>8.1f}"
            line += f"{_spread([run.cpu_ms for run in runs if run.cpu_ms], 2):>24}"
            line += f"{_spread(rates, 2):>20}{_spread(costs, 2):>20}"
            print(line)
            wrong = sum(sum(run.wrong.values()) for run in runs)
            if wrong:
                kinds = sorted({status for run in runs for status in run.wrong})
                print(f"{'':22}{wrong} wrong answers: {', '.join(map(str, kinds))}")
    print("\nStatements: " + ", ".join(f"{name} {many}" for name, many in statements.items()))
    for path, (requests, size) in visits.items():
        print(f"First visit of {path}: {requests} requests, {size / 1000:.0f} kB")
    if not HAS_PROC:
        print("Processor time cannot be read on this system; it is left out.")


def _median(figures: list[float]) -> float:
    return statistics.median(figures) if figures else 0.0


def _spread(figures: list[float], digits: int) -> str:
    if not figures:
        return ""
    low, high = min(figures), max(figures)
    return f"{_median(figures):.{digits}f} [{low:.{digits}f} to {high:.{digits}f}]"


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
