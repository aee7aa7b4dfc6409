"""Times are offered and booked; office hours have a queue; a classroom has visitors."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import delete, select, update

from pdportal import clock
from pdportal.accounts.services import people
from pdportal.coaching.appointments import own_data, questions, seats
from pdportal.coaching.appointments.models import Appointment, HoursQuestion, Waiter
from pdportal.coaching.appointments.queries import agenda_of
from pdportal.cohorts.models import Coaching
from pdportal.db import db
from pdportal.inbox.models import Notice
from pdportal.web.errors import Refused
from tests.coaching.appointments.given import EAST, NOON, event_of, mails
from tests.conftest import Visit
from tests.people import World


@pytest.fixture(autouse=True)
def at_noon(world: World) -> Any:
    for person in world.everyone:
        person.time_zone = EAST
    db.session.add(Coaching(coach_id=world.cora.id, teacher_id=world.ben.id))
    db.session.commit()
    with clock.at(NOON):
        yield


TIMES = {
    "kind": "talk",
    "audience": "teachers",
    "day": "2026-12-08",
    "starts": "15:30",
    "ends": "16:30",
    "minutes": "20",
    "pause": "0",
    "closes": "24",
    "room": "1",
    "place": "Room 12",
}


def offered(visit: Visit, world: World, **more: str) -> list[Appointment]:
    answer = visit(world.cora).post("/coaching/booking/new", data={**TIMES, **more})
    assert answer.status_code == 302, re.findall(r'class="mistake".*?</span></span>', answer.text)
    return list(db.session.scalars(select(Appointment).order_by(Appointment.starts_at)))


def page_of(slot: Appointment) -> str:
    return f"/coaching/appointments/{slot.id}"


def test_a_series_is_offered_and_one_time_booked_moved_and_waited_for(
    app: Flask, world: World, visit: Visit, statements: Any
):
    slots = offered(
        visit, world, weekly="y", until="2027-03-16", skip="12/22, 12/29", title="Plan a lesson"
    )
    assert len(slots) == 3 * 13
    # Half past three stays half past three when the clock goes forward, on March 14.
    hours = {slot.starts_at.hour for slot in slots if slot.starts_at.minute == 30}
    assert hours == {20, 19}
    again = visit(world.cora).post("/coaching/booking/new", data={**TIMES, "title": "Typed"})
    assert again.status_code == 422
    assert "already" in again.text
    assert "Typed" in again.text
    no_time = visit(world.cora).post("/coaching/booking/new", data={**TIMES, "starts": "half past"})
    assert no_time.status_code == 422
    assert "Choose a time, like 15:30." in no_time.text
    assert "half past" in no_time.text

    first, second, third = slots[:3]
    ada, ben = visit(world.ada), visit(world.ben)
    with statements() as said:
        week = ada.get("/coaching/booking?week=2026-12-08").text
    assert len(said) <= 8
    assert week.count("Plan a lesson") == 3
    assert "No times this week" in ada.get("/coaching/booking?week=2026-12-22").text
    assert re.search(
        r"You can move or cancel it until [^<]* at \d+:\d\d", ada.get(page_of(first)).text
    )
    for _twice in range(2):
        assert ada.post(f"{page_of(first)}/book").location == page_of(first)
    sent = dict(mails(app))
    assert sent.keys() == {"ada", "cora"}
    assert event_of(sent["ada"])[1]["summary"] == "Plan a lesson: Cora Mbeki"
    assert "Ada Okafor" in visit(world.cora).get("/coaching/booking?week=2026-12-08").text

    # Ben wants the same, and is first on the waiting list; Dee is nobody's here.
    late = ben.post(f"{page_of(first)}/book")
    assert late.status_code == 409
    assert "Someone just booked it" in late.text
    assert f'action="{page_of(first)}/wait"' in late.text, "what one can do about it is there"
    assert "full" in ben.get(page_of(first)).text
    assert "Ada" not in ben.get(page_of(first)).text
    ben.post(f"{page_of(first)}/wait")
    with statements() as said:
        ada.get(page_of(first))
    assert len(said) <= 8
    assert ada.post(f"{page_of(first)}/change/{third.id}").location == page_of(third)
    told = {(who, event_of(mail)[0]) for who, mail in mails(app) if list(mail.iter_attachments())}
    assert ("ada", "CANCEL") in told
    assert ("ada", "REQUEST") in told
    assert "is held for you until" in ben.get("/inbox").text
    # It is Ben's for a day: nobody else takes it meanwhile.
    assert ada.post(f"{page_of(third)}/change/{first.id}").status_code == 409
    db.session.expire_all()
    assert world.ada in third.coming
    assert ben.post(f"{page_of(first)}/book").status_code == 302

    # Twenty hours before it is too late to move, and never too late to say so.
    with clock.at(third.starts_at - timedelta(hours=20)):
        assert ada.post(f"{page_of(third)}/change/{second.id}").status_code == 409
        assert "too late to move" in ada.get(page_of(third)).text
        assert ada.post(f"{page_of(third)}/leave").status_code == 302
    db.session.expire_all()
    assert third.coming == []
    assert third.stands

    # What the host moves is offered at the other time, and in Ben's calendar; who waits is told.
    ada.post(f"{page_of(first)}/wait")
    moved = {"day": "2026-12-09", "starts": "08:00", "ends": "08:20", "place": "", "link": ""}
    assert visit(world.cora).post(f"{page_of(first)}/move", data=moved).status_code == 302
    db.session.expire_all()
    assert first.starts_at.hour == 13
    assert "The time you wait for was moved. It is now" in ada.get("/inbox").text
    assert "See that week" in ada.get("/coaching/booking?week=2026-11-30").text
    visit(world.cora).post(f"{page_of(second)}/cancel", data={"all": "1"})
    visit(world.cora).post(f"{page_of(first)}/cancel")
    assert "canceled your appointment" in ben.get("/inbox").text
    assert "The time you wait for is no longer offered" in ada.get("/inbox").text
    gone = db.session.scalars(select(Notice).where(Notice.kind == "slot_gone")).one()
    assert ada.get(gone.url).status_code == 200
    assert ada.get(page_of(second)).status_code == 404
    assert not any(slot.is_offered for slot in db.session.scalars(select(Appointment)))


def test_a_seat_that_is_not_taken_goes_to_the_next(world: World, visit: Visit):
    (slot,) = offered(visit, world, minutes="0")
    db.session.add(Coaching(coach_id=world.cora.id, teacher_id=world.dee.id))
    db.session.commit()
    visit(world.ada).post(f"{page_of(slot)}/book")
    for who, minutes in (("ben", 0), ("dee", 1)):
        with clock.at(NOON + timedelta(minutes=minutes)):
            visit(getattr(world, who)).post(f"{page_of(slot)}/wait")
    visit(world.ada).post(f"{page_of(slot)}/leave")
    assert "A seat is held for you" in visit(world.ben).get(page_of(slot)).text
    with clock.at(NOON + timedelta(hours=25)):
        seats.pass_on()
        db.session.commit()
        assert "went to the next" in visit(world.ben).get("/inbox").text
        assert "A seat is held for you" in visit(world.dee).get(page_of(slot)).text
        visit(world.dee).post(f"{page_of(slot)}/stop")
    assert db.session.scalars(select(Waiter)).all() == []
    with clock.at(NOON + timedelta(hours=26)):
        assert visit(world.ben).post(f"{page_of(slot)}/book").status_code == 302
        # A seat held for somebody to whom the time is no longer offered goes on at once.
        for who in ("ada", "dee"):
            visit(getattr(world, who)).post(f"{page_of(slot)}/wait")
        visit(world.ben).post(f"{page_of(slot)}/leave")
        db.session.execute(
            update(Coaching).where(Coaching.teacher_id == world.ada.id).values(ended_at=NOON)
        )
        seats.pass_on()
        db.session.commit()
        assert "A seat is held for you" in visit(world.dee).get(page_of(slot)).text


def test_office_hours_have_a_queue_and_answers_for_one_or_for_all(
    app: Flask, world: World, visit: Visit, statements: Any
):
    (slot,) = offered(visit, world, kind="hours")
    ada, ben, cora = visit(world.ada), visit(world.ben), visit(world.cora)
    with app.test_request_context():
        assert [row.title for row in agenda_of(world.cora, date(2026, 12, 8))] == ["Office hours"]
    typed = {"text": "How do I group them?", "version": "0"}
    fetch = {"X-Requested-With": "fetch"}
    assert ada.post(f"{page_of(slot)}/question", data=typed, headers=fetch).json["version"] == 1
    assert "How do I group them?" in ada.get(page_of(slot)).text
    assert "How do I group them?" not in cora.get(page_of(slot)).text
    for _twice in range(2):
        data = {**typed, "version": "1", "ask": "1", "may_show": "1", "comes": "1"}
        assert ada.post(f"{page_of(slot)}/question", data=data).status_code == 302
    ben.post(f"{page_of(slot)}/question", data={"text": "Mine alone?", "ask": "1"})
    assert ben.post(f"{page_of(slot)}/question", data={"text": " ", "ask": "1"}).status_code == 422
    assert "You are next." in ada.get(page_of(slot)).text
    assert "You are number 2." in ben.get(page_of(slot)).text
    assert "How do I" not in ben.get(page_of(slot)).text
    queue = cora.get(page_of(slot)).text
    assert queue.index("How do I group them?") < queue.index("Mine alone?")
    assert "Ada Okafor asked a question" in cora.get("/inbox").text
    sent = [who for who, mail in mails(app) if list(mail.iter_attachments())]
    assert sorted(sent) == ["ada", "cora"], "Ben asks and does not come"

    with app.test_request_context():
        (row,) = agenda_of(world.cora, date(2026, 12, 8))
        assert (row.title, row.where) == ("Office hours: Ada Okafor", "Room 12")
    first, second = db.session.scalars(select(HoursQuestion).order_by(HoursQuestion.id))
    answer = f"/coaching/appointments/questions/{first.id}/answer"
    half = {"text": "By what", "version": "0"}
    assert cora.post(answer, data=half, headers=fetch).json["version"] == 1
    assert "By what" not in ada.get(page_of(slot)).text
    assert "By what" not in str([piece.content for piece in own_data.PART.collect(world.ada)])
    full = {"text": "By the strategy they chose.", "version": "1", "send": "all"}
    for _twice in range(2):
        assert cora.post(answer, data=full).status_code == 302
    assert "You are next." in ben.get(page_of(slot)).text
    shown = ben.get(page_of(slot)).text
    assert "By the strategy they chose." in shown
    assert "Ada" not in shown, "without the asker's name"
    private = {"text": "Yours alone.", "version": "0", "send": "all"}
    cora.post(f"/coaching/appointments/questions/{second.id}/answer", data=private)
    assert "Yours alone." in ben.get(page_of(slot)).text
    assert "Yours alone." not in ada.get(page_of(slot)).text, "Ben did not agree to more"
    assert "Cora Mbeki answered your question" in ben.get("/inbox").text
    assert ben.post(f"/coaching/appointments/questions/{second.id}/back").status_code == 409
    assert ben.post(answer, data=full).status_code == 403
    with statements() as said:
        cora.get(page_of(slot))
    assert len(said) <= 8


CLASSROOM = {
    "about": "How groups start without me",
    "day": "2026-12-08",
    "starts": "10:00",
    "ends": "10:45",
    "room": "3",
    "place": "Room 4",
}


def test_an_open_classroom_has_three_visitors(app: Flask, world: World, visit: Visit):
    hill = f"school:{world.hill.id}"
    gus, ivy = (
        world.person("Gus Ray", school=world.hill),
        world.person("Ivy Moe", school=world.hill),
    )
    jan = world.person("Jan Roe", school=world.hill)
    db.session.commit()
    ada = visit(world.ada)
    answer = ada.post("/coaching/open/new", data={**CLASSROOM, "audience": hill})
    assert answer.location.endswith("/coaching/open?week=2026-12-08")
    slot = db.session.scalars(select(Appointment)).one()
    week = visit(world.ben).get("/coaching/open?week=2026-12-08").text
    assert "How groups start without me" in week
    assert "3 seats" in week
    for person in (world.ben, gus, ivy):
        assert visit(person).post(f"{page_of(slot)}/book").status_code == 302
    assert visit(jan).post(f"{page_of(slot)}/book").status_code == 409
    sent = {who: mail for who, mail in mails(app) if list(mail.iter_attachments())}
    assert sent.keys() == {"ada", "ben", "gus", "ivy"}
    # Names: the host's and the visitors' alone. A lead of the school learns none.
    assert "Gus Ray" in ada.get(page_of(slot)).text
    assert "Gus Ray" in visit(world.ben).get(page_of(slot)).text
    hal = world.person("Hal Brandt", school=world.hill)
    for outside in (jan, hal):
        assert "Gus" not in visit(outside).get(page_of(slot)).text
        assert "Gus" not in visit(outside).get("/coaching/open?week=2026-12-08").text
    thank = f"{page_of(slot)}/thank"
    assert visit(world.ben).post(thank).status_code == 403, "it has not begun"
    with clock.at(slot.ends_at + timedelta(hours=1)):
        for _twice in range(2):
            assert visit(world.ben).post(thank, data={"text": "The timer!"}).status_code == 302
        visit(gus).post(thank)
        assert visit(jan).post(thank).status_code == 403
        long = visit(gus).post(thank, data={"text": "x" * 301})
        assert long.status_code == 422
        assert "x" * 301 in long.text
        page = ada.get(page_of(slot)).text
        assert "The timer!" in page
        assert "Gus Ray" in page
        assert "The timer!" not in visit(gus).get(page_of(slot)).text
        assert "Gus Ray thanks you for your open classroom" in ada.get("/inbox").text


def test_a_classroom_is_taken_back_at_once(app: Flask, world: World, visit: Visit):
    ada, ben = visit(world.ada), visit(world.ben)
    ada.post("/coaching/open/new", data={**CLASSROOM, "audience": "district"})
    slot = db.session.scalars(select(Appointment)).one()
    assert visit(world.dee).get(page_of(slot)).status_code == 200
    assert visit(world.olu).get(page_of(slot)).status_code == 404
    ben.post(f"{page_of(slot)}/book")
    mails(app)
    ada.post(f"{page_of(slot)}/cancel")
    assert event_of(dict(mails(app))["ben"])[0] == "CANCEL"
    assert visit(world.dee).get(page_of(slot)).status_code == 404
    assert "How groups" not in ben.get("/coaching/open?week=2026-12-08").text


@pytest.mark.parametrize(
    ("audience", "who", "sees"),
    [
        *(
            ("teachers", who, who in ("ada", "ben", "cora"))
            for who in ("ada", "ben", "cora", "dee")
        ),
        *(("teachers", who, False) for who in ("fay", "lee", "max", "olu", "zoe")),
        *(("school", who, who in ("ada", "ben", "cora")) for who in ("ada", "dee", "lee", "cora")),
    ],
)
def test_a_time_is_seen_by_those_it_is_offered_to(
    world: World, visit: Visit, audience: str, who: str, sees: bool
):
    chosen = f"school:{world.hill.id}" if audience == "school" else audience
    (slot, *_more) = offered(visit, world, audience=chosen)
    one = visit(getattr(world, who))
    assert one.get(page_of(slot)).status_code == (200 if sees else 404)
    assert ("Coaching talk" in one.get("/coaching/booking?week=2026-12-08").text) == sees
    may_book = sees and who != "cora"
    assert (one.post(f"{page_of(slot)}/book").status_code == 302) == may_book
    taken = one.post(f"{page_of(slot)}/cancel").status_code
    assert taken == (302 if who == "cora" else 403 if sees else 404)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"audience": "school:1000"}, "Choose one from the list"),
        ({"audience": ""}, "Choose for whom."),
        ({"day": "2020-01-01"}, "That day is over"),
        ({"day": "soon"}, "Write the date"),
        ({"starts": "16:30", "ends": "15:30"}, "No time is left"),
        ({"starts": "25:00"}, "time"),
        ({"weekly": "y"}, "Until when, each week?"),
        ({"weekly": "y", "until": "2026-12-01"}, "before the first day"),
        ({"weekly": "y", "until": "2199-01-01"}, "At most 200 times"),
        ({"skip": "Friday"}, "Write days like"),
        ({"room": "0"}, "1 to 200"),
        ({"room": "many"}, "Type a whole number"),
        ({"link": "javascript:alert(1)"}, "A link begins with"),
        ({"rest_from": "12:00"}, "from when to when"),
        ({"day": "2027-03-14", "starts": "02:30", "ends": "04:30"}, "the clock goes forward"),
    ],
)
def test_what_cannot_be_offered_comes_back_with_why(
    world: World, visit: Visit, typed: dict[str, str], said: str
):
    data = {**TIMES, "title": "As typed", **typed}
    answer = visit(world.cora).post("/coaching/booking/new", data=data)
    assert answer.status_code == 422
    assert said in answer.text
    assert "As typed" in answer.text
    assert db.session.scalars(select(Appointment)).all() == []


def test_a_link_that_ended_ends_what_was_offered(world: World, visit: Visit):
    (slot, *_more) = offered(visit, world)
    db.session.execute(update(Coaching).values(ended_at=NOON))
    db.session.commit()
    assert visit(world.ada).get(page_of(slot)).status_code == 404


def test_only_whoever_comes_takes_a_time_into_a_calendar(world: World, visit: Visit):
    (slot, *_more) = offered(visit, world)
    file = f"{page_of(slot)}/invite.ics"
    assert visit(world.ada).get(file).status_code == 404, "it has the address of the host"
    visit(world.ada).post(f"{page_of(slot)}/book")
    assert "mailto:cora" in visit(world.ada).get(file).text.replace("\r\n ", "")
    assert visit(world.ben).get(file).status_code == 404


def test_no_seat_is_held_for_somebody_who_is_there_no_longer(
    app: Flask, world: World, visit: Visit
):
    (slot, *_more) = offered(visit, world)
    visit(world.ada).post(f"{page_of(slot)}/book")
    visit(world.ben).post(f"{page_of(slot)}/wait")
    with app.test_request_context():
        people.switch_off(world.max, world.ben)
        db.session.commit()
    visit(world.ada).post(f"{page_of(slot)}/leave")
    db.session.expire_all()
    assert slot.free == 1


def test_a_seat_that_is_held_for_somebody_who_leaves_goes_to_the_next(
    app: Flask, world: World, visit: Visit
):
    (slot, *_more) = offered(visit, world, audience=f"school:{world.lake.id}")
    for person, act in ((world.dee, "book"), (world.fay, "wait"), (world.zoe, "wait")):
        visit(person).post(f"{page_of(slot)}/{act}")
    visit(world.dee).post(f"{page_of(slot)}/leave")
    assert "A seat is held for you" in visit(world.fay).get(page_of(slot)).text
    with app.test_request_context():
        own_data.PART.forget(world.fay)
        db.session.commit()
    assert "A seat is held for you" in visit(world.zoe).get(page_of(slot)).text


def test_an_answer_that_will_not_do_stays_in_its_box_and_says_why(world: World, visit: Visit):
    (hours, *_more) = offered(visit, world, kind="hours")
    for asker in (world.ada, world.ben):
        asked = {"text": f"{asker.called} asks?", "ask": "1", "version": "0"}
        visit(asker).post(f"{page_of(hours)}/question", data=asked)
    question = db.session.scalars(select(HoursQuestion).order_by(HoursQuestion.id)).first()
    assert question is not None
    answer = f"/coaching/appointments/questions/{question.id}/answer"
    cora = visit(world.cora)
    long = cora.post(answer, data={"text": "Because. " * 300, "version": "0", "send": "one"})
    assert long.status_code == 422
    assert long.text.count("Because. Because.") == 150
    assert "shorten it" in long.text
    cora.post(answer, data={"text": "In one window", "version": "0"})
    other = cora.post(answer, data={"text": "In another", "version": "0", "send": "one"})
    assert other.status_code == 409
    assert other.text.count("In another") == 1


def test_what_belongs_to_hours_or_a_classroom_is_not_said_to_a_talk(world: World, visit: Visit):
    (slot, *_more) = offered(visit, world)
    ada = visit(world.ada)
    asked = {"text": "Why?", "ask": "1", "version": "0"}
    assert ada.post(f"{page_of(slot)}/question", data=asked).status_code == 409
    ada.post(f"{page_of(slot)}/book")
    with clock.at(slot.starts_at):
        assert ada.post(f"{page_of(slot)}/thank", data={"text": "Thanks"}).status_code == 403


def test_that_all_later_times_are_meant_is_kept_where_the_reason_will_not_do(
    world: World, visit: Visit
):
    (slot, *_more) = offered(visit, world)
    words = {"why": "w" * 301, "all": "1"}
    again = visit(world.cora).post(f"{page_of(slot)}/cancel", data=words)
    assert again.status_code == 422
    assert 'name="all" value="1" checked>' in again.text


def test_an_agenda_does_not_tell_whether_others_come_to_office_hours(
    app: Flask, world: World, visit: Visit
):
    (hours, *_more) = offered(visit, world, kind="hours")
    titles = []
    for guest in (world.ada, world.ben):
        visit(guest).post(f"{page_of(hours)}/book")
        with app.test_request_context():
            titles += [line.title for line in agenda_of(world.ada, date(2026, 12, 8))]
    assert titles == ["Office hours: Cora Mbeki"] * 2


def test_an_answer_that_was_sent_meanwhile_is_not_sent_again(
    app: Flask, world: World, visit: Visit
):
    (hours, *_more) = offered(visit, world, kind="hours")
    visit(world.ada).post(f"{page_of(hours)}/question", data={"text": "Why?", "ask": "1"})
    question = db.session.scalars(select(HoursQuestion)).one()
    assert question.answered_at is None
    sent = {"answer": "Because.", "answer_version": 1, "answered_at": NOON}
    behind = {"synchronize_session": False}  # as another process does it
    db.session.execute(update(HoursQuestion).values(**sent), execution_options=behind)
    with app.test_request_context():
        questions.answer(world.cora, question, "Because.", 1, for_all=False)
    told = select(Notice).where(Notice.kind == "hours_answered")
    assert not db.session.scalars(told).all(), "the other one told"
    db.session.execute(delete(HoursQuestion), execution_options=behind)
    with app.test_request_context(), pytest.raises(Refused, match="taken back"):
        questions.answer(world.cora, question, "Because.", 1, for_all=False)
