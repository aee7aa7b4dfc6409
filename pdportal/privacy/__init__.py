"""One's own data: to be downloaded whole, and to be given up on leaving."""

from __future__ import annotations

from flask import Flask
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l


def register(app: Flask) -> None:
    """Plug in the pages, the notices, and the jobs that collect, delete and carry out."""
    from pdportal.inbox import kinds
    from pdportal.operations.jobs import jobs
    from pdportal.privacy import services
    from pdportal.privacy.views import bp
    from pdportal.web.pages import add_to_account

    app.register_blueprint(bp)
    add_to_account(app, _l("Your data"), "privacy.own_data")
    kinds.add_kind(
        "data_ready",
        lambda: _("Your data is ready to download."),
        lambda: _("Download it"),
    )
    kinds.add_kind(
        "leaving",
        lambda day: _("You asked to leave. Your account is deleted on %(day)s.", day=day),
        lambda: _("Change your mind"),
    )
    kinds.add_kind(
        "kept_as_admin",
        lambda: _(
            "You are now the last admin of the whole district, so your account was not deleted. "
            "Make somebody else admin, then you can leave."
        ),
        lambda: _("Your data"),
    )
    jobs(app).add(services.collect, name="collect_own_data", retries=0)
    jobs(app).add(services.collect_what_waits, name="collect_what_waits", every="minute")
    jobs(app).add(services.delete_old_downloads, name="delete_old_downloads", every="hour")
    jobs(app).add(services.sweep_downloads, name="sweep_downloads", every="hour")
    jobs(app).add(services.carry_out, name="carry_out_leavings", every="hour")
