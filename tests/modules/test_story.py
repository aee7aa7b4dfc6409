"""A teacher works through a module; a lead gives one to a cohort."""

from __future__ import annotations

import re

from sqlalchemy import func, select

from pdportal.db import db
from pdportal.feedback.works import services as work_services
from pdportal.feedback.works.models import Revision, Work
from pdportal.goals.models import Goal, Step, StepKind
from pdportal.inbox.models import Notice
from pdportal.modules.events import module_finished
from pdportal.modules.models import Answer, Edition, Enrollment, PageRead, Reflection
from tests.conftest import Visit
from tests.modules.conftest import Publish
from tests.modules.given import plain_page
from tests.people import World

FETCH = {"X-Requested-With": "fetch"}


def test_a_teacher_finds_begins_works_through_and_finishes_a_module(
    world: World, visit: Visit, wait: Edition
):
    finished: list[dict[str, int]] = []

    def note(_person: object, **news: int) -> None:
        finished.append(news)

    module_finished.connect(note)  # as long as this story goes on
    ada = visit(world.ada)
    assert "Worth waiting for" in ada.get("/learn?q=waiting").text
    module = ada.get("/learn/wait").text
    assert "Leave three seconds" in module
    assert "14 minutes" in module

    begun = ada.post("/learn/wait/begin", follow_redirects=True)
    assert begun.request.path == "/learn/wait/one-second"
    assert "Where is the second pause?" in begun.text
    assert "That is the first one." not in begun.text, "feedback is for what was chosen"
    assert "a secret for facilitators" not in begun.text

    wrong = ada.post(
        "/learn/wait/one-second/second-pause/answer", data={"option": "before-the-first-hand"}
    )
    assert wrong.status_code == 302
    assert wrong.location.endswith("#question-second-pause")
    page = ada.get("/learn/wait/one-second").text
    assert "That is the first one." in page
    assert "Yes, there." not in page
    assert "It is the one we forget." not in page
    ada.post("/learn/wait/one-second/second-pause/answer", data={"option": "after-an-answer"})
    page = ada.get("/learn/wait/one-second").text
    assert "Yes, there." in page
    assert "It is the one we forget." in page
    assert db.session.scalar(select(func.count(Answer.id))) == 2, "every try is kept"

    saved = ada.post(
        "/learn/wait/one-second/whose-voice/reflection",
        data={"text": "Mostly Kacper's.", "version": "0"},
        headers=FETCH,
    )
    assert saved.json is not None
    assert saved.json["version"] == 1
    assert "Mostly Kacper&#39;s." in ada.get("/learn/wait/one-second").text

    on = ada.post("/learn/wait/one-second/next")
    assert on.location == "/learn/wait/try-it"
    assert (
        "page 2" in ada.get("/learn/wait").text.lower() or "Try it" in ada.get("/learn/wait").text
    )
    both = {"option": ["writing-first", "telling-a-neighbour"]}
    answered = ada.post("/learn/wait/try-it/what-helps/answer", data=both, headers=FETCH)
    assert 'id="question-what-helps"' in answered.text
    assert "Yes, it gives the silence something to do." in answered.text
    assert "Every new wording" not in answered.text

    ada.post(
        "/learn/wait/try-it/two-questions/task",
        data={"field-lesson": "Rivers, age 12", "version": "0"},
        headers=FETCH,
    )
    handed = ada.post(
        "/learn/wait/try-it/two-questions/hand-in",
        data={"field-lesson": "Rivers, age 12", "field-questions": "Why here?", "version": "1"},
        follow_redirects=True,
    )
    assert "Handed in" in handed.text
    work = db.session.scalars(select(Work)).one()
    assert (work.kind, work.title, work.author_id) == ("task", "Two questions", world.ada.id)
    assert f"/feedback/works/{work.id}/share?protocol=tag" in handed.text
    revision = db.session.scalars(select(Revision)).one()
    assert revision.content == {"lesson": "Rivers, age 12", "questions": "Why here?"}

    ada.post(
        "/learn/wait/try-it/wait-twice/tryout",
        data={"plan": "7b on Tuesday", "prediction": "Two more hands", "due_on": "2199-12-01"},
    )
    step = db.session.scalars(select(Step)).one()
    assert (step.kind, step.plan, step.owner_id) == (StepKind.TRYOUT, "7b on Tuesday", world.ada.id)
    assert "7b on Tuesday" in ada.get("/learn/wait/try-it").text

    end = ada.get("/learn/wait")
    assert "Done. Nice work." in end.text
    assert [(news["module_id"], news["edition_id"]) for news in finished] == [
        (wait.module_id, wait.id)
    ]
    module_finished.disconnect(note)
    assert "Done" in ada.get("/learn").text


def test_one_can_look_around_and_the_first_answer_begins(world: World, visit: Visit, wait: Edition):
    ben = visit(world.ben)
    page = ben.get("/learn/wait/try-it").text
    assert "You are just looking around" in page
    assert db.session.scalars(select(Enrollment)).all() == []
    assert 'id="looking"' in page
    answered = ben.post(
        "/learn/wait/try-it/what-helps/answer",
        data={"option": "asking-again-in-other-words"},
        headers={"X-Requested-With": "fetch"},
    ).text
    assert '<div id="looking" hidden data-swap-too></div>' in answered
    enrollment = db.session.scalars(select(Enrollment)).one()
    assert enrollment.person_id == world.ben.id
    assert "You are just looking around" not in ben.get("/learn/wait/try-it").text


def test_going_on_takes_one_back_to_where_one_left(world: World, visit: Visit, publish: Publish):

    names = ["one", "two", "three"]
    publish("walk", pages={f"0{n}-{name}.md": plain_page(name) for n, name in enumerate(names, 1)})
    ada = visit(world.ada)
    ada.post("/learn/walk/begin")
    ada.post("/learn/walk/one/next")
    assert ada.post("/learn/walk/begin").location == "/learn/walk/two"
    ada.post("/learn/walk/three/here")
    assert ada.post("/learn/walk/begin").location == "/learn/walk/three"
    ada.post("/learn/walk/three/next")
    assert ada.post("/learn/walk/begin").location == "/learn/walk/two", "the one not read yet"
    ada.post("/learn/walk/two/next")
    assert "Done. Nice work." in ada.get("/learn/walk").text


def test_the_module_page_says_what_is_left(world: World, visit: Visit, wait: Edition):
    ada = visit(world.ada)
    ada.post("/learn/wait/begin")
    ada.post("/learn/wait/one-second/next")
    ada.post("/learn/wait/try-it/next")
    text = ada.get("/learn/wait").text
    assert "All pages are read. What is left is listed below." in text
    assert "1 question to answer, 1 task to hand in" in re.sub(r"\s+", " ", text)


def test_a_module_names_those_that_come_before_it(
    world: World, visit: Visit, wait: Edition, publish: Publish
):
    publish("later", title="Waiting longer", prerequisites="wait")
    page = visit(world.ada).get("/learn/later").text
    assert "Easier after" in page
    assert 'href="/learn/wait"' in page


def test_a_page_is_read_when_its_last_question_is_answered(
    world: World, visit: Visit, wait: Edition
):
    ada = visit(world.ada)
    ada.post("/learn/wait/one-second/second-pause/answer", data={"option": "before-the-first-hand"})
    assert db.session.scalar(select(func.count()).select_from(PageRead)) == 1
    ada.post("/learn/wait/try-it/what-helps/answer", data={"option": "writing-first"})
    assert db.session.scalar(select(func.count()).select_from(PageRead)) == 1, "a task is open"


def test_nothing_chosen_is_met_with_a_kind_word(world: World, visit: Visit, wait: Edition):
    ada = visit(world.ada)
    url = "/learn/wait/try-it/what-helps/answer"
    without = ada.post(url)
    assert without.status_code == 422
    assert "Choose what you think first." in without.text
    fetched = ada.post(url, headers=FETCH)
    assert fetched.status_code == 422
    assert "Choose what you think first." in fetched.text.partition('id="question-what-helps"')[2]
    unknown = ada.post(url, data={"option": "zzz"})
    assert unknown.status_code == 422
    assert db.session.scalars(select(Answer)).all() == []


def test_an_answer_sent_twice_is_one_try(world: World, visit: Visit, wait: Edition):
    ada = visit(world.ada)
    for _ in range(2):
        ada.post(
            "/learn/wait/one-second/second-pause/answer", data={"option": "before-the-first-hand"}
        )
    assert len(db.session.scalars(select(Answer)).all()) == 1


def test_a_reflection_in_two_windows_keeps_both_texts(world: World, visit: Visit, wait: Edition):
    ada = visit(world.ada)
    url = "/learn/wait/one-second/whose-voice/reflection"
    ada.post(url, data={"text": "One", "version": "0"}, headers=FETCH)
    stale = ada.post(url, data={"text": "Two", "version": "0"}, headers=FETCH)
    assert stale.status_code == 409
    assert stale.json == {
        "reason": "changed",
        "version": 1,
        "values": {"text": "One"},
        "error": stale.json["error"],
    }
    page = ada.post(url, data={"text": "Two", "version": "0"})
    assert page.status_code == 409
    assert ">\nTwo</textarea>" in page.text
    assert "One" in page.text
    assert 'name="version" value="1"' in page.text
    assert ada.post(url, data={"text": "Two", "version": "1"}).status_code == 302
    assert db.session.scalars(select(Reflection.text)).all() == ["Two"]
    again = ada.post(url, data={"text": "Two", "version": "1"}, headers=FETCH)
    assert again.json["version"] == 2, "sent twice is saved once"


def test_a_task_in_two_windows_keeps_both_texts(world: World, visit: Visit, wait: Edition):
    ada = visit(world.ada)
    url = "/learn/wait/try-it/two-questions/task"
    first = ada.post(
        url, data={"field-lesson": "One", "version": "0", "anyway": "1"}, headers=FETCH
    )
    stale = ada.post(url, data={"field-lesson": "Two", "version": "0"}, headers=FETCH)
    assert stale.status_code == 409
    assert stale.json["values"]["field-lesson"] == "One"
    page = ada.post(url, data={"field-lesson": "Two", "version": "0"})
    assert page.status_code == 409
    assert ">\nTwo</textarea>" in page.text
    version = str(first.json["version"])
    ada.post(url, data={"field-lesson": "Two", "version": version}, headers=FETCH)
    assert len(db.session.scalars(select(Work)).all()) == 1


def test_what_is_typed_into_a_task_that_was_handed_in_meanwhile_is_shown(
    world: World, visit: Visit, wait: Edition
):
    ada = visit(world.ada)
    url = "/learn/wait/try-it/two-questions"
    ada.post(f"{url}/hand-in", data={"field-lesson": "One", "version": "0", "anyway": "1"})
    late = {"field-lesson": "One and two", "version": "1"}
    by_script = ada.post(f"{url}/task", data=late, headers=FETCH)
    assert (by_script.status_code, by_script.json["reason"]) == (409, "closed")
    assert "handed in already" in by_script.json["error"]
    by_hand = ada.post(f"{url}/task", data=late)
    assert by_hand.status_code == 409
    assert "handed in already" in by_hand.text
    assert "One and two" in by_hand.text
    assert [content["lesson"] for content in db.session.scalars(select(Revision.content))] == [
        "One"
    ]


def test_an_empty_task_is_not_handed_in(world: World, visit: Visit, wait: Edition):
    page = visit(world.ada).post(
        "/learn/wait/try-it/two-questions/hand-in", data={"field-lesson": "  ", "version": "0"}
    )
    assert page.status_code == 422
    assert "There is nothing to hand in yet." in page.text
    assert db.session.scalars(select(Work)).all() == []


def test_handing_in_and_taking_up_twice_is_once(world: World, visit: Visit, wait: Edition):
    ada = visit(world.ada)
    for _ in range(2):
        ada.post(
            "/learn/wait/try-it/two-questions/hand-in",
            data={"field-lesson": "Rivers", "version": "0", "anyway": "1"},
        )
        ada.post("/learn/wait/try-it/wait-twice/tryout", data={"plan": "7b"})
    assert len(db.session.scalars(select(Revision)).all()) == 1
    assert len(db.session.scalars(select(Step)).all()) == 1


def test_a_try_out_without_a_plan_comes_back_with_what_was_typed(
    world: World, visit: Visit, wait: Edition
):
    page = visit(world.ada).post(
        "/learn/wait/try-it/wait-twice/tryout",
        data={"plan": " ", "prediction": "More hands", "due_on": "soon"},
    )
    assert page.status_code == 422
    assert "One sentence is enough." in page.text
    assert "More hands" in page.text
    assert db.session.scalars(select(Step)).all() == []


def test_facilitators_see_what_is_for_them(world: World, visit: Visit, wait: Edition):
    assert "a secret for facilitators" in visit(world.fay).get("/learn/wait/one-second").text
    assert "a secret for facilitators" not in visit(world.ada).get("/learn/wait/one-second").text
    found = visit(world.fay).get("/learn?q=secret").text
    assert "Worth waiting for" not in found, "notes are not searched"


def test_somebody_on_an_old_edition_sees_what_changed_and_moves_on(
    world: World, visit: Visit, wait: Edition, publish: Publish
):
    from tests.modules.given import FIRST, SECOND

    ada = visit(world.ada)
    ada.post("/learn/wait/one-second/second-pause/answer", data={"option": "after-an-answer"})
    ada.post(
        "/learn/wait/one-second/whose-voice/reflection", data={"text": "Lena's", "version": "0"}
    )
    ada.post("/learn/wait/one-second/next")
    ada.post(
        "/learn/wait/try-it/two-questions/hand-in",
        data={"field-lesson": "Rivers", "version": "0", "anyway": "1"},
    )
    newer = publish(
        pages={
            "01-one-second.md": FIRST.replace("The first page tells", "Now it tells"),
            "02-try-it.md": SECOND,
            "03-more.md": plain_page("More of it"),
        }
    )
    assert newer.number == 2
    module = ada.get("/learn/wait").text
    assert "Changed since you started" in module
    listed = module.split('id="changed"')[1].split("</ul>")[0]
    assert "One second" in listed
    assert "More of it" in listed
    assert "Try it" not in listed
    assert "The first page tells" in ada.get("/learn/wait/one-second").text, "it stays as it was"
    assert ada.get("/learn/wait/more").status_code == 302, "not in this edition"
    assert "Now it tells" in visit(world.ben).get("/learn/wait/one-second").text

    ada.post("/learn/wait/move-on")
    page = ada.get("/learn/wait/one-second").text
    assert "Now it tells" in page
    assert "Yes, there." in page, "answers come along"
    assert "Lena&#39;s" in page, "reflections come along"
    assert "Handed in" in ada.get("/learn/wait/try-it").text, "works come along"
    module = ada.get("/learn/wait").text
    assert "Changed since you started" not in module
    assert "1 of 3 read" in module


def test_who_has_finished_has_finished(world: World, visit: Visit, publish: Publish):

    publish("short", pages={"01-only.md": plain_page("Only")})
    ada = visit(world.ada)
    ada.post("/learn/short/begin")
    ada.post("/learn/short/only/next")
    publish("short", pages={"01-only.md": plain_page("Only"), "02-new.md": plain_page("New")})
    ada.post("/learn/short/move-on")
    assert "You stay finished" in ada.get("/learn/short").text


def test_a_lead_gives_a_module_to_a_cohort_and_its_members_see_why(
    world: World, visit: Visit, wait: Edition
):
    lee = visit(world.lee)
    url = f"/cohorts/{world.autumn.id}/assign"
    assert "Worth waiting for" in lee.get(url).text
    assert lee.post(url, data={"module": "wait", "why": ""}).status_code == 422
    given = {"module": "wait", "why": "You asked how quiet students may speak.", "due_on": ""}
    for _ in range(2):
        assert lee.post(url, data=given).status_code == 302
    told = db.session.scalars(select(Notice.person_id)).all()
    assert sorted(told) == sorted([world.ada.id, world.ben.id, world.dee.id]), "told once"

    library = visit(world.ada).get("/learn").text
    assert "You asked how quiet students may speak." in library
    assert library.index("For you") < library.index("All modules")
    assert "You asked how quiet students may speak." in visit(world.ada).get("/learn/wait").text
    assert "You asked" not in visit(world.zoe).get("/learn").text

    lee.post(url, data=given | {"due_on": "2199-12-24"})
    assert len(db.session.scalars(select(Notice)).all()) == 3, "a new date is no news"
    assert "Dec 24" in visit(world.ada).get("/learn").text
    ended = re.search(r'action="([^"]+/end)"', lee.get(url).text)
    assert ended
    lee.post(ended.group(1))
    assert "You asked" not in visit(world.ada).get("/learn").text


def test_a_task_is_also_handed_in_from_the_page_of_its_work(
    world: World, visit: Visit, wait: Edition
):
    ada = visit(world.ada)
    url = "/learn/wait/try-it/two-questions/task"
    ada.post(url, data={"field-lesson": "Rivers", "version": "0", "anyway": "1"})
    work = db.session.scalars(select(Work)).one()
    work_services.save_revision(world.ada, work)
    db.session.commit()
    assert "Handed in" in ada.get("/learn/wait/try-it").text
    refused = ada.post(url, data={"field-lesson": "Other", "version": "2"}, headers=FETCH)
    assert refused.status_code == 409
    assert "handed in already" in refused.json["error"]


GOAL_PAGES = {
    "01-think.md": """---
title: Think
minutes: 5
---
::: reflection {#my-step}
When, and what?
:::

::: tryout {#try-it-once title="Try it" from=my-step}
Plan it.
:::
""",
    "02-goal.md": """---
title: Goal
minutes: 5
---
::: task {#my-goal title="My goal" makes=goal}
Write it.

::: field {#change label="The picture"}
:::
::: field {#know .optional label="The sign"}
:::
::: field {#step label="The first step" from=try-it-once}
:::
:::
""",
}


def test_a_task_makes_a_goal_with_the_try_out_planned_for_it(
    world: World, visit: Visit, publish: Publish
):
    publish("goal", pages=GOAL_PAGES)
    ada = visit(world.ada)
    think = "/learn/goal/think"
    ada.post(f"{think}/my-step/reflection", data={"text": "On Tuesday I wait.", "version": "0"})
    assert ada.get(think).text.count("On Tuesday I wait.</textarea>") == 2
    ada.post(f"{think}/try-it-once/tryout", data={"plan": "On Tuesday I wait."})
    goal_page = "/learn/goal/goal"
    assert ">\nOn Tuesday I wait.</textarea>" in ada.get(goal_page).text
    boxes = {"field-change": "They answer each other.", "field-step": "On Tuesday I wait."}
    handed = ada.post(
        f"{goal_page}/my-goal/hand-in", data={**boxes, "version": "0"}, follow_redirects=True
    )
    assert "one of your goals now" in handed.text
    goal = db.session.scalars(select(Goal)).one()
    assert (goal.work.title, goal.work.kind) == ("They answer each other.", "goal")
    assert goal.kept_at
    assert [step.plan for step in goal.steps] == ["On Tuesday I wait."], "it is planned once"
    revision = db.session.scalars(select(Revision)).one()
    assert revision.content == {"change": "They answer each other.", "know": ""}
    assert "They answer each other." in ada.get("/goals").text
    assert ada.get(f"/goals/{goal.id}").status_code == 200


def test_the_step_written_with_a_goal_is_one_of_its_steps(
    world: World, visit: Visit, publish: Publish
):
    publish("goal", pages=GOAL_PAGES)
    ada = visit(world.ada)
    task = "/learn/goal/goal/my-goal"
    typed = {"field-change": "They ask.", "field-step": "On Monday I sit down."}
    ada.post(f"{task}/task", data={**typed, "version": "0"}, headers=FETCH)
    goal = db.session.scalars(select(Goal)).one()
    assert goal.kept_at is None
    ada.post(
        f"/goals/{goal.id}/edit?keep=1",
        data={"f-change": "They ask.", "f-step": "On Monday I sit down.", "version": "1"},
    )
    db.session.expire_all()
    assert [(step.text, step.from_title) for step in goal.steps] == [
        ("On Monday I sit down.", "My goal")
    ]
    assert "Handed in" in ada.get("/learn/goal/goal").text


def test_a_task_with_empty_boxes_asks_before_it_is_taken(world: World, visit: Visit, wait: Edition):
    ada = visit(world.ada)
    task = "/learn/wait/try-it/two-questions/hand-in"
    asked = ada.post(task, data={"field-lesson": "Rivers", "version": "0"})
    assert asked.status_code == 422
    assert "One box is still empty: The questions." in asked.text
    assert "Rivers</textarea>" in asked.text
    assert "Hand in anyway" in asked.text
    assert db.session.scalars(select(Revision)).all() == []
    ada.post(task, data={"field-lesson": "Rivers", "version": "0", "anyway": "1"})
    assert db.session.scalars(select(Revision)).one().content["lesson"] == "Rivers"


def test_a_page_is_printed_with_what_one_wrote_if_one_asks(
    world: World, visit: Visit, wait: Edition
):
    ada = visit(world.ada)
    page = ada.get("/learn/wait/one-second").text
    assert 'class="reading"' in page
    assert "/learn/wait/one-second?print=own" in page
    assert 'class="reading print-own"' in ada.get("/learn/wait/one-second?print=own").text


def test_credit_is_not_promised_while_nothing_records_it(
    world: World, visit: Visit, publish: Publish
):
    publish("hours", pages={"01-a.md": plain_page()})
    edition = db.session.scalars(select(Edition)).one()
    edition.hours = 1.0
    db.session.commit()
    assert "Credit" not in visit(world.ada).get("/learn/hours").text
