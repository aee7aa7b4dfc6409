"""Two at the same moment: sent twice is done once, and of two that exclude each other one is done.

Real transactions in threads: each request lingers before its commit, so that the other has read
what it reads by then. On SQLite writers queue; on PostgreSQL rows and constraints decide.
"""

from __future__ import annotations

import io
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from flask import Flask, Response
from sqlalchemy import event, func, select, text

from pdportal import clock, create_app
from pdportal.accounts.models import Person
from pdportal.accounts.services.people import switch_off
from pdportal.activity.models import Event
from pdportal.coaching.appointments.forms import Span
from pdportal.coaching.appointments.models import Appointment, AppointmentKind, Guest, TimeOffer
from pdportal.coaching.appointments.services import offer_times
from pdportal.cohorts.models import Coaching, Cohort, Member
from pdportal.db import Base, committing, db
from pdportal.db.sqlite import WriterQueue
from pdportal.feedback.comments.models import Comment, Decision
from pdportal.feedback.files.models import WorkFile
from pdportal.feedback.reviews import services as review_services
from pdportal.feedback.reviews.models import Review
from pdportal.feedback.rounds.models import Round
from pdportal.feedback.works.models import Draft, Revision, Work
from pdportal.goals.evidence.services import sweep_evidence
from pdportal.goals.models import Evidence, Goal, Step
from pdportal.inbox.models import Notice, Wishes
from pdportal.inbox.unsubscribing import unsubscribe_url
from pdportal.insights.models import Nudge
from pdportal.modules.assignments.services import assign
from pdportal.modules.models import Assignment, Enrollment, HandIn, PageRead, TakenUp
from pdportal.modules.together.models import Group, Sheet
from pdportal.operations.jobs import jobs
from tests.documents import given as documents
from tests.feedback import given
from tests.modules.given import plain_page, publish_one, write_module
from tests.modules.together.given import PAGE, TOGETHER
from tests.people import World
from tests.postgres import another_database

LINGER = 0.08
PATIENCE = 60


@dataclass(frozen=True)
class Sent:
    """One request: who, where to, what."""

    who: str
    url: str
    data: Any = None


class Portal:
    """A portal with a database of its own, and people who do things at the same moment."""

    def __init__(self, app: Flask, keys: dict[str, str]) -> None:
        self.app = app
        self.keys = keys

    def at_once(self, *sent: Sent) -> list[int]:
        """The status of each answer."""
        ready = threading.Barrier(len(sent))
        answers: dict[int, int] = {}

        def send(number: int, one: Sent) -> None:
            client = self.app.test_client()
            with client.session_transaction() as session:
                session["_user_id"] = self.keys[one.who]
                session["_fresh"] = True
            ready.wait(PATIENCE)
            answers[number] = client.post(one.url, data=one.data).status_code

        threads = [threading.Thread(target=send, args=pair) for pair in enumerate(sent)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert max(answers.values()) < 500, answers
        return [answers[number] for number in range(len(sent))]

    def twice(self, who: str, url: str, form: Any = None) -> list[int]:
        """The same form, sent by two windows."""
        return self.at_once(Sent(who, url, form), Sent(who, url, form))


@pytest.fixture(scope="module")
def busy(
    tmp_path_factory: pytest.TempPathFactory, database_url: str | None
) -> Iterator[tuple[Flask, Path]]:
    """An app whose requests linger before they commit."""
    folder = tmp_path_factory.mktemp("at-once")
    settings: dict[str, object] = {"DATA": folder, "LOG_LEVEL": "error"}
    other = another_database(database_url) if database_url else nullcontext()
    with other as url:
        app = _lingering(settings | ({"DATABASE_URL": url} if url else {}))
        yield app, folder
        with app.app_context():
            db.engine.dispose()


def _lingering(settings: dict[str, object]) -> Flask:
    app = create_app(settings)
    app.config.update(TESTING=True, WTF_CSRF_ENABLED=False, RATELIMIT_ENABLED=False)
    app.config["PROPAGATE_EXCEPTIONS"] = False
    jobs(app).at_once = True

    @app.after_request
    def _linger(response: Response) -> Response:
        if response.status_code < 400:
            time.sleep(LINGER)
        return response

    return app


@pytest.fixture
def world(busy: tuple[Flask, Path]) -> Iterator[World]:
    """The cast, stored for real, with a module and a protocol; gone after the test."""
    app, folder = busy
    with app.test_request_context():
        with committing():
            Base.metadata.create_all(db.engine)
            world = World()
            world.tag = given.tag(folder)
        yield world
        db.session.remove()
        _forget(folder)


def _forget(folder: Path) -> None:
    if db.engine.dialect.name == "postgresql":
        with committing():
            db.session.execute(text("DROP SCHEMA public CASCADE"))
            db.session.execute(text("CREATE SCHEMA public"))
    db.engine.dispose()
    for file in folder.glob("pdportal.sqlite3*"):
        file.unlink()


@pytest.fixture
def portal(busy: tuple[Flask, Path], world: World) -> Portal:
    with committing():
        keys = {
            name: getattr(world, name).fs_uniquifier
            for name in ("ada", "ben", "dee", "fay", "cora", "lee", "max", "zoe")
        }
    db.session.rollback()
    return Portal(busy[0], keys)


def done(act: Callable[[], Any]) -> Any:
    """What was done, stored; its id."""
    with committing():
        made = act()
        db.session.flush()
        return made.id


def count(*where: Any) -> int:
    """How many rows there are."""
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(where[0]).where(*where[1:])) or 0


def told(kind: str) -> int:
    return count(Notice, Notice.kind == kind)


def happened(verb: str) -> int:
    return count(Event, Event.verb == verb)


@pytest.fixture
def round_(world: World, portal: Portal) -> Round:
    """Ada's plan, with Ben and Fay, named."""
    with committing():
        work = given.plan(world.ada)
        round_ = given.shared(work, world.tag, named=[world.ben, world.fay])
    return db.session.get_one(Round, round_.id)


def a_given(world: World, round_: Round) -> tuple[int, int]:
    """Ben's review, given: its id and that of a comment."""
    with committing():
        review = given.given(db.session.get_one(Round, round_.id), world.ben)
        return review.id, given.said_by(review, "give").id


@pytest.mark.one_database
def test_whoever_is_still_at_the_door_holds_no_writer_up(portal: Portal, world: World):
    said: list[str] = []

    def note(_c: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        said.append(statement.split("\n")[0])

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        portal.at_once(Sent("ada", "/goals/new", {"change": "Everybody is asked."}))
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    at_the_door = said[: said.index("BEGIN IMMEDIATE")]
    assert any(statement.startswith("SELECT person.id") for statement in at_the_door)
    assert not any(statement.startswith(("INSERT", "UPDATE")) for statement in at_the_door)


@pytest.mark.one_database
def test_whoever_was_switched_off_while_a_form_waited_has_not_sent_it(
    portal: Portal, world: World, monkeypatch: pytest.MonkeyPatch
):
    passed_the_door = threading.Semaphore(0)

    def enter(queue: WriterQueue) -> None:
        passed_the_door.release()
        wait_for_the_turn(queue)

    wait_for_the_turn = WriterQueue.enter
    monkeypatch.setattr("pdportal.accounts.LONG_WAIT_SECONDS", 0)

    def write(name: str) -> tuple[threading.Thread, list[int]]:
        answers: list[int] = []

        def send() -> None:
            answers.extend(portal.at_once(Sent(name, "/goals/new", {"change": "Ask everybody."})))

        thread = threading.Thread(target=send)
        thread.start()
        return thread, answers

    with committing():
        db.session.execute(select(Goal.id))  # the writer's turn is ours, and both wait for it
        monkeypatch.setattr(WriterQueue, "enter", enter)
        ada, ben = write("ada"), write("ben")
        assert all(passed_the_door.acquire(timeout=PATIENCE) for _one in (ada, ben))
        switch_off(world.max, world.ada)
    for thread, _answers in (ada, ben):
        thread.join()
    assert ada[1] == [401]
    assert ben[1] == [302]
    assert count(Goal, Goal.owner_id == world.ada.id) == 0
    assert count(Goal, Goal.owner_id == world.ben.id) == 1


# Feedback


def test_sharing_twice_is_one_round(world: World, portal: Portal):
    work = done(lambda: given.plan(world.ada))
    form = {"protocol": "tag", "question": "Clear?", "who": f"cohort-{world.autumn.id}"}
    portal.twice("ada", f"/feedback/works/{work}/share", form)
    assert count(Round) == 1
    assert happened("shared") == 1
    assert told("feedback_asked") == count(Review) == 3


def test_two_who_share_do_not_ask_the_same_colleague(world: World, portal: Portal):
    """Five colleagues, two authors who ask three each: nobody is asked twice before all are."""
    with committing():
        people = [world.person(f"Teacher {letter}") for letter in "ABCD"]
        cohort = world.cohort("Spring", world.ada, world.ben, *people)
        works = [given.plan(world.ada), given.plan(world.ben)]
        db.session.flush()
        ids, cohort_id = [work.id for work in works], cohort.id
    form = {"protocol": "tag", "question": "Clear?", "who": f"cohort-{cohort_id}"}
    portal.at_once(
        Sent("ada", f"/feedback/works/{ids[0]}/share", form),
        Sent("ben", f"/feedback/works/{ids[1]}/share", form),
    )
    db.session.rollback()
    loads = Counter(db.session.scalars(select(Review.reviewer_id)).all())
    assert sum(loads.values()) == 6
    assert max(loads.values()) == 2 if len(loads) < 6 else 1
    assert len(loads) >= 4


def test_twenty_who_share_at_once_ask_nobody_twice_and_nobody_too_often(
    world: World, portal: Portal
):
    with committing():
        people = [world.person(f"Teacher {number}") for number in range(20)]
        cohort = world.cohort("Spring", *people)
        works = [given.plan(person) for person in people]
        db.session.flush()
        portal.keys |= {person.name: person.fs_uniquifier for person in people}
        form = {"protocol": "tag", "question": "Clear?", "who": f"cohort-{cohort.id}"}
        sent = [
            Sent(person.name, f"/feedback/works/{work.id}/share", form)
            for person, work in zip(people, works, strict=True)
        ]
    assert set(portal.at_once(*sent)) == {302}
    db.session.rollback()
    pairs = db.session.execute(select(Review.round_id, Review.reviewer_id)).all()
    of_round = Counter(pair.round_id for pair in pairs)
    loads = Counter(pair.reviewer_id for pair in pairs)
    assert len(of_round) == 20
    assert len(set(pairs)) == len(pairs)
    assert set(of_round.values()) <= {2, 3}
    assert len(loads) == 20
    assert max(loads.values()) - min(loads.values()) <= 1
    assert max(loads.values()) <= 3


def test_beginning_twice_is_one_beginning(world: World, portal: Portal, round_: Round):
    review = given.review_of(round_, world.ben).id
    assert portal.twice("ben", f"/feedback/reviews/{review}/begin") == [302, 302]
    assert happened("began") == 2  # the work, and the review
    assert count(Comment) == 1


def test_who_takes_back_and_who_begins_do_not_both_get_it(
    world: World, portal: Portal, round_: Round
):
    review = given.review_of(round_, world.ben).id
    answers = portal.at_once(
        Sent("ada", f"/feedback/rounds/{round_.id}/take-back"),
        Sent("ben", f"/feedback/reviews/{review}/begin"),
    )
    assert sorted(answers) == [302, 409]


def test_who_takes_back_and_who_closes_do_not_both_get_it(
    world: World, portal: Portal, round_: Round
):
    answers = portal.at_once(
        Sent("ada", f"/feedback/rounds/{round_.id}/take-back"),
        Sent("ada", f"/feedback/rounds/{round_.id}/close"),
    )
    assert sorted(answers) == [302, 409]


def test_giving_twice_is_one_gift(world: World, portal: Portal, round_: Round):
    with committing():
        review = given.begun(db.session.get_one(Round, round_.id), world.ben)
        given.written(world.ben, review, "tell", "The aim is clear.")
        review_services.next_stage(world.ben, review, 0)
        review_services.next_stage(world.ben, review, 1)
        given.written(world.ben, review, "give", "Let them write first.")
        ident = review.id
    assert portal.twice("ben", f"/feedback/reviews/{ident}/give") == [302, 302]
    assert told("feedback_given") == happened("gave") == 1


def test_what_is_given_is_not_changed_by_a_save_on_its_way(
    world: World, portal: Portal, round_: Round
):
    with committing():
        review = given.begun(db.session.get_one(Round, round_.id), world.ben)
        given.written(world.ben, review, "tell", "The aim is clear.")
        for stage in (0, 1):
            review_services.next_stage(world.ben, review, stage)
        said = given.written(world.ben, review, "give", "Let them write first.")
        ident, comment, version = review.id, said.id, review.version
    change = {"stage": "give", f"text-{comment}": "Changed", "version": str(version)}
    answers = portal.at_once(
        Sent("ben", f"/feedback/reviews/{ident}/give"),
        Sent("ben", f"/feedback/reviews/{ident}/write", change),
    )
    db.session.rollback()
    text = db.session.get_one(Comment, comment).text
    # Either it was saved before it was given, or refused because it was given.
    assert answers[0] == 302
    assert (answers[1], text) in {(302, "Changed"), (409, "Let them write first.")}


def test_a_removed_comment_and_its_save(world: World, portal: Portal, round_: Round):
    with committing():
        review = given.begun(db.session.get_one(Round, round_.id), world.ben)
        said = given.written(world.ben, review, "tell", "The aim is clear.")
        ident, comment, version = review.id, said.id, str(review.version)
    saved = {"stage": "tell", f"text-{comment}": "Changed", "version": version}
    removed = {"stage": "tell", "go": f"remove-{comment}", "version": version}
    portal.at_once(
        Sent("ben", f"/feedback/reviews/{ident}/write", saved),
        Sent("ben", f"/feedback/reviews/{ident}/write", removed),
        Sent("ben", f"/feedback/reviews/{ident}/write", removed),
    )


def test_going_on_twice_lays_out_one_box(world: World, portal: Portal, round_: Round):
    with committing():
        review = given.begun(db.session.get_one(Round, round_.id), world.ben)
        given.written(world.ben, review, "tell", "The aim is clear.")
        ident, version = review.id, str(review.version)
    go = {"stage": "tell", "go": "next", "version": version}
    portal.twice("ben", f"/feedback/reviews/{ident}/write", go)
    assert count(Comment, Comment.stage == "ask") == 1


def test_who_declines_while_the_round_is_taken_back(world: World, portal: Portal):
    with committing():
        work = given.plan(world.ada)
        round_ = given.shared(work, world.tag, cohort=world.autumn)
        ident = round_.id
        first = db.session.scalars(select(Review).where(Review.round_id == ident)).first()
        review, who = first.id, first.reviewer.name.split()[0].lower()
    portal.at_once(
        Sent("ada", f"/feedback/rounds/{ident}/take-back"),
        Sent(who, f"/feedback/reviews/{review}/decline", {"words": ""}),
    )
    owed = count(Review, Review.released_at.is_(None), Review.given_at.is_(None))
    assert owed == 0
    assert told("feedback_asked") == 0


def test_asking_one_more_twice_asks_once(world: World, portal: Portal, round_: Round):
    answers = portal.twice("ada", f"/feedback/rounds/{round_.id}/ask", {"named": str(world.dee.id)})
    assert answers == [302, 302]
    assert count(Review, Review.reviewer_id == world.dee.id) == 1
    assert told("feedback_asked") == 3


def test_deciding_twice_is_one_decision(world: World, portal: Portal, round_: Round):
    _review, comment = a_given(world, round_)
    answers = portal.twice(
        "ada", f"/feedback/comments/{comment}/decide", {"decision": "use", "why": ""}
    )
    assert answers == [302, 302]
    assert count(Decision) == happened("decided") == 1


def test_of_two_decisions_none_is_overwritten_unseen(world: World, portal: Portal, round_: Round):
    _review, comment = a_given(world, round_)
    url = f"/feedback/comments/{comment}/decide"
    answers = portal.at_once(
        *(Sent("ada", url, {"decision": one, "version": "0"}) for one in ("use", "decline"))
    )
    assert sorted(answers) == [302, 409]


def test_thanking_twice_thanks_once(world: World, portal: Portal, round_: Round):
    review, _comment = a_given(world, round_)
    portal.twice("ada", f"/feedback/reviews/{review}/thank", {"thanks": "Thank you!"})
    assert told("feedback_thanked") == happened("thanked") == 1


def test_deciding_while_a_version_answers_it(world: World, portal: Portal, round_: Round):
    _review, comment = a_given(world, round_)
    db.session.rollback()
    draft = db.session.get_one(Draft, round_.work_id)
    new = {f"f-{key}": text + " New." for key, text in draft.content.items()}
    revised = new | {"why": "Clearer", "version": str(draft.version), "addressed": str(comment)}
    portal.at_once(
        Sent("ada", f"/feedback/rounds/{round_.id}/revise/keep", revised),
        Sent("ada", f"/feedback/rounds/{round_.id}/revise/keep", revised),
        Sent("ada", f"/feedback/comments/{comment}/decide", {"decision": "adapt"}),
    )
    assert count(Revision) == 2
    assert count(Decision) == 1
    assert told("feedback_revised") <= 1


def test_closing_twice_closes_once(world: World, portal: Portal, round_: Round):
    portal.twice("ada", f"/feedback/rounds/{round_.id}/close", {"learned": "Much."})
    assert happened("closed") == 1
    assert told("feedback_closed_early") == 2


def test_keeping_twice_keeps_once(world: World, portal: Portal):
    work = done(lambda: given.plan(world.ada))
    new = {f"f-{key}": text + " New." for key, text in given.PLAN.items()}
    version = db.session.get_one(Draft, work).version
    kept = new | {"why": "Clearer", "version": str(version)}
    portal.twice("ada", f"/feedback/works/{work}/keep", kept)
    assert count(Revision) == 2


def test_two_topics_stopped_at_once_are_both_stopped(world: World, portal: Portal):
    topics = ("requests", "outcomes")
    stop = {topic: urlsplit(unsubscribe_url(world.ada.id, topic)).path for topic in topics}
    portal.at_once(*(Sent("ada", url) for url in stop.values()))
    db.session.rollback()
    assert set(db.session.get_one(Wishes, world.ada.id).doors) == set(topics)


# Modules


@pytest.fixture
def module(busy: tuple[Flask, Path], world: World) -> int:
    """A module of two pages, assigned to the cohort Autumn."""
    with committing():
        edition = publish_one(write_module(busy[1], "wait")).edition
        assert edition is not None
        assign(world.lee, world.autumn, edition.module.slug, why="Try it.")
        return edition.module_id


def test_beginning_a_module_twice(portal: Portal, module: int):
    assert portal.twice("ada", "/learn/wait/begin") == [302, 302]
    assert count(Enrollment) == 1


def test_the_first_saves_of_a_module_at_once(portal: Portal, module: int):
    base = "/learn/wait/one-second"
    portal.at_once(
        Sent("ada", f"{base}/whose-voice/reflection", {"text": "Mine", "version": "0"}),
        Sent("ada", f"{base}/whose-voice/reflection", {"text": "Theirs", "version": "0"}),
        Sent("ada", f"{base}/second-pause/answer", {"option": "b"}),
        Sent("ada", f"{base}/next"),
    )
    assert count(Enrollment) == count(PageRead) == 1


def test_handing_in_twice_is_one_work(portal: Portal, module: int):
    url = "/learn/wait/try-it/two-questions/hand-in"
    form = {"field-lesson": "Rivers", "field-questions": "Why?", "version": "0"}
    assert portal.twice("ada", url, form) == [302, 302]
    assert count(HandIn) == count(Work) == count(Revision) == 1
    assert happened("handed_in") == 1


def test_two_windows_begin_one_task(portal: Portal, module: int):
    url = "/learn/wait/try-it/two-questions/task"
    answers = portal.at_once(
        *(Sent("ada", url, {"field-lesson": one, "version": "0"}) for one in ("One", "Two"))
    )
    assert sorted(answers) == [302, 409]
    assert count(Work) == 1


def test_taking_up_a_tryout_twice(portal: Portal, module: int):
    form = {"plan": "On Monday", "prediction": "They wait"}
    portal.twice("ada", "/learn/wait/try-it/wait-twice/tryout", form)
    assert count(TakenUp) == count(Step) == 1


def test_moving_on_twice(busy: tuple[Flask, Path], portal: Portal, module: int):
    portal.at_once(Sent("ada", "/learn/wait/one-second/next"))
    pages = {"01-one-second.md": plain_page("One second"), "02-more.md": plain_page("More")}
    with committing():
        assert publish_one(write_module(busy[1], "wait", pages=pages)).changed
    assert portal.twice("ada", "/learn/wait/move-on") == [302, 302]
    assert count(PageRead) == 2
    with committing():  # and the first edition comes back
        assert publish_one(write_module(busy[1], "wait")).changed
    assert portal.twice("ada", "/learn/wait/move-on") == [302, 302]
    assert count(PageRead) == 2


# Goals


def test_one_form_makes_one_goal(portal: Portal, world: World):
    form = {"form_key": "one", "f-change": "They ask more.", "version": "0"}
    portal.twice("ada", "/goals/new?keep=1", form)
    assert count(Goal) == count(Work) == 1


def test_adding_a_step_twice(portal: Portal, world: World):
    assert portal.twice("ada", "/goals/steps", {"text": "Count to three"}) == [302, 302]
    assert count(Step) == 1


def test_evidence_goes_for_good_while_its_file_is_added_anew(portal: Portal, world: World):
    portal.at_once(Sent("ada", "/goals/new", {"form_key": "one", "f-change": "They ask more."}))
    page = f"/goals/{db.session.scalar(select(Goal.id))}/evidence"

    def add(words: str) -> Sent:
        return Sent("ada", f"{page}/files", {"files": [_a_photo()], "text": words})

    portal.at_once(add("A tally"))
    with committing():
        db.session.scalars(select(Evidence)).one().removed_at = clock.now() - timedelta(days=31)
    adding = threading.Thread(target=portal.at_once, args=(add("A tally, once more"),))
    with committing():
        sweep_evidence()
        adding.start()
        time.sleep(LINGER * 3)
    adding.join()
    db.session.rollback()
    assert db.session.scalars(select(Evidence.text)).all() == ["A tally, once more"]
    assert count(WorkFile) == 1, "the file that it is about is there"


def _a_photo() -> tuple[io.BytesIO, str]:
    return io.BytesIO(documents.photo()), "board.jpg"


# Cohorts and those who lead


def test_joining_twice(portal: Portal, world: World):
    people = {"person": [str(world.zoe.id), str(world.cora.id)]}
    url = f"/cohorts/{world.autumn.id}/people"
    assert portal.at_once(Sent("lee", url, people), Sent("max", url, people)) == [302, 302]
    assert count(Member, Member.cohort_id == world.autumn.id) == 6
    assert told("cohort_joined") == 2


def test_joining_and_leaving(portal: Portal, world: World):
    ben = world.ben.id
    portal.at_once(
        Sent("lee", f"/cohorts/{world.autumn.id}/people/{ben}/remove"),
        Sent("max", f"/cohorts/{world.autumn.id}/people/{ben}/remove"),
        Sent("fay", f"/cohorts/{world.autumn.id}/people/{ben}/facilitate", {"facilitates": "yes"}),
    )
    assert happened("removed_person") == 1


def test_making_a_cohort_twice(portal: Portal, world: World):
    form = {"name": "Spring", "starts_on": "2027-02-01", "ends_on": "", "about": ""}
    assert portal.twice("lee", "/cohorts/new", form) == [302, 302]
    assert count(Cohort, Cohort.name == "Spring") == 1


def test_linking_a_coach_twice(portal: Portal, world: World):
    url = f"/people/{world.ben.id}/coaches"
    form = {"coach": str(world.cora.id)}
    assert portal.at_once(Sent("lee", url, form), Sent("max", url, form)) == [302, 302]
    assert count(Coaching, Coaching.teacher_id == world.ben.id) == 1
    assert told("coach_linked") == 1


def test_nudging_twice(portal: Portal, world: World, module: int):
    form = {"person": str(world.ada.id), "module": str(module)}
    url = f"/cohorts/{world.autumn.id}/nudge"
    assert portal.at_once(Sent("lee", url, form), Sent("fay", url, form)) == [302, 302]
    assert count(Nudge) == told("nudged") == 1


def test_assigning_twice(portal: Portal, world: World, module: int):
    with committing():
        db.session.execute(Base.metadata.tables["assignment"].delete())
        db.session.execute(Base.metadata.tables["notice"].delete())
    form = {"module": "wait", "why": "Try it.", "due_on": ""}
    url = f"/cohorts/{world.autumn.id}/assign"
    assert portal.at_once(Sent("lee", url, form), Sent("max", url, form)) == [302, 302]
    assert count(Assignment) == 1
    assert told("module_assigned") == 3


def test_two_admins_cannot_switch_each_other_off(portal: Portal, world: World):
    from pdportal.accounts.models import Person, Role, RoleName

    with committing():
        db.session.add(Role(person_id=world.lee.id, name=RoleName.ADMIN))
    portal.at_once(
        Sent("max", f"/people/{world.lee.id}/switch-off"),
        Sent("lee", f"/people/{world.max.id}/switch-off"),
    )
    admins = {world.lee.id, world.max.id}
    assert count(Person, Person.id.in_(admins), Person.active) == 1


def test_of_two_who_want_one_time_one_has_it(portal: Portal, world: World):
    """And nobody books two times that lie over one another."""
    far = datetime(2100, 1, 4, 15, tzinfo=UTC)

    def offer(host: Person) -> Appointment:
        spans = [Span(far, far + timedelta(minutes=20))]
        offer = TimeOffer(cohort_id=world.autumn.id)
        return offer_times(host, offer, spans, kind=AppointmentKind.TALK, zone="UTC")[0]

    for host in (world.cora, world.fay, world.lee):
        done(lambda host=host: offer(host))
    of_cora, of_fay, of_lee = db.session.scalars(
        select(Appointment.id).order_by(Appointment.id)
    ).all()
    db.session.rollback()
    page = "/coaching/appointments/{}/book"
    answers = portal.at_once(*(Sent(who, page.format(of_cora)) for who in ("ada", "ben")))
    assert sorted(answers) == [302, 409]
    answers = portal.at_once(*(Sent("dee", page.format(each)) for each in (of_fay, of_lee)))
    assert sorted(answers) == [302, 409]
    assert count(Guest) == 2


def test_two_who_want_the_last_seat(portal: Portal, world: World):
    far = datetime(2100, 1, 4, 15, tzinfo=UTC)
    offer, how = TimeOffer(to_district=True), {"kind": AppointmentKind.CLASSROOM, "zone": "UTC"}
    spans = [Span(far, far + timedelta(minutes=20))]
    done(lambda: offer_times(world.fay, offer, spans, **how)[0])
    slot = db.session.scalars(select(Appointment.id)).one()
    db.session.rollback()
    page = f"/coaching/appointments/{slot}/book"
    answers = portal.at_once(*(Sent(who, page) for who in ("ada", "ben", "dee")))
    assert Counter(answers) == {302: 1, 409: 2}
    assert count(Guest) == 1


def test_two_hand_in_at_once_for_the_last_seat_of_a_group(
    portal: Portal, world: World, tmp_path: Path
):
    text = TOGETHER.replace("size=3", "size=2")
    with committing():
        edition = publish_one(write_module(tmp_path, pages={"01-a.md": PAGE + text})).edition
        assert edition is not None
        assign(world.lee, world.autumn, edition.module.slug, why="Try it.")
        cohort = {"cohort": str(world.autumn.id), "version": "0"}
    db.session.rollback()
    form = {"q1-option": "after-an-answer", "q2-text": "Go on.", **cohort}
    url = "/learn/wait/together/two-scenes/send-in"
    assert portal.at_once(*(Sent(who, url, form) for who in ("ada", "ben", "dee"))) == [302] * 3
    sizes = Counter(db.session.scalars(select(Sheet.group_id)))
    assert sorted(sizes.values()) == [1, 2]
    db.session.rollback()
    assert portal.twice("dee", url, form) == [302, 302]
    assert count(Sheet) == 3
    assert count(Group) == 2
