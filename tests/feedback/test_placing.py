"""Comments on passages: written with their place, and shown in later versions."""

from __future__ import annotations

import re

import pytest

from pdportal.db import db
from pdportal.feedback.comments import placing
from pdportal.feedback.comments.anchors import Carry
from pdportal.feedback.comments.models import AnchorKind, Comment
from pdportal.feedback.protocols.models import Protocol
from pdportal.feedback.reviews import services as review_services
from pdportal.feedback.reviews.models import Review
from pdportal.feedback.rounds import services as round_services
from pdportal.feedback.rounds.models import Round
from pdportal.feedback.works.reading import reading_of
from pdportal.feedback.works.words import letters_of
from tests.conftest import Visit
from tests.feedback import given
from tests.people import World

PLAN = {
    "aim": "Students can place thirds and quarters on a number line.",
    "plan": "- Warm-up: 5 minutes\n- Pair talk: 5 minutes\n- Exit slip: 5 minutes\n\n"
    "I will call on three students. Everybody writes one sentence on the exit card.",
    "check": "An exit card with three numbers.",
}
FETCH = {"X-Requested-With": "fetch"}


@pytest.fixture
def round_(world: World, tag: Protocol) -> Round:
    return given.shared(given.plan(world.ada), tag, named=[world.ben])


@pytest.fixture
def review(world: World, round_: Round) -> Review:
    """A review that has begun, of a plan in which words stand several times."""
    round_.revision.content = PLAN
    return given.begun(round_, world.ben)


def _place(before: str, quote: str, field: str = "plan") -> dict[str, str]:
    """What the browser sends for words selected where `before` ends."""
    letters = reading_of(PLAN[field]).letters
    start = letters.index(letters_of(before + quote)) + len(letters_of(before))
    return {"field": field, "quote": quote, "letter": str(start)}


def _written(world: World, review: Review, visit: Visit, **boxes: str) -> Comment:
    """The first comment of the review, typed into its boxes."""
    db.session.commit()
    ident = review.comments[0].id
    data = {"stage": "tell", "version": str(review.version), f"text-{ident}": "Here."}
    data |= {f"{name}-{ident}": value for name, value in boxes.items()}
    url = f"/feedback/reviews/{review.id}/write"
    assert visit(world.ben).post(url, data=data, headers=FETCH).status_code == 200
    db.session.expire_all()
    return db.session.get_one(Comment, ident)


def _placed(review: Review, *, letter: int | None, **changes: str) -> placing.Placed:
    comment = review.comments[0]
    comment.letter = letter
    work = review.round.work
    revision = round_services.revise(
        work.author, review.round, content={**given.PLAN, **PLAN, **changes}, why="Better."
    )
    _parts, [placed] = placing.lay_out(work, revision, [comment])
    return placed


def test_words_selected_in_the_browser_keep_their_place(world: World, review: Review, visit: Visit):
    comment = _written(world, review, visit, **_place("Pair talk: ", "5 minutes"))
    assert (comment.anchor, comment.field) == (AnchorKind.PASSAGE, "plan")
    assert comment.letter == len(letters_of("Warm-up: 5 minutes Pair talk:"))
    page = visit(world.ben).get(f"/feedback/reviews/{review.id}").text
    assert re.search(r"Pair talk: <mark [^>]*>5 minutes</mark>", page)
    assert f'name="letter-{comment.id}"\nvalue="{comment.letter}"' in page


@pytest.mark.parametrize("letter", ["", "0", "7", "99999", "x", "-1", "1e3"])
def test_a_place_where_other_words_stand_is_not_taken(
    world: World, review: Review, visit: Visit, letter: str
):
    several = _written(world, review, visit, field="plan", quote="5 minutes", letter=letter)
    assert several.letter is None
    once = _written(world, review, visit, field="plan", quote="three  students", letter=letter)
    assert reading_of(PLAN["plan"]).stands("three students", once.letter or 0)
    elsewhere = _written(world, review, visit, field="plan", quote="thirds", letter=letter)
    assert (elsewhere.field, elsewhere.letter) == ("aim", len("Studentscanplace"))
    nowhere = _written(world, review, visit, field="check", quote="a film", letter=letter)
    assert (nowhere.field, nowhere.letter) == ("check", None)
    page = visit(world.ben).get(f"/feedback/reviews/{review.id}/look")
    assert page.status_code in {200, 302}


def test_what_became_of_a_passage_is_said_on_its_card(world: World, round_: Round, visit: Visit):
    round_.revision.content = given.PLAN | PLAN
    review = given.begun(round_, world.ben)
    for text, before, quote in (
        ("First", "- Pair talk: ", "5 minutes"),
        ("Second", "", "I will call on three students."),
        ("Third", "", "Everybody writes one sentence on the exit card."),
        ("Fourth", "Exit slip: ", "5 minutes"),
    ):
        boxes = _place(before.removeprefix("- "), quote)
        given.written(world.ben, review, "tell", text, **boxes)
    for number in range(3):
        if number == 2:
            given.written(world.ben, review, "give", "And more.")
        review_services.next_stage(world.ben, review, number)
    db.session.flush()
    review_services.give(world.ben, review.id)
    new = given.PLAN | {
        "plan": "- Warm-up: 5 minutes\n- Exit slip: 5 minutes\n\n"
        "I will never call on three students.",
        "check": f"{PLAN['check']} Everybody writes one sentence on the exit card.",
    }
    round_services.revise(world.ada, round_, content=new, why="Shorter.")
    db.session.commit()
    page = visit(world.ada).get(f"/feedback/rounds/{round_.id}").text
    cards = {
        word: card
        for card in re.findall(r'<article class="comment .*?</article>', page, re.DOTALL)
        for word in ("First", "Second", "Third", "Fourth")
        if f">{word}</p>" in card
    }
    assert "No longer in the text." in cards["First"]
    assert "Edited since:" in cards["Second"]
    assert (
        'I will <span class="sr-only">added: </span><ins>never </ins>call on three'
        in cards["Second"]
    )
    assert "Moved to “Check”." in cards["Third"]
    assert '<a href="#passage-' in cards["Fourth"]
    assert "comment-place" not in cards["Fourth"]
    assert re.search(r'Exit slip: <mark class="passage" [^>]*>5 minutes</mark>', page)
    assert re.search(r'<mark class="passage edited" [^>]*>I will never call', page)
    assert re.search(r'three numbers. <mark class="passage moved" [^>]*>Everybody writes', page)


def test_a_comment_from_before_places_were_stored_is_found_by_what_stands_around_it(
    world: World, review: Review, visit: Visit
):
    comment = _written(world, review, visit, **_place("Pair talk: ", "5 minutes"))
    comment.before, comment.after = "Warm-up: 5 minutes Pair talk:", "Exit slip: 5 minutes"
    placed = _placed(review, letter=None, check="No card.")
    assert placed.carry is Carry.SAME


def test_nothing_known_of_a_place_means_perhaps(world: World, review: Review, visit: Visit):
    _written(world, review, visit, field="plan", quote="5 minutes")
    placed = _placed(review, letter=None, check="No card.")
    assert placed.carry is Carry.PERHAPS
    assert placed.found


def test_words_that_never_stood_there_are_not_called_gone(
    world: World, review: Review, visit: Visit
):
    _written(world, review, visit, field="plan", quote="a film")
    placed = _placed(review, letter=None, check="No card.")
    assert placed.carry is Carry.ABSENT
    assert not placed.found


def test_letters_typed_otherwise_are_the_same_words(world: World, review: Review, visit: Visit):
    comment = _written(world, review, visit, field="plan", quote="three students")
    comment.revision.content = PLAN | {"plan": "Cafe\u0301 with three students."}
    placed = _placed(review, letter=8, plan="Caf\u00e9 with three students.")
    assert placed.carry is Carry.SAME


def test_a_page_that_is_cached_shows_what_changed_since(world: World, round_: Round, visit: Visit):
    """The comments beside a work are rendered once; whatever changes in them is shown at once."""
    review = given.given(round_, world.ben, tell="The aim is clear.", give="Write first.")
    db.session.commit()
    ada, ben = visit(world.ada), visit(world.ben)
    page, revise = f"/feedback/rounds/{round_.id}", f"/feedback/rounds/{round_.id}/revise"
    assert "Write first." in ada.get(page).text
    comment = given.said_by(review, "give")
    decide = f"/feedback/comments/{comment.id}/decide"
    ada.post(decide, data={"decision": "use", "why-use": "A good thought.", "version": "0"})
    for path in (page, revise):
        assert "A good thought." in ada.get(path).text
    ada.post(f"/feedback/comments/{comment.id}/reply", data={"text": "Since when?"})
    assert "Since when?" in ada.get(page).text
    ben.post(f"/feedback/comments/{comment.id}/reply", data={"text": "Since March."})
    assert "Since March." in ada.get(page).text
    world.ben.name = "Ben Silva-Costa"
    db.session.commit()
    assert "Ben Silva-Costa" in ada.get(page).text
    round_services.revise(world.ada, round_, content=given.PLAN | {"plan": "All new."}, why="Why.")
    db.session.commit()
    for path in (page, revise):
        assert "All new." in ada.get(path).text
        assert "No longer in the text." in ada.get(path).text
