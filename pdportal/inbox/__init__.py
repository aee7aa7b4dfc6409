"""What a person is told, on the page and by mail."""

from __future__ import annotations

from flask import Flask

from pdportal.accounts.addresses import ask_mail_server
from pdportal.accounts.queries import add_current_user_column
from pdportal.inbox import letters, listeners, post, queries, services
from pdportal.operations.jobs import jobs
from pdportal.web.doors import csrf
from pdportal.web.pages import set_inbox_endpoint


def register(app: Flask) -> None:
    """Plug the inbox into the app: its pages, its count on every page, its jobs."""
    from pdportal.inbox.views import bp, unsubscribe

    app.register_blueprint(bp)
    csrf.exempt(unsubscribe)  # mail programs have no token of ours
    add_current_user_column("unread", queries.unread_count)
    listeners.register()
    jobs(app).add(services.fan_out, name="fan_out", every="minute")
    jobs(app).add(letters.write_letters, name="write_letters", every="minute")
    jobs(app).add(post.send_letters, name="send_letters", every="minute")
    jobs(app).add(letters.forget_letters, name="forget_letters", every="hour")
    ask_mail_server(app, lambda: post.takes_any_letters(app.config["PDPORTAL"]))
    set_inbox_endpoint(app, "inbox.notices")
