"""The boxes of a comment in a review: what stands in them, and what was typed."""

from __future__ import annotations

from collections.abc import Mapping

from pdportal.feedback.comments.answers import CommentKind
from pdportal.feedback.comments.models import AnchorKind, Comment
from pdportal.feedback.comments.regions import SIDES, read_picture, read_region, region_of
from pdportal.feedback.comments.writing import Typed
from pdportal.feedback.protocols.stages import Stage
from pdportal.feedback.reviews.models import Review
from pdportal.feedback.rubrics.cells import Cell
from pdportal.video.moments import parse_moment, say_moment


def typed_values(comment: Comment) -> dict[str, str]:
    """A comment as the boxes of its form hold it."""
    return {
        "text": comment.text,
        "next_move": comment.next_move,
        "kind": comment.kind.value,
        "field": comment.field or "",
        "quote": comment.quote or "",
        "letter": "" if comment.letter is None else str(comment.letter),
        "start": "" if comment.starts is None else say_moment(comment.starts),
        "end": "" if comment.ends is None else say_moment(comment.ends),
        **_picture_values(comment),
    }


def _picture_values(comment: Comment) -> dict[str, str]:
    if comment.page is None:
        return {"picture": "", **dict.fromkeys(SIDES, "")}
    return {"picture": f"{comment.field}:{comment.page}", **region_of(comment).percents}


def typed_into(comment: Comment, stage: Stage, boxes: Mapping[str, str]) -> Typed:
    """What was typed into the boxes of a comment; a kind that its stage has not counts as none."""
    kind, letter = boxes.get("kind", ""), boxes.get("letter", "")
    return Typed(
        text=boxes.get("text", ""),
        kind=CommentKind(kind) if kind in stage.kinds and not comment.cell else comment.kind,
        next_move=boxes.get("next_move", ""),
        field=boxes.get("field", ""),
        quote=boxes.get("quote", ""),
        letter=int(letter) if letter.isdecimal() and len(letter) < 10 else None,
        starts=parse_moment(boxes.get("start", "")),
        ends=parse_moment(boxes.get("end", ""), "end"),
        picture=read_picture(boxes.get("picture", "")),
        region=read_region(boxes),
    )


def blank(review: Review, stage: Stage, cell: Cell | None = None) -> Comment:
    """A comment that nobody has written yet, in a cell of the rubric if one is given."""
    return Comment(
        revision_id=review.round.revision_id,
        author_id=review.reviewer_id,
        stage=stage.key,
        kind=cell.column.kind if cell else stage.kinds[0],
        cell=cell.key if cell else None,
        text="",
        anchor=AnchorKind.WHOLE,
    )
