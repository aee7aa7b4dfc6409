"""The portal's first address."""

from __future__ import annotations

from itertools import groupby

from flask import (
    Blueprint,
    Response,
    current_app,
    flash,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue

from pdportal import clock
from pdportal.accounts import me
from pdportal.db import reads_rows
from pdportal.home import calendar, policy
from pdportal.home.first_screen import first_screen
from pdportal.home.year import KINDS, moments_of, school_year
from pdportal.web.doors import public
from pdportal.web.locale import zone_here
from pdportal.web.words import gettext as _

bp = Blueprint("home", __name__)


@bp.get("/")
@reads_rows
def home() -> ResponseReturnValue:
    """One next thing, and what else waits."""
    return render_template(
        "home/home.html",
        greeting=greeting(me().given_name),
        screen=first_screen(me()),
        today=clock.today(zone_here()),
    )


def greeting(name: str) -> str:
    """Good morning, afternoon or evening, by the clock where the person lives."""
    hour = clock.now().astimezone(zone_here()).hour
    if hour < 12:
        return _("Good morning, %(name)s", name=name)
    if hour < 18:
        return _("Good afternoon, %(name)s", name=name)
    return _("Good evening, %(name)s", name=name)


@bp.get("/year")
def year() -> ResponseReturnValue:
    """My goals, steps, modules, feedback and meetings on one line of time."""
    today = clock.today(zone_here())
    this = school_year(today)
    shown = request.args.get("year", this, type=int)
    shown = shown if 2000 <= shown <= this + 1 else this
    kind = request.args.get("kind", "")
    everything = moments_of(me(), zone_here())
    moments = [each for each in everything if school_year(each.day) == shown]
    of_kind = (each for each in moments if kind in ("", each.kind))
    months = groupby(of_kind, key=lambda each: each.day.replace(day=1))
    return render_template(
        "home/year.html",
        months=[(first, list(group)) for first, group in months],
        kinds=[each for each in KINDS if any(moment.kind == each for moment in moments)],
        kind=kind,
        shown=shown,
        this=this,
        has_before=any(school_year(each.day) < shown for each in everything),
        today=today,
    )


@bp.route("/year/calendar", methods=["GET", "POST"])
def my_calendar() -> ResponseReturnValue:
    """The secret address for my calendar: made or renewed, and shown once."""
    url = ""
    if request.method == "POST":
        base: str = current_app.config["PDPORTAL"]["BASE_URL"]
        url = base + url_for(".calendar_feed", token=calendar.renew_feed(me()))
    return render_template("home/calendar.html", feed=calendar.feed_since(me()), feed_url=url)


@bp.post("/year/calendar/stop")
def stop_calendar() -> ResponseReturnValue:
    """No address any more."""
    calendar.stop_feed(me())
    flash(_("Stopped. The address no longer works."), "success")
    return redirect(url_for(".my_calendar"))


@bp.get("/calendar/<token>.ics")
@public
def calendar_feed(token: str) -> ResponseReturnValue:
    """What is due, for a calendar program that knows the address."""
    feed = calendar.feed_at(token)
    if feed is None or (feed.is_current and not policy.may_read(feed)):
        return Response(status=404, mimetype="text/plain")
    if not policy.may_read(feed):
        return Response(status=410, mimetype="text/plain")
    answer = Response(calendar.as_icalendar(feed.person), mimetype="text/calendar")
    answer.headers["Cache-Control"] = "private, no-store"
    return answer
