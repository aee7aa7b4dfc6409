"""People choose what comes by mail, and stop it by one click in the mail itself."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from urllib.parse import urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from pdportal import clock
from pdportal.accounts.services.account import choose_language, say_away
from pdportal.db import db
from pdportal.inbox import kinds, letters, services
from pdportal.inbox.models import DIGEST, DigestDays, Door, Letter, Notice, Wishes
from pdportal.inbox.topics import CHOSEN, Topic
from pdportal.inbox.unsubscribing import read_token, unsubscribe_url
from tests.conftest import Visit
from tests.people import World

EVENING = datetime(2026, 11, 3, 21, 0, tzinfo=UTC)
USUAL = {
    "door": "at_once",
    "digest_days": "school",
    "digest_hour": "7",
    "quiet_from": "",
    "quiet_to": "",
    **{topic.value: "" for topic in CHOSEN},
}


@pytest.fixture(autouse=True)
def kind() -> None:
    kinds.add_kind("waved", "%(name)s waved.", "Wave back", Topic.REQUESTS)


def waits_until(person) -> list[datetime | None]:
    letters.write_letters()
    return list(db.session.scalars(select(Notice.mail_at).where(Notice.person_id == person.id)))


def test_what_is_chosen_is_kept_and_moves_what_waits(world: World, visit: Visit):
    ada = visit(world.ada)
    page = ada.get("/inbox/choices").text
    assert "By the clock of UTC." in page
    chosen = USUAL | {
        "quiet_from": "20", "quiet_to": "7", "requests": "digest", "quiet_weekends": "y",
    }  # fmt: skip
    assert "before a clip of mine is deleted" in page
    all_reminders = re.findall(r'name="remind_me"[^>]*\svalue="(\w+)"', page)
    assert "goal_step_due" in all_reminders
    chosen["remind_me"] = [kind for kind in all_reminders if kind != "clip_goes_soon"]
    assert ada.post("/inbox/choices", data=chosen).location == "/inbox/choices"
    wishes = db.session.get_one(Wishes, world.ada.id)
    assert (wishes.doors, wishes.quiet_from, wishes.quiet_to) == ({"requests": "digest"}, 20, 7)
    page = ada.get("/inbox/choices").text
    assert "Choose for each kind: 1 chosen" in page
    assert wishes.off == ["clip_goes_soon"]
    assert 'value="goal_step_due" checked' in page
    assert 'value="clip_goes_soon" checked' not in page
    for person in (world.ada, world.ben):
        services.notify(person.id, "clip_goes_soon", "/clips/1", title="Pauses", days=3)
    reminded = db.session.scalars(select(Notice.person_id)).all()
    assert reminded == [world.ben.id], "what is off is not sent at all"
    with clock.at(EVENING):
        services.notify(world.ada.id, "waved", "/w", name=world.ben)
        db.session.commit()
        assert waits_until(world.ada) == [datetime(2026, 11, 4, 7, tzinfo=UTC)]
        ada.post("/inbox/choices", data=USUAL | {"quiet_from": "20", "quiet_to": "23"})
        assert waits_until(world.ada) == [datetime(2026, 11, 3, 23, tzinfo=UTC)]
        choose_language(world.ada, locale=None, time_zone="Asia/Tokyo")  # it is six in the morning
        say_away(world.ada, (date(2026, 11, 3), date(2026, 11, 5)))
        db.session.commit()
        assert waits_until(world.ada) == [datetime(2026, 11, 6, tzinfo=UTC)]
        say_away(world.ada, None)
        db.session.commit()
        assert waits_until(world.ada) == [EVENING]
    assert len(db.session.scalars(select(Letter)).all()) == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"door": "hourly"},
        {"door": ""},
        {"requests": "pigeon"},
        {"quiet_from": "20"},
        {"quiet_to": "7"},
        {"quiet_from": "7", "quiet_to": "7"},
        {"quiet_from": "24", "quiet_to": "7"},
        {"digest_hour": "x"},
        {"digest_days": "never"},
    ],
)
def test_a_mistake_comes_back_at_its_place(world: World, visit: Visit, wrong: dict[str, str]):
    answer = visit(world.ada).post("/inbox/choices", data=USUAL | wrong)
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    assert db.session.get(Wishes, world.ada.id) is None


def stranger(visit: Visit) -> FlaskClient:
    return visit(None)


def path_of(person, about: str) -> str:
    return urlsplit(unsubscribe_url(person.id, about)).path


def test_one_click_in_a_mail_stops_its_kind_signed_out_and_nothing_else(
    world: World, visit: Visit, app: Flask
):
    address = path_of(world.ada, "requests")
    out = visit(None)
    asked = out.get(address)
    assert asked.status_code == 200
    assert "Stop this mail?" in asked.text
    assert "Requests to you" in asked.text
    assert "Ada" not in asked.text
    assert db.session.get(Wishes, world.ada.id) is None, "a scanner of mail opens every address"
    app.config["WTF_CSRF_ENABLED"] = True
    try:
        done = out.post(address, data={"List-Unsubscribe": "One-Click"})
    finally:
        app.config["WTF_CSRF_ENABLED"] = False
    assert done.status_code == 200, "no redirect: RFC 8058"
    assert "You get no more mail about “Requests to you”." in done.text
    wishes = db.session.get_one(Wishes, world.ada.id)
    doors = {topic: wishes.door_of(topic) for topic in Topic}
    assert doors.pop(Topic.REQUESTS) is Door.PORTAL
    assert set(doors.values()) == {Door.AT_ONCE}
    assert out.post(address).status_code == 200, "twice is once"


def test_the_digest_is_stopped_whole_and_what_comes_at_once_stays(world: World, visit: Visit):
    db.session.add(Wishes(person_id=world.ada.id, door=Door.DIGEST, doors={"feedback": "at_once"}))
    db.session.commit()
    visit(None).post(path_of(world.ada, DIGEST))
    wishes = db.session.get_one(Wishes, world.ada.id)
    assert wishes.door_of(Topic.FEEDBACK) is Door.AT_ONCE
    assert {wishes.door_of(topic) for topic in CHOSEN} == {Door.AT_ONCE, Door.PORTAL}
    assert (wishes.door, wishes.doors) == (Door.PORTAL, {"feedback": "at_once"}), "as it is shown"


@pytest.mark.parametrize("about", ["account", "", "password", None])
def test_nothing_stops_mail_about_the_account(world: World, visit: Visit, about: str | None):
    assert unsubscribe_url(world.ada.id, about) == ""


def test_a_token_that_is_not_ours_opens_nothing(world: World, visit: Visit):
    address = path_of(world.ada, "requests")
    token = address.rpartition("/")[2]
    assert read_token(token) == (world.ada.id, "requests")
    others = path_of(world.ben, "requests").rpartition("/")[2]
    for made_up in (token[:-1], f"{others.split('.')[0]}.{token.split('.')[1]}", "x", "a.b", "é"):
        assert read_token(made_up) is None
        assert visit(None).post(f"/mail/stop/{made_up}").status_code == 404
    assert db.session.scalars(select(Wishes)).all() == []


def test_a_mail_says_how_to_stop_it_where_it_can_be_stopped(world: World, app: Flask):
    from pdportal.inbox import post
    from tests.inbox.test_mail import mails

    folder = post.mail_folder(app.config["PDPORTAL"])
    for file in folder.glob("*"):
        file.unlink()
    with clock.at(EVENING):
        services.notify(world.ada.id, "waved", "/w", name=world.ben)
        services.notify(world.ada.id, "data_ready", "/you")
        db.session.add(Letter(person_id=world.ada.id, to="a@x.example", subject="Reset", text="x"))
        db.session.commit()
        letters.write_letters()
        db.session.commit()
        post.send_letters()
    found = {mail["Subject"]: mail for mail in mails(folder)}
    stop = unsubscribe_url(world.ada.id, "requests")
    assert found["A request for you"]["List-Unsubscribe"] == f"<{stop}>"
    assert found["A request for you"]["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    raw = b"".join(path.read_bytes() for path in folder.glob("*.eml"))
    assert f"List-Unsubscribe: <{stop}>\n".encode() in raw.replace(b"\r\n", b"\n"), "unbroken"
    for subject in ("Your account", "Reset"):
        assert found[subject]["List-Unsubscribe"] is None
        assert "Stop mail" not in found[subject].get_body(("plain",)).get_content()


def test_a_quiet_week_has_one_digest(world: World, visit: Visit, app: Flask):
    """Ada wants one mail on Mondays. Two things happen in her week, and one of them she reads."""
    ada = visit(world.ada)
    ada.post("/inbox/choices", data=USUAL | {"door": "digest", "digest_days": "monday"})
    ada.post("/account/language", data={"locale": "", "time_zone": "America/Chicago"})
    monday = datetime(2026, 11, 2, 14, 0, tzinfo=UTC)
    for hour in range(8 * 24):
        with clock.at(monday + timedelta(hours=hour)):
            if hour in (30, 80, 100):
                sender = {30: world.ben, 80: world.dee, 100: world.fay}[hour]
                services.notify(world.ada.id, "waved", f"/w/{hour}", sender=sender, name=sender)
                db.session.commit()
            if hour == 90:
                read = select(Notice.id).where(Notice.url == "/w/80")
                ada.post(f"/inbox/{db.session.scalar(read)}/open")
            if hour % 6 == 0:
                letters.write_letters()
    world.ben.name = "Ben Ngata"
    db.session.commit()
    (letter,) = db.session.scalars(select(Letter)).all()
    assert letter.subject == "2 things are new for you"
    assert "Requests to you: 2 new, from Ben Silva and Fay Haddad" in letter.text
    assert letter.about == DIGEST
    due = datetime(2026, 11, 9, 13, 0, tzinfo=UTC)
    assert due <= letter.written_at < due + timedelta(hours=6), "seven in winter's Chicago"
    assert "Ben Ngata waved." in ada.get("/inbox").text, "renamed in notices of before, too"
    assert DigestDays.MONDAY is db.session.get_one(Wishes, world.ada.id).digest_days


def test_what_is_taken_back_goes_by_no_mail_and_the_rest_of_its_letter_is_written_anew(
    world: World,
):
    with clock.at(EVENING):
        for url in ("/w/1", "/w/2#here", "/w/22"):
            services.notify(world.ada.id, "waved", url, name=world.ben)
        letters.write_letters()
        services.withdraw(world.ada.id, "/w/1")
        services.withdraw(world.ada.id, "/w/2")
        assert db.session.scalars(select(Letter)).all() == [], "nothing of it is sent"
        letters.write_letters()
    (letter,) = db.session.scalars(select(Letter)).all()
    assert "/w/22\n" in letter.text
    assert letter.text.count("Wave back") == 1
