"""The page on which an owner says what is cut out, blurred and muted."""

from __future__ import annotations

from typing import NamedTuple

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from pdportal.accounts import me
from pdportal.video import policy, queries, services
from pdportal.video.edits import BOX, MOST_EDITS, Act, Edit, cuts_of, read_edits
from pdportal.video.ffmpeg import find_ffmpeg
from pdportal.video.models import Clip, ClipFile, Purpose
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
        return _page(clip, None, is_silent=clip.is_silent)
    rows, is_silent = _typed_rows(), bool(request.form.get("silent"))
    if request.form.get("do") == "more":
        return _page(clip, rows, is_silent=is_silent)
    try:
        edits = read_edits(rows, _source_of(clip).seconds)
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


class _Source(NamedTuple):
    """What is edited: the file as it was uploaded, while it may, or the one that is played."""

    files: dict[str, ClipFile]
    in_place: bool
    is_original: bool
    seconds: float
    """Its length, or a little more: what is blurred up to the end is blurred up to the last."""


def _source_of(clip: Clip) -> _Source:
    files, in_place = queries.purposes_of(clip), policy.may_edit_in_place(me(), clip)
    seconds = clip.seconds or 0
    if not in_place or Purpose.ORIGINAL not in files:
        return _Source(files, in_place, is_original=False, seconds=seconds)
    cut = cuts_of([Edit.stored(each) for each in clip.edits or ()])
    whole = seconds + sum(end - start for start, end in cut) + 1
    return _Source(files, in_place, is_original=True, seconds=whole)


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


def _page(
    clip: Clip, rows: list[Row] | None, *, is_silent: bool, mistake: Refused | None = None
) -> str:
    """Without `rows`, with what was said before, unless that is in the file that is edited."""
    source, empty = _source_of(clip), Row()
    if rows is None:
        is_done = clip.cleaned_at is not None and not source.is_original
        said = () if is_done else clip.edits or ()
        rows = [_row_of(Edit.stored(each)) for each in said]
    return render_template(
        "video/edit_video.html",
        clip=clip,
        rows=[*rows, *[empty] * _MORE],
        is_silent=is_silent,
        mistake=mistake,
        files=source.files,
        source=source,
        in_place=source.in_place,
        can_convert=find_ffmpeg() is not None,
        keeps_days=services.KEEP_ORIGINALS.days,
    )
