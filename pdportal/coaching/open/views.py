"""The week of open classrooms, the form that opens one, and thanks."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from pdportal.accounts import me
from pdportal.coaching.appointments.kinds import name_of
from pdportal.coaching.appointments.models import AppointmentKind
from pdportal.coaching.booking import services as booking
from pdportal.coaching.booking.views import done, seen_slot
from pdportal.coaching.booking.weeks import week_of
from pdportal.coaching.open import services
from pdportal.coaching.open.forms import ClassroomForm
from pdportal.coaching.views import bp
from pdportal.web.autosave import keeps_words
from pdportal.web.locale import zone_here
from pdportal.web.pages import render_form


@bp.get("/coaching/open")
def open_classrooms() -> ResponseReturnValue:
    """The lessons of a week that colleagues open."""
    week = week_of(me(), [AppointmentKind.CLASSROOM])
    return render_template("coaching/open/open_classrooms.html", week=week, name_of=name_of)


@bp.route("/coaching/open/new", methods=["GET", "POST"])
def open_classroom() -> ResponseReturnValue:
    """Open a lesson, once or every week."""
    zone = zone_here()
    form = ClassroomForm()
    form.offer_audiences(me())
    offer = form.attempt(lambda: booking.offer_times(me(), form.offer(zone), form.spans(zone)))
    if offer is not None:
        flash(_("Your classroom is open. You can take it back at any time."), "success")
        day = offer.slots[0].starts_at.astimezone(zone).date()
        return redirect(url_for(".open_classrooms", week=day))
    return render_form("coaching/open/open_classroom.html", form, zone=zone.key)


@bp.post("/coaching/open/<int:slot_id>/thank")
@keeps_words(text=_l("Thanks"))
def thank_host(slot_id: int) -> ResponseReturnValue:
    """Thanks, in one tap or one sentence."""
    found = seen_slot(slot_id)

    def thank() -> bool:
        services.thank(me(), found, request.form.get("text", ""))
        return True

    return done(found, thank, _("%(name)s gets your thanks.", name=found.offer.host.name))
