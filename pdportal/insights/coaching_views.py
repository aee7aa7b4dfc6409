"""How much coaching there was in a district in a month: contacts by kind, and cycles.

Counted are months that are closed, so no figure moves once it was read, in lots of teachers for
each coach (`policy.counted_in_lots`): whoever reads, also a coach who knows their own contacts,
learns of no fewer than five others. All who lead in the district read the same figures, of all
kinds: a kind that is missing only where there was none would tell of the first one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import LazyString
from flask_babel import lazy_gettext as _l
from sqlalchemy import or_, select

from pdportal.accounts import me
from pdportal.accounts.models import Person
from pdportal.coaching.cycles.models import Cycle
from pdportal.coaching.notes.forms import CONTACTS
from pdportal.coaching.notes.models import CoachNote
from pdportal.coaching.notes.policy import MONTH_STAYS_OPEN, first_open_day
from pdportal.db import db
from pdportal.insights.policy import Move, counted_in_lots, may_read_contacts
from pdportal.insights.views import bp
from pdportal.web.errors import require
from pdportal.web.locale import month_after, month_asked, portal_today, portal_zone

BANDS = {
    1: _l("under an hour"),
    5: _l("1 to 5 hours"),
    10: _l("5 to 10 hours"),
    20: _l("10 to 20 hours"),
    50: _l("20 to 50 hours"),
}
"""What minutes come to, each under so many hours."""
MORE = _l("50 hours or more")
CYCLES = {"begun": _l("Cycles begun"), "ended": _l("Cycles ended")}


class Figure(NamedTuple):
    """One kind of contact, or of news of cycles, and how often there was one."""

    name: str
    many: int
    """0: of too few people to be said."""
    minutes: str = ""


@bp.get("/coaching/figures")
def coaching_figures() -> ResponseReturnValue:
    """A month of coaching in my district, without names and without content."""
    require(may_read_contacts(me()))
    newest = (first_open_day(portal_today()) - timedelta(days=1)).replace(day=1)
    month = min(month_asked(request.args.get("month", "")) or newest, newest)
    return render_template(
        "insights/coaching.html",
        month=month,
        before=(month - timedelta(days=1)).replace(day=1),
        after=month_after(month) if month < newest else None,
        figures=figures_of(me(), month),
    )


def figures_of(lead: Person, month: date) -> list[Figure]:
    """Of all coaches of the district; two statements.

    What a coach files once the month is closed does not count.
    """
    closed_on = month_after(month).replace(day=MONTH_STAYS_OPEN + 1)
    days = (month, month_after(month), closed_on)
    since, until, closed_at = (datetime.combine(day, time(), portal_zone()) for day in days)
    moves: dict[tuple[int, str | None], list[Move]] = defaultdict(list)
    note = CoachNote.author_id, CoachNote.teacher_id, CoachNote.id, CoachNote.contact
    for coach, teacher, ident, contact, minutes in db.session.execute(
        select(*note, CoachNote.minutes)
        .join(Person, Person.id == CoachNote.author_id)
        .where(Person.district_id == lead.district_id, CoachNote.kept_at < closed_at)
        .where(CoachNote.on_day >= month, CoachNote.on_day < month_after(month))
        .where(CoachNote.contact.is_not(None))
        .order_by(CoachNote.id)
    ):
        moves[coach, contact].append(Move(teacher, ident, (1, minutes or 0)))
    cycle = Cycle.coach_id, Cycle.teacher_id, Cycle.id, Cycle.created_at, Cycle.ended_at
    for coach, teacher, ident, *news in db.session.execute(
        select(*cycle)
        .join(Person, Person.id == Cycle.coach_id)
        .where(Person.district_id == lead.district_id, Cycle.created_at < until)
        .where(or_(Cycle.ended_at.is_(None), Cycle.ended_at >= since))
        .order_by(Cycle.id)
    ):
        for name, at in zip(CYCLES, news, strict=True):
            if at is not None and since <= at < until:
                moves[coach, name].append(Move(teacher, ident, (1, 0)))
    sums: dict[str | None, list[tuple[int, ...]]] = defaultdict(list)
    for (_coach, kind), own in moves.items():
        sums[kind].append(counted_in_lots(own) or (0, 0))
    names: Mapping[str, LazyString] = dict([*CONTACTS.items(), *CYCLES.items()])
    return [
        Figure(str(name), *_said(*map(sum, zip(*(sums[kind] or [(0, 0)]), strict=True))))
        for kind, name in names.items()
    ]


def _said(count: int, minutes: int) -> tuple[int, str]:
    band = next((name for most, name in BANDS.items() if minutes < most * 60), MORE)
    return count, str(band) if minutes else ""
