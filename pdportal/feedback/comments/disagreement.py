"""Where reviewers see the same thing differently: a question to think about, never a verdict.

The rule is plain, and the page says it: one colleague names words, or a criterion, as a strength,
and another suggests a change to the same words or by the same criterion.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import product
from typing import NamedTuple

from pdportal.feedback.comments.answers import CommentKind
from pdportal.feedback.comments.models import AnchorKind, Comment
from pdportal.feedback.comments.placing import Placed
from pdportal.feedback.works.words import letters_of

MOST = 5
"""So many are shown; more would be noise."""


class Differing(NamedTuple):
    """Two comments of two colleagues that point in opposite directions."""

    strength: Placed
    suggestion: Placed
    criterion: int = 0
    """The number of the criterion that both stand by; 0: both are about the same words."""


def differing(placed: Iterable[Placed]) -> list[Differing]:
    """The pairs in which two colleagues differ, in the order of the text."""
    cards = list(placed)
    strengths = [card for card in cards if card.comment.kind is CommentKind.STRENGTH]
    suggestions = [card for card in cards if card.comment.kind is CommentKind.SUGGESTION]
    return list(_pairs(strengths, suggestions))[:MOST]


def _pairs(strengths: list[Placed], suggestions: list[Placed]) -> Iterator[Differing]:
    for strength, suggestion in product(strengths, suggestions):
        if strength.comment.review_id == suggestion.comment.review_id:
            continue
        if strength.cell and suggestion.cell and strength.cell.number == suggestion.cell.number:
            yield Differing(strength, suggestion, strength.cell.number)
        elif _share_words(strength.comment, suggestion.comment):
            yield Differing(strength, suggestion)


def _share_words(comment: Comment, other: Comment) -> bool:
    """Whether two comments quote some of the same letters of a field."""
    spans = [_span(comment), _span(other)]
    if None in spans or comment.field != other.field or comment.revision_id != other.revision_id:
        return False
    (start, end), (start2, end2) = (span for span in spans if span)
    return start < end2 and start2 < end


def _span(comment: Comment) -> tuple[int, int] | None:
    if comment.anchor is not AnchorKind.PASSAGE or comment.letter is None:
        return None
    return comment.letter, comment.letter + len(letters_of(comment.quote or ""))
