"""Coaching: a coach and those they work with, and who waits for whom.

Rooms: `notes`, with the contact log; `cycles`; `covers`; `visits`; `hellos`, which begin a
conversation; `appointments`, with what is on somebody's day.
"""

from __future__ import annotations

from flask import Flask
from flask_babel import lazy_gettext as _l


def register(app: Flask) -> None:
    """Plug the page of coaching into the app, and its place into the navigation."""
    from pdportal.accounts.events import person_deactivated
    from pdportal.coaching import appointments
    from pdportal.coaching.covers import services as covers
    from pdportal.coaching.cycles.services import end_parted
    from pdportal.coaching.elsewhere import register as register_elsewhere
    from pdportal.coaching.finds import find_teachers
    from pdportal.coaching.views import bp
    from pdportal.coaching.visits import register as register_visits
    from pdportal.coaching.walks import register as register_walks
    from pdportal.cohorts.events import coach_linked, coach_unlinked
    from pdportal.operations.jobs import jobs
    from pdportal.search.sources import Source, add_source
    from pdportal.web.pages import Place, add_place

    appointments.register(app)
    app.register_blueprint(bp)
    jobs(app).add(covers.run_covers, name="run_covers", every="hour")
    coach_linked.connect(covers.ask_answered)
    coach_unlinked.connect(end_parted)
    person_deactivated.connect(covers.stop_covering)
    for room in (register_visits, register_walks, register_elsewhere):
        room(app)
    add_source(app, Source(_l("Your teachers"), find_teachers, 50))
    add_place(app, Place(_l("Coaching"), "coaching.coaching", ("/coaching", "/clips"), 40))
