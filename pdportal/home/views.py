"""The portal's first address."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from pdportal import clock
from pdportal.accounts import me
from pdportal.home.first_screen import first_screen
from pdportal.home.next_thing import step_url
from pdportal.web.locale import zone_here
from pdportal.web.words import gettext as _

bp = Blueprint("home", __name__)


@bp.get("/")
def home() -> ResponseReturnValue:
    """One next thing, and what else waits."""
    return render_template(
        "home/home.html",
        greeting=greeting(me().given_name),
        screen=first_screen(me()),
        today=clock.today(zone_here()),
        step_url=step_url,
    )


def greeting(name: str) -> str:
    """Good morning, afternoon or evening, by the clock where the person lives."""
    hour = clock.now().astimezone(zone_here()).hour
    if hour < 12:
        return _("Good morning, %(name)s", name=name)
    if hour < 18:
        return _("Good afternoon, %(name)s", name=name)
    return _("Good evening, %(name)s", name=name)
