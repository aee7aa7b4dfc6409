"""A visit: proposed, agreed, noted with the line gone, read again, shared, and its next step."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from pdportal import clock
from pdportal.accounts.models import RoleName
from pdportal.coaching.appointments import seats
from pdportal.coaching.appointments import services as appointments
from pdportal.coaching.queries import my_teachers
from pdportal.coaching.visits import notes, policy, queries, services
from pdportal.coaching.visits.models import Tag, Visit, VisitLine
from pdportal.db import db
from pdportal.feedback.reviews.hints import judging_words
from pdportal.goals.models import Step
from pdportal.inbox.models import Notice
from pdportal.web.errors import Refused
from tests.conftest import Visit as VisitAs
from tests.goals.conftest import Given
from tests.people import World

FETCH = {"X-Requested-With": "fetch"}
SOON = datetime(2026, 10, 8, 14, 0, tzinfo=UTC)


def given_visit(app: Flask, world: World, *, agreed: bool = True, **more: Any) -> Visit:
    """Cora visits Ada."""
    with app.test_request_context():
        visit = services.propose(
            world.cora, world.cora, world.ada, **{"starts_at": SOON, "minutes": 20, **more}
        )
        if agreed:
            services.answer(world.ada, visit, accepts=True)
    db.session.commit()
    return visit


def row(key: str, changed: int, text: str, tag: str = "-", at: datetime = SOON) -> str:
    """A line as the page sends it."""
    return f"{key * 8} {changed} {int(at.timestamp() * 1000)} {tag} {text}"


def kinds_told(world: World, who: str) -> list[str]:
    told = select(Notice.kind).where(Notice.person_id == getattr(world, who).id)
    return list(db.session.scalars(told.order_by(Notice.id)))


def test_a_visit_from_its_proposal_to_a_step(
    app: Flask, world: World, visit: VisitAs, given_goal: Given
):
    goal = given_goal(world.ada)
    ada, cora = visit(world.ada), visit(world.cora)
    planned = {"named": world.ada.id, "who": "i", "starts_at": "2026-10-08T10:00", "minutes": "20"}
    assert "Say when." in cora.post("/coaching/visits/new", data={"who": "i"}).text
    for odd in ("0001-01-01T00:00", "9999-12-31T23:00", "x"):
        answer = cora.post("/coaching/visits/new", data=planned | {"starts_at": odd})
        assert answer.status_code == 422
    several = planned | {"named": [world.ada.id, world.ben.id]}
    assert "Choose one person." in cora.post("/coaching/visits/new", data=several).text
    page = cora.post("/coaching/visits/new", data=planned | {"place": "Room 12"}).location
    assert page == cora.post("/coaching/visits/new", data=planned).location  # sent twice
    assert kinds_told(world, "ada") == ["visit_proposed"]

    # Ada proposes another time; Cora answers, since that is hers now.
    moved = {"starts_at": "2026-10-09T10:00", "minutes": "30", "place": "Room 12", "why": "A test."}
    assert "proposes this time" in ada.get(page).text
    ada.post(f"{page}/move", data=moved)
    assert "A test." in cora.get(page).text
    assert ada.post(f"{page}/answer", data={"what": "accept"}).status_code == 409
    assert cora.get(f"{page}/notes").status_code == 403
    cora.post(f"{page}/answer", data={"what": "accept"})
    cora.post(f"{page}/answer", data={"what": "accept"})
    assert kinds_told(world, "ada") == ["appointment_made"]
    found = db.session.scalars(select(Visit)).one()
    assert (found.appointment.host_id, found.appointment.place) == (world.ada.id, "Room 12")
    at = f"/coaching/visits/at/{found.appointment_id}"
    assert cora.get(at).location == page
    assert visit(world.ben).get(at).status_code == 404

    # Before: both write, each in their own boxes.
    wants = {"wants": "Who talks after my question?", "seat": "By the door.", "version": "0"}
    assert ada.post(f"{page}/before", data=wants, headers=FETCH).json["version"] == 1
    again = ada.post(f"{page}/before", data=wants | {"wants": "Else"}, headers=FETCH)
    assert again.json["reason"] == "changed"
    ask = {"questions": "May I walk around?", "wants": "Mine", "version": "0"}
    cora.post(f"{page}/before", data=ask)
    assert "May I walk around?" in ada.get(page).text
    assert "Who talks after my question?" in cora.get(f"{page}/notes").text

    # During: lines from two devices, one sent twice, one still being typed, one without a script.
    phone = "\n".join([row("a", 1, "T: “Why is that?”"), row("b", 1, "Three han")])
    saved = cora.post(f"{page}/notes", data={"lines": phone}, headers=FETCH).json
    assert saved["values"] == {"lines": [row("b", 1, "Three han")]}
    cora.post(f"{page}/notes", data={"lines": row("b", 3, "Three hands go up", "students")})
    cora.post(f"{page}/notes", data={"lines": row("b", 2, "Three hands g")})  # came late
    cora.post(f"{page}/notes", data={"lines": row("c", 1, "A good start")})
    cora.post(f"{page}/notes", data={"text": "Twelve of 24 wrote\n", "tag": "number"})
    assert "hands" not in ada.get(page).text
    text = cora.get(f"{page}/again").text
    assert text.count("“good” judges") == text.count("judges") == 1
    lines = {line.text: line for line in db.session.scalars(select(VisitLine))}
    assert {words: line.tag for words, line in lines.items()} == {
        "T: “Why is that?”": Tag.TEACHER,
        "Three hands go up": Tag.STUDENTS,
        "A good start": None,
        "Twelve of 24 wrote": Tag.NUMBER,
    }

    # After: read again, one left out, one put right; then shared.
    boxes = {f"text-{line.id}": words for words, line in lines.items()}
    boxes[f"text-{lines['Three hands go up'].id}"] = "Four hands go up"
    boxes[f"out-{lines['A good start'].id}"] = "on"
    stale = cora.post(f"{page}/again", data=boxes | {"version": "7"}, headers=FETCH)
    assert stale.json["values"][f"text-{lines['A good start'].id}"] == "A good start"
    cora.post(f"{page}/again", data=boxes | {"version": "0", "share": "1"})
    told = ada.get(page).text
    assert "Four hands go up" in told
    assert "A good start" not in told
    assert kinds_told(world, "ada")[-1] == "visit_shared"

    # What was shared stays: a device that comes back late adds lines, private until shared.
    cora.post(f"{page}/notes", data={"lines": row("b", 9, "Three hands go up, then five")})
    assert "then five" not in ada.get(page).text
    assert "1 line that only you can read" not in ada.get(page).text
    assert "2 lines that only you can read" in cora.get(page).text
    cora.post(f"{page}/again", data={"version": "1", "share": "1"})
    text = ada.get(page).text
    assert "Four hands go up" in text
    assert "then five" in text
    say = {"text": "I did not see the fourth.", "key": "k1"}
    assert "Write it first." in ada.post(f"{page}/say", data={"text": " "}).text
    for _twice in range(2):
        ada.post(f"{page}/say", data=say)
    assert cora.get(page).text.count("I did not see the fourth.") == 1

    # The agreed step: one click, and it is in Ada's goal; Cora's list has when to ask again.
    step = {"next_step": "Count to five.", "follow_up_on": "2026-10-12", "version": "0"}
    cora.post(f"{page}/step", data=step)
    clash = ada.post(f"{page}/step", data=step | {"next_step": "Count to ten."})
    assert clash.status_code == 409
    assert "Count to five." in clash.text
    assert "Count to ten." in clash.text
    assert "Make it my step" in ada.get(page).text
    assert "Make it my step" not in cora.get(page).text
    made = {"text": "Count to five.", "due_on": "2026-10-12", "from_title": "t", "from_url": page}
    ada.post("/goals/steps/from-reflection", data=made)
    one = db.session.scalars(select(Step)).one()
    assert (one.goal_id, one.due_on, one.text) == (goal.id, date(2026, 10, 12), "Count to five.")
    assert "Make it my step" not in ada.get(page).text
    assert [row.next_step for row in queries.follow_ups(world.cora, date(2026, 10, 10))] == [
        "Count to five."
    ]
    assert "Count to five." in cora.get("/coaching/visits").text
    assert "Count to five." in cora.get(f"/coaching/teachers/{world.ada.id}").text
    (listed,) = my_teachers(world.cora)
    assert (listed.follow_on, listed.last_contact is None) == (date(2026, 10, 12), False)
    cora.post(f"{page}/followed-up")
    assert "Count to five." not in cora.get("/coaching/visits").text


@pytest.mark.parametrize("who", ["ben", "dee", "fay", "zoe", "lee", "max", "olu"])
def test_nobody_else_finds_a_visit(app: Flask, world: World, visit: VisitAs, who: str):
    found = given_visit(app, world)
    browser = visit(getattr(world, who))
    page = f"/coaching/visits/{found.id}"
    for path in ("", "/notes", "/again", "/move"):
        assert browser.get(page + path).status_code == 404
    for path in ("/answer", "/before", "/notes", "/again", "/say", "/step", "/followed-up"):
        assert browser.post(page + path, data={"what": "accept"}).status_code == 404, path
    assert world.ada.name not in browser.get("/coaching/visits").text
    assert not policy.takes_part(getattr(world, who), found)


def test_what_each_of_the_two_may_do(app: Flask, world: World):
    found = given_visit(app, world, agreed=False)
    with app.test_request_context():
        rules = (policy.may_answer, policy.may_plan, policy.may_note)

        def asked(person: Any) -> tuple[bool, ...]:
            return tuple(rule(person, found) for rule in rules)

        assert asked(world.ada) == (True, True, False)
        assert asked(world.cora) == (False, True, False)
        services.answer(world.ada, found, accepts=True)
        assert asked(world.ada) == (False, True, False)
        assert asked(world.cora) == (False, True, True)
        for refused in (
            lambda: notes.save_lines(world.ada, found, notes.read_plain("Mine", "")),
            lambda: notes.share(world.ada, found),
            lambda: notes.say(world.ada, found, "Too early", "k"),
            lambda: services.agree_on_step(world.ada, found, "Early", None, version=0),
            lambda: services.follow_up_done(world.ada, found),
            lambda: services.answer(world.ada, found, accepts=False),
            lambda: notes.share(world.cora, found),  # nothing is noted
        ):
            with pytest.raises(Refused):
                refused()
        services.call_off(world.ada, found)
        services.call_off(world.ada, found)
        assert asked(world.cora) == (False, False, True)  # what was noted is theirs
        assert kinds_told(world, "cora") == ["appointment_made", "appointment_canceled"]


def test_another_time_holds_once_it_is_agreed_and_a_taken_hour_is_said(app: Flask, world: World):
    found = given_visit(app, world)
    later = {"minutes": 20, "place": "", "why": ""}
    with app.test_request_context():
        services.move(world.cora, found, starts_at=SOON + timedelta(days=1), **later)
        assert found.appointment.starts_at == SOON  # so long
        other = services.propose(world.ben, world.ben, world.ada, starts_at=SOON, minutes=30)
        with pytest.raises(Refused, match="another appointment"):
            services.answer(world.ada, other, accepts=True)
        db.session.refresh(other)
        services.answer(world.ada, found, accepts=True)
        assert found.appointment.starts_at == SOON + timedelta(days=1)
        services.answer(world.ada, other, accepts=True)
        seats.take_out(world.ben, other.appointment, world.ben)  # on its own page
        assert other.called_off_at is not None
        assert not other.appointment.stands
        services.move(world.ada, found, starts_at=SOON + timedelta(days=2), **later)
        services.answer(world.cora, found, accepts=False)
        assert not found.appointment.stands


def test_a_visit_moves_with_its_appointment(app: Flask, world: World):
    found = given_visit(app, world)
    later = SOON + timedelta(hours=3)
    with app.test_request_context():
        appointments.move(world.ada, found.appointment, later, later + timedelta(minutes=30))
        assert (found.starts_at, found.minutes, found.is_agreed) == (later, 30, True)


def test_a_shared_line_keeps_its_tag(app: Flask, world: World):
    found = given_visit(app, world)
    with app.test_request_context():
        notes.save_lines(world.cora, found, notes.read_rows(row("a", 1, "Four hands", "number")))
        notes.share(world.cora, found)
        notes.save_lines(world.cora, found, notes.read_rows(row("a", 2, "Four hands", "teacher")))
        (line,) = queries.lines(world.ada, found)
        assert line.tag is Tag.NUMBER
        # What is typed on it after each time it was shared is another line, however often.
        for time in range(3, 15):
            late = row("abcd", time, f"Four hands, {time}")
            notes.save_lines(world.cora, found, notes.read_rows(late))
            notes.share(world.cora, found)
        assert max(len(line.key) for line in queries.lines(world.ada, found)) <= 40


def test_a_visit_that_was_missed_gets_another_time(app: Flask, world: World):
    found = given_visit(app, world)
    missed = found.appointment
    with app.test_request_context(), clock.at(SOON + timedelta(days=1)):
        later = SOON + timedelta(days=2)
        services.move(world.cora, found, starts_at=later, minutes=20, place="", why="Ill.")
        services.answer(world.ada, found, accepts=True)
        assert found.appointment is not missed
        assert found.appointment.starts_at == later
        assert found.is_agreed


def test_who_visits_whom(app: Flask, world: World):
    lead_and_coach = world.person("Lia Costa", RoleName.LEAD, RoleName.COACH)
    ada, ben, cora, lee, olu = world.ada, world.ben, world.cora, world.lee, world.olu
    for by, visitor, host, may in (
        (ben, ben, ada, True),
        (ada, ben, ada, True),
        (ben, cora, ada, False),  # for others
        (ada, ada, ada, False),
        (olu, olu, ada, False),  # another district
        (lee, lee, ada, False),  # whoever leads comes when invited
        (ada, lee, ada, True),
        (lee, ada, lee, True),
        (lead_and_coach, lead_and_coach, ada, False),
    ):
        assert policy.may_propose(by, visitor, host) is may, (by.name, visitor.name, host.name)
    from pdportal.cohorts.models import Coaching

    db.session.add(Coaching(coach_id=lead_and_coach.id, teacher_id=ada.id))
    db.session.flush()
    assert policy.may_propose(lead_and_coach, lead_and_coach, ada)


def test_lines_of_a_page_are_read_as_they_are_typed():
    with clock.at(SOON):
        good = row("a", 5, "  two  blanks, and – marks", "number", SOON - timedelta(minutes=59))
        late = row("b", 5, "x", at=SOON + timedelta(hours=3))
        early = row("c", 5, "y", at=SOON - timedelta(days=8))
        far = f"{'d' * 8} 1 999999999999999 - z"
        read = notes.read_rows("\r\n".join([good, "nonsense", "", late, early, far]))
    assert [(line.key[0], line.at, line.tag) for line in read] == [
        ("a", SOON - timedelta(minutes=59), Tag.NUMBER),
        *((key, SOON, None) for key in "bcd"),
    ]
    assert read[0].text == "  two  blanks, and – marks"


@pytest.mark.parametrize(
    ("text", "judges"),
    [
        ("A good, weak start that should end", ["good", "weak", "should"]),
        ("T: “Good job!” 3 students smile", []),
        ("Looks like the well in the yard", []),
        ("Das ist gut", []),
    ],
)
def test_words_that_judge(text: str, judges: list[str]):
    assert judging_words(text) == judges


@pytest.mark.parametrize("rows", [2, 20])
def test_pages_cost_the_same_for_many_lines_and_visits(
    app: Flask, world: World, visit: VisitAs, statements: Callable[[], Any], rows: int
):
    for day in range(rows):
        found = given_visit(app, world, starts_at=SOON + timedelta(days=day))
    with app.test_request_context():
        notes.save_lines(world.cora, found, notes.read_plain("a\n" * rows + "b", ""))
        notes.share(world.cora, found)
        for each in range(rows):
            notes.say(world.ada, found, f"said {each}", f"k{each}")
    db.session.commit()
    cora = visit(world.cora)
    for page, most in (
        ("/coaching/visits", 4),
        (f"/coaching/visits/{found.id}", 5),
        (f"/coaching/visits/{found.id}/notes", 4),
    ):
        with statements() as said:
            assert cora.get(page).status_code == 200
        assert len(said) <= most, said
