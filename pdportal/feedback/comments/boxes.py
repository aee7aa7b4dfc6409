"""The boxes of a comment: what stands in them, and what was typed."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

from flask import request

from pdportal.feedback.comments.answers import FEEDBACK, CommentKind
from pdportal.feedback.comments.models import Comment
from pdportal.feedback.comments.regions import SIDES, read_picture, read_region, region_of
from pdportal.feedback.comments.writing import Typed
from pdportal.feedback.works.models import Ticks
from pdportal.video.moments import parse_moment, say_moment

_TICK = re.compile(r"(\d{1,9})(?::(\d{1,9}))?")


def typed_comment(
    boxes: Mapping[str, str],
    kind: CommentKind = CommentKind.NOTE,
    among: Collection[CommentKind] = FEEDBACK,
) -> Typed:
    """A comment as its form has it, or as its boxes were saved; of this `kind` where none `among`
    those that it can have is named. A box that the form does not have is empty."""
    chosen, letter = boxes.get("kind", ""), boxes.get("letter", "")
    return Typed(
        text=boxes.get("text", ""),
        kind=CommentKind(chosen) if chosen in among else kind,
        next_move=boxes.get("next_move", ""),
        field=boxes.get("field", ""),
        quote=boxes.get("quote", ""),
        letter=int(letter) if letter.isdecimal() and len(letter) < 10 else None,
        starts=parse_moment(boxes.get("start", "")),
        ends=parse_moment(boxes.get("end", ""), "end"),
        picture=read_picture(boxes.get("picture", "")),
        region=read_region(boxes),
        look_for=boxes.get("look_for", ""),
    )


def as_typed(comment: Comment) -> dict[str, str]:
    """A comment as the boxes of its form hold it."""
    pointed = comment.page is not None
    return {
        "text": comment.text,
        "next_move": comment.next_move,
        "kind": comment.kind.value,
        "field": comment.field or "",
        "quote": comment.quote or "",
        "letter": "" if comment.letter is None else str(comment.letter),
        "start": "" if comment.starts is None else say_moment(comment.starts),
        "end": "" if comment.ends is None else say_moment(comment.ends),
        "picture": f"{comment.field}:{comment.page}" if pointed else "",
        **(region_of(comment).percents if pointed else dict.fromkeys(SIDES, "")),
        "look_for": comment.look_for or "",
    }


def typed_ticks() -> Ticks:
    """The comments ticked as answered: a box says `id:version` of the decision beside it."""
    boxes = (_TICK.fullmatch(value) for value in request.form.getlist("addressed")[:500])
    return {int(box[1]): int(box[2]) if box[2] else None for box in boxes if box}
