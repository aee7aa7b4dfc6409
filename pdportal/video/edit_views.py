"""The page on which an owner says what is cut out, blurred and muted."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from pdportal.accounts import me
from pdportal.video import editing
from pdportal.video.edits import BOX, MOST_EDITS, Act, boxes_of, read_edits
from pdportal.video.ffmpeg import find_ffmpeg
from pdportal.video.models import Clip
from pdportal.video.moments import parse_moment
from pdportal.video.services import KEEP_ORIGINALS
from pdportal.video.views import bp, own_clip
from pdportal.web.autosave import ChangedElsewhere, autosave_response, seen_version
from pdportal.web.errors import Refused

_NAMES = ("act", "start", "end", *BOX)


@bp.route("/clips/<int:clip_id>/edit-video", methods=["GET", "POST"])
def edit_video(clip_id: int) -> ResponseReturnValue:
    """Say what is changed in a clip, saved while one types; and have it made."""
    clip = own_clip(clip_id)
    if request.method == "GET":
        return _page(clip)
    boxes = _typed_boxes()
    if request.form.get("do") != "make":
        return autosave_response(
            lambda: editing.save_typed(me(), clip, boxes, seen_version()),
            url_for(".edit_video", clip_id=clip.id, _anchor="changes"),
            again=lambda refused: _page(clip, refused),
        )
    try:
        edits = read_edits(_rows(boxes), editing.source_of(me(), clip).seconds)
        new, lost = editing.edit_video(me(), clip, edits, is_silent="silent" in boxes)
    except Refused as refused:
        if refused.status == 403:
            raise
        return _page(clip, refused), refused.status
    if new is clip:
        flash(_("Being made. Nobody else can watch the clip until it is ready."), "success")
    else:
        flash(_("A new clip is being made. Only you see it until you share it."), "success")
    if lost:
        flash(_say_lost(lost), "warning")
    return redirect(url_for("clips.clip_page", clip_id=new.id))


def _typed_boxes() -> dict[str, str]:
    """What stands in the boxes of the form, the empty ones apart."""
    names = [f"{name}{n}" for n in range(MOST_EDITS + 1) for name in _NAMES]
    typed = {name: request.form.get(name, "")[:20] for name in [*names, "silent"]}
    return {name: text for name, text in typed.items() if text}


def _rows(boxes: dict[str, str]) -> list[dict[str, str]]:
    """The boxes by change, up to the last that has any."""
    rows = [{name: boxes.get(f"{name}{n}", "") for name in _NAMES} for n in range(MOST_EDITS + 1)]
    while rows and not any(rows[-1].values()):
        rows.pop()
    return rows


def _say_lost(words: list[str]) -> str:
    return ngettext(
        "%(num)s line of the captions is cut or muted in part, so it was taken out: %(words)s",
        "%(num)s lines of the captions are cut or muted in part, so they were taken out: %(words)s",
        len(words),
        words=" / ".join(f"“{each}”" for each in words[:5]) + (" …" if len(words) > 5 else ""),
    )


def _page(clip: Clip, refused: Refused | None = None) -> str:
    """With what is typed now, or was before; else with what was made, where it can be changed."""
    source = editing.source_of(me(), clip)
    boxes, version = editing.typed_edits(clip)
    if refused:
        boxes, version = _typed_boxes(), seen_version()
    elif not version:
        boxes = boxes_of(source.edits or (), is_silent=clip.is_silent)
    elsewhere = refused if isinstance(refused, ChangedElsewhere) else None
    rows = [*_rows(boxes), dict.fromkeys(_NAMES, "")][: MOST_EDITS + 1]
    return render_template(
        "video/edit_video.html",
        clip=clip,
        rows=rows,
        marks=[_mark(row, n, source.seconds) for n, row in enumerate(rows)],
        is_silent="silent" in boxes,
        version=elsewhere.version if elsewhere else version,
        stored=[("", text) for text in elsewhere.values.values() if text] if elsewhere else [],
        mistake=refused,
        source=source,
        can_convert=find_ffmpeg() is not None,
        keeps_days=KEEP_ORIGINALS.days,
    )


def _mark(row: dict[str, str], n: int, seconds: float) -> dict[str, object]:
    """A change on the time line of the player; one that cannot be read yet stands at its start."""
    try:
        start, end = parse_moment(row["start"]) or 0, parse_moment(row["end"]) or seconds
    except Refused:
        start = end = 0
    kind = row["act"] if row["act"] in list(Act) and end > start else ""
    says = _("Change %(number)s", number=n + 1)
    return {
        "id": f"change-{n}",
        "start": start,
        "end": end,
        "kind": kind,
        "label": n + 1,
        "says": says,
    }
