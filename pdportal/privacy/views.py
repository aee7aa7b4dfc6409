"""The page of one's own data."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.exceptions import NotFound

from pdportal import clock, storage
from pdportal.accounts import me
from pdportal.accounts.own_data import parts
from pdportal.db import db
from pdportal.privacy import policy, services
from pdportal.privacy.models import Download
from pdportal.web.errors import one_or_404

bp = Blueprint("privacy", __name__)


@bp.get("/account/data")
def own_data() -> ResponseReturnValue:
    """Download everything, or leave."""
    downloads = db.session.scalars(policy.downloads_of(me()).order_by(Download.id.desc())).all()
    return render_template(
        "privacy/own_data.html",
        downloads=downloads,
        kept=services.KEPT,
        leaving=db.session.scalars(policy.leaving_of(me())).one_or_none(),
        parts=parts(),
    )


@bp.post("/account/data")
def ask_for_download() -> ResponseReturnValue:
    """Have everything collected, or all about one thing."""
    try:
        services.ask_for_download(me(), request.form.get("about"))
    except LookupError as error:
        raise NotFound from error
    flash(_("We are putting it together. You get a notice when it is ready."))
    return redirect(url_for(".own_data"))


@bp.get("/account/data/<int:download_id>.zip")
def download(download_id: int) -> ResponseReturnValue:
    """The ZIP itself, for the person whose data it is."""
    found = one_or_404(policy.downloads_of(me()).where(Download.id == download_id))
    if found.storage_key is None or found.ready_at is None:
        raise NotFound
    name = f"pdportal-{clock.now():%Y-%m-%d}.zip"
    answer = send_file(
        storage.open_range(found.storage_key, 0, found.size),
        mimetype="application/zip",
        as_attachment=True,
        download_name=name,
        etag=False,
    )
    answer.content_length = found.size
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


@bp.get("/account/leave")
def leave_page() -> ResponseReturnValue:
    """What goes, what stays and why."""
    return render_template("privacy/leave.html", parts=parts(), days=services.WEEK.days)


@bp.post("/account/leave")
def leave() -> ResponseReturnValue:
    """Ask to leave."""
    services.leave(me())
    flash(_("You leave in a week. Until then you can change your mind."))
    return redirect(url_for(".own_data"))


@bp.post("/account/leave/undo")
def stay() -> ResponseReturnValue:
    """Change one's mind."""
    services.stay(me())
    flash(_("You stay. Nothing was deleted."))
    return redirect(url_for(".own_data"))
