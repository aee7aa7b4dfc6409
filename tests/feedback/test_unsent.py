"""Words typed into something that has ended: the reason is told, and the words are kept."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from pdportal.db import db
from pdportal.feedback.comments.models import Comment
from pdportal.feedback.reviews import services as reviews
from pdportal.feedback.reviews.models import Review
from pdportal.feedback.rounds import services as rounds
from pdportal.feedback.rounds.models import Round
from pdportal.feedback.unsent.models import UnsentText
from pdportal.feedback.unsent.services import MOST, keep
from tests.conftest import Visit
from tests.feedback import given
from tests.people import World

FETCH = {"X-Requested-With": "fetch", "Accept": "application/json"}


def begun(world: World, round_: Round) -> tuple[Review, Comment, dict[str, str]]:
    """Ben's review with "A" saved as typed, and what his form sends next."""
    review = given.begun(round_, world.ben)
    box = given.written(world.ben, review, "tell", "A")
    db.session.commit()
    return review, box, {
        "stage": "tell",
        f"text-{box.id}": "A B",
        f"next_move-{box.id}": "And C.",
        "version": str(review.version),
    }  # fmt: skip


@pytest.mark.parametrize("by_script", [True, False])
def test_what_a_reviewer_types_after_the_request_was_closed(
    world: World, round_: Round, visit: Visit, by_script: bool
):
    review, _box, sent = begun(world, round_)
    rounds.close(world.ada, round_)
    db.session.commit()
    ben, page = visit(world.ben), f"/feedback/reviews/{review.id}"
    answer = ben.post(f"{page}/write", data=sent, headers=FETCH if by_script else {})
    assert answer.status_code == 409
    if by_script:
        assert answer.json["reason"] == "closed"
        assert "has closed this feedback request" in answer.json["error"]
        assert answer.json["kept"] == "/feedback/unsent"
    else:
        for words in ("has closed this feedback request", "A B", "/feedback/unsent"):
            assert words in answer.text
    for found in (page, "/feedback/unsent"):
        shown = ben.get(found).text
        for words in ("A B", "And C.", "has closed this feedback request"):
            assert words in shown, (found, words)
    assert "/feedback/unsent" in ben.get("/feedback").text
    # Typing goes on: the newer words take the place of the older.
    ben.post(f"{page}/write", data=sent | {f"text-{_box.id}": "A B C"}, headers=FETCH)
    assert db.session.scalars(select(UnsentText.texts)).one()[0] == ["", "A B C"]
    assert "A B C" not in visit(world.ada).get(f"/feedback/rounds/{round_.id}").text
    assert "A B C" not in visit(world.ada).get("/feedback/unsent").text


def test_what_a_reviewer_types_after_the_review_was_sent_in_another_tab(
    world: World, round_: Round, visit: Visit
):
    review, _box, sent = begun(world, round_)
    for number, stage in enumerate(("tell", "ask", "give")):
        if stage == "give":
            given.written(world.ben, review, stage, "Write first.")
        reviews.next_stage(world.ben, review, number)
    reviews.give(world.ben, review.id)
    db.session.commit()
    ben, page = visit(world.ben), f"/feedback/reviews/{review.id}"
    answer = ben.post(f"{page}/write", data=sent, headers=FETCH)
    assert answer.status_code == 409
    assert "You have sent this feedback" in answer.json["error"]
    assert "A B" in ben.get(f"{page}/outcome").text
    assert "A B" not in visit(world.ada).get(f"/feedback/rounds/{round_.id}").text


@pytest.mark.parametrize("by_script", [True, False])
def test_an_answer_and_a_reflection_typed_after_closing(
    world: World, round_: Round, visit: Visit, by_script: bool
):
    comment = given.said_by(given.given(round_, world.ben), "give")
    rounds.close(world.ada, round_)
    db.session.commit()
    ada, page = visit(world.ada), f"/feedback/rounds/{round_.id}"
    headers = FETCH if by_script else {}
    answer = ada.post(
        f"/feedback/comments/{comment.id}/decide",
        data={"decision": "decline", "why-decline": "No tablets.", "version": "0"},
        headers=headers,
    )
    assert answer.status_code == 409
    learned = {"learned": "Films take long.", "version": "0"}
    assert ada.post(f"{page}/reflection", data=learned, headers=headers).status_code == 409
    shown = ada.get(page).text
    assert "No tablets." in shown
    assert "Films take long." in shown
    assert "another window" not in shown


def test_every_form_of_a_page_keeps_its_own_words(world: World, round_: Round, visit: Visit):
    comment = given.said_by(given.given(round_, world.ben), "tell")
    rounds.close(world.ada, round_)
    db.session.commit()
    ben, page = visit(world.ben), f"/feedback/comments/{comment.id}"
    sent = [
        ("reply", {"text": "Twenty lines of a reply."}),
        ("ask-again", {"words": "Is it open?"}),
        ("reply", {"text": "Another reply to it."}),
        ("reply", {"text": "Another reply to it, longer."}),
    ]
    for form, words in sent:
        assert ben.post(f"{page}/{form}", data=words).status_code == 409
    kept = [texts[0][1] for texts in db.session.scalars(select(UnsentText.texts))]
    assert sorted(kept) == [
        "Another reply to it, longer.",
        "Is it open?",
        "Twenty lines of a reply.",
    ]


def test_a_kind_word_with_a_late_decline_is_kept(world: World, round_: Round, visit: Visit):
    review = given.review_of(round_, world.ben)
    rounds.close(world.ada, round_)
    db.session.commit()
    ben = visit(world.ben)
    answer = ben.post(f"/feedback/reviews/{review.id}/decline", data={"words": "Next week I can."})
    assert answer.status_code == 409
    assert "Next week I can." in answer.text
    assert "Next week I can." in ben.get("/feedback/unsent").text


def test_words_are_their_writers_alone_and_can_be_discarded(
    world: World, round_: Round, visit: Visit
):
    review, _box, sent = begun(world, round_)
    rounds.close(world.ada, round_)
    db.session.commit()
    ben = visit(world.ben)
    ben.post(f"/feedback/reviews/{review.id}/write", data=sent)
    row = db.session.scalars(select(UnsentText)).one()
    discard = f"/feedback/unsent/{row.id}/discard"
    for person in (world.ada, world.lee, world.zoe):
        assert visit(person).post(discard).status_code == 404
        assert "A B" not in visit(person).get("/feedback/unsent").text
    assert ben.post(discard).status_code == 302
    assert db.session.scalars(select(UnsentText)).all() == []


def test_somebody_keeps_so_many_and_the_oldest_go(world: World, visit: Visit, app: object):
    from flask_login import login_user

    with app.test_request_context():  # type: ignore[attr-defined]
        login_user(world.ben)
        for number in range(MOST + 3):
            keep(f"/feedback/reviews/{number}", "It was closed.", [("", f"Words {number}")])
    places = set(db.session.scalars(select(UnsentText.place)))
    assert len(places) == MOST
    assert f"/feedback/reviews/{MOST + 2}" in places
    assert "/feedback/reviews/0" not in places
