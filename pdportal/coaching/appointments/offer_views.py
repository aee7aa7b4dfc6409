"""What is offered in a week, and the forms that offer times or a classroom."""

from __future__ import annotations

from datetime import date

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from pdportal import clock
from pdportal.accounts import me
from pdportal.coaching.appointments import queries
from pdportal.coaching.appointments.models import Appointment, AppointmentKind, name_of
from pdportal.coaching.appointments.offers import ClassroomForm, SeriesForm, TimesForm
from pdportal.coaching.appointments.times import say_hours
from pdportal.coaching.views import bp
from pdportal.web.locale import zone_here
from pdportal.web.pages import render_form


@bp.app_template_filter("say_hours")
def say_hours_here(slot: Appointment) -> str:
    """When it is, in a row below its day."""
    return say_hours(slot.starts_at, slot.ends_at, slot.zone)


@bp.get("/coaching/booking")
def booking() -> ResponseReturnValue:
    """The times of a week that are offered to me, and those I offer."""
    return _week("booking.html", *queries.BOOKED)


@bp.get("/coaching/open")
def open_classrooms() -> ResponseReturnValue:
    """The lessons of a week that colleagues open."""
    return _week("open_classrooms.html", AppointmentKind.CLASSROOM)


@bp.route("/coaching/booking/new", methods=["GET", "POST"])
def offer_times() -> ResponseReturnValue:
    """One time, a series, a day at a school, or office hours."""
    message = _("Offered. They see it now.")
    return _offer("offer_times.html", TimesForm(me()), ".booking", message)


@bp.route("/coaching/open/new", methods=["GET", "POST"])
def open_classroom() -> ResponseReturnValue:
    """Open a lesson, once or every week."""
    message = _("Your classroom is open. You can take it back at any time.")
    return _offer("open_classroom.html", ClassroomForm(me()), ".open_classrooms", message)


def _week(template: str, *kinds: AppointmentKind) -> str:
    """The week that the address names, else this one."""
    try:
        day = date.fromisoformat(request.args.get("week", ""))
    except ValueError:
        day = date.min
    day = day if 2000 <= day.year <= 2200 else clock.today(zone_here())
    week = queries.week_of(me(), kinds, day)
    return render_template(f"coaching/appointments/{template}", week=week, name_of=name_of)


def _offer(template: str, form: SeriesForm, week: str, message: str) -> ResponseReturnValue:
    zone = zone_here()
    times = form.attempt(lambda: form.offer(me(), zone))
    if times is None:
        return render_form(f"coaching/appointments/{template}", form, zone=zone.key)
    flash(message, "success")
    return redirect(url_for(week, week=times[0].starts_at.astimezone(zone).date()))
