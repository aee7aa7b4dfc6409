"""A teacher writes a goal, takes steps, tries something in class and looks back on it."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from pdportal import clock
from pdportal.activity.models import Event
from pdportal.db import db
from pdportal.feedback.works.models import Revision
from pdportal.goals.models import Evidence, Goal, Outcome, Step
from tests.conftest import Visit
from tests.goals.conftest import CHANGE, KNOW, NOW, WHY, Given
from tests.people import World

BOXES = {"f-change": CHANGE, "f-why": WHY, "f-know": KNOW}
FETCH = {"X-Requested-With": "fetch", "Accept": "application/json"}


def form_key(page: str) -> str:
    found = re.search(r'name="form_key" value="([^"]+)"', page)
    assert found
    return found[1]


def version(page: str) -> str:
    found = re.search(r'name="version"[^>]* value="(\d+)"', page) or re.search(
        r'<input id="version" name="version"[^>]*value="(\d+)"', page
    )
    assert found, "no version on the page"
    return found[1]


def only_goal() -> Goal:
    return db.session.scalars(select(Goal)).one()


def count(table: type) -> int:
    return db.session.scalar(select(func.count()).select_from(table)) or 0


def write(ada: FlaskClient) -> Goal:
    key = form_key(ada.get("/goals/new").text)
    ada.post("/goals/new?keep=1", data=BOXES | {"form_key": key, "version": "0"})
    return only_goal()


def test_the_first_visit_helps_to_write_a_goal(world: World, visit: Visit):
    page = visit(world.ada).get("/goals").text
    assert "What would you like your students to do" in page
    assert "/goals/new" in page


def test_a_goal_is_saved_from_its_first_words_and_kept(world: World, visit: Visit):
    ada = visit(world.ada)
    key = form_key(ada.get("/goals/new").text)
    first = {"f-change": "Students explain", "form_key": key, "version": "0"}
    answer = ada.post("/goals/new", data=first, headers=FETCH)
    assert answer.json is not None
    assert answer.json["version"] == 1
    more = first | {"f-change": CHANGE, "version": "1"}
    answer = ada.post("/goals/new", data=more, headers=FETCH)
    assert answer.json is not None
    assert answer.json["version"] == 2
    assert count(Goal) == 1
    assert "This goal is not finished yet" in ada.get("/goals").text

    kept = BOXES | {"form_key": key, "version": "2"}
    answer = ada.post("/goals/new?keep=1", data=kept)
    again = ada.post("/goals/new?keep=1", data=kept)
    goal = only_goal()
    assert answer.location == again.location == f"/goals/{goal.id}"
    assert count(Revision) == 1
    page = ada.get(answer.location).text
    for text in (CHANGE, WHY, "Ask for feedback", "What is the smallest thing"):
        assert text in page


def test_without_a_script_the_draft_is_saved_by_a_button(world: World, visit: Visit):
    ada = visit(world.ada)
    key = form_key(ada.get("/goals/new").text)
    answer = ada.post("/goals/new", data={"f-change": "Stud", "form_key": key, "version": "0"})
    assert answer.location == f"/goals/{only_goal().id}/edit"
    assert "Stud" in ada.get(answer.location).text
    assert ada.get(f"/goals/{only_goal().id}").location == answer.location


def test_what_was_typed_stays_when_something_is_missing(world: World, visit: Visit):
    ada = visit(world.ada)
    key = form_key(ada.get("/goals/new").text)
    answer = ada.post(
        "/goals/new?keep=1",
        data={"f-change": "  ", "f-know": KNOW, "form_key": key, "version": "0"},
    )
    assert answer.status_code == 422
    assert "Say what will change for students" in answer.text
    assert KNOW in answer.text
    assert form_key(answer.text) == key
    assert count(Goal) == 0
    long = ada.post("/goals/new?keep=1", data=BOXES | {"f-why": "x" * 20_001, "form_key": key})
    assert long.status_code == 422
    assert "longer than 20000" in long.text


def test_a_change_is_a_version_with_its_why_and_a_word_diff(world: World, visit: Visit):
    ada = visit(world.ada)
    goal = write(ada)
    edit = f"/goals/{goal.id}/edit"
    new = BOXES | {"f-know": KNOW.replace("Twice", "Three times")}
    seen = version(ada.get(edit).text)
    refused = ada.post(f"{edit}?keep=1", data=new | {"version": seen})
    assert refused.status_code == 422
    assert "Say in a few words why you changed it" in refused.text
    assert "Three times" in refused.text
    why = "Twice was true by the second week."
    kept = ada.post(f"{edit}?keep=1", data=new | {"why": why, "version": seen})
    assert kept.location == f"/goals/{goal.id}"
    twice = ada.post(f"{edit}?keep=1", data=new | {"why": why, "version": seen})
    assert twice.location == f"/goals/{goal.id}"
    assert count(Revision) == 2

    history = f"/goals/{goal.id}/story"
    assert f'href="{history}"' in ada.get(f"/goals/{goal.id}").text
    assert why in ada.get(history).text
    page = ada.get(f"/feedback/works/{goal.work_id}/compare?from=1&to=2").text
    assert "<del>Twice</del>" in page
    assert "<ins>Three times</ins>" in page


def test_two_tabs_show_both_texts(world: World, visit: Visit):
    ada = visit(world.ada)
    goal = write(ada)
    edit = f"/goals/{goal.id}/edit"
    seen = version(ada.get(edit).text)
    one = BOXES | {"f-why": "Because of Mina.", "version": seen}
    assert ada.post(edit, data=one, headers=FETCH).status_code == 200
    assert ada.post(edit, data=one, headers=FETCH).status_code == 200

    other = BOXES | {"f-why": "Because of Tom.", "why": "He said so.", "version": seen}
    by_script = ada.post(edit, data=other, headers=FETCH)
    assert by_script.status_code == 409
    assert by_script.json is not None
    assert by_script.json["values"]["f-why"] == "Because of Mina."
    assert by_script.json["values"]["why"] == ""
    by_hand = ada.post(f"{edit}?keep=1", data=other)
    assert by_hand.status_code == 409
    assert "Because of Mina." in by_hand.text
    assert "Because of Tom." in by_hand.text
    again = other | {"version": version(by_hand.text)}
    assert ada.post(f"{edit}?keep=1", data=again).status_code == 302
    assert "Because of Tom." in ada.get(f"/goals/{goal.id}").text


def test_changes_that_were_not_kept_can_be_dropped(world: World, visit: Visit):
    ada = visit(world.ada)
    goal = write(ada)
    edit = f"/goals/{goal.id}/edit"
    seen = version(ada.get(edit).text)
    ada.post(edit, data=BOXES | {"f-why": "Hm.", "version": seen}, headers=FETCH)
    assert "not saved as a version yet" in ada.get(f"/goals/{goal.id}").text
    ada.post(f"/goals/{goal.id}/drop-changes")
    assert "not saved as a version yet" not in ada.get(f"/goals/{goal.id}").text
    assert WHY in ada.get(edit).text


def test_steps_are_added_done_undone_moved_removed_and_brought_back(world: World, visit: Visit):
    ada = visit(world.ada)
    goal = write(ada)
    page = f"/goals/{goal.id}"
    step = {"text": "Ask “Who can add to that?” three times.", "due_on": "2026-10-08"}
    with clock.at(NOW):
        ada.post(f"{page}/steps", data=step)
        ada.post(f"{page}/steps", data=step)
        ada.post(f"{page}/steps", data={"text": "Sit at the back for ten minutes."})
        first, second = db.session.scalars(select(Step).order_by(Step.id)).all()
        shown = ada.get(page).text
        assert "0 of 2 done" in shown
        assert "by Thursday" in shown
        ada.post(f"/goals/steps/{first.id}/done")
        assert "1 of 2 done" in ada.get(page).text
        listed = ada.get("/goals").text
        assert "1 of 2 steps done" in listed
        assert "Sit at the back for ten minutes." in listed
        ada.post(f"/goals/steps/{first.id}/undo")
        assert "0 of 2 done" in ada.get(page).text
        ada.post(f"/goals/steps/{second.id}/move", data={"to": "up"})
        shown = ada.get(page).text
        assert shown.index("Sit at the back") < shown.index("Who can add")
        ada.post(f"/goals/steps/{second.id}/remove")
        assert "0 of 1 done" in ada.get(page).text
        assert "Put it back" in ada.get(page).text
        ada.post(f"/goals/steps/{second.id}/restore")
        assert "0 of 2 done" in ada.get(page).text


def test_a_step_is_changed_and_two_tabs_do_not_overwrite_one_another(world: World, visit: Visit):
    ada = visit(world.ada)
    goal = write(ada)
    ada.post(f"/goals/{goal.id}/steps", data={"text": "Count voices."})
    step = db.session.scalars(select(Step)).one()
    edit = f"/goals/steps/{step.id}/edit"
    with clock.at(NOW):
        seen = version(ada.get(edit).text)
        ada.post(edit, data={"text": "Count answers.", "due_on": "2026-11-02", "version": seen})
        stale = ada.post(edit, data={"text": "Count hands.", "due_on": "", "version": seen})
        assert stale.status_code == 409
        assert "Count answers." in stale.text
        assert "Count hands." in stale.text
        ada.post(edit, data={"text": "Count hands.", "due_on": "", "version": version(stale.text)})
    db.session.refresh(step)
    assert (step.text, step.due_on) == ("Count hands.", None)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"text": ""}, "Say what you will do."),
        ({"text": "x" * 1001}, "At most 1000"),
        ({"text": "Ask", "due_on": "soon"}, "Write the date like"),
        ({"text": "Ask", "due_on": "99999-01-01"}, "Write the date like"),
        ({"text": "Ask", "due_on": "0001-01-01"}, "Write the date like"),
        ({"text": "Ask", "due_on": "2026-10-04"}, "That day is over"),
    ],
)
def test_a_step_with_a_mistake_says_what_to_mend(
    world: World, visit: Visit, typed: dict[str, str], said: str
):
    ada = visit(world.ada)
    goal = write(ada)
    answer = ada.post(f"/goals/{goal.id}/steps", data=typed)
    assert answer.status_code == 422
    assert said in answer.text
    alone = ada.post("/goals/steps", data=typed)
    assert alone.status_code == 422
    assert said in alone.text
    assert count(Step) == 0


def test_what_shows_how_it_goes_is_kept_removed_and_put_back(world: World, visit: Visit):
    ada = visit(world.ada)
    goal = write(ada)
    page = f"/goals/{goal.id}"
    ada.post(f"{page}/steps", data={"text": "Count voices."})
    step = db.session.scalars(select(Step)).one()
    seen = {"text": "Eleven of 26 spoke.", "url": "", "step": str(step.id)}
    ada.post(f"{page}/evidence", data=seen)
    ada.post(f"{page}/evidence", data=seen)
    ada.post(f"{page}/evidence", data={"url": "https://photos.example.org/board/1", "step": ""})
    assert count(Evidence) == 2
    shown = ada.get(page).text
    assert "Eleven of 26 spoke." in shown
    assert ">photos.example.org<" in shown
    bad = ada.post(f"{page}/evidence", data={"url": "javascript:alert(1)", "text": "My words"})
    assert bad.status_code == 422
    assert "A link begins with https://" in bad.text
    assert "My words" in bad.text
    one = db.session.scalars(select(Evidence).order_by(Evidence.id)).first()
    assert one is not None
    ada.post(f"{page}/evidence/{one.id}/remove")
    assert "Put it back" in ada.get(page).text
    ada.post(f"{page}/evidence/{one.id}/restore")
    assert "Put it back" not in ada.get(page).text


def test_a_try_out_is_planned_looked_back_on_and_tried_again(world: World, visit: Visit):
    ada = visit(world.ada)
    goal = write(ada)
    plan = {
        "title": "Wait five seconds",
        "plan": "Tuesday, period 3. I count on my fingers.",
        "prediction": "Two hands I do not see otherwise.",
        "due_on": "2026-10-05",
        "goal": str(goal.id),
    }
    with clock.at(NOW):
        assert f'selected value="{goal.id}"' in ada.get(f"/goals/tryouts/new?goal={goal.id}").text
        ada.post("/goals/tryouts/new", data=plan)
        ada.post("/goals/tryouts/new", data=plan)
        step = db.session.scalars(select(Step)).one()
        listed = ada.get("/goals").text
        assert "How did it go?" in listed
        look = f"/goals/tryouts/{step.id}/look-back"
        seen = version(ada.get(look).text)
        saved = ada.post(
            f"/goals/tryouts/{step.id}/happened",
            data={"happened": "Silence, then", "version": seen},
            headers=FETCH,
        )
        assert saved.json is not None
        words = {"happened": "Silence, then three hands.", "version": str(saved.json["version"])}
        missing = ada.post(look, data=words)
        assert missing.status_code == 422
        assert "Choose one" in missing.text
        answer = ada.post(look, data=words | {"outcome": "adapt"})
        assert answer.location == f"/goals/tryouts/new?after={step.id}"
        page = ada.get(answer.location).text
        assert "Tuesday, period 3. I count on my fingers." in page
        assert "Silence, then three hands." in page
        ada.post(answer.location, data=plan | {"plan": "Seven seconds.", "due_on": "2026-10-12"})
        second = db.session.scalars(select(Step).where(Step.follows_id == step.id)).one()
        assert second.goal_id == goal.id
        shown = ada.get(f"/goals/tryouts/{step.id}").text
        assert f"/goals/tryouts/{second.id}" in shown
        assert "How did it go?" not in ada.get("/goals").text
    verbs = db.session.scalars(select(Event.verb).where(Event.object_type == "step")).all()
    assert verbs == ["took_up", "looked_back", "took_up"]
    assert db.session.get(Step, step.id).outcome is Outcome.ADAPT  # type: ignore[union-attr]


def test_a_reflection_becomes_a_step_once(world: World, visit: Visit, given_goal: Given):
    ada = visit(world.ada)
    said = {
        "text": "Let them read the question aloud first.",
        "from_title": "Fractions in the kitchen",
        "from_url": "/feedback/rounds/7",
    }
    answer = ada.post("/goals/steps/from-reflection", data=said)
    assert answer.status_code == 302
    ada.post("/goals/steps/from-reflection", data=said)
    step = db.session.scalars(select(Step)).one()
    assert step.goal_id is None
    page = ada.get("/goals").text
    assert said["text"] in page
    assert 'href="/feedback/rounds/7"' in page

    one = given_goal(world.ada, "They ask one another.")
    answer = ada.post("/goals/steps/from-reflection", data=said | {"text": "Next: pairs."})
    assert answer.location.startswith(f"/goals/{one.id}#")
    two = given_goal(world.ada, "They read aloud.")
    answer = ada.post("/goals/steps/from-reflection", data=said | {"text": "And then threes."})
    threes = db.session.scalars(select(Step).where(Step.text == "And then threes.")).one()
    assert answer.location == f"/goals/steps/{threes.id}/edit"
    assert threes.goal_id is None
    page = ada.get(answer.location).text
    assert "They read aloud." in page
    assert "They ask one another." in page
    move = {"text": "And then threes.", "version": "1", "goal": str(two.id)}
    assert ada.post(answer.location, data=move).location.startswith(f"/goals/{two.id}#")
    assert threes.goal_id == two.id
    ada.post(answer.location, data=move | {"version": "2", "goal": ""})
    assert threes.goal_id is None

    others = given_goal(world.ben, "Not hers.")
    wrong = ada.post(answer.location, data=move | {"version": "3", "goal": str(others.id)})
    assert wrong.status_code == 422
    assert threes.goal_id is None
    hostile = said | {"text": "y", "from_url": "javascript:alert(1)"}
    assert "javascript:" not in ada.post("/goals/steps/from-reflection", data=hostile).text
    long = ada.post("/goals/steps/from-reflection", data=said | {"text": "z" * 1500})
    assert long.status_code == 422
    assert "z" * 1500 in long.text
    empty = ada.post("/goals/steps/from-reflection", data=said | {"text": " "})
    assert empty.location == "/feedback/rounds/7"


def test_a_goal_is_met_or_abandoned_and_opened_again(world: World, visit: Visit):
    ada = visit(world.ada)
    goal = write(ada)
    close = f"/goals/{goal.id}/close"
    assert ada.post(close, data={"words": "x"}).status_code == 422
    ada.post(close, data={"how": "met", "words": "They start without me."})
    ada.post(close, data={"how": "met", "words": "They start without me."})
    page = ada.get(f"/goals/{goal.id}").text
    assert "They start without me." in page
    assert "Add a step" not in page
    assert ada.post(f"/goals/{goal.id}/steps", data={"text": "More"}).status_code == 409
    ada.post(f"/goals/{goal.id}/reopen")
    ada.post(close, data={"how": "abandoned", "words": ""})
    assert "Ended" in ada.get(f"/goals/{goal.id}").text


def test_a_goal_is_shared_for_feedback_by_its_words(world: World, visit: Visit):
    ada = visit(world.ada)
    goal = write(ada)
    page = ada.get(f"/goals/{goal.id}").text
    assert f"/feedback/works/{goal.work_id}/share" in page
    assert ada.get(f"/goals/of-work/{goal.work_id}").location == f"/goals/{goal.id}"


def test_a_goal_says_more_if_it_helps(world: World, visit: Visit):
    ada = visit(world.ada)
    goal = write(ada)
    assert [field["key"] for field in goal.work.fields] == ["change", "why", "know"]
    edit = f"/goals/{goal.id}/edit"
    more = BOXES | {"f-now": "4 of 26 speak to one another.", "why": "Counted on Friday."}
    ada.post(edit, data=more | {"version": version(ada.get(edit).text)}, headers=FETCH)
    assert "4 of 26" in ada.get(edit).text
    ada.post(f"{edit}?keep=1", data=more | {"version": version(ada.get(edit).text)})
    page = ada.get(f"/goals/{goal.id}").text
    assert "Where students are now" in page
    assert "4 of 26" in page
    assert "Who else benefits" not in page
    assert "4 of 26" in ada.get(f"/feedback/works/{goal.work_id}/compare").text


def test_five_questions_hold_nobody_up(world: World, visit: Visit):
    ada = visit(world.ada)
    goal = write(ada)
    page = f"/goals/{goal.id}/questions"
    said = {"peers-easy": "unsure", "words-easy": "Too long still.", "peers-students": "perhaps"}
    answer = ada.post(page, data=said | {"version": "1"}, headers=FETCH)
    assert answer.json is not None
    assert answer.json["version"] == 2
    again = ada.post(page, data=said | {"version": "1"}, headers=FETCH)
    assert again.status_code == 200, "sent twice"
    other = ada.post(page, data={"words-easy": "Other words", "version": "1"})
    assert other.status_code == 409
    assert "Too long still." in other.text
    assert "Other words" in other.text
    long = ada.post(page, data={"words-easy": "x" * 1001, "version": "2"})
    assert long.status_code == 422
    done = ada.post(page, data={"version": "2"})
    assert done.location == f"/goals/{goal.id}"
    assert only_goal().peers is None


def test_exactly_one_step_is_now(world: World, visit: Visit, given_goal: Given):
    ada = visit(world.ada)
    goal = given_goal(world.ada, CHANGE, "Count voices", "Film an opening")
    one, two = goal.steps
    assert "Count voices" in focus(ada)
    ada.post(f"/goals/steps/{two.id}/focus")
    ada.post(f"/goals/steps/{two.id}/focus")
    assert "Film an opening" in focus(ada)
    assert "Your step now" in ada.get("/").text
    ada.post(f"/goals/steps/{one.id}/focus")
    assert "Count voices" in focus(ada)
    ada.post(f"/goals/steps/{one.id}/done")
    assert "Film an opening" in focus(ada)
    assert ada.post(f"/goals/steps/{one.id}/focus").status_code == 409
    ada.post(f"/goals/steps/{one.id}/undo")
    assert "Count voices" in focus(ada)
    for text in ("Ask Ben", "Ask Dee"):
        ada.post("/goals/steps", data={"text": text})
    last = db.session.scalars(select(Step).order_by(Step.id.desc())).first()
    assert last is not None
    ada.post(f"/goals/steps/{last.id}/focus")
    page = ada.get("/goals").text
    for act in (f"{last.id - 1}/focus", f"{last.id}/done"):
        for form in re.findall(rf'action="/goals/steps/{act}"[^>]*>', page):
            assert "swap" not in form, "The step above the list would stay as it was."


def test_three_tries_read_as_one(world: World, visit: Visit, given_goal: Given):
    ada = visit(world.ada)
    goal = given_goal(world.ada)
    ada.post(f"/goals/{goal.id}/steps/design-cycle")
    ada.post(f"/goals/{goal.id}/steps/design-cycle")
    assert count(Step) == 5
    (step,) = db.session.scalars(select(Step).where(Step.kind == "tryout"))
    for number, outcome in enumerate(("adapt", "adapt", "adopt"), start=1):
        look_back = f"/goals/tryouts/{step.id}/look-back"
        saved = ada.post(
            f"/goals/tryouts/{step.id}/happened",
            data={"happened": "Soon", "learned": f"Lesson {number}", "version": step.version},
            headers=FETCH,
        )
        assert saved.status_code == 200
        said = {
            "happened": f"Seen {number}",
            "learned": f"Lesson {number}",
            "outcome": outcome,
            "version": version(ada.get(look_back).text),
        }
        answer = ada.post(look_back, data=said)
        if outcome == "adapt":
            plan = ada.get(answer.location).text
            assert f"Lesson {number}" in plan
            new = {"title": f"Again {number}", "plan": f"Plan {number}", "measure": "Hands"}
            ada.post(answer.location, data=new | {"prediction": f"Guess {number}"})
            step = db.session.scalars(select(Step).order_by(Step.id.desc())).first() or step
    page = ada.get(f"/goals/tryouts/{step.id}").text
    assert "Read all 3 tries as one" in page
    chain = ada.get(f"/goals/tryouts/{step.id}/chain").text
    order = ["Seen 1", "Lesson 1", "Guess 1", "Seen 2", "Guess 2", "Lesson 3", "adopted"]
    assert order == sorted(order, key=chain.index)


def focus(ada: FlaskClient) -> str:
    """The card on the page of goals that says what is now."""
    page = ada.get("/goals").text
    return page[page.index('id="focus"') :].split("</section>")[0]


@pytest.mark.parametrize("rows", [2, 20])
def test_pages_cost_the_same_for_many_rows(
    world: World, visit: Visit, given_goal: Given, statements, rows: int
):
    goal = given_goal(world.ada, CHANGE, *[f"Step {n}" for n in range(rows)])
    for n in range(rows):
        given_goal(world.ada, f"Goal {n}", "One")
        db.session.add(Step(owner_id=world.ada.id, text=f"Alone {n}"))
        db.session.add(Evidence(goal_id=goal.id, text=f"Seen {n}"))
    db.session.commit()
    ada, page = visit(world.ada), f"/goals/{goal.id}"
    db.session.expunge_all()
    with statements() as said:
        assert ada.get("/goals").status_code == 200
    assert len(said) <= 8
    db.session.expunge_all()
    with statements() as said:
        assert ada.get(page).status_code == 200
    assert len(said) <= 8
