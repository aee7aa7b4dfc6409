"""Mail that does not arrive: who sees it, when it stops, and how it begins anew."""

from __future__ import annotations

import smtplib
from datetime import UTC, datetime, timedelta

import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import select

from pdportal import clock
from pdportal.accounts.models import Undelivered
from pdportal.db import db
from pdportal.inbox import kinds, letters, post
from pdportal.inbox.bounces import note_bounce
from pdportal.inbox.commands import mail
from pdportal.inbox.models import Letter, Notice
from pdportal.inbox.services import notify
from pdportal.inbox.topics import Topic
from pdportal.operations import cli
from tests.conftest import Visit
from tests.people import World

NOON = datetime(2026, 11, 3, 12, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def kind() -> None:
    kinds.add_kind("waved", "%(name)s waved.", "Wave back", Topic.REQUESTS)


class Refusing:
    """A mail server that knows some addresses and no others."""

    def __init__(self, *known: str) -> None:
        self.known, self.asked = known, []

    def carry(self, _name, message) -> None:
        self.asked.append(message["To"])
        if message["To"] not in self.known:
            raise smtplib.SMTPRecipientsRefused({message["To"]: (550, b"5.1.1 No such user")})

    def close(self) -> None:
        return


def test_mail_stops_after_three_refusals_and_a_corrected_address_begins_anew(
    world: World, visit: Visit, monkeypatch: pytest.MonkeyPatch
):
    server = Refusing("ada@new.example")
    monkeypatch.setattr(post, "carrier_for", lambda _settings: server)

    def told(day: int) -> None:
        with clock.at(NOON + timedelta(days=day)):
            notify(world.ada.id, "waved", f"/w/{day}", name=world.ben)
            letters.write_letters()
            db.session.commit()
            post.send_letters()

    ada = visit(world.ada)
    assert "Mail does not reach you" not in ada.get("/inbox").text
    told(1)
    page = ada.get("/inbox").text
    assert "Mail to ada.okafor@example.org did not arrive." in page
    assert "550 5.1.1 No such user" in page
    assert "No more notices are mailed there" not in page
    for day in (2, 3, 4, 5):
        told(day)
    assert len(server.asked) == 3
    assert "No more notices are mailed there" in ada.get("/inbox/choices").text
    # Mail about the account is tried all the same: somebody asked for it.
    db.session.add(Letter(person_id=world.ada.id, to=world.ada.email, subject="Reset", text="x"))
    db.session.commit()
    post.send_letters()
    assert len(server.asked) == 4

    world.ada.email = "ada@new.example"
    db.session.commit()
    assert "Mail does not reach you" not in ada.get("/inbox").text
    told(6)
    assert server.asked[4:] == ["ada@new.example"], "and nothing of the days between"

    world.ada.email = "ada.okafor@example.org"
    db.session.commit()
    ada.post("/inbox/mail-works")
    server.known = ("ada.okafor@example.org",)
    told(7)
    assert server.asked[5:] == ["ada.okafor@example.org"]
    assert db.session.scalars(select(Undelivered)).all() == []
    assert all(db.session.scalars(select(Notice.mailed_at)))


def test_a_mail_server_that_is_away_is_nothing_against_an_address(
    world: World, monkeypatch: pytest.MonkeyPatch
):
    class Away(Refusing):
        def carry(self, _name, message) -> None:
            raise post.Unreachable("nobody there")

    monkeypatch.setattr(post, "carrier_for", lambda _settings: Away())
    db.session.add(Letter(to="a@x.example", subject="Hello", text="Hi.", tries=7))
    db.session.commit()
    post.send_letters()
    known = db.session.get_one(Undelivered, "a@x.example")
    assert (known.times, known.is_stopped) == (0, False)


REPORT = """\
From: MAILER-DAEMON@mx.example
To: pd@school.example
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

I'm sorry to have to inform you.

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example
Arrival-Date: Tue, 3 Nov 2026 12:00:00 +0000

Final-Recipient: rfc822; somebody@else.example
Action: {action}
Status: {status}
Diagnostic-Code: smtp; 550 5.1.1 <somebody@else.example>:
    User unknown

--b
Content-Type: {shape}

Return-Path: <pd@school.example>
Message-ID: {message_id}
Subject: A request for you

--b--
"""


def sent(world: World) -> tuple[Letter, str]:
    letter = Letter(
        person_id=world.ada.id, to=world.ada.email, subject="Hello", text="Hi.",
        written_at=NOON, sent_at=NOON,
    )  # fmt: skip
    db.session.add(letter)
    db.session.commit()
    return letter, f"<letter.{letter.id}.20261103120000@127.0.0.1>"


@pytest.mark.parametrize("shape", ["message/rfc822", "text/rfc822-headers"])
def test_a_report_of_a_mail_server_marks_the_address_once(world: World, shape: str):
    letter, message_id = sent(world)
    said = {"action": "failed", "status": "5.1.1", "shape": shape, "message_id": message_id}
    for _twice in range(2):
        assert note_bounce(REPORT.format(**said).encode()) is letter
    known = db.session.scalars(select(Undelivered)).one()
    assert (known.address, known.times) == (world.ada.email, 1)
    assert known.said == "5.1.1 550 5.1.1 <somebody@else.example>: User unknown"


@pytest.mark.parametrize(
    "other",
    [
        {"action": "delayed", "status": "4.4.1"},
        {"action": "delivered", "status": "2.0.0"},
        {"status": "4.2.2"},
        {"message_id": "<letter.1.20200101000000@127.0.0.1>"},
        {"message_id": "<letter.999999999999999999.20261103120000@127.0.0.1>"},
        {"message_id": "<somebody@else.example>"},
        {"message_id": "<"},
        {"message_id": "<a@["},
        {"message_id": "<a@"},
        {"shape": "text/plain"},
    ],
)
def test_other_mail_and_made_up_reports_mark_nothing(world: World, other: dict[str, str]):
    _letter, message_id = sent(world)
    said = {
        "action": "failed", "status": "5.1.1", "shape": "message/rfc822", "message_id": message_id,
    }  # fmt: skip
    assert note_bounce(REPORT.format(**said | other).encode()) is None
    for junk in (b"", b"\xff\x00", b"Content-Type: message/delivery-status\n\nAction: failed\n"):
        assert note_bounce(junk) is None
    assert db.session.scalars(select(Undelivered)).all() == []


@pytest.mark.parametrize(("refused", "mails"), [((1, 2, 3, 4, 5), 3), ((1, 2, 4, 7, 8), 7)])
def test_what_a_mail_server_takes_and_sends_back_stops_notices_too(
    world: World, monkeypatch: pytest.MonkeyPatch, refused: tuple[int, ...], mails: int
):
    """Each letter is taken; what comes back of it comes an hour later."""
    server = Refusing(world.ada.email)
    monkeypatch.setattr(post, "carrier_for", lambda _settings: server)
    newest = select(Letter).order_by(Letter.id.desc()).limit(1)
    for day in (1, 2, 3, 4, 5, 7, 8):
        with clock.at(NOON + timedelta(days=day)):
            notify(world.ada.id, "waved", f"/w/{day}", name=world.ben)
            letters.write_letters()
            db.session.commit()
            post.send_letters()
        letter = db.session.scalars(newest).one()
        if day in refused and letter.given_up_at is None:
            said = {"action": "failed", "status": "5.1.1", "shape": "message/rfc822"}
            said["message_id"] = f"<letter.{letter.id}.{letter.written_at:%Y%m%d%H%M%S}@127.0.0.1>"
            with clock.at(NOON + timedelta(days=day, hours=1)):
                note_bounce(REPORT.format(**said).encode())
            db.session.commit()
    assert len(server.asked) == mails


def test_the_command_takes_reports_from_the_mail_server_and_leaves_other_mail_alone(
    world: World, app: Flask, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(cli, "portal_app", lambda: app)
    letter, message_id = sent(world)
    said = {"status": "5.1.1", "shape": "message/rfc822", "message_id": message_id}
    for report, answer in (
        (REPORT.format(action="failed", **said), f"Letter {letter.id} did not arrive."),
        ("Subject: Hi\n\nHi.\n", "No report of a lost letter."),
    ):
        run = CliRunner().invoke(mail, ["bounced"], input=report)
        assert (run.output.strip(), run.exit_code) == (answer, 0)
