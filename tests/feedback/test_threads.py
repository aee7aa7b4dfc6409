"""Replies under a comment in a round: who may, put right, taken back; two tabs never overwrite."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from pdportal import clock
from pdportal.db import db
from pdportal.feedback.comments.answers import Verdict
from pdportal.feedback.comments.models import Comment
from pdportal.feedback.rounds import services as rounds
from pdportal.feedback.rounds.models import Round
from pdportal.inbox.models import Notice
from tests.conftest import Visit
from tests.feedback.given import PLAN, decided, given, said_by
from tests.people import World


def _replies() -> list[Comment]:
    db.session.expire_all()
    replies = select(Comment).where(Comment.answers_id.is_not(None)).order_by(Comment.id)
    return list(db.session.scalars(replies))


def test_the_page_of_a_comment_is_read_without_a_session(
    world: World, visit: Visit, round_: Round, addresses: object
):
    review = given(round_, world.ben)
    comment = decided(said_by(review, "give"), Verdict.USE, "Yes: they write first.")
    content = PLAN | {"plan": "They write, then talk for two minutes."}
    rounds.revise(world.ada, round_, content=content, why="Time.", ticks={comment.id: 1})
    db.session.commit()
    ada, page = visit(world.ada), f"/feedback/comments/{comment.id}"
    ada.post(f"{page}/reply", data={"text": "Which pair?"})
    ada.post(f"{page}/helped", data={"how": "thanks"})
    for each in (page, f"/feedback/comments/{said_by(review, 'tell').id}"):
        db.session.remove()
        assert ada.get(each).status_code == 200
    shown = ada.get(page).text
    for words in ("Yes: they write first.", "Which pair?", "ersion 2", "Ben Silva"):
        assert words in shown


def test_a_reply_is_put_right_until_it_is_answered(
    world: World, visit: Visit, round_: Round, addresses: object
):
    review = given(round_, world.ben)
    comment = said_by(review, "give")
    db.session.commit()
    ada, ben = visit(world.ada), visit(world.ben)
    page, outcome = f"/feedback/comments/{comment.id}", f"/feedback/reviews/{review.id}/outcome"
    ada.post(f"{page}/reply", data={"text": "Wich pair?"})
    (reply,) = _replies()
    edit = f"/feedback/comments/{reply.id}/edit"
    remove = f"/feedback/comments/{reply.id}/remove"
    told = db.session.scalars(select(Notice.person_id).where(Notice.kind == "feedback_replied"))
    assert told.all() == [world.ben.id]
    assert edit in ada.get(page).text
    assert "Wich pair?" in ada.get(f"/feedback/rounds/{round_.id}").text
    assert edit not in ben.get(outcome).text

    # Who may: only whoever wrote it; others in the thread see it, and nobody else finds it.
    assert "What do you see?" not in ada.get(edit).text
    for method in ("get", "post"):
        assert getattr(ben, method)(edit).status_code == 403
        for stranger in (world.dee, world.cora, world.lee, world.zoe):
            assert getattr(visit(stranger), method)(edit).status_code == 404
    assert ben.post(remove).status_code == 403
    assert visit(world.dee).post(remove).status_code == 404
    assert ada.get(f"/feedback/comments/{comment.id}/edit").status_code == 404

    # Two tabs: the second is told what the first stored, and may put its own in place of it.
    assert ada.post(edit, data={"text": "Which pair?", "seen": "Wich pair?"}).status_code == 302
    second = ada.post(edit, data={"text": "What pair?", "seen": "Wich pair?"})
    assert second.status_code == 409
    assert "changed in another window" in second.text
    assert 'value="Which pair?"' in second.text
    assert "What pair?" in second.text
    assert ada.post(edit, data={"text": "Which pair?", "seen": "Wich pair?"}).status_code == 302
    assert ada.post(edit, data={"text": " ", "seen": "Which pair?"}).status_code == 422
    assert "Which pair?" in ben.get(outcome).text

    # Once it is answered it stays; whatever was typed comes back.
    ben.post(f"/feedback/comments/{comment.id}/reply", data={"text": "All of them."})
    late = ada.post(edit, data={"text": "Never mind", "seen": "Which pair?"})
    assert late.status_code == 409
    assert "Never mind" in late.text
    assert ada.post(remove).status_code == 409
    mine = _replies()[-1]
    with clock.at(clock.now() + timedelta(minutes=11)):
        assert ben.post(f"/feedback/comments/{mine.id}/remove").status_code == 409
    assert ben.post(f"/feedback/comments/{mine.id}/remove").location.endswith(
        f"/outcome#comment-{comment.id}"
    )
    assert [each.text for each in _replies()] == ["Which pair?"]
    assert ada.post(remove).location.endswith(page)
    assert _replies() == []
