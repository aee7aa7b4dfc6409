"""Of whom feedback is asked: how many, how many are enough, and who is here."""

from __future__ import annotations

from collections.abc import Sequence

from flask import current_app
from flask_babel import gettext as _
from sqlalchemy import select

from pdportal.accounts.models import Away, Person
from pdportal.cohorts.models import Cohort
from pdportal.cohorts.policy import coaches_of, cohort_ids_of
from pdportal.db import db
from pdportal.feedback.pairing.rules import counts
from pdportal.feedback.rounds import allocation, policy
from pdportal.feedback.works.models import Work
from pdportal.web.errors import Refused
from pdportal.web.locale import portal_today, say_day

MOST_NAMED = 8


def counts_of(
    author: Person, work: Work, cohort: Cohort | None, named: Sequence[Person]
) -> tuple[int, int]:
    """How many are asked about a work, and how many reviews are enough."""
    if cohort is None:
        return _counts_of_named(author, work, named)
    for writer in {author, work.author}:
        if db.session.scalar(cohort_ids_of(writer).where(Cohort.id == cohort.id)) is None:
            raise Refused(_("You are not in that cohort."), status=422, field="cohort")
    count, rules = allocation.others_to_ask(cohort.id, work)
    has_coach = db.session.scalars(coaches_of(author.id)).first() is not None
    if not count and not (has_coach and author.id == work.author_id):
        message = _(
            "There is nobody else in %(cohort)s to ask. Name a colleague instead.",
            cohort=cohort.name,
        )
        raise Refused(message, status=422, field="cohort")
    return counts(count, asked=rules.asked, needed=rules.needed)


def _counts_of_named(author: Person, work: Work, named: Sequence[Person]) -> tuple[int, int]:
    count = len({person.id for person in named})
    message = ""
    if not named:
        message = _("Choose who should look at it.")
    elif count > MOST_NAMED:
        message = _("Name at most %(most)s colleagues.", most=MOST_NAMED)
    elif not policy.may_ask(author, *named, work=work):
        message = _("That is nobody you can ask.")
    if message:
        raise Refused(message, status=422, field="named")
    require_here(named)
    return count, min(setting("REVIEWS_NEEDED"), max(1, count - 1))


def require_here(named: Sequence[Person]) -> None:
    """Refuse to ask by name somebody who is away today, and say until when."""
    ids = [person.id for person in named]
    away = select(Person.name, Away.ends_on).join(Away, Away.person_id == Person.id)
    row = db.session.execute(
        away.where(Person.id.in_(ids), Away.on(portal_today())).order_by(Person.id)
    ).first()
    if row is not None:
        message = _("%(name)s is away until %(day)s.", name=row.name, day=say_day(row.ends_on))
        raise Refused(message, status=422, field="named")


def setting(name: str) -> int:
    """A number that whoever runs the portal has set."""
    number: int = current_app.config["PDPORTAL"][name]
    return number
