"""A district to measure on: a cohort of 60 in the middle of its work, and reviews ready to give."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

from flask import Flask
from flask_security import hash_password
from sqlalchemy import Engine, insert, make_url, select, text

from bench.bare import TABLES, WORKS
from bench.busy_round import add_busy_round
from bench.many_questions import add_answers, publish_questions
from pdportal.accounts.models import (
    District,
    Person,
    PersonWord,
    Role,
    RoleName,
    School,
)
from pdportal.accounts.naming import name_words
from pdportal.cohorts.models import Cohort, Member
from pdportal.db import committing, db
from pdportal.feedback.comments.answers import Verdict
from pdportal.feedback.comments.models import Comment, Decision
from pdportal.feedback.protocols.models import Protocol
from pdportal.feedback.protocols.services import publish_protocols
from pdportal.feedback.protocols.stages import Stage, reviewer_stages
from pdportal.feedback.reviews.models import Review
from pdportal.feedback.rounds.models import Round
from pdportal.feedback.works.models import Revision, Work
from pdportal.goals.models import Goal, Step
from pdportal.inbox.models import DigestDays, Door, Notice, Wishes
from pdportal.modules.models import (
    Answer,
    Assignment,
    Block,
    BlockKind,
    Enrollment,
    Module,
    Page,
    PageRead,
    Reflection,
    Section,
)
from pdportal.modules.publishing.services import publish_all

CONTENT = Path(__file__).resolve().parent.parent / "content"
PASSWORD = "four words in a row"
NO_MAIL = {
    "door": Door.PORTAL,
    "doors": {},
    "digest_days": DigestDays.SCHOOL,
    "digest_hour": 7,
    "quiet_weekends": False,
    "off": [],
}
COHORT = 60
READERS = 32
"""Of the cohort, who signs in and reads."""
GIVERS = 32
"""Colleagues of another cohort, who give the reviews."""
AUTHORS = 320
"""Whose works they review."""

COHORTS, IN_COHORT = 40, 30
"""What a district's lead sees on one first screen, beside the cohort that is measured."""

SAID = "The second task asks for a reason, and that is where they began to talk to one another."
PLAN = {
    "aim": "Students can say which of two fractions is larger, and how they know.",
    "plan": "They draw both, compare in pairs, then write one rule they would bet on. " * 6,
    "check": "An exit slip with three pairs of fractions.",
    "worry": "Those who are quick may do it by rote.",
}
FIELDS = [{"key": key, "label": key.title(), "hint": "", "rows": 4} for key in PLAN]


@dataclass
class Seeded:
    """What is to be measured, by ids and addresses."""

    readers: list[str]
    """Addresses of those who read."""
    givers: dict[int, str]
    lead: str
    district_lead: str
    """Who leads `COHORTS` cohorts of another district."""
    cohort_id: int
    page: str
    """The path of the module page."""
    round: str
    """The path of the first reader's request with 60 comments."""
    people: int
    reviews: list[tuple[int, int]]
    """Each review that is ready to be given, and who gives it."""
    rows: int = 0


@dataclass
class _Rows:
    """Rows by table, with numbers that we give out ourselves."""

    by_table: dict[type, list[dict[str, Any]]] = field(default_factory=dict)
    numbers: dict[type, Iterator[int]] = field(default_factory=dict)

    def add(self, table: type, **values: Any) -> int:
        number = next(self.numbers.setdefault(table, count(1)))
        self.by_table.setdefault(table, []).append({"id": number, **values})
        return number

    def link(self, table: type, **values: Any) -> None:
        """A row without a number of its own."""
        self.by_table.setdefault(table, []).append(values)


def seed(app: Flask, reviews: int, others: int = 0) -> Seeded:
    """Fill the empty database of `app`, so that `reviews` wait to be given.

    `others` is about how many rows belong to a third district, whose pages nobody reads.
    """
    with app.app_context(), committing():
        modules = sorted(folder for folder in (CONTENT / "modules").iterdir() if folder.is_dir())
        publish_all(modules)
        publish_questions()
        publish_protocols([CONTENT / "protocols"])
        db.session.flush()
        rows = _Rows()
        found = _people(rows, hash_password(PASSWORD))
        protocol = db.session.scalars(select(Protocol).where(Protocol.slug == "tag")).one()
        stages = [stage for stage in reviewer_stages(protocol.data) if stage.kinds]
        _learning(rows, found)
        add_answers(rows, READERS)
        _work(rows, protocol.id, stages)
        _to_give(rows, protocol.id, reviewer_stages(protocol.data), found, reviews)
        busy = add_busy_round(rows, 1, list(found.givers), protocol.id, stages[0].key)
        found.round = f"/feedback/rounds/{busy}"
        password = hash_password(PASSWORD)
        _district(rows, protocol.id, "Kit", COHORTS, password)
        _district(rows, protocol.id, "Max", others // ROWS_OF_A_COHORT, password)
        for table, values in rows.by_table.items():
            found.rows += len(values)
            db.session.execute(insert(table), values)
        _index_names()
        _count_on(rows)
        _for_the_bare_pages()
    return found


def _index_names() -> None:
    """What the portal does with each person it stores, one by one."""
    people = db.session.execute(select(Person.id, Person.district_id, Person.name, Person.email))
    words = [
        {"district_id": district_id, "word": word, "person_id": ident}
        for ident, district_id, name, email in people
        for word in name_words(name, email)
    ]
    db.session.execute(insert(PersonWord), words)


def set_bare_page(engine: Engine, name: str, size: int) -> None:
    """Let the bare page `name` carry so many characters of text."""
    line = "<p>Ask for a reason before the answer, then compare two ways of getting there.</p>\n"
    html = (line * (size // len(line) + 1))[:size]
    with engine.begin() as said:
        said.execute(text("DELETE FROM bench_page WHERE name = :name"), {"name": name})
        said.execute(
            text("INSERT INTO bench_page (name, title, html) VALUES (:name, :title, :html)"),
            {"name": name, "title": "A bare page", "html": html},
        )


def _people(rows: _Rows, password: str) -> Seeded:
    district = rows.add(District, name="Riverbend")
    schools = [rows.add(School, district_id=district, name=f"School {n}") for n in range(1, 7)]

    def person(number: int, name: str, role: RoleName, signs_in: bool = False) -> int:
        school = schools[number % len(schools)] if role is RoleName.TEACHER else None
        ident = rows.add(
            Person,
            district_id=district,
            school_id=school,
            name=f"{name} {_roman(number)}",
            email=_address(name, number),
            password=password if signs_in else None,
        )
        rows.link(Wishes, person_id=ident, **NO_MAIL)
        rows.add(Role, person_id=ident, name=role, school_id=school)
        return ident

    learners = [person(n, "Ada", RoleName.TEACHER, n < READERS) for n in range(COHORT)]
    givers = [person(n, "Ben", RoleName.TEACHER, True) for n in range(GIVERS)]
    for n in range(AUTHORS):
        person(n, "Dee", RoleName.TEACHER)
    lead = person(0, "Lee", RoleName.LEAD, True)
    cohort = rows.add(
        Cohort,
        district_id=district,
        name="Autumn",
        starts_on=date.today() - timedelta(days=70),  # noqa: DTZ011  # any day will do
        created_by_id=lead,
    )
    for ident in learners:
        rows.add(Member, cohort_id=cohort, person_id=ident)
    return Seeded(
        readers=[_address("Ada", n) for n in range(READERS)],
        givers={ident: _address("Ben", n) for n, ident in enumerate(givers)},
        lead=_address("Lee", 0),
        district_lead=_address("Kit", 0),
        cohort_id=cohort,
        page="",
        round="",
        people=COHORT,
        reviews=[],
    )


def _learning(rows: _Rows, found: Seeded) -> None:
    """Three modules are assigned: nearly all are done with the first, half are in the second.

    The page that is measured belongs to the second.
    """
    modules = db.session.execute(select(Module.id, Module.slug, Module.current_id)).all()
    pages: dict[int, list[Any]] = {}
    for page in db.session.execute(
        select(Page.id, Page.edition_id, Page.slug, Page.body)
        .where(Page.section == Section.PAGE)
        .order_by(Page.number)
    ):
        pages.setdefault(page.edition_id, []).append(page)
    blocks: dict[int, list[Any]] = {}
    for block in db.session.execute(select(Block.id, Block.page_id, Block.kind, Block.data)):
        blocks.setdefault(block.page_id, []).append(block)
    module = modules[1]
    # The page with the most to do on it: questions, reflections, a task.
    busiest = max(pages[module.current_id], key=lambda page: len(blocks.get(page.id, [])))
    found.page = f"/learn/{module.slug}/{busiest.slug}"
    for number, other in enumerate(modules[:3]):
        rows.add(
            Assignment,
            cohort_id=found.cohort_id,
            module_id=other.id,
            assigned_by_id=COHORT + GIVERS + AUTHORS + 1,
            due_on=date.today() + timedelta(days=14 * number - 7),  # noqa: DTZ011  # any day will do
            why="We agreed to try this together before the winter break.",
        )
    now = datetime.now(UTC)
    for person in range(1, COHORT + 1):
        for number, other in enumerate(modules[:2]):
            is_done = number == 0 and person % 10 != 0
            way = rows.add(
                Enrollment,
                person_id=person,
                module_id=other.id,
                edition_id=other.current_id,
                begun_at=now - timedelta(days=30),
                last_at=now - timedelta(days=person % 12),
                last_page_id=busiest.id if number == 1 else None,
                finished_at=now - timedelta(days=9) if is_done else None,
            )
            for page in pages[other.current_id][: None if is_done else 2]:
                rows.link(PageRead, enrollment_id=way, page_id=page.id)
            if number == 1:
                _answers(rows, way, blocks.get(busiest.id, []))


def _answers(rows: _Rows, way: int, blocks: Sequence[Any]) -> None:
    for block in blocks:
        if block.kind == BlockKind.QUESTION and "options" in block.data:
            wrong = next(o["key"] for o in block.data["options"] if not o["right"])
            for _try in range(2):
                rows.add(
                    Answer, enrollment_id=way, block_id=block.id, answer=[wrong], verdict=False
                )
        elif block.kind == BlockKind.REFLECTION:
            rows.link(Reflection, enrollment_id=way, block_id=block.id, text=SAID * 4)


def _work(rows: _Rows, protocol: int, stages: list[Stage]) -> None:
    """Each of the cohort has a goal, a closed round, one with feedback, and owes a review."""
    now = datetime.now(UTC)
    for person in range(1, COHORT + 1):
        goal_work, _revision = _a_work(rows, person, "goal")
        goal = rows.add(Goal, work_id=goal_work, owner_id=person, kept_at=now - timedelta(days=50))
        for number in range(3):
            rows.add(
                Step,
                owner_id=person,
                goal_id=goal,
                place=number,
                text="Ask one question and wait for five seconds.",
                due_on=date.today() + timedelta(days=7 * number - 3),  # noqa: DTZ011  # any day will do
                done_at=now - timedelta(days=4) if number == 0 else None,
            )
        for number in range(8):
            rows.add(
                Notice,
                person_id=person,
                kind="feedback_given",
                words={"giver": "Ben", "title": "Which is larger", "have": 1, "needed": 2},
                url="/feedback",
                read_at=None if number < 2 else now,
                mailed_at=now,
            )
        for number in range(2):
            is_closed = number == 0
            work, revision = _a_work(rows, person, "lesson_plan")
            round_ = _a_round(
                rows, work, revision, protocol, closed_at=now if is_closed else None, needed=2
            )
            for nth in range(3):
                other = (person + 7 * nth + 3) % COHORT + 1
                if other == person:
                    other = other % COHORT + 1
                is_given = is_closed or nth < (1 if person % 6 == 0 else 2)
                review = rows.add(
                    Review,
                    round_id=round_,
                    reviewer_id=other,
                    lease_until=now + timedelta(days=30),
                    begun_at=now - timedelta(days=3) if is_given else None,
                    stage=len(stages) if is_given else 0,
                    given_at=now - timedelta(days=2) if is_given else None,
                    released_at=None if is_given or nth == 2 else now,
                    release_why=None if is_given or nth == 2 else "lease_over",
                )
                if is_given:
                    for comment in _comments(rows, revision, review, other, stages):
                        if is_closed:
                            rows.link(
                                Decision,
                                comment_id=comment,
                                verdict=Verdict.USE,
                                why="Yes, that is the weak place.",
                            )


def _to_give(rows: _Rows, protocol: int, stages: list[Stage], found: Seeded, reviews: int) -> None:
    """Reviews that are written and wait for the click: three a round, by three colleagues."""
    first_author = COHORT + GIVERS + 1
    givers = list(found.givers)
    now = datetime.now(UTC)
    while len(found.reviews) < reviews:
        nth = len(found.reviews) // 3
        work, revision = _a_work(rows, first_author + nth % AUTHORS, "lesson_plan")
        round_ = _a_round(rows, work, revision, protocol, closed_at=None, needed=2)
        for _number in range(3):
            giver = givers[(len(found.reviews)) % len(givers)]
            review = rows.add(
                Review,
                round_id=round_,
                reviewer_id=giver,
                lease_until=now + timedelta(days=30),
                begun_at=now,
                stage=max(0, len(stages) - 1),
            )
            writing = [stage for stage in stages if stage.kinds]
            _comments(rows, revision, review, giver, writing)
            found.reviews.append((review, giver))


ROWS_OF_A_COHORT = IN_COHORT * 12


def _district(rows: _Rows, protocol: int, lead: str, cohorts: int, password: str) -> None:
    """A district and its lead: in each cohort six are late with a module, and five wait."""
    now, today = datetime.now(UTC), date.today()  # noqa: DTZ011  # any day will do
    district = rows.add(District, name=f"{lead}’s district")
    editions = db.session.execute(select(Module.id, Module.current_id)).all()

    def person(name: str, number: int, role: RoleName) -> int:
        ident = rows.add(
            Person,
            district_id=district,
            name=f"{name} {_roman(number)}",
            email=f"{lead.lower()}.{name.lower()}.{number}@example.org",
            password=None,
        )
        rows.link(Wishes, person_id=ident, **NO_MAIL)
        rows.add(Role, person_id=ident, name=role)
        return ident

    leads = person(lead, 0, RoleName.LEAD)
    rows.by_table[Person][-1] |= {"email": _address(lead, 0), "password": password}
    for cohort_number in range(cohorts):
        cohort = rows.add(
            Cohort,
            district_id=district,
            name=f"Cohort {cohort_number}",
            starts_on=today - timedelta(days=cohort_number),
            created_by_id=leads,
        )
        for number, module in enumerate(editions[:3]):
            rows.add(
                Assignment,
                cohort_id=cohort,
                module_id=module.id,
                assigned_by_id=leads,
                due_on=today + timedelta(days=14 * number - 7),
                why="We agreed to try this together before the winter break.",
            )
        for number in range(IN_COHORT):
            ident = person("Teacher", cohort_number * IN_COHORT + number, RoleName.TEACHER)
            rows.add(Member, cohort_id=cohort, person_id=ident)
            for nth, module in enumerate(editions[:2]):
                rows.add(
                    Enrollment,
                    person_id=ident,
                    module_id=module.id,
                    edition_id=module.current_id,
                    begun_at=now - timedelta(days=30),
                    last_at=now - timedelta(days=number % 12),
                    finished_at=None if nth or number % 5 == 0 else now,
                )
            for nth in range(2):
                work, revision = _a_work(rows, ident, "lesson_plan")
                round_ = _a_round(
                    rows,
                    work,
                    revision,
                    protocol,
                    closed_at=now if nth == 0 or number % 6 else None,
                    needed=2,
                    cohort=cohort,
                )
                rows.add(
                    Review,
                    round_id=round_,
                    reviewer_id=leads,
                    lease_until=now + timedelta(days=30),
                    given_at=now,
                    begun_at=now,
                )


def _a_work(rows: _Rows, author: int, kind: str) -> tuple[int, int]:
    work = rows.add(
        Work, author_id=author, kind=kind, title="Which is larger, 3/4 or 7/8?", fields=FIELDS
    )
    return work, rows.add(Revision, work_id=work, number=1, content=PLAN)


def _a_round(
    rows: _Rows,
    work: int,
    revision: int,
    protocol: int,
    *,
    closed_at: datetime | None,
    needed: int,
    cohort: int | None = None,
) -> int:
    now = datetime.now(UTC)
    return rows.add(
        Round,
        work_id=work,
        revision_id=revision,
        protocol_id=protocol,
        cohort_id=cohort,
        question="Where would your students stop thinking?",
        asked=3,
        needed=needed,
        shared_at=now - timedelta(days=5),
        grace_until=now - timedelta(days=5),
        closed_at=closed_at,
    )


def _comments(
    rows: _Rows, revision: int, review: int, author: int, stages: list[Stage]
) -> list[int]:
    return [
        rows.add(
            Comment,
            revision_id=revision,
            review_id=review,
            author_id=author,
            stage=stage.key,
            kind=stage.kinds[0],
            text=SAID,
        )
        for stage in stages
        for _nth in range(max(1, stage.at_least))
    ]


def _count_on(rows: _Rows) -> None:
    """PostgreSQL gives out numbers by itself: it must go on after ours."""
    if db.engine.dialect.name != "postgresql":
        return
    for table in rows.numbers:
        name = table.__tablename__  # type: ignore[attr-defined]  # each has it
        db.session.execute(
            text(
                f"SELECT setval(pg_get_serial_sequence('{name}', 'id'), "  # noqa: S608  # our own names
                f"(SELECT max(id) FROM {name}))"
            )
        )


def _for_the_bare_pages() -> None:
    key = "INTEGER PRIMARY KEY"
    if db.engine.dialect.name == "postgresql":
        key += " GENERATED BY DEFAULT AS IDENTITY"
    for table in TABLES:
        db.session.execute(text(table.format(key=key)))
    put = text("INSERT INTO bench_work (id, title) VALUES (:id, :title)")
    db.session.execute(put, [{"id": n, "title": "Shared"} for n in range(1, WORKS + 1)])


def database_address(app: Flask) -> str:
    """Where the portal keeps its rows, as the bare pages are told."""
    return make_url(app.config["SQLALCHEMY_DATABASE_URI"]).render_as_string(hide_password=False)


def _address(name: str, number: int) -> str:
    return f"{name.lower()}.{number}@example.org"


def _roman(number: int) -> str:
    """Names that differ, as letters: Ada Ba, Ada Be."""
    first, last = divmod(number, 5)
    return f"{'BCDFGHJKLMNPQRSTVWXZ'[first % 20]}{'aeiou'[last]}{'lmnrst'[first // 20 % 6]}i"
