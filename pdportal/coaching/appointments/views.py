"""One appointment: seen, moved, canceled, left, and taken into a calendar."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from pdportal.accounts import me
from pdportal.coaching.appointments import policy, queries, services
from pdportal.coaching.appointments.forms import WhenAndWhere
from pdportal.coaching.appointments.kinds import name_of, page_of
from pdportal.coaching.appointments.models import LONGEST_WHY, Appointment
from pdportal.coaching.appointments.notices import Dated, invitation
from pdportal.coaching.appointments.times import say_here
from pdportal.coaching.views import bp
from pdportal.web.errors import Refused, forbidden, one_or_404
from pdportal.web.locale import zone_here
from pdportal.web.pages import render_form


@bp.app_template_filter("say_times")
def say_times(dated: Dated) -> str:
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
    if not policy.may_change(me(), found):
        raise forbidden()
    zone = ZoneInfo(found.zone)
    form = WhenAndWhere.of(found)

    def move() -> bool:
        place, link = form.place.data or "", form.link.data or ""
        services.move(me(), found, *form.span(zone), place=place, link=link)
        return True

    if form.attempt(move):
        flash(_("Saved. Everybody gets a new invitation."), "success")
        return redirect(page_of(found.kind, found.id))
    return render_form("coaching/appointments/move_appointment.html", form, **_shown(found))


@bp.post("/coaching/appointments/<int:appointment_id>/cancel")
def cancel_appointment(appointment_id: int) -> ResponseReturnValue:
    """It does not take place."""
    found = _seen(appointment_id)
    why = request.form.get("why", "")
    try:
        services.cancel(me(), found, why)
    except Refused as refused:
        if refused.status != 422:
            raise
        return _page(found, why=why, why_error=refused.message), 422
    flash(_("Canceled. Everybody has been told."), "success")
    return redirect(page_of(found.kind, found.id))


@bp.post("/coaching/appointments/<int:appointment_id>/leave")
def leave_appointment(appointment_id: int) -> ResponseReturnValue:
    """One cannot come after all."""
    found = _seen(appointment_id)
    if not policy.may_leave(me(), found):
        raise forbidden()
    services.take_out(me(), found, me())
    flash(_("%(name)s has been told that you can’t come.", name=found.host.name), "success")
    return redirect(url_for(".coaching"))


@bp.get("/coaching/appointments/<int:appointment_id>/invite.ics")
def appointment_file(appointment_id: int) -> ResponseReturnValue:
    """The appointment as a file, for calendars that read no mail."""
    found = invitation(_seen(appointment_id).id, me().id)
    answer = Response(found.as_text("PUBLISH") if found else "", mimetype="text/calendar")
    answer.headers["Content-Disposition"] = "attachment; filename=invite.ics"
    return answer


def _seen(appointment_id: int) -> Appointment:
    return one_or_404(queries.appointment_page(me(), appointment_id))


def _shown(found: Appointment) -> dict[str, object]:
    return {"appointment": found, "title": name_of(found.kind, found.title), "page_of": page_of}


def _page(found: Appointment, **typed: str) -> str:
    return render_template(
        "coaching/appointments/appointment.html",
        guests=policy.guests_shown_to(me(), found),
        may_change=policy.may_change(me(), found) and found.is_ahead,
        may_leave=policy.may_leave(me(), found) and found.is_ahead,
        longest_why=LONGEST_WHY,
        **_shown(found),
        **typed,
    )
