"""A coach's Monday: who needs me next, and the first words to somebody who has been quiet."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask

from pdportal import clock
from pdportal.accounts.promises import promised_day
from pdportal.coaching.appointments import services as appointments
from pdportal.coaching.appointments.models import Appointment, AppointmentKind, TimeOffer
from pdportal.coaching.first_screen import QUIET, coach_screen
from pdportal.coaching.notes import services as notes
from pdportal.coaching.notes.models import Readers
from pdportal.cohorts.models import Coaching
from pdportal.db import db
from pdportal.skills.frameworks.models import Framework, Origin, Skill
from pdportal.skills.services import offer
from tests.conftest import Visit
from tests.people import World
from tests.video import given
from tests.video.conftest import NOW


def test_a_coachs_monday(app: Flask, world: World, visit: Visit, statements):
    cora = visit(world.cora)
    for teacher in (world.ben, world.dee, world.zoe):
        db.session.add(Coaching(coach_id=world.cora.id, teacher_id=teacher.id, since=NOW - QUIET))
    db.session.commit()
    assert coach_screen(world.cora).next is None
    # Zoe has been quiet; Ben is to be looked at again; Ada has waited longer than was promised.
    with clock.at(NOW + timedelta(minutes=5)), statements() as of_little:
        page = cora.get("/coaching").text
    assert "Say hello" in page
    today = clock.now().date()
    values = {"readers": Readers.ME, "text": "Ask about exits", "on_day": today}
    notes.save_note(world.cora, world.ben.id, "b", values | {"follow_on": today}, keep=True)
    notes.log_contact(world.cora, world.dee.id, "d", notes.Contact.CALL, 5)
    db.session.commit()
    page = cora.get("/coaching").text
    assert "You wanted to look again" in page
    assert "Ask about exits" not in page
    cora.post("/coaching/promise", data={"within": "3"})
    clip = given.clip(app, world.ada, "Rivers")
    assert "answers within 3 school days" in visit(world.ada).get(f"/clips/{clip.id}/share").text
    with clock.at(NOW - timedelta(days=9)):
        given.shared(app, clip, world.cora)
    db.session.commit()
    assert "Cora Mbeki answers by" in visit(world.ada).get("/coaching").text
    page = cora.get("/coaching").text
    assert "Ada Okafor: Rivers" in page
    assert "promised for" in page
    assert "promised for" in cora.get("/").text
    assert "promised for" not in visit(world.ada).get("/coaching").text
    shown = cora.get("/coaching?show=follow_up").text
    assert "Ben Silva" in shown
    assert "Dee Tran" not in shown
    assert "Dee Tran" in cora.get("/coaching?q=tran").text
    starts = clock.now() + timedelta(minutes=10)
    appointments.make(
        *(world.cora, world.cora, [world.ben]),
        **{"kind": AppointmentKind.TALK, "place": "Room 12", "zone": "UTC"},
        **{"starts_at": starts, "ends_at": starts + timedelta(minutes=5)},
    )
    db.session.commit()
    with statements() as of_more:
        page = cora.get("/coaching").text
    assert len(of_more) == len(of_little) == 6
    assert "Coaching talk: Ben Silva" in page
    assert "Room 12" in page
    assert visit(world.ada).post("/coaching/promise", data={"within": "3"}).status_code == 403
    assert visit(world.lee).get("/coaching").status_code == 200


@pytest.mark.parametrize(
    ("since", "within", "day"),
    [
        (datetime(2026, 11, 30, 20, tzinfo=UTC), 3, date(2026, 12, 3)),
        (datetime(2026, 12, 3, 20, tzinfo=UTC), 3, date(2026, 12, 8)),
        (datetime(2026, 12, 5, 20, tzinfo=UTC), 1, date(2026, 12, 7)),
        (datetime(2026, 12, 5, 20, tzinfo=UTC), None, None),
    ],
)
def test_a_promise_counts_school_days(
    app: Flask, since: datetime, within: int | None, day: date | None
):
    with app.test_request_context():
        assert promised_day(since, within) == day


def test_a_conversation_is_begun_with_whoever_offered(world: World, visit: Visit):
    framework = Framework(origin=Origin.CONTENT, identifier="t", title="T", content_hash="")
    db.session.add(framework)
    db.session.flush()
    skill = Skill(framework_id=framework.id, identifier="q", name="Questioning")
    db.session.add(skill)
    db.session.flush()
    db.session.commit()
    ada, ben = visit(world.ada), visit(world.ben)
    to_ben = f"/coaching/hello/{world.ben.id}"
    assert "Nobody offers this yet" in ada.get("/coaching/who-could-show-it").text
    for who in ("zoe", "lee", "max", "cora"):
        assert visit(getattr(world, who)).get(to_ben).status_code == 404
    assert ada.post(to_ben, data={"text": "Hi"}).status_code == 404
    offer(world.ben, skill, "Wait time, period 3", to_district=False)
    db.session.commit()
    found = ada.get("/coaching/who-could-show-it?q=wait").text
    assert "Ben Silva" in found
    assert "Ben Silva" not in visit(world.zoe).get("/coaching/who-could-show-it").text
    for_ada = visit(world.cora).get(f"/coaching/who-could-show-it?for={world.ada.id}")
    assert for_ada.status_code == 200
    starts = clock.now() + timedelta(days=2)
    lesson = Appointment(
        host=world.dee, kind=AppointmentKind.CLASSROOM, zone="UTC", starts_at=starts,
        ends_at=starts + timedelta(hours=1),
        offer=TimeOffer(about="Number talks", to_district=True),
    )  # fmt: skip
    db.session.add(lesson)
    db.session.commit()
    found = ada.get("/coaching/who-could-show-it?q=number").text
    assert "Number talks" in found
    assert "Ben Silva" not in found
    assert "Number talks" not in visit(world.olu).get("/coaching/who-could-show-it").text
    assert ada.post(to_ben, data={"text": " "}).status_code == 422
    sent = ada.post(to_ben, data={"text": "May I come on Thursday?", "about": "Questioning"})
    assert ada.post(to_ben, data={"text": "May I come on Thursday?"}).location == sent.location
    assert "already" in ada.post(to_ben, data={"text": "Well?"}).text
    assert "would like to talk" in ben.get("/inbox").text
    assert "Thursday?" in ben.get(sent.location).text
    for who in ("zoe", "cora", "lee", "max"):
        assert visit(getattr(world, who)).get(sent.location).status_code == 404
    assert ada.post(sent.location, data={"answer": "yes"}).status_code == 403
    ben.post(sent.location, data={"answer": "not_now", "reply": "After the fair."})
    ben.post(sent.location, data={"answer": "yes"})
    assert "After the fair." in ada.get(sent.location).text
    assert "says: not now" in ada.get("/inbox").text
