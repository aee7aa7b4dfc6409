"""Times of a week; one time, with what one can do about it; the forms that offer times."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.exceptions import NotFound

from pdportal import clock
from pdportal.accounts import me
from pdportal.coaching.appointments.kinds import name_of
from pdportal.coaching.appointments.models import AppointmentKind
from pdportal.coaching.appointments.notices import Dated
from pdportal.coaching.appointments.policy import guests_shown_to
from pdportal.coaching.appointments.times import say_hours
from pdportal.coaching.booking import policy, queries, questions, services
from pdportal.coaching.booking.forms import ClassroomForm, SeriesForm, TimesForm
from pdportal.coaching.booking.models import LONGEST_QUESTION, HoursQuestion, Slot
from pdportal.coaching.views import bp
from pdportal.feedback.views import typed
from pdportal.web.autosave import autosave_response, keeps_words, seen_version
from pdportal.web.errors import Refused, one_or_404
from pdportal.web.locale import zone_here
from pdportal.web.pages import render_form

ACTS = {
    "book": (services.book, _l("Booked. The invitation comes by mail.")),
    "unbook": (services.unbook, _l("Canceled. %(name)s has been told.")),
    "wait": (
        services.wait_for_seat,
        _l("You are on the waiting list. You are told when a seat is free."),
    ),
    "stop": (services.stop_waiting, _l("You wait no more.")),
}
"""What somebody does about a seat, and what is said then."""


@bp.app_template_filter("say_hours")
def say_hours_here(dated: Dated) -> str:
    """When it is, in a row below its day."""
    return say_hours(dated.starts_at, dated.ends_at, dated.zone)


@bp.get("/coaching/booking")
def booking() -> ResponseReturnValue:
    """The times of a week that are offered to me, and those I offer."""
    return _week("coaching/booking/booking.html", *queries.BOOKED)


@bp.get("/coaching/open")
def open_classrooms() -> ResponseReturnValue:
    """The lessons of a week that colleagues open."""
    return _week("coaching/booking/open_classrooms.html", AppointmentKind.CLASSROOM)


@bp.route("/coaching/booking/new", methods=["GET", "POST"])
def offer_times() -> ResponseReturnValue:
    """One time, a series, a day at a school, or office hours."""
    said = _("Offered. They see it now.")
    return _offer("coaching/booking/offer_times.html", TimesForm(me()), said)


@bp.route("/coaching/open/new", methods=["GET", "POST"])
def open_classroom() -> ResponseReturnValue:
    """Open a lesson, once or every week."""
    said = _("Your classroom is open. You can take it back at any time.")
    return _offer("coaching/booking/open_classroom.html", ClassroomForm(me()), said)


@bp.get("/coaching/booking/times/<int:slot_id>")
def slot(slot_id: int) -> ResponseReturnValue:
    """One time: booked, waited for, moved, and the questions for office hours."""
    return _page(_seen(slot_id))


@bp.post("/coaching/booking/times/<int:slot_id>/<act>")
def act_on_slot(slot_id: int, act: str) -> ResponseReturnValue:
    """Take a seat or give it up; wait for one, or no more."""
    if act not in ACTS:
        raise NotFound
    found, (do, said) = _seen(slot_id), ACTS[act]
    do(me(), found)
    flash(str(said) % {"name": found.offer.host.name}, "success")
    return _to_week(found) if act == "unbook" else redirect(found.page)


@bp.post("/coaching/booking/times/<int:slot_id>/move/<int:to_id>")
def change_slot(slot_id: int, to_id: int) -> ResponseReturnValue:
    """Another time of the same offer instead."""
    to = _seen(to_id)
    services.change_slot(me(), _seen(slot_id), to)
    flash(_("Moved. The new invitation comes by mail."), "success")
    return redirect(to.page)


@bp.post("/coaching/booking/times/<int:slot_id>/withdraw")
def withdraw_slot(slot_id: int) -> ResponseReturnValue:
    """It is no longer offered."""
    found = _seen(slot_id)
    services.withdraw(me(), found, later=bool(typed("all")))
    flash(_("It is no longer offered. Whoever booked it or waits for it is told."), "success")
    return redirect(found.page)


@bp.post("/coaching/booking/times/<int:slot_id>/question")
@keeps_words(text=_l("Question"))
def save_question(slot_id: int) -> ResponseReturnValue:
    """Store what somebody types; the button asks it."""
    found, text, seen = _seen(slot_id), typed("text"), seen_version()
    if not typed("ask"):
        return autosave_response(
            lambda: questions.save_question(me(), found, text, seen).version, found.page
        )
    how = {"may_show": bool(typed("may_show")), "comes": bool(typed("comes"))}
    said = _("Asked. %(name)s sees it now.", name=found.offer.host.name)
    return _say(found, lambda: questions.ask(me(), found, text, seen, **how), said)


@bp.post("/coaching/booking/questions/<int:question_id>/back")
def take_question_back(question_id: int) -> ResponseReturnValue:
    """Out of the queue."""
    question = _question(question_id)
    page = question.slot.page
    questions.take_back(me(), question)
    return redirect(page)


@bp.post("/coaching/booking/questions/<int:question_id>/answer")
@keeps_words(text=_l("Answer"))
def answer_question(question_id: int) -> ResponseReturnValue:
    """Store the answer as it is typed; a button sends it, to one or to all."""
    question, text, seen = _question(question_id), typed("text"), seen_version()
    if not typed("send"):
        return autosave_response(
            lambda: questions.save_answer(me(), question, text, seen),
            question.slot.page,
            box=lambda name: "text" if name == "answer" else name,
        )
    for_all = typed("send") == "all"
    return _say(
        _seen(question.slot_id),
        lambda: questions.answer(me(), question, text, seen, for_all=for_all),
        _("Answered."),
    )


@bp.post("/coaching/open/<int:slot_id>/thank")
@keeps_words(text=_l("Thanks"))
def thank_host(slot_id: int) -> ResponseReturnValue:
    """Thanks, in one tap or one sentence."""
    found = _seen(slot_id)
    said = _("%(name)s gets your thanks.", name=found.offer.host.name)
    return _say(found, lambda: questions.thank(me(), found, typed("text")), said)


def _week(template: str, *kinds: AppointmentKind) -> str:
    """The week that the address names, else this one."""
    try:
        day = date.fromisoformat(request.args.get("week", ""))
    except ValueError:
        day = date.min
    day = day if 2000 <= day.year <= 2200 else clock.today(zone_here())
    return render_template(template, week=queries.week_of(me(), kinds, day), name_of=name_of)


def _to_week(found: Slot) -> ResponseReturnValue:
    """Back to the week in which a time is."""
    is_open = found.offer.kind is AppointmentKind.CLASSROOM
    day = found.starts_at.astimezone(zone_here()).date()
    return redirect(url_for(".open_classrooms" if is_open else ".booking", week=day))


def _offer(template: str, form: SeriesForm, said: str) -> ResponseReturnValue:
    zone = zone_here()
    offer = form.attempt(lambda: services.offer_times(me(), form.offer(zone), form.spans(zone)))
    if offer is None:
        return render_form(template, form, zone=zone.key)
    flash(said, "success")
    return _to_week(offer.slots[0])


def _say(found: Slot, act: Callable[[], object], said: str) -> ResponseReturnValue:
    """Do it and say so; or show the page again with what was typed and why not."""
    try:
        act()
    except Refused as refused:
        if refused.status == 403:
            raise
        return _page(_seen(found.id), refused.message, typed("text")), refused.status
    flash(said, "success")
    return redirect(found.page)


def _page(found: Slot, error: str = "", text: str = "") -> str:
    """The page of a time, as whoever reads it may see it."""
    kind, comes = found.offer.kind, me() in found.coming
    is_hours, is_classroom = kind is AppointmentKind.HOURS, kind is AppointmentKind.CLASSROOM
    read = queries.questions(me(), found) if is_hours else []
    can_move = comes and kind is AppointmentKind.TALK and clock.now() < found.closes_at
    return render_template(
        "coaching/booking/slot.html",
        slot=found,
        title=name_of(kind, found.offer.title),
        is_host=policy.may_run(me(), found),
        is_hours=is_hours,
        is_classroom=is_classroom,
        comes=comes,
        waiter=found.waiter(me()),
        guests=guests_shown_to(me(), found.appointment)
        if found.appointment and found.stands
        else [],
        thanks=queries.thanks_for(me(), found) if is_classroom else [],
        may_thank=is_classroom and policy.may_thank(me(), found),
        may_book=policy.may_book(me(), found),
        questions=[(each, place) for each, place in read if each.asked_at],
        draft=next((each for each, _place in read if not each.asked_at), None),
        others=queries.others_free(me(), found, clock.now()) if can_move else [],
        closed=clock.now() > found.closes_at,
        longest=LONGEST_QUESTION,
        error=error,
        typed=text,
    )


def _seen(slot_id: int) -> Slot:
    return one_or_404(queries.slot_page(me(), slot_id))


def _question(question_id: int) -> HoursQuestion:
    return one_or_404(policy.questions_read_by(me()).where(HoursQuestion.id == question_id))
