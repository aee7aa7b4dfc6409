"""Learning walks and instructional rounds: several visitors, several rooms, patterns, no names."""

from __future__ import annotations

from flask import Flask


def register(app: Flask) -> None:
    """Plug the pages of walks into the app."""
    from flask_babel import lazy_gettext as _l

    from pdportal.coaching.appointments.events import appointment_changed
    from pdportal.coaching.appointments.models import AppointmentKind, set_page
    from pdportal.coaching.walks.services import follow
    from pdportal.coaching.walks.views import bp
    from pdportal.inbox.kinds import add_kind
    from pdportal.inbox.topics import Topic

    appointment_changed.connect(follow)
    set_page(AppointmentKind.WALK, "walks.of_appointment")
    wording = _l("A walk through your school left a note on patterns.")
    add_kind("walk_note", wording, _l("Read the note"), Topic.COACHING)
    app.register_blueprint(bp)
