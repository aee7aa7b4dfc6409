"""What is cut out, blurred and muted before others see a clip, as its owner typed it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from flask_babel import gettext as _

from pdportal.video.moments import parse_moment, say_moment
from pdportal.web.errors import Refused
from pdportal.web.typed import decimal_number

MOST_EDITS = 20
LEAST_LEFT = 1.0
"""Seconds of a clip that cuts have to leave."""

BOX = ("left", "top", "width", "height")


class Act(StrEnum):
    """What is done to a span of a clip."""

    CUT = "cut"
    BLUR = "blur"
    """A part of the picture."""
    SOFTEN = "soften"
    """All of the picture."""
    MUTE = "mute"


@dataclass(frozen=True)
class Edit:
    """One change: from `start` to `end`, in seconds; its box in percent of the picture."""

    act: str
    start: float
    end: float
    box: tuple[float, float, float, float] = (0, 0, 100, 100)

    @classmethod
    def stored(cls, data: Mapping[str, Any]) -> Edit:
        """As it was written by `as_data`."""
        return cls(data["act"], data["start"], data["end"], tuple(data["box"]))

    def as_data(self) -> dict[str, Any]:
        """For a column of JSON."""
        return asdict(self)


def read_edits(rows: Sequence[Mapping[str, str]], seconds: float) -> list[Edit]:
    """The edits of a form, of a clip of so many seconds; rows without a choice are left out.

    Raises `Refused` (422), whose field is the name of a box and the number of its row: `start2`.
    """
    edits = [_read(row, n, seconds) for n, row in enumerate(rows) if row.get("act")]
    if len(edits) > MOST_EDITS:
        raise _wrong(_("That is too much for one clip. Blur one large part instead."), "act0")
    cut = sum(end - start for start, end in cuts_of(edits))
    if cut and seconds - cut < LEAST_LEFT:
        first = next(n for n, row in enumerate(rows) if row.get("act") == Act.CUT)
        raise _wrong(_("Nothing would be left. Cut out less."), f"start{first}")
    return edits


def cuts_of(edits: Sequence[Edit]) -> list[tuple[float, float]]:
    """The spans that are cut out, in their order, those that meet as one."""
    spans: list[tuple[float, float]] = []
    for start, end in sorted((each.start, each.end) for each in edits if each.act == Act.CUT):
        if spans and start <= spans[-1][1]:
            spans[-1] = (spans[-1][0], max(end, spans[-1][1]))
        else:
            spans.append((start, end))
    return spans


def boxes_of(edits: Sequence[Edit], *, is_silent: bool) -> dict[str, str]:
    """The boxes of a form that says these, as `read_edits` reads its rows."""
    boxes = {"silent": "1"} if is_silent else {}
    for n, each in enumerate(edits):
        times = {"start": say_moment(each.start), "end": say_moment(each.end)}
        part = each.box if each.act == Act.BLUR else ()
        row = (
            {"act": str(each.act)}
            | times
            | {name: f"{at:g}" for name, at in zip(BOX, part, strict=False)}
        )
        boxes |= {f"{name}{n}": text for name, text in row.items()}
    return boxes


def picture_filters(edits: Sequence[Edit]) -> Iterator[str]:
    """What ffmpeg does to the picture, at an even rate; cuts come last, so that times are right."""
    for n, each in enumerate(edits):
        when = f"enable='between(t,{each.start:.3f},{each.end:.3f})'"
        if each.act == Act.SOFTEN:
            yield f"boxblur=lr='min(w,h)/24':lp=2:cr='min(cw,ch)/24':cp=2:{when}"
        elif each.act == Act.BLUR:
            left, top, width, height = (share / 100 for share in each.box)
            yield (
                f"split[whole{n}][part{n}];"
                f"[part{n}]crop=iw*{width:.4f}:ih*{height:.4f}:iw*{left:.4f}:ih*{top:.4f},"
                f"boxblur=lr='min(w,h)/3':lp=3:cr='min(cw,ch)/3':cp=3[blurred{n}];"
                f"[whole{n}][blurred{n}]overlay=main_w*{left:.4f}:main_h*{top:.4f}:{when}"
            )
    if cuts := cuts_of(edits):
        yield f"select='{_outside(cuts)}',setpts=N/FRAME_RATE/TB"


def sound_filters(edits: Sequence[Edit]) -> Iterator[str]:
    """The same for the sound."""
    for each in edits:
        if each.act == Act.MUTE:
            yield f"volume=0:enable='between(t,{each.start:.3f},{each.end:.3f})'"
    if cuts := cuts_of(edits):
        yield f"aselect='{_outside(cuts)}',asetpts=N/SR/TB"


def _outside(spans: Sequence[tuple[float, float]]) -> str:
    inside = "+".join(f"between(t,{start:.3f},{end:.3f})" for start, end in spans)
    return f"not({inside})"


def _read(row: Mapping[str, str], n: int, seconds: float) -> Edit:
    if row["act"] not in list(Act):
        raise _wrong(_("Choose what to do."), f"act{n}")
    start = parse_moment(row.get("start", ""), f"start{n}") or 0
    end = parse_moment(row.get("end", ""), f"end{n}")
    if end is None or (row["act"] == Act.CUT and end > seconds):
        end = seconds
    if start >= seconds:
        raise _wrong(_("The clip is shorter than that."), f"start{n}")
    if end <= start:
        raise _wrong(_("It cannot end before it starts."), f"end{n}")
    if row["act"] != Act.BLUR:
        return Edit(row["act"], start, end)
    left, top, width, height = (_percent(row.get(name, "")) for name in BOX)
    if not (0 <= left < 100 and 0 <= top < 100 and width > 0 and height > 0):
        message = _("Draw a box on the picture, or say where it begins and how large it is.")
        raise _wrong(message, f"left{n}")
    return Edit(Act.BLUR, start, end, (left, top, min(width, 100 - left), min(height, 100 - top)))


def _percent(typed: str) -> float:
    """A percentage as it is typed; -1 where it is none."""
    percent = decimal_number(typed)
    return percent if percent is not None and 0 <= percent <= 100 else -1


def _wrong(message: str, field: str) -> Refused:
    return Refused(message, status=422, field=field)
