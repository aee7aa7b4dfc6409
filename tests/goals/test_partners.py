"""A teacher chooses partners for a goal; they read it, and nobody else does."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from pdportal.accounts.services.people import switch_off
from pdportal.db import db
from pdportal.feedback.practice_notes import queries as notes
from pdportal.feedback.rounds.hiding import Hides
from pdportal.feedback.works import services as works
from pdportal.goals import own_data
from pdportal.goals.evidence import services as evidence_verbs
from pdportal.goals.models import GoalPartner
from pdportal.goals.steps import services as step_verbs
from pdportal.inbox.models import Notice
from pdportal.skills import queries as skill_queries
from pdportal.skills.frameworks.models import Framework, Origin, Skill
from tests.conftest import Visit
from tests.feedback import given
from tests.goals.conftest import CHANGE, Given
from tests.people import World


def test_of_very_many_skills_those_not_listed_are_found_by_words(
    world: World, visit: Visit, given_goal: Given, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(skill_queries, "MOST_TO_CHOOSE", 3)
    goal = given_goal(world.ada, CHANGE)
    framework = Framework(origin=Origin.CONTENT, identifier="t", title="Teaching", content_hash="")
    db.session.add(framework)
    db.session.flush()
    names = ("Wait time", "Turn taking", "Exit slips", "Number lines", "Number talks")
    skills = [
        Skill(framework_id=framework.id, identifier=name, name=name, found_by=name.lower())
        for name in names
    ]
    db.session.add_all(skills)
    db.session.commit()
    ada, page = visit(world.ada), f"/goals/{goal.id}"
    note = works.begin_work(world.ada, notes.NAME, "A note", content={"tried": "Slips."})
    db.session.commit()
    forms = (f"{page}/about", f"{page}/evidence", f"/feedback/practice/{note.id}/share")
    for url in forms:
        first = ada.get(url).text
        assert first.count("Look for a skill") == 1
        assert "Number talks" not in first
        asked = {"find": "skill", "find_skill": "talks NUMBER", "skill": [str(skills[1].id), "0"]}
        found = ada.post(url, data=asked | {"text": "Seven voices", "version": "1"}).text
        assert f'<option value="{skills[4].id}">Number talks' in found
        assert f'<option value="{skills[1].id}" selected>Turn taking' in found
        assert "Number lines" not in found
        nothing = ada.post(url, data={"find": "skill", "find_skill": "trombone", "version": "1"})
        assert "No skill has these words." in nothing.text
    assert "Seven voices" in ada.post(forms[1], data=asked | {"text": "Seven voices"}).text
    assert "Seven voices" not in ada.get(page).text, "looking for a skill saves nothing"
    form = {"shows": "steps", "version": "1", "skill": [str(skills[4].id), str(skills[1].id)]}
    assert ada.post(forms[0], data=form).location == page
    assert "Number talks" in ada.get(page).text


def test_a_partner_reads_what_the_owner_says_and_no_more(
    world: World, visit: Visit, given_goal: Given
):
    goal = given_goal(world.ada, CHANGE, "Count voices")
    evidence_verbs.add_evidence(world.ada, goal, text="Seven voices")
    step_verbs.take_up_tryout(world.ada, title="Wait", plan="Three seconds", goal=goal)
    framework = Framework(origin=Origin.CONTENT, identifier="t", title="Teaching", content_hash="")
    db.session.add(framework)
    db.session.flush()
    skill = Skill(framework_id=framework.id, identifier="q", name="Questioning")
    db.session.add(skill)
    db.session.commit()
    ada, ben, page = visit(world.ada), visit(world.ben), f"/goals/{goal.id}"
    assert "Questioning" in ada.get(f"{page}/about").text

    form = {
        "named": [str(world.ben.id)],
        "shows": "steps",
        "until": "2027-03-01",
        "skill": [str(skill.id), "0"],
    }
    assert ada.post(f"{page}/about", data=form | {"version": "1"}).location == page
    assert ada.post(f"{page}/about", data=form | {"version": "1"}).location == page
    own = ada.get(page).text
    assert "Ben Silva" in own[own.index("Who can read this") :]
    assert "Questioning" in own
    assert "Mar 1" in own
    told = db.session.scalars(select(Notice).where(Notice.person_id == world.ben.id)).all()
    assert [notice.url for notice in told] == [page]
    assert CHANGE not in str([notice.words for notice in told])

    assert CHANGE in ben.get("/goals").text
    read = ben.get(page).text
    assert CHANGE in read
    assert "Count voices" in read
    assert "Wait" not in read, "a try-out"
    assert "Three seconds" not in read
    assert "Seven voices" not in read
    assert "Ben Silva" in ada.get(f"{page}/about").text.split("Who looked")[1]
    for path in ("edit", "about", "questions", "close"):
        assert ben.get(f"{page}/{path}").status_code == 404

    changed = form | {"shows": "all", "version": "1"}
    assert ada.post(f"{page}/about", data=changed).status_code == 409
    assert ada.post(f"{page}/about", data=changed | {"version": "2"}).location == page
    assert "Three seconds" in ben.get(page).text
    assert "Seven voices" in ben.get(page).text

    assert ben.post(f"{page}/stop-being-partner").location == "/goals"
    assert ben.get(page).status_code == 404
    assert db.session.scalars(select(GoalPartner)).all() == []
    assert "no longer a partner" in ada.get("/inbox").text


def test_partners_are_colleagues_whom_one_may_ask(world: World, visit: Visit, given_goal: Given):
    goal = given_goal(world.ada)
    ada, page = visit(world.ada), f"/goals/{goal.id}/about"
    for nobody in (world.olu.id, world.ada.id, 999_999):
        answer = ada.post(page, data={"named": str(nobody), "shows": "steps", "version": "1"})
        assert answer.status_code == 422, nobody
    more = [str(person.id) for person in world.everyone if person.district_id == world.district.id]
    answer = ada.post(page, data={"named": more[1:8], "shows": "steps", "version": "1"})
    assert "at most" in answer.text
    found = ada.post(page, data={"search": "Zoe", "find": "1", "shows": "steps"})
    assert "Zoe Lindqvist" in found.text
    ada.post(page, data={"named": str(world.zoe.id), "shows": "steps", "version": "1"})
    assert CHANGE in visit(world.zoe).get(f"/goals/{goal.id}").text
    ada.post(page, data={"shows": "steps", "version": "1"})
    assert visit(world.zoe).get(f"/goals/{goal.id}").status_code == 404
    assert CHANGE not in visit(world.zoe).get("/inbox").text


def test_everybody_who_reads_it_is_named_also_two_of_one_name(
    world: World, visit: Visit, given_goal: Given
):
    goal = given_goal(world.ada)
    world.dee.name = world.ben.name
    for person in (world.ben, world.dee):
        db.session.add(GoalPartner(goal_id=goal.id, person_id=person.id))
    db.session.commit()
    read = visit(world.ada).get(f"/goals/{goal.id}").text
    assert read[read.index("Who can read this") :].count("Ben Silva") == 2


def test_who_leaves_takes_back_what_partners_were_told(
    world: World, visit: Visit, given_goal: Given
):
    goal = given_goal(world.ada)
    form = {"named": str(world.ben.id), "shows": "steps", "version": "1"}
    visit(world.ada).post(f"/goals/{goal.id}/about", data=form)
    told = select(Notice).where(Notice.person_id == world.ben.id)
    assert len(db.session.scalars(told).all()) == 1
    own_data.PART.forget(world.ada)
    db.session.commit()
    assert db.session.scalars(told).all() == []


@pytest.mark.parametrize("leaves", [True, False])
def test_whose_account_ends_is_no_partner_and_the_owner_is_told(
    app: Flask, world: World, visit: Visit, given_goal: Given, leaves: bool
):
    goal = given_goal(world.ada)
    db.session.add(GoalPartner(goal_id=goal.id, person_id=world.ben.id))
    db.session.commit()
    with app.test_request_context():
        own_data.PART.forget(world.ben) if leaves else switch_off(world.max, world.ben)
    db.session.commit()
    assert db.session.scalars(select(GoalPartner)).all() == []
    assert "no longer a partner" in visit(world.ada).get("/inbox").text


def test_a_partner_who_reviews_it_without_a_name_looks_like_any_other(
    app: Flask, world: World, visit: Visit, given_goal: Given, tmp_path: Path
):
    goal = given_goal(world.ada)
    for person in (world.ben, world.zoe):
        db.session.add(GoalPartner(goal_id=goal.id, person_id=person.id))
    db.session.commit()
    with app.test_request_context():
        tag = given.tag(tmp_path)
        given.shared(goal.work, tag, cohort=world.autumn, hides=Hides.REVIEWERS)
    db.session.commit()
    for person in (world.ben, world.zoe):
        visit(person).get(f"/goals/{goal.id}")
    page = visit(world.ada).get(f"/goals/{goal.id}/about").text
    looked = page[page.index("Who looked") :]
    assert "Ben Silva" in looked
    assert "Zoe Lindqvist" in looked
