"""What a comment says and where it stands, from what was typed into the boxes of its form."""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import gettext as _

from pdportal.feedback.comments import anchors
from pdportal.feedback.comments.answers import CommentKind
from pdportal.feedback.comments.models import AnchorKind, Comment
from pdportal.feedback.comments.regions import ALL_OF_IT, Region
from pdportal.feedback.files.attached import files_in
from pdportal.feedback.kinds import kind_of
from pdportal.feedback.works.models import Revision, Work
from pdportal.feedback.works.reading import reading_of
from pdportal.feedback.works.services import fitting
from pdportal.web.errors import Refused

LONGEST_COMMENT = 6_000
LONGEST_QUOTE = 1_000
LOST = "…"
"""Stands for quoted words that are blurred, as in the text of their file."""


@dataclass(frozen=True)
class Typed:
    """The boxes of a comment; those that its form does not have are empty."""

    text: str
    kind: CommentKind = CommentKind.NOTE
    next_move: str = ""
    field: str = ""
    """The key of the field it is about."""
    quote: str = ""
    letter: int | None = None
    """The place of the quote's first letter in the field, if the reader selected it there."""
    starts: float | None = None
    """Seconds; with `ends` a range."""
    ends: float | None = None
    picture: tuple[str, int] | None = None
    """The key of a file's field, and the number of one of its pictures."""
    region: Region | None = None
    """The part of that picture."""
    look_for: str = ""
    """One of the look-fors of a clip; what it does not list is left out."""


def write(comment: Comment, revision: Revision, typed: Typed) -> None:
    """Put what was typed into a comment, anchored where the kind of its work allows.

    Raises `Refused` (422) with the name of the box that does not fit.
    """
    text = fitting(typed.text, "text", LONGEST_COMMENT)
    comment.text = text if text.strip() else ""
    comment.next_move = fitting(typed.next_move, "next_move", LONGEST_COMMENT)
    comment.kind = typed.kind
    comment.anchor = AnchorKind.WHOLE
    comment.field = comment.starts = comment.ends = comment.page = comment.region = None
    listed = revision.work.clip.look_fors if revision.work.clip else None
    if typed.look_for != comment.look_for:
        comment.look_for = typed.look_for if typed.look_for in (listed or ()) else None
    allowed = kind_of(revision.work).anchors
    if AnchorKind.MOMENT in allowed:
        comment.starts, comment.ends = _span(revision.work, typed.starts, typed.ends)
        if comment.starts is not None:
            comment.anchor = AnchorKind.MOMENT
    if AnchorKind.FIELD in allowed and typed.field in revision.content:
        comment.anchor, comment.field = AnchorKind.FIELD, typed.field
    quote = " ".join(fitting(typed.quote, "quote", LONGEST_QUOTE).split())
    if AnchorKind.REGION in allowed and typed.picture and not quote:
        _point(comment, revision, typed.picture, typed.region)
    if AnchorKind.PASSAGE in allowed and quote:
        _quote(comment, revision, quote, typed.letter)
    else:
        comment.quote = comment.letter = None
        comment.before = comment.after = ""


def _point(
    comment: Comment, revision: Revision, picture: tuple[str, int], region: Region | None
) -> None:
    """Tie a comment to a part of a picture, if the revision has that picture."""
    key, number = picture
    files = files_in(revision.work, revision.number)
    if any(file.key == key and number in [p.number for p in file.pictures] for file in files):
        comment.anchor, comment.field, comment.page = AnchorKind.REGION, key, number
        comment.region = (region or ALL_OF_IT).stored


def _quote(comment: Comment, revision: Revision, quote: str, letter: int | None) -> None:
    """Tie a comment to the words quoted, in its field or in the first that has them.

    Of a file in which something is blurred nothing is quoted but what can be read: a page that was
    opened before still holds the rest.
    """
    is_new = quote != comment.quote
    if is_new:
        comment.before = comment.after = ""
    comment.anchor, comment.quote = AnchorKind.PASSAGE, quote
    readings = {key: reading_of(text) for key, text in revision.content.items()}
    if comment.field and letter is not None and readings[comment.field].stands(quote, letter):
        comment.letter = letter
        return
    places = {key: anchors.occurrences(reading, quote) for key, reading in readings.items()}
    having = [key for key in places if places[key]]
    blurred = [file.key for file in files_in(revision.work, revision.number) if file.is_blurred]
    if is_new and blurred and not having and comment.field in (None, *blurred):
        comment.field, comment.quote = comment.field or blurred[0], LOST
    if comment.field not in having:
        comment.field = having[0] if having else comment.field or next(iter(places))
    here = places[comment.field]
    comment.letter = here[0][0] if len(here) == 1 else None


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
