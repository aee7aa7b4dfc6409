"""The criteria by which somebody's works were looked at, and their own look at them."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import select

from pdportal.accounts.models import Person
from pdportal.accounts.own_data import Piece
from pdportal.content.html import plain_text
from pdportal.db import db
from pdportal.feedback.rounds.models import Round
from pdportal.feedback.rubrics.cells import cells_of
from pdportal.feedback.rubrics.models import SelfAssessment
from pdportal.feedback.works.models import Work


def collect(person: Person) -> Iterator[Piece]:
    """One file, with the criteria of each round and what its author wrote to them."""
    rows = db.session.execute(
        select(Work.title, Round.shared_at, Round.rubric, SelfAssessment.said)
        .join(Work, Work.id == Round.work_id)
        .outerjoin(SelfAssessment, SelfAssessment.round_id == Round.id)
        .where(Work.author_id == person.id, Round.rubric.is_not(None))
        .order_by(Round.id)
    )
    lines: list[str] = []
    for title, shared_at, rubric, words in rows:
        lines += [f"# {title}, {shared_at:%Y-%m-%d}", ""]
        for number, criterion in enumerate(rubric, 1):
            lines += [f"{number}. {plain_text(criterion['html'])}"]
            own = (cell for cell in cells_of(rubric) if cell.number == number and words)
            lines += [f"   - {c.column.label}: {words[c.key]}" for c in own if words.get(c.key)]
    if lines:
        yield Piece("criteria.md", "\n".join([*lines, ""]))
