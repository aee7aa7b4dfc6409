"""From notices to letters to mail: when, how many, in whose words, and what if it fails."""

from __future__ import annotations

import smtplib
import socket
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from sqlalchemy import select

from pdportal import clock
from pdportal.accounts.events import letter_written
from pdportal.accounts.models import Invitation, RoleName
from pdportal.db import db
from pdportal.inbox import kinds, letters, post
from pdportal.inbox.models import Door, Letter, Notice, Wishes
from pdportal.inbox.services import notify
from pdportal.inbox.topics import Topic
from pdportal.inbox.unsubscribing import unsubscribe_url
from tests.conftest import Visit
from tests.people import World

NOON = datetime(2026, 11, 3, 12, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def kind() -> None:
    kinds.add_kind("waved", lambda name: f"{name} waved.", lambda: "Wave back", Topic.REQUESTS)
    kinds.add_kind("sang", "%(name)s sang.", "Listen", Topic.COACHING)


@pytest.fixture
def folder(app: Flask, world: World) -> Path:
    """Where mail is put, empty: the database forgets a test, but a folder does not."""
    path = post.mail_folder(app.config["PDPORTAL"])
    for file in path.glob("*"):
        file.unlink()
    return path


def wave(person, sender, at: datetime = NOON) -> None:
    with clock.at(at):
        notify(person.id, "waved", f"/waves/{sender.id}", sender=sender, name=sender.name)
    db.session.commit()


def write(at: datetime) -> list[Letter]:
    with clock.at(at):
        letters.write_letters()
    db.session.commit()
    return list(db.session.scalars(select(Letter).order_by(Letter.id)))


def mails(folder: Path) -> list[EmailMessage]:
    return [
        message_from_bytes(path.read_bytes(), policy=policy.default)
        for path in sorted(folder.glob("*.eml"))
    ]


def test_several_notices_for_one_person_are_one_letter(world: World):
    wave(world.ada, world.ben)
    wave(world.ada, world.dee)
    wave(world.zoe, world.ben)
    to_ada, to_zoe = sorted(write(NOON + timedelta(minutes=1)), key=lambda letter: letter.to)
    assert (to_ada.to, to_zoe.to) == ("ada.okafor@example.org", "zoe.lindqvist@example.org")
    assert to_ada.subject == to_zoe.subject == "A request for you"
    assert to_ada.text == (
        "Hello Ada,\n\n"
        f"Ben Silva waved.\nWave back: http://127.0.0.1:8000/waves/{world.ben.id}\n\n"
        f"Dee Tran waved.\nWave back: http://127.0.0.1:8000/waves/{world.dee.id}\n\n"
        "-- \npdportal\n"
        "Choose what comes by mail: http://127.0.0.1:8000/inbox/choices\n"
        f"Stop mail about “Requests to you”: {unsubscribe_url(world.ada.id, 'requests')}\n"
    )
    assert len(write(NOON + timedelta(minutes=2))) == 2, "told once is told"


def test_who_wants_none_or_read_it_or_left_gets_no_mail(world: World):
    db.session.add(Wishes(person_id=world.ada.id, door=Door.PORTAL))
    world.zoe.active = False
    for person in (world.ada, world.zoe, world.dee):
        wave(person, world.ben)
    db.session.scalars(select(Notice).where(Notice.person_id == world.dee.id)).one().read_at = NOON
    db.session.commit()
    assert write(NOON) == []
    assert all(db.session.scalars(select(Notice.mailed_at)))


def test_the_daily_letter_comes_at_seven_where_its_reader_lives(world: World):
    for person in (world.ada, world.zoe, world.dee):
        db.session.add(Wishes(person_id=person.id, door=Door.DIGEST))
    world.ada.time_zone, world.zoe.time_zone = "America/Chicago", "Asia/Tokyo"
    for person in (world.ada, world.zoe, world.dee):
        wave(person, world.ben, NOON)
        wave(person, world.fay, NOON + timedelta(minutes=30))
    seven = {
        "zoe.lindqvist@example.org": datetime(2026, 11, 4, 7, tzinfo=ZoneInfo("Asia/Tokyo")),
        "dee.tran@example.org": datetime(2026, 11, 4, 7, tzinfo=UTC),
        "ada.okafor@example.org": datetime(2026, 11, 3, 7, tzinfo=ZoneInfo("America/Chicago")),
    }
    written: list[str] = []
    for to, moment in sorted(seven.items(), key=lambda item: item[1]):
        assert [letter.to for letter in write(moment - timedelta(minutes=1))] == written
        written.append(to)
        assert [letter.to for letter in write(moment)] == written
    texts = db.session.scalars(select(Letter.text)).all()
    assert all("2 new, from Ben Silva and Fay Haddad" in text for text in texts)
    assert len(write(NOON + timedelta(days=9))) == 3


def test_a_digest_says_how_much_of_what_from_whom_and_no_content(world: World):
    kinds.add_kind("wrote", "%(name)s wrote “%(title)s”.", "Read it", Topic.FEEDBACK)
    db.session.add(Wishes(person_id=world.ada.id, door=Door.DIGEST))
    wave(world.ada, world.ben)
    wave(world.ada, world.dee)
    title = "Why I am tired"
    with clock.at(NOON):
        notify(world.ada.id, "wrote", "/w/1", sender=world.fay, name=world.fay, title=title)
        for sender in (world.ben, world.dee, world.fay, world.cora, world.lee):
            notify(world.ada.id, "sang", "/s", sender=sender, name=sender)
        notify(world.ada.id, "sang", "/s", name=world.max)
    world.ben.name = "Ben Renamed"
    db.session.commit()
    (letter,) = write(NOON + timedelta(days=1))
    assert letter.subject == "9 things are new for you"
    assert title not in letter.text
    base = "http://127.0.0.1:8000"
    assert letter.text.startswith(
        "Hello Ada,\n\n"
        "Requests to you: 2 new, from Ben Renamed and Dee Tran\n"
        f"Read them: {base}/inbox?about=requests\n\n"
        "Feedback on your work: 1 new, from Fay Haddad\n"
        f"Read it: {base}/w/1\n\n"
        "Coaching, clips and skills: 6 new, from Ben Renamed, Cora Mbeki, Dee Tran, and 2 others\n"
    )


def test_what_people_typed_is_no_markup_and_no_link_in_a_mail(world: World, folder: Path):
    text = "<b>Hi</b>: https://evil.example\n\nGo on: http://127.0.0.1:8000/x?a=1&b=2\n"
    db.session.add(Letter(to="a@example.org", subject="<i>Hello</i>", text=text))
    db.session.commit()
    post.send_letters()
    html = mails(folder)[0].get_body(("html",)).get_content()
    assert "&lt;b&gt;Hi&lt;/b&gt;: https://evil.example" in html
    assert "<title>&lt;i&gt;Hello" in html
    assert '<a href="http://127.0.0.1:8000/x?a=1&amp;b=2">Go on</a>' in html
    assert "evil.example</a>" not in html


def test_letters_speak_the_readers_language_or_else_the_portals(world: World, app: Flask):
    spoken: list[str] = []

    def say(name: str) -> str:
        from flask_babel import get_locale

        spoken.append(str(get_locale()))
        return f"{name} waved."

    kinds.add_kind("waved", say, lambda: "Wave back", Topic.REQUESTS)
    for person, locale in ((world.ada, "de"), (world.ben, None), (world.dee, "nonsense")):
        person.locale = locale
        wave(person, world.fay)
    write(NOON)
    assert spoken == ["de", "en", "en"]


def test_a_letter_becomes_a_mail_with_absolute_links(world: World, folder: Path):
    world.ben.name = "Bén Šilva"
    wave(world.ada, world.ben)
    write(NOON)
    post.send_letters()
    (mail,) = mails(folder)
    assert mail["To"] == "ada.okafor@example.org"
    assert mail["From"] == "pdportal <pdportal@localhost>"
    assert mail["Subject"] == "A request for you"
    assert mail["Auto-Submitted"] == "auto-generated"
    url = f"http://127.0.0.1:8000/waves/{world.ben.id}"
    assert mail.get_content_type() == "multipart/alternative"
    assert f"Bén Šilva waved.\nWave back: {url}\n" in mail.get_body(("plain",)).get_content()
    html = mail.get_body(("html",)).get_content()
    assert '<html lang="en"' in html
    assert f'<a href="{url}">Wave back</a>' in html
    assert [path for path in folder.iterdir() if path.suffix != ".eml"] == []
    letter = db.session.scalars(select(Letter)).one()
    assert letter.sent_at is not None
    post.send_letters()
    assert len(mails(folder)) == 1


def test_what_other_features_write_is_sent_too(world: World, app: Flask, folder: Path):
    letter_written.send(
        app,
        to="new@example.org",
        subject="Welcome\r\nBcc: all@example.org",
        text="Hi.\n",
        person_id=None,
    )
    db.session.commit()
    post.send_letters()
    (mail,) = mails(folder)
    assert mail["Subject"] == "Welcome Bcc: all@example.org"
    assert mail["Bcc"] is None
    assert mail.get_body(("plain",)).get_content() == "Hi.\n"


def test_a_crash_between_sending_and_storing_repeats_and_never_forgets(
    world: World, folder: Path, monkeypatch: pytest.MonkeyPatch
):
    wave(world.ada, world.ben)
    write(NOON)
    carry = post.Folder.carry

    def carry_and_die(self, name, message) -> None:
        carry(self, name, message)
        raise KeyboardInterrupt

    monkeypatch.setattr(post.Folder, "carry", carry_and_die)
    with clock.at(NOON), pytest.raises(KeyboardInterrupt):
        post.send_letters()
    monkeypatch.setattr(post.Folder, "carry", carry)
    letter = db.session.scalars(select(Letter)).one()
    assert (letter.sent_at, letter.tries) == (None, 1)
    first = mails(folder)[0]["Message-ID"]
    with clock.at(NOON + timedelta(minutes=4)):
        post.send_letters()
    assert letter.sent_at is None, "the claim of whoever died still stands"
    with clock.at(NOON + timedelta(minutes=6)):
        post.send_letters()
    assert letter.sent_at is not None
    assert [mail["Message-ID"] for mail in mails(folder)] == [first]


def test_trouble_is_tried_again_with_longer_waits_and_then_given_up(
    world: World, folder: Path, monkeypatch: pytest.MonkeyPatch
):
    def refuse(self, name, message) -> None:
        raise smtplib.SMTPResponseException(451, b"Mailbox full")

    monkeypatch.setattr(post.Folder, "carry", refuse)
    wave(world.ada, world.ben)
    write(NOON)
    letter = db.session.scalars(select(Letter)).one()
    now, waits = NOON, []
    for _try in range(20):
        with clock.at(now):
            post.send_letters()
        db.session.refresh(letter)
        if letter.given_up_at:
            break
        waits.append((letter.next_try_at - now).total_seconds() / 60)
        now = letter.next_try_at
    assert letter.tries == 8
    assert waits == sorted(waits)
    assert waits[0] == 5
    assert letter.trouble == "451 Mailbox full"
    assert "Mailbox full" in letter.trouble
    assert letter.sent_at is None
    with clock.at(now + timedelta(days=9)):
        post.send_letters()
    db.session.refresh(letter)
    assert letter.tries == 8


def test_one_bad_address_does_not_hold_up_the_others(world: World, folder: Path):
    for to in ("not an address", "a@example.org, b@example.org", "good@example.org"):
        db.session.add(Letter(to=to, subject="Hello", text="Hi."))
    db.session.commit()
    post.send_letters()
    assert [mail["To"] for mail in mails(folder)] == ["good@example.org"]


def test_what_the_mail_server_refuses_is_seen_beside_the_invitation(
    world: World, visit: Visit, folder: Path, monkeypatch: pytest.MonkeyPatch
):
    invited = {"district_id": world.lee.district_id, "role": RoleName.TEACHER}
    invitation = Invitation(
        email="gita@bücher.example", token_hash="x", expires_at=clock.now(), **invited
    )
    db.session.add_all([invitation, Letter(to=invitation.email, subject="Come in", text="Hi.")])
    db.session.commit()

    def refuse(self, name: str, message: EmailMessage) -> None:
        assert message["To"] == "gita@xn--bcher-kva.example"
        raise smtplib.SMTPRecipientsRefused({message["To"]: (550, b"5.1.1 <gita>\nUnknown user")})

    with monkeypatch.context() as patched:
        patched.setattr(post.Folder, "carry", refuse)
        post.send_letters()
    letter = db.session.scalars(select(Letter)).one()
    assert letter.given_up_at is not None, "a 5xx is not tried again"
    page = visit(world.lee).get("/people/invitations").text
    assert "not delivered" in page
    assert "550 5.1.1 &lt;gita&gt; Unknown user" in page
    db.session.add(Letter(to=invitation.email, subject="Come in", text="Hi."))
    db.session.commit()
    post.send_letters()
    assert "not delivered" not in visit(world.lee).get("/people/invitations").text


@pytest.mark.parametrize(
    ("settings", "sender"),
    [
        ({"MAIL_FROM": "Lakeside PD <pd@x.example>"}, "Lakeside PD <pd@x.example>"),
        (
            {"MAIL_FROM": "pd@x.example", "NAME": "Lakeside: Learn"},
            '"Lakeside: Learn" <pd@x.example>',
        ),
        ({"MAIL_FROM": "Büro (PD) <pd@bücher.example>"}, '"Büro (PD)" <pd@xn--bcher-kva.example>'),
    ],
)
def test_the_sender_may_have_a_name(
    world: World,
    app: Flask,
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    settings: dict[str, str],
    sender: str,
):
    for name, value in settings.items():
        monkeypatch.setitem(app.config["PDPORTAL"], name, value)
    db.session.add(Letter(to="é@x.example", subject="Hello", text="Hi."))
    db.session.commit()
    post.send_letters()
    (mail,) = mails(folder)
    assert str(mail["From"]) == sender
    assert mail["To"] == "é@x.example"


def test_where_no_server_answers_the_other_letters_need_not_try(
    world: World, app: Flask, monkeypatch: pytest.MonkeyPatch
):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound but not listening: a connection is refused
        url = f"smtp://127.0.0.1:{taken.getsockname()[1]}"
        monkeypatch.setitem(app.config["PDPORTAL"], "MAIL", url)
        for number in range(3):
            db.session.add(Letter(to=f"p{number}@example.org", subject="Hello", text="Hi."))
        db.session.commit()
        post.send_letters()
    found = db.session.execute(select(Letter.tries, Letter.trouble).order_by(Letter.id)).all()
    assert [row.tries for row in found] == [1, 0, 0]
    assert "ConnectionRefusedError" in found[0].trouble


class Line:
    """A stand-in for the far end of an SMTP connection, which is not ours."""

    def __init__(self, *, starttls: bool) -> None:
        self.offers, self.said = starttls, []

    def has_extn(self, name: str) -> bool:
        return self.offers and name == "starttls"

    def __getattr__(self, name: str):
        return lambda *args, **_more: self.said.append((name, *args[:2]))


@pytest.mark.parametrize(
    ("url", "starttls", "said"),
    [
        ("smtp://localhost", False, ["ehlo", "send_message"]),
        ("smtp://mail.example", True, ["ehlo", "starttls", "ehlo", "send_message"]),
        (
            "smtp://u:p%40ss@mail.example",
            True,
            ["ehlo", "starttls", "ehlo", "login", "send_message"],
        ),
        ("smtps://u:p%40ss@mail.example", False, ["ehlo", "login", "send_message"]),
        ("smtp://u:p%40ss@mail.example", False, None),
    ],
)
def test_a_password_is_only_said_in_private(
    monkeypatch: pytest.MonkeyPatch, url: str, starttls: bool, said: list[str] | None
):
    line = Line(starttls=starttls)
    for kind in ("SMTP", "SMTP_SSL"):
        monkeypatch.setattr(smtplib, kind, lambda *_args, **_more: line)
    server = post.Server(url)
    if said is None:
        with pytest.raises(post.Unreachable, match="STARTTLS"):
            server.carry("1.eml", EmailMessage())
        assert ("login", "u", "p@ss") not in line.said
        return
    server.carry("1.eml", EmailMessage())
    assert [what[0] for what in line.said] == said
    if "@" in url:
        assert ("login", "u", "p@ss") in line.said


def test_letters_are_forgotten_two_weeks_after_they_went(world: World):
    for days, sent, given_up in (
        (15, True, False),
        (13, True, False),
        (15, False, True),
        (90, 0, 0),
    ):
        at = NOON - timedelta(days=days)
        db.session.add(
            Letter(
                to=f"p{days}@example.org",
                subject="Hello",
                text="Hi.",
                written_at=at,
                sent_at=at if sent else None,
                given_up_at=at if given_up else None,
            )
        )
    db.session.commit()
    with clock.at(NOON):
        letters.forget_letters()
    left = db.session.scalars(select(Letter.to).order_by(Letter.to)).all()
    assert left == ["p13@example.org", "p90@example.org"]


LONG = f"{'x' * 300}.eml"


def test_the_demo_shows_its_mail_and_a_real_portal_does_not(
    world: World, visit: Visit, app: Flask, folder: Path, monkeypatch: pytest.MonkeyPatch
):
    wave(world.ada, world.ben)
    write(NOON)
    post.send_letters()
    (name,) = (path.name for path in folder.glob("*.eml"))
    (folder / "secret.txt").write_text("no mail")
    pages = ("/demo/mail", f"/demo/mail/{name}")
    for page in pages:
        assert visit(world.zoe).get(page).status_code == 404
    monkeypatch.setitem(app.config["PDPORTAL"], "DEMO", True)
    listed = visit(world.zoe).get("/demo/mail").text
    assert "A request for you" in listed
    assert f'href="/demo/mail/{name}"' in listed
    shown = visit(world.zoe).get(pages[1]).text
    assert f'<a href="http://127.0.0.1:8000/waves/{world.ben.id}"' in shown
    for wrong in ("nothing.eml", "secret.txt", "..%2fsecret-key", "%00.eml", ".hidden.eml", LONG):
        assert visit(world.zoe).get(f"/demo/mail/{wrong}").status_code == 404
    for page in pages:
        assert visit(None).get(page).status_code == 302
