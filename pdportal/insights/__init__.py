"""What those who run a cohort see of it: that things happened, never their content."""

from __future__ import annotations

from flask import Flask
from flask_babel import lazy_gettext as _l

from pdportal.inbox import kinds
from pdportal.inbox.topics import Topic


def register(app: Flask) -> None:
    """Plug the pages of progress into the app."""
    from pdportal.insights.views import bp

    app.register_blueprint(bp)
    for name, text, link, topic in (
        (
            "nudged",
            _l("%(name)s asks how “%(title)s” is going."),
            _l("Continue"),
            Topic.REMINDERS,
        ),
        (
            "feedback_reminded",
            _l("%(name)s reminds you: somebody is waiting for your feedback on “%(title)s”."),
            _l("Have a look"),
            Topic.REMINDERS,
        ),
        (
            "stepped_in",
            _l("%(name)s will give feedback on “%(title)s”."),
            _l("Open the request"),
            Topic.FEEDBACK,
        ),
    ):
        kinds.add_kind(name, text, link, topic)
