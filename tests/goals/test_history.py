"""A goal changes course because of a comment; its story says so, and a poster shows some of it."""

from __future__ import annotations

import re
from pathlib import Path

from flask import Flask
from sqlalchemy import select

from pdportal.db import db
from pdportal.feedback.reviews.models import Review
from pdportal.goals.evidence import services as evidence_verbs
from pdportal.goals.models import Goal, GoalCause, Outcome
from pdportal.goals.steps import services as step_verbs
from tests.conftest import Visit
from tests.feedback import given
from tests.goals.conftest import CHANGE, WORDS, Given
from tests.people import World

COMMENT = "Who are the quiet ones, and when do they speak?"


def change(visit: Visit, world: World, goal: Goal, words: str, why: str, **more: str) -> int:
    """Ada saves the next version; gives the status of the answer."""
    ada, page = visit(world.ada), f"/goals/{goal.id}/edit"
    seen = re.search(r'name="version" value="(\d+)"', ada.get(page).text)
    assert seen
    boxes = {f"f-{key}": text for key, text in (WORDS | {"change": words}).items()}
    typed = boxes | {"why": why, "version": seen[1]} | more
    return ada.post(f"{page}?keep=1", data=typed).status_code


def test_a_goal_changes_course_because_of_a_comment_and_a_tryout(
    app: Flask, world: World, visit: Visit, given_goal: Given, tmp_path: Path
):
    goal, tag = given_goal(world.ada), given.tag(tmp_path)
    with app.test_request_context():
        round_ = given.shared(goal.work, tag, named=[world.ben])
        review = given.given(round_, world.ben, tell="Clear.", ask=COMMENT, give="Count them.")
        step = step_verbs.take_up_tryout(world.ada, title="Wait", plan="Five seconds", goal=goal)
        step_verbs.look_back(
            world.ada, step, happened="Two new hands", learned="Slow down", outcome=Outcome.ADOPT
        )
        piece = evidence_verbs.add_evidence(world.ada, goal, text="Seven of 26 spoke")
    db.session.commit()
    comment = given.said_by(review, "ask")
    page = visit(world.ada).get(f"/goals/{goal.id}/edit").text
    assert f"Ben Silva: {COMMENT}" in page

    second = "The five quiet ones explain to one another."
    assert change(visit, world, goal, second, "Ben asked.", cause="comment-9999") == 422
    assert change(visit, world, goal, second, "Ben asked.", cause=f"comment-{comment.id}") == 302
    third = "Every week three of the quiet ones explain."
    assert change(visit, world, goal, third, "It was slow.", cause=f"step-{step.id}") == 302
    assert len(db.session.scalars(select(GoalCause)).all()) == 2

    story = visit(world.ada).get(f"/goals/{goal.id}/story").text
    told = story[story.index('class="story"') :]
    order = [CHANGE, "Slow down", "Seven of 26", "Ben asked.", "It was slow."]
    assert order == sorted(order, key=told.index)
    assert f"#comment-{comment.id}" in told
    assert "Ben Silva" in told
    assert "Try-out: Wait" in told
    beside = story[story.index("At the beginning") :]
    assert beside.index(CHANGE) < beside.index(third)

    poster(visit, world, goal, piece.id)


def poster(visit: Visit, world: World, goal: Goal, evidence_id: int) -> None:
    """What is on it is chosen, agreed to, and asked again when the goal has changed."""
    ada, page = visit(world.ada), f"/goals/{goal.id}/poster"
    assert ada.get(f"{page}/print").location == page
    for link in ("https://example.org/one", "https://example.net/two"):
        evidence_verbs.add_evidence(world.ada, goal, text="The same words", url=link)
    db.session.commit()
    choices = ada.get(page).text
    assert "<small>example.org</small>" in choices
    assert "<small>example.net</small>" in choices
    chosen = {"part": ["why", "steps", "name", "beginning", "nonsense"]}
    refused = ada.post(page, data=chosen | {"evidence": "1"})
    assert refused.status_code == 422
    assert "then agree" in refused.text
    assert ada.post(page, data=chosen | {"agreed": "1"}).location == f"{page}/print"
    printed = ada.get(f"{page}/print").text
    for shown in ("three of the quiet ones", CHANGE, "Slow down", "Ada Okafor", "Hill School"):
        assert shown in printed
    for hidden in (COMMENT, "Ben Silva", "Seven of 26", WORDS["know"]):
        assert hidden not in printed
    assert "poster-talk" in ada.get(f"{page}/print?talk=1").text
    ada.post(page, data={"agreed": "1", "evidence": str(evidence_id)})
    printed = ada.get(f"{page}/print").text
    assert "Seven of 26" in printed
    assert "Ada Okafor" not in printed
    ada.post(page, data={"agreed": "1", "part": "steps"})
    step = step_verbs.add_step(world.ada, goal, "Ask one more question")
    db.session.commit()
    assert ada.get(f"{page}/print").status_code == 200
    ada.post(f"/goals/steps/{step.id}/done")
    assert ada.get(f"{page}/print").location == page, "this step was not agreed to"
    ada.post(page, data={"agreed": "1", "part": "steps"})
    assert "one more question" in ada.get(f"{page}/print").text
    assert change(visit, world, goal, "Something else.", "I changed my mind.") == 302
    assert ada.get(f"{page}/print").location == page


def test_a_hidden_giver_stays_hidden_in_the_story(
    app: Flask, world: World, visit: Visit, given_goal: Given, tmp_path: Path
):
    goal, tag = given_goal(world.ada), given.tag(tmp_path)
    with app.test_request_context():
        round_ = given.shared(goal.work, tag, named=[world.ben, world.dee])
        round_.hides_reviewers = True
        given.given(round_, world.ben, tell="Clear.", ask=COMMENT, give="Count them.")
    db.session.commit()
    assert db.session.scalars(select(Review).where(Review.given_at.is_not(None))).one()
    comment = given.said_by(given.review_of(round_, world.ben), "ask")
    assert change(visit, world, goal, "New words.", "Yes.", cause=f"comment-{comment.id}") == 302
    for path in ("story", "edit", "about", ""):
        page = visit(world.ada).get(f"/goals/{goal.id}/{path}".rstrip("/")).text
        page = page.split('id="named"')[0]
        assert "Ben Silva" not in page, path
    assert re.search("Reviewer [A-Z]", visit(world.ada).get(f"/goals/{goal.id}/story").text)
