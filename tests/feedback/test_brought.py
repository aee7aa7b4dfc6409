"""What can be brought without a plan at hand: a dilemma, a reflection, a few words."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from sqlalchemy import select

from pdportal.db import db
from pdportal.feedback.protocols.services import publish_protocols
from pdportal.feedback.rounds.models import Round
from pdportal.feedback.works.models import Work
from tests.conftest import Visit
from tests.people import World

PROTOCOLS = Path(__file__).parents[2] / "content" / "protocols"


def _bring(visit: Visit, person: object, kind: str, title: str, **fields: str) -> Work:
    """Begin a work and save what is typed into it."""
    client = visit(person)
    begun = client.post(f"/feedback/works/new?kind={kind}", data={"title": title})
    assert begun.status_code == 302, begun.text
    work = db.session.scalars(select(Work).order_by(Work.id.desc()).limit(1)).one()
    boxes = {f"f-{key}": text for key, text in fields.items()}
    saved = client.post(f"/feedback/works/{work.id}/keep", data={"version": "1", **boxes})
    assert saved.status_code == 302, saved.text
    return work


def test_a_dilemma_opens_a_consultancy_on_its_own_question(world: World, visit: Visit):
    files = [PROTOCOLS / f"{slug}.md" for slug in ("consultancy", "tag", "tuning")]
    assert publish_protocols(files) == []
    db.session.commit()
    ada, ben = visit(world.ada), visit(world.ben)
    assert "works/new?kind=dilemma" in ada.get("/feedback").text
    asked = "What am I doing that keeps them waiting?"
    work = _bring(visit, world.ada, "dilemma", "They wait", happened="Six minutes.", question=asked)
    assert "“one student”" in ada.get(f"/feedback/works/{work.id}/edit").text
    share = ada.get(f"/feedback/works/{work.id}/share").text
    assert "“one student”" in share
    assert 'value="consultancy" checked' in " ".join(share.split())
    assert asked in share
    sent = {"protocol": "consultancy", "question": asked, "who": "named", "named": [world.ben.id]}
    ada.post(f"/feedback/works/{work.id}/share", data=sent)
    review = db.session.scalars(select(Round)).one().reviews[0]
    ben.post(f"/feedback/reviews/{review.id}/begin")
    stage = ben.get(f"/feedback/reviews/{review.id}").text
    assert "Six minutes." in stage
    assert asked in stage
    assert "Questions about facts" in stage


@pytest.mark.parametrize(
    ("kind", "field", "label"),
    [
        ("reflection", "did_not_work", "What did not work"),
        ("dilemma", "happened", "What happened"),
        ("lesson_plan", "worry", "Where I’d like help"),
    ],
)
def test_a_few_words_in_one_box_are_enough_to_ask(
    world: World, visit: Visit, tag: Round, kind: str, field: str, label: str
):
    work = _bring(visit, world.ada, kind, "Half a thought", **{field: "The third group. Again."})
    ada = visit(world.ada)
    page = ada.get(f"/feedback/works/{work.id}").text
    assert label in page
    assert "The third group. Again." in page
    sent = {"protocol": "tag", "question": "Why?", "who": "named", "named": [world.ben.id]}
    assert ada.post(f"/feedback/works/{work.id}/share", data=sent).status_code == 302
    assert db.session.scalars(select(Round.work_id)).all() == [work.id]


def test_a_link_is_an_address_and_the_text_to_read(world: World, visit: Visit):
    page = "https://example.org/number-talks?p=1&q=2"
    work = _bring(
        visit, world.ada, "link", "Number talks", address=page, snapshot="Wait. Then wait."
    )
    shown = visit(world.ada).get(f"/feedback/works/{work.id}").text
    link = 'href="https://example.org/number-talks?p=1&amp;q=2" rel="noopener noreferrer nofollow"'
    assert link in shown
    assert "Wait. Then wait." in shown
    assert "<iframe" not in shown
    boxes = visit(world.ada).get(f"/feedback/works/{work.id}/edit").text
    assert re.findall(r'<(input|textarea) id="f-(\w+)"', boxes) == [
        ("input", "address"),
        ("input", "date"),
        ("textarea", "snapshot"),
        ("textarea", "note"),
    ]


@pytest.mark.parametrize(
    "typed",
    [
        "javascript:alert(1)",
        "data:text/html,<b>",
        "ftp://example.org",
        "example.org",
        "https://",
        "https://ada:secret@example.org",
        "https://example.org:99999/",
        "https://[::1",
        "https://example.org and more",
        'https://example.org/"onclick="x',
    ],
)
def test_what_is_no_address_is_said_at_its_box(world: World, visit: Visit, typed: str):
    ada = visit(world.ada)
    ada.post("/feedback/works/new?kind=link", data={"title": "A page"})
    work = db.session.scalars(select(Work)).one()
    boxes = {"version": "1", "f-address": typed, "f-snapshot": "Kept as it was typed."}
    answer = ada.post(f"/feedback/works/{work.id}/keep", data=boxes)
    assert answer.status_code == 422
    assert "Write one address that begins with https:// or http://." in answer.text
    assert "Kept as it was typed." in answer.text
    sent = {"protocol": "tag", "question": "?", "who": "named", "named": [world.ben.id]}
    assert ada.post(f"/feedback/works/{work.id}/share", data=sent).status_code == 422
    assert f'href="{typed}' not in ada.get(f"/feedback/works/{work.id}").text
