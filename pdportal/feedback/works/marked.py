"""One field of two revisions, as its readers saw it, with its changes marked word by word."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from html import escape
from itertools import groupby

from flask_babel import gettext as _
from markupsafe import Markup

from pdportal.feedback.works.alignment import without_islands
from pdportal.feedback.works.comparison import Comparison
from pdportal.feedback.works.lines import Block, Line, lines_of, same_blocks, together
from pdportal.feedback.works.reading import VISIBLE, Piece
from pdportal.feedback.works.words import visible

_TWICE = re.compile(r'</(ins|del|span)>(\s*)<\1(?: class="moved")?>')
_STRUCK = {"<del>": "<s>", "</del>": "</s>"}
"""What somebody struck through is not what a version took out."""
_Part = tuple[str, int, tuple[str, ...]]
"""Words, the number of the word, and the tags around it."""


@dataclass(frozen=True)
class FieldDiff:
    """What changed in one field."""

    label: str
    html: Markup
    is_changed: bool
    """Whether words were added, taken out or moved."""


class Side(StrEnum):
    """What a difference shows: both texts in one, or one of them with what is not in the other."""

    BOTH = "both"
    OLD = "old"
    NEW = "new"


@dataclass(frozen=True)
class _Gone:
    """Old words that are no more, in one line: taken out, or moved to another field."""

    line: Line
    first: int
    end: int


class MarkedField:
    """One field, put together from the lines of the new text and what is gone of the old one."""

    def __init__(
        self, key: str, comparison: Comparison, labels: dict[str, str], side: Side
    ) -> None:
        pair = comparison.fields[key]
        self.side = side
        self.key, self.pair, self.labels = key, pair, labels
        self.old, self.new = pair.old, pair.new
        self.from_ = {there: here for here, there in comparison.moved.items()}
        self.away = {
            unit: there[0] for (name, unit), there in comparison.moved.items() if name == key
        }
        self.keep = self._kept()
        self.images = {image: word for word, image in enumerate(self.keep) if image >= 0}
        self.old_lines, self.new_lines = lines_of(pair.old), lines_of(pair.new)
        self.after: dict[int, list[_Gone]] = defaultdict(list)
        """What is gone right after a new word, or right before it (the number made negative)."""
        self.dead: dict[int, list[Line]] = defaultdict(list)
        """Whole lines that are gone after a new line; -1: before all."""
        self.parts: dict[int, list[_Part]] = {}
        self.blocks: dict[int, Block] = {}
        """The block of the new text that a block of the old one became."""
        self.is_changed = len(self.images) < max(len(pair.old.words), len(pair.new.words))

    def _leads_elsewhere(self, word: int) -> bool:
        """Whether a link that ends with a kept word had another address."""
        image = self.images.get(word)
        return image is not None and self.old.links.get(image) != self.new.links.get(word)

    def _kept(self) -> list[int]:
        """For each old word the new one that it still is: not moved, and not alike by chance."""
        came = {unit for name, unit in self.from_ if name == self.key}
        keep = [
            image
            if image >= 0
            and self.old.unit_of[word] not in self.away
            and self.new.unit_of[image] not in came
            else -1
            for word, image in enumerate(self.pair.alignment.to)
        ]
        without_islands(keep, self.old.words, len(self.new.words))
        return keep

    def made(self) -> FieldDiff:
        """The field with its changes marked."""
        line_of = [
            n for n, line in enumerate(self.new_lines) for _word in range(line.first, line.end)
        ]
        following = self._following()
        above, last = -1, -1
        for line in self.old_lines:
            kept = [word for word in range(line.first, line.end) if self.keep[word] >= 0]
            if kept:
                self._line_lives(line, self.new_lines[line_of[self.keep[kept[0]]]])
                last = self.keep[kept[-1]]
                above = line_of[last]
            elif any(self._is_gone(word) for word in range(line.first, line.end)):
                image = following[line.end]
                if image >= 0 and line_of[image] == above:  # between two lines that became one
                    self.after[last] += self._gone_in(line)
                else:
                    self.dead[above].append(line)
        if self.side is not Side.BOTH:
            self.after.clear()
            self.dead.clear()
        html = _TWICE.sub(r"\2", together(self._lines()))
        label = self.labels[self.key]
        return FieldDiff(label, Markup(html), self.is_changed)  # noqa: S704 -- rendered text was clean, and only our own tags were added

    def _following(self) -> list[int]:
        """For each old word, and for the end, the new one that it or the next kept one still is."""
        following = [*self.keep, -1]
        for word in range(len(self.keep) - 1, -1, -1):
            if following[word] < 0:
                following[word] = following[word + 1]
        return following

    def _is_gone(self, word: int) -> bool:
        """Whether an old word is to be shown as gone: not where it only moved within its field."""
        moved_to = self.away.get(self.old.unit_of[word])
        return self.keep[word] < 0 and moved_to != self.key

    def _line_lives(self, line: Line, heir: Line) -> None:
        for block, other in zip(line.path, heir.path, strict=False):
            if block.tag != other.tag:
                break
            self.blocks.setdefault(block.id, other)
        before = None
        for is_gone, run in groupby(range(line.first, line.end), self._is_gone):
            words = list(run)
            if is_gone:
                gone = _Gone(line, words[0], words[-1] + 1)
                if before is None:
                    self.after[-1 - self._first_new(gone, heir)].append(gone)
                else:
                    self.after[before].append(gone)
            for word in words:
                if self.keep[word] >= 0:
                    before = self.keep[word]

    def _first_new(self, gone: _Gone, heir: Line) -> int:
        """The first new word that stands where words at the start of a line are gone."""
        following = range(gone.end, gone.line.end)
        word = next(self.keep[each] for each in following if self.keep[each] >= 0)
        while word > heir.first and word - 1 not in self.images:
            word -= 1
        return word

    def _lines(self) -> Iterator[tuple[tuple[Block, ...], str]]:
        open_: tuple[Block, ...] = ()
        waiting = list(self.dead[-1])
        for number, line in enumerate([*self.new_lines, Line(())]):
            while waiting:
                path = self._path(waiting[0], open_)
                if same_blocks(line.path, open_) > same_blocks(path, open_):
                    break  # it stood after the block that this line goes on with
                for words in self._gone_in(waiting.pop(0)):
                    yield path, self._deleted(words)
                open_ = path
            if number < len(self.new_lines):
                yield line.path, self._renumbered(line) + self._line(line)
                open_ = line.path
                waiting += self.dead[number]

    def _gone_in(self, line: Line) -> Iterator[_Gone]:
        for is_gone, run in groupby(range(line.first, line.end), self._is_gone):
            words = list(run)
            if is_gone:
                yield _Gone(line, words[0], words[-1] + 1)

    def _path(self, line: Line, open_: tuple[Block, ...]) -> tuple[Block, ...]:
        """The blocks of a line that is gone: those of its neighbours where it stood in the same."""
        path: list[Block] = []
        for depth, block in enumerate(line.path):
            own = Block(block.tag, block.html, -1 - block.id)
            heir = self.blocks.get(block.id)
            beside = open_[depth] if depth < len(open_) and open_[:depth] == tuple(path) else None
            if heir is not None:
                own = heir
            elif beside and beside.tag == block.tag and block.tag in {"ul", "ol", "blockquote"}:
                own = beside
            path.append(own)
        return tuple(path)

    def _renumbered(self, line: Line) -> str:
        """What the number of a list's first item was, if it changed."""
        word = next((w for w in range(line.first, line.end) if w in self.images), None)
        number = line.path[-1].number if line.path else None
        if word is None or number is None:
            return ""
        old = next(each for each in self.old_lines if each.first <= self.images[word] < each.end)
        before = old.path[-1].number if old.path else None
        if before is None or before == number:
            return ""
        self.is_changed = True
        if self.side is not Side.BOTH:
            return ""
        return f"<del>{before}.</del> <ins>{number}.</ins> "

    def _line(self, line: Line) -> str:
        """A line of the new text, with what was added and what is gone between its words."""
        out: list[str] = []
        places, last = self.new.places, -1
        for piece in line.pieces:
            if piece.words is None:
                out.append(_STRUCK.get(piece.html, piece.html))
                if piece.html == "</a>" and self._leads_elsewhere(last):
                    self.is_changed = True
                    out.append(f' <small class="moved-note">{escape(_("other address"))}</small>')
                continue
            end = piece.start + len(visible(piece.words))
            alike: list[str] = []
            for text, word in _segments(piece, places):
                if word in self.images and word not in self.after and -1 - word not in self.after:
                    alike.append(text)
                    last = word
                    continue
                out.append(escape("".join(alike), quote=False))
                alike.clear()
                core = text.rstrip()
                if VISIBLE.match(core):
                    if word != last:
                        befores = self.after.get(-1 - word, ())
                        out += [self._deleted(gone, after=False) for gone in befores]
                        last = word
                    out.append(self._new_word(word, core))
                    if end >= places[word + 1]:
                        afters = self.after.pop(word, ())
                        out += [self._deleted(gone, after=True) for gone in afters]
                out.append(text[len(core) :])
            out.append(escape("".join(alike), quote=False))
        return "".join(out)

    def _new_word(self, word: int, text: str) -> str:
        html = escape(text, quote=False)
        if word in self.images or not html:
            return html
        unit = self.new.unit_of[word]
        came_from = self.from_.get((self.key, unit))
        if came_from is None:
            return f"<del>{html}</del>" if self.side is Side.OLD else f"<ins>{html}</ins>"
        if word > self.new.units[unit][0]:
            return f'<span class="moved">{html}</span>'
        note = self._moved(came_from[0])
        return f'<small class="moved-note">{escape(note)}</small> <span class="moved">{html}</span>'

    def _moved(self, other: str) -> str:
        """What is said of words that stand in a field of the other text, or elsewhere in this."""
        if other == self.key:
            return _("moved") if self.side is Side.OLD else _("moved here")
        field = self.labels[other]
        if self.side is Side.OLD:
            return _("moved to “%(field)s”", field=field)
        return _("moved here from “%(field)s”", field=field)

    def _deleted(self, gone: _Gone, *, after: bool | None = None) -> str:
        """Old words in `<del>`, with a blank before or after them if there was one."""
        parts = self._old_parts(gone.line)
        first, end = (bisect_left(parts, word, key=_number) for word in (gone.first, gone.end))
        out: list[str] = []
        for text, _word, tags in parts[first:end]:
            html = escape(text, quote=False)
            for tag in reversed(tags):
                if not tag.startswith("<a"):
                    html = f"{tag}{html}</{tag[1:-1]}>"
            out.append(html)
        words = "".join(out)
        html = f"<del>{words.strip()}</del>"
        unit = self.old.unit_of[gone.first]
        if unit in self.away:
            note = _("moved to “%(field)s”", field=self.labels[self.away[unit]])
            html += f' <small class="moved-note">{escape(note)}</small>'
        if after is None:
            return html
        blank_before = first > 0 and parts[first - 1][0] != parts[first - 1][0].rstrip()
        spaced = words != words.rstrip() or blank_before
        return f" {html}" if after and spaced else f"{html} " if spaced else html

    def _old_parts(self, line: Line) -> list[_Part]:
        """The words of a line of the old text, each with the inline tags around it."""
        if line.first not in self.parts:
            tags: tuple[str, ...] = ()
            parts = self.parts[line.first] = []
            for piece in line.pieces:
                if piece.words is None:
                    tag = _STRUCK.get(piece.html, piece.html)
                    tags = tags[:-1] if tag.startswith("</") else (*tags, tag)
                    continue
                parts += [(text, word, tags) for text, word in _segments(piece, self.old.places)]
        return self.parts[line.first]


def _number(part: _Part) -> int:
    return part[1]


def _segments(piece: Piece, places: list[int]) -> Iterator[tuple[str, int]]:
    """The words of a piece, each with its number and the blanks after it; tags may cut a word.

    Blanks that a piece begins with follow the word before it.
    """
    text, letter = piece.words or "", piece.start
    runs = [found.span() for found in VISIBLE.finditer(text)]
    start = runs[0][0] if runs else len(text)
    word = max(0, bisect_right(places, letter, hi=len(places) - 1) - 1)
    if start:
        yield text[:start], word - 1
    for first, end in runs:
        while places[word + 1] < letter + end - first:
            at = first + places[word + 1] - letter
            yield text[start:at], word
            word, start = word + 1, at
        letter += end - first
    if runs:
        yield text[start:], word
