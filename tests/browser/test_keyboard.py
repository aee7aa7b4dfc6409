"""Everything that counts can be done with the keyboard alone."""

from __future__ import annotations

from playwright.sync_api import Locator, Page, expect

from tests.browser.acts import (
    bring_a_lesson_plan,
    card,
    new_title,
    on_stage,
    share_with,
    write_a_lesson,
)
from tests.browser.conftest import Newcomers, PageAs
from tests.browser.test_learning import ASKED, RIGHT

FURTHEST = 80
"""No page asks for more presses of Tab than this to reach what it is for."""


def tab_to(page: Page, goal: Locator, *, key: str = "Tab") -> None:
    """Press Tab until the focus is there; it has to be in view then."""
    expect(goal).to_be_visible()
    for _press in range(FURTHEST):
        page.keyboard.press(key)
        if goal.evaluate("goal => goal === document.activeElement"):
            expect(goal).to_be_in_viewport()
            return
    raise AssertionError(f"Tab does not lead to {goal}")


def test_signing_in_and_answering_a_question_by_keyboard(page_as: PageAs, newcomers: Newcomers):
    who = newcomers("Ira")
    page = page_as(None)
    page.goto("/learn/feedback-that-gets-used/two-comments-one-report")
    tab_to(page, page.get_by_label("Your email address"))
    page.keyboard.type(who.email)
    page.keyboard.press("Tab")
    page.keyboard.type(who.password)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1, name="Two comments, one report")).to_be_visible()
    page.wait_for_load_state("load")

    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the page")).to_be_focused()
    expect(page.get_by_role("link", name="Skip to the page")).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page).to_have_url(page.url.split("#")[0] + "#main")
    page.keyboard.press("Tab")
    inside = "document.querySelector('main').contains(document.activeElement)"
    assert page.evaluate(inside), "the next Tab is in the page, not in the navigation"

    question = page.locator("form").filter(has_text=ASKED)
    tab_to(page, question.get_by_role("radio").first)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(question.get_by_label(RIGHT)).to_be_checked()
    page.keyboard.press("Enter")
    told = question.locator(".option-feedback")
    expect(told).to_contain_text("She knows where to look and what to try.")
    expect(told).to_be_focused()


def test_feedback_is_given_by_keyboard(page_as: PageAs):
    title = new_title("Graphs that tell a story")
    ada, page = page_as("Ada Okafor"), page_as("Ben Silva")
    bring_a_lesson_plan(ada, title)
    write_a_lesson(ada)
    ada.get_by_role("button", name="Save version 1").click()
    share_with(ada, "Ben Silva", protocol="TAG", question="Is the ending too quick?")

    page.goto("/feedback")
    tab_to(page, page.get_by_role("main").get_by_role("link", name=title))
    page.keyboard.press("Enter")
    tab_to(page, page.get_by_role("button", name="Begin", exact=True))
    page.keyboard.press("Enter")
    for stage in ("Tell", "Ask", "Give"):
        on_stage(page, stage)
        page.wait_for_load_state("load")
        tab_to(page, page.get_by_label("What do you want to say?"))
        page.keyboard.type(f"{stage}: the board at the end, where pairs compare.")
        tab_to(page, page.get_by_label("Where?"))
        page.keyboard.type("Plan")
        tab_to(page, page.get_by_label("About these words"))
        page.keyboard.type("two pairs show their cuts")
        tab_to(page, page.get_by_role("button", name="Next"))
        page.keyboard.press("Enter")
    on_stage(page, "Anything else")
    tab_to(page, page.get_by_role("button", name="Look it over"))
    page.keyboard.press("Enter")
    quote = card(page, "Give: the board").get_by_role("link", name="two pairs show their cuts")
    tab_to(page, quote)
    page.keyboard.press("Enter")
    expect(page.locator("mark", has_text="two pairs show their cuts").first).to_be_in_viewport()
    tab_to(page, page.get_by_role("button", name="Send feedback to Ada"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1, name="Your feedback is sent")).to_be_visible()


def test_a_dialog_keeps_the_focus_and_gives_it_back(page_as: PageAs):
    page = page_as("Lee Park")
    page.goto("/account")
    button = page.get_by_role("button", name="Sign out everywhere").first
    tab_to(page, button)
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog", name="Sign out on every device?")
    expect(dialog).to_be_visible()
    inside = "document.querySelector('dialog[open]').contains(document.activeElement)"
    assert page.evaluate(inside), "the focus is in the dialog"
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(button).to_be_focused()
