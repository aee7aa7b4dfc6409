"""The inbox, and in the demo the mail."""

from __future__ import annotations

from flask import Blueprint, abort, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from pdportal.accounts import me
from pdportal.accounts.models import Person
from pdportal.accounts.services.delivery import try_again, undelivered_to
from pdportal.db import db
from pdportal.inbox import demo_mail, kinds, policy, post, queries, services
from pdportal.inbox.forms import ChoicesForm
from pdportal.inbox.models import DIGEST, Notice
from pdportal.inbox.topics import CHOSEN, Topic
from pdportal.inbox.unsubscribing import read_token
from pdportal.web.doors import public
from pdportal.web.errors import one_or_404, or_404
from pdportal.web.locale import zone_here
from pdportal.web.pages import render_form
from pdportal.web.requests import LARGEST_ID

bp = Blueprint("inbox", __name__)


@bp.get("/inbox")
def notices() -> ResponseReturnValue:
    """What I was told, newest first."""
    before = request.args.get("before", type=int)
    if before is not None and not 0 < before <= LARGEST_ID:
        abort(404)
    about = request.args.get("about", type=Topic)
    rows = db.session.execute(queries.notice_list(me(), before, about)).all()
    shown = rows[: queries.PAGE]
    senders = {row.from_id: row.from_name for row in shown if row.from_id is not None}
    names = kinds.names_in((row.words for row in shown), senders)
    return render_template(
        "inbox/notices.html",
        notices=[
            (
                row,
                kinds.sentence(row.kind, row.words, names),
                kinds.link_name(row.kind),
                kinds.by_day(row.words),
            )
            for row in shown
        ],
        any_unread=any(row.read_at is None for row in shown),
        is_first=before is None,
        undelivered=undelivered_to(me()),
        about=about,
        older=(
            url_for(".notices", before=shown[-1].id, about=about)
            if len(rows) > queries.PAGE
            else ""
        ),
        all_read_up_to=max((row.id for row in shown), default=None),
    )


@bp.post("/inbox/<int:notice_id>/open")
def open_notice(notice_id: int) -> ResponseReturnValue:
    """Mark a notice read and go where it leads."""
    notice = one_or_404(policy.notices_seen_by(me()).where(Notice.id == notice_id))
    return redirect(services.open_notice(me(), notice))


@bp.post("/inbox/read")
def read_all() -> ResponseReturnValue:
    """Mark everything read that was on the page."""
    up_to = request.form.get("up_to", type=int)
    if up_to is not None and 0 < up_to <= LARGEST_ID:
        services.read_all(me(), up_to)
        flash(_("All read."))
    return redirect(url_for(".notices"))


@bp.route("/inbox/choices", methods=["GET", "POST"])
def choices() -> ResponseReturnValue:
    """What comes by mail, and when."""
    form = ChoicesForm(services.wishes_of(me()))
    if form.validate_on_submit():
        services.choose(me(), form.wishes(me().id))
        flash(_("Saved."), "success")
        return redirect(url_for(".choices"))
    by_topic = [form[topic] for topic in CHOSEN]
    more = {"by_topic": by_topic, "zone": zone_here().key, "undelivered": undelivered_to(me())}
    return render_form("inbox/choices.html", form, **more)


@bp.post("/inbox/mail-works")
def mail_works() -> ResponseReturnValue:
    """Say that my address takes mail again."""
    try_again(me().email)
    flash(_("Mail is sent to your address again."), "success")
    return redirect(url_for(".choices"))


@bp.route("/mail/stop/<token>", methods=["GET", "POST"])
@public
def unsubscribe(token: str) -> ResponseReturnValue:
    """Stop mail about one thing, by the address in it; who shows the address need not sign in.

    A POST without a token of ours, as mail programs send it (RFC 8058), stops it; a GET changes
    nothing, since scanners of mail open every address.
    """
    found = read_token(token)
    person = db.session.get(Person, found[0]) if found else None
    if found is None or person is None:
        abort(404)
    stopped = request.method == "POST"
    if stopped:
        services.unsubscribe(person, found[1])
    about = Topic(found[1]).about.name if found[1] != DIGEST else ""
    return render_template("inbox/unsubscribe.html", about=about, stopped=stopped)


@bp.get("/demo/mail")
def demo_mails() -> ResponseReturnValue:
    """In the demo, the mail that would have gone out."""
    return _mail_page(None)


@bp.get("/demo/mail/<name>")
def demo_mail_page(name: str) -> ResponseReturnValue:
    """In the demo, one mail."""
    return _mail_page(name)


def _mail_page(name: str | None) -> ResponseReturnValue:
    settings = current_app.config["PDPORTAL"]
    if not settings["DEMO"]:
        abort(404)
    folder = post.mail_folder(settings)
    if name is None:
        return render_template("inbox/demo_mails.html", mails=demo_mail.newest(folder))
    mail = or_404(demo_mail.one(folder, name))
    return render_template("inbox/demo_mail.html", mail=mail)
