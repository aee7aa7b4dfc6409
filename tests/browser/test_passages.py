"""Words are selected in a work, and what became of them is seen in its next version."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.acts import (
    SAVED,
    bring_a_lesson_plan,
    card,
    new_title,
    on_stage,
    open_what_is_asked,
    select_words,
    share_with,
    write_a_lesson,
)
from tests.browser.conftest import PageAs

PLAN = (
    "- Warm-up: 5 minutes\n- Pair talk: 5 minutes\n- Exit slip: 5 minutes\n\n"
    "学生两人一组讨论五分钟。我看分数和图。\n\nนักเรียนพูดคุยกันเป็นคู่\n\n生徒は二人で話し合います。"
)


@pytest.fixture
def asked(page_as: PageAs) -> tuple[Page, Page]:
    """Ada, on the page of a request, and Ben, on the first stage of his review."""
    ada, ben = page_as("Ada Okafor"), page_as("Ben Silva")
    title = new_title("Words in four scripts")
    bring_a_lesson_plan(ada, title)
    write_a_lesson(ada, Plan=PLAN)
    ada.get_by_role("button", name="Save version 1").click()
    share_with(ada, "Ben Silva", protocol="TAG", question="Are the minutes right?")
    open_what_is_asked(ben, title)
    on_stage(ben, "Tell")
    return ada, ben


def test_a_passage_is_what_was_selected_and_is_carried(asked: tuple[Page, Page]):
    ada, ben = asked
    quote = ben.get_by_label("About these words")
    for words in ("分数", "两人一组", "พูดคุย", "二人で"):
        select_words(ben, "plan", words)
        ben.get_by_role("button", name="Comment on these words").click()
        expect(quote).to_have_value(words)
    said = ben.get_by_label("What do you want to say?")
    for stage, words in (("Tell", "二人で"), ("Ask", "Pair talk: 5 minutes"), ("Give", "五分钟")):
        on_stage(ben, stage)
        select_words(ben, "plan", words)
        ben.get_by_role("button", name="Comment on these words").click()
        expect(quote).to_have_value(words)
        said.fill(f"{stage}: this one.")
        expect(ben.get_by_text(SAVED)).to_be_visible()
        ben.get_by_role("button", name="Next").click()
    on_stage(ben, "Anything else")
    ben.get_by_role("button", name="Look it over").click()
    for stage, words in (("Tell", "二人で"), ("Ask", "Pair talk: 5 minutes"), ("Give", "五分钟")):
        expect(card(ben, f"{stage}: this one.").get_by_role("link", name=words)).to_be_visible()
    ben.get_by_role("button", name="Send feedback to Ada").click()

    ada.reload()
    ada.get_by_role("link", name="Write the next version").click()
    new = PLAN.replace("- Pair talk: 5 minutes\n", "").replace("讨论五分钟", "讨论七分钟")
    ada.get_by_label("Plan", exact=True).fill(new)
    ada.get_by_label("Why did you change it?").fill("Less talk.")
    ada.get_by_role("button", name="Save version 2").click()
    expect(card(ada, "Ask: this one.")).to_contain_text("No longer in the text.")
    edited = card(ada, "Give: this one.")
    expect(edited).to_contain_text("Edited since")
    expect(edited.locator("del")).to_have_text("五")
    expect(edited.locator("ins")).to_have_text("七")
    expect(ada.locator("mark.edited")).to_have_text("七分钟")
    expect(ada.locator("mark", has_text="5 minutes")).to_have_count(0)
    expect(ada.locator("mark", has_text="二人で")).to_be_visible()
