"""Takes what learners answer out of a page and keeps it as data."""

import re
from dataclasses import replace
from typing import Any
from uuid import uuid4
from xml.etree.ElementTree import Element

from pdportal.content import tree
from pdportal.content.boxes import dress, dress_all, safe_html, take_title
from pdportal.content.criteria import criteria_in
from pdportal.content.divs import Div
from pdportal.content.html import plain_text
from pdportal.content.slugs import slug, unique
from pdportal.content.tree import make, text_of
from pdportal.content.vocabulary import INTERACTIVE, NOTES
from pdportal.modules import questions
from pdportal.modules.compiler import mirror
from pdportal.modules.compiler.choices import take_choice
from pdportal.modules.compiler.model import CompiledBlock
from pdportal.modules.compiler.page import Draft, is_interactive

GOAL_PARTS = frozenset({"change", "why", "know", "step"})
"""Ids of the fields of a task that makes a goal: the goal's own, and its first step."""

_PLACES = {"field": "task", "help": "check", "option": "choice"}
"""Parts that mean something in one place only."""


class Extractor:
    """Cuts one page into HTML and blocks."""

    def __init__(self, draft: Draft) -> None:
        self.draft = draft
        self.document = draft.document
        self.problems = draft.problems
        self.language = draft.language
        self.blocks: list[CompiledBlock] = []
        self.pieces: list[dict[str, str]] = []
        self.mark = uuid4().hex
        """Stands where a block was cut out; no author can have written it."""
        self.within: tuple[str, str] | None = None
        """The keys of the choice and the alternative that is being read."""
        self.minutes = 0
        """Of the first alternative of each choice, which the page's own do not have."""

    def run(self, part: Element | None = None) -> list[dict[str, str]]:
        """The body of the page, or of a part, as pieces of HTML and keys of blocks in order."""
        root = self.document.root if part is None else part
        self.visit(root)
        html = safe_html(self.document, root, self.language)
        body: list[dict[str, str]] = []
        for number, piece in enumerate(re.split(rf"<p>{self.mark} (\d+)</p>", html)):
            if number % 2:
                body.append(self.pieces[int(piece)])
            elif piece.strip():
                body.append({"html": piece.strip()})
        return body

    def visit(self, parent: Element) -> None:
        """Take the blocks out of an element, each with a mark in its place."""
        for child in list(parent):
            div = self.document.div(child)
            if div is None:
                self.visit(child)
            elif child in self.draft.ready:
                self._put(parent, child, {"html": self.draft.ready[child]})
            elif div.kind == "choice" and not self.draft.is_about:
                take_choice(self, parent, child, div)
            elif div.kind in NOTES:
                self._put_block(parent, child, self._note(child, div))
            elif is_interactive(self.draft, child) and not self.draft.is_about:
                self._put_block(parent, child, self._block(child, div))
            elif div.kind in INTERACTIVE:
                self._as_text(div, "on the page about the module")
                dress_all(self.document, child, self.language)
                dress(self.document, child, self.language)
            else:
                self.visit(child)
                if div.kind in _PLACES:
                    self.problems.warning(
                        div.line, f"A {div.kind} stands in a {_PLACES[div.kind]} only.",
                        "It is shown as a plain box.",
                    )  # fmt: skip
                dress(self.document, child, self.language)

    def _put_block(self, parent: Element, child: Element, block: CompiledBlock) -> None:
        self.blocks.append(replace(block, within=self.within))
        self._put(parent, child, {"block": block.key})

    def _put(self, parent: Element, child: Element, piece: dict[str, str]) -> None:
        tree.replace(parent, child, [self.mark_of(piece)])

    def mark_of(self, piece: dict[str, str]) -> Element:
        """A mark in whose place this piece of the body comes."""
        self.pieces.append(piece)
        return make("p", f"{self.mark} {len(self.pieces) - 1}")

    def _block(self, element: Element, div: Div) -> CompiledBlock:
        block = self._block_of_kind(element, div)
        if "optional" not in div.attributes.classes:
            return block
        return replace(block, optional=True, data=block.data | {"optional": True})

    def _block_of_kind(self, element: Element, div: Div) -> CompiledBlock:
        key = self.draft.keys[element]
        kind = div.kind if div.kind in INTERACTIVE else "question"
        if kind == "together":
            # Its questions are read by an extractor of their own.
            from pdportal.modules.compiler.together import compile_together

            return CompiledBlock(key, "together", compile_together(self, element, div))
        self._refuse_inner(element, div, f"inside a {kind}")
        if kind == "question":
            return CompiledBlock(key, "question", self._question(element, div))
        if kind == "task":
            return CompiledBlock(key, "task", self._task(element, div))
        if kind == "mirror":
            return CompiledBlock(key, "mirror", mirror.compile_mirror(self, element, div))
        title = self.title(element, div)
        html = self.html(element)
        self._needs_prompt(html, div)
        if kind == "tryout":
            if not title and html:
                self.problems.warning(
                    div.line, "This try-out has no title.", 'Write {title="…"} after its name.'
                )
            data = {"title": title, "prompt_html": html, "prompt_text": plain_text(html)}
            return CompiledBlock(key, "tryout", data | self._source(div))
        return CompiledBlock(key, "reflection", {"title": title, "prompt_html": html})

    def _refuse_inner(self, element: Element, div: Div, where: str) -> None:
        """Tell of what nobody can answer here; one that is open has swallowed what is not its."""
        for nested in () if div.is_open else self.document.below(element):
            if nested.kind in INTERACTIVE:
                self._as_text(nested, where)

    def _as_text(self, div: Div, where: str) -> None:
        self.problems.warning(
            div.line, f"A {div.kind} {where} is shown as text.", "Put it on a page of its own."
        )

    def _needs_prompt(self, html: str, div: Div) -> None:
        if not html.strip():
            self.problems.error(
                div.line, f"This {div.kind} has no words.", "Say what is asked of the learner."
            )

    def title(self, element: Element, div: Div) -> str:
        """The title of a div, taken out of it; empty where there is none."""
        title = take_title(element, div)
        return text_of(title) if title is not None else ""

    def html(self, element: Element) -> str:
        """What an element holds, as safe HTML."""
        return safe_html(self.document, element, self.language)

    def take(self, element: Element, *kinds: str) -> list[tuple[Element, Div]]:
        """Take the divs of some kinds out of an element, wherever they stand in it."""
        taken = []
        for parent in list(element.iter()):
            for child in list(parent):
                div = self.document.div(child)
                if div is not None and div.kind in kinds:
                    tree.replace(parent, child, [])
                    taken.append((child, div))
        return taken

    def take_see(self, element: Element) -> dict[str, Any]:
        """Where a question sends those who need help, taken out of it: `{"see": {url, title}}`."""
        for child in element.findall("a[@data-see]"):
            tree.replace(element, child, [])
            return {"see": {"url": child.get("href", ""), "title": text_of(child)}}
        return {}

    def line(self, element: Element, otherwise: int) -> int:
        """The line on which an element was written."""
        return self.document.lines.get(element, otherwise)

    def is_ticked_off(self, item: Element) -> bool:
        """Whether a list item begins with `[ ]` or `[x]`."""
        return item in self.document.ticks

    def take_tick(self, item: Element) -> tuple[bool, int] | None:
        """Whether a list item is ticked, and its line; None where it has no box. Asked once."""
        return self.document.ticks.pop(item, None)

    def _question(self, element: Element, div: Div) -> dict[str, Any]:
        kind = questions.kind_written(div, self.problems)
        data = kind.compile(self, element, div)
        return data if kind.name == questions.DEFAULT else data | {"kind": kind.name}

    # Tasks

    def _task(self, element: Element, div: Div) -> dict[str, Any]:
        title = self.title(element, div)
        fields: list[dict[str, Any]] = []
        taken: set[str] = set()
        for inner, part in self.take(element, "field"):
            named = part.attributes.values.get("label", "") or self.title(inner, part)
            if not named:
                self.problems.error(part.line, "This field has no label.", 'Write {label="…"}.')
            key = part.id or slug(named, 40) or "text"
            if key in taken:
                self.problems.error(
                    part.line, f"The field “{key}” is there twice in this task.",
                    "Give one of them another #id.",
                )  # fmt: skip
                key = unique(key, taken)
            taken.add(key)
            field = {
                "key": key,
                "label": named or key,
                "hint": " ".join(plain_text(self.html(inner)).split()),
                "rows": self.rows(part),
            }
            if "optional" in part.attributes.classes:
                field["optional"] = True
            fields.append(field | self._source(part))
        rubric = criteria_in(self.document, element)
        html = self.html(element)
        self._needs_prompt(html, div)
        if html and not title:
            hint = 'Write {title="…"} after its name.'
            self.problems.error(div.line, "This task has no title.", hint)
        if not fields:
            fields = [{"key": "text", "label": title, "hint": "", "rows": self.rows(div)}]
        protocol = div.attributes.values.get("protocol", "")
        if protocol:
            self.draft.protocols.append((protocol, div.line))
        data = {"title": title, "prompt_html": html, "fields": fields, "protocol": protocol}
        if rubric:
            data["rubric"] = rubric
        return data | self._made(div, [field["key"] for field in fields])

    def _made(self, div: Div, keys: list[str]) -> dict[str, str]:
        """What a task becomes when it is handed in, where that is a goal and not a text."""
        kind = div.attributes.values.get("makes", "")
        if not kind:
            return {}
        if kind != "goal":
            self.problems.error(div.line, f"A task makes no “{kind}”.", "Write makes=goal.")
        if "change" not in keys or not set(keys) <= GOAL_PARTS:
            self.problems.error(
                div.line, "The fields of this task are not those of a goal.",
                "Give them the ids #change, #why, #know and #step; the first is needed.",
            )  # fmt: skip
        return {"makes": "goal"}

    def _source(self, div: Div) -> dict[str, str]:
        """From which block a box takes the words it begins with."""
        key = div.attributes.values.get("from", "")
        if key:
            self.draft.sources.append((key, div.line))
        return {"from": key} if key else {}

    def rows(self, div: Div) -> int:
        written = div.attributes.values.get("rows", "")
        if not written:
            return 6
        if not written.isdecimal() or not 1 <= int(written) <= 40:
            self.problems.warning(div.line, f"rows={written} is not a number from 1 to 40.")
            return 6
        return int(written)

    # Notes

    def _note(self, element: Element, div: Div) -> CompiledBlock:
        self._refuse_inner(element, div, "in a note for facilitators")
        title = self.title(element, div)
        html = self.html(element)
        base = div.id or slug(title, 60) or "note"
        key = unique(base, {block.key for block in self.blocks} | set(self.draft.keys.values()))
        return CompiledBlock(key, "note", {"title": title, "html": html})
