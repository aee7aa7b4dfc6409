"""Rubrics: criterion by criterion, with evidence; the author looks first; nothing is counted."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from sqlalchemy import select

from pdportal.db import db
from pdportal.feedback.comments.answers import CommentKind
from pdportal.feedback.comments.models import AnchorKind, Comment
from pdportal.feedback.protocols.compiler import compile_protocol
from pdportal.feedback.protocols.models import Protocol
from pdportal.feedback.protocols.services import publish_protocols
from pdportal.feedback.protocols.stages import rubric_stage
from pdportal.feedback.reviews.models import Review
from pdportal.feedback.rounds.models import Round
from pdportal.feedback.rubrics.cells import Column, cells_of
from pdportal.feedback.rubrics.models import SelfAssessment
from pdportal.feedback.rubrics.services import rubric_to_share
from pdportal.web.errors import Refused
from tests.conftest import Visit
from tests.feedback.given import TAG, plan, review_of
from tests.feedback.test_protocols import SHIPPED
from tests.people import World

FILE = SHIPPED / "single-point-rubric.md"
FETCH = {"X-Requested-With": "fetch"}


@pytest.fixture
def rubric(world: World) -> Protocol:
    assert not publish_protocols([FILE])
    db.session.commit()
    return db.session.scalars(select(Protocol)).one()


def _boxes(review: Review) -> dict[str, Comment]:
    db.session.expire_all()
    comments = db.session.scalars(select(Comment).where(Comment.review_id == review.id))
    return {comment.cell: comment for comment in comments}


def test_a_plan_is_looked_at_criterion_by_criterion(world: World, visit: Visit, rubric: Protocol):
    ada, ben = visit(world.ada), visit(world.ben)
    work = plan(world.ada)
    db.session.commit()
    at_work = f"/feedback/works/{work.id}"
    assert "The criteria, one on each line" in ada.get(f"{at_work}/share").text
    ask = {"protocol": "single-point-rubric", "question": "Who is left out?", "who": "named"}
    ask |= {"named": world.ben.id, "criteria": "- Everybody <b>talks</b>\n\n Everybody listens "}
    long = ada.post(f"{at_work}/share", data=ask | {"criteria": "x" * 301})
    assert long.status_code == 422
    assert "at most 300 characters" in long.text
    at_round = ada.post(f"{at_work}/share", data=ask).location
    round_ = db.session.scalars(select(Round)).one()
    talks, listens = round_.rubric
    assert talks["html"] == "<p>Everybody &lt;b&gt;talks&lt;/b&gt;</p>"

    # She looks at it herself first; two tabs do not overwrite one another.
    at_self = f"{at_round}/self"
    assert "Only you read this" in ada.get(at_self).text
    to_work_on = f"cell-to_work_on:{talks['key']}"
    kept = ada.post(at_self, data={to_work_on: "Mine: the shy", "version": "0"}, headers=FETCH)
    assert kept.json["version"] == 1
    again = ada.post(at_self, data={to_work_on: "Mine: the shy", "version": "0"}, headers=FETCH)
    assert again.json["version"] == 1
    other = ada.post(at_self, data={to_work_on: "Other tab", "version": "0"})
    assert other.status_code == 409
    assert "Mine: the shy" in other.text
    assert "Other tab" in other.text
    assert ben.get(at_self).status_code == 404
    assert ben.post(at_self, data={to_work_on: "Not mine", "version": "1"}).status_code == 404

    # Ben reads the criteria, then writes beside each: what to work on, what is met, what is beyond.
    review = review_of(round_, world.ben)
    page = f"/feedback/reviews/{review.id}"
    ben.post(f"{page}/begin")
    assert "Everybody listens" in ben.get(page).text
    ben.post(f"{page}/write", data={"stage": "criteria", "version": "0", "go": "next"})
    shown = ben.get(page).text
    assert shown.count("Evidence: words from the work") == 6
    assert "Mine: the shy" not in shown
    boxes = _boxes(review)
    assert set(boxes) == {cell.key for cell in cells_of(round_.rubric)}
    work_on = boxes[f"to_work_on:{talks['key']}"]
    met = boxes[f"met:{listens['key']}"]
    sent = {"stage": "rubric", "version": "0", "go": "next"}
    empty = ben.post(f"{page}/write", data=sent)
    assert "asks for at least 1 comment" in ben.get(empty.location).text
    sent |= {
        f"text-{work_on.id}": "Six of them say nothing.",
        f"kind-{work_on.id}": "note",
        f"text-{met.id}": "They have to, to answer.",
        f"quote-{met.id}": "talk for two minutes",
    }
    assert ben.post(f"{page}/write", data=sent).location.endswith("/look")
    look = ben.get(f"{page}/look").text
    assert "Criterion 1 · To work on" in look
    assert "Criterion 2 · Met" in look
    refused = ben.post(f"{page}/write", data={"stage": "rubric", "version": "1", "go": "add"})
    assert refused.status_code == 409
    gone = {"stage": "rubric", "version": "1", "go": f"remove-{met.id}"}
    assert ben.post(f"{page}/write", data=gone).status_code == 409
    db.session.expire_all()
    assert (work_on.kind, met.kind) == (CommentKind.SUGGESTION, CommentKind.STRENGTH)
    assert (met.anchor, met.field) == (AnchorKind.PASSAGE, "plan")
    assert ben.post(f"{page}/give").location.endswith("/outcome")
    outcome = ben.get(f"{page}/outcome").text
    assert "Criterion by criterion" in outcome
    assert "Mine: the shy" not in outcome

    # Ada reads both beside one another, answers, and revises from there.
    shown = ada.get(at_round).text
    assert shown.index("Mine: the shy") < shown.index("Six of them say nothing.")
    assert "You:" in shown
    used = {"decision": "use", "why-use": "They write first."}
    assert ada.post(f"/feedback/comments/{work_on.id}/decide", data=used).status_code == 302
    assert "Criterion 1 · To work on" in ada.get(f"{at_round}/revise").text
    ada.post(f"{at_round}/close", data={})
    late = ada.post(at_self, data={to_work_on: "Too late", "version": "1"})
    assert late.status_code == 409
    assert "Too late" in ada.get("/feedback/unsent").text
    assert db.session.get(SelfAssessment, round_.id).said == {
        f"to_work_on:{talks['key']}": "Mine: the shy"
    }


def test_requests_that_look_the_same_lead_to_their_own_pages(
    world: World, visit: Visit, rubric: Protocol
):
    pages = []
    for author in (world.ada, world.ben):
        work = plan(author, "The same lesson")
        db.session.commit()
        ask = {"protocol": rubric.slug, "question": "Who is left out?", "who": "named"}
        ask |= {"named": world.dee.id, "criteria": "Everybody talks"}
        pages.append(visit(author).post(f"/feedback/works/{work.id}/share", data=ask).location)
    for author, page in zip((world.ada, world.ben), pages, strict=True):
        assert set(re.findall(r"/feedback/rounds/\d+", visit(author).get(page).text)) == {page}


def test_practice_shows_what_the_model_noticed_and_one_did_not(
    world: World, visit: Visit, rubric: Protocol
):
    from tests.feedback.given import shared

    round_ = shared(plan(world.ada), rubric, named=[world.ben])
    db.session.commit()
    page = f"/feedback/reviews/{review_of(round_, world.ben).id}"
    ben = visit(world.ben)
    ben.post(f"{page}/begin")
    practice = ben.get(f"{page}/practice").text
    assert "A group can begin within two minutes." in practice
    assert "Reader: read all steps out loud" in practice
    assert "The evidence is at" not in practice
    first = next(cell for cell in cells_of(rubric.data["practice"]["rubric"]) if cell.number == 1)
    assert first.column is Column.TO_WORK_ON
    met = first.key.replace("to_work_on", "met")
    shown = ben.post(f"{page}/practice", data={f"text-{met}": "It is good."}).text
    assert "Criterion 1: Met" in shown
    assert "The evidence is at" in shown
    assert "the model answer saw something here" in shown
    assert "Yours says only that it is good" in shown


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("## Rubric\n", "## Rubrik\n", "Did you mean “Rubric”?"),
        ("## Rubric\n", "## Rubric\n\nWords.\n", "A rubric is one list"),
        (
            "- [ ] By the end you know who got it.\n    > From",
            "- [ ] It is clear what students will be able to do at the end.\n    > From",
            "empty, or there twice",
        ),
        ("leaves: criterion\nat_least: 1", "leaves: note\nat_least: 1", "No stage in writing uses"),
        ("**Met, 1:**", "**Nothing:**", ""),
        ("**Met, 1:", "**Meet, 1:", ""),
    ],
)
def test_a_rubric_is_checked(tmp_path: Path, old: str, new: str, words: str):
    file = tmp_path / "one.md"
    text = FILE.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")
    _protocol, problems = compile_protocol(file)
    said = " ".join(f"{problem.message} {problem.hint}" for problem in problems)
    assert words in said if words else not problems


def test_a_rubric_stage_without_a_model_answer_is_told(tmp_path: Path):
    file = tmp_path / "one.md"
    text = FILE.read_text(encoding="utf-8").replace("- **", "- **On ")
    file.write_text(text, encoding="utf-8")
    _protocol, problems = compile_protocol(file)
    assert ["says nothing by criterion" in problem.message for problem in problems] == [True]


def test_criteria_come_from_the_author_the_task_or_the_protocol(world: World, rubric: Protocol):
    work = plan(world.ada)
    assert len(rubric_to_share(rubric, work)) == 3
    work.rubric = [{"key": "a", "html": "<p>From the task</p>", "more_html": ""}]
    assert rubric_to_share(rubric, work) == work.rubric
    typed = rubric_to_share(rubric, work, "* One\nOne\n \u200b \nTwo")
    assert [each["html"] for each in typed] == ["<p>One</p>", "<p>Two</p>"]
    with pytest.raises(Refused, match="at most 12"):
        rubric_to_share(rubric, work, "\n".join(map(str, range(13))))
    # Editions from before have three stages that speak of criteria, and none with rows.
    rubric.data = rubric.data | {
        "stages": [each | {"ways": ["writing"]} for each in rubric.data["stages"]]
    }
    assert rubric_stage(rubric.data) is None
    assert rubric_to_share(rubric, work, "One") is None


def test_without_criteria_a_stage_that_leaves_them_takes_comments(tmp_path: Path):
    file = tmp_path / "one.md"
    file.write_text(
        TAG.replace("at_least: 1\nplace: asked\nnext_move: no", "leaves: criterion\nplace: asked"),
        encoding="utf-8",
    )
    protocol, problems = compile_protocol(file)
    assert protocol is not None
    assert protocol.data["rubric"] is None
    assert len(problems) == 1
