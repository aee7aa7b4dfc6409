"""My year on one line of time, and a calendar at a secret address."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from flask import Flask
from icalendar import Calendar
from sqlalchemy import select

from pdportal import clock
from pdportal.coaching.elsewhere.models import PlaceKind
from pdportal.coaching.elsewhere.services import plan
from pdportal.db import db
from pdportal.feedback.meetings.models import Meeting, Seat
from pdportal.goals.services import goals as goal_verbs
from pdportal.goals.steps import services as step_verbs
from pdportal.home.models import CalendarFeed
from tests.conftest import Visit
from tests.feedback import given
from tests.people import World

NOW = datetime(2026, 10, 5, 14, 0, tzinfo=UTC)
MINE, THEIRS = "Strips of paper", "Secret of Ben"


def given_year(app: Flask, world: World, folder: Path) -> None:
    """Ada has a goal, steps, a round, a review to give and a meeting to come."""
    with clock.at(NOW), app.test_request_context():
        content = {"change": "Students ask.", "why": "Why", "know": "Know"}
        goal = goal_verbs.begin_goal(world.ada, content)
        goal_verbs.keep_goal(world.ada, goal, content)
        goal.until = date(2027, 1, 29)
        step_verbs.add_step(world.ada, goal, "Count, then; ask\nagain", due_on=date(2026, 10, 9))
        done = step_verbs.add_step(world.ada, None, "Read a page")
        step_verbs.finish_step(world.ada, done)
        tag = given.tag(folder)
        given.shared(given.plan(world.ada, MINE), tag, named=[world.dee])
        round_ = given.shared(given.plan(world.ben, THEIRS), tag, named=[world.ada])
        round_.due_on = date(2026, 10, 12)
        meeting = Meeting(
            work_id=round_.work_id,
            revision_id=round_.revision_id,
            protocol_id=round_.protocol_id,
            question=THEIRS,
            planned_at=datetime(2026, 10, 14, 20, 0, tzinfo=UTC),
        )
        meeting.seats = [Seat(person_id=world.ada.id)]
        db.session.add(meeting)
    db.session.commit()


def test_a_year_stands_on_one_line(
    app: Flask, world: World, visit: Visit, tmp_path: Path, statements: Any
):
    given_year(app, world, tmp_path)
    ada = visit(world.ada)
    with clock.at(NOW):
        with statements() as said:
            page = ada.get("/year").text
        assert len(said) <= 8
        order = ["Today", "A goal was set", "Count, then", "Feedback for a colleague", "Meeting"]
        found = [page.index(words, page.index("October 2026")) for words in order]
        assert found == sorted(found)
        for words in (MINE, "Read a page", "You hoped to see it by now", "January 2027"):
            assert words in page
        assert THEIRS not in page
        steps = ada.get("/year?kind=step").text
        assert MINE not in steps
        assert "Read a page" in steps
        assert "Nothing here yet" in ada.get("/year?year=2019").text
        assert ada.get("/year?year=99999999999999").status_code == 200
        assert MINE not in visit(world.ben).get("/year").text


def test_a_calendar_at_a_secret_address(app: Flask, world: World, visit: Visit, tmp_path: Path):
    given_year(app, world, tmp_path)
    ada, program = visit(world.ada), visit(None)
    with clock.at(NOW):
        page = ada.post("/year/calendar").text
        address = secret_in(page)
        assert address not in ada.get("/year/calendar").text
        stored = db.session.scalars(select(CalendarFeed)).one()
        assert stored.token_hash not in address
        answer = program.get(address)
        assert answer.mimetype == "text/calendar"
        assert "Set-Cookie" not in answer.headers
        events = Calendar.from_ical(answer.data).walk("VEVENT")
        said = {str(event["summary"]): event for event in events}
        assert len(said) == len(events) == 4
        assert any("Count, then; ask" in summary for summary in said)
        assert THEIRS not in answer.text
        (review,) = [event for event in events if "colleague" in str(event["summary"])]
        assert review.decoded("dtstart") == date(2026, 10, 12)
        (meeting,) = [event for event in events if "TAG" in str(event["summary"])]
        assert meeting.decoded("dtstart") == datetime(2026, 10, 14, 20, 0, tzinfo=UTC)
        uids = {str(event["uid"]) for event in events}
        assert uids == {
            str(event["uid"])
            for event in Calendar.from_ical(program.get(address).data).walk("VEVENT")
        }

        renewed = secret_in(ada.post("/year/calendar").text)
        assert program.get(address).status_code == 410
        assert program.get(renewed).status_code == 200
        assert program.get("/calendar/nothing.ics").status_code == 404
        ada.post("/year/calendar/stop")
        assert program.get(renewed).status_code == 410
        last = secret_in(ada.post("/year/calendar").text)
        world.ada.active = False
        db.session.commit()
        assert program.get(last).status_code == 404
        assert not program.get(last).data


def test_a_calendar_tells_days_by_its_persons_clock(world: World, visit: Visit):
    world.ada.time_zone = "Pacific/Honolulu"
    today = date(2026, 11, 30)
    with visit(None).application.test_request_context():
        plan(world.ada, "Westfield", PlaceKind.SCHOOL, today, form_key="k")
    db.session.commit()
    with clock.at(datetime(2026, 12, 1, 9, tzinfo=UTC)):
        address = secret_in(visit(world.ada).post("/year/calendar").text)
        assert "Westfield" in visit(None).get(address).text, "In Honolulu it is the 30th still."


def secret_in(page: str) -> str:
    found = re.search(r"https?://[^/]+(/calendar/[\w-]{40,}\.ics)", page)
    assert found
    return found[1]
