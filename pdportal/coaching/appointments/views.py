"""One appointment: seen, booked or left, moved, canceled, asked about, taken into a calendar."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

from flask import Response, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.exceptions import NotFound

from pdportal import clock
from pdportal.accounts import me
from pdportal.coaching.appointments import policy, queries, questions, seats, services
from pdportal.coaching.appointments.forms import WhenAndWhere
from pdportal.coaching.appointments.models import (
    LONGEST_QUESTION,
    LONGEST_WHY,
    Appointment,
    AppointmentKind,
    HoursQuestion,
)
from pdportal.coaching.appointments.notices import invitation
from pdportal.coaching.appointments.times import say_here
from pdportal.coaching.views import bp
from pdportal.db import db
from pdportal.web.autosave import autosave_response, keeps_words, seen_version
from pdportal.web.errors import Refused, one_or_404, require
from pdportal.web.locale import zone_here
from pdportal.web.pages import render_form
from pdportal.web.requests import typed

ACTS = {
    "book": (seats.book, _l("Booked. The invitation comes by mail.")),
    "leave": (seats.leave, _l("%(name)s has been told that you can’t come.")),
    "wait": (
        seats.wait_for_seat,
        _l("You are on the waiting list. You are told when a seat is free."),
    ),
    "stop": (seats.stop_waiting, _l("You are off the waiting list.")),
}
"""What somebody does about coming, and what is said then."""


@bp.app_template_filter("say_times")
def say_times(dated: Appointment | Any) -> str:
    """From when to when something is, where the reader lives; what has no zone, there alone."""
    zone = getattr(dated, "zone", "") or zone_here().key
    return say_here(dated.starts_at, dated.ends_at, zone)


@bp.get("/coaching/appointments/<int:appointment_id>")
def appointment(appointment_id: int) -> ResponseReturnValue:
    """Who, when and where; and what can be done about it."""
    return _page(_seen(appointment_id))


@bp.route("/coaching/appointments/<int:appointment_id>/move", methods=["GET", "POST"])
def move_appointment(appointment_id: int) -> ResponseReturnValue:
    """Another time or place; the clock is the one it was made on."""
    found = _seen(appointment_id)
    require(policy.may_change(me(), found))
    form = WhenAndWhere.of(found)

    def move() -> bool:
        place, link = form.place.data or "", form.link.data or ""
        services.move(me(), found, *form.span(ZoneInfo(found.zone)), place=place, link=link)
        return True

    if form.attempt(move):
        told = found.takes_place
        flash(_("Saved. Everybody gets a new invitation.") if told else _("Saved."), "success")
        return redirect(found.page)
    return render_form("coaching/appointments/move_appointment.html", form, appointment=found)


@bp.post("/coaching/appointments/<int:appointment_id>/cancel")
def cancel_appointment(appointment_id: int) -> ResponseReturnValue:
    """It does not take place."""
    found = _seen(appointment_id)
    told = found.takes_place or found.waiters
    try:
        services.cancel(me(), found, typed("why"), later=bool(typed("all")))
    except Refused as refused:
        if refused.status != 422:
            raise
        boxes = {"why": typed("why"), "later": typed("all")}
        return _page(found, why_error=refused.message, **boxes), 422
    message = _("Canceled. Everybody has been told.") if told else _("It is no longer offered.")
    flash(message, "success")
    return redirect(found.page)


@bp.post("/coaching/appointments/<int:appointment_id>/<act>")
def take_part(appointment_id: int, act: str) -> ResponseReturnValue:
    """Take a seat, or say that I can’t come; wait for one, or no more."""
    if act not in ACTS:
        raise NotFound
    found, (do, message) = _seen(appointment_id), ACTS[act]
    try:
        do(me(), found)
    except Refused as refused:
        return _as_it_is_now(appointment_id, refused)
    flash(str(message) % {"name": found.host.name}, "success")
    return redirect(found.page if act != "leave" else _back_of(found)[0])


@bp.post("/coaching/appointments/<int:appointment_id>/change/<int:to_id>")
def change_slot(appointment_id: int, to_id: int) -> ResponseReturnValue:
    """Another time of the same offer instead."""
    to = _seen(to_id)
    try:
        seats.change_slot(me(), _seen(appointment_id), to)
    except Refused as refused:
        return _as_it_is_now(appointment_id, refused)
    flash(_("Moved. The new invitation comes by mail."), "success")
    return redirect(to.page)


def _as_it_is_now(appointment_id: int, refused: Refused) -> ResponseReturnValue:
    """The page again, with why it was not done: perhaps somebody was quicker, and one can wait."""
    if refused.status != 409:
        raise refused
    db.session.rollback()
    flash(refused.message, "warning")
    return _page(_seen(appointment_id)), 409


@bp.get("/coaching/appointments/<int:appointment_id>/invite.ics")
def appointment_file(appointment_id: int) -> ResponseReturnValue:
    """The appointment as a file, for calendars that read no mail."""
    mine = policy.appointments_of(me()).where(Appointment.id == appointment_id)
    found = invitation(one_or_404(mine).id, me().id)
    answer = Response(found.as_text("PUBLISH") if found else "", mimetype="text/calendar")
    answer.headers["Content-Disposition"] = "attachment; filename=invite.ics"
    return answer


@bp.post("/coaching/appointments/<int:appointment_id>/question")
@keeps_words(text=_l("Question"))
def save_question(appointment_id: int) -> ResponseReturnValue:
    """Store what somebody types; the button asks it."""
    found, text, seen = _seen(appointment_id), typed("text"), seen_version()
    if not typed("ask"):
        return autosave_response(
            lambda: questions.save_question(me(), found, text, seen).version, found.page
        )
    how = {"may_show": bool(typed("may_show")), "comes": bool(typed("comes"))}
    message = _("Asked. %(name)s sees it now.", name=found.host.name)
    return _say(found, lambda: questions.ask(me(), found, text, seen, **how), message)


@bp.post("/coaching/appointments/questions/<int:question_id>/back")
def take_question_back(question_id: int) -> ResponseReturnValue:
    """Out of the queue."""
    question = _question(question_id)
    page = question.appointment.page
    questions.take_back(me(), question)
    return redirect(page)


@bp.post("/coaching/appointments/questions/<int:question_id>/answer")
@keeps_words(text=_l("Answer"))
def answer_question(question_id: int) -> ResponseReturnValue:
    """Store the answer as it is typed; a button sends it, to one or to all."""
    question, text, seen = _question(question_id), typed("text"), seen_version()
    if not typed("send"):
        return autosave_response(
            lambda: questions.save_answer(me(), question, text, seen),
            question.appointment.page,
            box=lambda name: "text" if name == "answer" else name,
        )
    for_all = typed("send") == "all"
    return _say(
        question.appointment,
        lambda: questions.answer(me(), question, text, seen, for_all=for_all),
        _("Answered."),
        answering=question.id,
    )


@bp.post("/coaching/appointments/<int:appointment_id>/thank")
@keeps_words(text=_l("Thanks"))
def thank_host(appointment_id: int) -> ResponseReturnValue:
    """Thanks, in one tap or one sentence."""
    found = _seen(appointment_id)
    message = _("%(name)s gets your thanks.", name=found.host.name)
    return _say(found, lambda: questions.thank(me(), found, typed("text")), message)


def _say(
    found: Appointment, act: Callable[[], object], message: str, *, answering: int = 0
) -> ResponseReturnValue:
    """Do it and say so; or show the page again with what was typed and why not: in the box of the
    question that one is `answering`, if one is."""
    try:
        act()
    except Refused as refused:
        if refused.status == 403:
            raise
        why, seen = refused.message, _seen(found.id)
        return _page(seen, error=why, typed=typed("text"), answering=answering), refused.status
    flash(message, "success")
    return redirect(found.page)


def _page(found: Appointment, **said: str | int) -> str:
    """The page of an appointment, as whoever reads it may see it."""
    comes, kind = me() in found.coming, found.kind
    read = queries.questions(me(), found) if kind is AppointmentKind.HOURS else []
    can_change = comes and kind is AppointmentKind.TALK and clock.now() < found.closes_at
    back_url, back_text = _back_of(found)
    return render_template(
        "coaching/appointments/appointment.html",
        appointment=found,
        offer=found.offer,
        back_url=back_url,
        back_text=back_text,
        comes=comes,
        is_host=policy.may_change(me(), found),
        guests=policy.guests_shown_to(me(), found),
        waiter=found.waiter(me()),
        may_book=policy.may_book(me(), found),
        may_thank=policy.may_thank(me(), found),
        thanks=queries.thanks_for(me(), found) if kind is AppointmentKind.CLASSROOM else [],
        questions=[(each, place) for each, place in read if each.asked_at],
        draft=next((each for each, _place in read if not each.asked_at), None),
        others=queries.others_free(me(), found, clock.now()) if can_change else [],
        is_over=found.ends_at <= clock.now(),
        closed=clock.now() > found.closes_at,
        longest=LONGEST_QUESTION,
        longest_why=LONGEST_WHY,
        **said,
    )


def _back_of(found: Appointment) -> tuple[str, str]:
    """Where an appointment stands among others, and what that page is called."""
    if found.offer_id is None:
        return url_for(".coaching"), _("Coaching")
    day = found.starts_at.astimezone(zone_here()).date()
    if found.kind is AppointmentKind.CLASSROOM:
        return url_for(".open_classrooms", week=day), _("Open classrooms")
    return url_for(".booking", week=day), _("Book a time")


def _seen(appointment_id: int) -> Appointment:
    return one_or_404(queries.appointment_page(me(), appointment_id))


def _question(question_id: int) -> HoursQuestion:
    return one_or_404(policy.questions_read_by(me()).where(HoursQuestion.id == question_id))
