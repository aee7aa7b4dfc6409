"""A review given and an answer saved beside the bare write: `python -m bench.writes`.

First in one process, a few of each in turn, again and again, so that whatever else the machine does
falls on all of them alike; then as they are served, to 1 and to 8 clients.
"""

from __future__ import annotations

import argparse
import os
import random
from collections.abc import Callable, Iterator
from io import BytesIO
from itertools import count, cycle, islice
from statistics import median, quantiles
from time import process_time
from typing import Any

from flask import Flask
from werkzeug.test import EnvironBuilder, run_wsgi_app

from bench import bare
from bench.browser import Browser
from bench.many_questions import ANSWERED, SLUG, answer_to_save
from bench.measuring import WARM, Target, again, measure, say, show
from bench.seed import Seeded, database_address, seed
from bench.side_by_side import SideBySide, session_cookie, side_by_side
from pdportal.db import db

CLIENTS = (1, 8)
ANSWER = f"/learn/{SLUG}/last/{ANSWERED}/answer"
AT_ONCE = 20
"""How many of each in one turn; the first turn warms up."""


def main() -> None:
    """Seed, write, print."""
    ask = argparse.ArgumentParser(prog="python -m bench.writes", description=__doc__)
    ask.add_argument("--database", choices=["sqlite", "postgresql"], default="sqlite")
    ask.add_argument("--turns", type=int, default=60, help="in one process, 20 of each (60)")
    ask.add_argument("--rounds", type=int, default=8, help="how often each is served (8)")
    ask.add_argument("--writes", type=int, default=400, help="how many each time (400)")
    given = ask.parse_args()
    random.seed(1)
    seeded: list[Seeded] = []
    alone = (given.turns + 1) * AT_ONCE if given.turns else 0
    stock = alone + WARM + len(CLIENTS) * given.rounds * given.writes

    def fill(app: Flask) -> None:
        seeded.append(seed(app, stock))

    with side_by_side(given.database, fill) as both:
        reviews = seeded[0].reviews
        if alone:
            say("· in one process")
            _show_alone(_in_one_process(both.app, reviews[:alone]))
        if given.rounds:
            targets = _targets(both, reviews[alone:], given.writes)
            measure(targets, given.rounds, 60.0, list(CLIENTS))
            print(f"\n{given.database}, {given.rounds} rounds of {given.writes} writes\n")
            show(targets)


def _in_one_process(app: Flask, reviews: list[tuple[int, int]]) -> dict[str, list[float]]:
    """The seconds of processor time that one of each took, by name, turn after turn."""
    os.environ |= {"BENCH_DATABASE": database_address(app), "BENCH_PEOPLE": "60"}
    people = _Senders(app)
    reader = people.of(1)
    bare_app = bare.create_app()
    plain = _request("/write", {"said": "Good."}, "")
    sends: dict[str, tuple[Flask, Iterator[dict[str, Any]]]] = {
        "bare write": (bare_app, cycle([plain])),
        "review given": (
            app,
            (people.of(who)(f"/feedback/reviews/{ident}/give", {}) for ident, who in reviews),
        ),
        "answer saved": (app, (reader(ANSWER, answer_to_save(nth)) for nth in count())),
    }
    spent: dict[str, list[float]] = {name: [] for name in sends}
    for _turn in range(len(reviews) // AT_ONCE):
        for name, (asked, requests) in sends.items():
            ready = list(islice(requests, AT_ONCE))
            began = process_time()
            for environ in ready:
                _ask(asked, environ)
            spent[name].append((process_time() - began) / AT_ONCE)
    with app.app_context():
        db.engine.dispose()
    return {name: each[1:] for name, each in spent.items()}


class _Senders:
    """Who sends what, signed in without a form."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._known: dict[int, Callable[[str, dict[str, str]], dict[str, Any]]] = {}

    def of(self, person: int) -> Callable[[str, dict[str, str]], dict[str, Any]]:
        """Makes requests of this person, with a form's token."""
        if person not in self._known:
            client, name, cookie = session_cookie(self._app, person)
            browser = Browser(0)
            browser.keep_token(client.get("/account").text)
            token = browser.token

            def request(path: str, fields: dict[str, str]) -> dict[str, Any]:
                changed = client.get_cookie(name)
                cookies = f"{name}={changed.value if changed else cookie}"
                return _request(path, {**fields, "csrf_token": token}, cookies)

            self._known[person] = request
        return self._known[person]


def _request(path: str, fields: dict[str, str], cookies: str) -> dict[str, Any]:
    headers = {"Cookie": cookies} if cookies else {}
    return EnvironBuilder(path, method="POST", data=fields, headers=headers).get_environ()


def _ask(app: Flask, environ: dict[str, Any]) -> None:
    """Send a request to an app, without a server."""
    asked = {**environ, "wsgi.input": BytesIO(environ["wsgi.input"].getvalue())}
    answer, status, _headers = run_wsgi_app(app, asked, buffered=True)
    assert status.startswith("302"), (environ["PATH_INFO"], status, list(answer))


def _show_alone(spent: dict[str, list[float]]) -> None:
    bare_writes = spent["bare write"]
    print(f"\nIn one process, {len(bare_writes)} turns of {AT_ONCE} of each\n")
    print(f"{'':16}{'CPU ms':>8}{'x the bare write [middle half]':>34}")
    for name, each in spent.items():
        ratios = [one / by for one, by in zip(each, bare_writes, strict=True)]
        low, middle, high = quantiles(ratios, n=4)
        print(f"{name:16}{median(each) * 1000:8.2f}{middle:12.2f} [{low:.2f} to {high:.2f}]")


def _targets(both: SideBySide, reviews: list[tuple[int, int]], at_most: int) -> list[Target]:
    people = sorted({who for _review, who in reviews})
    by_giver = dict(zip(people, both.browsers(people), strict=True))
    ready = iter(
        [by_giver[who].posting(f"/feedback/reviews/{ident}/give") for ident, who in reviews]
    )
    readers = both.browsers(list(range(1, 33)))
    answers = (
        who.posting(ANSWER, **answer_to_save(number)) for number in count() for who in readers
    )
    written = Browser(both.bare.port).posting("/write", said="Good.")
    label = "bare write"
    return [
        Target(label, both.bare, again([written]), 302, at_most=at_most),
        Target("review given", both.portal, lambda: ready, 302, beside=label, at_most=at_most),
        Target("answer saved", both.portal, lambda: answers, 302, beside=label, at_most=at_most),
    ]


if __name__ == "__main__":
    main()
