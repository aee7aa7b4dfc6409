"""Visits to a lesson: planned by two, noted line by line, read again, shared with the host."""

from __future__ import annotations

from flask import Flask


def register(app: Flask) -> None:
    """Plug the pages of visits into the app."""
    from pdportal.coaching.appointments.events import appointment_changed
    from pdportal.coaching.appointments.models import AppointmentKind, set_page
    from pdportal.coaching.visits.services import follow
    from pdportal.coaching.visits.views import bp

    set_page(AppointmentKind.VISIT, "visits.of_appointment")
    appointment_changed.connect(follow)
    app.register_blueprint(bp)
