"""What a comment says and where it stands, from what was typed into the boxes of its form."""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import gettext as _

from pdportal.content.text import render_text
from pdportal.feedback.comments import anchors
from pdportal.feedback.comments.answers import CommentKind
from pdportal.feedback.comments.models import AnchorKind, Comment
from pdportal.feedback.kinds import kind_of
from pdportal.feedback.works.models import Revision, Work
from pdportal.feedback.works.services import clean, fitting
from pdportal.web.errors import Refused

LONGEST_COMMENT = 6_000
LONGEST_QUOTE = 1_000


@dataclass(frozen=True)
class Typed:
    """The boxes of a comment; those that its form does not have are empty."""

    text: str
    kind: CommentKind = CommentKind.NOTE
    next_move: str = ""
    field: str = ""
    """The key of the field it is about."""
    quote: str = ""
    before: str = ""
    after: str = ""
    starts: float | None = None
    """Seconds; with `ends` a range."""
    ends: float | None = None


def write(comment: Comment, revision: Revision, typed: Typed) -> None:
    """Put what was typed into a comment, anchored where the kind of its work allows.

    Raises `Refused` (422) with the name of the box that does not fit.
    """
    text = fitting(typed.text, "text", LONGEST_COMMENT)
    comment.text = text if text.strip() else ""
    comment.next_move = fitting(typed.next_move, "next_move", LONGEST_COMMENT)
    comment.kind = typed.kind
    comment.anchor = AnchorKind.WHOLE
    comment.field = comment.quote = comment.starts = comment.ends = None
    comment.before = comment.after = ""
    allowed = kind_of(revision.work).anchors
    if AnchorKind.MOMENT in allowed:
        comment.starts, comment.ends = _span(revision.work, typed.starts, typed.ends)
        if comment.starts is not None:
            comment.anchor = AnchorKind.MOMENT
    if AnchorKind.FIELD in allowed and typed.field in revision.content:
        comment.anchor, comment.field = AnchorKind.FIELD, typed.field
    if AnchorKind.PASSAGE in allowed:
        _quote(comment, revision, typed)


def _quote(comment: Comment, revision: Revision, typed: Typed) -> None:
    """Tie a comment to the words quoted, in its field or in the first that has them."""
    quote = anchors.one_line(fitting(typed.quote, "quote", LONGEST_QUOTE))
    if not quote:
        return
    keys = list(revision.content)
    chosen = [comment.field] if comment.field else []
    having = (key for key in [*chosen, *keys] if quote in _words_of(revision, key))
    comment.anchor = AnchorKind.PASSAGE
    comment.field = next(having, comment.field or keys[0])
    comment.quote = quote
    comment.before = anchors.one_line(clean(typed.before))[-anchors.CONTEXT :]
    comment.after = anchors.one_line(clean(typed.after))[: anchors.CONTEXT]


def _words_of(revision: Revision, key: str) -> str:
    return anchors.plain(str(render_text(revision.content[key])))


def _span(
    work: Work, starts: float | None, ends: float | None
) -> tuple[float | None, float | None]:
    if starts is None:
        if ends is not None:
            raise Refused(_("Say where it starts, too."), status=422, field="start")
        return None, None
    talk = kind_of(work).talk
    seconds = talk.seconds(work) if talk else None
    if seconds is not None and max(starts, ends or 0) > seconds + 1:
        raise Refused(_("The clip is shorter than that."), status=422, field="start")
    if ends is not None and ends < starts:
        raise Refused(_("It cannot end before it begins."), status=422, field="start")
    return starts, ends if ends != starts else None
