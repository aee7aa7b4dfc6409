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
from pdportal.feedback.works.lines import STRUCK, Block, Line, lines_of, same_blocks, together
from pdportal.feedback.works.moves import Moves
from pdportal.feedback.works.reading import Piece, Reading

_TWICE = re.compile(r'</(ins|del|span)>(\s*)<\1(?: class="moved")?>')
_KEPT, _ADDED, _CAME = range(3)
"""Of words of the new text: as before, added, or moved here; more says in which unit."""


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
    old: Reading
    is_inside: bool = False
    """Whether the rest of their sentence was moved here."""


class MarkedField:
    """One field, put together from the lines of the new text and what is gone of the old one."""

    def __init__(
        self, key: str, comparison: Comparison, labels: dict[str, str], side: Side
    ) -> None:
        pair = comparison.fields[key]
        self.side = side
        self.key, self.pair, self.labels = key, pair, labels
        self.old, self.new = pair.old, pair.new
        self.moves = Moves(key, comparison)
        self.keep = self._kept()
        self.is_gone = self._gone()
        self.images = {image: word for word, image in enumerate(self.keep) if image >= 0}
        self.old_lines, self.new_lines = lines_of(pair.old), lines_of(pair.new)
        self.notes = self._notes()
        self.after: dict[int, list[_Gone]] = defaultdict(list)
        """What is gone right after a new word, or right before it (the number made negative)."""
        self.dead: dict[int, list[Line]] = defaultdict(list)
        """Whole lines that are gone after a new line; -1: before all."""
        self.status: list[int] = []
        self.blocks: dict[int, Block] = {}
        """The block of the new text that a block of the old one became."""
        self.is_changed = len(self.images) < max(len(pair.old.words), len(pair.new.words))

    def _leads_elsewhere(self, word: int) -> bool:
        """Whether a link that ends with a kept word had another address."""
        image = self.images.get(word)
        return image is not None and self.old.links.get(image) != self.new.links.get(word)

    def _kept(self) -> list[int]:
        """For each old word the new one that it still is: not moved, and not alike by chance."""
        came, away = self.moves.came, self.moves.away
        keep = [
            image
            if image >= 0
            and self.old.unit_of[word] not in away
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
            living = [word for word in range(line.first, line.end) if self.keep[word] >= 0]
            if living:
                self._line_lives(line, self.new_lines[line_of[self.keep[living[0]]]])
                last = self.keep[living[-1]]
                above = line_of[last]
            elif any(self.is_gone[line.first : line.end]):
                image = following[line.end]
                if image >= 0 and line_of[image] == above:  # between two lines that became one
                    self.after[last] += self._gone_in(line)
                else:
                    self.dead[above].append(line)
        if self.side is Side.BOTH:
            self._take_out_inside()
        else:
            self.after.clear()
            self.dead.clear()
        self.status = self._statuses()
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

    def _gone(self) -> list[bool]:
        """Which old words are to be shown as gone: not those that only moved within the field."""
        moved = {unit for unit, field in self.moves.away.items() if field == self.key}
        return [
            image < 0 and unit not in moved
            for image, unit in zip(self.keep, self.old.unit_of, strict=True)
        ]

    def _line_lives(self, line: Line, heir: Line) -> None:
        for block, other in zip(line.path, heir.path, strict=False):
            if block.tag != other.tag:
                break
            self.blocks.setdefault(block.id, other)
        before = None
        for is_gone, run in groupby(range(line.first, line.end), self.is_gone.__getitem__):
            words = list(run)
            if is_gone:
                gone = _Gone(line, words[0], words[-1] + 1, self.old)
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
        for is_gone, run in groupby(range(line.first, line.end), self.is_gone.__getitem__):
            words = list(run)
            if is_gone:
                yield _Gone(line, words[0], words[-1] + 1, self.old)

    def _take_out_inside(self) -> None:
        """Find where in the sentences that were moved here and changed something is gone."""
        lines = {self.key: self.old_lines}
        for unit, (name, first, end, after) in self.moves.taken_out():
            old = self.moves.fields[name].old
            if name not in lines:
                lines[name] = lines_of(old)
            line = next(each for each in lines[name] if each.first <= first < each.end)
            word = -1 - self.new.units[unit][0] if after is None else after
            self.after[word].append(_Gone(line, first, end, old, is_inside=True))

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
                out.append(STRUCK.get(piece.html, piece.html))
                if piece.html == "</a>" and self._leads_elsewhere(last):
                    self.is_changed = True
                    out.append(f' <small class="moved-note">{escape(_("other address"))}</small>')
                continue
            first, stop = _words_in(piece, places)
            out.append(escape(piece.lead, quote=False))
            for status, run in groupby(range(first, stop), self.status.__getitem__):
                words = list(run)
                word = words[0]
                text = piece.between(places[word], places[words[-1] + 1])
                if status == _KEPT:
                    out.append(escape(text, quote=False))
                    last = words[-1]
                    continue
                core = text.rstrip()
                if word != last:
                    out += self._before(word)
                last = words[-1]
                out.append(self._new_words(word, core))
                if status < _KEPT and piece.end >= places[word + 1]:
                    afters = self.after.get(word, ())
                    out += [self._deleted(gone, after=True) for gone in afters]
                out.append(text[len(core) :])
        return "".join(out)

    def _statuses(self) -> list[int]:
        """What the words of the new text have to have in common to be marked in one go."""
        found = [_KEPT if word in self.images else _ADDED for word in range(len(self.new.words))]
        for unit in self.moves.came:
            for word in range(*self.new.units[unit]):
                found[word] = _CAME + 2 * unit + self.moves.is_new(word)
        for word in self.after:  # each by itself: something is gone beside it
            word = word if word >= 0 else -1 - word
            found[word] = -1 - word
        return found

    def _before(self, word: int) -> Iterator[str]:
        """What stands before a word of the new text: what is gone, and that it was moved here."""
        befores = self.after.get(-1 - word, ())
        yield from (self._deleted(gone, after=False) for gone in befores if not gone.is_inside)
        yield self.notes.get(word, "")
        yield from (self._deleted(gone, after=False) for gone in befores if gone.is_inside)

    def _new_words(self, word: int, text: str) -> str:
        """Words from this one on; they are all kept, or all moved in one unit, or all added."""
        html = escape(text, quote=False)
        if word in self.images:
            return html
        if self.moves.is_new(word):
            return f"<del>{html}</del>" if self.side is Side.OLD else f"<ins>{html}</ins>"
        return f'<span class="moved">{html}</span>'

    def _notes(self) -> dict[int, str]:
        """By the first word of what was moved here: that it was, once for all of a line."""
        starts = {line.first for line in self.new_lines}
        notes = {}
        for unit, (name, _here) in self.moves.came.items():
            word = self.new.units[unit][0]
            if word in starts or self.moves.begins(unit):
                note = escape(self._moved(name))
                notes[word] = f'<small class="moved-note">{note}</small> '
        return notes

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
        start, end = gone.old.places[gone.first], gone.old.places[gone.end]
        pieces = gone.line.tagged
        out: list[str] = []
        before = ""
        for piece, tags in pieces[bisect_left(pieces, start, key=lambda each: each[0].end) :]:
            if piece.start > end:
                break
            text = piece.between(start, end)
            if piece.start > start:
                text = piece.lead + text
            else:
                before = piece.between(piece.start, start) or piece.lead or before
            html = escape(text, quote=False)
            for tag in reversed(tags if text else ()):
                if not tag.startswith("<a"):
                    html = f"{tag}{html}</{tag[1:-1]}>"
            out.append(html)
        words = "".join(out)
        html = f"<del>{words.strip()}</del>"
        field = self.moves.away.get(self.old.unit_of[gone.first]) if not gone.is_inside else None
        if field:
            note = _("moved to “%(field)s”", field=self.labels[field])
            html += f' <small class="moved-note">{escape(note)}</small>'
        if after is None:
            return html
        if after and before != before.rstrip():
            return f" {html}"
        return f"{html} " if words != words.rstrip() or before != before.rstrip() else html


def _words_in(piece: Piece, places: list[int]) -> tuple[int, int]:
    """The first word of a piece and the one after its last; tags may cut both."""
    return bisect_right(places, piece.start) - 1, bisect_left(places, piece.end)
