"""A new kind of work is one registration, and goes through the whole loop."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import select

from pdportal.db import db
from pdportal.feedback import kinds
from pdportal.feedback.comments import services as comments
from pdportal.feedback.comments.answers import Verdict
from pdportal.feedback.comments.models import AnchorKind, Comment
from pdportal.feedback.comments.writing import Typed
from pdportal.feedback.kinds import Kind, Start, Talk, add_kind, field
from pdportal.feedback.protocols.models import Protocol
from pdportal.feedback.rounds.models import Round
from pdportal.feedback.works import services as works
from pdportal.feedback.works.models import Work
from pdportal.inbox.models import Notice
from pdportal.web.errors import Refused
from tests.conftest import Visit
from tests.feedback import given
from tests.people import World


@pytest.fixture
def recipe() -> Iterator[Kind]:
    """A kind with two fields of which one is compared, and no comments on passages."""
    kind = add_kind(
        Kind(
            "recipe",
            word="A recipe",
            fields=lambda: [field("dish", "Dish", rows=2), field("steps", "Steps", rows=6)],
            anchors=frozenset({AnchorKind.WHOLE, AnchorKind.FIELD}),
            compared=lambda fields: fields[1:],
            start=Start("A recipe", "What is cooked.", "Begin a recipe", "Soup"),
        )
    )
    yield kind
    del kinds._kinds[kind.name]


@pytest.fixture
def sketch(world: World) -> Iterator[Kind]:
    """A kind that Ben may talk about with its author, without rounds."""
    kind = add_kind(
        Kind(
            "sketch",
            word="A sketch",
            fields=lambda: [field("about", "About", rows=2)],
            anchors=frozenset({AnchorKind.WHOLE}),
            talk=Talk(
                seen_by=lambda person: Work.author_id.in_(
                    [world.ada.id] if person.id in (world.ada.id, world.ben.id) else []
                ),
                readers=lambda _work: {world.ben.id},
                notices="clip",
            ),
            no_rounds="Show it in person.",
        )
    )
    yield kind
    del kinds._kinds[kind.name]


def test_a_kind_goes_through_the_loop(world: World, visit: Visit, tag: Protocol, recipe: Kind):
    ada, ben = visit(world.ada), visit(world.ben)
    assert "Begin a recipe" in ada.get("/feedback/works/new").text
    begun = ada.post("/feedback/works/new?kind=recipe", data={"title": "Stone soup"})
    work = db.session.scalars(select(Work).where(Work.kind == "recipe")).one()
    assert begun.location.endswith(f"/feedback/works/{work.id}/edit")
    text = {"f-dish": "Soup", "f-steps": "They talk for two minutes.", "version": "1"}
    ada.post(f"/feedback/works/{work.id}/keep", data=text)
    assert "Stone soup" in ada.get("/feedback").text

    asked = {"protocol": "tag", "question": "Too long?", "who": "named", "named": [world.ben.id]}
    ada.post(f"/feedback/works/{work.id}/share", data=asked)
    round_ = db.session.scalars(select(Round)).one()
    review = given.begun(round_, world.ben)
    db.session.commit()
    stage = ben.get(f"/feedback/reviews/{review.id}").text
    assert 'name="field-' in stage
    assert 'name="quote-' not in stage
    given.given(round_, world.ben, tell="Clear.", give="Write first.")
    db.session.commit()
    comment = given.said_by(review, "give")
    assert (comment.anchor, comment.quote) == (AnchorKind.WHOLE, None)

    ada.post(f"/feedback/comments/{comment.id}/decide", data={"decision": "use", "why": "Yes."})
    next_text = text | {"f-dish": "Stew", "f-steps": "They write.", "version": "3", "why": "Time.",
                        "addressed": [comment.id]}  # fmt: skip
    ada.post(f"/feedback/rounds/{round_.id}/revise/keep", data=next_text)
    outcome = ben.get(f"/feedback/reviews/{review.id}/outcome").text
    assert "Answered in version 2" in outcome
    assert "<ins>write</ins>" in outcome
    assert "Stew" not in outcome
    ben.post(f"/feedback/comments/{comment.id}/ask-again", data={"words": "How long?"})
    assert "How long?" in ada.get(f"/feedback/rounds/{round_.id}").text
    ada.post(f"/feedback/comments/{comment.id}/decide", data={"decision": "decline", "why": "No."})
    ben.post(f"/feedback/comments/{comment.id}/confirm")
    db.session.expire_all()
    assert comment.decision is not None
    assert comment.decision.state == "confirmed"


@pytest.mark.usefixtures("addresses")
def test_a_kind_may_be_talked_about_instead(world: World, tag: Protocol, sketch: Kind):
    work = works.begin_work(world.ada, "sketch", "A frame", content={"about": "A frame."})
    works.save_revision(world.ada, work)
    with pytest.raises(Refused, match="Show it in person"):
        given.shared(work, tag, named=[world.ben])
    with pytest.raises(Refused) as refused:
        comments.add_comment(world.dee, work, Typed("Mine?"))
    assert refused.value.status == 403
    said = comments.add_comment(world.ben, work, Typed("Why so thin?", starts=1, quote="frame"))
    assert (said.anchor, said.starts, said.quote) == (AnchorKind.WHOLE, None, None)
    comments.reply(world.ada, said, "It bends.")
    comments.decide(world.ada, said, Verdict.USE, "Thicker.")
    comments.ask_again(world.ben, said, "How thick?")
    comments.decide(world.ada, said, Verdict.ADAPT, "A little.")
    comments.confirm(world.ben, said)
    news = {person.given_name: sorted(told(person)) for person in (world.ada, world.ben)}
    assert news == {
        "Ada": ["clip_asked_again", "clip_commented", "clip_confirmed"],
        "Ben": ["clip_decided", "clip_replied"],
    }
    assert db.session.scalars(select(Comment)).all() != []


def told(person: Any) -> list[str]:
    return list(db.session.scalars(select(Notice.kind).where(Notice.person_id == person.id)))
