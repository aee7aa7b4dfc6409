"""Booking: times that a coach or anybody else offers, office hours, and open classrooms."""

from __future__ import annotations

from flask import Flask


def register(app: Flask) -> None:
    """Plug in the pages, the notices, the job that passes seats on, and one's own data."""
    from pdportal.accounts.own_data import add_part
    from pdportal.coaching.agenda import add_source
    from pdportal.coaching.appointments import events
    from pdportal.coaching.booking import notices, own_data, queries, services
    from pdportal.coaching.booking import views as _views  # noqa: F401 — its routes
    from pdportal.operations.jobs import jobs

    notices.register()
    add_part(own_data.PART)
    add_source(queries.hours_on)
    events.appointment_moved.connect(services.on_moved)
    events.guest_left.connect(services.on_guest_left)
    events.appointment_canceled.connect(services.on_canceled)
    jobs(app).add(services.pass_on, name="pass_on_seats", every="minute")
