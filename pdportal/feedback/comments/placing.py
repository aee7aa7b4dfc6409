"""A work's text with the passages of its comments marked, and the comments in the text's order."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from markupsafe import Markup

from pdportal.feedback.comments.anchors import Carry, Passage, Place, between, carried, occurrences
from pdportal.feedback.comments.models import AnchorKind, Comment
from pdportal.feedback.comments.regions import Pointed, point
from pdportal.feedback.files.attached import fields_in, files_in
from pdportal.feedback.files.models import WorkFile
from pdportal.feedback.kinds import Field
from pdportal.feedback.rubrics.cells import Cell, Row, Rubric, cells_of, rows_of
from pdportal.feedback.works.comparison import Comparison, compare
from pdportal.feedback.works.diffs import Change, changes
from pdportal.feedback.works.models import Revision, Work
from pdportal.feedback.works.reading import Mark, reading_of
from pdportal.feedback.works.words import letters_of
from pdportal.web.texts import render_text


@dataclass(frozen=True)
class Part:
    """One field of a work as a page shows it."""

    key: str
    label: str
    html: Markup
    file: WorkFile | None = None
    """The file that has these words, with the pictures that are shown of it."""
    pointed: tuple[Pointed, ...] = ()
    """The parts of these pictures that comments are about."""


@dataclass(frozen=True)
class Placed:
    """A comment and where it stands on this revision."""

    comment: Comment
    where: str = ""
    """The label of its field, in this revision; empty for the whole."""
    carry: Carry | None = None
    """What became of its passage since it was made; None: it is about no passage."""
    moved_to: str = ""
    """The label of another field, if its passage was moved there."""
    changes: tuple[Change, ...] = ()
    """How the words of an edited passage were and are."""
    cell: Cell | None = None
    """Where it stands in the rubric of its round."""
    pointed: Pointed | None = None
    """The part of a picture that it is about, if it is about one."""

    @property
    def id(self) -> str:
        """The id of its card on the page."""
        return card_id(self.comment)

    @property
    def found(self) -> bool:
        """Whether its passage is marked in the text."""
        return self.carry not in (None, Carry.GONE, Carry.ABSENT)

    @property
    def state(self) -> str:
        """How far it has come; what has no decision is open."""
        return self.comment.decision.state if self.comment.decision else "open"


def card_id(comment: Comment) -> str:
    """The id of a comment's card on a page."""
    return f"comment-{comment.id}"


def parts_of(work: Work, revision: Revision) -> list[Part]:
    """The parts of a revision, without marks."""
    return [_part(work, revision, field) for field in fields_in(work, revision)]


def _part(work: Work, revision: Revision, field: Field, marks: Iterable[Mark] = ()) -> Part:
    key, text = field["key"], revision.content.get(field["key"], "")
    html = reading_of(text).marked(marks) if marks else render_text(text)
    files = files_in(work, revision.number)
    return Part(
        key, str(field["label"]), html, next((each for each in files if each.key == key), None)
    )


def lay_out(
    work: Work, revision: Revision, comments: Iterable[Comment], rubric: Rubric | None = None
) -> tuple[list[Part], list[Placed]]:
    """The parts of a revision with its passages marked, and the comments in the order of the text,
    but those first that stand in a `rubric`, criterion by criterion.

    The comments may have been made on an earlier revision: their passages are carried here.
    """
    fields = fields_in(work, revision)
    labels = {field["key"]: str(field["label"]) for field in fields}
    order = {key: number for number, key in enumerate(labels)}
    marks: dict[str, list[Mark]] = {}
    placed: list[tuple[tuple[int, int, int, int], Placed]] = []
    cells = {cell.key: (place, cell) for place, cell in enumerate(cells_of(rubric))}
    for number, comment in enumerate(comments):
        card, passage = _placed(comment, revision, labels)
        field = passage.field if passage else str(comment.field)
        in_rubric, cell = cells.get(comment.cell or "", (len(cells), None))
        in_text = order.get(field, len(order)), passage.start if passage else 1 << 30
        where = (in_rubric, *in_text, number)
        card = replace(card, cell=cell) if cell else card
        placed.append((where, card))
        if passage and card.carry:
            look = "" if card.carry is Carry.SAME else card.carry.value
            marks.setdefault(field, []).append(Mark(passage.start, passage.end, card.id, look))
    parts = [_part(work, revision, field, marks.get(field["key"], ())) for field in fields]
    placed.sort(key=lambda each: each[0])
    cards = _numbered([card for _where, card in placed])
    pointed = [card.pointed for card in cards if card.pointed]
    parts = [
        replace(part, pointed=tuple(each for each in pointed if each.file == part.file))
        if part.file
        else part
        for part in parts
    ]
    return parts, cards


def placed_on(
    work: Work, revision: Revision, comment: Comment, rubric: Rubric | None = None
) -> Placed:
    """One comment as `lay_out` places it; a mark in a picture has no number without the others."""
    labels = {field["key"]: str(field["label"]) for field in fields_in(work, revision)}
    card, _passage = _placed(comment, revision, labels)
    cell = next((each for each in cells_of(rubric) if each.key == comment.cell), None)
    return replace(card, cell=cell)


def _numbered(cards: list[Placed]) -> list[Placed]:
    """The same, where those that are marked in pictures have the numbers of their marks."""
    number, numbered = 0, []
    for card in cards:
        pointed = card.pointed
        if pointed and pointed.picture:
            number += 1
            card = replace(card, pointed=replace(pointed, number=number))
        numbered.append(card)
    return numbered


def sheet(rubric: Rubric | None, placed: Iterable[Placed]) -> list[Row]:
    """The criteria of a rubric, with the comments that stand in each of its cells."""
    by_cell: dict[str, list[Placed]] = {}
    for card in placed:
        if card.cell:
            by_cell.setdefault(card.cell.key, []).append(card)
    return rows_of(rubric, by_cell)


def _placed(
    comment: Comment, revision: Revision, labels: dict[str, str]
) -> tuple[Placed, Passage | None]:
    label = labels.get(str(comment.field), "")
    if comment.anchor is AnchorKind.REGION:
        return Placed(comment, label, pointed=point(comment, revision, card_id(comment))), None
    if comment.anchor is not AnchorKind.PASSAGE:
        return Placed(comment, label), None
    comparison = compare(comment.revision.content, revision.content)
    place = _place(comment, comparison)
    if place.passage is None:
        return Placed(comment, label, place.carry), None
    moved_to = labels[place.passage.field] if place.passage.field != comment.field else ""
    edits: tuple[Change, ...] = ()
    if place.carry is Carry.EDITED:
        new = comparison.fields[place.passage.field].new
        now = new.text(place.passage.start, place.passage.end)
        edits = changes(comment.quote or "", now)
    return Placed(comment, moved_to or label, place.carry, moved_to, edits), place.passage


def _place(comment: Comment, comparison: Comparison) -> Place:
    """Where a comment's passage is in the newer revision.

    Where it stood in its own is stored, or follows from words that stand there only once;
    otherwise it is only perhaps where one of these words is.
    """
    field, quote = str(comment.field), comment.quote or ""
    if field not in comparison.fields:
        return Place(Carry.ABSENT)
    reading, length = comparison.fields[field].old, len(letters_of(quote))
    if comment.letter is not None and reading.stands(quote, comment.letter):
        passage = Passage(field, comment.letter, comment.letter + length)
        return carried(passage, comparison)
    spans = occurrences(reading, quote)
    if not spans:
        return Place(Carry.ABSENT)
    if len(spans) > 1 and (comment.before or comment.after):
        spans = between(reading, spans, comment.before, comment.after) or spans
    places = (carried(Passage(field, *span), comparison) for span in spans)
    if len(spans) == 1:
        return next(places)
    found = next((place.passage for place in places if place.passage), None)
    return Place(Carry.PERHAPS, found) if found else Place(Carry.GONE)
