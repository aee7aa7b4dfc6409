"""Every protocol we ship is run in writing to its end, through pages: read, answered, revised."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from sqlalchemy import select

from pdportal.db import db
from pdportal.feedback.comments.models import Comment
from pdportal.feedback.protocols.facts import FAMILIES
from pdportal.feedback.protocols.models import Protocol
from pdportal.feedback.protocols.services import publish_protocols
from pdportal.feedback.protocols.stages import reviewer_stages
from pdportal.feedback.reviews.models import Review
from pdportal.feedback.rounds.models import Round
from pdportal.feedback.works.models import Draft
from tests.conftest import Visit
from tests.feedback.given import PLAN, plan
from tests.feedback.test_protocols import SHIPPED
from tests.people import World


def _of_family(family: str) -> list[Path]:
    line = re.compile(rf"^family: {family}$", re.MULTILINE)
    files = sorted(SHIPPED.glob("*.md"))
    return [file for file in files if line.search(file.read_text(encoding="utf-8"))]


def _comments(review_id: int, *more: object) -> list[Comment]:
    db.session.expire_all()
    of_review = select(Comment).where(Comment.review_id == review_id).order_by(Comment.id)
    return list(db.session.scalars(of_review.where(*more)))  # type: ignore[arg-type]


@pytest.mark.parametrize("family", FAMILIES)
def test_each_protocol_of_a_family_in_writing(world: World, visit: Visit, family: str):
    files = _of_family(family)
    assert files
    assert publish_protocols(files) == []
    db.session.commit()
    for slug in [file.stem for file in files]:
        _run(world, visit, slug)


def _run(world: World, visit: Visit, slug: str) -> None:
    ada, ben = visit(world.ada), visit(world.ben)
    work = plan(world.ada, slug)
    db.session.commit()
    ask = {"protocol": slug, "question": "Who is left out?", "who": "named", "named": world.ben.id}
    at_round = ada.post(f"/feedback/works/{work.id}/share", data=ask).location
    review_id = db.session.scalars(
        select(Review.id).join(Round).where(Round.work_id == work.id)
    ).one()
    page = f"/feedback/reviews/{review_id}"
    ben.post(f"{page}/begin")

    # Stage by stage: none is skipped by a request made by hand, and each asks for enough.
    protocol = db.session.scalars(select(Protocol).where(Protocol.slug == slug)).one()
    stages = reviewer_stages(protocol.data)
    assert ben.post(f"{page}/write", data={"stage": stages[-1].key}).status_code == (
        409 if len(stages) > 1 else 302
    )
    for number, stage in enumerate(stages):
        assert stage.name in ben.get(page).text.replace("&#39;", "'")
        version = str(db.session.get_one(Review, review_id).version)
        sent = {"stage": stage.key, "version": version, "go": "next"}
        boxes = _comments(review_id, Comment.stage == stage.key)
        assert len(boxes) >= stage.at_least
        if stage.at_least:
            assert ben.post(f"{page}/write", data=sent).location.endswith("#stage-mistake")
        for box in boxes[: max(1, stage.at_least)] if stage.kinds else []:
            sent |= {f"text-{box.id}": f"At {stage.key}: the pairs.", f"next_move-{box.id}": "Try."}
        at = ben.post(f"{page}/write", data=sent).location
        assert at.endswith("/look" if number == len(stages) - 1 else f"stage={number + 1}"), slug
    assert ben.post(f"{page}/give").location.endswith("/outcome"), slug

    # The author answers each comment in the first of its ways, and writes the next version.
    said = _comments(review_id, Comment.is_written)
    assert said
    for comment in said:
        way = comment.about.answers[0].value
        answer = {"decision": way, "why": "Yes.", f"why-{way}": "Yes."}
        decide = f"/feedback/comments/{comment.id}/decide"
        assert ada.post(decide, data=answer).status_code == 302, (slug, comment.stage)
    version = str(db.session.scalars(select(Draft.version).where(Draft.work_id == work.id)).one())
    new = {f"f-{key}": text for key, text in PLAN.items()}
    new |= {"f-plan": "They write alone first.", "why": "For the quiet ones.", "version": version}
    assert ada.post(f"{at_round}/revise/keep", data=new).location.endswith(at_round), slug
    assert "Version 2" in ada.get(at_round).text
    assert ben.get(f"{page}/outcome").status_code == 200
