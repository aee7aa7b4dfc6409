"""Learning: what is published and assigned, and everybody's way, wrong answers included."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import select

from pdportal import clock
from pdportal.accounts.models import Person
from pdportal.db import db
from pdportal.demo.district import Riverbend
from pdportal.demo.reading import Entry, read
from pdportal.feedback.protocols.services import publish_protocols
from pdportal.goals import services as goals
from pdportal.goals.models import Outcome
from pdportal.modules.assignments.services import assign
from pdportal.modules.blocks import services as blocks
from pdportal.modules.enrollments.services import begin
from pdportal.modules.models import Block, BlockKind, Edition, Module, Page, Section
from pdportal.modules.pages import queries
from pdportal.modules.pages.queries import Opened
from pdportal.modules.pages.services import mark_read
from pdportal.modules.publishing.services import publish_all

BETWEEN = timedelta(seconds=75)
"""From one part of a page to the next; short, so that no act reaches beyond now."""


class Unpublished(Exception):
    """The content does not compile; the message names the first fault."""


@dataclass(frozen=True)
class Part:
    """A question, reflection, task or try-out, as the plan needs it."""

    key: str
    kind: BlockKind
    data: dict[str, Any]


@dataclass(frozen=True)
class PageOfModule:
    """A page and its parts."""

    id: int
    slug: str
    parts: list[Part]


def publish(content: Path) -> None:
    """Publish all modules and protocols; raises `Unpublished` with the first fault."""
    problems = list(publish_protocols([content / "protocols"]))
    folders = sorted(path.parent for path in (content / "modules").glob("*/module.md"))
    for published in publish_all(folders):
        problems += published.problems
    faults = [problem for problem in problems if problem.is_error]
    if faults:
        raise Unpublished(f"{faults[0].path}:{faults[0].line}: {faults[0].message}")


def plan(riverbend: Riverbend) -> None:
    """Assignments on their days, and each way page by page."""
    for said in riverbend.said["assignments"]:
        moment = riverbend.term.at(said["day"], hour=9, spread=1)
        riverbend.timeline.add(moment, partial(_assign, riverbend, said))
    reflections: dict[str, list[str]] = read("reflections")
    for slug, ways in read("learning").items():
        pages = _pages(slug)
        for said in ways:
            own = reflections["ada"] if said["who"] == "ada" else reflections[slug]
            Way(riverbend, slug, pages, said, own).plan()


class Way:
    """One person's way through one module."""

    def __init__(
        self,
        riverbend: Riverbend,
        slug: str,
        pages: list[PageOfModule],
        said: Entry,
        reflections: list[str],
    ) -> None:
        self.riverbend = riverbend
        self.slug = slug
        self.pages = pages
        self.said = said
        self.reflections = reflections
        self.random = riverbend.term.random

    @property
    def person(self) -> Person:
        return self.riverbend.people[self.said["who"]]

    def plan(self) -> None:
        """Pages in order, spread over the days; a page at a sitting."""
        term, first, last = self.riverbend.term, self.said["from"], self.said["to"]
        count = self.said.get("pages", len(self.pages))
        moments = sorted(
            term.at(first + (last - first) * number / max(1, count - 1), hour=14.7, spread=5)
            for number in range(count)
        )
        for number, moment in enumerate(moments):
            self.riverbend.timeline.add(moment, partial(self._read, number))

    def _read(self, number: int) -> None:
        page = self.pages[number]
        opened = self._open(page)
        if number == 0:
            begin(self.person, opened.module_id)
            opened = self._open(page)
        moment = clock.now()
        for part in page.parts:
            moment += BETWEEN
            with clock.at(moment):
                self._meet(opened, part)
        following = self.pages[number + 1].id if number + 1 < len(self.pages) else None
        with clock.at(moment + BETWEEN):
            mark_read(self.person, opened, on_to=following)

    def _meet(self, opened: Opened, part: Part) -> None:
        match part.kind:
            case BlockKind.QUESTION:
                for chosen in self._tries(part):
                    blocks.answer(self.person, opened, part.key, chosen)
            case BlockKind.REFLECTION:
                if self.reflections and (self.said["who"] == "ada" or self.random.random() < 0.3):
                    text = self.reflections.pop(0)
                    blocks.save_reflection(self.person, opened, part.key, text, version=0)
            case BlockKind.TASK if handed := self.said.get("handed"):
                work = blocks.hand_in(self.person, opened, part.key, handed, version=0)
                self.riverbend.works[f"{self.slug} {self.said['who']}"] = work
            case BlockKind.TRYOUT if tryout := self.said.get("tryout"):
                self._take_up(opened, part, tryout)
            case _:
                pass

    def _tries(self, part: Part) -> list[list[str]]:
        """Most know it at once; of the others, half try again until it is right."""
        right = [option["key"] for option in part.data["options"] if option["right"]]
        wrong = [option["key"] for option in part.data["options"] if not option["right"]]
        if not wrong or self.random.random() < 0.6:
            return [right]
        slip = [self.random.choice(wrong)]
        if part.data["multiple"]:
            slip += right[:1]
        return [slip, right] if self.random.random() < 0.5 else [slip]

    def _take_up(self, opened: Opened, part: Part, said: Entry) -> None:
        term = self.riverbend.term
        step = blocks.take_up(
            self.person,
            opened,
            part.key,
            plan=said["plan"],
            prediction=said["prediction"],
            due_on=term.day(said.get("due", self.said["to"] + 8)),
        )
        if "done" in said:
            self.riverbend.timeline.add(
                term.at(said["done"], hour=16),
                partial(
                    goals.look_back,
                    self.person,
                    step,
                    happened=said["happened"],
                    outcome=Outcome(said["outcome"]),
                ),
            )

    def _open(self, page: PageOfModule) -> Opened:
        opened = queries.opened(self.person, self.slug, page.slug)
        if opened is None:
            raise LookupError(f"{self.slug}/{page.slug}")
        return opened


def module_id(slug: str) -> int:
    """The id of a published module."""
    return db.session.execute(select(Module.id).where(Module.slug == slug)).scalar_one()


def _assign(riverbend: Riverbend, said: Entry) -> None:
    assign(
        riverbend.people[said["by"]],
        riverbend.cohorts[said["cohort"]],
        said["module"],
        due_on=riverbend.term.day(said["due"]),
        why=said["why"],
    )


def _pages(slug: str) -> list[PageOfModule]:
    rows = db.session.execute(
        select(Page.id, Page.slug)
        .join(Edition, Edition.id == Page.edition_id)
        .join(Module, Module.current_id == Edition.id)
        .where(Module.slug == slug, Page.section == Section.PAGE)
        .order_by(Page.number)
    )
    pages = [PageOfModule(row.id, row.slug, []) for row in rows]
    by_id = {page.id: page for page in pages}
    blocks = db.session.execute(
        select(Block.page_id, Block.key, Block.kind, Block.data)
        .where(Block.page_id.in_(by_id))
        .order_by(Block.id)
    )
    for block in blocks:
        by_id[block.page_id].parts.append(Part(block.key, block.kind, block.data))
    return pages
