"""A teacher works through a page of a module; what was typed and where one was is kept."""

from __future__ import annotations

import re
from datetime import date, timedelta

from playwright.sync_api import Page, expect

from tests.browser.acts import SAVED, choose_place, new_title
from tests.browser.conftest import Newcomers, PageAs

MODULE = "Feedback that gets used"
FIRST_PAGE, SECOND_PAGE, THIRD_PAGE, FOURTH_PAGE = (
    "Two comments, one report",
    "What, where, and a next move",
    "A strength, a question, a suggestion",
    "Ask well, answer well",
)
ASKED = "What did she find in the second comment"
WRONG = "More encouragement."
RIGHT = "A place in her report, and one thing to do there."


def at(page: Page, title: str) -> None:
    """On this page of the module, with its scripts at work."""
    expect(page.get_by_role("heading", level=1, name=title)).to_be_visible()
    page.wait_for_load_state("load")


def test_a_teacher_works_through_a_page_and_goes_on_where_they_left(
    page_as: PageAs, newcomers: Newcomers
):
    page = page_as(newcomers("Kim").name)
    page.goto("/")
    choose_place(page, "Learn")
    page.get_by_role("link", name=MODULE).first.click()
    page.get_by_role("button", name="Begin").click()
    at(page, FIRST_PAGE)

    question = page.locator("form").filter(has_text=ASKED)
    question.get_by_label(WRONG).check()
    question.get_by_role("button", name="Answer").click()
    expect(question.get_by_text("Not yet")).to_be_visible()
    expect(question.get_by_text("The first comment is the warmer of the two.")).to_be_visible()
    expect(question.get_by_text("She knows where to look and what to try.")).to_have_count(0)
    question.get_by_label(RIGHT).check()
    question.get_by_role("button", name="Answer again").click()
    expect(question.get_by_text("She knows where to look and what to try.")).to_be_visible()
    expect(question.get_by_text("answered", exact=True)).to_be_visible()

    thoughts = page.get_by_label("Your thoughts").first
    thoughts.fill("Seven words from a carpenter, and I still know them.")
    expect(page.get_by_text(SAVED).first).to_be_visible()
    page.reload()
    expect(thoughts).to_have_value("Seven words from a carpenter, and I still know them.")
    expect(question.get_by_label(RIGHT)).to_be_checked()

    page.get_by_role("button", name=f"Next: {SECOND_PAGE}").click()
    at(page, SECOND_PAGE)
    page.get_by_role("heading", level=1).click()
    page.keyboard.press("ArrowRight")
    at(page, THIRD_PAGE)
    page.keyboard.press("ArrowLeft")
    at(page, SECOND_PAGE)

    way = page.get_by_role("navigation", name="Pages of this module")
    expect(way).to_contain_text("2 of 5 read")
    with page.expect_response(re.compile("/here$")):
        way.get_by_role("link", name=FOURTH_PAGE).click()
    page.goto("/")
    choose_place(page, "Learn")
    page.get_by_role("link", name=MODULE).first.click()
    at(page, FOURTH_PAGE)


def test_the_keys_of_a_page_work_as_soon_as_it_has_loaded(page_as: PageAs):
    page = page_as("Ben Silva")
    page.add_init_script(
        """addEventListener("load", () => document.body.dispatchEvent(
             new KeyboardEvent("keydown", { key: "ArrowLeft", bubbles: true })))"""
    )
    page.goto("/learn/feedback-that-gets-used/strength-question-suggestion")
    at(page, FIRST_PAGE)


def test_an_arrow_key_moves_the_cursor_and_not_the_page_while_somebody_types(page_as: PageAs):
    page = page_as("Ben Silva")
    page.goto("/learn/feedback-that-gets-used/two-comments-one-report")
    page.get_by_label("Your thoughts").first.press("ArrowRight")
    page.locator("form").filter(has_text=ASKED).get_by_label(WRONG).press("ArrowRight")
    at(page, FIRST_PAGE)


def test_a_question_is_answered_without_a_script(page_as: PageAs):
    page = page_as("Ada Okafor", java_script_enabled=False)
    page.goto("/learn/feedback-that-gets-used/two-comments-one-report")
    question = page.locator("form").filter(has_text=ASKED)
    question.get_by_label(WRONG).check()
    question.get_by_role("button", name=re.compile("^Answer")).click()
    expect(question.get_by_text("The first comment is the warmer of the two.")).to_be_visible()


def test_a_lead_assigns_and_asks_and_the_teacher_finds_both(page_as: PageAs, newcomers: Newcomers):
    teacher = newcomers("Kim").name
    lead, page = page_as("Lee Park"), page_as(teacher)

    name = new_title("Winter: a goal you can act on")
    lead.goto("/cohorts")
    lead.get_by_role("link", name="New cohort").click()
    lead.get_by_label("Name").fill(name)
    lead.get_by_label("Begins on").fill(date.today().isoformat())  # noqa: DTZ011 -- any day near
    lead.get_by_role("button", name="Create cohort").click()
    lead.get_by_label("Name or subject").fill(teacher)
    lead.get_by_role("button", name="Search").click()
    lead.get_by_role("checkbox", name=teacher).check()
    lead.get_by_role("button", name="Add selected people").click()
    expect(lead.locator("#members")).to_contain_text(teacher)

    tabs = lead.get_by_role("navigation", name="This cohort")
    tabs.get_by_role("link", name="How it is going").click()
    lead.get_by_role("link", name="Assign a module").first.click()
    lead.get_by_role("link", name="A goal you can act on", exact=True).click()
    why = "In May you said that goals end in a drawer. This one does not."
    lead.get_by_label("Why this, and why now").fill(why)
    lead.get_by_label("Due date (optional)").fill("2025-01-31")
    lead.get_by_role("button", name=f"Assign it to {name}").click()
    expect(lead.get_by_label("Due date (optional)")).to_have_attribute("aria-invalid", "true")
    due = date.today() + timedelta(days=30)  # noqa: DTZ011 -- any day to come
    lead.get_by_label("Due date (optional)").fill(due.isoformat())
    lead.get_by_role("button", name=f"Assign it to {name}").click()
    lead.get_by_role("link", name=name).click()
    expect(lead.locator("#stuck")).to_contain_text("Nobody is stuck")

    lead.goto("/")
    expect(lead.get_by_text("asked today")).to_have_count(0)
    lead.get_by_role("button", name="Ask how it is going").first.click()
    expect(lead.get_by_text("asked today")).to_have_count(1)

    page.goto("/")
    choose_place(page, "Learn")
    expect(page.get_by_role("region", name="For you")).to_contain_text(why)


def test_a_task_asks_about_empty_boxes_and_makes_a_goal(page_as: PageAs, newcomers: Newcomers):
    page = page_as(newcomers("Noa").name)
    page.goto("/learn/a-goal-you-can-act-on/share-it-rough")
    page.wait_for_load_state("load")
    page.get_by_label("The picture").fill("A student answers a student.")
    page.get_by_label("The first step").fill("On Tuesday I walk to the window.")
    expect(page.get_by_text(SAVED).first).to_be_visible()
    page.get_by_role("button", name="Hand in", exact=True).click()
    expect(
        page.get_by_text("2 boxes are still empty: Why it matters to me, The sign.")
    ).to_be_visible()
    expect(page.get_by_label("The picture")).to_have_value("A student answers a student.")
    page.get_by_role("button", name="Hand in anyway").click()
    expect(page.get_by_text("one of your goals", exact=True)).to_be_visible()
    page.goto("/goals")
    expect(page.get_by_text("A student answers a student.").first).to_be_visible()
    expect(page.get_by_text("On Tuesday I walk to the window.").first).to_be_visible()


def test_a_printed_page_leaves_out_what_is_private(page_as: PageAs):
    page = page_as("Ada Okafor")
    page.goto("/learn/feedback-that-gets-used/ask-well-answer-well")
    page.emulate_media(media="print")
    boxes = page.locator(".block textarea, .block-note, .option-feedback, .page-list")
    assert boxes.count()
    for box in boxes.all():
        expect(box).to_be_hidden()
    page.goto("/learn/feedback-that-gets-used/ask-well-answer-well?print=own")
    expect(page.locator(".block-task textarea, .block-task .tag").first).to_be_visible()
