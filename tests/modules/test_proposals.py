"""A teacher proposes something else for an assignment; one lead says yes, or asks."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from pdportal import clock
from pdportal.db import db
from pdportal.feedback.clips.services import work_of
from pdportal.feedback.works import services as works
from pdportal.inbox.models import Notice
from pdportal.insights.progress import State, progress_of
from pdportal.modules.assignments import proposals, services
from pdportal.modules.assignments.models import Agreement, Proposal, ProposalKind, ProposalLine
from pdportal.modules.assignments.policy import may_answer, proposals_seen_by
from pdportal.modules.enrollments.queries import next_to_learn
from pdportal.modules.enrollments.reminders import remind_of_modules
from pdportal.modules.models import Assignment, Edition
from pdportal.web.errors import Refused
from tests.conftest import Visit
from tests.modules.conftest import Publish
from tests.modules.given import plain_page
from tests.modules.test_paths import words
from tests.people import World
from tests.video.given import clip

DUE = date(2026, 11, 20)
PRIVATE = "I taught this unit last spring, in room 12."


@pytest.fixture
def given(world: World, wait: Edition) -> Assignment:
    """A module that Lee assigned to Autumn."""
    assignment = services.assign(world.lee, world.autumn, "wait", due_on=DUE, why="Because.")
    db.session.commit()
    return assignment


def propose(visit: Visit, world: World, given: Assignment, **sent: Any) -> Any:
    """What Ada's form answers."""
    data = {"kind": "evidence", "words": PRIVATE, "to": world.lee.id, "work": "0", **sent}
    return visit(world.ada).post(f"/assignments/{given.id}/propose", data=data)


def state(world: World) -> State:
    """How Ada stands with it, as leads see it."""
    db.session.commit()
    people = {person.id: person for person in progress_of(world.autumn).people}
    return people[world.ada.id].states[0]


def test_evidence_is_proposed_asked_about_answered_and_accepted(
    world: World, visit: Visit, given: Assignment
) -> None:
    ada, lee = visit(world.ada), visit(world.lee)
    assert f'href="/assignments/{given.id}/propose"' in ada.get("/learn/wait").text
    fields = [{"key": "text", "label": "The unit", "hint": "", "rows": 8}]
    work = works.begin_work(
        world.ada, "text", "My unit", fields=fields, content={"text": "Week one: rivers."}
    )
    shown = works.save_revision(world.ada, work)
    db.session.commit()
    sent = propose(visit, world, given, work=shown.id, link="https://example.org/unit")
    here = sent.location
    page = lee.get(here).text
    assert "Lee Park" in ada.get(f"/feedback/works/{work.id}").text, "who looked"
    for what in (PRIVATE, "Week one: rivers.", "https://example.org/unit"):
        assert what in page
    assert "Only Ada Okafor and Lee Park can read this page." in words(page)
    assert here in lee.get("/proposals").text

    lee.post(f"{here}/say", data={"text": "How many students?"})
    ada.post(f"{here}/say", data={"text": "Twenty-six."})
    ada.post(f"{here}/say", data={"text": "Twenty-six."})
    assert db.session.scalar(select(func.count(ProposalLine.id))) == 2, "sent twice counts once"
    assert "Twenty-six." in lee.get(here).text
    assert state(world) is State.NOT_BEGUN
    lee.post(f"{here}/accept")
    assert "accepted" in words(ada.get(here).text)
    assert state(world) is State.ANOTHER_WAY
    assert "done another way" in ada.get("/learn/wait").text
    assert "done another way" in visit(world.lee).get(f"/cohorts/{world.autumn.id}/progress").text
    assert not next_to_learn(world.ada)
    told = db.session.execute(select(Notice.kind, Notice.person_id)).all()
    for kind, person in (
        ("proposed", world.lee), ("proposal_line", world.ada), ("proposal_line", world.lee),
        ("proposal_accepted", world.ada),
    ):  # fmt: skip
        assert (kind, person.id) in told


@pytest.mark.parametrize("kind", ["evidence", "module"])
def test_nobody_is_reminded_of_their_own_date_once_it_counts_another_way(
    world: World, visit: Visit, given: Assignment, publish: Publish, kind: str
) -> None:
    publish("own", title="My own", pages={"01-a.md": plain_page("A")})
    ada, told = visit(world.ada), select(func.count()).where(Notice.kind == "module_day")
    with clock.at(datetime(2026, 11, 30, 15, 0, tzinfo=UTC)):
        ada.post("/learn/wait/begin")
        ada.post("/learn/wait/pace", data={"by": "date", "due_on": "2026-12-01", "days": ["1"]})
        remind_of_modules()
        assert db.session.scalar(told) == 1
        here = propose(visit, world, given, kind=kind, module="own").location
        visit(world.lee).post(f"{here}/accept")
        if kind == "module":
            assert db.session.scalar(told) == 1, "not until it is finished"
            ada.post("/learn/own/a/next")
        assert db.session.scalar(told) == 0, "nobody reads that it is due"
    with clock.at(datetime(2026, 12, 8, 15, 0, tzinfo=UTC)):
        remind_of_modules()
        assert db.session.scalar(told) == 0


def test_another_date_is_theirs_alone(world: World, visit: Visit, given: Assignment) -> None:
    here = propose(visit, world, given, kind="date", due_on="2199-12-15").location
    visit(world.lee).post(f"{here}/accept")
    assert next_to_learn(world.ada)[0].due_on == date(2199, 12, 15)
    assert next_to_learn(world.ben)[0].due_on == DUE


def test_another_module_counts_once_it_is_finished(
    world: World, visit: Visit, given: Assignment, publish: Publish
) -> None:
    publish("own", title="My own", pages={"01-a.md": plain_page("A")})
    db.session.commit()
    here = propose(visit, world, given, kind="module", module="my OWN").location
    visit(world.lee).post(f"{here}/accept")
    assert state(world) is State.NOT_BEGUN
    ada = visit(world.ada)
    assert [(row.slug, row.due_on) for row in next_to_learn(world.ada)] == [("own", DUE)]
    assert "agreed: “My own” in its place" in words(ada.get("/learn").text)
    assert "Agreed, in its place: My own" in words(ada.get("/learn/wait").text)
    assert "Agreed: this one in place of" in words(ada.get("/learn/own").text)
    assert next_to_learn(world.ben)[0].slug == "wait"
    ada.post("/learn/own/a/next")
    assert state(world) is State.ANOTHER_WAY


def test_nobody_but_the_one_lead_reads_it_and_a_withdrawn_one_is_gone(
    world: World, visit: Visit, given: Assignment
) -> None:
    here = propose(visit, world, given).location
    for other in (world.ben, world.fay, world.cora, world.max, world.olu, world.zoe):
        for page in (here, "/proposals"):
            assert PRIVATE not in visit(other).get(page).text
        assert visit(other).get(here).status_code == 404
        for act in ("say", "accept", "withdraw"):
            assert visit(other).post(f"{here}/{act}", data={"text": "x"}).status_code == 404
    assert visit(world.ada).post(f"{here}/accept").status_code == 403
    assert visit(world.lee).post(f"{here}/withdraw").status_code == 403
    proposal = db.session.scalars(select(Proposal)).one()
    for person in world.everyone:
        sees = person in (world.ada, world.lee)
        found = db.session.scalars(proposals_seen_by(person)).all()
        assert (proposal in found) is sees, person.name
        assert may_answer(person, proposal) is (person == world.lee)
    told = select(func.count(Notice.id)).where(Notice.url == here)
    assert db.session.scalar(told) == 1
    visit(world.ada).post(f"{here}/withdraw")
    assert visit(world.lee).get(here).status_code == 404
    assert db.session.scalar(told) == 0
    assert PRIVATE in visit(world.ada).get(here).text
    assert propose(visit, world, given).status_code == 302, "and again"


def test_of_two_who_answer_at_once_the_second_is_told(
    world: World, visit: Visit, given: Assignment
) -> None:
    here = propose(visit, world, given).location
    proposal = db.session.scalars(select(Proposal)).one()
    proposals.accept(world.lee, proposal)
    db.session.commit()
    for person, act in ((world.lee, "accept"), (world.lee, "say"), (world.ada, "withdraw")):
        late = visit(person).post(f"{here}/{act}", data={"text": "Too late."})
        assert late.status_code == 409, act
        assert "settled in the meantime" in late.text
    with pytest.raises(Refused):
        proposals.accept(world.lee, proposal)
    assert db.session.scalar(select(func.count()).select_from(Agreement)) == 1


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"words": " "}, "Say a sentence or two about it."),
        ({"kind": "date"}, "Choose a date."),
        ({"kind": "module", "module": "nowhere"}, "Write the title or the address"),
        ({"kind": "module", "module": "/learn/wait"}, "That is the one that is assigned."),
        ({"link": "javascript:alert(1)"}, "begins with https://"),
        ({"to": "999"}, "Choose one from the list"),
        ({"work": "999"}, "Choose one from the list"),
    ],
)
def test_a_proposal_that_is_none_comes_back_as_typed(
    world: World, visit: Visit, given: Assignment, sent: dict[str, str], said: str
) -> None:
    answer = propose(visit, world, given, **sent)
    assert (answer.status_code, said in answer.text) == (422, True), answer.text[:200]
    assert sent.get("words") or PRIVATE in answer.text
    assert visit(world.zoe).get(f"/assignments/{given.id}/propose").status_code == 404


def test_a_second_open_proposal_is_refused(world: World, visit: Visit, given: Assignment) -> None:
    propose(visit, world, given)
    again = propose(visit, world, given, words="Once more.")
    assert "Withdraw that first." in again.text
    assert "Once more." in again.text


def test_a_clip_is_not_shown_to_a_lead(
    app: Flask, world: World, visit: Visit, given: Assignment
) -> None:
    work = work_of(clip(app, world.ada, "Opening questions"))
    assert "Opening questions" not in visit(world.ada).get(f"/assignments/{given.id}/propose").text
    with pytest.raises(Refused, match="one of your own works"):
        proposals.propose(
            world.ada,
            given,
            world.lee.id,
            ProposalKind.EVIDENCE,
            "I filmed it.",
            revision_id=work.revisions[0].id,
        )
