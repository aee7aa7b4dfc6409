"""Captions: brought, put right line by line, handed out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from pdportal.accounts import me
from pdportal.activity.looks import note_look
from pdportal.content.languages import common_languages, direction
from pdportal.video.captions import queries, services
from pdportal.video.captions.models import ClipCaptions
from pdportal.video.captions.reading import LARGEST, Fault, write_vtt
from pdportal.video.models import Clip
from pdportal.video.views import bp, go_on_to, own_clip
from pdportal.web.autosave import ChangedElsewhere, not_saved, saved, seen_version
from pdportal.web.errors import Refused, one_or_404, require
from pdportal.web.locale import get_locale_code
from pdportal.web.requests import takes_large_files

AT_ONCE = 50
"""Lines on one page."""
MOST_TOLD = 5
"""Of what could not be read in a file that was stored."""


@bp.route("/clips/<int:clip_id>/captions", methods=["GET", "POST"])
@takes_large_files(LARGEST)
def captions(clip_id: int) -> ResponseReturnValue:
    """The captions of a clip by language; a file of them, or a first line to type on."""
    clip = own_clip(clip_id)
    if clip.deleted_at is not None:
        abort(404)
    if request.method == "GET":
        return _captions_page(clip)
    language = request.form.get("language", "")
    file = request.files.get("file")
    try:
        if "type" in request.form:
            services.begin_captions(me(), clip, language)
            return redirect(url_for(".edit_captions", clip_id=clip.id, language=language))
        if file is None or not file.filename:
            raise Refused(_("Choose a file of captions."), status=422, field="file")
        data = file.stream.read(LARGEST + 1)
        if len(data) > LARGEST:
            raise Refused(_("This file is too large for captions."), status=422, field="file")
        found, left_out = services.store_captions(me(), clip, language, data)
    except Refused as refused:
        if refused.status == 403:
            raise
        return _captions_page(clip, refused), refused.status
    flash(
        _("Stored: %(count)s lines. Read them once: programs mishear.", count=len(found.lines)),
        "success",
    )
    if left_out:
        flash(_say_left_out(left_out), "warning")
    return go_on_to(url_for(".edit_captions", clip_id=clip.id, language=language))


@bp.get("/clips/<int:clip_id>/captions/<language>.vtt")
def captions_file(clip_id: int, language: str) -> ResponseReturnValue:
    """The captions as WebVTT, for whoever may have the clip's file."""
    found = one_or_404(queries.captions_seen(me(), clip_id, language))
    note_look(me(), "clip", clip_id, found.clip.owner_id)
    headers = {
        "Cache-Control": "private, no-store",
        "Content-Disposition": f'inline; filename="clip-{clip_id}.{found.language}.vtt"',
    }
    return Response(write_vtt(found.cues), headers=headers, content_type="text/vtt; charset=utf-8")


@bp.route("/clips/<int:clip_id>/captions/<language>/edit", methods=["GET", "POST"])
def edit_captions(clip_id: int, language: str) -> ResponseReturnValue:
    """The lines, to be put right; saved while one types, whatever button was pressed after it."""
    found = _own_captions(clip_id, language)
    if request.method == "GET":
        return _lines_page(found)
    try:
        at = services.save_lines(me(), found, request.form, seen_version())
    except Refused as refused:
        return not_saved(refused, again=lambda refused: _lines_page(found, refused))
    if not at and "forget" not in request.form:
        return saved(found.version, request.full_path)
    return redirect(_address(found, at))


@bp.post("/clips/<int:clip_id>/captions/<language>/delete")
def delete_captions(clip_id: int, language: str) -> ResponseReturnValue:
    """Delete the captions in one language."""
    services.delete_captions(me(), _own_captions(clip_id, language))
    flash(_("These captions are deleted."), "success")
    return redirect(url_for(".captions", clip_id=clip_id))


def _own_captions(clip_id: int, language: str) -> ClipCaptions:
    found = one_or_404(queries.captions_seen(me(), clip_id, language))
    require(found.clip.owner_id == me().id)
    return found


def _say_left_out(faults: Sequence[Fault]) -> str:
    """What of a file is not among its lines, the first few by their lines in it."""
    few = " ".join(
        f"{_('Line %(number)s:', number=number)} {fault}" for number, fault in faults[:MOST_TOLD]
    )
    message = ngettext(
        "%(num)s place in the file could not be read and is left out. Type it here if you need it.",
        "%(num)s places in the file could not be read and are left out. Type them here if you need "
        "them.",
        len(faults),
    )
    return f"{message} {few}"


def _captions_page(clip: Clip, refused: Refused | None = None) -> str:
    return render_template(
        "video/captions.html",
        clip=clip,
        captions=queries.captions_of(clip),
        languages=common_languages(get_locale_code()),
        language=request.form.get("language", get_locale_code()),
        refused=refused,
        faults=refused.faults if isinstance(refused, services.CaptionFaults) else [],
        most=LARGEST,
    )


def _lines_page(found: ClipCaptions, refused: Refused | None = None) -> str:
    """One page of lines: with what was typed, and what is wrong with it, where it was refused."""
    standing = found.standing
    pages = max(1, -(-len(standing) // AT_ONCE))
    page = min(max(1, request.args.get("page", 1, int)), pages)
    lines = standing[(page - 1) * AT_ONCE : page * AT_ONCE]
    values: dict[str, Any] = services.boxes_of(lines)
    stored = refused.values if isinstance(refused, ChangedElsewhere) else {}
    if refused:
        values |= {box: request.form[box] for box in values if box in request.form}
    version = seen_version() if refused else found.version
    return render_template(
        "video/edit_captions.html",
        clip=found.clip,
        captions=found,
        written=direction(found.language),
        lines=lines,
        out=[line for line in found.lines if line.get("out")],
        values=values,
        version=refused.version if isinstance(refused, ChangedElsewhere) else version,
        stored=[("", text) for box, text in stored.items() if values.get(box) != text],
        faults={refused.field: refused.message} if refused and refused.field else {},
        page=page,
        pages=pages,
    )


def _address(found: ClipCaptions, key: str) -> str:
    """The page that has a line, at this line; or at the place where it was."""
    standing = [line["key"] for line in found.standing]
    page = (
        standing.index(key) // AT_ONCE + 1 if key in standing else request.args.get("page", 1, int)
    )
    return url_for(
        ".edit_captions",
        clip_id=found.clip_id,
        language=found.language,
        page=page,
        _anchor=f"line-{key}" if key in standing else "removed",
    )
