"""A round on a long work with many comments on passages, some of which each version changed.

`python -m bench.busy_round` opens its pages in turns with the bare page, in one process.
"""

from __future__ import annotations

import argparse
import os
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from statistics import median
from time import process_time
from typing import Any

from pdportal import create_app
from pdportal.accounts.models import Person
from pdportal.db import db
from pdportal.db.migrations import upgrade_database
from pdportal.feedback.comments.answers import CommentKind, Verdict
from pdportal.feedback.comments.models import AnchorKind, Comment, Decision
from pdportal.feedback.reviews.models import Review
from pdportal.feedback.rounds.models import Round
from pdportal.feedback.works.models import Revision, Work
from pdportal.feedback.works.reading import reading_of

COMMENTS, REVIEWS, VERSIONS = 200, 8, 10
LINES = 150
"""Of about a hundred characters each."""
SAID = "The second task asks for a reason, and *that* is where they began to talk to one another."
FIELDS = [
    {"key": key, "label": key.title(), "hint": "", "rows": 4} for key in ("aim", "plan", "check")
]


def add_busy_round(rows: Any, author: int, givers: list[int], protocol: int, stage: str) -> int:
    """Add the rows of such a round to `rows`; gives its id."""
    now = datetime.now(UTC)
    lines = [
        f"- Step {number}: pairs place {number + 2}/7 on the line, then say to another pair "
        f"why it stands left of {number + 3}/7."
        for number in range(LINES)
    ]
    old = {"aim": "They order fractions.", "plan": "\n".join(lines), "check": "An exit slip."}
    work = rows.add(Work, author_id=author, kind="lesson_plan", title="Order", fields=FIELDS)
    first = rows.add(Revision, work_id=work, number=1, content=old)
    for version in range(2, VERSIONS + 1):
        new = f"the class, {version} times"
        lines = [
            line.replace("another pair", new) if nth % 20 == version else line
            for nth, line in enumerate(lines)
            if nth % 50 != version
        ]
        content = old | {"plan": "\n".join(lines)}
        rows.add(Revision, work_id=work, number=version, content=content, why="x")
    round_ = rows.add(
        Round,
        work_id=work,
        revision_id=first,
        protocol_id=protocol,
        question="Where would your students stop thinking?",
        asked=REVIEWS,
        needed=2,
        shared_at=now - timedelta(days=5),
        grace_until=now - timedelta(days=5),
    )
    reading = reading_of(old["plan"])
    for number in range(REVIEWS):
        review = rows.add(
            Review,
            round_id=round_,
            reviewer_id=givers[number],
            lease_until=now + timedelta(days=30),
            begun_at=now - timedelta(days=3),
            stage=9,
            given_at=now - timedelta(days=2),
        )
        for nth in range(number, COMMENTS, REVIEWS):
            start, end = reading.units[nth * len(reading.units) // COMMENTS]
            place = reading.places[start]
            comment = rows.add(
                Comment,
                revision_id=first,
                review_id=review,
                author_id=givers[number],
                stage=stage,
                kind=CommentKind.SUGGESTION,
                text=f"{SAID}\n\nIn line {nth} they may wait.",
                anchor=AnchorKind.PASSAGE,
                field="plan",
                quote=reading.text(place, reading.places[end]),
                letter=place,
            )
            if nth % 2:
                rows.link(Decision, comment_id=comment, verdict=Verdict.USE, why="Yes.")
    return int(round_)


PAGES = {
    "module page": "{page}",
    "request": "/feedback/rounds/{round}",
    "a comment": "/feedback/comments/{comment}",
    "next version": "/feedback/rounds/{round}/revise",
    "work": "/feedback/works/{work}",
    "difference": "/feedback/works/{work}/compare?from=1&to=10",
}


def main() -> None:
    """Seed, open, print."""
    from bench.bare import create_app as bare_app
    from bench.seed import database_address, seed, set_bare_page

    ask = argparse.ArgumentParser(prog="python -m bench.busy_round", description=__doc__)
    ask.add_argument("--others", type=int, default=1000, help="rows of others' data (1,000)")
    ask.add_argument("--times", type=int, default=60, help="how often each is opened (60)")
    given = ask.parse_args()
    with tempfile.TemporaryDirectory(prefix="pdportal-bench-") as folder:
        app = create_app({"DATA": str(Path(folder) / "data"), "LOG_LEVEL": "error"})
        upgrade_database(app)
        seeded = seed(app, 1, given.others)
        os.environ |= {"BENCH_DATABASE": database_address(app), "BENCH_PEOPLE": "60"}
        bare = bare_app().test_client()
        with app.app_context():
            round_ = db.session.get_one(Round, int(seeded.round.rpartition("/")[2]))
            ids = {"round": round_.id, "work": round_.work_id, "page": seeded.page}
            known = db.session.get_one(Person, round_.work.author_id).fs_uniquifier
            comment = db.session.query(Comment.id).filter_by(revision_id=round_.revision_id).first()
            ids["comment"] = comment[0] if comment else 0
            set_bare_page(db.engine, "page", 30_000)
            db.session.remove()
        client = app.test_client()
        with client.session_transaction() as session:
            session["_user_id"], session["_fresh"] = known, True
        opens: dict[str, Callable[[], Any]] = {"bare page": lambda: bare.get("/page/page")}
        for name, path in PAGES.items():
            opens[name] = partial(client.get, path.format(**ids))
        _show(opens, given.times)


def _show(opens: dict[str, Callable[[], Any]], times: int) -> None:
    spent: dict[str, list[float]] = {name: [] for name in opens}
    size: dict[str, int] = {}
    for nth in range(times + 1):
        for name, opened in opens.items():
            began = process_time()
            answer = opened()
            spent[name].append(process_time() - began)
            if nth == 0:
                size[name] = len(answer.data)
                assert answer.status_code == 200, (name, answer.status)
    print(f"{'':14}{'first, ms':>10}{'CPU ms':>8}{'x bare':>8}{'kB':>8}")
    bare = median(spent["bare page"][1:])
    for name, (first, *others) in spent.items():
        middle = median(others)
        ratio = median(one / by for one, by in zip(others, spent["bare page"][1:], strict=True))
        print(
            f"{name:14}{first * 1000:10.0f}{middle * 1000:8.2f}"
            f"{ratio:6.1f} {middle / bare:6.1f}{size[name] / 1000:8.0f}"
        )


if __name__ == "__main__":
    main()
