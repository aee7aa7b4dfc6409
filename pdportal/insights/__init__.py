"""What those who run a cohort see of it: that things happened, never their content."""

from __future__ import annotations

from flask import Flask
from flask_babel import gettext as _

from pdportal.inbox import kinds


def register(app: Flask) -> None:
    """Plug the pages of progress into the app."""
    from pdportal.insights.views import bp
    from pdportal.insights.waiting import views  # noqa: F401 -- registers views

    app.register_blueprint(bp)
    kinds.add_kind(
        "nudged",
        lambda name, title: _("%(name)s asks how “%(title)s” is going.", name=name, title=title),
        lambda: _("Continue"),
    )
    kinds.add_kind(
        "feedback_reminded",
        lambda name, title: _(
            "%(name)s reminds you: somebody is waiting for your feedback on “%(title)s”.",
            name=name,
            title=title,
        ),
        lambda: _("Have a look"),
    )
    kinds.add_kind(
        "stepped_in",
        lambda name, title: _(
            "%(name)s will give feedback on “%(title)s”.", name=name, title=title
        ),
        lambda: _("Open the request"),
    )
