"""Appointments: every date that two or more adults have with each other, and its invitations.

Somebody may offer times of theirs: to talk, as office hours with a queue of questions, or as an
open classroom, to which colleagues come, look and say thanks. Each is an appointment from then on.
"""

from __future__ import annotations

from flask import Flask


def register(app: Flask) -> None:
    """Plug in the pages, the notices, the job, and what a person takes along."""
    from pdportal.accounts.events import person_deactivated
    from pdportal.accounts.own_data import add_part
    from pdportal.coaching.appointments import notices, own_data, seats
    from pdportal.coaching.appointments import offer_views as _offers  # noqa: F401  # its routes
    from pdportal.coaching.appointments import views as _views  # noqa: F401  # its routes
    from pdportal.operations.jobs import jobs

    notices.register()
    add_part(own_data.PART)
    person_deactivated.connect(seats.cancel_ahead_of)
    jobs(app).add(seats.pass_on, name="pass_on_seats", every="minute")
