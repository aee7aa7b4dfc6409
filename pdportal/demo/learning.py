"""Learning: what is published and assigned, and everybody's way, wrong answers included."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Row, or_, select

from pdportal import clock
from pdportal.accounts.models import Person
from pdportal.db import db
from pdportal.demo.district import Riverbend, Story
from pdportal.demo.goals import finish
from pdportal.demo.telling import Entry, read
from pdportal.demo.versions import first_versions
from pdportal.feedback.protocols.services import publish_protocols
from pdportal.modules import questions
from pdportal.modules.assignments import proposals
from pdportal.modules.assignments.models import ProposalKind
from pdportal.modules.assignments.services import assign
from pdportal.modules.blocks import services as blocks
from pdportal.modules.checks import services as checks
from pdportal.modules.checks.judging import form_of
from pdportal.modules.enrollments.services import begin, set_pace
from pdportal.modules.models import Assignment, Block, BlockKind, Edition, Module, Page, Section
from pdportal.modules.pages import queries
from pdportal.modules.pages.queries import Opened
from pdportal.modules.pages.services import mark_read
from pdportal.modules.publishing.services import publish_all
from pdportal.modules.questions.kind import Json
from pdportal.modules.questions.sheet import Boxes
from pdportal.modules.suggestions.services import recommend, save
from pdportal.modules.together import queries as together_queries
from pdportal.modules.together import services as together
from pdportal.skills.frameworks.services import publish_frameworks

AFTER_SCHOOL = time(15, 40)
BETWEEN = timedelta(seconds=75)
"""From one part of a page to the next; short, so that no act reaches beyond now."""


Line = Row[*tuple[Any, ...]]
"""A row of columns, read by name."""

PageOfModule = tuple[Line, list[Line]]
"""A page, and its questions, reflections, tasks and try-outs in order."""


class Unpublished(Exception):
    """The content does not compile; the message names the first fault."""


def publish(content: Path) -> None:
    """Publish all frameworks, modules and protocols; raises `Unpublished` with the first fault."""
    problems = publish_frameworks(sorted((content / "frameworks").glob("*.md")))
    problems += publish_protocols([content / "protocols", content / "cycles"])
    with first_versions(_folders(content)) as folders:
        for published in publish_all(folders):
            problems += published.problems
    faults = [problem for problem in problems if problem.is_error]
    if faults:
        raise Unpublished(f"{faults[0].path}:{faults[0].line}: {faults[0].message}")


def revise(content: Path) -> None:
    """Publish the modules that were revised: each gets its next version."""
    revised = read("versions")
    publish_all([folder for folder in _folders(content) if folder.name in revised])


def _folders(content: Path) -> list[Path]:
    return sorted(path.parent for path in (content / "modules").glob("*/module.md"))


def plan(riverbend: Riverbend) -> None:
    """Assignments on their days, and each way page by page."""
    term = riverbend.term
    for entry in riverbend.texts["assignments"]:
        term.add(term.at(entry["day"], 9, 1), _assign, riverbend, entry)
    for entry in riverbend.texts["proposals"]:
        term.add(term.at(entry["day"], 16.5), _propose, riverbend, entry)
    for entry in riverbend.texts["recommendations"]:
        term.add(term.at(entry["day"], 15.5), _recommend, riverbend, entry)
    for entry in riverbend.texts["saved"]:
        term.add(term.at(entry["day"], 16), _save, riverbend, entry)
    reflections: dict[str, list[str]] = read("reflections")
    for slug, ways in read("learning").items():
        pages = _pages(slug)
        for entry in ways:
            own = reflections["ada"] if entry["who"] == "ada" else reflections[slug]
            Way(riverbend, entry).plan(slug, pages, own)
    for entry in riverbend.texts["together"]:
        term.add(term.at(entry["day"], 16), _answer_together, riverbend, entry)


class Way(Story):
    """One person's way through one module."""

    def plan(self, slug: str, pages: list[PageOfModule], reflections: list[str]) -> None:
        """Pages in order, spread over the days; a page at a sitting."""
        self.slug, self.pages, self.reflections = slug, pages, reflections
        self.own_words: dict[str, list[str]] = read("own_words")
        self.person: Person = self.people[self.entry["who"]]
        first, last = self.entry["from"], self.entry["to"]
        count = self.entry.get("pages", len(pages))
        moments = sorted(
            self.term.at(first + (last - first) * number / max(1, count - 1), 14.7, 5)
            for number in range(count)
        )
        for number, moment in enumerate(moments):
            self.term.add(moment, self._read, number)
        for check in self.entry.get("checks", ()):
            moment = datetime.combine(self.term.day(check["on"]), AFTER_SCHOOL, self.term.zone)
            self.term.add(moment, self._check, check["missed"])
        if "done_by" in self.entry:
            self.term.add(self.term.at(last + 1, 7.2), self._plan_ahead, pages[0][0].slug)

    def _plan_ahead(self, page_slug: str) -> None:
        module_id = self._open(page_slug).module_id
        due_on = self.term.day(self.entry["done_by"])
        set_pace(self.person, module_id, due_on=due_on, weekly=None, days="13")

    def _read(self, number: int) -> None:
        page, parts = self.pages[number]
        opened = self._open(page.slug)
        if number == 0:
            begin(self.person, opened.module_id)
            opened = self._open(page.slug)
        moment = clock.now()
        for part in parts:
            moment += BETWEEN
            with clock.at(moment):
                self._meet(opened, part)
        following = self.pages[number + 1][0].id if number + 1 < len(self.pages) else None
        with clock.at(moment + BETWEEN):
            mark_read(self.person, opened, on_to=following)

    def _check(self, missed: list[int]) -> None:
        """Take the module's check, with a wrong answer to the questions of these numbers from 0."""
        module_id = db.session.scalars(select(Module.id).where(Module.slug == self.slug)).one()
        try_ = checks.begin(self.person, module_id, "check")
        boxes = {}
        for number, question in enumerate(form_of(try_.check, try_.form)["questions"]):
            options = question["data"]["options"]
            chosen = next(each["key"] for each in options if each["right"] != (number in missed))
            boxes[question["key"]] = Boxes([["option", chosen]], "")
        checks.hand_in(self.person, try_, boxes, version=try_.version)

    def _meet(self, opened: Opened, part: Line) -> None:
        match part.kind:
            case BlockKind.QUESTION:
                for tried in self._tries(part):
                    blocks.answer(self.person, opened, part.key, tried)
            case BlockKind.REFLECTION:
                if self.reflections and (
                    self.entry["who"] == "ada" or self.term.random.random() < 0.3
                ):
                    text = self.reflections.pop(0)
                    blocks.save_reflection(self.person, opened, part.key, text, version=0)
            case BlockKind.TASK if handed := self.entry.get("handed"):
                work = blocks.hand_in(self.person, opened, part.key, handed, version=0, anyway=True)
                self.riverbend.works[f"{self.slug} {self.entry['who']}"] = work
            case BlockKind.CHOICE:
                keys = [option["key"] for option in part.data["options"]]
                chosen = self.term.random.choice(keys)
                blocks.choose(self.person, opened, part.key, chosen, self.entry.get("why", ""))
            case BlockKind.TRYOUT if tryout := self.entry.get("tryout"):
                self._take_up(opened, part.key, tryout)

    def _tries(self, part: Line) -> list[Json]:
        """Most know it at once; of those who have to choose, half of the others try again."""
        random, data = self.term.random, part.data
        right = questions.kind_of(data).solution(data)
        if right is None:
            if points := data.get("points"):
                return [str(random.randint(1, len(points)))]
            return [{"text": random.choice(self.own_words[part.key]), "said": {}}]
        if "gaps" in data:
            right = {str(number): words for number, words in enumerate(right, 1)}
        elif "items" in data:
            right = {key: str(place) for place, key in enumerate(right, 1)}
        wrong = [option["key"] for option in data.get("options", ()) if not option["right"]]
        if not wrong or random.random() < 0.6:
            return [right]
        slip = [random.choice(wrong), *(right[:1] if data["multiple"] else ())]
        return [slip, right] if random.random() < 0.5 else [slip]

    def _take_up(self, opened: Opened, key: str, entry: Entry) -> None:
        step = blocks.take_up(
            self.person,
            opened,
            key,
            plan=entry["plan"],
            prediction=entry["prediction"],
            due_on=self.term.day(entry.get("due", self.entry["to"] + 8)),
        )
        if "done" in entry:
            self.term.add(self.term.at(entry["done"], 16), finish, self.person, step, entry)

    def _open(self, page_slug: str) -> Opened:
        opened = queries.opened(self.person, self.slug, page_slug)
        if opened is None:
            raise LookupError(f"{self.slug}/{page_slug}")
        return opened


def _assign(riverbend: Riverbend, entry: Entry) -> None:
    assign(
        riverbend.people[entry["by"]],
        riverbend.cohorts[entry["cohort"]],
        entry["module"],
        due_on=riverbend.term.day(entry["due"]),
        why=entry["why"],
    )


def _propose(riverbend: Riverbend, entry: Entry) -> None:
    """What somebody would rather bring for an assignment, and what the lead asks."""
    person, lead = riverbend.people[entry["who"]], riverbend.people[entry["to"]]
    assignment = db.session.scalars(
        select(Assignment)
        .join(Module, Module.id == Assignment.module_id)
        .where(
            Assignment.cohort_id == riverbend.cohorts[entry["cohort"]].id,
            Module.slug == entry["module"],
        )
    ).one()
    kind = ProposalKind.EVIDENCE
    proposal = proposals.propose(person, assignment, lead.id, kind, entry["words"])
    proposals.say(lead, proposal, entry["asks"])


def _answer_together(riverbend: Riverbend, entry: Entry) -> None:
    person = riverbend.people[entry["who"]]
    place = together_queries.place(person, entry["module"], entry["key"])
    if place is None:
        raise LookupError(f"{entry['module']}/{entry['key']}")
    answers, correction = (
        {key: Boxes(pairs, "") for key, pairs in entry.get(name, {}).items()}
        for name in ("answers", "correction")
    )
    cohort_id = riverbend.cohorts[entry["cohort"]].id
    sheet = together.hand_in(person, place, answers, version=0, cohort_id=cohort_id)
    if correction and sheet.group_id:
        together.start(person, sheet.group_id)
        together.correct(person, sheet.group_id, correction, version=0)


def _recommend(riverbend: Riverbend, entry: Entry) -> None:
    giver, receiver = riverbend.people[entry["by"]], riverbend.people[entry["to"]]
    slug, ident, title = _module(entry["module"])
    recommend(giver, ident, slug, title, f"person-{receiver.id}", entry["why"])


def _save(riverbend: Riverbend, entry: Entry) -> None:
    save(riverbend.people[entry["who"]], _module(entry["module"])[1])


def _module(slug: str) -> tuple[str, int, str]:
    """The slug, the id and the title of a module."""
    found = select(Module.id, Edition.title).join(Edition, Edition.id == Module.current_id)
    row = db.session.execute(found.where(Module.slug == slug)).one()
    return slug, row.id, row.title


def _pages(slug: str) -> list[PageOfModule]:
    pages = db.session.execute(
        select(Page.id, Page.slug)
        .join(Edition, Edition.id == Page.edition_id)
        .join(Module, Module.current_id == Edition.id)
        .where(
            Module.slug == slug,
            Page.section == Section.PAGE,
            or_(Page.track == "", Page.track == Edition.first_track),
        )
        .order_by(Page.number)
    ).all()
    parts = defaultdict(list)
    for part in db.session.execute(
        select(Block.page_id, Block.key, Block.kind, Block.data)
        .where(Block.page_id.in_([page.id for page in pages]))
        .order_by(Block.id)
    ):
        parts[part.page_id].append(part)
    return [(page, parts[page.id]) for page in pages]
