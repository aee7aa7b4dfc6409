"""What owners do with captions: bring a file, put lines right, take some out, delete all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flask_babel import gettext as _
from sqlalchemy import select

from pdportal.accounts.models import Person
from pdportal.activity.services import record
from pdportal.content.languages import is_language
from pdportal.db import db, find_or_add
from pdportal.video import policy
from pdportal.video.captions.models import ClipCaptions, Line
from pdportal.video.captions.queries import captions_seen
from pdportal.video.captions.reading import LONGEST_SECONDS, Cue, Fault, decode, read_captions
from pdportal.video.captions.recut import recut
from pdportal.video.edits import Edit
from pdportal.video.models import Clip
from pdportal.video.moments import parse_moment, say_moment
from pdportal.web.autosave import check_version
from pdportal.web.errors import Refused, forbidden, require
from pdportal.web.typed import one_line

MOST_LINES = 5_000
LONGEST_LINE = 600
BESIDE = 3.0
"""Seconds of a new line."""


class CaptionFaults(Refused):
    """A file that is not stored; `faults` says each line of it and what is wrong there."""

    def __init__(self, faults: list[Fault], *, spares: bool) -> None:
        """`spares`: there are captions, which stay as they are."""
        spared = _("The captions that are there stay as they are.") if spares else ""
        message = _("Nothing was stored. Fix these lines and send the file again:")
        super().__init__(f"{spared} {message}".strip(), status=422)
        self.faults = faults


def store_captions(
    owner: Person, clip: Clip, language: str, data: bytes
) -> tuple[ClipCaptions, list[Fault]]:
    """Read a file of captions; it replaces those in its language.

    Gives what is left out because it cannot be read. Raises `CaptionFaults` if that is most of it,
    and for any fault where it would replace captions: what was good there is not lost for it.
    """
    cues, faults = read_captions(decode(data))
    stored = db.session.scalar(captions_seen(owner, clip.id, language)) if faults else None
    spares = stored is not None and bool(stored.cues)
    if len(faults) > (0 if spares else len(cues)):
        raise CaptionFaults(faults, spares=spares)
    if not cues:
        raise Refused(_("There are no captions in this file."), status=422, field="file")
    if len(cues) > MOST_LINES or any(len(cue.text) > LONGEST_LINE for cue in cues):
        raise Refused(
            _(
                "These are more than %(most)s lines, or one is longer than %(longest)s characters.",
                most=MOST_LINES,
                longest=LONGEST_LINE,
            ),
            status=422,
            field="file",
        )
    lines = [_line(str(number), cue) for number, cue in enumerate(cues, 1)]
    return _store(owner, clip, language, lines, replace=True), faults


def begin_captions(owner: Person, clip: Clip, language: str) -> ClipCaptions:
    """Captions to be typed, with a first line; those that are there already stay."""
    return _store(owner, clip, language, [_line("1", Cue(0, BESIDE, ""))], replace=False)


def save_lines(owner: Person, captions: ClipCaptions, form: Mapping[str, str], seen: int) -> str:
    """Store the lines whose boxes a form has (`boxes_of`), and do what its button says.

    It can `add` a line below another, `remove` one or put it `back`, or `forget` for good those
    that are removed. Gives the key of the line that was added or moved.
    """
    _lock(owner, captions)
    lines = [_as_typed(line, form) for line in captions.lines]
    if lines != captions.lines:
        boxes = boxes_of(captions.lines)
        check_version(seen, captions.version, {box: boxes[box] for box in boxes if box in form})
    key = form.get("remove") or form.get("back") or ""
    if "add" in form:
        key, lines = _with_new(lines, form["add"])
    elif key:
        act = _removed if "remove" in form else _plain
        lines = [act(line) if line["key"] == key else line for line in lines]
    elif "forget" in form:
        lines = [line for line in lines if not line.get("out")]
    if lines != captions.lines:
        _replace(captions, lines)
    return key


def delete_captions(owner: Person, captions: ClipCaptions) -> None:
    """Delete the captions in one language for good."""
    _lock(owner, captions)
    record(owner, "changed", captions.clip)
    db.session.delete(captions)


def recut_captions(clip: Clip, target: Clip, before: Sequence[Edit] | None) -> list[str]:
    """Let captions go with the edits of `made`: the clip itself, or a copy of its film.

    `before` are the edits that the clip had and that can be undone; None: what was taken out with
    them is deleted now. Gives the words that are taken out.
    """
    lost = []
    edits = [Edit.stored(each) for each in target.edits or ()]
    of_clip = select(ClipCaptions).where(ClipCaptions.clip_id == clip.id)
    for captions in db.session.scalars(of_clip.with_for_update(of=ClipCaptions)).all():
        old = [line for line in captions.lines if before is not None or "source" not in line]
        lines = recut(old, before or (), edits, is_silent=target.is_silent)
        was = {line["key"] for line in old if line.get("out")}
        out = [line for line in lines if line.get("out")]
        lost += [line["text"] for line in out if line["text"] and line["key"] not in was]
        if target is clip:
            _replace(captions, lines)
        else:
            lines = [line for line in lines if not line.get("out")]
            language = captions.language
            db.session.add(ClipCaptions(clip_id=target.id, language=language, lines=lines))
    return lost


def forget_unheard(clip_id: int) -> None:
    """The film in which they are heard is deleted: forget the lines that an edit took out.

    Those that the owner of the clip put back stay.
    """
    of_clip = select(ClipCaptions).where(ClipCaptions.clip_id == clip_id)
    for captions in db.session.scalars(of_clip.with_for_update(of=ClipCaptions)).all():
        lines = [line for line in captions.lines if "source" not in line]
        if lines != captions.lines:
            _replace(captions, lines)


def boxes_of(lines: list[Line]) -> dict[str, str]:
    """What the boxes of lines hold: `start-…`, `end-…` and `text-…` with the key of each."""
    boxes = {}
    for line in lines:
        boxes[f"start-{line['key']}"] = say_moment(line["start"])
        boxes[f"end-{line['key']}"] = say_moment(line["end"])
        boxes[f"text-{line['key']}"] = line["text"]
    return boxes


def _line(key: str, cue: Cue) -> Line:
    return {"key": key, "start": cue.start, "end": cue.end, "text": cue.text}


def _removed(line: Line) -> Line:
    """Taken out; of what an edit took out before, its times in the film stay: it goes with that."""
    return line | {"removed": True} if "source" in line else _plain(line) | {"out": True}


def _plain(line: Line) -> Line:
    return {name: line[name] for name in ("key", "start", "end", "text")}


def _with_new(lines: Sequence[Line], after: str) -> tuple[str, list[Line]]:
    """The key of a new line below another, or first of all; and all lines with it."""
    if len(lines) >= MOST_LINES:
        raise Refused(_("There is no room for more lines."))
    key = str(max((int(line["key"]) for line in lines), default=0) + 1)
    start = next((line["end"] for line in lines if line["key"] == after), 0.0)
    return key, [*lines, _line(key, Cue(start, start + BESIDE, ""))]


def _as_typed(line: Line, form: Mapping[str, str]) -> Line:
    key, shown = line["key"], boxes_of([line])
    if f"text-{key}" not in form:
        return line
    new = {**line, "text": one_line(form[f"text-{key}"])}
    if len(new["text"]) > LONGEST_LINE:
        longest = _("At most %(longest)s characters in one line.", longest=LONGEST_LINE)
        raise Refused(longest, status=422, field=f"text-{key}")
    for name in ("start", "end"):
        box = f"{name}-{key}"
        if form.get(box, shown[box]) != shown[box]:  # as stored, it is exact
            new[name] = parse_moment(form[box], box)
        if new[name] is None or new[name] > LONGEST_SECONDS:
            message = _("Write a moment like 1:05, minutes and seconds.")
            raise Refused(message, status=422, field=box)
    if new["end"] <= new["start"]:
        raise Refused(_("It ends before it begins."), status=422, field=f"end-{key}")
    return new


def _store(
    owner: Person, clip: Clip, language: str, lines: list[Line], *, replace: bool
) -> ClipCaptions:
    if not policy.may_change(owner, clip) or clip.deleted_at is not None:
        raise forbidden()
    if len(language) > 20 or not is_language(language):
        raise Refused(_("Choose the language of the captions."), status=422, field="language")
    captions, is_new = find_or_add(
        captions_seen(owner, clip.id, language),
        lambda: ClipCaptions(clip_id=clip.id, language=language, lines=lines),
    )
    if is_new:
        captions.clip = clip
    elif replace:
        _lock(owner, captions)
        _replace(captions, lines)
    record(owner, "changed", clip)
    return captions


def _replace(captions: ClipCaptions, lines: list[Line]) -> None:
    captions.lines = lines
    captions.version += 1
    db.session.flush()


def _lock(owner: Person, captions: ClipCaptions) -> None:
    require(policy.may_change(owner, captions.clip))
    db.session.refresh(captions, with_for_update={"of": ClipCaptions})
