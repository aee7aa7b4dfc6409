"""The mail job dies at any of its statements, and is done again: nothing is lost, nothing twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import Engine, event, select

from pdportal import clock
from pdportal.db import committing, db
from pdportal.inbox import kinds, letters, post
from pdportal.inbox.models import Letter, Notice
from pdportal.inbox.services import notify
from pdportal.inbox.topics import Topic
from tests.people import World

NOON = datetime(2026, 11, 3, 12, 0, tzinfo=UTC)


class Killed(Exception):
    """What nothing between two statements catches, as nothing catches a kill."""


class Taken:
    """A mail server that remembers what it took."""

    def __init__(self) -> None:
        self.mails: list[tuple[str, str]] = []

    def carry(self, _name, message) -> None:
        self.mails.append((message["To"], message["Message-ID"]))

    def close(self) -> None:
        return


@contextmanager
def dying_at(engine: Engine, number: int) -> Iterator[list[int]]:
    """Die before the statement of this number; gives how many were said."""
    said = [0]

    def count(*_statement: object) -> None:
        said[0] += 1
        if said[0] == number:
            raise Killed

    event.listen(engine, "before_cursor_execute", count)
    try:
        yield said
    finally:
        event.remove(engine, "before_cursor_execute", count)


def mail_job() -> None:
    with committing():
        letters.write_letters()
    post.send_letters()


def test_a_job_that_dies_anywhere_loses_nothing_and_sends_nothing_twice(
    world: World, app: Flask, database: Engine, monkeypatch: pytest.MonkeyPatch
):
    kinds.add_kind("waved", "%(name)s waved.", "Wave back", Topic.REQUESTS)
    kinds.add_kind("sang", "%(name)s sang.", "Listen", Topic.COACHING)
    server = Taken()
    monkeypatch.setattr(post, "carrier_for", lambda _settings: server)
    died = repeated = 0
    for number in range(1, 60):
        now = NOON + timedelta(hours=number)
        server.mails.clear()
        with clock.at(now):
            for person in (world.ada, world.ben):
                notify(person.id, "waved", "/w", name=world.zoe)
                notify(person.id, "waved", "/w", name=world.dee)
                notify(person.id, "sang", "/s", name=world.zoe)
            db.session.commit()
            with dying_at(database, number) as said, suppress(Killed):
                mail_job()
        db.session.rollback()
        if said[0] < number:
            break
        died += 1
        with clock.at(now + timedelta(minutes=6)):  # the claim of whoever died is over
            mail_job()
        by_id = Counter(server.mails)
        assert Counter(to for to, _id in by_id) == {world.ada.email: 2, world.ben.email: 2}, number
        # A mail that was taken while we died before noting it comes again, as the same mail.
        assert len(server.mails) <= 5, number
        repeated += len(server.mails) - 4
    assert died > 15
    assert repeated <= 4 * 3, "only between a mail server's yes and our three statements to note it"
    assert not db.session.scalars(select(Letter).where(Letter.sent_at.is_(None))).all()
    assert not db.session.scalars(select(Notice).where(Notice.mailed_at.is_(None))).all()
