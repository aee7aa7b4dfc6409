"""Questions for office hours: typed, asked, and answered for one or for all."""

from __future__ import annotations

from flask_babel import gettext as _
from sqlalchemy import select

from pdportal import clock
from pdportal.accounts.models import Person
from pdportal.accounts.turns import wait_for_turn
from pdportal.activity.services import record
from pdportal.coaching.booking import policy
from pdportal.coaching.booking.models import LONGEST_QUESTION, HoursQuestion, Slot
from pdportal.coaching.booking.notices import tell_of_slot
from pdportal.coaching.booking.services import book
from pdportal.db import db
from pdportal.web.autosave import check_version, replace_values
from pdportal.web.errors import Refused, forbidden
from pdportal.web.typed import has_visible, trimmed


def draft_of(person: Person, slot: Slot) -> HoursQuestion | None:
    """The question somebody is typing and has not asked."""
    return db.session.scalars(
        select(HoursQuestion).where(
            HoursQuestion.slot_id == slot.id,
            HoursQuestion.asker_id == person.id,
            HoursQuestion.asked_at.is_(None),
        )
    ).one_or_none()


def save_question(person: Person, slot: Slot, typed: str, seen: int | None) -> HoursQuestion:
    """Store what somebody types; nobody else reads it before it is asked."""
    wait_for_turn(person)
    if not policy.may_book(person, slot):
        raise Refused(_("These office hours are over, or no longer offered to you."))
    text = _fitting(typed)
    draft = draft_of(person, slot)
    if draft is None:
        check_version(seen, 0, {"text": ""})
        draft = HoursQuestion(slot_id=slot.id, asker_id=person.id, text=text, version=1)
        db.session.add(draft)
        db.session.flush()
    else:
        replace_values(draft, {"text": text}, seen)
        db.session.flush()
    return draft


def ask(
    person: Person, slot: Slot, typed: str, seen: int | None, *, may_show: bool, comes: bool
) -> HoursQuestion:
    """Put a question into the queue, and the office hours into one's calendar, if one comes."""
    text = _fitting(typed)
    if not has_visible(text):
        raise Refused(_("Write your question first."), status=422, field="text")
    wait_for_turn(person)
    latest = _latest(person, slot)
    if latest is not None and latest.text == text and latest.answered_at is None:
        return latest  # sent twice
    question = save_question(person, slot, text, seen)
    question.asked_at, question.may_show = clock.now(), may_show
    db.session.flush()
    record(person, "asked", question)
    tell_of_slot(slot, "hours_asked", [slot.offer.host_id], person)
    if comes:
        book(person, slot)
    return question


def take_back(person: Person, question: HoursQuestion) -> None:
    """Take one's question out of the queue, while it waits."""
    if question.asker_id != person.id:
        raise forbidden()
    if question.answered_at is not None:
        raise Refused(_("It has been answered already."))
    db.session.delete(question)
    db.session.flush()


def save_answer(host: Person, question: HoursQuestion, typed: str, seen: int | None) -> int:
    """Store what the host types; the asker reads it once it is sent."""
    if not policy.may_answer(host, question):
        raise forbidden()
    if question.answered_at is not None:
        raise Refused(_("This question has been answered already."))
    replace_values(question, {"answer": _fitting(typed)}, seen, "answer_version")
    db.session.flush()
    return question.answer_version


def answer(
    host: Person, question: HoursQuestion, typed: str, seen: int | None, *, for_all: bool
) -> None:
    """Answer in writing, or, without words, in person. For all only where the asker agreed."""
    if not policy.may_answer(host, question):
        raise forbidden()
    if question.answered_at is not None and question.answer == _fitting(typed):
        return  # sent twice
    save_answer(host, question, typed, seen)
    question.answered_at = clock.now()
    question.for_all = for_all and question.may_show and has_visible(question.answer)
    db.session.flush()
    record(host, "answered", question)
    if has_visible(question.answer):
        tell_of_slot(question.slot, "hours_answered", [question.asker_id], host)


def _latest(person: Person, slot: Slot) -> HoursQuestion | None:
    asked = select(HoursQuestion).where(
        HoursQuestion.slot_id == slot.id,
        HoursQuestion.asker_id == person.id,
        HoursQuestion.asked_at.is_not(None),
    )
    return db.session.scalars(asked.order_by(HoursQuestion.id.desc()).limit(1)).one_or_none()


def _fitting(typed: str) -> str:
    text = trimmed(typed)
    if len(text) > LONGEST_QUESTION:
        message = _("At most %(max)d characters, please.", max=LONGEST_QUESTION)
        raise Refused(message, status=422, field="text")
    return text
