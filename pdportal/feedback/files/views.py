"""Files of a work: added, shown, blurred, handed out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from flask import Response, abort, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from pdportal import storage
from pdportal.accounts import me
from pdportal.activity.looks import note_look
from pdportal.db import begin_to_write, db, writes_later
from pdportal.feedback.files import policy, queries, services, store
from pdportal.feedback.files.attached import files_of_draft, leaving
from pdportal.feedback.files.models import FilePicture, WorkFile
from pdportal.feedback.files.troubles import sentence_about
from pdportal.feedback.kinds import kind_of
from pdportal.feedback.rounds.queries import open_round
from pdportal.feedback.rounds.veil import is_hidden_reviewer
from pdportal.feedback.views import bp
from pdportal.feedback.works.models import Work
from pdportal.feedback.works.policy import owner_for
from pdportal.feedback.works.queries import own_work
from pdportal.uploads import Upload
from pdportal.video import ranges
from pdportal.web.errors import Refused, one_or_404
from pdportal.web.requests import takes_large_files, typed
from pdportal.web.typed import decimal_number

ALONE = "default-src 'none'; sandbox"
"""The content security policy of a file: whatever it holds, nothing of it runs."""


@bp.post("/works/<int:work_id>/files")
@takes_large_files(store.most_at_once, store.too_large)
@writes_later
def add_files(work_id: int) -> ResponseReturnValue:
    """Add files, or replace one; those that cannot be taken are named, the others are stored."""
    work = one_or_404(own_work(me(), work_id))
    replaces = typed("replaces")[:24]
    back = _edit_url(work)
    db.session.rollback()
    stored = received_files()
    if stored:
        begin_to_write()
        work = one_or_404(own_work(me(), work_id))
        add_or_delete(stored, lambda: services.add_files(me(), work, stored, replaces))
    return redirect(back)


@bp.get("/works/<int:work_id>/files/<int:file_id>")
def work_file(work_id: int, file_id: int) -> ResponseReturnValue:
    """The file as it was given, to be saved."""
    file = one_or_404(queries.work_file(me(), work_id, file_id))
    if not policy.may_have_original(me(), file):
        abort(404)
    answer = _file(
        file.storage_key, file.size, file.about.content_type, owner_for(me(), file.work), work_id
    )
    saved_as = file.about.file_name(file.name)
    answer.headers.set("Content-Disposition", "attachment", filename=saved_as)
    return answer


@bp.get("/works/<int:work_id>/files/<int:file_id>/<int:number>")
def work_picture(work_id: int, file_id: int, number: int) -> ResponseReturnValue:
    """A page or picture, as others see it."""
    row = queries.picture(me(), work_id, file_id, number)
    if row is None or row.storage_key is None:
        abort(404)
    key, size, owner_id = row.storage_key, row.size, row.owner_id
    if request.if_none_match.contains(_tag(key)):
        return Response(status=304, headers={"ETag": f'"{_tag(key)}"'})
    return _file(key, size, "image/jpeg", owner_id, work_id)


@bp.post("/works/<int:work_id>/files/<int:file_id>/remove")
def remove_file(work_id: int, file_id: int) -> ResponseReturnValue:
    """Leave a file out of the next version."""
    return _change(work_id, file_id, services.remove_file)


@bp.post("/works/<int:work_id>/files/<int:file_id>/put-back")
def put_file_back(work_id: int, file_id: int) -> ResponseReturnValue:
    """Leave it in after all."""
    return _change(work_id, file_id, services.put_back)


@bp.route("/works/<int:work_id>/files/<int:file_id>/<int:number>/blur", methods=["GET", "POST"])
def blur(work_id: int, file_id: int, number: int) -> ResponseReturnValue:
    """Blur a part of a page or picture."""
    picture = one_or_404(queries.own_picture(me(), work_id, file_id, number))
    if request.method == "GET":
        return _blur_page(picture)
    box = [_thousandths(typed(name)) for name in ("left", "top", "width", "height")]
    try:
        services.blur(me(), picture, box)
    except Refused as refused:
        if refused.status != 422:
            raise
        return _blur_page(picture, refused.message), 422
    flash(_("Blurred. It takes a moment until you see it."), "success")
    return redirect(request.path)


@bp.post("/works/<int:work_id>/files/<int:file_id>/<int:number>/unblur")
def unblur(work_id: int, file_id: int, number: int) -> ResponseReturnValue:
    """Show all of it again."""
    picture = one_or_404(queries.own_picture(me(), work_id, file_id, number))
    services.unblur(me(), picture)
    return redirect(url_for(".blur", work_id=work_id, file_id=file_id, number=number))


def files_to_edit(work: Work) -> dict[str, Any] | None:
    """What the page of the next version shows of its files; None for a kind without."""
    if not kind_of(work).has_files:
        return None
    settings = current_app.config["PDPORTAL"]
    files = files_of_draft(work)
    return {
        "files": files,
        "leaving": leaving(work),
        "waits": any(each.read_at is None for each in files),
        "most": settings["FILES_OF_WORK"],
        "most_bytes": store.largest(),
        "pages_shown": settings["PAGES_SHOWN"],
        "sentence_about": sentence_about,
    }


def received_files() -> list[store.Stored]:
    """Store the files of the request that can be taken; those that cannot be are named."""
    stored: list[store.Stored] = []
    files = [file for file in request.files.getlist("files") if file.filename]
    for file in files:
        try:
            stored.append(store.store_file(cast(Upload, file.stream), file.filename or ""))
        except Refused as refused:
            flash(refused.message, "error")
    if not files:
        flash(_("Choose a file first."), "error")
    return stored


def add_or_delete(stored: list[store.Stored], add: Callable[[], object]) -> None:
    """Add what was stored; where that is refused, say why and delete it."""
    try:
        add()
    except BaseException as error:
        for file in stored:
            storage.delete(file.key)
        if not isinstance(error, Refused) or error.status != 422:
            raise
        flash(error.message, "error")


def _change(work_id: int, file_id: int, act: Callable[..., None]) -> ResponseReturnValue:
    work = one_or_404(own_work(me(), work_id))
    act(me(), one_or_404(queries.work_file(me(), work_id, file_id)))
    return redirect(_edit_url(work))


def _edit_url(work: Work) -> str:
    """Where the next version is written."""
    going_on = open_round(work)
    if going_on is not None and typed("from") == "revise":
        return url_for(".revise", round_id=going_on.id, _anchor="files")
    return url_for(".edit_work", work_id=work.id, _anchor="files")


def _file(key: str, size: int, content_type: str, owner_id: int, work_id: int) -> Response:
    """A stored file, of which no browser runs anything."""
    if not is_hidden_reviewer(me(), work_id):
        note_look(me(), "work", work_id, owner_id)
    try:
        answer = ranges.answer(key, size, content_type, _tag(key), "file")
    except FileNotFoundError:
        abort(404)
    answer.headers["Content-Security-Policy"] = ALONE
    answer.headers["Cache-Control"] = "private, no-cache"
    return answer


def _tag(key: str) -> str:
    return key.rpartition("/")[2][:16]


def _thousandths(text: str) -> int:
    """A percentage as it is typed, in thousandths; -1 where it is none."""
    percent = decimal_number(text)
    return round(percent * 10) if percent is not None and 0 <= percent <= 100 else -1


def _blur_page(picture: FilePicture, mistake: str = "") -> str:
    file: WorkFile = picture.file
    return render_template(
        "feedback/blur.html",
        picture=picture,
        file=file,
        work=file.work,
        mistake=mistake,
        typed=request.form,
        may_unblur=policy.may_unblur(me(), file, is_shared=queries.is_shared(file)),
    )
