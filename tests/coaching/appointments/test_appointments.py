"""Appointments: made, moved, canceled, and what calendars are told of it."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from icalendar import Calendar
from sqlalchemy import select

from pdportal import clock
from pdportal.accounts.services.people import switch_off
from pdportal.coaching.appointments import seats, services
from pdportal.coaching.appointments.models import AppointmentKind
from pdportal.coaching.appointments.queries import agenda_of
from pdportal.coaching.appointments.times import on_the_wall, say_span
from pdportal.db import db
from pdportal.inbox.kinds import sentence
from pdportal.inbox.models import Door, Letter, Notice, Wishes
from pdportal.privacy import services as privacy
from pdportal.web.errors import Refused
from pdportal.web.words import speaking
from tests.coaching.appointments.given import AT, EAST, NOON, event_of, made, mails
from tests.conftest import Visit
from tests.people import World


@pytest.fixture(autouse=True)
def at_noon() -> Any:
    with clock.at(NOON):
        yield


def test_an_appointment_goes_into_both_calendars_and_out_again(
    app: Flask, world: World, visit: Visit
):
    ada, cora = visit(world.ada), visit(world.cora)
    world.ada.time_zone = "America/Chicago"
    # Whoever wants a digest, and quiet hours: an invitation comes at once all the same.
    quiet = {"quiet_from": 0, "quiet_to": 23}
    db.session.add(Wishes(person_id=world.ada.id, door=Door.DIGEST, **quiet))
    talk = made(world.cora, world.ada, place="Room 12", link="meet.example.org/ada")
    db.session.commit()
    sent = dict(mails(app))
    assert sent.keys() == {"ada", "cora"}
    method, event = event_of(sent["ada"])
    assert (method, event["sequence"], event["summary"]) == (
        "REQUEST", 0, "Coaching talk: Cora Mbeki",
    )  # fmt: skip
    assert event_of(sent["cora"])[1]["summary"] == "Coaching talk: Ada Okafor"
    assert event.decoded("dtstart") == AT.astimezone(ZoneInfo(EAST))
    assert event["dtstart"].params["TZID"] == EAST
    whole = sent["ada"].as_string()
    assert "BEGIN:VTIMEZONE" in whole
    assert str(event["organizer"].params["CN"]) == "Cora Mbeki"
    assert event["location"] == "Room 12"
    text = sent["ada"].get_body(("plain",)).get_content()
    assert "Cora Mbeki made an appointment with you: Tue, Dec 15, 3:30" in text
    assert "(Eastern Standard Time)" in text
    with app.test_request_context():
        notice = db.session.scalars(select(Notice).where(Notice.person_id == world.ada.id)).one()
        said = sentence(notice.kind, notice.words)
    assert "your time" not in said, "where nobody is signed in, it is no reader's clock"
    uid = event["uid"]

    page = f"/coaching/appointments/{talk.id}"
    shown = ada.get(page).text
    for words in ("Room 12", "https://meet.example.org/ada", "2:30", "your time", "Cora Mbeki"):
        assert words in shown
    assert "Move it" not in shown
    assert "Cora Mbeki made an appointment" in ada.get("/inbox").text
    assert "1 new" not in cora.get("/inbox").text, "what one did oneself is read already"
    file = Calendar.from_ical(ada.get(f"{page}/invite.ics").data)
    assert file["method"] == "PUBLISH"
    assert file.walk("VEVENT")[0]["uid"] == uid
    (line,) = [event for event in _feed(visit, ada) if "Coaching talk" in event["summary"]]
    assert (line["location"], line.decoded("dtstart")) == ("Room 12", AT)
    assert "Coaching talk" in ada.get("/year").text

    with app.test_request_context():
        (row,) = agenda_of(world.cora, date(2026, 12, 15))
        assert (row.title, row.url) == ("Coaching talk: Ada Okafor", page)
        assert list(agenda_of(world.cora, date(2026, 12, 16))) == []

    form = {"day": "2026-12-16", "starts": "15:00", "ends": "15:30", "place": "Room 3", "link": ""}
    wrong = cora.post(f"{page}/move", data={**form, "link": "javascript:alert(1)"})
    assert wrong.status_code == 422
    assert "Room 3" in wrong.text
    for _twice in range(2):
        assert cora.post(f"{page}/move", data=form).location.endswith(page)
    sent = dict(mails(app))
    method, event = event_of(sent["ada"])
    assert (method, event["sequence"], event["uid"]) == ("REQUEST", 1, uid)
    assert event.decoded("dtstart") == datetime(2026, 12, 16, 15, tzinfo=ZoneInfo(EAST))

    for _twice in range(2):
        cora.post(f"{page}/cancel", data={"why": "I am ill."})
    talk.place = "Elsewhere"  # whatever it is by the time the mail is written
    sent = mails(app)
    assert sorted(who for who, _mail in sent) == ["ada", "cora"], "twice is once"
    method, event = event_of(dict(sent)["ada"])
    assert (method, event["sequence"], event["uid"]) == ("CANCEL", 2, uid)
    assert (event["status"], event["location"]) == ("CANCELLED", "Room 3"), "as it was"
    assert "I am ill." in event["description"]
    assert "I am ill." in ada.get(page).text
    assert cora.post(f"{page}/move", data=form).status_code == 409
    assert "Coaching talk" not in ada.get("/year").text


def test_what_is_canceled_before_its_first_mail_brings_none(app: Flask, world: World):
    gone = made(world.cora, world.ada)
    services.cancel(world.cora, gone)
    moved = made(world.cora, world.ada)
    services.move(world.cora, moved, AT + timedelta(days=2), AT + timedelta(days=2, minutes=20))
    assert _brought(app) == [("ada", "REQUEST", 1), ("cora", "REQUEST", 1)], "as it is now, once"
    told = db.session.scalars(select(Notice.kind).where(Notice.url == gone.page))
    assert set(told) == {"appointment_made", "appointment_canceled"}, "on the page"
    services.move(world.cora, moved, AT, AT + timedelta(minutes=20))
    services.cancel(world.cora, moved)
    assert _brought(app) == [("ada", "CANCEL", 3), ("cora", "CANCEL", 3)]


def test_whoever_comes_goes_and_comes_again_is_sent_what_stands(app: Flask, world: World):
    group = made(world.ben, world.dee)
    mails(app)
    seats.add_guest(world.dee, group, world.ada)
    seats.take_out(world.ada, group, world.ada)
    assert _brought(app) == []
    for _time in range(2):
        seats.add_guest(world.dee, group, world.ada)
        seats.take_out(world.ada, group, world.ada)
        seats.add_guest(world.dee, group, world.ada)
        assert _brought(app) == [("ada", "REQUEST", group.sequence)]
        seats.take_out(world.ada, group, world.ada)
        assert _brought(app) == [("ada", "CANCEL", group.sequence)]
        seats.add_guest(world.dee, group, world.ada)
        seats.take_out(world.ada, group, world.ada)
        assert _brought(app) == [], "it is out of her calendar already"


def _brought(app: Flask) -> list[tuple[str, str, int]]:
    """What mails bring for calendars: whose, the method, the number of the change."""
    db.session.commit()
    sent = [(who, *event_of(mail)) for who, mail in mails(app) if list(mail.iter_attachments())]
    return sorted((who, method, int(event["sequence"])) for who, method, event in sent)


def _feed(visit: Visit, ada: Any) -> list[Any]:
    from tests.home.test_year import secret_in

    address = secret_in(ada.post("/year/calendar").text)
    return list(Calendar.from_ical(visit(None).get(address).data).walk("VEVENT"))


def test_guests_come_and_go_and_only_they_hear_of_it(app: Flask, world: World, visit: Visit):
    group = made(world.cora, world.ada, title="Reading together")
    db.session.add(Wishes(person_id=world.dee.id, door=Door.PORTAL))
    mails(app)
    seats.add_guest(world.ben, group, world.ben)
    seats.add_guest(world.ben, group, world.ben)
    seats.add_guest(world.cora, group, world.dee)
    db.session.commit()
    ((who, mail), *more) = mails(app)
    event = event_of(mail)[1]
    assert who == "ben", "Dee wants no mail about appointments"
    assert [name for name, _mail in more] == ["cora"], "whom a notice tells that Ben comes"
    assert "Ben Silva comes to your appointment" in more[0][1].get_body(("plain",)).get_content()
    assert list(more[0][1].iter_attachments()) == []
    assert "ada" not in str(event["attendee"]), "guests learn no address of one another"
    assert "made an appointment with you" in visit(world.dee).get("/inbox").text
    assert "Ada Okafor" in visit(world.ben).get(f"/coaching/appointments/{group.id}").text

    visit(world.ben).post(f"/coaching/appointments/{group.id}/leave")
    sent = dict(mails(app))
    assert event_of(sent["ben"])[0] == "CANCEL"
    assert "Ben Silva can’t come" in sent["cora"].get_body(("plain",)).get_content()
    assert visit(world.ben).get(f"/coaching/appointments/{group.id}").status_code == 404
    left = event_of(sent["ben"])[1]["sequence"]
    seats.add_guest(world.ben, group, world.ben)
    db.session.commit()
    assert event_of(dict(mails(app))["ben"])[1]["sequence"] > left


@pytest.mark.parametrize(
    ("who", "page", "move", "cancel", "leave"),
    [
        ("cora", 200, 200, 302, 403),
        ("ada", 200, 403, 403, 302),
        *((who, 404, 404, 404, 404) for who in ("ben", "fay", "zoe", "lee", "max", "olu")),
    ],
)
def test_an_appointment_is_of_those_in_it(
    world: World, visit: Visit, who: str, page: int, move: int, cancel: int, leave: int
):
    talk = made(world.cora, world.ada, place="Room of Cora")
    db.session.commit()
    one = visit(getattr(world, who))
    url = f"/coaching/appointments/{talk.id}"
    assert one.get(url).status_code == page
    assert one.get(f"{url}/invite.ics").status_code == page
    assert one.get(f"{url}/move").status_code == move
    assert one.post(f"{url}/cancel").status_code == cancel
    assert one.post(f"{url}/leave").status_code == leave


@pytest.mark.parametrize(
    ("kind", "host", "guest", "minutes", "clashes"),
    [
        (AppointmentKind.TALK, "cora", "ben", 10, True),  # the host is busy
        (AppointmentKind.TALK, "ben", "ada", 10, True),  # the guest is
        (AppointmentKind.TALK, "cora", "ben", 20, False),  # right after it
        (AppointmentKind.TALK, "cora", "ben", -20, False),
        (AppointmentKind.VISIT, "ben", "cora", 0, True),
        (AppointmentKind.HOURS, "cora", "ada", 0, False),  # people drop in
        (AppointmentKind.CLASSROOM, "cora", "ben", 0, False),  # a lesson goes on anyhow
        (AppointmentKind.CLASSROOM, "ben", "ada", 0, True),
    ],
)
def test_nobody_is_at_two_places(
    world: World, kind: AppointmentKind, host: str, guest: str, minutes: int, clashes: bool
):
    made(world.cora, world.ada)
    starts = AT + timedelta(minutes=minutes)
    people = getattr(world, host), getattr(world, guest)
    if not clashes:
        assert made(*people, kind=kind, starts_at=starts).id
        return
    with pytest.raises(Refused, match="another appointment"):
        made(*people, kind=kind, starts_at=starts)


def test_whoever_leaves_cancels_what_is_ahead(app: Flask, world: World):
    hosted = made(world.cora, world.ada, title="About Ada", place="Room 12")
    joined = made(world.ben, world.cora, world.dee, starts_at=AT + timedelta(days=1))
    db.session.commit()
    mails(app)
    privacy.leave(world.cora)
    db.session.commit()
    with clock.at(NOON + timedelta(days=7, minutes=1)):
        privacy.carry_out()
        db.session.commit()
        db.session.expire_all()
    sent = mails(app, NOON + timedelta(days=7, minutes=2))
    told = {who: mail for who, mail in sent if list(mail.iter_attachments())}
    assert event_of(told["ada"])[0] == "CANCEL"
    assert "Cora" not in told["ada"].as_string()
    stored = "".join(db.session.scalars(select(Letter.calendar))).replace("\r\n ", "")
    assert "UID" in stored
    assert world.cora.name == "Former colleague"
    assert "Cora" not in stored, "sent letters that named somebody go, folded lines or not"
    assert not hosted.stands
    assert (hosted.title, hosted.place) == ("", "")
    assert joined.stands
    assert [person.id for person in joined.coming] == [world.dee.id]


def test_whoever_is_switched_off_meets_nobody_more(world: World):
    talk = made(world.cora, world.ada)
    switch_off(world.max, world.ada)
    assert talk.coming == []


NEW_YORK = ZoneInfo(EAST)
CHANGES = [
    ("America/New_York", date(2027, 3, 14)),
    ("America/New_York", date(2027, 11, 7)),
    ("America/Phoenix", date(2027, 3, 14)),  # which changes nothing
    ("Australia/Lord_Howe", date(2027, 4, 4)),  # by half an hour
    ("Australia/Lord_Howe", date(2027, 10, 3)),
    ("Pacific/Apia", date(2011, 12, 30)),  # a day that was left out
]


@pytest.mark.parametrize(
    ("day", "at", "hour", "is_twice"),
    [
        (date(2027, 3, 9), time(15, 30), 20, False),
        (date(2027, 3, 16), time(15, 30), 19, False),  # after the change: half past three still
        (date(2027, 3, 14), time(2, 30), None, False),
        (date(2027, 11, 7), time(1, 30), 5, True),
    ],
)
def test_a_time_on_the_wall(
    app: Flask, day: date, at: time, hour: int | None, is_twice: bool
) -> None:
    with app.test_request_context():
        if hour is None:
            with pytest.raises(Refused, match="2:30"):
                on_the_wall(day, at, NEW_YORK)
            return
        wall = on_the_wall(day, at, NEW_YORK)
    assert wall == (datetime.combine(day, time(hour, 30), UTC), is_twice)


@pytest.mark.parametrize(("zone", "day"), CHANGES)
def test_a_time_on_the_wall_is_what_that_wall_shows_or_refused(zone: str, day: date) -> None:
    """Each quarter of a day on which a clock is changed: none where it skips, of two the first."""
    here, midnight = ZoneInfo(zone), datetime.combine(day, time(), UTC)
    shown: dict[datetime, list[datetime]] = {}
    for quarter in range(-64, 160):
        moment = midnight + timedelta(minutes=15 * quarter)
        shown.setdefault(moment.astimezone(here).replace(tzinfo=None), []).append(moment)
    for quarter in range(96):
        at = (datetime.combine(day, time()) + timedelta(minutes=15 * quarter)).time()
        there = shown.get(datetime.combine(day, at), [])
        try:
            wall = on_the_wall(day, at, here)
        except Refused:
            assert there == []
        else:
            assert (wall.moment, wall.is_twice) == (there[0], len(there) > 1)


@pytest.mark.parametrize(
    ("language", "said"),
    [("en", "Tue, Dec 15, 3:30 – 3:50 PM"), ("de", "Di., 15. Dez., 15:30–15:50 Uhr")],
)
def test_a_time_is_said_as_people_say_it(app: Flask, language: str, said: str) -> None:
    with app.test_request_context(), speaking(language):
        words = say_span(AT, AT + timedelta(minutes=20), NEW_YORK)
    assert words.replace("\u2009", " ").replace("\u202f", " ") == said
