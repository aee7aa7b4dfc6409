"""The page on which an owner says what is cut out, blurred and muted."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from pdportal.accounts import me
from pdportal.video import policy, queries, services
from pdportal.video.edits import BOX, MOST_EDITS, Act, Edit, read_edits
from pdportal.video.ffmpeg import find_ffmpeg
from pdportal.video.models import Clip
from pdportal.video.moments import say_moment
from pdportal.video.views import bp, own_clip
from pdportal.web.errors import Refused

Row = dict[str, str]
_MORE = 1
"""Rows that are offered empty."""


@bp.route("/clips/<int:clip_id>/edit-video", methods=["GET", "POST"])
def edit_video(clip_id: int) -> ResponseReturnValue:
    """Say what is changed in a clip, and have it made."""
    clip = own_clip(clip_id)
    if request.method == "GET":
        rows = [_row_of(Edit.stored(each)) for each in clip.edits or ()]
        return _page(clip, rows, is_silent=clip.is_silent)
    rows, is_silent = _typed_rows(), bool(request.form.get("silent"))
    if request.form.get("do") == "more":
        return _page(clip, rows, is_silent=is_silent)
    try:
        edits = read_edits(rows, clip.seconds or 0)
        made = services.edit_video(me(), clip, edits, is_silent=is_silent)
    except Refused as refused:
        if refused.status == 403:
            raise
        return _page(clip, rows, is_silent=is_silent, mistake=refused), refused.status
    if made is clip:
        flash(_("Being made. Nobody else can watch the clip until it is ready."), "success")
    else:
        flash(_("A new clip is being made. Only you see it until you share it."), "success")
    return redirect(url_for("clips.clip_page", clip_id=made.id))


def _typed_rows() -> list[Row]:
    names = ("act", "start", "end", *BOX)
    rows = [
        {name: request.form.get(f"{name}{n}", "")[:20] for name in names}
        for n in range(MOST_EDITS + _MORE)
    ]
    return [row for row in rows if any(row.values())]


def _row_of(edit: Edit) -> Row:
    row = {"act": str(edit.act), "start": say_moment(edit.start), "end": say_moment(edit.end)}
    if edit.act == Act.BLUR:
        row |= {name: f"{share:g}" for name, share in zip(BOX, edit.box, strict=True)}
    return row


def _page(clip: Clip, rows: list[Row], *, is_silent: bool, mistake: Refused | None = None) -> str:
    empty: Row = {}
    return render_template(
        "video/edit_video.html",
        clip=clip,
        rows=[*rows, *[empty] * _MORE],
        is_silent=is_silent,
        mistake=mistake,
        files=queries.purposes_of(clip),
        in_place=policy.may_edit_in_place(me(), clip),
        can_convert=find_ffmpeg() is not None,
        keeps_days=services.KEEP_ORIGINALS.days,
    )
