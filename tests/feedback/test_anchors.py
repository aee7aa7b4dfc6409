"""A comment's passage in a later revision: the same, edited, moved, gone, or perhaps here."""

from __future__ import annotations

from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pdportal.feedback.comments.anchors import Carry, Passage, Place, carried, occurrences
from pdportal.feedback.works.comparison import compare
from pdportal.feedback.works.reading import reading_of
from pdportal.feedback.works.words import letters_of
from tests.feedback.edits import Plan

SAME, EDITED, MOVED, PERHAPS, GONE = (
    Carry.SAME,
    Carry.EDITED,
    Carry.MOVED,
    Carry.PERHAPS,
    Carry.GONE,
)


def follow(old: str, new: str, *, old_check: str = "", new_check: str = "") -> tuple[Place, str]:
    """Where the passage in ⟦ ⟧ is, and the words that stand there."""
    before, quote, after = old.replace("⟧", "⟦").split("⟦")
    text = before + quote + after
    start = len(letters_of(before.replace("- ", "").replace("*", "")))
    passage = Passage("plan", start, start + len(letters_of(quote)))
    assert reading_of(text).stands(quote, start), "The case is written as it is read."
    comparison = compare({"plan": text, "check": old_check}, {"plan": new, "check": new_check})
    place = carried(passage, comparison)
    if place.passage is None:
        return place, ""
    reading = comparison.fields[place.passage.field].new
    return place, reading.text(place.passage.start, place.passage.end)


@pytest.mark.parametrize(
    ("old", "new", "carry", "words"),
    [
        # Lines and sentences that have a twin.
        (
            "- Warm-up: 5 minutes\n- Pair talk: ⟦5 minutes⟧\n- Exit slip: 5 minutes",
            "- Warm-up: 5 minutes\n- Exit slip: 5 minutes",
            GONE,
            "",
        ),
        (
            "- Warm-up: ⟦5 minutes⟧\n- Pair talk: 5 minutes\n- Exit slip: 5 minutes",
            "- Pair talk: 5 minutes\n- Exit slip: 5 minutes",
            GONE,
            "",
        ),
        (
            "- Warm-up: 5 minutes\n- Pair talk: ⟦5 minutes⟧\n- Exit slip: 5 minutes",
            "- Pair talk: 5 minutes\n- Exit slip: 5 minutes\n- Warm-up: 5 minutes",
            SAME,
            "5 minutes",
        ),
        (
            "⟦Ask students to read page 12 and answer question one.⟧ "
            "Ask students to read page 14 and answer question two.",
            "Ask students to read page 14 and answer question two.",
            GONE,
            "",
        ),
        (
            "⟦Ask students to read page 12 and answer question one.⟧ "
            "Ask students to read page 14 and answer question two.",
            "Ask students to read page 14 and answer question three.",
            GONE,
            "",
        ),
        (
            "Ask students to read page 12 and answer question one. "
            "⟦Ask students to read page 14⟧ and answer question two.",
            "Ask students to read page 14 and answer question three.",
            SAME,
            "Ask students to read page 14",
        ),
        (
            "- Aim\n- ⟦Share in pairs⟧\n- Share in pairs\n- End",
            "- Aim\n- Share in pairs\n- End",
            PERHAPS,
            "Share in pairs",
        ),
        (
            "- Pair talk about fractions: ⟦5 minutes⟧\n- Pair talk about decimals: 5 minutes",
            "- Pair talk about percents: 5 minutes",
            GONE,
            "",
        ),
        (
            "- Task 1: read page 12.\n- ⟦Task 2: read page 14.⟧",
            "- Task 2: read page 15.",
            EDITED,
            "Task 2: read page 15.",
        ),
        # Words that stand elsewhere, or inside of others.
        (
            "When Robin came in, the class asked ⟦Robin⟧ for the key.",
            "When Robin came in, the class asked Elisa for the key.",
            EDITED,
            "Elisa",
        ),
        (
            "When ⟦Robin⟧ came in, the class asked Robin for the key.",
            "When Robin came in, the class asked Elisa for the key.",
            SAME,
            "Robin",
        ),
        # A field's only line, replaced by another that has some of its words.
        ("⟦Partners⟧ read, then read again.", "Partners draw then label everything.", GONE, ""),
        ("Quiet start: 5 ⟦minutes⟧", "Exit\n\n: minutes", GONE, ""),
        ("Use fraction ⟦strips⟧ to compare", "Use fraction circles", GONE, ""),
        ("⟦5 minutes⟧", "6 minutes", EDITED, "6 minutes"),
        ("⟦Pair talk⟧", "Pair talk and share", EDITED, "Pair talk and share"),
        # A line that is another one with less words.
        (
            "Debate about the map: 11 minutes\n\n⟦Debate about rivers: 8 minutes⟧",
            "Debate about the map: 11 minutes\n\nDebate 11 minutes",
            GONE,
            "",
        ),
        ("Use ⟦art⟧ from the hall.", "We start in the hall.", GONE, ""),
        ("Ask the ⟦IT⟧ desk.", "Ask about it.", GONE, ""),
        ("我看⟦分数⟧和图。", "考试得分数学都要看。", GONE, ""),
        ("学生⟦两⟧人一组讨论五分钟", "学生三人一组讨论五分钟", EDITED, "三"),
        ("学生两人⟦一组讨论⟧五分钟", "学生三人一组讨论五分钟", SAME, "一组讨论"),
        # Sentences that say something else.
        (
            "⟦I will call on three students.⟧",
            "I will never call on three students.",
            EDITED,
            "I will never call on three students.",
        ),
        (
            "⟦I will call on three students.⟧",
            "Never: I will call on three students.",
            EDITED,
            "Never: I will call on three students.",
        ),
        (
            "⟦I will call on three students⟧.",
            "I will call on three students only on Fridays.",
            EDITED,
            "I will call on three students only on Fridays",
        ),
        (
            "⟦Students compare two fractions.⟧",
            "Students say which recipe is sweeter and why.",
            GONE,
            "",
        ),
        ("- Pair talk: ⟦5 minutes⟧\n- End", "- Pair talk: 4 minutes\n- End", EDITED, "4 minutes"),
        (
            "⟦Talk in pairs again and write one sentence.⟧ Then go.",
            "Talk in pairs again, and write one short sentence. Then go.",
            EDITED,
            "Talk in pairs again, and write one short sentence.",
        ),
        ("Warm up first. ⟦Then they talk in pairs.⟧ End.", "Warm up first. End.", GONE, ""),
        # What is not another text.
        ("A ⟦cafe\u0301⟧ nearby", "A caf\u00e9 nearby", SAME, "caf\u00e9"),
        (
            "Warm up and ⟦talk in pairs⟧ now",
            "Warm up and **talk  in\npairs** now",
            SAME,
            "talk in pairs",
        ),
        (
            "First part, and ⟦the second part about shapes⟧.",
            "First part. And the second part about shapes.",
            SAME,
            "the second part about shapes",
        ),
        # Elsewhere, word for word.
        (
            "Warm up first.\n\n⟦Pairs talk for two minutes.⟧\n\nThen they write.",
            "Pairs talk for two minutes.\n\nWarm up first.\n\nThen they write.",
            SAME,
            "Pairs talk for two minutes.",
        ),
        (
            "⟦Pairs talk for two minutes.⟧\n\nWarm up first.\n\nThen they write.\n\nThey go.",
            "Warm up first.\n\nThen they write.\n\nThey go.\n\nPairs talk for two minutes.",
            MOVED,
            "Pairs talk for two minutes.",
        ),
    ],
)
def test_a_passage_is_carried(old: str, new: str, carry: Carry, words: str):
    place, found = follow(old, new)
    assert (place.carry, found) == (carry, words)


def test_a_sentence_moved_to_another_field_counts_as_moved():
    old = "Warm up first. ⟦Students write one sentence on the exit card.⟧ Then home."
    place, words = follow(
        old,
        "Warm up first. Then home.",
        old_check="A quiz.",
        new_check="A quiz. Students write one sentence on the exit card.",
    )
    assert (place.carry, words) == (MOVED, "Students write one sentence on the exit card.")
    assert place.passage is not None
    assert place.passage.field == "check"


def test_part_of_a_sentence_is_moved_with_it_or_as_a_phrase():
    old = "Warm up first. Students ⟦write one sentence on the exit card⟧. Then home."
    sentence = "Students write one sentence on the exit card."
    for new_check in (sentence, "At the end all of them write one sentence on the exit card."):
        place, words = follow(old, "Warm up first. Then home.", new_check=new_check)
        assert (place.carry, words) == (MOVED, "write one sentence on the exit card")
    both = f"{sentence} Whoever is done may write one sentence on the exit card."
    assert follow(old, "Warm up first. Then home.", new_check=both)[0].carry is MOVED
    twice = "All write one sentence on the exit card. Some write one sentence on the exit card."
    assert follow(old, "Warm up first. Then home.", new_check=twice)[0].carry is GONE


def test_a_few_words_that_turn_up_elsewhere_are_not_the_passage():
    old = "Warm up first. They ⟦talk in pairs⟧. Then home."
    place, _words = follow(old, "Warm up first. Then home.", new_check="We never talk in pairs.")
    assert place.carry is GONE


def test_words_are_looked_for_whole_and_in_parts_of_words_only_if_there_is_nothing_else():
    reading = reading_of("We start art: art for all. caf\u00e9")
    assert [reading.text(*span) for span in occurrences(reading, "art")] == ["art", "art"]
    assert len(occurrences(reading, "star")) == 1
    assert len(occurrences(reading, "cafe\u0301")) == 1
    assert occurrences(reading, "") == occurrences(reading, "Art") == []


@settings(max_examples=400, deadline=None, derandomize=True)
@given(st.integers(0, 10**9))
def test_no_edit_leaves_a_mark_on_words_that_are_not_the_passages_own(seed: int):
    plan = Plan(seed)
    place = plan.carried()
    if place.carry in (SAME, MOVED):
        assert plan.are_its_own(place) or plan.is_told_apart_by_nothing(place)
    elif place.carry is EDITED:
        assert plan.is_at_its_place(place)


@pytest.mark.parametrize("seed", range(20))
def test_ten_versions_keep_the_place_of_every_comment(seed: int):
    """200 comments, ten to a test, each read on an early, a middle and the last of ten versions."""
    for nth in range(10):
        plan = Plan(1_000 * seed + nth)
        for version in range(2, 11):
            plan.edit()
            if version not in (2, 6, 10):
                continue
            place = plan.carried()
            if place.carry in (SAME, MOVED):
                assert plan.are_its_own(place) or plan.is_told_apart_by_nothing(place, 0.4)
            elif place.carry is EDITED:
                assert plan.is_at_its_place(place)


def test_a_sentence_that_was_moved_and_changed_is_perhaps_there():
    old = (
        "Open with the menu problem. ⟦Then every pair draws one fraction strip for each recipe.⟧ "
        "Collect the exit slips at the door."
    )
    new = (
        "Open with the menu problem. Collect the exit slips at the door. "
        "At the end every pair draws two fraction strips for each recipe."
    )
    place, words = follow(old, new)
    assert (place.carry, words) == (
        PERHAPS,
        "every pair draws two fraction strips for each recipe.",
    )


@pytest.mark.parametrize("script", ["a{0} ", "学{0}生"])
def test_one_long_sentence_is_carried_in_linear_time(script: str):
    def seconds(words: int) -> float:
        text = "".join(script.format(number % 40) for number in range(words))
        new = "Now " + text.replace("7", "8")
        comparison = compare({"plan": text}, {"plan": new})
        places = comparison.fields["plan"].old.places
        begun = process_time()
        for first in range(0, words, words // 50):
            carried(Passage("plan", places[first], places[-1]), comparison)
        return process_time() - begun

    seconds(300)
    assert min(seconds(4_000), seconds(4_000)) < 60 * seconds(400), "ten times, not a hundred"
