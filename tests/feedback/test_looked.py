"""Whoever is handed out a work or a clip is noted, whatever they ask for it with."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select

from pdportal.activity.looks import Look
from pdportal.db import db
from pdportal.feedback.rounds.models import Round
from pdportal.video.models import Clip
from tests.conftest import Visit
from tests.feedback import given
from tests.people import World
from tests.video import given as clips

AHEAD = (
    {"Sec-Purpose": "prefetch;prerender"},
    {"Purpose": "prefetch"},
    {"X-Moz": "prefetch"},
    {"Sec-Purpose": "prefetch", "Range": "bytes=0-100"},
)


@pytest.fixture
def clip(app: Flask, world: World) -> Clip:
    """Ada's clip, shared with Cora."""
    clip = clips.clip(app, world.ada, "Rivers")
    clips.shared(app, clip, world.cora)
    db.session.commit()
    return clip


def noted() -> list[tuple[str, int]]:
    db.session.rollback()
    return sorted((look.object_type, look.person_id) for look in db.session.scalars(select(Look)))


@pytest.mark.parametrize("headers", AHEAD)
def test_nothing_is_handed_out_before_somebody_looks(
    world: World, visit: Visit, round_: Round, clip: Clip, headers: dict[str, str]
):
    review = f"/feedback/reviews/{given.review_of(round_, world.ben).id}"
    pages = (
        (world.ben, review),
        (world.cora, f"/clips/{clip.id}"),
        (world.cora, f"/clips/{clip.id}/file"),
    )
    for person, url in pages:
        answer = visit(person).get(url, headers=headers)
        assert (answer.status_code, answer.data) == (503, b""), url
        assert answer.headers["Cache-Control"] == "no-store"
    assert noted() == []
    for person, url in pages:
        assert visit(person).get(url).status_code == 200
    assert noted() == [("clip", world.cora.id), ("work", world.ben.id)]
    assert visit(world.ada).get(f"/clips/{clip.id}", headers=headers).status_code == 200


def test_a_request_that_comes_back_hands_out_the_work(world: World, visit: Visit, round_: Round):
    url = f"/feedback/reviews/{given.review_of(round_, world.ben).id}/decline"
    answer = visit(world.ben).post(url, data={"words": "x" * 9000})
    assert answer.status_code == 422
    assert "place thirds" in answer.text
    assert noted() == [("work", world.ben.id)]


def test_a_comment_that_comes_back_hands_out_the_clip(world: World, visit: Visit, clip: Clip):
    answer = visit(world.cora).post(f"/clips/{clip.id}/comments", data={"text": ""})
    assert answer.status_code == 422
    assert "Rivers" in answer.text
    assert noted() == [("clip", world.cora.id)]


def test_what_is_stored_hands_nothing_out(world: World, visit: Visit, round_: Round, clip: Clip):
    url = f"/feedback/reviews/{given.review_of(round_, world.ben).id}"
    assert visit(world.ben).post(f"{url}/begin").status_code == 302
    assert visit(world.cora).post(f"/clips/{clip.id}/comments", data={"text": "A"}).location
    assert noted() == []
