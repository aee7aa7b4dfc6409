"""What an author reads beside the comments: where colleagues differ, and a coach's word."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from pdportal import clock
from pdportal.cohorts.models import Coaching
from pdportal.db import db
from pdportal.feedback.comments.disagreement import differing
from pdportal.feedback.comments.in_rounds import comments_to_show
from pdportal.feedback.comments.placing import lay_out
from pdportal.feedback.own_data import PART
from pdportal.feedback.protocols.models import Protocol
from pdportal.feedback.reviews import policy
from pdportal.feedback.rounds import services as round_services
from pdportal.feedback.rounds.hiding import Hides
from pdportal.feedback.rounds.models import Round
from pdportal.inbox.models import Notice
from tests.conftest import Visit
from tests.feedback import given
from tests.people import World


def said_at(round_: Round, tell: str, give: str) -> tuple[str, str]:
    """The words that Ben praises and Dee would change."""
    for person, stage, text, quote in (
        ("ben", "tell", "They all speak.", tell), ("dee", "give", "Write first.", give),
    ):  # fmt: skip
        review = next(r for r in round_.reviews if r.reviewer.name.lower().startswith(person))
        review = given.begun(round_, review.reviewer)
        for number, key in enumerate(("tell", "ask", "give")):
            words = text if key == stage else f"About {key}."
            given.written(review.reviewer, review, key, words, quote=quote if key == stage else "")
            given.review_services.next_stage(review.reviewer, review, number)
        db.session.flush()
        given.review_services.give(review.reviewer, review.id)
    return tell, give


@pytest.mark.parametrize(
    ("tell", "give", "differ"),
    [
        ("talk for two minutes", "two minutes, then share", True),
        ("talk for two minutes", "then share", False),
        ("talk for two minutes", "An exit card", False),
        ("talk for two minutes", "", False),
    ],
)
def test_colleagues_differ_where_one_praises_the_words_that_another_would_change(
    world: World, round_: Round, tell: str, give: str, differ: bool
):
    said_at(round_, tell, give)
    db.session.expire_all()
    _parts, placed = lay_out(round_.work, round_.revision, comments_to_show(round_))
    found = differing(placed)
    assert [(p.strength.comment.text, p.suggestion.comment.text) for p in found] == (
        [("They all speak.", "Write first.")] if differ else []
    )
    assert differing(card for card in placed if card.comment.author_id == world.ben.id) == []


def test_the_author_reads_it_as_a_question(world: World, visit: Visit, round_: Round):
    said_at(round_, "talk for two minutes", "two minutes")
    db.session.commit()
    page = visit(world.ada).get(f"/feedback/rounds/{round_.id}").text
    assert "Where they see it differently" in page
    assert "Ben would keep it" in page
    assert "Dee would change it" in page
    assert "Both can be right" in page


def test_a_coach_accepts_or_asks_to_revise_apart_from_comments(
    world: World, visit: Visit, tag: Protocol
):
    work = given.plan(world.ada)
    round_ = given.shared(work, tag, named=[world.ben, world.cora])
    review = given.given(round_, world.cora)
    of_ben = given.given(round_, world.ben)
    db.session.commit()
    ada, ben, cora = visit(world.ada), visit(world.ben), visit(world.cora)
    url = f"/feedback/reviews/{review.id}/coach"
    outcome = f"/feedback/reviews/{review.id}/outcome"
    assert "Your word as coach" in cora.get(outcome).text
    assert "Your word as coach" not in ben.get(f"/feedback/reviews/{of_ben.id}/outcome").text
    mistake = cora.post(url, data={"says": "perfect", "words": "The end is thin."})
    assert mistake.status_code == 422
    assert "The end is thin." in mistake.text
    said = {"says": "revise", "words": "The end is thin."}
    for _twice in range(2):
        assert cora.post(url, data=said).status_code == 302
    page = ada.get(f"/feedback/rounds/{round_.id}").text
    for words in ("Cora Mbeki, your coach", "Please revise", "The end is thin.", "version 1"):
        assert words in page
    assert "The end is thin." not in ben.get(f"/feedback/reviews/{of_ben.id}/outcome").text
    exported = {piece.path: piece.content for piece in PART.collect(world.cora)}
    assert "The end is thin." in str(exported["feedback_given.md"])
    told = select(Notice.kind).where(
        Notice.person_id == world.ada.id, Notice.kind.like("feedback_coach%")
    )
    assert list(db.session.scalars(told)) == ["feedback_coach_revise"]

    # After the next version the coach says it anew, of that one; also once it is closed.
    comment = given.said_by(review, "give")
    content = given.PLAN | {"check": "A longer end."}
    with ada.application.test_request_context():
        round_services.revise(
            world.ada, round_, content=content, why="The end.", ticks={comment.id: None}
        )
        round_services.close(world.ada, round_)
    db.session.commit()
    assert cora.post(url, data={"says": "accept"}).status_code == 302
    page = ada.get(f"/feedback/rounds/{round_.id}").text
    assert "Accepted" in page
    assert "version 2" in page
    assert "The end is thin." not in page
    assert ben.post(f"/feedback/reviews/{of_ben.id}/coach", data=said).status_code == 403
    for stranger in (world.ada, world.ben, world.dee, world.lee):
        assert visit(stranger).post(url, data=said).status_code == 404


@pytest.mark.parametrize(
    ("hides", "may"),
    [(Hides.NOBODY, True), (Hides.REVIEWERS, False), (Hides.AUTHOR, False), (Hides.BOTH, False)],
)
def test_no_coach_speaks_where_that_would_tell_who_somebody_is(
    world: World, tag: Protocol, addresses: object, hides: Hides, may: bool
):
    people = {"named": [world.ben, world.cora], "hides": hides}
    round_ = given.shared(given.plan(world.ada), tag, **people)
    review = given.given(round_, world.cora)
    assert policy.may_speak_as_coach(world.cora, review) is may
    assert not policy.may_speak_as_coach(world.ada, review)
    assert not policy.may_speak_as_coach(world.ben, given.review_of(round_, world.ben))


def test_whoever_coached_once_speaks_as_coach_no_more(
    world: World, visit: Visit, tag: Protocol, addresses: object
):
    round_ = given.shared(given.plan(world.ada), tag, named=[world.ben, world.cora])
    review = given.given(round_, world.cora)
    review.as_coach = True
    for coaching in db.session.scalars(select(Coaching).where(Coaching.coach_id == world.cora.id)):
        coaching.ended_at = clock.now()
    db.session.commit()
    cora = visit(world.cora)
    assert "Your word as coach" not in cora.get(f"/feedback/reviews/{review.id}/outcome").text
    said = {"says": "accept"}
    assert cora.post(f"/feedback/reviews/{review.id}/coach", data=said).status_code == 403
