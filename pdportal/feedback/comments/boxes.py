"""The boxes of a comment outside a review: what stands in them, and what was typed."""

from __future__ import annotations

import re
from collections.abc import Mapping

from flask import request

from pdportal.feedback.comments.answers import FEEDBACK, CommentKind
from pdportal.feedback.comments.models import Comment
from pdportal.feedback.comments.writing import Typed
from pdportal.feedback.works.models import Ticks
from pdportal.video.moments import parse_moment
from pdportal.web.locale import say_clock

_TICK = re.compile(r"(\d{1,9})(?::(\d{1,9}))?")


def typed_comment(
    kind: CommentKind = CommentKind.NOTE, boxes: Mapping[str, str] | None = None
) -> Typed:
    """A comment as its form has it, or `boxes` saved of one; of this `kind` where none is named."""
    typed = request.form if boxes is None else boxes
    chosen = typed.get("kind", "")
    return Typed(
        typed.get("text", ""),
        CommentKind(chosen) if chosen in FEEDBACK else kind,
        typed.get("next_move", ""),
        starts=parse_moment(typed.get("start", "")),
        ends=parse_moment(typed.get("end", "")),
        look_for=typed.get("look_for", ""),
    )


def typed_ticks() -> Ticks:
    """The comments ticked as answered: a box says `id:version` of the decision beside it."""
    boxes = (_TICK.fullmatch(value) for value in request.form.getlist("addressed")[:500])
    return {int(box[1]): int(box[2]) if box[2] else None for box in boxes if box}


def as_typed(comment: Comment) -> dict[str, str]:
    """A comment as the boxes of its form hold it."""
    return {
        "text": comment.text,
        "next_move": comment.next_move,
        "kind": comment.kind.value,
        "start": say_clock(comment.starts) if comment.starts is not None else "",
        "end": say_clock(comment.ends) if comment.ends is not None else "",
        "look_for": comment.look_for or "",
    }
