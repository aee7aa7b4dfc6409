"""An Impact Cycle over eight weeks: two people write, nothing is lost, and its story prints."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from pdportal import clock
from pdportal.accounts.models import RoleName
from pdportal.coaching.covers import services as covers
from pdportal.coaching.cycles.models import Cycle
from pdportal.cohorts.models import Coaching
from pdportal.cohorts.services import unlink_coach
from pdportal.content.problems import Problems
from pdportal.content.source import parse_source
from pdportal.db import db
from pdportal.feedback.protocols.compiler import compile_source
from pdportal.feedback.protocols.models import Protocol
from pdportal.feedback.protocols.services import publish_protocols
from pdportal.goals.models import Focus, Step
from tests.conftest import Visit
from tests.people import World

CYCLES = Path(__file__).resolve().parents[2] / "content" / "cycles"
FETCH = {"X-Requested-With": "fetch"}


def test_an_impact_cycle_over_eight_weeks(world: World, visit: Visit):
    assert publish_protocols([CYCLES]) == []
    db.session.commit()
    cora, ada = visit(world.cora), visit(world.ada)
    begin = {"with": world.cora.id, "template": "cycle-impact"}
    page = ada.post("/coaching/cycles", data=begin).location
    # Sent twice, and begun by the other as well: it is one.
    assert cora.post("/coaching/cycles", data=begin | {"with": world.ada.id}).location == page
    assert "begins a coaching cycle" in cora.get("/inbox").text
    assert "a few minutes of video" in cora.get(page).text
    began = clock.now()
    box = f"{page}/write/identify:w1"
    first = {"text": "Students answer each other.", "version": "0"}
    assert ada.post(box, data=first, headers=FETCH).json["version"] == 1
    assert ada.post(box, data=first, headers=FETCH).json["version"] == 1
    # In one sitting it is one entry; another person or another day adds one.
    longer = {"text": "Students answer each other, three in a row.", "version": "1"}
    assert ada.post(box, data=longer, headers=FETCH).json["version"] == 2
    stale = cora.post(box, data={"text": "Mine", "version": "1"}, headers=FETCH)
    assert (stale.status_code, stale.json["reason"]) == (409, "changed")
    assert stale.json["values"]["text"] == longer["text"]
    with clock.at(began + timedelta(days=9)):
        better = {"text": "Three in a row, before I speak.", "version": "2"}
        assert cora.post(box, data=better).status_code == 302
        cora.post(f"{page}/tick/identify:c1", data={"on": "1"})
        cora.post(f"{page}/tick/identify:c1", data={"on": "1"})
        asked = {"question": ["Does this goal matter to you? Why now?", "not in the bank"]}
        cora.post(f"{page}/questions/identify", data=asked)
        plan = {"text": "Why now?\nWho else?", "version": "1"}
        cora.post(f"{page}/write/identify:plan", data=plan)
        cora.post(f"{page}/write/step:idea", data={"text": "Count to three.", "version": "0"})
        bad_day = cora.post(f"{page}/meet", data={"day": "soon"})
        assert bad_day.status_code == 422
        cora.post(f"{page}/meet", data={"day": "2026-10-16"})
    teacher = f"/coaching/teachers/{world.ada.id}"
    cycle = db.session.scalars(select(Cycle)).one()
    assert "**Who else?**" in cora.get(f"{teacher}?cycle={cycle.id}&phase=identify").text
    with clock.at(began + timedelta(days=14)):
        assert "You wanted to look again" in cora.get("/coaching").text
        assert "Count to three." in ada.get(page).text
        assert cora.post(f"{page}/step", data={"text": "Mine"}).status_code == 403
        assert ada.post(f"{page}/step", data={"text": ""}).status_code == 422
        step = {"text": "Count to three, silently.", "due_on": "2026-11-01"}
        for _twice in range(2):
            assert ada.post(f"{page}/step", data=step).status_code == 302
        cora.post(f"{page}/phase/learn")
        ada.post(f"{page}/phase/identify")
        assert cora.post(f"{page}/phase/nowhere").status_code == 404
        assert cora.post(f"{page}/write/nowhere:w0", data={"text": "x"}).status_code == 404
    (own,) = db.session.scalars(select(Step)).all()
    assert (own.owner_id, own.from_title) == (world.ada.id, "Impact cycle")
    assert db.session.get_one(Focus, world.ada.id).step_id == own.id
    assert "Count to three, silently." in cora.get(page).text
    for person in (world.ben, world.fay, world.lee, world.max, world.zoe):
        for path in (page, f"{page}/story"):
            assert visit(person).get(path).status_code == 404
        assert visit(person).post(box, data=first).status_code == 404
    with clock.at(began + timedelta(weeks=8)):
        for _twice in range(2):
            assert cora.post(f"{page}/end").status_code == 302
        closed = ada.post(box, data={"text": "Late words", "version": "3"}, headers=FETCH)
        assert (closed.status_code, closed.json["reason"]) == (409, "closed")
        story = ada.get(f"{page}/story").text
    # What becomes of the step afterwards is Ada's alone.
    own.text = "Something else by now."
    db.session.commit()
    assert "Something else" in ada.get(page).text
    assert "Something else" not in cora.get(page).text
    assert "Count to three, silently." in cora.get(page).text
    for words in (longer["text"], better["text"], "Who else?", "Learn", "Ended the cycle"):
        assert words in story
    assert "We look again on Oct 16, 2026." in story
    assert story.count("Checked:") == 1
    assert "Students answer each other.<" not in story
    assert "Ended" in ada.get(page).text
    assert ada.post("/coaching/cycles", data=begin).location != page


def test_a_template_is_chosen_for_cycles_alone_and_can_be_ones_own(world: World, visit: Visit):
    assert publish_protocols([CYCLES]) == []
    db.session.commit()
    cora = visit(world.cora)
    assert "PDSA cycle" in cora.get("/coaching/cycles").text
    assert "PDSA cycle" not in cora.get("/feedback/protocols").text
    template = cora.get("/feedback/protocols/cycle-pdsa").text
    assert "Questions to choose from" in template
    assert cora.get("/feedback/protocols/cycle-pdsa/students").status_code == 200
    own = cora.post("/feedback/protocols/cycle-pdsa/copy").location
    markdown = cora.get(own).location
    copied = cora.get(markdown).text
    assert "<title>PDSA cycle, changed" in copied
    assert "name: &#34;PDSA cycle, changed&#34;" in copied
    text = "---\nname: Two weeks\nkind: cycle\nsummary: S\npurpose: P\norigin: O\n---\n\n"
    text += "## Phase: See\n\nLook.\n\n## Phase: Do\n\nTry.\n"
    publish = {"markdown": text, "version": "1", "readers": "district"}
    assert cora.post(f"{own}/publish", data=publish | {"markdown": "no"}).status_code == 422
    assert cora.get(f"{own}/try").status_code == 302
    assert cora.post(f"{own}/publish", data=publish).status_code == 302
    assert "Two weeks" in visit(world.ada).get("/coaching/cycles").text
    assert "<title>Two weeks" in cora.get(markdown).text
    assert markdown.endswith("/markdown")


def test_the_example_of_the_documentation_is_right(app: Flask):
    docs = (CYCLES.parents[1] / "docs" / "writing-modules.md").read_text("utf-8")
    example = docs.split("## Coaching cycles")[1].split("~~~markdown\n")[1].split("~~~")[0]
    source, faults = parse_source(example.encode(), "example")
    compiled, found = compile_source("example", source, Problems("example"))
    assert (faults, found) == ([], [])
    assert compiled is not None
    assert [each["key"] for each in compiled.data["phases"]] == ["see", "change"]


@pytest.mark.parametrize(
    ("body", "line", "said"),
    [
        ("## Stage: A\n\nX\n\n## Phase: B\n\nY\n\n## Phase: C\n\nZ\n", 8, "no phase of a cycle"),
        ("## Phase: A\n\n## Phase: B\n\nY\n", 8, "has no prompt"),
        ("## Phase: A\n\nX\n\n### Wrote\n\n- a\n\n## Phase: B\n\nY\n", 12, "no part of a phase"),
        ("## Phase: A\n\nX\n\n### Write\n\nWords\n\n## Phase: B\n\nY\n", 12, "one list, and"),
        ("## Phase: A {#a}\n\nX\n\n## Phase: B {#a}\n\nY\n", 12, "used twice"),
        ("## Phase: A\n\nX\n", 1, "at least two phases"),
        ("## Phase: A\n\nminutes: 5\n\nX\n\n## Phase: B\n\nY\n", 10, "no setting of a phase"),
        ("## Phase: A\n\nX\n\n- lost\n\n## Phase: B\n\nY\n", 8, "is left out"),
    ],
)
def test_what_is_wrong_with_a_template_is_said_at_its_line(
    app: Flask, body: str, line: int, said: str
):
    head = "---\nname: N\nkind: cycle\nsummary: S\npurpose: P\norigin: O\n---\n"
    source, faults = parse_source((head + body).encode(), "own")
    problems = Problems("own")
    problems.found += faults
    compiled, found = compile_source("own", source, problems)
    assert [(each.line, each.is_error) for each in found if said in each.message] == [
        (line, compiled is None)
    ], found
    assert isinstance(compiled, Protocol | None)


def test_a_number_that_no_id_can_be_finds_nobody(world: World, visit: Visit):
    cora = visit(world.cora)
    assert cora.post("/coaching/cycles", data={"with": "9" * 30}).status_code == 404
    assert cora.get(f"/coaching/teachers/{world.ada.id}?cycle={'9' * 30}").status_code == 200


def test_a_cycle_ends_when_the_pair_parts(world: World, visit: Visit):
    assert publish_protocols([CYCLES]) == []
    dan = world.person("Dan Obi", RoleName.COACH)
    db.session.commit()
    today = clock.now().date()
    cover = covers.cover(world.cora, dan, today, today + timedelta(days=2))
    pages = []
    for coach in (world.cora, dan):
        begin = {"with": coach.id, "template": "cycle-impact"}
        pages.append(visit(world.ada).post("/coaching/cycles", data=begin).location)
    covers.end_cover(world.cora, cover)
    db.session.commit()
    typed = {"text": "Late", "version": "0"}
    for client, page, status in ((dan, pages[1], 409), (world.cora, pages[0], 302)):
        box = f"{page}/write/identify:w1"
        assert visit(client).post(box, data=typed).status_code == status
    assert "no longer work together" in visit(dan).get(f"{pages[1]}/story").text
    unlink_coach(world.lee, db.session.scalars(select(Coaching).where(Coaching.is_current)).one())
    assert [each.is_open for each in db.session.scalars(select(Cycle))] == [False, False]
