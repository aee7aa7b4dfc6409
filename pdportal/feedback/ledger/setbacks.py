"""What did not work, and what was learned, as its author wrote it down anywhere: found again by
them, and nobody else."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import NamedTuple

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy import func, or_, select

from pdportal.accounts.models import Person
from pdportal.db import db
from pdportal.feedback.kinds import kind_named
from pdportal.feedback.ledger import policy
from pdportal.feedback.rounds.models import Round
from pdportal.feedback.works.models import Revision, Work
from pdportal.search.sources import fit

FIELD = "did_not_work"
"""The key of the field that says it, in every kind of work that has one."""
MOST = 300
"""So many of the newest are read from each place."""


class Setback(NamedTuple):
    """One thing that did not work; or that was learned."""

    text: str
    title: str
    """What it was about."""
    where: str
    """In which kind of thing it was written down."""
    url: str
    at: datetime
    learned: bool = False


Source = Callable[[Person], Iterable[Setback]]
_sources: list[Source] = []


def add_source(source: Source) -> None:
    """Let another feature say what did not work there; once each."""
    if source not in _sources:
        _sources.append(source)


def setbacks_of(person: Person, asked: str = "") -> list[Setback]:
    """What did not work that has the words looked for, the newest first."""
    return [each for each in looked_back(person, asked) if not each.learned]


def looked_back(person: Person, asked: str = "") -> list[Setback]:
    """The same with what was learned."""
    found = [each for source in (_in_rounds, _in_works, *_sources) for each in source(person)]
    found = [each for each in found if not asked or fit(asked, each.title, each.text)]
    return sorted(found, key=lambda each: each.at, reverse=True)


def _in_rounds(person: Person) -> Iterator[Setback]:
    at = func.coalesce(Round.closed_at, Round.shared_at)
    rows = db.session.execute(
        select(Round.id, Round.did_not_work, Round.learned, Work.title, at.label("at"))
        .join(Work, Work.id == Round.work_id)
        .where(policy.is_own_work(person), or_(Round.did_not_work != "", Round.learned != ""))
        .order_by(at.desc())
        .limit(MOST)
    )
    for row in rows:
        url = url_for("feedback.round_page", round_id=row.id)
        for text, learned in ((row.did_not_work, False), (row.learned, True)):
            if text:
                yield Setback(text, row.title, _("Feedback request"), url, row.at, learned)


def _in_works(person: Person) -> Iterator[Setback]:
    newest = select(func.max(Revision.number)).where(Revision.work_id == Work.id)
    rows = db.session.execute(
        select(Work.id, Work.kind, Work.clip_id, Work.title, Revision.content, Revision.made_at)
        .join(Revision, Revision.work_id == Work.id)
        .where(policy.is_own_work(person), Revision.content[FIELD].as_string() != "")
        .where(Revision.number == newest.correlate(Work).scalar_subquery())
        .order_by(Revision.made_at.desc())
        .limit(MOST)
    )
    for row in rows:
        kind = kind_named(row.kind)
        text = row.content[FIELD]
        yield Setback(text, row.title, str(kind.word), kind.address(row), row.made_at)
