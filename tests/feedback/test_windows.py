"""Stages that open one after the other: the server keeps order and silence, nobody waits."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from pdportal import clock
from pdportal.accounts.models import Person
from pdportal.db import db
from pdportal.feedback.comments.in_rounds import said_so_far
from pdportal.feedback.comments.models import Comment
from pdportal.feedback.protocols.models import Protocol
from pdportal.feedback.rounds.models import Round
from pdportal.feedback.rounds.renewal import person_deactivated, renew_asks
from pdportal.feedback.rounds.windows import plan_windows
from pdportal.inbox.models import Notice
from tests.conftest import Visit
from tests.feedback.given import plan, review_of, shared
from tests.people import World

DAY = timedelta(days=1)


@pytest.fixture
def staged(world: World, tag: Protocol) -> Round:
    """Ada's plan, shared with Ben and Dee, two days for each stage."""
    made = shared(plan(world.ada), tag, named=[world.ben, world.dee], stage_days=2)
    db.session.commit()
    return made


def _write(visit: Visit, round_: Round, who: Person, stage: str, text: str) -> TestResponse:
    """What a reviewer's form sends for the first comment of a stage, with Next."""
    db.session.expire_all()
    review = review_of(round_, who)
    comment = db.session.scalars(
        select(Comment)
        .where(Comment.review_id == review.id, Comment.stage == stage)
        .order_by(Comment.id)
    ).first()
    ident = comment.id if comment else 1
    sent = {"stage": stage, "version": str(review.version), "go": "next", f"text-{ident}": text}
    return visit(who).post(f"/feedback/reviews/{review.id}/write", data=sent)


def _told(person: Person, kind: str) -> int:
    told = select(Notice).where(Notice.person_id == person.id, Notice.kind == kind)
    return len(db.session.scalars(told).all())


def test_a_stage_opens_when_the_one_before_closes(world: World, visit: Visit, staged: Round):
    ada, ben, dee = visit(world.ada), visit(world.ben), visit(world.dee)
    at_round = f"/feedback/rounds/{staged.id}"
    for_ben, for_dee = (
        f"/feedback/reviews/{review_of(staged, who).id}" for who in (world.ben, world.dee)
    )
    assert "open until" in ada.get(at_round).text
    assert "or when all are done before" in ada.get(at_round).text
    ben.post(f"{for_ben}/begin")
    dee.post(f"{for_dee}/begin")
    assert "This stage is open until" in ben.get(for_ben).text

    # Ben is done with the first stage. The second is not open, nor to a request made by hand.
    assert _write(visit, staged, world.ben, "tell", "Halves first.").status_code == 302
    assert "You are done for now" in ben.get(for_ben).text
    assert _write(visit, staged, world.ben, "ask", "Too early?").status_code == 409
    assert ben.post(f"{for_ben}/give").status_code == 409
    assert ben.get(f"{for_ben}/look").status_code == 302
    assert "next stage opens" in ben.get("/feedback").text
    assert "Fractions on a line" not in ben.get("/").text
    # What he wrote can still be put right, and nobody reads it.
    assert _write(visit, staged, world.ben, "tell", "Halves first, then thirds.").status_code == 302
    for client, page in ((ada, at_round), (dee, for_dee)):
        assert "Halves first" not in client.get(page).text

    # With Dee all are done: the next stage opens at once. Both read what was said, without names.
    assert _write(visit, staged, world.dee, "tell", "The exit card.").status_code == 302
    assert _told(world.ben, "feedback_stage_opens") == 1
    shown = ben.get(for_ben).text
    assert "What was said before" in shown
    assert "The exit card." in shown
    assert "Dee" not in shown
    assert "Halves first, then thirds." in ada.get(at_round).text
    said = db.session.scalars(select(Comment).where(Comment.text == "The exit card.")).one()
    early = ada.post(f"/feedback/comments/{said.id}/reply", data={"text": "Thanks"})
    assert early.status_code == 404
    late = _write(visit, staged, world.ben, "tell", "Something else")
    assert late.status_code == 409
    assert "Something else" in late.text
    assert "Something else" not in ada.get(at_round).text
    by_ask = {"stage": "ask", "version": str(review_of(staged, world.dee).version)}
    gone = dee.post(f"{for_dee}/write", data=by_ask | {"go": f"remove-{said.id}"})
    assert gone.status_code == 409, "nor is it taken out by the form of another stage"
    assert "The exit card." in ada.get(at_round).text

    # The window of the second stage passes without Dee; the third goes on with her all the same.
    assert _write(visit, staged, world.ben, "ask", "Which pairs?").status_code == 302
    with clock.at(clock.now() + 2 * DAY + timedelta(minutes=1)):
        renew_asks()
        db.session.commit()
        assert _told(world.ben, "feedback_stage_opens") == 2
        assert "Which pairs?" not in dee.get(for_dee).text  # blind until hers is done, or left out
        _write(visit, staged, world.dee, "ask", "")
        assert "Which pairs?" in dee.get(for_dee).text
        assert "Fractions on a line" in dee.get("/").text
        ask_also = ada.post(f"{at_round}/ask", data={"named": world.cora.id})
        assert ask_also.status_code == 302
        for_cora = f"/feedback/reviews/{review_of(staged, world.cora).id}"
        visit(world.cora).post(f"{for_cora}/begin")
        assert review_of(staged, world.cora).stage == 2
        for who, page in ((world.ben, for_ben), (world.dee, for_dee), (world.cora, for_cora)):
            _write(visit, staged, who, "give", f"Try it, says {who.given_name}.")
            assert visit(who).post(f"{page}/give").location.endswith("/outcome")
        shown = ada.get(at_round).text
        assert "Try it, says Dee." in shown
        assert "What was said before" not in shown


def test_who_reads_what_was_done_in_a_stage_that_is_over(world: World, visit: Visit, staged: Round):
    for who in (world.ben, world.dee):
        visit(who).post(f"/feedback/reviews/{review_of(staged, who).id}/begin")
    _write(visit, staged, world.ben, "tell", "Halves first.")
    for passed, readers in ((False, set()), (True, {"ada"})):
        with clock.at(clock.now() + 2 * DAY * passed + timedelta(minutes=1)):
            for name in ("ada", "ben", "dee", "zoe", "cora", "lee"):
                said = said_so_far(getattr(world, name), staged)
                words = [comment.text for _stage, comments in said for comment in comments]
                assert words == (["Halves first."] if name in readers else []), (passed, name)
    with clock.at(clock.now() + 3 * DAY):
        _write(visit, staged, world.dee, "tell", "")  # late: what is over is no longer asked for
        db.session.expire_all()
        assert said_so_far(world.dee, staged)
        visit(world.ada).post(f"/feedback/rounds/{staged.id}/close")
        db.session.expire_all()
        assert not said_so_far(world.dee, staged)


def test_nobody_waits_for_those_who_do_not_come(world: World, visit: Visit, staged: Round):
    visit(world.ben).post(f"/feedback/reviews/{review_of(staged, world.ben).id}/begin")
    _write(visit, staged, world.ben, "tell", "I may have to leave.")
    at_round = f"/feedback/rounds/{staged.id}"
    with clock.at(clock.now() + 2 * DAY + timedelta(minutes=1)):
        assert "I may have to leave." in visit(world.ada).get(at_round).text
        person_deactivated(None, db.session.get(Person, world.ben.id))
        db.session.commit()
        assert "I may have to leave." not in visit(world.ada).get(at_round).text
    with clock.at(clock.now() + 6 * DAY + timedelta(minutes=1)):
        for _hour in range(2):
            renew_asks()
            db.session.commit()
        assert _told(world.ada, "feedback_go_on") == 1
        assert "Nobody is left to ask" in visit(world.ada).get(at_round).text


def test_days_come_from_the_form_or_the_protocol(world: World, visit: Visit, tag: Protocol):
    assert plan_windows(tag.data, None) is None
    with clock.at(clock.now()):
        of_form = plan_windows(tag.data, 2)
        stages = [
            each | {"window": 5 if each["key"] == "ask" else None} for each in tag.data["stages"]
        ]
        of_protocol = plan_windows(tag.data | {"stages": stages}, None)
        days = [(end - clock.now()).days for end in map(datetime.fromisoformat, of_form)]
        own = [(end - clock.now()).days for end in map(datetime.fromisoformat, of_protocol)]
    assert days == [0, 2, 4, 6]
    assert own == [0, 3, 8, 11]
    work = plan(world.ada)
    db.session.commit()
    ask = {"protocol": "tag", "question": "Who?", "who": "named", "named": world.ben.id}
    share = f"/feedback/works/{work.id}/share"
    for wrong in ("0", "15", "soon"):
        assert visit(world.ada).post(share, data=ask | {"stage_days": wrong}).status_code == 422
    two = ask | {"stage_days": "3", "named": [world.ben.id, world.dee.id]}
    hidden = visit(world.ada).post(share, data=two | {"hides": "reviewers"})
    assert "leave the days empty" in hidden.text
    assert visit(world.ada).post(share, data=ask | {"stage_days": "3"}).status_code == 302
    round_ = db.session.scalars(select(Round)).one()
    assert round_.due_on == (clock.now() + 9 * DAY).date()
