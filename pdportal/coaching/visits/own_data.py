"""What somebody said and noted in visits, and what was shared with them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from flask_babel import lazy_gettext as _l
from sqlalchemy import Executable, delete, or_, select, update

from pdportal.accounts.models import Person
from pdportal.accounts.own_data import OwnPart, Rows, columns_of
from pdportal.coaching.visits.models import Visit, VisitLine
from pdportal.coaching.visits.policy import visits_seen_by
from pdportal.coaching.visits.services import BEFORE


def _rows(person: Person) -> Mapping[str, Rows]:
    """Visits of both kinds, and their lines: one's own, and those that were shared."""
    columns = columns_of(Visit, "visitor_id", "host_id", "proposed_by_id")
    visits, own = visits_seen_by(person), VisitLine.author_id == person.id
    lines = select(
        VisitLine.visit_id, own.label("own"), VisitLine.at, VisitLine.tag, VisitLine.text,
        VisitLine.left_out, VisitLine.shared_at,
    ).where(or_(own, VisitLine.shared_at.is_not(None)))  # fmt: skip
    seen = VisitLine.visit_id.in_(visits.with_only_columns(Visit.id))
    return {
        "visits": visits.with_only_columns(
            (Visit.host_id == person.id).label("was_host"), *columns
        ).order_by(Visit.id),
        "notes": lines.where(seen).order_by(VisitLine.visit_id, VisitLine.at),
    }


def _gone(person: Person) -> Iterable[Executable]:
    """All words of visits to their lessons, and their own of visits to others.

    Notes that they shared with a host stay the host's.
    """
    hosted = select(Visit.id).where(Visit.host_id == person.id)
    private = VisitLine.author_id == person.id, VisitLine.shared_at.is_(None)
    empty = dict.fromkeys(("place", "why", "questions", "next_step", *BEFORE), "")
    return [
        delete(VisitLine).where(VisitLine.visit_id.in_(hosted)),
        delete(VisitLine).where(*private),
        update(Visit).where(Visit.host_id == person.id).values(**empty, follow_up_on=None),
        update(Visit).where(Visit.visitor_id == person.id).values(questions=""),
        update(Visit)
        .where(Visit.visitor_id == person.id, Visit.proposed_by_id == person.id)
        .values(why=""),
    ]


PART = OwnPart(
    "visits",
    _l("Visits"),
    _rows,
    gone=_gone,
    goes=_l("What you said before visits, notes of visits to you, and notes you did not share."),
    stays=_l("Notes you shared with a host: they are theirs."),
)
