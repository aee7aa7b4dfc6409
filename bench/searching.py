"""Search over 2,000 modules beside search over 20, in one run: `python -m bench.searching`.

What a page of the library asks of the database (the cards found, and the counts of its filters) is
timed for words that every module has, for a rare word, for Chinese and for no words at all.
"""

from __future__ import annotations

import argparse
import random
import statistics
import tempfile
import time
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

from flask import Flask
from sqlalchemy import select

from pdportal import create_app
from pdportal.accounts.models import District, Person
from pdportal.db import Base, committing, db, writing
from pdportal.modules.library import indexing, queries
from pdportal.modules.library.queries import Wish
from pdportal.modules.models import Edition, Facet, Module, Page

FEW, MANY = 20, 2_000
MOST = 5.0
"""How many times as long a search over `MANY` may take."""
ROUNDS = 15
WORDS = (Path(__file__).parents[1] / "content" / "glossary.md").read_text("utf-8").split()
ASKED = {
    "a word that all have": Wish(words="feedback"),
    "two words": Wish(words="students feedback"),
    "a rare word": Wish(words="needle7"),
    "Chinese": Wish(words="反馈"),
    "a word, filtered": Wish(words="feedback", chosen={Facet.SUBJECT: "math"}),
    "20 minutes": Wish(length="20"),
    "no words": Wish(),
}


def main() -> None:
    """Fill two portals, time both in turn, print the ratios."""
    ask = argparse.ArgumentParser(description=__doc__)
    ask.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    given = ask.parse_args()
    with ExitStack() as stack:
        apps = [_portal(stack, given.database, number) for number in (FEW, MANY)]
        times: dict[tuple[str, int], list[float]] = {}
        for _round in range(ROUNDS):
            for name, wish in ASKED.items():
                for app, number in zip(apps, (FEW, MANY), strict=True):
                    times.setdefault((name, number), []).append(_time(app, wish))
        for name in ASKED:
            few, many = (statistics.median(times[name, number]) for number in (FEW, MANY))
            mark = "ok" if many <= MOST * few else "!!"
            print(f"{mark} {name:24} {1e3 * few:7.1f} ms {1e3 * many:7.1f} ms {many / few:5.1f} ×")


def _time(app: Flask, wish: Wish) -> float:
    with app.app_context():
        person = db.session.scalars(select(Person)).one()
        began = time.perf_counter()
        _rows, every = queries.library(person, wish)
        queries.counts(person, wish, every=every)
        took = time.perf_counter() - began
        db.session.remove()
    return took


def _portal(stack: ExitStack, database: str, number: int) -> Flask:
    """A portal with so many modules, a fifth of them about math and some in Chinese."""
    folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="pdportal-search-"))
    settings: dict[str, object] = {"DATA": Path(folder), "LOG_LEVEL": "error"}
    if database == "postgresql":
        from tests.postgres import fresh_postgres

        settings["DATABASE_URL"] = stack.enter_context(fresh_postgres())
    app = create_app(settings)
    chance = random.Random(1)  # noqa: S311 — the same for every run
    with app.app_context(), writing():
        Base.metadata.create_all(db.engine)
        with committing():
            home = District(name="Bench")
            db.session.add_all([home, Person(district=home, name="Ada", email="a@example.org")])
            for each in range(number):
                _module(each, chance)
    return app


def _module(number: int, chance: random.Random) -> None:
    module = Module(slug=f"m{number}")
    db.session.add(module)
    db.session.flush()
    edition = Edition(
        **{"module_id": module.id, "number": 1, "content_hash": "x", "language": "en"},
        **{"title": f"Module {number}", "summary": _said(chance, 20), "about": "", "minutes": 40},
        **{"skills": [f"skill {number % 40}"], "outcomes": [], "prerequisites": [], "authors": []},
        facets={"subject": [("math", "music", "art")[number % 3]], "format": ["read"]},
    )
    db.session.add(edition)
    db.session.flush()
    for place in range(1, 6):
        words = [_said(chance, 300), "students feedback"]
        words += ["教师给学生的反馈"] * (number % 10 == 0) + ["needle7"] * (number % 100 == 7)
        db.session.add(
            Page(
                **{"edition_id": edition.id, "number": place, "slug": f"p{place}", "minutes": 8},
                **{"title": f"Page {place}", "text": "", "body": [{"html": " ".join(words)}]},
                **{"headings": [], "digest": ""},
            )
        )
    module.current_id = edition.id
    indexing.make_findable(edition)


def _said(chance: random.Random, words: int) -> str:
    picked: Sequence[str] = chance.choices(WORDS, k=words)
    return " ".join(picked)


if __name__ == "__main__":
    main()
