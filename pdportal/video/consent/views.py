"""The consent note of a clip, and what an open page asks while it plays."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from pdportal.accounts import me
from pdportal.db import db
from pdportal.video import policy, services
from pdportal.video.forms import ConsentForm
from pdportal.video.models import Clip
from pdportal.video.views import bp, own_clip


@bp.route("/clips/<int:clip_id>/consent", methods=["GET", "POST"])
def consent(clip_id: int) -> ResponseReturnValue:
    """Who is on a clip, what was agreed, by whom and when; saved while one types."""
    clip = own_clip(clip_id)
    if clip.deleted_at is not None:
        abort(404)
    form = ConsentForm(obj=clip)

    def page() -> str:
        return render_template("video/consent.html", clip=clip, form=form)

    if request.method == "GET":
        return page()
    return form.autosaved(
        lambda version: services.save_consent(me(), clip, form.answers(), version),
        url_for("clips.clip_page", clip_id=clip.id),
        page,
    )


@bp.post("/clips/<int:clip_id>/stop-in-requests")
def stop_in_requests(clip_id: int) -> ResponseReturnValue:
    """From now on nobody who was asked for feedback watches it."""
    services.stop_in_rounds(me(), own_clip(clip_id))
    flash(_("Whoever was asked for feedback can’t watch it anymore."), "success")
    return redirect(url_for("clips.clip_page", clip_id=clip_id))


@bp.get("/clips/<int:clip_id>/standing")
def standing(clip_id: int) -> ResponseReturnValue:
    """204 as long as one may watch a clip: an open page asks, and stops its player after a 404."""
    seen = policy.files_seen_by(me().id).where(Clip.id == clip_id).with_only_columns(Clip.id)
    return ("", 204) if db.session.scalar(seen) is not None else abort(404)
