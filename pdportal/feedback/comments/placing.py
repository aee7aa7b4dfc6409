"""A work's text with the passages of its comments marked, and the comments in the text's order."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from pdportal.content.text import render_text
from pdportal.feedback.comments import anchors
from pdportal.feedback.comments.models import AnchorKind, Comment
from pdportal.feedback.works.models import Revision, Work


@dataclass(frozen=True)
class Part:
    """One field of a work as a page shows it."""

    key: str
    label: str
    html: Markup


@dataclass(frozen=True)
class Placed:
    """A comment and where it stands on this revision."""

    comment: Comment
    where: str
    """The label of its field; empty for the whole."""
    found: bool
    """Whether its passage is marked in the text."""
    lost: bool
    """Whether it is about a passage that this revision no longer has."""

    @property
    def id(self) -> str:
        """The id of its card on the page."""
        return card_id(self.comment)

    @property
    def state(self) -> str:
        """How far it has come; what has no decision is open."""
        return self.comment.decision.state if self.comment.decision else "open"


def card_id(comment: Comment) -> str:
    """The id of a comment's card on a page."""
    return f"comment-{comment.id}"


def lay_out(
    work: Work, revision: Revision, comments: Iterable[Comment]
) -> tuple[list[Part], list[Placed]]:
    """The parts of a revision with its passages marked, and the comments in the order of the text.

    The comments may have been made on an earlier revision: their passages are looked for here.
    """
    by_field: dict[str, list[Comment]] = {}
    whole: list[Placed] = []
    labels = {field["key"]: field["label"] for field in work.fields}
    for comment in comments:
        if comment.field in labels:
            by_field.setdefault(str(comment.field), []).append(comment)
        else:
            whole.append(Placed(comment, "", found=False, lost=False))
    parts: list[Part] = []
    placed: list[Placed] = []
    for field in work.fields:
        key = field["key"]
        html = render_text(revision.content.get(key, ""))
        here = by_field.get(key, [])
        marks = [
            anchors.Mark(card_id(c), passage_of(c)) for c in here if c.anchor is AnchorKind.PASSAGE
        ]
        found: set[str] = set()
        line = ""
        if marks:
            html, found = anchors.mark(str(html), marks)
            line = anchors.plain(str(html))
        parts.append(Part(key, str(field["label"]), html))
        for comment in _in_order(here, line):
            marked = card_id(comment) in found
            lost = comment.anchor is AnchorKind.PASSAGE and not marked
            placed.append(Placed(comment, str(field["label"]), found=marked, lost=lost))
    return parts, placed + whole


def passage_of(comment: Comment) -> anchors.Passage:
    """The words a comment is about."""
    return anchors.Passage(comment.quote or "", comment.before, comment.after)


def _in_order(comments: Sequence[Comment], line: str) -> list[Comment]:
    def place(comment: Comment) -> tuple[int, int]:
        at = anchors.locate(line, passage_of(comment)) if comment.quote and line else None
        return (at[0] if at else len(line) + 1, comment.id)

    return sorted(comments, key=place)
