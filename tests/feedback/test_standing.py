"""The heading of a request's page is derived from where it stands, on every page alike."""

from __future__ import annotations

import re

import pytest

from pdportal.db import db
from pdportal.feedback.comments import services as comments
from pdportal.feedback.comments.answers import Verdict
from pdportal.feedback.reviews import services as reviews
from pdportal.feedback.rounds import services as rounds
from pdportal.feedback.rounds.models import Round
from pdportal.feedback.rounds.queries import round_figures
from pdportal.feedback.works import services as works
from tests.conftest import Visit
from tests.feedback import given
from tests.people import World


@pytest.fixture(autouse=True)
def _addresses(addresses: object) -> None:
    """Verbs are called outside a page."""


def heading(world: World, visit: Visit, round_: Round) -> str:
    """What the page of the request says first; the page of the work says the same."""
    db.session.commit()
    headings = []
    for url in (f"/feedback/rounds/{round_.id}", f"/feedback/works/{round_.work_id}"):
        page = visit(world.ada).get(url).text
        found = re.search(r'<section class="next">.*?<h2[^>]*>(.*?)</h2>', page, re.DOTALL)
        assert found, url
        headings.append(found[1].strip())
    assert headings[0] == headings[1]
    return headings[0]


def test_the_heading_follows_the_request_from_asking_to_the_last_answer(
    world: World, round_: Round, visit: Visit
):
    assert heading(world, visit, round_) == "2 colleagues asked, nobody has started yet"
    given.begun(round_, world.dee)
    assert heading(world, visit, round_) == "1 colleague is reading"
    review = given.given(round_, world.ben)
    assert heading(world, visit, round_) == "2 comments to respond to"
    comments.decide(world.ada, given.said_by(review, "tell"), Verdict.KEEP)
    suggestion = given.said_by(review, "give")
    comments.decide(world.ada, suggestion, Verdict.USE)
    assert heading(world, visit, round_) == "All comments are answered"
    page = visit(world.ada).get(f"/feedback/rounds/{round_.id}").text
    assert "Now write the next version" in page

    new = given.PLAN | {"aim": "Halves."}
    works.save_revision(world.ada, round_.work, why="Shorter.", content=new)
    assert heading(world, visit, round_) == "Version 2 is saved"
    page = visit(world.ada).get(f"/feedback/rounds/{round_.id}").text
    assert "1 comment you want to use is not in it yet." in page
    assert "Now write the next version" not in page
    rounds.revise(
        world.ada, round_, content=new | {"plan": "First."}, why="In.", ticks={suggestion.id: 1}
    )
    assert heading(world, visit, round_) == "All 2 comments answered: compare or close"
    comments.ask_again(world.ben, suggestion, "And the quiet ones?")
    assert heading(world, visit, round_) == "1 comment to respond to"


def test_the_figures_of_a_request(world: World, round_: Round, visit: Visit):
    review = given.given(round_, world.ben)
    comments.decide(world.ada, given.said_by(review, "give"), Verdict.ADAPT)
    given.begun(round_, world.dee)
    db.session.commit()
    assert tuple(round_figures(round_)) == (1, 1, 1, 2, 1, 1, round_.id, None)
    reviews.decline(world.dee, given.review_of(round_, world.dee))
    assert tuple(round_figures(round_)) == (1, 0, 0, 2, 1, 1, round_.id, None)


def test_what_a_giver_reads_first_follows_what_was_answered(
    world: World, round_: Round, visit: Visit
):
    review = given.given(round_, world.ben)
    db.session.commit()
    url = f"/feedback/reviews/{review.id}/outcome"
    page = visit(world.ben).get(url).text
    assert "Your feedback is sent" in page
    assert "You will hear when there is an answer." in page
    comments.decide(world.ada, given.said_by(review, "tell"), Verdict.THANK)
    db.session.commit()
    page = visit(world.ben).get(url).text
    assert "What became of your feedback" in page
    assert "You will hear when there is an answer." not in page
