"""The migrations build what the models describe, from nothing, on either database."""

from __future__ import annotations

import json
import warnings
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask import Flask
from sqlalchemy import inspect, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from pdportal import clock, create_app
from pdportal.accounts.models import Person
from pdportal.activity.models import Event
from pdportal.cohorts.models import Cohort
from pdportal.db import Base, db, writing
from pdportal.db.migrations import _migrations, newest_step, schema, upgrade_database
from pdportal.feedback.comments.models import Decision
from pdportal.feedback.works.models import Draft
from pdportal.goals.evidence.services import RESTORABLE
from pdportal.goals.models import Evidence
from pdportal.inbox.models import Notice
from pdportal.modules.checks.models import Check, CheckTry
from pdportal.modules.library.queries import Wish, library
from pdportal.modules.library.search import OWN_TABLES
from pdportal.modules.models import Answer, Facet
from tests.postgres import another_database


@contextmanager
def empty_portal(folder: Path, server: str | None) -> Iterator[Flask]:
    """A portal whose database holds nothing at all: in its folder, or one more on the server."""
    with ExitStack() as stack:
        settings: dict[str, object] = {"DATA": folder, "LOG_LEVEL": "error"}
        if server:
            settings["DATABASE_URL"] = stack.enter_context(another_database(server))
        app = create_app(settings)
        yield app
        with app.app_context():
            db.engine.dispose()


@pytest.fixture
def empty(tmp_path: Path, database_url: str | None) -> Iterator[Flask]:
    with empty_portal(tmp_path, database_url) as app:
        yield app


@pytest.fixture(scope="module")
def grown(tmp_path_factory: pytest.TempPathFactory, database_url: str | None) -> Iterator[Flask]:
    """A portal that was there from the first step on, with what people wrote between the steps."""
    with empty_portal(tmp_path_factory.mktemp("grown"), database_url) as app:
        assert schema(app)[0] is None
        for step, lines in WRITTEN_AT.items():
            _migrations(app, "upgrade", revision=step)
            with app.app_context(), writing(), db.engine.begin() as connection:
                for line in lines:
                    if "setval" not in line or db.engine.dialect.name != "sqlite":
                        connection.execute(text(line), WRITTEN)
        before, after = upgrade_database(app)
        assert (before, after) == (max(WRITTEN_AT), newest_step())
        yield app


def test_the_migrations_build_what_the_models_describe(grown: Flask):
    with grown.app_context(), db.engine.connect() as connection:

        def ours(thing: object, name: str | None, kind: str, *_rest: object) -> bool:
            return not (kind == "table" and name and OWN_TABLES.fullmatch(name))

        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "include_object": ours}
        )
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            differences = compare_metadata(context, Base.metadata)
    assert differences == []


def test_the_migrations_build_the_same_constraints_as_the_models(grown: Flask, app: Flask):
    assert _constraints(grown) == _constraints(app)


def test_upgrading_again_changes_nothing(grown: Flask):
    before, after = upgrade_database(grown)
    assert before == after == newest_step()


def test_what_stands_in_the_tables_stays_when_roles_begin_to_hold_where_they_are_held(
    grown: Flask,
):
    with grown.app_context(), writing(), db.engine.connect() as connection:

        def rows(said: str) -> list[tuple[object, ...]]:
            return [tuple(row) for row in connection.execute(text(said))]

        assert rows("SELECT name, school_id FROM cohort WHERE id = 1") == [("Autumn", None)]
        assert rows("SELECT cohort_id, person_id FROM member") == [(1, 2)]
        held = "SELECT person_id, name, school_id FROM role WHERE name = 'admin' ORDER BY id"
        assert rows(held) == [
            (1, "admin", 1),
            (1, "admin", 2),
            (3, "admin", None),
            (4, "admin", 3),
            (1, "admin", None),
        ], "the first district keeps an admin, the second has one"
        wished = "SELECT person_id, door, digest_days FROM notice_wishes ORDER BY person_id"
        assert rows(wished) == [(number, "portal", "every") for number in (1, 2, 3, 4)]
        if db.engine.dialect.name == "sqlite":
            assert rows("PRAGMA foreign_keys") == [(1,)]
        with pytest.raises(IntegrityError):
            connection.execute(text("UPDATE cohort SET school_id = 9 WHERE id = 1"))


def test_times_that_were_offered_are_appointments(grown: Flask):
    with grown.app_context(), writing(), db.engine.connect() as connection:

        def rows(said: str) -> list[tuple[object, ...]]:
            return [tuple(row) for row in connection.execute(text(said))]

        # Of two times of an offer one was booked; the other is an appointment now, too.
        (booked, free) = rows(
            "SELECT id, offer_id, host_id, kind, title, canceled_at IS NULL, sequence"
            " FROM appointment ORDER BY sequence DESC"
        )
        assert (booked[1:], free[1:]) == (
            (1, 1, "hours", "", True, 4), (1, 1, "hours", "Drop in", True, 0),
        )  # fmt: skip
        assert rows("SELECT appointment_id, person_id FROM waiter") == [(free[0], 2)]
        assert rows("SELECT appointment_id, text FROM thanks") == [(booked[0], "Thank you")]
        assert rows("SELECT appointment_id, text FROM hours_question") == [(free[0], "Why?")]
        assert rows("SELECT url FROM notice WHERE id = 1") == [
            (f"/coaching/appointments/{free[0]}",)
        ]


BEFORE_TIMES_WERE_APPOINTMENTS = (
    "INSERT INTO slot_offer (id, host_id, kind, title, about, place, link, zone, room,"
    " closes_hours, for_teachers, to_district, created_at)"
    " VALUES (1, 1, 'hours', 'Drop in', '', '', '', 'UTC', 9, 0, true, false, :at)",
    "INSERT INTO appointment (id, host_id, kind, title, place, link, zone, starts_at, ends_at,"
    " uid, sequence, why, created_at)"
    " VALUES (7, 1, 'hours', '', '', '', 'UTC', :at, :to, 'u', 4, '', :at)",
    "INSERT INTO slot (id, offer_id, starts_at, ends_at, appointment_id)"
    " VALUES (1, 1, :at, :to, 7), (2, 1, :at, :to, NULL)",
    "INSERT INTO slot_waiter (slot_id, person_id, since) VALUES (2, 2, :at)",
    "INSERT INTO slot_thanks (slot_id, person_id, text, thanked_at)"
    " VALUES (1, 2, 'Thank you', :at)",
    "INSERT INTO hours_question (id, slot_id, asker_id, text, version, may_show, answer,"
    " answer_version, for_all) VALUES (1, 2, 2, 'Why?', 1, false, '', 0, false)",
    "INSERT INTO notice (id, person_id, at, kind, url, words)"
    " VALUES (1, 2, :at, 'slot_free', '/coaching/booking/times/2', '{}')",
)
BEFORE_REMOVED_EVIDENCE_CAME_BACK = (
    "INSERT INTO work (id, author_id, kind, title, fields, created_at)"
    " VALUES (90, 2, 'goal', 'They ask', '[]', :at)",
    "INSERT INTO goal (id, work_id, owner_id, closing, created_at) VALUES (90, 90, 2, '', :at)",
    "INSERT INTO evidence (id, goal_id, url, text, added_at, removed_at)"
    " VALUES (90, 90, '', 'A tally', :at, :at), (91, 90, '', 'A photo', :at, NULL)",
)
BEFORE_ROLES_HELD = (
    "INSERT INTO district (id, name, created_at) VALUES (1, 'Riverbend', :at), (2, 'Far', :at)",
    "INSERT INTO school (id, district_id, name, created_at) VALUES"
    " (1, 1, 'Hill', :at), (2, 1, 'Lake', :at), (3, 2, 'Far School', :at)",
    "INSERT INTO person (id, district_id, name, email, teaches, mail_choice, active,"
    " fs_uniquifier, created_at) VALUES"
    " (1, 1, 'Max', 'max@example.org', '', 'never', true, 'max', :at),"
    " (2, 1, 'Ada', 'ada@example.org', '', 'never', true, 'ada', :at),"
    " (3, 2, 'Olu', 'olu@example.org', '', 'never', true, 'olu', :at),"
    " (4, 2, 'Kim', 'kim@example.org', '', 'never', true, 'kim', :at)",
    "INSERT INTO role (id, person_id, name, school_id, created_at) VALUES"
    " (1, 1, 'admin', 1, :at), (2, 1, 'admin', 2, :at), (3, 2, 'teacher', 1, :at),"
    " (4, 3, 'admin', NULL, :at), (5, 4, 'admin', 3, :at)",
    "SELECT setval('role_id_seq', 5)",
    "INSERT INTO cohort (id, district_id, name, kind, about, starts_on, created_by_id, version,"
    " created_at) VALUES (1, 1, 'Autumn', 'cohort', '', '2026-09-01', 1, 1, :at)",
    "INSERT INTO member (cohort_id, person_id, facilitates, joined_at) VALUES (1, 2, false, :at)",
)


def test_stored_answers_come_along_when_questions_get_kinds(grown: Flask):
    with grown.app_context():
        answers = db.session.scalars(select(Answer).order_by(Answer.id)).all()
        assert [(answer.answer, answer.verdict) for answer in answers] == [
            (["b"], False),
            (["a", "b"], True),
        ]
        db.session.remove()
    with grown.app_context(), writing():
        db.session.add(Answer(enrollment_id=1, block_id=1, answer={"text": "Why?"}, verdict=None))
        db.session.commit()
        assert db.session.scalars(select(Answer.id).order_by(Answer.id)).all() == [1, 2, 3]


BEFORE_QUESTIONS_HAD_KINDS = (
    "INSERT INTO module (id, slug, created_at) VALUES (1, 'wait', :at)",
    "INSERT INTO edition (id, module_id, number, content_hash, title, summary, about, language,"
    " minutes, audience, skills, outcomes, prerequisites, authors, licence, published_at) VALUES"
    " (1, 1, 1, 'a', 'Wait', '', '', 'en', 5, '', '[]', '[]', '[]', '[]', '', :at)",
    "INSERT INTO page (id, edition_id, number, slug, title, section, minutes, break_minutes, body,"
    " headings, text, digest) VALUES (1, 1, 1, 'one', 'One', 'page', 5, 0, '[]', '[]', '', '')",
    "INSERT INTO block (id, edition_id, page_id, key, kind, data) VALUES"
    " (1, 1, 1, 'pause', 'question', '{}')",
    "INSERT INTO enrollment (id, person_id, module_id, edition_id, begun_at, last_at) VALUES"
    " (1, 2, 1, 1, :at, :at)",
    'INSERT INTO answer (enrollment_id, block_id, chosen, "right", at) VALUES'
    ' (1, 1, \'["b"]\', false, :at), (1, 1, \'["a", "b"]\', true, :at)',
)


def test_checks_of_editions_that_ask_the_same_become_one_line(grown: Flask):
    with grown.app_context():
        lines = db.session.scalars(select(Check.line).order_by(Check.id)).all()
        assert lines == ["check@1", "check@1", "check@3"]
        assert db.session.scalars(select(CheckTry.line)).all() == ["check@1"]


ANOTHER_EDITION = (
    "INSERT INTO edition (id, module_id, number, content_hash, compiler, title, summary, about,"
    " language, minutes, audience, skills, outcomes, prerequisites, authors, licence,"
    " published_at) SELECT {0}, module_id, {0}, '{0}', compiler, title, summary,"
    " about, language, minutes, audience, skills, outcomes, prerequisites, authors, licence,"
    " published_at FROM edition WHERE id = 1"
)
A_CHECK = (
    "INSERT INTO module_check (id, edition_id, key, title, minutes, needed, each_skill, exempts,"
    " required, again_days, intro, skills, levels, forms, help) VALUES ({0}, {0}, 'check', 'Try',"
    " 3, 1, false, false, true, 7, '', '[\"talk\"]', '{{}}', :forms_{0}, '{{}}')"
)
BEFORE_CHECKS_HAD_LINES = (
    *map(ANOTHER_EDITION.format, (2, 3)),
    *map(A_CHECK.format, (1, 2, 3)),
    "INSERT INTO check_try (enrollment_id, check_id, key, number, form, begun_at, typed, version,"
    " answers, plan) VALUES (1, 2, 'check', 1, 0, :at, '{}', 0, '{}', '[]')",
)


def _asks(prompt: str, explanation: str) -> str:
    data = {"prompt_html": f"<p>{prompt}</p>", "explanation_html": explanation}
    return json.dumps([{"questions": [{"key": "a", "data": data}]}])


def test_an_abandoned_goal_is_called_so_in_what_is_recorded(grown: Flask):
    with grown.app_context():
        assert db.session.scalars(select(Event.verb).order_by(Event.id)).all() == [
            "abandoned",
            "let_go",
        ]
    with grown.app_context(), writing(), pytest.raises(DBAPIError):
        db.session.execute(text("UPDATE event SET verb = 'met'"))


def test_no_step_of_a_goal_that_was_closed_before_is_due(grown: Flask):
    with grown.app_context():
        due = select(Notice.id).where(Notice.read_at.is_(None), Notice.kind == "goal_step_due")
        assert db.session.scalars(due).all() == [92]


def test_what_was_removed_long_ago_can_be_brought_back_from_the_upgrade_on(grown: Flask):
    with grown.app_context():
        removed, shown = (db.session.get_one(Evidence, each).removed_at for each in (90, 91))
        assert removed is not None
        assert removed > clock.now() - RESTORABLE / 2
        assert shown is None


EVENT_OF_A_GOAL = (
    "INSERT INTO event (actor_id, verb, object_type, object_id, detail, at) VALUES"
    " (1, 'let_go', 'goal', 1, '{}', :at), (1, 'let_go', 'review', 1, '{}', :at)"
)


def _constraints(app: Flask) -> dict[str, list[str]]:
    """Every check, unique constraint, index and foreign key by table."""
    with app.app_context():
        inspector = inspect(db.engine)
        found: dict[str, list[str]] = {}
        for table in Base.metadata.tables.keys() & set(inspector.get_table_names()):
            names = [f"check {c['name']}" for c in inspector.get_check_constraints(table)]
            names += [f"unique {c['name']}" for c in inspector.get_unique_constraints(table)]
            names += [f"key {c['name']}" for c in inspector.get_foreign_keys(table)]
            names += [
                f"index {i['name']} {i['column_names']} {i['unique']}"
                for i in inspector.get_indexes(table)
            ]
            found[table] = sorted(names)
        return found


def test_an_upgrade_is_all_or_nothing(empty: Flask, monkeypatch: pytest.MonkeyPatch):
    _migrations(empty, "upgrade", revision="0001")
    before = _constraints(empty)

    def fail(*_given: object, **_more: object) -> None:
        raise RuntimeError("The disk is full.")

    with monkeypatch.context() as broken:
        broken.setattr("alembic.op.create_index", fail)
        with pytest.raises(SystemExit):
            upgrade_database(empty)
    assert schema(empty)[0] == "0001"
    assert _constraints(empty) == before
    _migrations(empty, "upgrade", revision="0002")
    assert schema(empty)[0] == "0002"


def test_stored_answers_become_those_of_their_kind_of_comment(grown: Flask):
    with grown.app_context():
        stored = db.session.execute(
            select(Decision.comment_id, Decision.verdict, Decision.why).order_by(
                Decision.comment_id
            )
        )
        assert [tuple(row) for row in stored] == [
            (1, "thank", ""),
            (2, "keep", "As it is."),
            (3, "answer", "Ten minutes."),
            (4, "decline", "No tablets."),
        ]
        assert db.session.get_one(Draft, 1).ticks == {4: None}
        db.session.remove()


BEFORE_ANSWERS_HAD_KINDS = (
    "INSERT INTO work (id, author_id, kind, title, fields, created_at) VALUES"
    " (1, 1, 'text', 'A', '[]', :at)",
    "INSERT INTO draft (work_id, content, why, addressed, version, saved_at) VALUES"
    " (1, '{}', '', '[4]', 1, :at)",
    "INSERT INTO revision (id, work_id, number, content, why, made_at) VALUES"
    " (1, 1, 1, '{}', '', :at)",
    "INSERT INTO comment (id, revision_id, author_id, stage, kind, text, next_move, anchor, before,"
    " after, written_at) VALUES"
    " (1, 1, 2, '', 'strength', 'x', '', 'whole', '', '', :at),"
    " (2, 1, 2, '', 'strength', 'x', '', 'whole', '', '', :at),"
    " (3, 1, 2, '', 'question', 'x', '', 'whole', '', '', :at),"
    " (4, 1, 2, '', 'suggestion', 'x', '', 'whole', '', '', :at)",
    "INSERT INTO decision (comment_id, verdict, why, decided_at, version, asked_again) VALUES"
    " (1, 'decline', 'Not for us.', :at, 1, ''), (2, 'use', 'As it is.', :at, 1, ''),"
    " (3, 'adapt', 'Ten minutes.', :at, 1, ''), (4, 'decline', 'No tablets.', :at, 1, '')",
)


def test_modules_published_before_are_found_in_any_language_and_sorted(grown: Flask):
    with grown.app_context():
        ada = db.session.get_one(Person, 2)
        for words in ("反馈", "wait", "fragen"):
            rows, _every = library(ada, Wish(words=words))
            assert [row.slug for row in rows] == ["pause"], words
        assert library(ada, Wish(words="giraffe"))[0] == [], "answers were among a page's words"
        assert [row.facets for row in library(ada, Wish())[0]] == [{"format": ["read", "try"]}]
        wish = Wish(chosen={Facet.SKILL: "talk", Facet.GRADE: "K-2", Facet.FORMAT: "try"})
        assert len(library(ada, wish)[0]) == 1
        cohorts = select(Cohort.name).order_by(Cohort.sort_key)
        assert db.session.scalars(cohorts).all() == ["Autumn", "Group 2", "Group 10"]
        db.session.remove()


BEFORE_ALL_LANGUAGES_WERE_FOUND = (
    "INSERT INTO cohort (id, district_id, name, kind, about, starts_on, created_by_id, version,"
    " created_at) VALUES"
    " (7, 1, 'Group 10', 'cohort', '', '2026-09-01', 1, 1, :at),"
    " (8, 1, 'Group 2', 'cohort', '', '2026-09-01', 1, 1, :at)",
    "INSERT INTO module (id, slug, created_at) VALUES (20, 'pause', :at)",
    "INSERT INTO edition (id, module_id, number, content_hash, title, summary, about, language,"
    " minutes, audience, skills, outcomes, prerequisites, authors, licence, published_at) VALUES"
    " (20, 20, 1, 'a', 'Wait', '', '<p>Fragen</p>', 'de', 5, '', '[\"talk\"]', '[]', '[]', '[]',"
    " '', :at)",
    "UPDATE module SET current_id = 20 WHERE id = 20",
    "INSERT INTO module_skill (module_id, name) VALUES (20, 'talk')",
    "INSERT INTO page (id, edition_id, number, slug, title, section, minutes, break_minutes, body,"
    " headings, text, digest) VALUES"
    " (20, 20, 1, 'one', 'One', 'page', 5, 0, '[{\"html\": \"<p>教师给学生的反馈</p>\"}]', '[]',"
    " '教师给学生的反馈 Giraffe', '')",
    "INSERT INTO block (id, edition_id, page_id, key, kind, data) VALUES"
    " (20, 20, 20, 'twice', 'tryout', '{}')",
)

_STEP = (
    "INSERT INTO step (id, owner_id, goal_id, kind, place, title, text, from_title, from_url, plan,"
    " prediction, measure, happened, learned, version, reminded, created_at)"
    " VALUES ({0}, 2, {0}, 'step', 1, '', 'Wait', '', '', '', '', '', '', '', 1, 1, :at)"
)
_DUE = (
    "INSERT INTO notice (id, person_id, at, kind, url, words)"
    " VALUES ({0}, 2, :at, 'goal_step_due', '/goals/steps/{0}/edit', '{{}}')"
)
BEFORE_NO_STEP_OF_A_CLOSED_GOAL_WAS_DUE = (
    "INSERT INTO work (id, author_id, kind, title, fields, created_at)"
    " VALUES (91, 2, 'goal', 'Closed', '[]', :at), (92, 2, 'goal', 'Open', '[]', :at)",
    "INSERT INTO goal (id, work_id, owner_id, closing, created_at, abandoned_at)"
    " VALUES (91, 91, 2, '', :at, :at), (92, 92, 2, '', :at, NULL)",
    *(text.format(number) for text in (_STEP, _DUE) for number in (91, 92)),
)

WRITTEN_AT = {
    "0001": BEFORE_ROLES_HELD,
    "0006": BEFORE_QUESTIONS_HAD_KINDS,
    "0009": (EVENT_OF_A_GOAL,),
    "0014": BEFORE_ANSWERS_HAD_KINDS,
    "0028": BEFORE_ALL_LANGUAGES_WERE_FOUND,
    "0040": BEFORE_CHECKS_HAD_LINES,
    "0092": BEFORE_TIMES_WERE_APPOINTMENTS,
    "0094": BEFORE_REMOVED_EVIDENCE_CAME_BACK,
    "0096": BEFORE_NO_STEP_OF_A_CLOSED_GOAL_WAS_DUE,
}
WRITTEN = {
    "at": "2026-09-01 08:00:00",
    "to": "2026-09-01 09:00:00",
    "forms_1": _asks("Where is the second pause?", "One."),
    "forms_2": _asks("Where is the second pause?", "Two."),
    "forms_3": _asks("Who speaks?", "One."),
}
