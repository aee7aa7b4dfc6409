"""What people say about a time: questions for office hours, answers, and thanks for a lesson."""

from __future__ import annotations

from flask_babel import gettext as _
from sqlalchemy import select

from pdportal import clock
from pdportal.accounts.models import Person
from pdportal.accounts.turns import wait_for_turn
from pdportal.activity.services import record
from pdportal.coaching.appointments import policy
from pdportal.coaching.appointments.models import (
    DROPS_IN,
    LONGEST_QUESTION,
    LONGEST_THANKS,
    Appointment,
    HoursQuestion,
    Thanks,
)
from pdportal.coaching.appointments.notices import notify_people
from pdportal.coaching.appointments.seats import book
from pdportal.coaching.appointments.services import hold
from pdportal.db import db
from pdportal.feedback.works.services import fitting
from pdportal.web.autosave import check_version, replace_values
from pdportal.web.errors import Refused, forbidden, require
from pdportal.web.typed import has_visible, trimmed


def save_question(person: Person, slot: Appointment, typed: str, seen: int | None) -> HoursQuestion:
    """Store what somebody types; nobody else reads it before it is asked."""
    wait_for_turn(person)
    if slot.kind not in DROPS_IN or not policy.may_book(person, slot):
        raise Refused(_("These office hours are over, or no longer offered to you."))
    text = _fitting(typed)
    draft = _latest(person, slot, asked=False)
    if draft is None:
        check_version(seen, 0, {"text": ""})
        draft = HoursQuestion(appointment_id=slot.id, asker_id=person.id, text=text, version=1)
        db.session.add(draft)
    else:
        replace_values(draft, {"text": text}, seen)
    db.session.flush()
    return draft


def ask(
    person: Person, slot: Appointment, typed: str, seen: int | None, *, may_show: bool, comes: bool
) -> HoursQuestion:
    """Put a question into the queue, and the office hours into one's calendar, if one comes."""
    text = _fitting(typed)
    if not has_visible(text):
        raise Refused(_("Write your question first."), status=422, field="text")
    hold(slot, person.id)
    latest = _latest(person, slot, asked=True)
    if latest is not None and latest.text == text and latest.answered_at is None:
        return latest  # sent twice
    question = save_question(person, slot, text, seen)
    question.asked_at, question.may_show = clock.now(), may_show
    db.session.flush()
    record(person, "asked", question)
    notify_people(person, slot, "hours_asked", [slot.host_id])
    if comes:
        book(person, slot)
    return question


def take_back(person: Person, question: HoursQuestion) -> None:
    """Take one's question out of the queue, while it waits."""
    _lock(question)
    require(question.asker_id == person.id)
    if question.answered_at is not None:
        raise Refused(_("It has been answered already."))
    db.session.delete(question)
    db.session.flush()


def save_answer(host: Person, question: HoursQuestion, typed: str, seen: int | None) -> int:
    """Store what the host types; the asker reads it once it is sent."""
    _lock(question)
    require(policy.may_answer(host, question))
    if question.answered_at is not None:
        raise Refused(_("This question has been answered already."))
    replace_values(question, {"answer": _fitting(typed)}, seen, "answer_version")
    db.session.flush()
    return question.answer_version


def answer(
    host: Person, question: HoursQuestion, typed: str, seen: int | None, *, for_all: bool
) -> None:
    """Answer in writing, or, without words, in person. For all only where the asker agreed."""
    _lock(question)
    require(policy.may_answer(host, question))
    if question.answered_at is not None and question.answer == _fitting(typed):
        return  # sent twice
    save_answer(host, question, typed, seen)
    question.answered_at = clock.now()
    question.for_all = for_all and question.may_show and has_visible(question.answer)
    db.session.flush()
    record(host, "answered", question)
    if has_visible(question.answer):
        notify_people(host, question.appointment, "hours_answered", [question.asker_id])


def thank(visitor: Person, slot: Appointment, words: str) -> None:
    """Thank the host, with a sentence or none; said again, the sentence is replaced."""
    wait_for_turn(visitor)
    if not policy.may_thank(visitor, slot):
        raise forbidden(_("Visitors can say thanks once the lesson has begun."))
    text = fitting(trimmed(words), "text", LONGEST_THANKS)
    thanks = db.session.get(Thanks, (slot.id, visitor.id))
    if thanks is None:
        db.session.add(Thanks(appointment_id=slot.id, person_id=visitor.id, text=text))
        notify_people(visitor, slot, "classroom_thanked", [slot.host_id])
    elif text:
        thanks.text = text
    db.session.flush()


def _latest(person: Person, slot: Appointment, *, asked: bool) -> HoursQuestion | None:
    """The question somebody asked last, or is typing and has not asked."""
    own = select(HoursQuestion).where(
        HoursQuestion.appointment_id == slot.id,
        HoursQuestion.asker_id == person.id,
        HoursQuestion.asked_at.is_not(None) if asked else HoursQuestion.asked_at.is_(None),
    )
    return db.session.scalars(own.order_by(HoursQuestion.id.desc()).limit(1)).one_or_none()


def _lock(question: HoursQuestion) -> None:
    """Read it as it is now, so that of two that come at once one is done."""
    as_it_is = select(HoursQuestion).where(HoursQuestion.id == question.id).with_for_update()
    if not db.session.scalar(as_it_is.execution_options(populate_existing=True)):
        raise Refused(_("This question was taken back."))


def _fitting(typed: str) -> str:
    return fitting(trimmed(typed), "text", LONGEST_QUESTION)
