"""Clips: uploaded, handed out, shared and taken back, deleted."""

from __future__ import annotations

import secrets
from typing import cast

from flask import (
    Blueprint,
    abort,
    flash,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from werkzeug.datastructures import FileStorage

from pdportal import clock, storage
from pdportal.accounts import me
from pdportal.activity.looks import note_look
from pdportal.db import begin_to_write, db, writes_later
from pdportal.uploads import Upload, unless_kept
from pdportal.video import files, queries, ranges, services
from pdportal.video.ffmpeg import find_ffmpeg
from pdportal.video.forms import ClipForm, ShareForm
from pdportal.video.kinds import KINDS
from pdportal.video.models import Clip, Purpose
from pdportal.video.troubles import cure_of, sentence_about
from pdportal.video.uploads.queries import unfinished
from pdportal.web.errors import Refused, one_or_404, or_404, require, wants_fragment
from pdportal.web.headers import allow_recording
from pdportal.web.locale import zone_here
from pdportal.web.pages import render_form
from pdportal.web.requests import takes_large_files, typed_id
from pdportal.web.typed import clean_words

bp = Blueprint("video", __name__)

_CHOOSE_AGAIN = lazy_gettext("Choose the file again, please; the rest is still here.")


@bp.route("/clips/new", methods=["GET", "POST"])
@takes_large_files(files.largest, files.too_large)
@writes_later
def new_clip() -> ResponseReturnValue:
    """Upload a clip."""
    today = clock.today(zone_here())
    form = ClipForm(
        request.form if request.method == "POST" else None,
        data={"delete_by": services.usual_end(today), "form_key": secrets.token_urlsafe(12)},
    )
    if request.method == "GET":
        form.earlier_id.data = request.args.get("earlier", "")
        return _new_page(form)
    owner_id = me().id
    form_key = str(form.form_key.data or "")[:40]
    earlier = services.clip_of_form(owner_id, form_key) if form_key else None
    if earlier is not None:
        return _uploaded(earlier)
    file = request.files.get("file")
    fits = form.validate()
    if file is None or not file.filename:
        return _new_page(form, _("Choose a video file."))
    if not fits:
        return _new_page(form, _CHOOSE_AGAIN)
    return _store_clip(form, file, form_key)


def _store_clip(form: ClipForm, file: FileStorage, form_key: str) -> ResponseReturnValue:
    """Store the file, then its row; nobody who writes waits meanwhile."""
    db.session.rollback()
    try:
        stored = files.store_file(cast(Upload, file.stream))
    except Refused as refused:
        return _new_page(form, refused.message, refused.status)
    begin_to_write()
    try:
        with unless_kept(stored.key):
            clip = services.add_clip(
                me(),
                stored,
                **form.answers(),
                file_name=_name_of(file),
                form_key=form_key,
                earlier=form.earlier(me()),
            )
    except Refused as refused:
        if refused.field is None:
            raise
        db.session.rollback()
        form.show(refused)
        return _new_page(form, _CHOOSE_AGAIN)
    return _uploaded(clip)


@bp.get("/clips/<int:clip_id>/file")
@bp.get("/clips/<int:clip_id>/file/<purpose>")
def clip_file(clip_id: int, purpose: str = "") -> ResponseReturnValue:
    """A file of a clip, whole or by ranges; whether one may have it is asked each time."""
    row = or_404(queries.clip_file(me(), clip_id, purpose))
    note_look(me(), "clip", clip_id, row.owner_id)
    kind = KINDS.get(row.content_type)
    suffix, served_as = (kind.suffix, kind.served_as) if kind else ("", row.content_type)
    is_played = request.headers.get("Sec-Fetch-Dest", "video") in {"video", "audio"}
    is_of_clip = kind is not None and purpose != Purpose.ORIGINAL and request.method == "GET"
    if is_played and is_of_clip and (at := storage.signed_address(row.storage_key)):
        return redirect(at, 307), {"Cache-Control": "no-store"}
    try:
        return ranges.answer(
            row.storage_key, row.size, served_as, row.sha256, f"clip-{clip_id}{suffix}"
        )
    except FileNotFoundError:
        abort(404)


@bp.route("/clips/<int:clip_id>/edit", methods=["GET", "POST"])
def edit_clip(clip_id: int) -> ResponseReturnValue:
    """Change what is said of a clip, and when it goes."""
    clip = own_clip(clip_id)
    form = ClipForm(obj=clip).of(clip)

    def change() -> bool:
        services.change_clip(me(), clip, **form.answers(), version=form.seen_version())
        return True

    if not form.attempt(change):
        return render_form("video/edit_clip.html", form, clip=clip)
    return _back_to(clip, _("Saved."))


@bp.route("/clips/<int:clip_id>/share", methods=["GET", "POST"])
def share_clip(clip_id: int) -> ResponseReturnValue:
    """Let a coach or a colleague see a clip."""
    clip = own_clip(clip_id)
    form = ShareForm()
    if request.method == "GET":
        form.looks_first.data = services.looks_first_usually(me(), clip)
        return _share_page(clip, form)
    ident = typed_id(request.form.get("person", ""))
    if not (form.validate() and ident):
        return _share_page(clip, form, "" if ident else _("Choose who should see it.")), 422
    person = one_or_404(queries.person_to_show(me(), ident))
    looks_first = form.looks_first.chosen
    services.share(me(), clip, person, form.question.data or "", looks_first=looks_first)
    return _back_to(clip, _("%(name)s can see this clip now, and was told.", name=person.name))


@bp.post("/clips/<int:clip_id>/shares/<int:share_id>/take-back")
def take_back(clip_id: int, share_id: int) -> ResponseReturnValue:
    """From now on this person sees it no more."""
    clip = own_clip(clip_id)
    standing = one_or_404(queries.share_of(clip, share_id))
    services.take_back(me(), clip, standing)
    return _back_to(clip, _("No longer shared: they can’t watch it now."))


@bp.post("/clips/<int:clip_id>/delete")
def delete_clip(clip_id: int) -> ResponseReturnValue:
    """Delete the file for good."""
    clip = own_clip(clip_id)
    services.delete_now(me(), clip)
    return _back_to(clip, _("The video is deleted. The comments are still here."))


@bp.post("/clips/<int:clip_id>/original/delete")
def delete_original(clip_id: int) -> ResponseReturnValue:
    """Delete what was uploaded, and keep the file that is played."""
    clip = own_clip(clip_id)
    services.delete_original(me(), clip)
    return _back_to(clip, _("The file you uploaded is deleted. The clip still plays."))


def own_clip(clip_id: int) -> Clip:
    """A clip that is one's own; others who see it are refused (403)."""
    clip = one_or_404(queries.clip_page(me(), clip_id))
    require(clip.owner_id == me().id)
    return clip


def _back_to(clip: Clip, message: str) -> ResponseReturnValue:
    flash(message, "success")
    return redirect(url_for("clips.clip_page", clip_id=clip.id))


def _new_page(form: ClipForm, mistake: object = "", status: int = 422) -> ResponseReturnValue:
    allow_recording()
    page = render_template(
        "video/new_clip.html",
        form=form,
        mistake=mistake,
        most=files.largest(),
        most_in_pieces=files.largest_in_pieces(),
        unfinished=unfinished(me()),
        earlier=form.earlier(me()),
    )
    return page, status if request.method == "POST" else 200


def _uploaded(clip: Clip) -> ResponseReturnValue:
    url = url_for("clips.clip_page", clip_id=clip.id)
    flash(_("Uploaded. Only you see it until you share it."), "success")
    if clip.trouble and find_ffmpeg() is None:
        flash(f"{sentence_about(clip.trouble)} {cure_of(clip.trouble)}", "warning")
    return go_on_to(url)


def go_on_to(url: str) -> ResponseReturnValue:
    """Redirect whoever has sent a file. A script that sends it is told the address: if it followed
    it, what that page has to say would be said to the script."""
    return {"url": url} if wants_fragment() else redirect(url)


def _name_of(file: FileStorage) -> str:
    name = (file.filename or "").replace("\\", "/").rpartition("/")[2]
    return clean_words(name)


def _share_page(clip: Clip, form: ShareForm, mistake: str = "") -> str:
    words = (request.values.get("q") or "").strip()[:120]
    return render_template(
        "video/share_clip.html",
        clip=clip,
        form=form,
        words=words,
        people=queries.people_to_show(me(), words),
        shared={
            share.person_id for share in queries.shares_of(clip) if share.taken_back_at is None
        },
        chosen=request.form.get("person", ""),
        mistake=mistake,
    )
