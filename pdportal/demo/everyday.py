"""Every day: people read what they are told, mail is written, leads ask how it is going."""

from __future__ import annotations

from functools import partial

from sqlalchemy import func, select, update

from pdportal import clock
from pdportal.accounts.models import Person
from pdportal.db import db
from pdportal.demo.district import Riverbend
from pdportal.demo.learning import module_id
from pdportal.demo.term import LENGTH
from pdportal.inbox import letters
from pdportal.inbox import services as inbox
from pdportal.inbox.models import Notice
from pdportal.insights import services as insights

MAIL_FROM = LENGTH - 3
"""The first day whose mail is still to be read as files."""

READ_UNTIL = {"ada": LENGTH - 2, "ben": LENGTH - 2, "cora": LENGTH - 2, "lee": LENGTH - 3}
"""When those with a door last looked at what is new; the others did so on a day of their own."""

NUDGES = (("elif", "questions-worth-waiting-for"), ("jonas", "questions-worth-waiting-for"))


def plan(riverbend: Riverbend) -> None:
    """Reading now and then; the mail of the last days; a friendly question from the lead."""
    term, add = riverbend.term, riverbend.timeline.add
    for key in riverbend.people:
        last = READ_UNTIL.get(key) or LENGTH - term.random.choice((1, 1, 2, 3, 5, 9))
        for day in {*range(5, last, 17), last}:
            add(term.at(day, 7.2, 14), partial(_read, riverbend, key))
    for day in range(-20, MAIL_FROM):
        add(term.at(day, 23, 0.5), _settle_mail)
    for day in range(MAIL_FROM, LENGTH + 1):
        for hour in (7.1, 10, 13, 16, 17, 19, 21):
            add(term.at(day, hour, 0.2), letters.write_letters)
    for key, slug in NUDGES:
        add(term.at(LENGTH - 4, 9), partial(_nudge, riverbend, key, slug))


def _read(riverbend: Riverbend, key: str) -> None:
    person: Person = riverbend.people[key]
    newest = db.session.scalar(select(func.max(Notice.id)).where(Notice.person_id == person.id))
    if newest is not None:
        inbox.read_all(person, newest)


def _settle_mail() -> None:
    """What went out longer ago is not kept as files."""
    db.session.execute(
        update(Notice).where(Notice.mailed_at.is_(None)).values(mailed_at=clock.now()),
        execution_options={"synchronize_session": False},
    )


def _nudge(riverbend: Riverbend, key: str, slug: str) -> None:
    insights.nudge(
        riverbend.people["lee"],
        riverbend.cohort_of(key),
        riverbend.people[key].id,
        module_id(slug),
    )
