"""Appointments: every date that two or more adults have with each other, and its invitations.

Somebody may offer times of theirs: to talk, as office hours with a queue of questions, or as an
open classroom, to which colleagues come, look and say thanks. Each is an appointment from then on.
"""

from __future__ import annotations

from flask import Flask


def register(app: Flask) -> None:
    """Plug in the job."""
    from pdportal.accounts.events import person_deactivated
    from pdportal.coaching.appointments import seats
    from pdportal.operations.jobs import jobs

    person_deactivated.connect(seats.cancel_ahead_of)
    jobs(app).add(seats.pass_on, name="pass_on_seats", every="minute")
