"""What changed between two editions of a module, page by page, as learners read it.

Pages are compared as the fields of a work are (`feedback.works`): by word, and what moved to
another page is shown as moved. Notes for facilitators are never part of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from flask_babel import gettext as _
from markupsafe import Markup, escape

from pdportal.content.notes import APART_SINCE
from pdportal.content.tree import inner_html, make, parse
from pdportal.feedback.works.comparison import Comparison, FieldPair
from pdportal.feedback.works.diffs import field_diff
from pdportal.feedback.works.patience import in_order
from pdportal.feedback.works.reading import read
from pdportal.modules import questions
from pdportal.modules.editions.matching import asked_in, item_of, name_of, pair_items
from pdportal.modules.editions.queries import editions, learners_blocks, learners_pages
from pdportal.modules.editions.services import pair_pages
from pdportal.modules.editions.simple import simple, without_lists
from pdportal.modules.models import BlockKind
from pdportal.modules.parts import Line
from pdportal.modules.questions.kind import Tries
from pdportal.web.parts import part

MOST_LETTERS = 300_000
"""Of how much text one page shows the difference; pages beyond it are shown one at a time."""

ENOUGH_TO_FOLD = 3
"""So many paragraphs that did not change are folded away."""


@dataclass
class PageChange:
    """One page that is not as it was."""

    title: str
    slug: str
    minutes: int
    before: str = ""
    """Its title before, where that was another."""
    is_new: bool = False
    is_gone: bool = False
    is_moved: bool = False
    parts: list[tuple[str, str]] = field(default_factory=list)
    """Its questions, tasks and other parts that changed: what happened, and its first words."""
    html: Markup | None = None
    """The page with its changes marked; None where it is too long to be shown with the others."""
    has_words: bool = False
    """Whether words changed, and not only pictures, links or what is shown after an answer."""


class Editions:
    """Two editions side by side."""

    def __init__(self, old_id: int, new_id: int, enrollment_id: int) -> None:
        self.ids = old_id, new_id
        both, self.checks = editions(self.ids)
        older, self.newer = both[old_id], both[new_id]
        self.may_be_compared = min(older.compiler, self.newer.compiler) >= APART_SINCE
        """An older one may still have notes for facilitators among the words of its pages."""
        pages = learners_pages(self.ids)
        self.pages = {page.id: page for page in pages}
        self.pairs = pair_pages(pages, old_id, new_id)
        self.blocks = {block.id: block for block in learners_blocks(self.ids, enrollment_id)}
        self.back = {new: old for old, new in self.pairs.items()}
        numbers = sorted(
            (self.pages[a].number, self.pages[b].number) for a, b in self.pairs.items()
        )
        self.same_place = {old for old, _new in in_order(numbers)}

    def changes(self, only: str = "") -> list[PageChange]:
        """The pages that changed, in the order of the new edition, and last what is gone.

        With `only` the slug of one, just this one, however long it is.
        """
        changed = [
            (self.pages.get(self.back.get(page.id, 0)), page)
            for page in self.pages.values()
            if page.edition_id == self.ids[1]
        ]
        gone = [
            (page, None)
            for page in self.pages.values()
            if page.edition_id == self.ids[0] and page.id not in self.pairs
        ]
        found = [
            (old, new, self._change(old, new))
            for old, new in [*changed, *gone]
            if not old or not new or old.digest != new.digest or old.number not in self.same_place
        ]
        if only:
            found = [each for each in found if each[2].slug == only]
        if self.may_be_compared:
            self._compare(found, MOST_LETTERS if not only else 10 * MOST_LETTERS)
        return [change for _old, _new, change in found]

    def _change(self, old: Line | None, new: Line | None) -> PageChange:
        page = new or old
        assert page is not None  # noqa: S101  # one of them is there
        change = PageChange(page.title, page.slug, page.minutes)
        change.is_new, change.is_gone = old is None, new is None
        if old and new:
            change.before = old.title if old.title != new.title else ""
            change.is_moved = old.number not in self.same_place
            change.parts = list(self._parts(old, new))
        return change

    def _parts(self, old: Line, new: Line) -> list[tuple[str, str]]:
        """The blocks of a page that are new, changed or gone, in words."""
        olds, news = (
            [block for block in self.blocks.values() if block.page_id == page.id]
            for page in (old, new)
        )
        pairs = pair_items(map(item_of, olds), map(item_of, news))
        back = {old: self.blocks[here] for here, old in pairs.items()}
        parts = [
            (_said(block.kind, "changed" if block.id in back else "new"), name_of(block))
            for block in news
            if block.id not in back or back[block.id].data != block.data
        ]
        gone = [block for block in olds if block.id not in pairs]
        return parts + [(_said(block.kind, "gone"), name_of(block)) for block in gone]

    def _compare(
        self, found: Sequence[tuple[Line | None, Line | None, PageChange]], most: int
    ) -> None:
        """Mark the changes in pages, until there are too many letters."""
        fields: dict[str, FieldPair] = {}
        labels: dict[str, str] = {}
        for old, new, change in found:
            pair = FieldPair(*(read(self._html(page)) for page in (old, new)))
            most -= len(pair.old.html) + len(pair.new.html)
            if most >= 0:
                fields[change.slug] = pair
                labels[change.slug] = change.title
        comparison = Comparison(fields)
        for old, new, change in found:
            if change.slug in fields:
                shown = field_diff(change.slug, comparison, labels)
                change.has_words = shown.is_changed
                html = shown.html if old and new else fields[change.slug].new.html
                change.html = _folded(html) if shown.is_changed and old else html

    def _html(self, page: Line | None) -> Markup:
        """A page as a learner sees it who has done nothing yet, without its controls."""
        if page is None:
            return Markup()
        blocks = {
            block.key: _block_html(block)
            for block in self.blocks.values()
            if block.page_id == page.id
        }
        html = "".join(
            segment["html"] if "html" in segment else blocks.get(segment["block"], "")
            for segment in page.body
        )
        return simple(html)


def _folded(html: Markup) -> Markup:
    """A page with what did not change folded away, but for what stands beside a change."""
    root = parse(html)
    parts = list(root)
    marked = [
        any(each.tag in {"ins", "del"} or each.get("class") == "moved" for each in part.iter())
        for part in parts
    ]
    shown = [any(marked[max(0, number - 1) : number + 2]) for number in range(len(parts))]
    for is_shown, run in groupby(zip(shown, parts, strict=True), lambda each: each[0]):
        same = [part for _shown, part in run]
        if not is_shown and len(same) >= ENOUGH_TO_FOLD:
            fold = make("details", class_="unchanged")
            fold.append(make("summary", _("Unchanged")))
            root.insert(list(root).index(same[0]), fold)
            for part in same:
                root.remove(part)
                fold.append(part)
    return Markup(inner_html(root))  # noqa: S704  # it was clean, and only our own tags were added


def _block_html(block: Line) -> str:
    """A block as its page shows it to whoever has not touched it, with its name above."""
    name = f"<p><strong>{escape(_said(block.kind))}</strong></p>"
    if block.kind != BlockKind.QUESTION:
        boxes = "".join(
            f"<li>{escape(box.get('label') or '')} {escape(box.get('hint') or '')}</li>"
            for box in block.data.get("fields", ())
        )
        title = f"<p>{escape(block.data.get('title') or '')}</p>"
        return f"{name}{title}{asked_in(block.data)}<ul>{boxes}</ul>"
    shown = without_lists(str(shown_question(block.data, block.key, Tries(seed=None))))
    return name + shown.replace("<label", "<ul><li").replace("</label>", "</li></ul>")


def shown_question(data: dict[str, Any], key: str, tries: Tries) -> Markup:
    """A question as its kind shows it to whoever has answered so; its form leads nowhere."""
    kind = questions.kind_of(data)
    block = kind.shown(data, tries) | {
        "key": key,
        "kind": BlockKind.QUESTION.value,
        "anchor": f"question-{key}",
        "base": "",
        "back": "",
        "typed": None,
    }
    return part(kind.template, "question", block)


def _said(kind: BlockKind, happened: str = "") -> str:
    """What a block is, and what happened to it."""
    words = {
        BlockKind.QUESTION: (
            _("Question"), _("Question changed"), _("New question"), _("Question removed"),
        ),
        BlockKind.REFLECTION: (
            _("Reflection"), _("Reflection changed"), _("New reflection"), _("Reflection removed"),
        ),
        BlockKind.TASK: (_("Task"), _("Task changed"), _("New task"), _("Task removed")),
        BlockKind.TRYOUT: (
            _("Try-out"), _("Try-out changed"), _("New try-out"), _("Try-out removed"),
        ),
        BlockKind.CHOICE: (_("Choice"), _("Choice changed"), _("New choice"), _("Choice removed")),
        BlockKind.TOGETHER: (
            _("Questions to correct together"), _("Questions to correct together changed"),
            _("New questions to correct together"), _("Questions to correct together removed"),
        ),
    }  # fmt: skip
    other = _("For students"), _("Changed for students"), _("New for students"), _("Removed")
    return words.get(kind, other)[("", "changed", "new", "gone").index(happened)]
