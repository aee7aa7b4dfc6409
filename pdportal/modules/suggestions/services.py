"""Saving a module, putting it aside, recommending it, and thanking for that."""

from __future__ import annotations

from flask_babel import gettext as _
from sqlalchemy import and_, delete, select, update

from pdportal import clock
from pdportal.accounts.models import Person
from pdportal.cohorts.models import Cohort, Member
from pdportal.db import add_unless_there, db, find_or_add
from pdportal.inbox.models import Notice
from pdportal.inbox.services import address, notify, notify_all, withdraw_notices
from pdportal.modules.suggestions import policy
from pdportal.modules.suggestions.models import ModuleMark, Recommendation
from pdportal.web.errors import Refused
from pdportal.web.requests import typed_id

RECOMMENDED, THANKED = "module_recommended", "recommendation_thanked"


def save(person: Person, module_id: int) -> None:
    """Keep a module for later; it may be suggested again. Why it was put aside stays noted."""
    mark = _mark(person, module_id)
    mark.saved_at = mark.saved_at or clock.now()
    mark.put_aside_at = None


def put_aside(person: Person, module_id: int) -> None:
    """Not for me: it is not suggested again, until it is asked for."""
    mark = _mark(person, module_id)
    mark.put_aside_at = mark.put_aside_at or clock.now()
    mark.saved_at = None


def reason_of(person: Person, module_id: int) -> str:
    """Why somebody put a module aside, as noted before; empty where nothing was."""
    mine = policy.marks_of(person).where(ModuleMark.module_id == module_id)
    return db.session.scalar(mine.with_only_columns(ModuleMark.reason)) or ""


def clear(person: Person, module_id: int) -> None:
    """Neither saved nor put aside."""
    db.session.execute(
        delete(ModuleMark).where(
            ModuleMark.person_id == person.id, ModuleMark.module_id == module_id
        )
    )


def say_why_not(person: Person, module_id: int, reason: str) -> None:
    """Note for oneself why a module was put aside."""
    put_aside(person, module_id)
    _mark(person, module_id).reason = reason


def recommend(giver: Person, module_id: int, slug: str, title: str, to: str, why: str) -> str:
    """Recommend a module to a person (`person-7`) or a cohort (`cohort-3`); gives their name.

    Whoever had it recommended by the same colleague already reads the new reason, and is not told
    again.
    """
    kind, _dash, number = to.partition("-")
    ident = typed_id(number)
    receivers, name = _receivers(giver, kind, ident)
    new = []
    for receiver_id in receivers:
        recommendation = Recommendation(
            module_id=module_id,
            from_id=giver.id,
            to_id=receiver_id,
            cohort_id=ident if kind == "cohort" else None,
            why=why,
        )
        if add_unless_there(recommendation):
            new.append(receiver_id)
    if why:
        db.session.execute(
            update(Recommendation)
            .where(
                Recommendation.module_id == module_id,
                Recommendation.from_id == giver.id,
                Recommendation.to_id.in_(set(receivers) - set(new)),
            )
            .values(why=why)
        )
    url = _url(slug)
    notify_all(new, RECOMMENDED, url, sender=giver, by=giver.name, module=title)
    return name


def take_back(giver: Person, module_id: int, slug: str) -> None:
    """Take back what one recommended, and what was told of it."""
    db.session.execute(
        delete(Recommendation).where(
            Recommendation.module_id == module_id, Recommendation.from_id == giver.id
        )
    )
    withdraw_notices(
        and_(Notice.kind == RECOMMENDED, Notice.from_id == giver.id, Notice.url == _url(slug))
    )


def thank(receiver: Person, recommendation: Recommendation, slug: str, title: str) -> None:
    """Thank for a recommendation, once; only its giver learns of it."""
    if recommendation.to_id != receiver.id:
        raise Refused(_("This was not recommended to you."), status=403)
    thanked = db.session.scalar(
        update(Recommendation)
        .where(Recommendation.id == recommendation.id, Recommendation.thanked_at.is_(None))
        .values(thanked_at=clock.now())
        .returning(Recommendation.id)
    )
    if thanked is not None:
        by = receiver.name
        notify(recommendation.from_id, THANKED, _url(slug), sender=receiver, by=by, module=title)


def _url(slug: str) -> str:
    return address("modules.module_page", slug=slug) + "#recommended"


def _receivers(giver: Person, kind: str, ident: int) -> tuple[list[int], str]:
    """The people a recommendation goes to, and what to call them; refused if there are none."""
    if kind == "cohort":
        cohort = db.session.scalars(
            policy.cohorts_to_recommend_to(giver).where(Cohort.id == ident)
        ).one_or_none()
        members = select(Member.person_id).where(Member.cohort_id == ident, Member.is_current)
        others = policy.people_to_recommend_to(giver).where(Person.id.in_(members))
        if cohort is not None:
            ids = db.session.scalars(others.with_only_columns(Person.id)).all()
            return list(ids), cohort.name
    elif kind == "person":
        person = db.session.scalars(
            policy.people_to_recommend_to(giver).where(Person.id == ident)
        ).one_or_none()
        if person is not None:
            return [person.id], person.name
    raise Refused(_("Choose who it is for."), status=422, field="to")


def _mark(person: Person, module_id: int) -> ModuleMark:
    """The row of a person and a module, made if there is none."""
    mine = policy.marks_of(person).where(ModuleMark.module_id == module_id)
    mark, _is_new = find_or_add(mine, lambda: ModuleMark(person_id=person.id, module_id=module_id))
    return mark
