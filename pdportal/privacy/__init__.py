"""One's own data: to be downloaded whole, and to be given up on leaving."""

from __future__ import annotations

from flask import Flask
from flask_babel import lazy_gettext as _l


def register(app: Flask) -> None:
    """Plug in the pages, the notices, and the jobs that collect, delete and carry out."""
    from pdportal.inbox import kinds
    from pdportal.inbox.topics import Topic
    from pdportal.operations.jobs import jobs
    from pdportal.privacy import services
    from pdportal.privacy.views import bp
    from pdportal.video import events
    from pdportal.web.pages import add_to_account

    app.register_blueprint(bp)
    add_to_account(app, _l("Your data"), "privacy.own_data")
    for name, text, link in (
        ("data_ready", _l("Your data is ready to download."), _l("Download it")),
        (
            "leaving",
            _l("You asked to leave. Your account is deleted on %(day)s."),
            _l("Change your mind"),
        ),
        (
            "kept_as_admin",
            _l(
                "You are now the last admin of the whole district, so your account was not "
                "deleted. Make somebody else admin, then you can leave."
            ),
            _l("Your data"),
        ),
    ):
        kinds.add_kind(name, text, link, Topic.ACCOUNT)
    events.film_deleted.connect(services.film_deleted)
    jobs(app).add(services.collect, name="collect_own_data", retries=0)
    jobs(app).add(services.collect_what_waits, name="collect_what_waits", every="minute")
    jobs(app).add(services.delete_old_downloads, name="delete_old_downloads", every="hour")
    jobs(app).add(services.sweep_downloads, name="sweep_downloads", every="hour")
    jobs(app).add(services.carry_out, name="carry_out_leavings", every="hour")
