"""Booking: times that a coach or anybody else offers, office hours, and open classrooms.

Colleagues come to an open classroom, look and say thanks; nothing else is kept of it.
"""

from __future__ import annotations

from flask import Flask


def register(app: Flask) -> None:
    """Plug in the pages, the job that passes seats on, and one's own data."""
    from pdportal.accounts.own_data import add_part
    from pdportal.coaching.agenda import add_source
    from pdportal.coaching.appointments.events import appointment_changed
    from pdportal.coaching.booking import own_data, queries, services
    from pdportal.coaching.booking import views as _views  # noqa: F401 — its routes
    from pdportal.operations.jobs import jobs

    add_part(own_data.PART)
    add_source(queries.hours_on)
    appointment_changed.connect(services.follow)
    jobs(app).add(services.pass_on, name="pass_on_seats", every="minute")
