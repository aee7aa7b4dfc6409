"""The bench: the hot pages beside a bare page, in one run, in shuffled rounds."""

from __future__ import annotations

import argparse
import random
import time
from typing import Any

from flask import Flask
from sqlalchemy import event, text

from bench.bare import bare_engine
from bench.browser import Browser
from bench.many_questions import SLUG
from bench.measuring import Target, again, measure, say, show
from bench.processes import HAS_PROC, Server
from bench.seed import PASSWORD, Seeded, seed, set_bare_page
from bench.side_by_side import side_by_side
from pdportal.db import db


def main() -> None:
    """Seed, serve, sign in, measure, print."""
    given = _arguments()
    random.seed(1)
    filled: dict[str, Any] = {}

    def fill(app: Flask) -> None:
        began = time.perf_counter()
        filled["seeded"] = seed(app, 1, given.others)
        say(f"  {filled['seeded'].rows:,} rows in {time.perf_counter() - began:.1f} s")
        say("· statements for each page")
        filled["statements"] = _count_statements(app, filled["seeded"])

    with side_by_side(given.database, fill) as both:
        seeded: Seeded = filled["seeded"]
        say("· signing people in")
        targets = _targets(both.portal, both.bare, seeded, both.address)
        measure(targets, given.rounds, given.seconds, given.clients)
        first = Browser(both.portal.port).first_visit("/sign-in")
        signed_in = Browser(both.portal.port)
        signed_in.sign_in(seeded.readers[0], PASSWORD)
        second = signed_in.first_visit(seeded.page)
        visits = {"/sign-in": first, "module page": second}
        _report(targets, given, filled["statements"], visits)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--database", choices=["sqlite", "postgresql"], default="sqlite")
    parser.add_argument("--rounds", type=int, default=5, help="how often each is measured (5)")
    parser.add_argument("--seconds", type=float, default=2.0, help="how long each time (2)")
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


def _targets(portal: Server, bare: Server, seeded: Seeded, address: str) -> list[Target]:
    """What can be measured: a page that is not there (yet) is named and left out."""
    readers = [_signed_in(portal, email) for email in seeded.readers]
    lead = _signed_in(portal, seeded.lead)
    engine = bare_engine(address)
    targets = []
    pages = {
        "module page": (seeded.page, readers),
        "home": ("/", readers),
        "cohort page": (f"/cohorts/{seeded.cohort_id}/progress", [lead]),
        "lead’s home": ("/", [_signed_in(portal, seeded.district_lead)]),
        "request, 200 comments": (seeded.round, readers[:1]),
        "revise, 200 comments": (f"{seeded.round}/revise", readers[:1]),
    }
    for name, (path, people) in pages.items():
        answer = people[0].get(path)
        if answer.status != 200:
            say(f"  {name}: {path} answers {answer.status}, left out")
            continue
        size = len(answer.text.encode())
        label = f"bare page, {size / 1000:.0f} kB"
        set_bare_page(engine, name[:4], max(0, size - 1200))
        bare_path = f"/page/{name[:4]}"
        targets += [
            Target(label, bare, again([Browser(bare.port).getting(bare_path)])),
            Target(name, portal, again([who.getting(path) for who in people]), beside=label),
        ]
        if name == "module page":
            packed = [who.getting(path, Accept_Encoding="br, gzip") for who in people]
            targets.append(Target(f"{name}, brotli", portal, again(packed), beside=label))
    targets += _of_questions(portal, readers)
    engine.dispose()
    return targets


def _of_questions(portal: Server, people: list[Browser]) -> list[Target]:
    """A page with 60 questions, measured by one with 6."""
    six, sixty = "page, 6 questions", "page, 60 questions"
    few, many = (
        again([who.getting(f"/learn/{SLUG}/{page}") for who in people]) for page in ("six", "sixty")
    )
    return [Target(six, portal, few), Target(sixty, portal, many, beside=six)]


def _signed_in(portal: Server, email: str) -> Browser:
    browser = Browser(portal.port)
    browser.sign_in(email, PASSWORD)
    return browser


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
        "request, 200 comments": ("GET", seeded.round, seeded.readers[0]),
        "revise, 200 comments": ("GET", f"{seeded.round}/revise", seeded.readers[0]),
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
    print(
        f"\n{given.database}, {given.rounds} rounds of {given.seconds:g} s, median [min to max]\n"
    )
    show(targets)
    print("\nStatements: " + ", ".join(f"{name} {many}" for name, many in statements.items()))
    for path, (requests, size) in visits.items():
        print(f"First visit of {path}: {requests} requests, {size / 1000:.0f} kB")
    if not HAS_PROC:
        print("Processor time cannot be read on this system; it is left out.")


if __name__ == "__main__":
    main()
