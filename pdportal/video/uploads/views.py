"""The page of an upload, and the addresses at which its bytes arrive."""

from __future__ import annotations

import secrets
import shutil

from flask import (
    Blueprint,
    Response,
    flash,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.exceptions import BadRequest, Conflict, NotFound
from werkzeug.http import http_date

from pdportal import storage
from pdportal.accounts import me
from pdportal.db import begin_to_write, db, writes_later
from pdportal.uploads import unless_kept
from pdportal.video import files
from pdportal.video.forms import ClipForm
from pdportal.video.queries import own_clip
from pdportal.video.uploads import policy, services, tus
from pdportal.video.uploads.models import ClipUpload
from pdportal.web.autosave import keeps_words
from pdportal.web.errors import one_or_404
from pdportal.web.headers import allow_recording
from pdportal.web.pages import form_status
from pdportal.web.requests import takes_large_files, typed_id

bp = Blueprint("uploads", __name__)

_LABELS = {
    "title": _l("What is it called?"),
    "about": _l("What does it show?"),
    "consent": _l("Who is on it, and what did you agree with them?"),
}


@bp.route("/clips/uploads", methods=["OPTIONS"], provide_automatic_options=False)
@tus.speaks_tus
def abilities() -> Response:
    """What a tus client may do here."""
    extensions = "creation,termination,expiration"
    most = str(files.largest_in_pieces())
    about = {"Tus-Version": tus.VERSION, "Tus-Extension": extensions, "Tus-Max-Size": most}
    return Response(status=204, headers=about)


@bp.post("/clips/uploads")
@tus.speaks_tus
def begin() -> ResponseReturnValue:
    """A file was chosen: from now on there is an upload, which has a page."""
    size, about = tus.count_in("Upload-Length"), tus.metadata()
    fingerprint = about.get("fingerprint", "")[:80]
    if not fingerprint:
        raise BadRequest
    before = None
    if instead_of := about.get("insteadof"):
        before = _open(typed_id(instead_of))
    file = services.File(about.get("filename", "")[:200], fingerprint, size)
    earlier = own_clip(me(), typed_id(about.get("earlier", "")))
    upload = services.begin_upload(me(), file, before, earlier)
    answer = _how_far(upload, 201)
    answer.headers["Location"] = _bytes_url(upload)
    return answer


@bp.route("/clips/uploads/<int:upload_id>/<int:file_number>", methods=["HEAD"])
@tus.speaks_tus
def progress(upload_id: int, file_number: int) -> Response:
    """How many bytes are here."""
    return _how_far(_with_file(upload_id, file_number))


@bp.patch("/clips/uploads/<int:upload_id>/<int:file_number>")
@tus.speaks_tus
@takes_large_files(tus.LARGEST_PIECE)
@writes_later
def take_piece(upload_id: int, file_number: int) -> Response:
    """The next bytes. Who may is asked before they are read, and no connection is held meanwhile.

    They are on the disk or in the bucket before the row says so; then it is asked again.
    """
    size, start = tus.piece_size(), tus.count_in("Upload-Offset")
    upload = _with_file(upload_id, file_number)
    if start != upload.received or start + size > upload.size:
        raise Conflict
    if size < tus.SMALLEST_PIECE and start + size < upload.size:
        raise BadRequest
    db.session.rollback()
    key = f"{services.PREFIX}/{upload_id}/{secrets.token_hex(16)}"
    with storage.receive() as file:
        shutil.copyfileobj(request.stream, file, 1024 * 1024)
        if file.tell() != size or not size:
            raise BadRequest
        storage.put_received(key, file)
    begin_to_write()
    with unless_kept(key):
        upload = _with_file(upload_id, file_number)
        services.add_piece(me(), upload, start, size, key)
    return _how_far(upload, 204)


@bp.delete("/clips/uploads/<int:upload_id>/<int:file_number>")
@tus.speaks_tus
def terminate(upload_id: int, file_number: int) -> Response:
    """A tus client gives it up."""
    services.remove_upload(_with_file(upload_id, file_number))
    return Response(status=204)


@bp.get("/clips/uploads/<int:upload_id>")
def upload_page(upload_id: int) -> ResponseReturnValue:
    """How far it is, and the words about it; then the way to the clip."""
    return _page(one_or_404(policy.uploads_seen_by(me()).where(ClipUpload.id == upload_id)))


@bp.post("/clips/uploads/<int:upload_id>/words")
@keeps_words(**_LABELS)
def keep_words(upload_id: int) -> ResponseReturnValue:
    """What is typed so far."""
    upload = _open(upload_id)
    form = ClipForm().unfinished()
    return form.autosaved(
        lambda version: services.keep_words(me(), upload, _words(form), version),
        url_for(".upload_page", upload_id=upload_id),
        lambda: _render(upload, form),
    )


@bp.post("/clips/uploads/<int:upload_id>/add")
@keeps_words(**_LABELS)
def finish(upload_id: int) -> ResponseReturnValue:
    """The words are complete: as soon as the bytes are, it becomes a clip."""
    upload = one_or_404(policy.uploads_seen_by(me()).where(ClipUpload.id == upload_id))
    back = redirect(url_for(".upload_page", upload_id=upload_id))
    if upload.asked_at or upload.clip_id:
        return back
    form = ClipForm()
    done = form.attempt(
        lambda: services.finish_upload(me(), upload, _words(form), form.seen_version())
    )
    return back if done else _page(upload, form)


@bp.post("/clips/uploads/<int:upload_id>/remove")
def remove(upload_id: int) -> ResponseReturnValue:
    """It is not wanted any more."""
    services.remove_upload(_open(upload_id))
    flash(_("Removed."), "success")
    return redirect(url_for("video.new_clip"))


def _how_far(upload: ClipUpload, status: int = 200) -> Response:
    headers = {
        "Upload-Offset": str(upload.received),
        "Upload-Length": str(upload.size),
        "Upload-Expires": http_date(services.goes_on(upload)),
        "Cache-Control": "no-store",
    }
    return Response(status=status, headers=headers)


def _page(upload: ClipUpload, form: ClipForm | None = None) -> ResponseReturnValue:
    allow_recording()
    page = _render(upload, form or ClipForm(None, obj=upload))
    return page, form_status(form) if form else 200


def _render(upload: ClipUpload, form: ClipForm) -> str:
    return render_template(
        "video/upload.html",
        upload=upload,
        form=form,
        bytes_url=_bytes_url(upload),
        earlier=form.earlier(me()),
        until=services.goes_on(upload),
        most=files.largest_in_pieces(),
    )


def _words(form: ClipForm) -> services.UploadWords:
    earlier = form.earlier(me())
    return {**form.answers(), "earlier_id": earlier.id if earlier else None}


def _open(upload_id: int) -> ClipUpload:
    """One's own, which is no clip yet."""
    return one_or_404(policy.open_uploads_of(me()).where(ClipUpload.id == upload_id))


def _with_file(upload_id: int, file_number: int) -> ClipUpload:
    """An upload of one's own whose file is this one still."""
    upload = _open(upload_id)
    if upload.file_number != file_number or not upload.fingerprint:
        raise NotFound
    return upload


def _bytes_url(upload: ClipUpload) -> str:
    return url_for(".progress", upload_id=upload.id, file_number=upload.file_number)
