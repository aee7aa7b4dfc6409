"""What somebody said goes with them where it was theirs, and stays where it was given."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from pdportal import clock
from pdportal.db import Base, db
from pdportal.feedback.comments import services as comments
from pdportal.feedback.comments.models import Comment
from pdportal.feedback.comments.writing import Typed
from pdportal.feedback.works.models import Work
from pdportal.inbox.letters import write_letters
from pdportal.inbox.models import Letter, Notice
from pdportal.inbox.post import send_letters
from pdportal.inbox.services import notify
from pdportal.privacy import services
from tests.insights import given
from tests.people import World
from tests.video import given as clips

NOW = datetime(2026, 11, 10, 15, 0, tzinfo=UTC)
LEFT = NOW + timedelta(days=7, minutes=1)


@pytest.fixture
def spoken(app: Flask, world: World) -> World:
    """Ada replies on her own work and on Ben's, has not given a review of Dee's, shares a clip."""
    tag = given.protocol()
    with clock.at(NOW):
        mine, his, hers = (
            given.shared(author, tag, NOW - timedelta(days=5), cohort=world.autumn)
            for author in (world.ada, world.ben, world.dee)
        )
        bens = given.asked(mine, world.ben, given_at=NOW - timedelta(days=1)).comments[0]
        adas = given.asked(his, world.ada, given_at=NOW - timedelta(days=1)).comments[0]
        unfinished = given.asked(hers, world.ada)
        unfinished.comments[0].text = unfinished.comments[0].next_move = "Never given."
        comments.reply(world.ada, bens, "Said on my own work.")
        comments.reply(world.ada, adas, "Said to Ben on his.")
        clip = clips.clip(app, world.ada, "Rivers, day one")
        for reader in (world.ben, world.cora):
            clips.shared(app, clip, reader)
        work = db.session.scalars(select(Work).where(Work.clip_id == clip.id)).one()
        first = comments.add_comment(world.cora, work, Typed("Look at the second question."))
        db.session.commit()
        comments.reply(world.ben, first, "Yes, that one.")
        db.session.commit()
    return world


def leave(world: World) -> None:
    """Ada leaves, and her week goes by."""
    with clock.at(NOW):
        services.leave(world.ada)
        db.session.commit()
    with clock.at(LEFT):
        services.carry_out()


def everything() -> str:
    """All that the database holds."""
    return "\n".join(
        repr(row)
        for table in Base.metadata.sorted_tables
        for row in db.session.execute(select(table))
    )


def test_what_was_said_on_ones_own_work_and_what_was_never_given_go(spoken: World):
    leave(spoken)
    rows = everything()
    for gone in ("Said on my own work.", "Never given.", "Rivers, day one"):
        assert gone not in rows, gone
    for stays in ("Said to Ben on his.", "Look at the second question.", "Yes, that one."):
        assert stays in rows, stays
    of_ada = select(Comment.text).where(Comment.author_id == spoken.ada.id).order_by(Comment.id)
    texts = ["Why does Jonas go first?", "", "—", "Said to Ben on his."]
    assert db.session.scalars(of_ada).all() == texts


def test_what_others_were_told_of_a_clip_by_somebody_else_goes(spoken: World):
    told = select(Notice).where(Notice.person_id == spoken.cora.id, Notice.from_id == spoken.ben.id)
    with clock.at(NOW):
        assert [notice.kind for notice in db.session.scalars(told)] == ["clip_replied"]
        write_letters()
        db.session.commit()
        letters = db.session.scalars(select(Letter).where(Letter.person_id == spoken.cora.id)).all()
        assert any("Rivers, day one" in letter.text for letter in letters)
    leave(spoken)
    assert db.session.scalars(told).all() == []
    assert "Rivers, day one" not in everything()


@pytest.mark.parametrize("sent", [True, False])
def test_letters_that_name_whoever_left_go_and_say_the_rest_anew(spoken: World, sent: bool):
    of_dee = select(Letter).where(Letter.person_id == spoken.dee.id)
    with clock.at(NOW):
        for sender in (spoken.ada, spoken.ben):
            notify(spoken.dee.id, "nudged", "/", sender=sender, name=sender.name, title="Questions")
        db.session.commit()
        write_letters()
        assert "Ada Okafor asks" in db.session.scalars(of_dee).one().text
        db.session.commit()
        if sent:
            send_letters()
    leave(spoken)
    assert db.session.scalars(of_dee).all() == []
    with clock.at(LEFT):
        write_letters()
    texts = [letter.text for letter in db.session.scalars(of_dee)]
    assert [text.count(" asks how") for text in texts] == ([] if sent else [1])
    assert "Ada Okafor" not in everything()


def test_an_invitation_that_is_not_sent_keeps_its_link(spoken: World):
    text = "Ada Okafor invites you.\n\nhttps://portal/join/Ada Okafor-1\n"
    for to in ("kim@example.org", spoken.ada.email):
        db.session.add(Letter(to=to, subject="Ada Okafor invites you", text=text))
    db.session.commit()
    leave(spoken)
    letter = db.session.scalars(select(Letter).where(Letter.person_id.is_(None))).one()
    assert (letter.to, letter.subject) == ("kim@example.org", "Former colleague invites you")
    assert letter.text.splitlines()[0] == "Former colleague invites you."
    assert letter.text.splitlines()[2] == "https://portal/join/Ada Okafor-1"
