"""The loop, told through pages."""

from __future__ import annotations

import re

from sqlalchemy import select

from pdportal.db import db
from pdportal.feedback.comments.models import Comment
from pdportal.feedback.protocols.models import Protocol
from pdportal.feedback.reviews.models import Review
from pdportal.feedback.rounds.models import Round
from pdportal.feedback.works.models import Work
from tests.conftest import Visit
from tests.feedback.given import PLAN, review_of
from tests.people import World


def _id(url: str) -> int:
    found = re.search(r"/(\d+)", url)
    assert found, url
    return int(found[1])


def _boxes(review: Review, stage: str, **values: str) -> dict[str, str]:
    """What a reviewer sends from a stage: its first comment, and the version of the page."""
    db.session.expire_all()
    comment = db.session.scalars(
        select(Comment)
        .where(Comment.review_id == review.id, Comment.stage == stage)
        .order_by(Comment.id)
    ).first()
    sent = {f"{name}-{comment.id}": value for name, value in values.items()} if comment else {}
    return sent | {"stage": stage, "version": str(review.version)}


def test_ada_brings_a_plan_and_the_whole_loop_turns_once(world: World, visit: Visit, tag: Protocol):
    ada, ben, dee = visit(world.ada), visit(world.ben), visit(world.dee)

    # She writes, saved at every pause, and keeps a first version.
    made = ada.post("/feedback/works/new?kind=lesson_plan", data={"title": "Fractions on a line"})
    page = made.location.removesuffix("/edit")
    work_id = _id(page)
    draft = {f"f-{key}": text for key, text in PLAN.items()} | {"title": "Fractions on a line"}
    saved = ada.post(
        f"{page}/edit", data=draft | {"version": "1"}, headers={"X-Requested-With": "fetch"}
    )
    assert saved.status_code == 200
    assert saved.json["version"] == 2
    assert re.match(r"\d{1,2}:\d\d", saved.json["saved_at"])
    assert ada.post(f"{page}/keep", data=draft | {"version": "2"}).location.endswith(page)
    assert "Ask for feedback" in ada.get(page).text

    # She shares it with two colleagues.
    assert "TAG" in ada.get(f"{page}/share").text
    ask = {
        "protocol": "tag",
        "question": "Will the quiet ones have time?",
        "who": "named",
        "named": [world.ben.id, world.dee.id],
        "coach_may": "y",
    }
    at_round = ada.post(f"{page}/share", data=ask).location
    round_ = db.session.get(Round, _id(at_round))
    assert "asked, nobody has started yet" in ada.get(at_round).text
    for_ben = f"/feedback/reviews/{review_of(round_, world.ben).id}"
    assert "Will the quiet ones" in ben.get(for_ben).text
    assert "Fractions on a line" in ben.get("/feedback").text

    # Ben practises, then goes through the stages in order.
    assert ben.post(f"{for_ben}/begin").location.endswith("/practice")
    assert "The first minute" not in ben.get(f"{for_ben}/practice").text
    shown = ben.post(f"{for_ben}/practice", data={"text-tell": "Nice."}).text
    assert "the first minute raises a question" in shown
    assert "Nice." in shown
    review = review_of(round_, world.ben)
    assert "What works here is" in ben.get(for_ben).text
    refused = ben.post(f"{for_ben}/write", data={"stage": "give", "version": "0"})
    assert refused.status_code == 409
    empty = ben.post(f"{for_ben}/write", data=_boxes(review, "tell") | {"go": "next"})
    assert empty.location.endswith("#stage-mistake")
    assert "asks for at least 1 comment" in ben.get(empty.location).text
    tell = _boxes(review, "tell", text="The aim is one that I can see.", field="aim")
    ben.post(f"{for_ben}/write", data=tell | {"go": "next"})
    ben.post(f"{for_ben}/write", data=_boxes(review, "ask") | {"go": "next"})
    move = {
        "text": "Two minutes is short for those who think slowly.",
        "quote": "talk for two minutes",
        "next_move": "Let them write alone first.",
    }
    ben.post(f"{for_ben}/write", data=_boxes(review, "give", **move) | {"go": "next"})
    look = ben.get(f"{for_ben}/look").text
    assert "This is what Ada will read" in look
    assert '<mark class="passage"' in look

    # Nobody reads it before it is given; Dee not before she has given hers.
    assert "Two minutes is short" not in ada.get(at_round).text
    assert ben.post(f"{for_ben}/give").location.endswith("/outcome")
    assert "Two minutes is short" in ada.get(at_round).text
    for_dee = f"/feedback/reviews/{review_of(round_, world.dee).id}"
    dee.post(f"{for_dee}/begin")
    assert dee.get(f"{for_dee}/outcome").status_code == 302
    dees = review_of(round_, world.dee)
    said = {"text": "I like the exit card.", "field": "check"}
    dee.post(f"{for_dee}/write", data=_boxes(dees, "tell", **said) | {"go": "next"})
    assert "Two minutes is short" not in dee.get(for_dee).text
    dee.post(f"{for_dee}/write", data=_boxes(dees, "ask") | {"go": "next"})
    said = {"text": "Number the pairs.", "next_move": "Ask pair 4 first."}
    dee.post(f"{for_dee}/write", data=_boxes(dees, "give", **said) | {"go": "next"})
    dee.post(f"{for_dee}/give")
    assert "Two minutes is short" in dee.get(f"{for_dee}/outcome").text

    # Ada thanks, decides on each, and writes the next version beside them.
    ada.post(f"{for_ben}/thank", data={"thanks": "The writing idea is gold."})
    by_text = {comment.text: comment for comment in db.session.scalars(select(Comment))}
    short = by_text["Two minutes is short for those who think slowly."]
    number = by_text["Number the pairs."]
    deciding = ada.post(
        f"/feedback/comments/{short.id}/decide",
        data={"decision": "adapt", "why": "One minute of writing.", "version": "0"},
        headers={"X-Requested-With": "fetch"},
    )
    assert deciding.json["version"] == 1
    ada.post(
        f"/feedback/comments/{number.id}/decide", data={"decision": "decline", "why": "Too stiff."}
    )
    assert "Decline" in ada.get(at_round).text
    work = db.session.get(Work, work_id)
    new = {
        "f-plan": "Warm-up with halves (5).\n\nThey write alone, then talk for two minutes.",
        "why": "So that everybody has something to say.",
        "version": str(work.draft.version),
        "addressed": str(short.id),
    }
    assert "Open comments" in ada.get(f"{at_round}/revise").text
    kept = ada.post(f"{at_round}/revise/keep", data=draft | new)
    assert kept.location.endswith(at_round)
    compared = ada.get(f"{page}/compare?from=1&to=2").text
    assert "<ins>" in compared
    assert "write alone" in compared

    # Ben sees what changed because of him, and confirms.
    seen = ben.get(f"{for_ben}/outcome").text
    assert "What changed because of you" in seen
    assert "One minute of writing." in seen
    assert "The writing idea is gold." in seen
    assert "gold" not in dee.get(f"{for_dee}/outcome").text
    ben.post(f"/feedback/comments/{short.id}/confirm")
    assert "You confirmed it." in ben.get(f"{for_ben}/outcome").text
    # Dee asks again; the comment is open once more.
    again = {"words": "What if only two pairs ever speak?"}
    dee.post(f"/feedback/comments/{number.id}/ask-again", data=again)
    assert "What if only two pairs ever speak?" in ada.get(at_round).text

    # Ada looks back and closes; a step can be made of it.
    end = {"learned": "Writing first helps.", "did_not_work": "", "try_next": "Try it with 7b."}
    ada.post(f"{at_round}/close", data=end)
    closed = ada.get(at_round).text
    assert "Ask for feedback again" in closed
    assert 'action="/goals/steps/from-reflection"' in closed
    step = {"text": "Try it with 7b.", "from_title": "A lesson", "from_url": at_round}
    ada.post("/goals/steps/from-reflection", data=step)
    closed = ada.get(at_round).text
    assert "In your next steps" in closed
    assert 'name="text" value="Try it with 7b."' not in closed
    assert "Try it with 7b." in closed
    assert "Writing first helps." not in ben.get(f"{for_ben}/outcome").text
    assert "Closed for now" in ada.get("/feedback").text
    assert "1 comment is in the new version" in ben.get("/feedback").text
    for person in (world.zoe, world.lee, world.max, world.cora, world.fay):
        for url in (page, at_round, for_ben, f"{for_ben}/outcome", f"{page}/compare"):
            assert visit(person).get(url).status_code == 404, (person.name, url)
