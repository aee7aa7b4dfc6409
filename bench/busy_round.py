"""A round on a long work with many comments on passages, some of which each version changed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

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
