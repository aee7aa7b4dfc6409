"""Times of a week; one time, with what one can do about it; the form that offers times."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from pdportal import clock
from pdportal.accounts import me
from pdportal.coaching.appointments.kinds import name_of
from pdportal.coaching.appointments.models import AppointmentKind
from pdportal.coaching.appointments.policy import guests_shown_to
from pdportal.coaching.appointments.times import say_here, say_hours
from pdportal.coaching.booking import policy, queries, questions, services
from pdportal.coaching.booking.forms import TimesForm
from pdportal.coaching.booking.models import LONGEST_QUESTION, HoursQuestion, Slot
from pdportal.coaching.booking.weeks import week_of
from pdportal.coaching.views import bp
from pdportal.web.autosave import autosave_response, keeps_words, seen_version
from pdportal.web.errors import Refused, one_or_404
from pdportal.web.locale import zone_here
from pdportal.web.pages import render_form


@bp.app_template_filter("say_slot")
def say_slot(slot: Slot) -> str:
    """When it is, where the reader lives."""
    return say_here(slot.starts_at, slot.ends_at, slot.offer.zone)


@bp.app_template_filter("say_slot_hours")
def say_slot_hours(row: Any) -> str:
    """The same for a row below its day."""
    return say_hours(row.starts_at, row.ends_at, row.zone)


@bp.get("/coaching/booking")
def booking() -> ResponseReturnValue:
    """The times of a week that are offered to me, and those I offer."""
    return render_template(
        "coaching/booking/booking.html", week=week_of(me(), queries.BOOKED), name_of=name_of
    )


@bp.route("/coaching/booking/new", methods=["GET", "POST"])
def offer_times() -> ResponseReturnValue:
    """One time, a series, a day at a school, or office hours."""
    zone = zone_here()
    form = TimesForm()
    form.offer_audiences(me())
    offer = form.attempt(lambda: services.offer_times(me(), form.offer(zone), form.spans(zone)))
    if offer is not None:
        flash(_("Offered. They see it now."), "success")
        day = offer.slots[0].starts_at.astimezone(zone).date()
        return redirect(url_for(".booking", week=day))
    return render_form("coaching/booking/offer_times.html", form, zone=zone.key)


@bp.get("/coaching/booking/times/<int:slot_id>")
def slot(slot_id: int) -> ResponseReturnValue:
    """One time: booked, waited for, moved, and the questions for office hours."""
    return slot_page(seen_slot(slot_id))


@bp.post("/coaching/booking/times/<int:slot_id>/book")
def book(slot_id: int) -> ResponseReturnValue:
    """Take a seat."""
    found = seen_slot(slot_id)
    services.book(me(), found)
    flash(_("Booked. The invitation comes by mail."), "success")
    return _back(found)


@bp.post("/coaching/booking/times/<int:slot_id>/unbook")
def unbook(slot_id: int) -> ResponseReturnValue:
    """Give one's seat up."""
    found = seen_slot(slot_id)
    services.unbook(me(), found)
    flash(_("Canceled. %(name)s has been told.", name=found.offer.host.name), "success")
    return redirect(url_for(".booking"))


@bp.post("/coaching/booking/times/<int:slot_id>/move/<int:to_id>")
def change_slot(slot_id: int, to_id: int) -> ResponseReturnValue:
    """Another time of the same offer instead."""
    to = seen_slot(to_id)
    services.change_slot(me(), seen_slot(slot_id), to)
    flash(_("Moved. The new invitation comes by mail."), "success")
    return _back(to)


@bp.post("/coaching/booking/times/<int:slot_id>/wait")
def wait_for_seat(slot_id: int) -> ResponseReturnValue:
    """Be told when a seat comes free."""
    found = seen_slot(slot_id)
    services.wait_for_seat(me(), found)
    flash(_("You are on the waiting list. You are told when a seat is free."), "success")
    return _back(found)


@bp.post("/coaching/booking/times/<int:slot_id>/wait/stop")
def stop_waiting(slot_id: int) -> ResponseReturnValue:
    """Wait no more."""
    found = seen_slot(slot_id)
    services.stop_waiting(me(), found)
    return _back(found)


@bp.post("/coaching/booking/times/<int:slot_id>/withdraw")
def withdraw_slot(slot_id: int) -> ResponseReturnValue:
    """It is no longer offered."""
    found = seen_slot(slot_id)
    for each in queries.ahead_of(found) if "all" in request.form else [found]:
        services.withdraw(me(), each)
    flash(_("It is no longer offered. Whoever booked it or waits for it is told."), "success")
    return _back(found)


@bp.post("/coaching/booking/times/<int:slot_id>/question")
@keeps_words(text=_l("Question"))
def save_question(slot_id: int) -> ResponseReturnValue:
    """Store what somebody types; the button asks it."""
    found = seen_slot(slot_id)
    typed, seen = request.form.get("text", ""), seen_version()
    if "ask" not in request.form:
        back = url_for(".slot", slot_id=slot_id)
        return autosave_response(
            lambda: questions.save_question(me(), found, typed, seen).version, back
        )
    shows, comes = "may_show" in request.form, "comes" in request.form

    def ask() -> HoursQuestion:
        return questions.ask(me(), found, typed, seen, may_show=shows, comes=comes)

    return done(found, ask, _("Asked. %(name)s sees it now.", name=found.offer.host.name))


@bp.post("/coaching/booking/questions/<int:question_id>/back")
def take_question_back(question_id: int) -> ResponseReturnValue:
    """Out of the queue."""
    question = _question(question_id)
    found = question.slot
    questions.take_back(me(), question)
    return _back(found)


@bp.post("/coaching/booking/questions/<int:question_id>/answer")
@keeps_words(text=_l("Answer"))
def answer_question(question_id: int) -> ResponseReturnValue:
    """Store the answer as it is typed; a button sends it, to one or to all."""
    question = _question(question_id)
    typed, seen = request.form.get("text", ""), seen_version()
    send = request.form.get("send")
    if send is None:
        back = url_for(".slot", slot_id=question.slot_id)
        return autosave_response(
            lambda: questions.save_answer(me(), question, typed, seen),
            back,
            box=lambda name: "text" if name == "answer" else name,
        )

    def answer() -> bool:
        questions.answer(me(), question, typed, seen, for_all=send == "all")
        return True

    return done(seen_slot(question.slot_id), answer, _("Answered."))


def slot_page(found: Slot, error: str = "", typed: str = "") -> str:
    """The page of a time, as whoever reads it may see it."""
    is_host = policy.may_run(me(), found)
    is_open = found.offer.kind is AppointmentKind.CLASSROOM
    read = queries.questions(me(), found) if found.offer.kind is AppointmentKind.HOURS else []
    comes = found.appointment is not None and me() in found.appointment.coming
    draft = next((each for each in read if each.asked_at is None), None)
    can_move = comes and found.offer.kind is AppointmentKind.TALK and clock.now() < found.closes_at
    return render_template(
        "coaching/booking/slot.html",
        slot=found,
        title=name_of(found.offer.kind, found.offer.title),
        is_host=is_host,
        comes=comes,
        waiter=next((each for each in found.waiters if each.person_id == me().id), None),
        guests=guests_shown_to(me(), found.appointment)
        if found.appointment and found.stands
        else [],
        thanks=queries.thanks_for(me(), found) if is_open else [],
        may_thank=is_open and policy.may_thank(me(), found),
        may_book=policy.may_book(me(), found),
        is_hours=found.offer.kind is AppointmentKind.HOURS,
        questions=[each for each in read if each.asked_at],
        draft=draft,
        places=queries.places_in_queue(me(), found) if read else {},
        others=queries.others_free(me(), found, clock.now()) if can_move else [],
        closed=clock.now() > found.closes_at,
        longest=LONGEST_QUESTION,
        error=error,
        typed=typed,
    )


def seen_slot(slot_id: int) -> Slot:
    """A time that the reader sees, or 404."""
    return one_or_404(queries.slot_page(me(), slot_id))


def _question(question_id: int) -> HoursQuestion:
    mine = policy.questions_read_by(me()).where(HoursQuestion.id == question_id)
    return one_or_404(mine)


def _back(found: Slot) -> ResponseReturnValue:
    return redirect(url_for(".slot", slot_id=found.id))


def done(found: Slot, act: Callable[[], object], said: str) -> ResponseReturnValue:
    """Do it and say so; or show the page again with what was typed and why not."""
    try:
        act()
    except Refused as refused:
        if refused.status == 403:
            raise
        page = slot_page(seen_slot(found.id), refused.message, request.form.get("text", ""))
        return page, refused.status
    flash(said, "success")
    return _back(found)
