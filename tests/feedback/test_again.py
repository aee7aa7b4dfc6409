"""A second round on the change, with another protocol, to the same givers; and a round reopened."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from sqlalchemy import select

from pdportal.db import db
from pdportal.feedback.protocols.models import Protocol
from pdportal.feedback.protocols.services import publish_protocols
from pdportal.feedback.rounds import again
from pdportal.feedback.rounds import services as round_services
from pdportal.feedback.rounds.hiding import Hides
from pdportal.feedback.rounds.models import Round
from pdportal.inbox.models import Notice
from pdportal.web.errors import Refused
from tests.conftest import Visit
from tests.feedback import given
from tests.people import World


def revised(world: World, round_: Round, plan: str = "They write first, then they talk.") -> None:
    """The next version of Ada's plan."""
    content = given.PLAN | {"plan": plan}
    round_services.revise(world.ada, round_, content=content, why="Time.")


def ticked(page: str) -> set[int]:
    """The colleagues who are ticked on the page that shares."""
    boxes = re.findall(r'name="named"\s+value="(\d+)"( checked)?', page)
    return {int(person_id) for person_id, is_ticked in boxes if is_ticked}


def test_a_second_round_is_about_what_changed(
    world: World, visit: Visit, round_: Round, tmp_path: Path
):
    other = tmp_path / "warm.md"
    other.write_text(given.TAG.replace("name: TAG", "name: Warm"), encoding="utf-8")
    publish_protocols([other])
    given.given(round_, world.ben)
    revised(world, round_)
    round_services.close(world.ada, round_)
    db.session.commit()
    ada, ben, dee = visit(world.ada), visit(world.ben), visit(world.dee)
    page = ada.get(f"/feedback/rounds/{round_.id}").text
    share = f"/feedback/works/{round_.work_id}/share"
    assert f'{share}?since=1&amp;again={round_.id}"' in page
    form = ada.get(f"{share}?since=1&again={round_.id}").text
    assert ticked(form) == {world.ben.id}
    assert '<option selected value="1">' in form
    sent = {"protocol": "warm", "question": "Is it better?", "who": "named", "hides": "nobody"}
    people = {"named": [str(world.ben.id), str(world.dee.id)]}
    assert ada.post(share, data=sent | people | {"since": "2"}).status_code == 422
    assert ada.post(share, data=sent | people | {"since": "x"}).status_code == 422
    assert ada.post(share, data=sent | people | {"since": "1"}).status_code == 302
    second = db.session.scalars(select(Round).where(Round.id != round_.id)).one()
    assert (second.since, second.revision.number) == (1, 2)
    assert second.protocol.slug == "warm"
    assert "since version 1" in ada.get(f"/feedback/rounds/{second.id}").text

    # Both see the difference before and while they write; Dee, who was not there, only that.
    for browser, person in ((ben, world.ben), (dee, world.dee)):
        review = given.review_of(second, person)
        asked = browser.get(f"/feedback/reviews/{review.id}").text
        assert "What changed since version 1" in asked
        assert "<ins>" in asked
        browser.post(f"/feedback/reviews/{review.id}/begin")
        assert "What changed since version 1" in browser.get(f"/feedback/reviews/{review.id}").text
    assert "Let them write first." not in asked
    assert dee.get(f"/feedback/works/{round_.work_id}/compare").status_code == 404


def test_a_closed_request_is_reopened(
    world: World, visit: Visit, round_: Round, tag: Protocol, addresses: object
):
    comment = given.said_by(given.given(round_, world.ben), "give")
    round_services.close(world.ada, round_, learned="Time matters.")
    db.session.commit()
    ada, ben = visit(world.ada), visit(world.ben)
    url = f"/feedback/rounds/{round_.id}"
    assert "Reopen" in ada.get(url).text
    decide = f"/feedback/comments/{comment.id}/decide"
    assert ada.post(decide, data={"decision": "use"}).status_code == 409
    for stranger in (world.ben, world.dee, world.cora, world.lee):
        assert visit(stranger).post(f"{url}/reopen").status_code == 404
    assert ada.post(f"{url}/reopen").status_code == 302
    assert ada.post(f"{url}/reopen").status_code == 302
    told = select(Notice.person_id).where(Notice.kind == "feedback_reopened")
    assert list(db.session.scalars(told)) == [world.ben.id]
    db.session.refresh(round_)
    assert round_.is_open
    assert round_.answers_are_out, "what givers could read they can go on reading"
    assert given.review_of(round_, world.dee).is_owed is False
    assert ada.post(decide, data={"decision": "use"}).status_code in (200, 302)
    assert "Time matters." in ada.get(f"{url}/close").text
    assert "Ask again" not in ben.get("/feedback").text
    round_services.close(world.ada, round_)

    # Not while another request about the same work is open, and not what was canceled.
    second = given.shared(round_.work, tag, named=[world.dee])
    db.session.commit()
    with pytest.raises(Refused, match="another request"):
        again.reopen(world.ada, round_)
    assert round_.closed_at is not None
    for page in (ada.get(url).text, ada.get(f"{url}?standing=1").text):
        assert "Reopen" not in page
        assert "Ask for feedback again" not in page
        assert f'href="/feedback/rounds/{second.id}"' in page
    round_services.take_back(world.ada, second)
    db.session.commit()
    assert "Reopen" in ada.get(url).text
    with pytest.raises(Refused, match="canceled"):
        again.reopen(world.ada, second)


def test_only_givers_whom_the_author_knows_are_ticked(
    world: World, tag: Protocol, addresses: object
):
    work = given.plan(world.ada)
    asked = {"named": [world.ben, world.dee], "hides": Hides.REVIEWERS}
    named = given.shared(work, tag, **asked)
    given.given(named, world.ben)
    assert set(again.givers_known(world.ada, named)) == {world.ben.id, world.dee.id}
    round_services.close(world.ada, named)
    by_turns = given.shared(work, tag, cohort=world.autumn, hides=Hides.REVIEWERS)
    given.given(by_turns, world.ben)
    assert again.givers_known(world.ada, by_turns) == []
