"""What shows how a goal goes: a photo, a clip, a result; and reminders of its steps."""

from __future__ import annotations

import io
import re
from datetime import UTC, date, timedelta

from flask import Flask
from sqlalchemy import select

from pdportal import clock
from pdportal.accounts.models import Away
from pdportal.db import db
from pdportal.feedback.files import store
from pdportal.feedback.files.models import WorkFile
from pdportal.goals.evidence import services as evidence_verbs
from pdportal.goals.models import Evidence, EvidenceSkill, GoalPartner, Step
from pdportal.goals.services import goals as goal_verbs
from pdportal.goals.steps import services as step_verbs
from pdportal.goals.steps.reminders import remind_of_steps
from pdportal.inbox.models import Notice
from pdportal.skills.frameworks.models import Framework, Origin, Skill
from tests.conftest import Visit
from tests.documents import given as documents
from tests.goals.conftest import CHANGE, NOW, Given
from tests.people import World
from tests.video import given as videos


def test_a_photo_and_a_clip_are_evidence_that_partners_see_if_they_may(
    app: Flask, world: World, visit: Visit, given_goal: Given
):
    goal = given_goal(world.ada, CHANGE, "Count voices")
    (step,) = goal.steps
    clip = videos.clip(app, world.ada)
    framework = Framework(origin=Origin.CONTENT, identifier="t", title="Teaching", content_hash="")
    db.session.add(framework)
    db.session.flush()
    skill = Skill(framework_id=framework.id, identifier="q", name="Questioning")
    db.session.add_all([skill, GoalPartner(goal_id=goal.id, person_id=world.ben.id)])
    db.session.commit()
    ada, ben, page = visit(world.ada), visit(world.ben), f"/goals/{goal.id}"

    about = {"step": str(step.id), "skill": str(skill.id)}
    photo = (io.BytesIO(documents.photo()), "board.jpg")
    sent = ada.post(f"{page}/evidence/files", data={"files": [photo], "text": "Tally", **about})
    assert sent.location == f"{page}#evidence"
    again = (io.BytesIO(documents.photo()), "board.jpg")
    ada.post(f"{page}/evidence/files", data={"files": [again], "text": "Tally", **about})
    file = db.session.scalars(select(WorkFile)).one()
    store.read_file(file.id)
    db.session.expire_all()
    bad = ada.post(f"{page}/evidence/files", data={"files": [(io.BytesIO(b"MZ"), "a.exe")]})
    assert bad.status_code == 422

    assert clip.title in ada.get(f"{page}/evidence").text
    ada.post(f"{page}/evidence", data={"offer": f"clip-{clip.id}", "text": "", **about})
    assert ada.post(f"{page}/evidence", data={"offer": "clip-999"}).status_code == 422
    shown = ada.get(page).text
    assert shown.count("Questioning") == 2
    assert f"Clip: {clip.title}" in shown
    picture = re.search(rf'src="(/feedback/works/\d+/files/{file.id}/1)', shown)
    assert picture
    assert len(db.session.scalars(select(EvidenceSkill)).all()) == 2
    assert (
        ada.get(f"/feedback/works/{file.work_id}/edit").location == f"/goals/of-work/{file.work_id}"
    )
    assert ada.get(f"/goals/of-work/{file.work_id}").location == page
    assert "Files of a goal" not in ada.get("/feedback/").text

    assert ben.get(picture[1]).status_code == 404
    goal.shows_all = True
    db.session.commit()
    assert "board.jpg" in ben.get(page).text
    assert ben.get(picture[1]).status_code == 200
    assert ben.get(f"/feedback/works/{file.work_id}/files/{file.id}").status_code == 404
    assert visit(world.dee).get(picture[1]).status_code == 404
    first = db.session.scalars(select(Evidence).order_by(Evidence.id)).all()[0]
    ada.post(f"{page}/evidence/{first.id}/remove")
    assert ben.get(picture[1]).status_code == 404


def test_reminders_come_when_asked_for_and_end(app: Flask, world: World, given_goal: Given):
    goal = given_goal(world.ada, CHANGE)
    friday = date(2026, 10, 9)
    step = step_verbs.add_step(world.ada, goal, "Ask", due_on=friday, remind_before=1)
    step_verbs.add_step(world.ada, goal, "Not reminded", due_on=friday)
    db.session.add(Away(person_id=world.ada.id, starts_on=friday, ends_on=friday))
    days = []
    for day in range(40):
        with clock.at(NOW + timedelta(days=day)):
            before = told()
            remind_of_steps()
            remind_of_steps()
            days += [day] * (told() - before)
    assert days == [3, 10, 17], "the day before, then weekly, three times"

    with clock.at(NOW):
        step_verbs.change_step(world.ada, step, {"text": "Ask"}, friday, goal=goal, remind_before=0)
        assert told() == 0, "what was said of the other date is taken back"
    for day, more in ((3, 0), (4, 0), (5, 1)):
        with clock.at(NOW + timedelta(days=day)):
            before = told()
            remind_of_steps()
            assert told() - before == more, "not before its day, and not while away"
    step_verbs.finish_step(world.ada, step)
    with clock.at(NOW + timedelta(days=12)):
        remind_of_steps()
        assert told() == 0, "nobody reads that a step is due which is done"
        day = clock.today(UTC)
        step_verbs.add_step(world.ada, goal, "Ask again", due_on=day, remind_before=1)
        remind_of_steps()
        assert told() == 1
        goal_verbs.close_goal(world.ada, goal, met=True)
        assert told() == 0, "nor a step of a goal that is closed"


def told() -> int:
    return len(db.session.scalars(select(Notice).where(Notice.kind == "goal_step_due")).all())


def test_a_step_says_when_to_remind(world: World, visit: Visit, given_goal: Given):
    goal = given_goal(world.ada)
    ada = visit(world.ada)
    with clock.at(NOW):
        typed = {"text": "Ask", "due_on": "2026-10-09", "remind_before": "1"}
        ada.post(f"/goals/{goal.id}/steps", data=typed)
        wrong = ada.post(f"/goals/{goal.id}/steps", data=typed | {"remind_before": "500"})
        assert wrong.status_code == 422
    step = db.session.scalars(select(Step)).one()
    assert step.remind_before == 1
    assert '<option selected value="1">' in ada.get(f"/goals/steps/{step.id}/edit").text


def test_what_was_typed_about_files_that_are_not_taken_is_kept(
    world: World, visit: Visit, given_goal: Given
):
    goal = given_goal(world.ada)
    ada, page = visit(world.ada), f"/goals/{goal.id}/evidence/files"
    exe = (io.BytesIO(b"MZ"), "a.exe")
    for files in ([], [exe]):
        answer = ada.post(page, data={"files": files, "text": "Tally of week three"})
        assert answer.status_code == 422
        assert answer.text.count("Tally of week three") == 1
    photo = (io.BytesIO(documents.photo()), "board.jpg")
    answer = ada.post(page, data={"files": [photo], "text": "a" * 8_001})
    assert (answer.status_code, "a" * 8_001 in answer.text) == (422, True)
    assert db.session.scalars(select(WorkFile)).all() == [], "its photo is deleted, too"


def test_a_file_that_was_removed_can_be_added_again(world: World, visit: Visit, given_goal: Given):
    goal = given_goal(world.ada)
    ada, page = visit(world.ada), f"/goals/{goal.id}/evidence"
    for words in ("Tally", "Tally, once more"):
        photo = (io.BytesIO(documents.photo()), "board.jpg")
        ada.post(f"{page}/files", data={"files": [photo], "text": words})
        piece = db.session.scalars(select(Evidence).where(Evidence.text == words)).one()
        ada.post(f"{page}/{piece.id}/remove")
    assert len(db.session.scalars(select(WorkFile)).all()) == 1
    later = clock.now() + timedelta(days=31)
    piece.removed_at = later
    with clock.at(later):
        evidence_verbs.sweep_evidence()
    assert db.session.scalars(select(Evidence)).one() is piece, "this one can be brought back"
    assert len(db.session.scalars(select(WorkFile)).all()) == 1, "it has the file, too"
    with clock.at(later + timedelta(days=31)):
        evidence_verbs.sweep_evidence()
    assert db.session.scalars(select(WorkFile)).all() == []
