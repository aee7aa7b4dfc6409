"""A clip is offered to learn from by its owner alone, to a school or the district, for a time."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from flask import Flask
from sqlalchemy import func, select, update

from pdportal import clock
from pdportal.accounts.models import Person
from pdportal.db import db
from pdportal.inbox.models import Notice
from pdportal.video.captions.services import store_captions
from pdportal.video.exemplars import services
from pdportal.video.exemplars.models import Exemplar
from tests.conftest import Visit
from tests.people import World
from tests.video import given

OFFER = {
    "to": "school",
    "consent": "The nine families agreed on Oct 1.",
    "look_fors": "How long it is quiet.",
    "review_on": "2027-01-31",
}


def told(kind: str) -> int:
    return db.session.scalar(select(func.count()).where(Notice.kind == kind)) or 0


def test_a_clip_is_asked_for_offered_watched_and_withdrawn(app: Flask, world: World, visit: Visit):
    ada, cora, clip = visit(world.ada), visit(world.cora), given.clip(app, world.ada)
    given.shared(app, clip, world.cora)
    of_ben = given.shared(app, clip, world.ben)
    with app.test_request_context():
        store_captions(world.ada, clip, "en", b"00:00 --> 00:01\nWhich river?")
    db.session.commit()
    page = f"/clips/{clip.id}"
    cora.post(f"{page}/comments", data={"text": "You talk more than they do."})
    for asked in (cora, cora):
        asked.post(f"{page}/exemplar/ask")
    assert visit(world.ben).post(f"{page}/exemplar/ask").status_code == 403
    assert visit(world.lee).post(f"{page}/exemplar/ask").status_code == 404
    assert told("exemplar_asked") == 1
    assert "asked for it. Whether" in visit(world.ada).get(f"{page}/exemplar").text
    ada.post(f"{page}/shares/{of_ben.id}/take-back")
    assert db.session.scalars(select(Exemplar)).all() == []

    for wrong in ({"consent": ""}, {"review_on": ""}, {"review_on": "2026-10-05"}):
        assert ada.post(f"{page}/exemplar", data=OFFER | wrong).status_code == 422
    assert ada.post(f"{page}/exemplar", data=OFFER | {"review_on": "2027-07-01"}).status_code == 422
    for _twice in range(2):
        assert ada.post(f"{page}/exemplar", data=OFFER).status_code == 302
    offered = db.session.scalars(select(Exemplar)).one()
    learn = f"/clips/learn/{offered.id}"
    urls = (learn, f"{page}/file", f"{page}/captions/en.vtt", f"{page}/standing")

    def sees(person: Person) -> bool:
        found = {visit(person).get(url).status_code for url in urls}
        assert found in ({404}, {200, 204}), (person.name, found)
        assert (clip.title in visit(person).get("/clips/learn").text) == (found != {404})
        return found != {404}

    staff = {each.id for each in world.everyone if each.school_id == world.ada.school_id}
    shared = {world.ada.id, world.cora.id}
    for person in world.everyone:
        if person.id not in shared - staff:
            assert sees(person) == (person.id in staff), person.name
    reader = world.ben
    assert reader.id in staff
    shown = visit(reader).get(learn).text
    assert "How long it is quiet." in shown
    assert "Which river?" in shown
    for private in ("You talk more", "Nine students", "The nine families", "Cora"):
        assert private not in shown, private
    assert visit(reader).get(page).status_code == 404
    assert learn in visit(reader).get("/search?q=quiet").text
    assert reader.name in ada.get(page).text  # who looked

    ada.post(f"{page}/exemplar", data=OFFER | {"to": "district"})
    assert [sees(each) for each in world.everyone if each.id not in staff | shared] == [
        each.district_id == world.ada.district_id
        for each in world.everyone
        if each.id not in staff | shared
    ]
    ada.post(f"{page}/exemplar/withdraw")
    assert not sees(reader)
    assert db.session.scalars(select(Exemplar.consent)).all() == [""]


def test_an_offer_ends_by_itself_and_with_its_owner(app: Flask, world: World, visit: Visit):
    clip = given.clip(app, world.ada)
    ada, page = visit(world.ada), f"/clips/{clip.id}"
    ada.post(f"{page}/exemplar", data=OFFER)
    reader = world.ben

    def pass_to(day: date) -> int:
        with clock.at(datetime(day.year, day.month, day.day, 15, tzinfo=UTC)):
            services.end_exemplars()
            db.session.commit()
        return visit(reader).get(f"{page}/file").status_code

    ends = date(2027, 1, 31)
    assert [pass_to(ends - timedelta(days=before)) for before in (15, 14, 13)] == [200] * 3
    assert told("exemplar_ends_soon") == 1
    world.ada.active = False
    db.session.commit()
    assert visit(reader).get(f"{page}/file").status_code == 404
    world.ada.active = True
    db.session.commit()
    assert pass_to(ends) == 404
    assert told("exemplar_ended") == 1
    ada.post(f"{page}/exemplar", data=OFFER)
    ada.post(f"{page}/delete")
    assert db.session.scalars(select(Exemplar.ended_at.is_not(None))).all() == [True, True]


def test_what_was_withdrawn_in_another_window_is_offered_anew(app: Flask, world: World):
    clip = given.clip(app, world.ada)
    said = {"to_school": True, "consent": "", "look_fors": "", "review_on": clip.delete_by}
    with app.test_request_context():
        services.offer(world.ada, clip, **said)
        assert clip.exemplar is not None
        withdrawn = update(Exemplar).values(ended_at=clip.created_at)
        db.session.execute(withdrawn, execution_options={"synchronize_session": False})
        assert services.offer(world.ada, clip, **said) is not None
    assert len(db.session.scalars(select(Exemplar)).all()) == 2
