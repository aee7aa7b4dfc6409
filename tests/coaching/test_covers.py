"""A coach is ill for a week, hands over, is asked for; what was shared by name stays."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from pdportal import clock
from pdportal.accounts.models import Away, RoleName
from pdportal.accounts.services.people import switch_off, take_role
from pdportal.coaching import own_data as coaching_data
from pdportal.coaching.covers import services
from pdportal.coaching.covers.models import Handover
from pdportal.coaching.notes.models import CoachNote, Readers
from pdportal.coaching.notes.services import save_note
from pdportal.coaching.queries import my_teachers
from pdportal.cohorts import own_data as cohorts_data
from pdportal.cohorts.models import Coaching
from pdportal.cohorts.policy import coaches_of
from pdportal.cohorts.services import link_coach
from pdportal.db import db
from pdportal.feedback.rounds.allocation import ask
from pdportal.feedback.rounds.hiding import Hides
from pdportal.inbox.models import Notice
from tests.conftest import Visit
from tests.feedback import given as works
from tests.people import World
from tests.video import given


def test_a_coach_is_ill_for_a_week(app: Flask, world: World, visit: Visit):
    dan = world.person("Dan Obi", RoleName.COACH)
    clip = given.clip(app, world.ada, "Rivers, day one")
    given.shared(app, clip, world.cora, "Who answers whom?")
    note = {"text": "My doubts", "on_day": clock.now().date()}
    save_note(world.cora, world.ada.id, "n", note | {"readers": Readers.ME}, keep=True)
    db.session.commit()
    cora, ada, other = visit(world.cora), visit(world.ada), visit(dan)
    today = clock.now().date()
    cora.post("/coaching/promise", data={"within": "3"})
    assert "Cora Mbeki answers by" in ada.get("/coaching").text
    assert "answer promised by" in ada.get(f"/clips/{clip.id}").text
    days = {"starts_on": str(today), "ends_on": str(today + timedelta(days=6))}
    cover = {"to": str(dan.id), "note": "Ada has waited since Friday.", **days}
    assert ada.post("/coaching/away", data=cover).status_code == 403
    assert cora.post("/coaching/away", data=cover | {"to": str(world.ben.id)}).status_code == 422
    back = {"starts_on": days["ends_on"], "ends_on": days["starts_on"]}
    assert cora.post("/coaching/away", data=cover | back).status_code == 422
    assert cora.post("/coaching/away", data=cover).status_code == 302
    assert cora.post("/coaching/away", data=cover).status_code == 409
    assert db.session.get(Away, world.cora.id) is not None
    assert "Dan Obi covers for you" in cora.get("/coaching").text
    assert "covers for Cora Mbeki" in ada.get("/inbox").text
    told = ada.get("/coaching").text
    assert "Cora Mbeki answers by" not in told
    assert "away: Dan Obi covers until" in told
    shared = ada.get(f"/clips/{clip.id}").text
    assert "answer promised by" not in shared
    assert "away now" in shared
    # Dan coaches Ada for the week, and sees nothing that was shared with Cora.
    page = f"/coaching/teachers/{world.ada.id}"
    for path in ("/coaching", page):
        text = other.get(path).text
        assert "Ada Okafor" in text
        assert "Rivers" not in text
        assert "doubts" not in text
    assert "Ada has waited" in other.get("/coaching").text
    assert other.get(f"/clips/{clip.id}").status_code == 404
    assert other.get(f"{page}/hand-over").status_code == 403
    handover = db.session.scalars(select(Handover)).one()
    (share,) = clip.shares
    let = f"/coaching/handed/{handover.id}/{share.id}"
    for who in (world.cora, dan, world.ben, world.lee):
        assert visit(who).post(let).status_code == 404
    assert "Let Dan Obi see it" in ada.get("/coaching").text
    clip.looks_first = True
    db.session.commit()
    assert ada.post(let).status_code == 302
    assert clip.looks_first
    assert other.get(f"/clips/{clip.id}").status_code == 200
    assert "Who answers whom?" in other.get("/coaching").text
    assert "Let Dan Obi" not in ada.get("/coaching").text
    # It ends by itself.
    with clock.at(clock.now() + timedelta(days=6, hours=2)):
        services.run_covers()
        assert [each.name for each in my_teachers(dan)] == ["Ada Okafor"]
    with clock.at(clock.now() + timedelta(days=8)):
        for _twice in range(2):
            services.run_covers()
        db.session.commit()
        assert my_teachers(dan) == []
        assert [each.name for each in db.session.scalars(coaches_of(world.ada.id))] == [
            "Cora Mbeki"
        ]
        assert "Cora Mbeki is back" in ada.get("/inbox").text
        told = select(Notice.id).where(Notice.kind == "cover_ended")
        assert len(db.session.scalars(told).all()) == 1
        assert other.get(page).status_code == 404


def test_a_cover_begins_on_its_day_and_can_be_ended(world: World, visit: Visit):
    dan = world.person("Dan Obi", RoleName.COACH)
    db.session.commit()
    today = clock.now().date()
    days = (today + timedelta(days=3), today + timedelta(days=5))
    given_to = services.cover(world.cora, dan, *days)
    services.run_covers()
    assert my_teachers(dan) == []
    with clock.at(clock.now() + timedelta(days=3)):
        services.run_covers()
        db.session.commit()
        assert len(my_teachers(dan)) == 1
        end = f"/coaching/covers/{given_to.id}/end"
        for who in (world.ada, world.ben, world.lee):
            assert visit(who).post(end).status_code == 404
        assert visit(world.cora).post(end).status_code == 302
        assert my_teachers(dan) == []
        assert db.session.get(Away, world.cora.id) is None


def test_a_teacher_and_a_clip_are_handed_over(app: Flask, world: World, visit: Visit):
    dan = world.person("Dan Obi", RoleName.COACH)
    clip = given.clip(app, world.ada, "Rivers, day one")
    given.shared(app, clip, world.cora)
    values = {"on_day": clock.now().date()}
    for key, readers in (("private", Readers.ME), ("agreed", Readers.PAIR)):
        words = values | {"text": f"{key} words", "readers": readers}
        save_note(world.cora, world.ada.id, key, words, keep=True)
    db.session.commit()
    cora, ada, other = visit(world.cora), visit(world.ada), visit(dan)
    page = f"/coaching/teachers/{world.ada.id}"
    for who in (world.ben, world.lee, dan):
        assert visit(who).get(f"{page}/hand-over").status_code == 404
    to_dan = {"to": str(dan.id), "note": "He knows fractions."}
    one = f"{page}/hand-over?clip={clip.id}"
    assert cora.post(f"{page}/hand-over?clip=999999", data=to_dan).status_code == 403
    assert cora.post(one, data=to_dan | {"to": "x"}).status_code == 422
    assert cora.post(one, data=to_dan).status_code == 302
    assert other.get(page).status_code == 404
    assert "He knows fractions." in ada.get("/coaching").text
    assert cora.post(f"{page}/hand-over", data=to_dan).status_code == 302
    assert cora.get(page).status_code == 404
    text = other.get(page).text
    assert "agreed words" in text
    assert "private words" not in text
    assert "Rivers" not in text
    ids = select(Handover.id).where(Handover.clip_id.is_(None))
    (share,) = clip.shares
    ada.post(f"/coaching/handed/{db.session.scalars(ids).one()}/{share.id}")
    assert "Rivers" in other.get(page).text
    assert cora.get(f"/clips/{clip.id}").status_code == 404
    assert db.session.scalars(select(CoachNote).where(CoachNote.author_id == dan.id)).all() == []


def test_a_teacher_asks_for_a_coach_and_the_first_to_claim_is_it(world: World, visit: Visit):
    dan = world.person("Dan Obi", RoleName.COACH)
    db.session.commit()
    ben, cora, other = visit(world.ben), visit(world.cora), visit(dan)
    asked = {"words": "Somebody for my first lab."}
    assert visit(world.ada).post("/coaching/ask", data=asked).status_code == 409
    ben.post("/coaching/ask", data={"words": " "})
    assert db.session.scalars(select(Handover)).all() == []
    for _twice in range(2):
        assert ben.post("/coaching/ask", data=asked).status_code == 302
    row = db.session.scalars(select(Handover)).one()
    assert "first lab" in ben.get("/coaching").text
    for who in (world.ada, world.zoe, world.lee, world.max, world.olu):
        assert "first lab" not in visit(who).get("/coaching").text
    claim = f"/coaching/asks/{row.id}/claim"
    assert visit(world.ada).post(claim).status_code == 403
    assert "first lab" in cora.get("/coaching").text
    assert cora.post(claim).location.endswith(f"/teachers/{world.ben.id}")
    assert "Another coach said yes first" in other.post(claim, follow_redirects=True).text
    assert [each.name for each in my_teachers(dan)] == []
    assert "Cora Mbeki is your coach now" in ben.get("/inbox").text
    assert "first lab" not in other.get("/coaching").text


def test_a_lead_who_links_a_coach_answers_the_question_for_one(world: World, visit: Visit):
    dan = world.person("Dan Obi", RoleName.COACH)
    asked = services.ask_for_coach(world.ben, "Somebody for my first lab.")
    link_coach(world.lee, world.cora, world.ben)
    db.session.commit()
    other = visit(dan)
    assert "first lab" not in other.get("/coaching").text
    other.post(f"/coaching/asks/{asked.id}/claim")
    assert my_teachers(dan) == []


def test_whoever_covers_and_then_is_their_coach_stays(world: World):
    dan, eve = world.person("Dan Obi", RoleName.COACH), world.person("Eve Sol", RoleName.COACH)
    db.session.add(Coaching(coach_id=world.cora.id, teacher_id=world.ben.id))
    db.session.flush()
    today = clock.now().date()
    services.cover(world.cora, dan, today, today + timedelta(days=2))
    services.hand_over(world.cora, world.ada, dan)
    link_coach(world.lee, dan, world.ben)
    services.cover(dan, eve, today, today + timedelta(days=6))
    with clock.at(clock.now() + timedelta(days=4)):
        services.run_covers()
    assert {each.name for each in my_teachers(dan)} == {"Ada Okafor", "Ben Silva"}


def test_a_cover_ends_when_the_coach_leaves_for_good(world: World):
    dan = world.person("Dan Obi", RoleName.COACH)
    db.session.flush()
    today = clock.now().date()
    services.cover(world.cora, dan, today, today + timedelta(days=2))
    assert len(my_teachers(dan)) == 1
    for part in (coaching_data.PART, cohorts_data.PART):
        part.forget(world.cora)
    with clock.at(clock.now() + timedelta(days=4)):
        services.run_covers()
    assert my_teachers(dan) == []


@pytest.mark.parametrize("leaves", ["switched off", "no coach any more", "left"])
def test_who_covers_and_leaves_covers_no_more(app: Flask, world: World, leaves: str):
    dan = world.person("Dan Obi", RoleName.COACH)
    db.session.flush()
    today = clock.now().date()
    given_to = services.cover(world.cora, dan, today, today + timedelta(days=6))
    with app.test_request_context():
        if leaves == "switched off":
            switch_off(world.max, dan)
        elif leaves == "left":
            coaching_data.PART.forget(dan)
        else:
            take_role(world.max, dan, dan.held[0].id)
            services.run_covers()
    assert given_to.ended_at is not None
    assert my_teachers(dan) == []
    told = select(Notice.person_id).where(Notice.kind == "cover_stopped")
    assert set(db.session.scalars(told)) == {world.ada.id, world.cora.id}


@pytest.mark.parametrize("hides", [Hides.NOBODY, Hides.AUTHOR])
def test_a_teacher_who_is_handed_over_is_not_known_as_a_hidden_author(
    app: Flask, world: World, hides: Hides, tmp_path: Path
):
    dan = world.person("Dan Obi", RoleName.COACH)
    tag, named = works.tag(tmp_path), [world.dee, world.fay]
    with app.test_request_context():
        round_ = works.shared(works.plan(world.ada), tag, named=named, hides=hides)
        (review,) = ask(round_, [world.cora.id], as_coach=True)
        services.hand_over(world.cora, world.ada, dan)
    assert (review.released_at is None) is (hides is Hides.AUTHOR)
