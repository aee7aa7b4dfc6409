"""Goals, steps and try-outs as verbs, on a real database."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from pdportal import clock
from pdportal.activity.models import Event
from pdportal.db import db
from pdportal.feedback.works.models import Revision, Work
from pdportal.goals import queries
from pdportal.goals.evidence import services as evidence_verbs
from pdportal.goals.evidence.queries import evidence_of
from pdportal.goals.models import Goal, Outcome, Step, StepKind
from pdportal.goals.services import goals as goal_verbs
from pdportal.goals.steps import queries as step_queries
from pdportal.goals.steps import services as step_verbs
from pdportal.web.autosave import ChangedElsewhere
from pdportal.web.errors import Refused
from tests.goals.conftest import CHANGE, KNOW, NOW, WHY, WORDS, Given
from tests.people import World


@pytest.fixture(autouse=True)
def _on_a_page(app: Flask, world: World) -> Iterator[None]:
    with app.test_request_context(), clock.at(NOW):
        yield


def test_a_goal_is_called_by_its_first_words(world: World):
    goal = goal_verbs.begin_goal(world.ada, {"change": CHANGE + " And more."})
    assert goal.work.kind == "goal"
    assert goal.work.title == CHANGE + " And more."
    first = " ".join(["word"] * 80) + "."
    long = goal_verbs.begin_goal(world.ada, {"change": f"{first} And what else."})
    assert long.work.title == first, "titles are shown whole"
    assert goal_verbs.begin_goal(world.ada).work.title == "A goal"


def test_one_form_makes_one_goal(world: World):
    first = goal_verbs.begin_goal(world.ada, WORDS, form_key="abc")
    assert goal_verbs.begin_goal(world.ada, WORDS, form_key="abc") is first
    assert goal_verbs.begin_goal(world.ben, WORDS, form_key="abc") is not first


def test_words_kept_twice_are_one_revision_and_changes_need_a_why(world: World, given_goal: Given):
    goal = given_goal(world.ada)
    first = goal_verbs.keep_goal(world.ada, goal, WORDS)
    assert first.number == 1
    other = WORDS | {"know": "I count the “becauses” in ten minutes."}
    with pytest.raises(Refused) as refused:
        goal_verbs.keep_goal(world.ada, goal, other)
    assert refused.value.field == "reason"
    second = goal_verbs.keep_goal(world.ada, goal, other, why="I could not see the old one.")
    assert (second.number, second.why) == (2, "I could not see the old one.")
    again = goal_verbs.keep_goal(world.ada, goal, other, why="I could not see the old one.")
    assert again.id == second.id
    spaced = other | {"why": "Right now I explain,\n\nand the quiet ones nod."}
    assert goal_verbs.keep_goal(world.ada, goal, spaced).why == ""
    assert db.session.scalar(select(func.count()).select_from(Revision)) == 3


def test_a_goal_says_at_least_what_will_change(world: World):
    goal = goal_verbs.begin_goal(world.ada)
    with pytest.raises(Refused) as refused:
        goal_verbs.keep_goal(world.ada, goal, {"change": " ", "why": WHY, "know": KNOW})
    assert refused.value.field == "change"


def test_what_another_window_saved_is_not_overwritten(world: World, given_goal: Given):
    goal = given_goal(world.ada)
    version = goal.work.draft.version if goal.work.draft else 0
    goal_verbs.save_words(world.ada, goal, WORDS | {"why": "One window."}, version=version)
    with pytest.raises(ChangedElsewhere):
        goal_verbs.save_words(world.ada, goal, WORDS | {"why": "The other."}, version=version)
    with pytest.raises(ChangedElsewhere):
        goal_verbs.keep_goal(
            world.ada, goal, WORDS | {"know": "The other."}, why="Better.", version=version
        )


def test_the_same_step_is_not_added_twice(world: World, given_goal: Given):
    goal = given_goal(world.ada)
    step = step_verbs.add_step(
        world.ada, goal, " Ask “Who can say why?” ", due_on=date(2026, 10, 9)
    )
    assert (
        step_verbs.add_step(world.ada, goal, "Ask “Who can say why?”", due_on=date(2026, 10, 9))
        is step
    )
    step_verbs.finish_step(world.ada, step)
    next_week = step_verbs.add_step(
        world.ada, goal, "Ask “Who can say why?”", due_on=date(2026, 10, 9)
    )
    assert next_week is not step
    assert next_week.place > step.place

    came = step_verbs.add_step(world.ada, None, "Wait longer.", from_url="/feedback/rounds/1")
    step_verbs.finish_step(world.ada, came)
    again = step_verbs.add_step(world.ada, goal, "Wait longer.", from_url="/feedback/rounds/1")
    assert again is came


def test_a_step_links_only_to_pages_of_the_portal(world: World):
    wrong = ["https://elsewhere.example/", "//elsewhere.example/", "/\\x", "javascript:x", "x"]
    for url in (*wrong, "/\t/elsewhere.example/", "/\n/elsewhere.example"):
        step = step_verbs.add_step(
            world.ada, None, f"From {url}", from_title="A page", from_url=url
        )
        assert step.from_url == ""


def test_steps_are_put_in_order(world: World, given_goal: Given):
    goal = given_goal(world.ada, CHANGE, "one", "two", "three")

    def order() -> list[str]:
        return [step.text for step in step_queries.steps_of(goal) if step.removed_at is None]

    _one, two, three = step_queries.steps_of(goal)
    step_verbs.move_step(world.ada, three, -1)
    assert order() == ["one", "three", "two"]
    step_verbs.move_step(world.ada, two, 1)
    assert order() == ["one", "three", "two"]
    step_verbs.move_step(world.ada, three, -1)
    assert order() == ["three", "one", "two"]
    step_verbs.remove_step(world.ada, two)
    step_verbs.move_step(world.ada, three, 1)
    assert order() == ["one", "three"]
    step_verbs.restore_step(world.ada, two)
    assert sorted(order()) == ["one", "three", "two"]


def test_a_try_out_is_taken_up_once_looked_back_on_and_adapted(world: World, given_goal: Given):
    goal = given_goal(world.ada)
    words = {
        "title": "Wait five seconds",
        "plan": "Count on my fingers.",
        "prediction": "More hands.",
    }
    taken = step_verbs.take_up_tryout(
        world.ada, **words, goal=goal, due_on=date(2026, 10, 7), from_url="/learn/wait/1#try"
    )
    assert taken.kind is StepKind.TRYOUT
    twice = step_verbs.take_up_tryout(
        world.ada, **words, goal=goal, due_on=date(2026, 10, 7), from_url="/learn/wait/1#try"
    )
    assert twice is taken
    with pytest.raises(Refused):
        step_verbs.finish_step(world.ada, taken)

    step_verbs.look_back(world.ada, taken, happened="Two more hands.", outcome=Outcome.ADAPT)
    assert taken.done_at == NOW
    after = step_verbs.take_up_tryout(world.ada, **words, goal=goal, after=taken)
    assert after is not taken
    assert step_queries.chain_of(taken) == [taken, after]
    step_verbs.undo_step(world.ada, taken)
    assert (taken.done_at, taken.outcome, taken.happened) == (None, None, "Two more hands.")


def test_looking_back_is_kept_as_it_is_typed(world: World):
    step = step_verbs.take_up_tryout(world.ada, title="Wait", text="", plan="Count.")
    step_verbs.save_looking_back(world.ada, step, "It was", version=1)
    step_verbs.save_looking_back(world.ada, step, "It was", version=1)
    with pytest.raises(ChangedElsewhere) as moved:
        step_verbs.save_looking_back(world.ada, step, "It was not", version=1)
    assert moved.value.values == {"happened": "It was", "learned": ""}
    with pytest.raises(Refused):
        step_verbs.look_back(world.ada, step, happened=" ", outcome=Outcome.ADOPT)


def test_evidence_is_words_or_a_link_to_the_web(world: World, given_goal: Given):
    goal = given_goal(world.ada)
    link = evidence_verbs.add_evidence(world.ada, goal, url="www.example.org/photo?x=1")
    assert link.url == "https://www.example.org/photo?x=1"
    assert (
        evidence_verbs.add_evidence(world.ada, goal, url="https://www.example.org/photo?x=1")
        is link
    )
    for bad in ("javascript:alert(1)", "data:text/html,x", "file:///etc", "https://", "a b", "//x"):
        with pytest.raises(Refused) as refused:
            evidence_verbs.add_evidence(world.ada, goal, url=bad)
        assert refused.value.field == "url"
    with pytest.raises(Refused):
        evidence_verbs.add_evidence(world.ada, goal)
    evidence_verbs.remove_evidence(world.ada, goal, link)
    assert [each.removed_at for each in evidence_of(goal, removed=True)] == [NOW]
    evidence_verbs.remove_evidence(world.ada, goal, link, removes=False)
    assert [each.removed_at for each in evidence_of(goal, removed=True)] == [None]


def test_both_ends_are_open_to_a_goal_and_it_can_be_opened_again(world: World, given_goal: Given):
    goal = given_goal(world.ada)
    goal_verbs.close_goal(world.ada, goal, "My timetable changed.", met=False)
    goal_verbs.close_goal(world.ada, goal, "My timetable changed.", met=False)
    with pytest.raises(Refused):
        goal_verbs.close_goal(world.ada, goal, met=True)
    with pytest.raises(Refused):
        step_verbs.add_step(world.ada, goal, "One more")
    goal_verbs.reopen_goal(world.ada, goal)
    goal_verbs.close_goal(world.ada, goal, "They do it without me.", met=True)
    assert goal.met_at == NOW
    verbs = select(Event.verb).where(Event.object_type == "goal").order_by(Event.id)
    assert db.session.scalars(verbs).all() == ["set", "abandoned", "reopened", "met"]


def test_nobody_else_writes(world: World, given_goal: Given):
    goal = given_goal(world.ada, CHANGE, "one")
    (step,) = step_queries.steps_of(goal)
    for other in world.everyone:
        if other is world.ada:
            continue
        for act in (
            lambda who=other: goal_verbs.keep_goal(who, goal, WORDS, why="x"),
            lambda who=other: goal_verbs.save_words(who, goal, WORDS, version=1),
            lambda who=other: goal_verbs.close_goal(who, goal, met=True),
            lambda who=other: goal_verbs.close_goal(who, goal, met=False),
            lambda who=other: goal_verbs.reopen_goal(who, goal),
            lambda who=other: step_verbs.add_step(who, goal, "x"),
            lambda who=other: step_verbs.take_up_tryout(who, title="x", plan="x", goal=goal),
            lambda who=other: step_verbs.finish_step(who, step),
            lambda who=other: step_verbs.change_step(who, step, {"text": "x"}, None, goal=None),
            lambda who=other: step_verbs.remove_step(who, step),
            lambda who=other: step_verbs.move_step(who, step, 1),
            lambda who=other: evidence_verbs.add_evidence(who, goal, text="x"),
        ):
            with pytest.raises(Refused) as refused:
                act()
            assert refused.value.status == 403


def test_what_home_reads(world: World, given_goal: Given, statements):
    early = given_goal(world.ada, "Everybody has an answer.", "one", "two")
    late = given_goal(world.ada, "They read to one another.")
    closed = given_goal(world.ada, "Fewer worksheets.", "never")
    goal_verbs.begin_goal(world.ada)
    one, two = step_queries.steps_of(early)
    step_verbs.finish_step(world.ada, one)
    step_verbs.change_step(world.ada, two, {"text": "two"}, NOW.date(), goal=two.goal)
    step_verbs.add_step(world.ada, None, "Alone", due_on=NOW.date() - timedelta(days=1))
    step_verbs.add_step(world.ada, None, "Some day", due_on=NOW.date() + timedelta(days=60))
    never = step_queries.steps_of(closed)[0]
    step_verbs.change_step(world.ada, never, {"text": "never"}, NOW.date(), goal=closed)
    goal_verbs.close_goal(world.ada, closed, met=False)
    db.session.flush()
    with statements() as said:
        goals = queries.goals_with_next_step(world.ada)
        due = step_queries.steps_due(world.ada)
    assert len(said) == 2
    assert [(row.title, row.kept, row.done, row.total, row.step_name) for row in goals] == [
        ("Everybody has an answer.", True, 1, 2, "two"),
        ("They read to one another.", True, 0, 0, None),
        ("A goal", False, 0, 0, None),
    ]
    assert goals[1].goal_id == late.id
    assert [(row.name, row.goal_title) for row in due] == [
        ("Alone", None),
        ("two", "Everybody has an answer."),
    ]
    assert queries.goals_with_next_step(world.ben) == []
    assert step_queries.steps_due(world.ben) == []
    assert db.session.scalar(select(func.count()).select_from(Goal)) == 4
    assert db.session.scalar(select(func.count()).select_from(Step)) == 5
    assert db.session.scalar(select(func.count()).select_from(Work)) == 4


def test_the_focus_is_counted_once_among_what_is_due(world: World, given_goal: Given):
    goal = given_goal(world.ada, CHANGE, "one", "two", "three")
    one, two, three = step_queries.steps_of(goal)
    for step, days in (one, 1), (two, 2):
        given = {"text": step.text}
        step_verbs.change_step(world.ada, step, given, NOW.date() + timedelta(days), goal=goal)

    def due(most: int = 30) -> list[tuple[str, int]]:
        return [(row.name, row.in_all) for row in step_queries.steps_due(world.ada, most=most)]

    def goals() -> list[tuple[str | None, bool, int]]:
        rows = queries.goals_with_next_step(world.ada, most=1)
        return [(row.step_name, row.is_focus, row.in_all) for row in rows]

    given_goal(world.ada, "Fewer worksheets.")
    assert due() == [("one", 2), ("two", 2)]
    assert due(most=1) == [("one", 2)]
    assert goals() == [("one", False, 2)]
    step_verbs.focus_on(world.ada, two)
    assert due() == [("two", 2), ("one", 2)]
    assert goals() == [("two", True, 2)]
    step_verbs.focus_on(world.ada, three)  # of no date
    assert due() == [("three", 3), ("one", 3), ("two", 3)]
    assert due(most=2) == [("three", 3), ("one", 3)]
    step_verbs.finish_step(world.ada, three)
    assert due() == [("one", 2), ("two", 2)]
    assert goals() == [("one", False, 2)]
