"""Clips to learn from: offered, withdrawn, asked for, watched."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from pdportal.accounts import me
from pdportal.activity.looks import note_look
from pdportal.video import queries as clip_queries
from pdportal.video.captions.queries import captions_of
from pdportal.video.exemplars import queries, services
from pdportal.video.exemplars.forms import ExemplarForm
from pdportal.video.views import bp, own_clip
from pdportal.web.errors import one_or_404
from pdportal.web.pages import render_form


@bp.route("/clips/<int:clip_id>/exemplar", methods=["GET", "POST"])
def exemplar(clip_id: int) -> ResponseReturnValue:
    """Offer a clip to one's school or district, or change that."""
    clip = own_clip(clip_id)
    if clip.deleted_at is not None:
        abort(404)
    current = clip.exemplar
    form = ExemplarForm(obj=current)
    if request.method == "GET":
        form.to.data = "district" if current and current.school_id is None else "school"
        form.review_on.data = current.review_on if current else services.usual_review(clip)
    if me().school_id is None:
        form.to.choices, form.to.data = form.to.choices[1:], "district"

    if form.attempt(lambda: services.offer(me(), clip, **form.answers())):
        flash(_("Colleagues can learn from it now. You can withdraw it at any time."), "success")
        return redirect(url_for("clips.clip_page", clip_id=clip.id))
    asked_by = [each.person.name for each in clip_queries.shares_of(clip) if each.exemplar_asked_at]
    shown = {"clip": clip, "current": current, "asked_by": asked_by}
    return render_form("video/exemplar.html", form, **shown)


@bp.post("/clips/<int:clip_id>/exemplar/withdraw")
def withdraw_exemplar(clip_id: int) -> ResponseReturnValue:
    """Offer it no longer."""
    services.withdraw(me(), own_clip(clip_id))
    flash(_("Withdrawn: nobody can watch it because of that anymore."), "success")
    return redirect(url_for("clips.clip_page", clip_id=clip_id))


@bp.post("/clips/<int:clip_id>/exemplar/ask")
def ask_for_exemplar(clip_id: int) -> ResponseReturnValue:
    """Ask its owner to offer it."""
    clip = one_or_404(clip_queries.clip_page(me(), clip_id))
    services.ask_for(me(), clip, clip_queries.my_share(me(), clip))
    flash(_("%(name)s was asked, and decides.", name=clip.owner.name), "success")
    return redirect(url_for("clips.clip_page", clip_id=clip_id))


@bp.get("/clips/learn")
def exemplars() -> ResponseReturnValue:
    """Clips to learn from."""
    return render_template("video/exemplars.html", exemplars=queries.exemplars(me()))


@bp.get("/clips/learn/<int:exemplar_id>")
def exemplar_page(exemplar_id: int) -> ResponseReturnValue:
    """One of them, with what to look for; nothing of what others said about it."""
    found = one_or_404(queries.exemplar_page(me(), exemplar_id))
    note_look(me(), "clip", found.clip_id, found.clip.owner_id)
    return render_template(
        "video/exemplar_page.html",
        exemplar=found,
        clip=found.clip,
        captions=captions_of(found.clip),
    )
