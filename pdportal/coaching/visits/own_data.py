"""What somebody said and noted in visits, and what was shared with them."""

from __future__ import annotations

from collections.abc import Iterator

from flask_babel import lazy_gettext as _l
from sqlalchemy import delete, or_, select, update

from pdportal.accounts.models import Person
from pdportal.accounts.own_data import OwnPart, Piece, as_data, carry_out, columns_of
from pdportal.coaching.visits.models import Visit, VisitLine
from pdportal.coaching.visits.policy import visits_seen_by
from pdportal.coaching.visits.services import BEFORE


def collect(person: Person) -> Iterator[Piece]:
    """Visits of both kinds, and their lines: one's own, and those that were shared."""
    columns = columns_of(Visit, "visitor_id", "host_id", "proposed_by_id")
    visits = visits_seen_by(person).with_only_columns(
        (Visit.host_id == person.id).label("was_host"), *columns
    )
    yield Piece("visits.json", as_data(visits.order_by(Visit.id)))
    own = VisitLine.author_id == person.id
    seen = visits_seen_by(person).with_only_columns(Visit.id)
    lines = select(
        VisitLine.visit_id, own.label("own"), VisitLine.at, VisitLine.tag, VisitLine.text,
        VisitLine.left_out, VisitLine.shared_at,
    ).where(VisitLine.visit_id.in_(seen), or_(own, VisitLine.shared_at.is_not(None)))  # fmt: skip
    yield Piece("notes.json", as_data(lines.order_by(VisitLine.visit_id, VisitLine.at)))


def forget(person: Person) -> None:
    """Take out all words of visits to their lessons, and their own of visits to others.

    Notes that they shared with a host stay the host's.
    """
    hosted = select(Visit.id).where(Visit.host_id == person.id)
    private = VisitLine.author_id == person.id, VisitLine.shared_at.is_(None)
    empty = dict.fromkeys(("place", "why", "questions", "next_step", *BEFORE), "")
    carry_out(
        delete(VisitLine).where(VisitLine.visit_id.in_(hosted)),
        delete(VisitLine).where(*private),
        update(Visit).where(Visit.host_id == person.id).values(**empty, follow_up_on=None),
        update(Visit).where(Visit.visitor_id == person.id).values(questions=""),
        update(Visit)
        .where(Visit.visitor_id == person.id, Visit.proposed_by_id == person.id)
        .values(why=""),
    )


PART = OwnPart(
    "visits",
    _l("Visits"),
    collect,
    forget,
    goes=_l("What you said before visits, notes of visits to you, and notes you did not share."),
    stays=_l("Notes you shared with a host: they are theirs."),
)
