"""Feedback is asked for on a clip: those asked watch it while they are, and comment at moments."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from pdportal.db import db
from pdportal.feedback.comments.models import AnchorKind, Comment
from pdportal.feedback.protocols.models import Protocol
from pdportal.feedback.rounds.hiding import Hides, hideable
from pdportal.feedback.rounds.models import Round
from pdportal.feedback.works.models import Work
from pdportal.video.captions.services import store_captions
from tests.conftest import Visit
from tests.feedback import given
from tests.people import World
from tests.video import given as clips


@pytest.fixture
def work(app: Flask, world: World) -> Work:
    """Ada's clip, with captions."""
    clip = clips.clip(app, world.ada, "Rivers")
    with app.test_request_context():
        store_captions(world.ada, clip, "en", b"00:00 --> 00:01\nWhich river?")
    db.session.commit()
    return db.session.scalars(select(Work)).one()


def test_a_clip_goes_round_with_a_protocol(
    world: World, visit: Visit, work: Work, tag: Protocol, statements: Callable[[], Any]
):
    ada, ben, page = visit(world.ada), visit(world.ben), f"/clips/{work.clip_id}"
    assert f"/feedback/works/{work.id}/share" in ada.get(page).text
    offered = ada.get(f"/feedback/works/{work.id}/share").text
    assert "no name can be hidden" in offered
    assert hideable(work) == (Hides.NOBODY,)
    sent = {"question": "Who answers whom?", "who": "named", "named": str(world.ben.id)}
    hidden = ada.post(
        f"/feedback/works/{work.id}/share",
        data={**sent, "protocol": str(tag.id), "hides": "reviewers"},
    )
    assert (hidden.status_code, db.session.scalars(select(Round)).all()) == (422, [])
    round_ = given.shared(work, tag, named=[world.ben], question="Who answers whom?")
    db.session.commit()
    urls = (f"{page}/file", f"{page}/captions/en.vtt", f"{page}/standing")

    def answers(person: Any) -> set[int]:
        return {visit(person).get(url).status_code for url in urls}

    review = given.review_of(round_, world.ben)
    here = f"/feedback/reviews/{review.id}"
    assert f'src="{urls[0]}"' in ben.get(here).text
    assert ben.get(page).status_code == 404  # the talk with the coach is not theirs
    assert answers(world.ben) == {200, 204}
    for person in (world.dee, world.fay, world.zoe, world.cora, world.lee, world.max, world.olu):
        assert answers(person) == {404}, person.name

    ben.post(f"{here}/begin")
    stage = ben.get(here).text
    assert "Which river?" in stage
    comment = db.session.scalars(select(Comment).where(Comment.author_id == world.ben.id)).first()
    assert comment is not None
    n, version = comment.id, str(review.version)
    box = {f"text-{n}": "They answer you.", "stage": "tell", "version": version}
    late = ben.post(f"{here}/write", data=box | {f"start-{n}": "9:00"})
    assert (late.status_code, "shorter than that" in late.text) == (422, True)
    ben.post(f"{here}/write", data=box | {f"start-{n}": "0:01", f"end-{n}": "1.5"})
    db.session.expire_all()
    assert (comment.anchor, comment.starts, comment.ends) == (AnchorKind.MOMENT, 1.0, 1.5)
    assert 'value="0:01.5"' in ben.get(here).text
    with statements() as asked:
        ben.get(here)
    assert len(asked) <= 8
    given.given(round_, world.ben)
    db.session.commit()
    assert answers(world.ben) == {200, 204}
    assert 'data-moment="1.0"' in ben.get(f"{here}/outcome", follow_redirects=True).text
    read = ada.get(f"/feedback/rounds/{round_.id}").text
    assert "Upload a later clip" in read
    assert "Write the next version" not in read
    assert 'data-moment="1.0"' in read
    assert f'src="{urls[0]}"' in read
    with statements() as asked:
        assert "They answer you." not in ada.get(page).text
    assert len(asked) <= 8
    assert "Rivers" in ada.get("/feedback").text

    ada.post(f"{page}/stop-in-requests")
    assert answers(world.ben) == {404}
    ended = ben.get(f"{here}/outcome", follow_redirects=True).text
    assert "can no longer be watched" in ended
    assert "Which river?" not in ended
    ada.post(f"{page}/delete")
    assert ada.get(f"/feedback/rounds/{round_.id}").status_code == 200


def test_a_request_that_is_over_or_declined_shows_no_clip(
    app: Flask, world: World, visit: Visit, work: Work, tag: Protocol
):
    round_ = given.shared(work, tag, named=[world.ben, world.dee])
    db.session.commit()
    file = f"/clips/{work.clip_id}/file"
    visit(world.ben).post(f"/feedback/reviews/{given.review_of(round_, world.ben).id}/decline")
    assert visit(world.ben).get(file).status_code == 404
    assert visit(world.dee).get(file).status_code == 200
    visit(world.ada).post(f"/feedback/rounds/{round_.id}/close")
    assert visit(world.dee).get(file).status_code == 404
    visit(world.ada).post(f"/clips/{work.clip_id}/delete")
    ask = {"question": "Again?", "protocol": str(tag.id), "who": "named", "named": world.ben.id}
    again = visit(world.ada).post(f"/feedback/works/{work.id}/share", data=ask)
    assert again.status_code in {409, 422}
