"""Jobs arrive, as JSON, from any machine at any other; repeated ones are done once."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import pytest
from flask import Flask

from pdportal import clock, create_app
from pdportal.db import db
from pdportal.operations import CannotRun, running, serving
from pdportal.operations.jobs import JobFailed, Jobs, jobs
from tests.people import World
from tests.postgres import another_database


@pytest.fixture(params=["file", "redis", "postgresql"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Path | str]:
    """Where a queue can lie."""
    if request.param == "file":
        yield tmp_path / "jobs.sqlite3"
    elif request.param == "redis":
        yield request.getfixturevalue("redis_url")
    else:
        with another_database(request.getfixturevalue("postgres_url")) as url:
            yield url.replace("+psycopg", "")


Start = Callable[[Path | str], Jobs]


@pytest.fixture
def start(app: Flask) -> Iterator[Start]:
    """Starts a machine's jobs over a queue."""
    with ExitStack() as at_the_end:

        def _start(place: Path | str) -> Jobs:
            machine = Jobs(app, place)
            at_the_end.callback(machine.queue.storage.close)
            return machine

        yield _start


def two_machines(start: Start, place: Path | str) -> tuple[Jobs, Jobs, list[Any]]:
    """Two that share a queue, and what their job `note` has done."""
    done: list[Any] = []
    machines = start(place), start(place)
    for number, machine in enumerate(machines):
        machine.consumer(inside=True)
        machine.add(lambda *ids, at=number: done.append((at, *ids)), name="note")
    return *machines, done


def work_off(machine: Jobs) -> None:
    """Do what waits, as a consumer does."""
    while (task := machine.queue.dequeue()) is not None:
        machine.queue.execute(task)


@pytest.mark.usefixtures("world")
def test_a_job_is_done_by_another_machine_once_it_is_stored(start: Start, place: Path | str):
    first, second, done = two_machines(start, place)
    first.do("note", 7)
    work_off(second)
    assert done == []
    db.session.commit()
    work_off(second)
    work_off(first)
    assert done == [(1, 7)]


@pytest.mark.usefixtures("world")
def test_a_queue_holds_json_and_no_code(start: Start, place: Path | str):
    first, _second, _done = two_machines(start, place)
    first.do("note", 7)
    db.session.commit()
    (message,) = first.queue.storage.enqueued_items()
    assert json.loads(message)["message"]["args"] == [7]
    first.queue.flush()


@pytest.mark.usefixtures("world")
def test_a_repeated_job_is_done_by_one_machine_in_its_minute(start: Start, tmp_path: Path):
    """Even if each has a queue of its own; and whoever asks for it meanwhile gets it done, too."""
    done: list[int] = []
    machines = [start(tmp_path / f"{number}.sqlite3") for number in range(2)]
    for number, machine in enumerate(machines):
        machine.add(lambda at=number: done.append(at), name="sweep", every="minute")
    noon = datetime(2026, 10, 5, 12, 0, 10, tzinfo=UTC)
    for at in (noon, noon + timedelta(seconds=40), noon + timedelta(minutes=1)):
        with clock.at(at):
            for machine in machines:
                (task,) = machine.queue._registry.periodic_tasks
                machine.queue.execute(task)
    assert len(done) == 2
    machines[1].do("sweep")
    db.session.commit()
    work_off(machines[1])
    assert len(done) == 3


@pytest.mark.usefixtures("world")
def test_a_job_that_fails_is_named_and_says_no_more(start: Start, tmp_path: Path):
    machine = start(tmp_path / "jobs.sqlite3")
    secret = "what somebody wrote"

    def fail(_ident: int) -> None:
        raise ValueError(secret)

    machine.add(fail, name="fail", retries=0)
    machine.do("fail", 1)
    db.session.commit()
    with pytest.raises(JobFailed) as failed:
        machine.queue.dequeue().execute()
    assert str(failed.value) == "fail"
    assert failed.value.__suppress_context__


@pytest.mark.parametrize(
    "place", ["redis://127.0.0.1:9/0", "postgresql://nobody:geheim@127.0.0.1:9/none"]
)
def test_a_queue_that_does_not_answer_is_named_without_its_password(start: Start, place: str):
    machine = start(place)
    with pytest.raises(CannotRun, match="PDPORTAL_JOBS_URL") as refused:
        machine.consumer(inside=False)
    assert "geheim" not in str(refused.value)


def test_what_is_stored_waits_for_no_queue(start: Start, world: World):
    machine = start("redis://127.0.0.1:9/0")
    machine.add(lambda: None, name="note")
    machine.do("note")
    world.ada.name = "Ada Abel"
    db.session.commit()
    assert world.ada.name == "Ada Abel"


def test_the_threads_that_do_jobs_are_made_in_the_process_that_does_them(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    """From Python 3.13 on a thread that was made before a fork cannot be started after it."""
    made: list[bool] = []
    plans: list[dict[str, Any]] = []
    monkeypatch.setattr(tempfile, "tempdir", None)  # serving says another place
    monkeypatch.setattr(running, "_must_be_up_to_date", lambda app: None)
    monkeypatch.setattr(serving, "serve", lambda *_where, **plan: plans.append(plan))
    app = create_app({"DATA": tmp_path, "LOG_LEVEL": "error"})
    monkeypatch.setattr(jobs(app), "consumer", lambda **_how: made.append(True) or Mock())
    running.serve_portal(app)
    assert not made
    plans[0]["on_start"]()
    plans[0]["on_stop"]()
    assert made == [True]


def test_a_file_of_jobs_that_cannot_be_used_is_named_with_what_is_wrong(app: Flask, tmp_path: Path):
    place = tmp_path / "jobs.sqlite3"
    place.write_bytes(b"This is no database.\n" * 500)
    with pytest.raises(CannotRun, match=r"jobs\.sqlite3, cannot be used: .* it is damaged"):
        Jobs(app, place)
