"""A month of coaching, for leads: counts of six teachers or more, of months that are closed."""

from __future__ import annotations

from datetime import UTC, date, datetime

from pdportal import clock
from pdportal.accounts.models import RoleName
from pdportal.coaching.notes.models import CoachNote, Contact, Readers
from pdportal.coaching.notes.services import save_note
from pdportal.db import db
from pdportal.insights.coaching_views import figures_of
from tests.conftest import Visit
from tests.people import World

OCTOBER = date(2026, 10, 1)


def test_leads_read_what_a_month_of_coaching_came_to(world: World, visit: Visit):
    dan = world.person("Dan Obi", RoleName.COACH)
    teachers = [world.person(f"Teacher {number}", RoleName.TEACHER) for number in range(6)]
    for coach, contact, many in (
        (world.cora, Contact.VISIT, 6),
        (world.cora, Contact.CALL, 5),
        (dan, Contact.VISIT, 5),
    ):
        for teacher in teachers[:many]:
            key = f"{contact}-{teacher.id}"
            facts = {"contact": contact, "minutes": 20, "on_day": date(2026, 10, 9)}
            pair = {"author_id": coach.id, "teacher_id": teacher.id, "form_key": key}
            kept = {"kept_at": datetime(2026, 10, 9, 15, tzinfo=UTC), "readers": Readers.ME}
            db.session.add(CoachNote(text="Secret", **facts, **pair, **kept))
    db.session.commit()
    found = {each.name: each[1:] for each in figures_of(world.lee, OCTOBER)}
    assert found.pop("Visit") == (6, "1 to 5 hours")
    assert set(found.values()) == {(0, "")}, "Nothing tells the calls of five from none."
    page = "/coaching/figures?month=2026-10"
    with clock.at(datetime(2026, 11, 7, 20, tzinfo=UTC)):
        text = visit(world.lee).get(page).text
        assert "October 2026" not in text, "minutes can still be mended"
    with clock.at(datetime(2026, 11, 8, 20, tzinfo=UTC)):
        text = visit(world.lee).get(page).text
        for words in ("October 2026", "too few to say", "1 to 5 hours"):
            assert words in text
        for words in ("Secret", "Teacher 1", "Cora", "Dan"):
            assert words not in text
        assert "too few to say" in visit(world.olu).get(page).text
        assert "Coaching in figures" in visit(world.lee).get("/coaching").text
        for person in (world.ada, world.cora, world.fay):
            assert visit(person).get(page).status_code == 403


def test_a_note_that_is_filed_later_moves_no_figure_of_a_closed_month(world: World, visit: Visit):
    visit(None)
    facts = {"contact": Contact.CALL, "minutes": 20, "on_day": date(2026, 10, 9)}
    facts |= {"readers": Readers.ME, "text": "Asked for reasons."}
    teachers = [world.person(f"Teacher {number}", RoleName.TEACHER) for number in range(6)]
    for teacher in teachers:
        pair = {"author_id": world.cora.id, "teacher_id": teacher.id, "form_key": f"k-{teacher.id}"}
        db.session.add(drafted := CoachNote(**pair, **facts))
        if teacher is not teachers[-1]:
            drafted.kept_at = datetime(2026, 10, 9, 15, tzinfo=UTC)
    db.session.commit()
    before = figures_of(world.lee, OCTOBER)
    with clock.at(datetime(2026, 11, 20, tzinfo=UTC)):
        about = drafted.teacher_id, drafted.form_key, facts
        save_note(world.cora, *about, version=drafted.version, keep=True)
    assert drafted.kept_at is not None
    assert figures_of(world.lee, OCTOBER) == before
