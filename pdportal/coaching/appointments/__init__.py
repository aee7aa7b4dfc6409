"""Appointments: every date that two or more adults have with each other, and its invitations."""

from __future__ import annotations


def register() -> None:
    """Plug in the pages, the notices, the agenda, and what a person takes along."""
    from pdportal.accounts.events import person_deactivated
    from pdportal.accounts.own_data import add_part
    from pdportal.coaching.agenda import add_source
    from pdportal.coaching.appointments import notices, own_data, queries, services
    from pdportal.coaching.appointments import views as _views  # noqa: F401 — its routes

    notices.register()
    add_part(own_data.PART)
    add_source(queries.appointments_on)
    person_deactivated.connect(services.cancel_ahead_of)
