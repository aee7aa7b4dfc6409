"""What changed between two revisions, as their readers saw it: rendered, and word by word."""

from __future__ import annotations

from functools import lru_cache
from itertools import groupby

from pdportal.feedback.files.attached import fields_in
from pdportal.feedback.kinds import kind_of
from pdportal.feedback.works.alignment import matched
from pdportal.feedback.works.comparison import Comparison, compare
from pdportal.feedback.works.marked import FieldDiff, MarkedField, Side
from pdportal.feedback.works.models import Revision
from pdportal.feedback.works.words import visible, with_blanks

Change = tuple[str, str]
"""`(op, text)`: op is "same", "ins" or "del"."""


def diff(before: Revision, after: Revision) -> list[FieldDiff]:
    """What changed between two revisions of one work, in the order of its fields."""
    comparison, keys, labels = _compared(before, after)
    return [field_diff(key, comparison, labels) for key in keys]


def side_by_side(before: Revision, after: Revision) -> list[tuple[FieldDiff, FieldDiff]]:
    """The same with the two texts of each field apart, each with what the other has not."""
    comparison, keys, labels = _compared(before, after)
    return [
        (
            MarkedField(key, comparison.turned, labels, Side.OLD).made(),
            MarkedField(key, comparison, labels, Side.NEW).made(),
        )
        for key in keys
    ]


def field_diff(key: str, comparison: Comparison, labels: dict[str, str]) -> FieldDiff:
    """What changed in one of the fields compared; `labels` has all of them."""
    return MarkedField(key, comparison, labels, Side.BOTH).made()


def _compared(before: Revision, after: Revision) -> tuple[Comparison, list[str], dict[str, str]]:
    """Two revisions of a work, the keys of the fields to show, and what all fields are called."""
    comparison = compare(before.content, after.content)
    fields = fields_in(after.work, before, after)
    shown = kind_of(after.work).compared(fields)
    keys = [str(field["key"]) for field in shown if field["key"] in comparison.fields]
    return comparison, keys, {field["key"]: str(field["label"]) for field in fields}


@lru_cache(maxsize=2_000)
def changes(before: str, after: str) -> tuple[Change, ...]:
    """The pieces that make one line of text into another; whole words change, never letters."""
    old, new = with_blanks(before), with_blanks(after)
    to = matched([visible(word) for word in old], [visible(word) for word in new])
    back = {image: word for word, image in enumerate(to) if image >= 0}
    pieces: list[Change] = []
    here = 0
    for there, word in enumerate([*new, ""]):
        while here < len(old) and to[here] < 0:
            pieces.append(("del", old[here]))
            here += 1
        if there in back:
            here = back[there] + 1
        pieces.append(("same" if there in back else "ins", word))
    runs = groupby(pieces[:-1], lambda each: each[0])
    return tuple((op, "".join(text for _op, text in run)) for op, run in runs)
