"""Somebody takes everything with them, and leaves: all that is theirs, and nothing of others."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zipfile import ZipFile

import pytest
from flask import Flask
from sqlalchemy import select

from pdportal import clock
from pdportal.accounts import own_data
from pdportal.accounts.leaving import FORMER
from pdportal.accounts.models import Person, RoleName
from pdportal.accounts.own_data import parts
from pdportal.accounts.policy import may_see, may_switch_off, people_seen_by
from pdportal.accounts.services.account import say_who_one_is
from pdportal.accounts.services.people import switch_on
from pdportal.db import Base, db
from pdportal.feedback.comments.answers import Verdict
from pdportal.feedback.comments.models import Comment
from pdportal.feedback.protocols.models import Protocol
from pdportal.feedback.works.models import Revision
from pdportal.goals.services import goals
from pdportal.inbox import post
from pdportal.inbox.letters import write_letters
from pdportal.inbox.models import Letter
from pdportal.inbox.services import notify
from pdportal.privacy import services
from pdportal.privacy.models import Download, Leaving
from pdportal.video.models import Clip
from pdportal.web.errors import Refused
from tests.conftest import Visit
from tests.insights import given
from tests.people import World
from tests.video import given as clips

NOW = datetime(2026, 11, 10, 15, 0, tzinfo=UTC)
WEEK = timedelta(days=7)
SECRETS = ("Who speaks, and who does not?", "More students talk.", "Rivers, day one")


@pytest.fixture
def told(app: Flask, world: World) -> World:
    """Ada has a work with feedback, a goal, a clip, a notice; and gave feedback to Ben."""
    tag = given.protocol()
    round_ = given.shared(world.ada, tag, NOW - timedelta(days=5), cohort=world.autumn)
    given.asked(round_, world.ben, given_at=NOW - timedelta(days=1))
    others = given.shared(world.ben, tag, NOW - timedelta(days=5), cohort=world.autumn)
    others.revision.content = {"text": "What Ben wrote about rivers."}
    given.asked(others, world.ada, given_at=NOW - timedelta(days=1))
    content = {"change": "More students talk.", "why": "Four carry it.", "know": "I count."}
    goals.keep_goal(world.ada, goals.begin_goal(world.ada, content), content)
    with clock.at(NOW - timedelta(hours=1)):
        clips.shared(app, clips.clip(app, world.ada, "Rivers, day one"), world.cora)
        notify(world.ben.id, "nudged", "/", sender=world.ada, name="Ada Okafor", title="Questions")
    db.session.commit()
    return world


def downloaded(world: World, visit: Visit) -> ZipFile:
    """What Ada gets."""
    ada = visit(world.ada)
    with clock.at(NOW):
        ada.post("/account/data")
        assert "Part 0 of" in ada.get("/account/data").text
        services.collect_what_waits()
        page = ada.get("/account/data").text
        assert "Your data is ready to download." in ada.get("/inbox").text
        number = db.session.scalars(select(Download.id)).one()
        assert f"/account/data/{number}.zip" in page
        answer = ada.get(f"/account/data/{number}.zip")
    assert answer.headers["Content-Type"] == "application/zip"
    assert "attachment" in answer.headers["Content-Disposition"]
    return ZipFile(io.BytesIO(answer.data))


def test_everything_is_in_it_readable_and_nothing_of_others(told: World, visit: Visit):
    archive = downloaded(told, visit)
    names = archive.namelist()
    whole = "\n".join(
        archive.read(name).decode() for name in names if name.endswith((".md", ".json"))
    )
    for secret in SECRETS:
        assert secret in whole
    assert "Why does Jonas go first?" in whole, "what Ben wrote to Ada, and what Ada wrote"
    assert told.ben.email not in whole
    assert "What Ben wrote about rivers." not in whole
    assert [name for name in names if name.startswith("clips/") and "Rivers" in name]
    account = json.loads(archive.read("account/account.json"))
    assert (account["name"], account["called"]) == ("Ada Okafor", "Ada")
    assert {name.split("/")[0] for name in names} == {part.name for part in parts()} | {"README.md"}


def test_a_download_of_many_works_asks_as_often_as_one_of_few(told: World, statements):
    tag = db.session.scalars(select(Protocol)).one()
    part = next(part for part in parts() if part.name == "feedback")
    asked = []
    for more in (2, 10):
        for _work in range(more):
            round_ = given.shared(told.ada, tag, NOW - timedelta(days=5), cohort=told.autumn)
            for reviewer in (told.ben, told.dee):
                given.decided(given.asked(round_, reviewer, given_at=NOW), Verdict.USE)
        db.session.expire_all()
        assert told.ada.id
        with statements() as said:
            pieces = [piece for piece in part.collect(told.ada) if "works/" in piece.path]
        asked.append(len(said))
    assert len(pieces) >= 12
    assert "Dee Tran (suggestion): Why does Jonas go first?" in str(pieces[-1].content)
    assert asked[0] == asked[1], asked


def test_a_download_is_of_one_person_and_for_a_week(told: World, visit: Visit):
    downloaded(told, visit)
    number = db.session.scalars(select(Download.id)).one()
    for person in told.everyone:
        answer = visit(person).get(f"/account/data/{number}.zip")
        assert answer.status_code == (200 if person is told.ada else 404), person.name
    with clock.at(NOW + WEEK + timedelta(hours=1)):
        services.delete_old_downloads()
        db.session.commit()
        assert visit(told.ada).get(f"/account/data/{number}.zip").status_code == 404


def test_asked_twice_it_is_collected_once(told: World, visit: Visit):
    ada = visit(told.ada)
    ada.post("/account/data")
    ada.post("/account/data")
    assert len(db.session.scalars(select(Download)).all()) == 1


def test_leaving_takes_two_steps_and_a_week_and_one_may_stay(told: World, visit: Visit):
    ada = visit(told.ada)
    with clock.at(NOW):
        page = ada.get("/account/leave").text
        assert "without your name" in page
        ada.post("/account/leave")
        ada.post("/account/leave")
        assert "keep my account" in ada.get("/account/data").text
        ada.post("/account/leave/undo")
    with clock.at(NOW + 2 * WEEK):
        services.carry_out()
        db.session.commit()
    assert told.ada.active
    assert len(db.session.scalars(select(Leaving)).all()) == 1


def left(world: World, visit: Visit) -> None:
    """Ada has left."""
    with clock.at(NOW):
        visit(world.ada).post("/account/leave")
    with clock.at(NOW + WEEK - timedelta(hours=1)):
        services.carry_out()
        db.session.commit()
        assert world.ada.active
    with clock.at(NOW + WEEK + timedelta(minutes=1)):
        for _twice in range(2):
            services.carry_out()
            db.session.commit()


def test_after_a_week_all_words_are_gone_and_what_was_given_stays_without_a_name(
    told: World, visit: Visit
):
    with clock.at(NOW):
        write_letters()
        db.session.commit()
        post.send_letters()
        notify(told.dee.id, "nudged", "/", sender=told.ada, name="Ada Okafor", title="Questions")
        write_letters()
        db.session.commit()
    assert len(db.session.scalars(select(Letter).where(Letter.sent_at.is_not(None))).all()) == 2
    left(told, visit)
    ada = db.session.get_one(Person, told.ada.id)
    assert (ada.name, ada.active, ada.password) == (FORMER, False, None)
    rows = "\n".join(
        repr(row)
        for table in Base.metadata.sorted_tables
        for row in db.session.execute(select(table))
    )
    for gone in (*SECRETS, "Okafor", "okafor", "ada.okafor@example.org"):
        assert gone not in rows, gone
    given_by_ada = select(Comment.text).where(Comment.author_id == ada.id)
    assert db.session.scalars(given_by_ada).all() == ["Why does Jonas go first?"]
    assert all(
        revision.content == {} or revision.work.author_id != ada.id
        for revision in db.session.scalars(select(Revision))
    )
    assert "Ada" not in visit(told.ben).get("/inbox").text
    progress = visit(told.lee).get(f"/cohorts/{told.autumn.id}/progress")
    assert FORMER not in progress.text


def test_an_account_that_is_gone_is_not_led_switched_on_or_given_a_role(told: World, visit: Visit):
    told.let_schools_be_led()
    left(told, visit)
    for actor in (told.lee, told.max, told.hal, told.abe):
        assert not may_see(actor, told.ada)
        assert told.ada not in db.session.scalars(people_seen_by(actor)).all()
        browser = visit(actor)
        assert FORMER not in browser.get("/people").text
        assert browser.get(f"/people/{told.ada.id}").status_code == 404
        role = {"role": "teacher", "school": ""}
        for act, data in (("switch-on", {}), ("drop-second-step", {}), ("roles", role)):
            answer = browser.post(f"/people/{told.ada.id}/{act}", data=data)
            assert answer.status_code == 404, act
    assert (told.ada.active, told.ada.held) == (False, [])
    assert not may_switch_off(told.max, told.ada)
    with pytest.raises(Refused):
        switch_on(told.max, told.ada)


def test_one_leaving_that_fails_keeps_nobody_else(
    told: World, visit: Visit, monkeypatch: pytest.MonkeyPatch
):
    with clock.at(NOW):
        for person in (told.ada, told.ben):
            visit(person).post("/account/leave")
    goals_part = next(part for part in parts() if part.name == "goals")

    def forget(person: Person) -> None:
        if person.name == "Ada Okafor":
            raise RuntimeError
        goals_part.forget(person)

    with monkeypatch.context() as patched, clock.at(NOW + WEEK + timedelta(minutes=1)):
        patched.setitem(own_data._parts, "goals", replace(goals_part, ends=forget))
        services.carry_out()
        names = (told.ada.name, told.ada.active, told.ben.name, told.ben.active)
        assert names == ("Ada Okafor", True, FORMER, False)
        assert db.session.scalars(select(Clip.title)).all() == ["Rivers, day one"]
    with clock.at(NOW + WEEK + timedelta(hours=1)):
        services.carry_out()
        assert told.ada.name == FORMER


def test_the_last_admin_cannot_leave(told: World, visit: Visit):
    assert visit(told.max).post("/account/leave").status_code == 409
    assert db.session.scalars(select(Leaving)).all() == []


def test_of_two_admins_one_stays(told: World, visit: Visit):
    eva = told.person("Eva Lund", RoleName.ADMIN)
    with clock.at(NOW):
        assert visit(told.max).post("/account/leave").status_code == 302
        answer = visit(eva).post("/account/leave")
        assert answer.status_code == 409
        assert "Make somebody else admin first." in answer.text
        visit(told.max).post("/account/leave/undo")
        assert visit(eva).post("/account/leave").status_code == 302, "Max stays after all"


def test_who_has_become_the_last_admin_is_kept_and_told(told: World, visit: Visit):
    eva = told.person("Eva Lund", RoleName.ADMIN)
    max_ = visit(told.max)
    with clock.at(NOW):
        max_.post("/account/leave")
        assert max_.post(f"/people/{eva.id}/switch-off").status_code == 302
    with clock.at(NOW + WEEK + timedelta(minutes=1)):
        services.carry_out()
        assert told.max.active
        assert "so your account was not deleted" in max_.get("/inbox").text
        assert "You can leave at any time." in max_.get("/account/data").text
        assert max_.post("/account/leave").status_code == 409
        assert max_.post(f"/people/{eva.id}/switch-on").status_code == 302
        assert max_.post("/account/leave").status_code == 302


def test_a_name_that_was_changed_is_not_read_in_old_notices_nor_in_mail(told: World, visit: Visit):
    say_who_one_is(told.ada, name="Adaeze Eze", called="", teaches="")
    db.session.commit()
    page = visit(told.ben).get("/inbox").text
    assert "Adaeze Eze asks how “Questions” is going." in page
    assert "Ada Okafor" not in page
    write_letters()
    texts = db.session.scalars(select(Letter.text).where(Letter.person_id == told.ben.id)).all()
    assert any("Adaeze Eze asks how" in text for text in texts)
    assert not any("Ada Okafor" in text for text in texts)
