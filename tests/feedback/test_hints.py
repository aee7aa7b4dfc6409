"""What a comment could still say: quiet rules, and held back where they cannot know."""

from __future__ import annotations

import re
from datetime import date

import pytest

from pdportal.db import db
from pdportal.feedback.protocols.stages import reviewer_stages
from pdportal.feedback.reviews.hints import hints, minutes_left, only_judges
from pdportal.feedback.rounds.models import Round
from tests.conftest import Visit
from tests.feedback import given
from tests.people import World


@pytest.mark.parametrize(
    "text",
    [
        "Good job!",
        "Great work, well done.",
        "unclear",
        "I like it",
        "It’s OK",
        "This is CONFUSING??",
    ],
)
def test_words_that_only_judge(text: str):
    assert only_judges(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "?",
        "👍",
        "The exit card is clear.",
        "Good: two minutes",
        "Buen trabajo",
        "Sehr gut",
        "C’est super",
        "很好",
        "عمل جيد",
        "Your plan",
        "Not good for pupils who read slowly",
    ],
)
def test_what_says_more_or_is_in_another_language_is_left_alone(text: str):
    assert not only_judges(text)


@pytest.mark.parametrize(
    ("stage", "boxes", "missing"),
    [
        ("tell", {"text": "Good job"}, ["place", "reason"]),
        ("tell", {"text": "Good job", "field": "aim"}, ["reason"]),
        ("tell", {"text": "Students see the aim.", "quote": "exit card"}, []),
        ("tell", {"text": "“number line” helps them see it."}, []),
        ("tell", {"text": "Step 2 helps."}, []),
        ("tell", {"text": "「数直線」が分かりやすい"}, []),
        ("tell", {"text": ""}, []),
        ("ask", {"text": "How will they talk?"}, []),
        ("give", {"text": "It is long.", "field": "plan"}, ["next_move"]),
        ("give", {"text": "Unclear", "field": "plan", "next_move": "Number the steps."}, []),
    ],
)
def test_what_is_asked_for_by_stage(
    world: World, round_: Round, stage: str, boxes: dict[str, str], missing: list[str]
):
    review = given.begun(round_, world.ben)
    review.stage = 2
    comment = given.written(world.ben, review, stage, **boxes)
    by_key = {each.key: each for each in reviewer_stages(round_.protocol.data)}
    assert hints(comment, by_key[stage]) == missing


def test_hints_come_with_a_save_on_the_page_and_before_sending_and_never_block(
    world: World, round_: Round, visit: Visit
):
    review = given.begun(round_, world.ben)
    db.session.commit()
    ben, url, box = visit(world.ben), f"/feedback/reviews/{review.id}", review.comments[0].id
    page = ben.get(url).text
    assert "2 stages left after this one, about 6 minutes." in page
    assert 'data-hint="place" hidden' in page
    typed = {"stage": "tell", "version": "0", f"text-{box}": "Good job", f"field-{box}": ""}
    answer = ben.post(f"{url}/write", data=typed, headers={"X-Requested-With": "fetch"})
    assert answer.json["hints"] == {str(box): ["place", "reason"]}
    assert 'data-hint="place">' in ben.get(url).text
    assert ben.post(f"{url}/write", data=typed | {"version": "1", "go": "next"}).status_code == 302
    ben.post(f"{url}/write", data={"stage": "ask", "version": "1", "go": "next"})
    given.written(world.ben, review, "give", "Too long.", quote="talk for two minutes")
    db.session.commit()
    look = ben.get(f"{url}/look").text
    for words in ("say where", "makes you think so", "a next move", "Why do we ask?"):
        assert words in look
    assert ben.post(f"{url}/give").location.endswith("/outcome")


def test_what_is_asked_for_says_its_dates_in_sentences(round_: Round, world: World, visit: Visit):
    round_.due_on = date(2026, 12, 6)
    review = given.review_of(round_, world.ben)
    db.session.commit()
    page = visit(world.ben).get(f"/feedback/reviews/{review.id}").text
    assert re.search(r"Due [^.<]+\.\s+Please start by", page)


def test_minutes_are_added_up_only_where_each_stage_says_them(round_: Round):
    stages = reviewer_stages(round_.protocol.data)
    assert minutes_left(stages) == 7
    assert minutes_left([]) == 0
