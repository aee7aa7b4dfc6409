"""Notes are private or shared by choice at writing, and never change unseen."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select

from pdportal import clock
from pdportal.coaching import own_data
from pdportal.coaching.notes import services
from pdportal.coaching.notes.models import CoachNote, Contact, Readers
from pdportal.coaching.notes.policy import first_open_day, is_open_month
from pdportal.db import db
from pdportal.web.errors import Refused
from tests.conftest import Visit
from tests.people import World

FETCH = {"X-Requested-With": "fetch"}


def test_a_note_is_typed_kept_shared_and_deleted(world: World, visit: Visit):
    cora, ada = visit(world.cora), visit(world.ada)
    page = f"/coaching/teachers/{world.ada.id}"
    today = clock.now().date()
    typed = {"form_key": "a", "text": "Ada waits", "on_day": str(today), "version": "0"}
    # Saved at a pause: nobody has chosen yet who reads it, so only Cora does.
    answer = cora.post(f"{page}/notes", data=typed, headers=FETCH)
    assert answer.json["version"] == 1
    typed |= {"text": "Ada waits three seconds.", "version": "1", "readers": "pair"}
    assert cora.post(f"{page}/notes", data=typed, headers=FETCH).json["version"] == 2
    stale = cora.post(f"{page}/notes", data=typed | {"text": "Old"}, headers=FETCH)
    assert (stale.status_code, stale.json["reason"]) == (409, "changed")
    assert "Ada waits" not in ada.get("/coaching/notes").text
    assert "not saved yet" in cora.get(page).text
    # The button asks who reads it, and what it was.
    unread = typed | {"version": "2", "readers": "", "keep": "1"}
    refused = cora.post(f"{page}/notes", data=unread)
    assert refused.status_code == 422
    assert "Choose who can read it" in refused.text
    keep = typed | {"version": "2", "keep": "1", "contact": "visit", "minutes": "25"}
    keep |= {"topic": "Wait time", "follow_on": str(today)}
    for _twice in range(2):
        assert cora.post(f"{page}/notes", data=keep).status_code == 302
    assert "Ada waits three seconds." in ada.get("/coaching/notes").text
    assert "Cora Mbeki shared a note with you" in ada.get("/inbox").text
    changed = cora.post(f"{page}/notes", data=keep | {"text": "Other words", "version": "9"})
    assert "stays as it was read" in changed.text
    note = db.session.scalars(select(CoachNote)).one()
    assert "Look again" in cora.get(page).text
    cora.post(f"/coaching/notes/{note.id}/followed-up")
    assert "Look again today" not in cora.get(page).text
    cora.post(f"/coaching/notes/{note.id}/delete")
    left = ada.get("/coaching/notes").text
    assert "Note deleted" in left
    assert "three seconds" not in left
    assert cora.post(f"/coaching/notes/{note.id}/delete").status_code == 404


def test_when_a_coach_wants_to_look_again_is_not_for_the_teacher(world: World):
    today = clock.now().date()
    words = {"text": "Three seconds.", "on_day": today, "readers": Readers.PAIR}
    services.save_note(world.cora, world.ada.id, "a", words | {"follow_on": today}, keep=True)
    for person, says in ((world.cora, True), (world.ada, False)):
        taken = str([piece.content for piece in own_data.PART.collect(person)])
        assert "Three seconds." in taken
        assert ("follow_on" in taken) is says


def test_a_private_note_is_shared_by_an_act_that_shows_what_is_read(world: World, visit: Visit):
    cora, ada = visit(world.cora), visit(world.ada)
    page = f"/coaching/teachers/{world.ada.id}"
    typed = {"form_key": "p", "text": "My doubts", "on_day": str(clock.now().date())}
    cora.post(f"{page}/notes", data=typed | {"readers": "me", "keep": "1"})
    cora.post(f"{page}/notes", data=typed | {"readers": "pair", "keep": "1", "version": "1"})
    note = db.session.scalars(select(CoachNote)).one()
    assert (note.readers, note.shared_at) == (Readers.ME, None)
    assert "My doubts" in cora.get(f"{page}?note={note.id}").text
    assert "My doubts" in cora.get(f"/coaching/notes/{note.id}/share").text
    for who in (world.ada, world.ben, world.lee, world.max):
        other = visit(who)
        assert other.get(f"/coaching/notes/{note.id}/share").status_code == 404
        assert other.post(f"/coaching/notes/{note.id}/delete").status_code == 404
        assert "My doubts" not in other.get("/coaching/notes").text
    assert visit(world.ben).post(f"{page}/notes", data=typed).status_code == 404
    cora.post(f"/coaching/notes/{note.id}/share")
    assert "My doubts" in ada.get("/coaching/notes").text


def test_one_tap_is_a_contact_and_the_month_prints(world: World, visit: Visit):
    cora = visit(world.cora)
    page = f"/coaching/teachers/{world.ada.id}"
    tap = {"contact": "hallway", "minutes": "10", "form_key": "tap"}
    for _twice in range(2):
        assert cora.post(f"{page}/log", data=tap).status_code == 302
    assert "10 min" in cora.get(page).text
    assert cora.post(f"{page}/log", data=tap | {"minutes": "x"}).status_code == 302
    assert visit(world.ben).post(f"{page}/log", data=tap).status_code == 403
    log = cora.get("/coaching/log").text
    assert "Hallway" in log
    assert log.count("Ada Okafor") == 1
    assert "No contacts noted" in cora.get("/coaching/log?month=2026-01").text
    assert cora.get("/coaching/log?month=2026-13").status_code == 200
    assert visit(world.ada).get("/coaching/log").status_code == 403


@pytest.mark.parametrize(
    ("day", "today", "is_open"),
    [
        (date(2026, 11, 1), date(2026, 11, 30), True),
        (date(2026, 11, 30), date(2026, 12, 7), True),
        (date(2026, 11, 30), date(2026, 12, 8), False),
        (date(2026, 12, 9), date(2026, 12, 8), False),
        (date(2025, 12, 31), date(2026, 1, 2), True),
    ],
)
def test_a_month_closes_a_week_after_its_end(day: date, today: date, is_open: bool):
    assert is_open_month(day, today) is is_open
    assert first_open_day(today) <= today


def test_what_leads_count_does_not_move_afterwards(world: World, visit: Visit):
    visit(None)
    with clock.at(clock.now()):
        note = services.log_contact(world.cora, world.ada.id, "k", Contact.CALL, 20)
        values = {"contact": Contact.CALL, "minutes": 5, "on_day": date(2026, 1, 1)}
        with pytest.raises(Refused, match="closed"):
            services.save_note(world.cora, world.ada.id, "k", values)
        assert note.minutes == 20


def test_a_month_is_closed_for_a_coach_once_leads_read_it(world: World, visit: Visit):
    world.cora.time_zone = "Pacific/Honolulu"
    db.session.commit()
    cora, page = visit(world.cora), f"/coaching/teachers/{world.ada.id}/notes"
    typed = {"form_key": "k", "text": "A call", "contact": "call", "readers": "me", "keep": "1"}
    typed |= {"on_day": "2026-11-30", "version": "0"}
    with clock.at(datetime(2026, 12, 8, 9, tzinfo=UTC)):
        refused = cora.post(page, data=typed)
        assert refused.status_code == 422, "In Honolulu it is the 7th still."
    assert "month is closed" in refused.text
