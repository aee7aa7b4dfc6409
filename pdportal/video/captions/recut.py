"""What becomes of captions when their clip is cut or muted."""

from __future__ import annotations

from collections.abc import Sequence
from math import inf

from pdportal.video.captions.models import Line
from pdportal.video.edits import Act, Edit, cuts_of

Spans = Sequence[tuple[float, float]]


def recut(
    lines: Sequence[Line], before: Sequence[Edit], after: Sequence[Edit], *, is_silent: bool = False
) -> list[Line]:
    """The lines of a clip with the edits `before`, as they stand on the same film with `after`.

    A line of which any part is cut or muted is taken out (`out`): it may hold the name that is to
    be unheard. Its `source` are its times in the whole film, so that it comes back with its sound,
    or stays `removed` if its owner had taken it out before.
    """
    old, new = cuts_of(before), cuts_of(after)
    muted = [(0, inf)] if is_silent else [(e.start, e.end) for e in after if e.act == Act.MUTE]
    return [_moved(line, old, new, [*new, *muted]) for line in lines]


def _moved(line: Line, old: Spans, new: Spans, unheard: Spans) -> Line:
    moved = {name: line[name] for name in line if name != "source"}
    if "source" in line:
        start, end = line["source"]
        if not moved.pop("removed", False):
            del moved["out"]
    else:
        start, end = _uncut(line["start"], old), _uncut(line["end"], old, ends=True)
    if any(since < end and start < until for since, until in unheard):
        moved |= {"removed": True} if "out" in moved else {"out": True}
        moved["source"] = [start, end]
    first, last = _cut(start, new), _cut(end, new)
    return moved | {"start": first, "end": max(last, first + 1) if "out" in moved else last}


def _cut(second: float, cuts: Spans) -> float:
    """Where a second of the film is once these spans are cut out."""
    gone = sum(min(second, end) - start for start, end in cuts if start < second)
    return round(second - gone, 3)


def _uncut(second: float, cuts: Spans, *, ends: bool = False) -> float:
    """Where it was before; at a cut, what `ends` there lies before it, what begins after it."""
    for start, end in cuts:
        if start < second or (start == second and not ends):
            second += end - start
    return round(second, 3)
